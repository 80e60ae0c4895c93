"""Stripe's events twenty times at once and in the wrong order, signed by the official SDK."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bursar import CONNECT_SECRET
from processes import until
from test_signatures import sdk_signature


def sign(event):
    body = json.dumps(event).encode()
    at = int(time.time())
    return body, f"t={at},v1={sdk_signature(body, CONNECT_SECRET, at)}"


def held_events(merchant):
    """The merchant's events as Stripe lists them, oldest first."""
    events = merchant.sandbox.api("GET", "/v1/events?limit=100", account=merchant.stripe_account)["data"]
    return [{**event, "account": merchant.stripe_account} for event in reversed(events)]


@pytest.fixture
def held(merchant):
    """Webhooks wait at the sandbox; the test delivers them itself."""
    merchant.sandbox.control("deliveries/pause")
    return merchant


def test_twenty_copies_of_one_event_at_once_make_one_entry(held):
    held.use(5_000_000)
    # The answer is lost, so the event is the first to say that the payment succeeded.
    held.sandbox.control("faults", fault="timeout-after", operation="POST /v1/payment_intents", count=1)
    charge = held.charge()
    events = until(
        lambda: [event for event in held_events(held) if event["type"] == "payment_intent.succeeded"],
        "the payment has succeeded at Stripe")
    body, signature = sign(events[0])
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: held.worker.webhook(body, signature), range(20)))
    assert [answer.status for answer in answers] == [200] * 20
    held.charge_ends(charge, "paid")
    assert held.worker.count("inbox", "event_id = ?", events[0]["id"]) == 1
    assert held.paid_entries() == [events[0]["data"]["object"]["id"]]
    held.worker.books_are_sound()


@pytest.mark.parametrize("order", ["forwards", "backwards", "twice"])
def test_the_order_of_events_does_not_matter(held, order):
    held.use(5_000_000)
    charge = held.charge()
    held.charge_ends(charge, "paid")
    events = held_events(held)
    if order == "backwards":
        events.reverse()
    for event in events * (2 if order == "twice" else 1):
        assert held.worker.webhook(*sign(event)).status == 200
    held.worker.inbox_is_settled()
    assert held.worker.get(f"/v1/charges/{charge['id']}", account=held.account)["status"] == "paid"
    assert len(held.paid_entries()) == 1
    held.worker.books_are_sound()


def test_succeeded_then_processing_and_failed_stays_paid(held):
    held.use(5_000_000)
    charge = held.charge()
    held.charge_ends(charge, "paid")
    paid = next(event for event in held_events(held) if event["type"] == "payment_intent.succeeded")
    late_words = {"processing": "processing", "payment_failed": "requires_payment_method"}
    for number, (kind, status) in enumerate(late_words.items()):
        late = json.loads(json.dumps(paid))
        late["id"], late["type"] = f"evt_late{number}", f"payment_intent.{kind}"
        late["data"]["object"]["status"] = status
        assert held.worker.webhook(*sign(late)).status == 200
    held.worker.inbox_is_settled()
    assert held.worker.get(f"/v1/charges/{charge['id']}", account=held.account)["status"] == "paid"
    assert len(held.paid_entries()) == 1
    held.worker.books_are_sound()


def test_events_of_the_wrong_world_are_parked_and_post_nothing(held):
    held.use(5_000_000)
    held.charge_ends(held.charge(), "paid")
    paid = next(event for event in held_events(held) if event["type"] == "payment_intent.succeeded")
    entries = held.worker.count("journal_entries")
    strangers = [
        {**paid, "id": "evt_live", "livemode": True},
        {**paid, "id": "evt_unknown", "account": "acct_nobody_knows"},
        {**paid, "id": "evt_shapeless", "data": {"object": {"id": "pi_1", "object": "payment_intent"}}},
    ]
    for event in strangers:
        assert held.worker.webhook(*sign(event)).status == 200
    held.worker.inbox_is_settled()
    parked = held.worker.rows("SELECT event_id FROM inbox WHERE state = 'parked' ORDER BY event_id")
    assert [row[0] for row in parked] == ["evt_live", "evt_shapeless", "evt_unknown"]
    assert held.worker.count("journal_entries") == entries
    listed = json.dumps(held.worker.command_json("webhooks", "list"))
    assert all(event["id"] in listed for event in strangers)
