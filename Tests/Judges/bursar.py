"""Bursar as its users see it: a process, its HTTP API and its commands."""

import itertools
import json
import os
import sqlite3
import subprocess

import exchange
from processes import BIN, Child, free_port, until

PLATFORM_KEY = "bursar_platform_key_of_the_judges"
STRIPE_KEY = "sk_test_judges"
CLIENT_ID = "ca_judges"
PLATFORM_SECRET = "whsec_platform_of_the_judges"
CONNECT_SECRET = "whsec_connect_of_the_judges"


class Bursar:
    def __init__(self, folder, stripe=None, **settings):
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = folder / "bursar.sqlite"
        self.environment = {
            "BURSAR_DATABASE": f"sqlite:{self.database}",
            "BURSAR_CREATE_DATABASE": "yes",
            "BURSAR_LISTEN": f"127.0.0.1:{self.port}",
            "BURSAR_PUBLIC_URL": self.url,
            "BURSAR_PLATFORM_KEY": PLATFORM_KEY,
            "BURSAR_LOG_LEVEL": "debug",
            "BURSAR_STRIPE_SECRET_KEY": STRIPE_KEY,
            "BURSAR_STRIPE_CLIENT_ID": CLIENT_ID,
            "BURSAR_STRIPE_WEBHOOK_SECRETS": PLATFORM_SECRET,
            "BURSAR_STRIPE_CONNECT_WEBHOOK_SECRETS": CONNECT_SECRET,
            "BURSAR_STRIPE_API_BASE": stripe or "http://127.0.0.1:9",
            "BURSAR_STRIPE_CONNECT_BASE": stripe or "http://127.0.0.1:9",
            **settings,
        }
        # A setting of None is one that is not set.
        self.environment = {name: value for name, value in self.environment.items() if value is not None}
        self.child = Child([BIN / "bursar", "serve"], folder, self.environment, "bursar")
        self._keys = itertools.count(1)

    # The process

    def start(self, prepare=None):
        self.child.start(prepare)
        self.child.wait_until(self.is_ready, "Bursar is ready")
        return self

    def restart(self):
        self.child.kill()
        self.time_passes()
        return self.start()

    def time_passes(self):
        """While nobody works: what a killed process had claimed is free again, as it is two minutes later."""
        assert not self.child.is_running
        with sqlite3.connect(self.database, timeout=20) as connection:
            connection.execute("UPDATE outbox SET next_attempt_at = 0 WHERE state = 'waiting'")
            connection.execute("UPDATE inbox SET next_attempt_at = 0 WHERE state = 'received'")
            connection.execute("UPDATE idempotency_keys SET claimed_at = 0 WHERE claim IS NOT NULL")
        connection.close()

    def is_ready(self):
        try:
            return exchange.exchange("GET", f"{self.url}/readyz", timeout=5).status == 200
        except exchange.Unanswered:
            return False

    # The API

    def call(self, method, path, body=None, account=None, key=PLATFORM_KEY, idempotency_key=None):
        headers = {"Authorization": f"Bearer {key}"}
        if account:
            headers["Bursar-Account"] = account
        data = None
        if method == "POST":
            data = json.dumps(body or {}).encode()
            headers["Content-Type"] = "application/json"
            headers["Idempotency-Key"] = idempotency_key or f"judge-{os.getpid()}-{next(self._keys)}"
        return exchange.exchange(method, self.url + path, data, headers)

    def get(self, path, **options):
        answer = self.call("GET", path, **options)
        assert answer.status == 200, (path, answer)
        return answer.json()

    def post(self, path, body=None, **options):
        answer = self.call("POST", path, body, **options)
        assert answer.status in (200, 201, 202), (path, body, answer)
        return answer.json()

    def webhook(self, body, signature, endpoint="connect"):
        path = {"connect": "/stripe/webhooks/connect", "platform": "/stripe/webhooks"}[endpoint]
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if signature is not None:
            headers["Stripe-Signature"] = signature
        return exchange.exchange("POST", self.url + path, body, headers)

    def charge_ends(self, charge, account, status, seconds=90):
        def stands():
            found = self.get(f"/v1/charges/{charge}", account=account)
            return found if found["status"] == status else None

        return until(stands, f"charge {charge} is {status}", seconds)

    # The commands

    def command(self, *arguments, expect=0, seconds=600):
        run = subprocess.run(
            [str(BIN / "bursar"), *arguments], cwd=self.folder, env=self.child.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=seconds)
        assert run.returncode == expect, (arguments, run.returncode, run.stdout[-2000:], run.stderr[-2000:])
        return run.stdout

    def command_json(self, *arguments, **options):
        return json.loads(self.command(*arguments, "--json", **options))

    # The database, read by somebody who is not Bursar

    def rows(self, query, *values):
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=20)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def count(self, table, condition="1 = 1", *values):
        return self.rows(f"SELECT COUNT(*) FROM {table} WHERE {condition}", *values)[0][0]

    def inbox_is_settled(self):
        until(lambda: self.count("inbox", "state = 'received'") == 0, "the inbox is worked off")

    def books_are_sound(self, seconds=600):
        """What must hold after every heavy test."""
        self.command("ledger", "check", seconds=seconds)
        sums = self.rows(
            "SELECT p.entry, a.currency, SUM(p.amount) FROM postings p JOIN ledger_accounts a ON a.id = p.account"
            " GROUP BY p.entry, a.currency HAVING SUM(p.amount) <> 0")
        assert sums == []
        drifted = self.rows(
            "SELECT a.id FROM ledger_accounts a WHERE a.balance <>"
            " (SELECT COALESCE(SUM(p.amount), 0) FROM postings p WHERE p.account = a.id)")
        assert drifted == []
