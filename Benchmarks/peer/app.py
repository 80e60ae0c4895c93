"""What a user would run instead: Flask, the official SDK's `construct_event`, and sqlite3, every event durable."""

import os
import sqlite3

import flask
import stripe

app = flask.Flask(__name__)
database = sqlite3.connect(os.environ["PEER_DATABASE"], timeout=60, isolation_level=None)
database.execute("PRAGMA journal_mode = WAL")
database.execute("PRAGMA synchronous = FULL")
database.execute(
    "CREATE TABLE IF NOT EXISTS inbox (event_id TEXT PRIMARY KEY, type TEXT, account TEXT, created INTEGER, body BLOB)")


@app.post("/stripe/webhooks/connect")
def receive():
    body = flask.request.get_data()
    try:
        event = stripe.Webhook.construct_event(
            body, flask.request.headers.get("Stripe-Signature"), os.environ["PEER_SECRET"])
    except (ValueError, stripe.SignatureVerificationError):
        return "", 400
    database.execute(
        "INSERT OR IGNORE INTO inbox VALUES (?, ?, ?, ?, ?)",
        (event["id"], event["type"], getattr(event, "account", None), event["created"], body))
    return "", 200
