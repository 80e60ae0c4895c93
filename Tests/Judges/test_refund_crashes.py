"""SIGKILL from outside while money is given back: one refund and one entry, whatever happens."""

import sqlite3
import time

import pytest

from processes import until


def refund_requests(merchant):
    return merchant.sandbox.requests("POST /v1/refunds")


def is_refunded_once(merchant, refund):
    merchant.refund_ends(refund, "succeeded")
    made = merchant.refunds()
    assert [one["amount"] for one in made] == [200], made
    assert made[0]["metadata"]["bursar_refund"] == refund["id"]
    assert merchant.worker.count("journal_entries", "reference = ?", f"stripe:{made[0]['id']}:refunded") == 1
    merchant.worker.books_are_sound()


@pytest.fixture
def paid(merchant):
    """A merchant with a paid charge, of whom no webhook is delivered any more."""
    charge = merchant.paid_charge()
    merchant.sandbox.control("deliveries/pause")
    return merchant, charge


def test_killed_between_written_and_sent(paid):
    merchant, charge = paid
    merchant.sandbox.control("faults", fault="timeout-before", operation="POST /v1/refunds", count=1)
    refund = merchant.refund(charge, amount=200)
    until(lambda: refund_requests(merchant), "the request was tried")
    merchant.worker.restart()
    is_refunded_once(merchant, refund)


def test_killed_between_sent_and_answered(paid):
    merchant, charge = paid
    merchant.sandbox.control("faults", fault="timeout-after", operation="POST /v1/refunds", count=1)
    refund = merchant.refund(charge, amount=200)
    until(merchant.refunds, "Stripe has made the refund")
    merchant.worker.restart()
    is_refunded_once(merchant, refund)
    assert len({request["idempotency_key"] for request in refund_requests(merchant)}) == 1


def test_killed_between_answered_and_posted(paid):
    merchant, charge = paid
    merchant.sandbox.control("faults", fault="slow=1000", operation="POST /v1/refunds", count=1)
    refund = merchant.refund(charge, amount=200)
    until(merchant.refunds, "Stripe has made the refund")
    lock = sqlite3.connect(merchant.worker.database, timeout=20, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    answered = time.monotonic() + 3
    until(lambda: time.monotonic() > answered, "the answer has come")
    merchant.worker.child.kill()
    lock.execute("ROLLBACK")
    lock.close()
    assert merchant.worker.count("journal_entries", "reference LIKE 'stripe:%:refunded'") == 0
    merchant.worker.restart()
    is_refunded_once(merchant, refund)


@pytest.mark.parametrize("fault", ["reset-after", "cut-body", "500-after", "503-before", "429", "lock-timeout"])
def test_a_fault_of_stripe_makes_no_second_refund(paid, fault):
    merchant, charge = paid
    merchant.sandbox.control("faults", fault=fault, operation="POST /v1/refunds", count=2)
    is_refunded_once(merchant, merchant.refund(charge, amount=200))
