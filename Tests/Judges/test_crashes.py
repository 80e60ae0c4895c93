"""SIGKILL from outside, at the moments that matter: one PaymentIntent and one entry, whatever happens."""

import sqlite3
import time

import pytest

import exchange
from processes import until
from stories import Merchant


def payment_requests(merchant):
    return merchant.sandbox.requests("POST /v1/payment_intents")


def is_paid_once(merchant, charge):
    merchant.charge_ends(charge, "paid")
    intents = merchant.payment_intents()
    assert len(intents) == 1, [intent["id"] for intent in intents]
    assert intents[0]["status"] == "succeeded"
    assert merchant.paid_entries() == [intents[0]["id"]]
    merchant.worker.books_are_sound()


@pytest.fixture
def silent(merchant):
    """A merchant of whom no webhook is delivered: only the answer, or asking again, can tell."""
    merchant.sandbox.control("deliveries/pause")
    merchant.use(5_000_000)
    return merchant


def test_killed_between_written_and_sent(silent):
    # Stripe takes no connection, so what is written cannot be sent.
    silent.sandbox.control("faults", fault="timeout-before", operation="POST /v1/payment_intents", count=1)
    charge = silent.charge()
    until(lambda: payment_requests(silent), "the request was tried")
    silent.worker.restart()
    is_paid_once(silent, charge)


def test_killed_between_sent_and_answered(silent):
    # Stripe makes the payment and never answers.
    silent.sandbox.control("faults", fault="timeout-after", operation="POST /v1/payment_intents", count=1)
    charge = silent.charge()
    until(silent.payment_intents, "Stripe has made the payment")
    silent.worker.restart()
    is_paid_once(silent, charge)
    keys = {request["idempotency_key"] for request in payment_requests(silent)}
    assert len(keys) == 1, "the same request goes under the same key"


def test_killed_between_answered_and_posted(silent):
    # The answer comes slowly, and then cannot be posted, because somebody else is writing.
    silent.sandbox.control("faults", fault="slow=1000", operation="POST /v1/payment_intents", count=1)
    charge = silent.charge()
    until(silent.payment_intents, "Stripe has made the payment")
    lock = sqlite3.connect(silent.worker.database, timeout=20, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    answered = time.monotonic() + 3
    until(lambda: time.monotonic() > answered, "the answer has come")
    assert silent.paid_entries() == []
    silent.worker.child.kill()
    lock.execute("ROLLBACK")
    lock.close()
    silent.worker.restart()
    is_paid_once(silent, charge)


@pytest.mark.parametrize("fault", [
    "reset-before", "reset-after", "cut-body", "500-after", "503-before", "503-after", "429", "409",
    "lock-timeout", "html-200-before", "html-200-after"])
def test_a_fault_of_stripe_makes_no_second_payment(silent, fault):
    silent.sandbox.control("faults", fault=fault, operation="POST /v1/payment_intents", count=2)
    charge = silent.charge()
    is_paid_once(silent, charge)


def test_killed_ten_times_while_charging(merchant):
    customers = [f"customer-{number}" for number in range(10)]
    charges = []
    for name in customers:
        merchant.add_customer(name)
        merchant.use(5_000_000, name)
        charges.append(merchant.charge(name))
        merchant.worker.restart()
    for charge in charges:
        merchant.charge_ends(charge, "paid")
    intents = merchant.payment_intents()
    assert len(intents) == len(charges)
    assert sorted(merchant.paid_entries()) == sorted(intent["id"] for intent in intents)
    merchant.worker.books_are_sound()


def test_sigterm_answers_what_is_in_flight_truly_and_ends_within_ten_seconds(merchant):
    merchant.use(1_000)
    merchant.worker.child.process.terminate()
    answered = 0
    while merchant.worker.child.is_running:
        try:
            event = {"id": f"late-{answered}", "customer": "ada", "cost_micros": 1}
            if merchant.worker.call("POST", "/v1/usage", event, account=merchant.account).status in (200, 201):
                answered += 1
        except exchange.Unanswered:
            break
    assert merchant.worker.child.terminate(seconds=10) == 0
    merchant.worker.start()
    assert merchant.worker.count("usage_events", "event_id LIKE 'late-%'") >= answered
    merchant.worker.books_are_sound()


def test_usage_that_was_acknowledged_survives_a_kill(merchant):
    for _ in range(5):
        merchant.use(1_000)
        before = merchant.worker.count("usage_events")
        merchant.worker.restart()
        assert merchant.worker.count("usage_events") == before
    merchant.worker.books_are_sound()


def test_an_account_that_disconnects_keeps_what_accrued_and_is_not_called(pair):
    merchant = Merchant(*pair)
    merchant.use(5_000_000)
    merchant.sandbox.control(f"accounts/{merchant.stripe_account}/deauthorize")
    place = f"/v1/accounts/{merchant.account}"
    until(lambda: merchant.worker.get(place)["status"] == "disconnected", "it is disconnected")
    asked = len(payment_requests(merchant))
    answer = merchant.worker.call("POST", "/v1/charges", {"customer": "ada"}, account=merchant.account)
    assert answer.status == 409, answer
    assert len(payment_requests(merchant)) == asked
    balance = merchant.worker.get(f"/v1/customers/{merchant.customer}/balance", account=merchant.account)
    assert balance["accrued"]["amount"] == 500
