"""SIGKILL by the kernel at a chosen write or sync of a real `bursar serve` on a real file: what was acknowledged is
there, once, the file is sound, and no charge is paid twice.

`BURSAR_KILLS` says how many; make rehearse-long takes 1,000.
"""

import os
import random
import shutil
import sqlite3

import pytest

import exchange
from stories import Merchant

KILLS = int(os.environ.get("BURSAR_KILLS", "24"))
REQUESTS = 40

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def doomed(plain, call, number):
    """The command that starts the server so that the n-th such call of one of its threads kills it. With -D it stays
    our own child."""
    return [
        "strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
        "-e", f"inject={call}:signal=SIGKILL:when={number}", *plain]


class Ledgerkeeper:
    """Reports usage until somebody dies, and remembers what was said and what was acknowledged."""

    def __init__(self, merchant):
        self.merchant = merchant
        self.sent = {}
        self.acknowledged = set()

    def send(self, name):
        event = {"id": name, "customer": "ada", "cost_micros": self.sent[name]}
        try:
            answer = self.merchant.worker.call(
                "POST", "/v1/usage", event, account=self.merchant.account, idempotency_key=None)
        except exchange.Unanswered:
            return False
        if answer.status in (200, 201):
            self.acknowledged.add(name)
        return answer.status in (200, 201)

    def report_until_it_dies(self, round, chance):
        for number in range(REQUESTS):
            name = f"round-{round}-{number}"
            self.sent[name] = chance.randint(1, 5_000_000)
            if not self.send(name) and not self.merchant.worker.child.is_running:
                return
            if number % 5 == 4:
                try:
                    self.merchant.worker.call("POST", "/v1/charges", {"customer": "ada"}, account=self.merchant.account)
                except exchange.Unanswered:
                    pass

    def nothing_is_lost(self):
        worker = self.merchant.worker
        stored = dict(worker.rows("SELECT event_id, cost_micros FROM usage_events WHERE event_id LIKE 'round-%'"))
        assert self.acknowledged <= set(stored)
        for name in set(self.sent) - self.acknowledged:
            assert self.send(name)
        rows = worker.rows("SELECT event_id, cost_micros FROM usage_events WHERE event_id LIKE 'round-%'")
        assert sorted(rows) == sorted(self.sent.items())


def is_sound(database):
    connection = sqlite3.connect(database, timeout=20)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        connection.close()


def test_killed_at_writes_and_syncs(pair):
    worker, sandbox = pair
    merchant = Merchant(worker, sandbox)
    keeper = Ledgerkeeper(merchant)
    plain = list(worker.child.arguments)
    chance = random.Random(2)
    deaths = 0
    for round in range(KILLS):
        worker.child.kill()
        worker.time_passes()
        call = chance.choice(["pwrite64", "pwrite64", "fdatasync"])
        number = chance.randint(1, 60 if call == "pwrite64" else 20)
        worker.child.arguments = doomed(plain, call, number)
        worker.child.start()
        try:
            worker.child.wait_until(worker.is_ready, "Bursar is ready")
            keeper.report_until_it_dies(round, chance)
        except AssertionError:
            assert not worker.child.is_running, "it may only have died"
        deaths += not worker.child.is_running
        worker.child.kill()
        is_sound(worker.database)
        worker.child.arguments = plain
        worker.time_passes()
        worker.start()
        keeper.nothing_is_lost()
    assert deaths > KILLS * 3 // 4, f"only {deaths} of {KILLS} died"
    worker.books_are_sound()
    paid = [intent["id"] for intent in merchant.payment_intents() if intent["status"] == "succeeded"]
    assert len(paid) == len(set(paid))
    charges = [intent["metadata"]["bursar_charge"] for intent in merchant.payment_intents()]
    assert len(charges) == len(set(charges)), "one charge, one PaymentIntent"
    print(f"killed {deaths} times at a write or sync, {len(keeper.sent)} usage events, {len(paid)} payments")
