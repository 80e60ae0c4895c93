"""SIGTERM under load, again and again, while webhooks come: every answer that was given is true, and it ends in time.

`BURSAR_STOPS` says how often; make rehearse-long takes 200.
"""

import json
import os
import random
import threading
import time

import exchange
from bursar import CONNECT_SECRET
from stories import Merchant
from test_signatures import sdk_signature

STOPS = int(os.environ.get("BURSAR_STOPS", "20"))
CALLERS = 4


class Load:
    """Callers that send usage and webhooks until nobody answers, and remember what was acknowledged."""

    def __init__(self, merchant, event):
        self.merchant, self.event = merchant, event
        self.usage, self.webhooks = set(), set()
        self.untrue = []
        self._lock = threading.Lock()

    def _note(self, acknowledged, name):
        with self._lock:
            acknowledged.add(name)

    def _call(self, name):
        event = {"id": name, "customer": "ada", "cost_micros": 1_000}
        answer = self.merchant.worker.call("POST", "/v1/usage", event, account=self.merchant.account)
        if answer.status in (200, 201):
            self._note(self.usage, name)
        elif answer.status != 503:
            self.untrue.append(answer)

    def _webhook(self, name):
        body = json.dumps({**self.event, "id": f"evt_{name}"}).encode()
        at = int(time.time())
        answer = self.merchant.worker.webhook(body, f"t={at},v1={sdk_signature(body, CONNECT_SECRET, at)}")
        if answer.status == 200:
            self._note(self.webhooks, f"evt_{name}")
        elif answer.status != 503:
            self.untrue.append(answer)

    def run(self, round, caller, started):
        for number in range(100_000):
            try:
                (self._webhook if caller % 2 else self._call)(f"{round}_{caller}_{number}")
            except exchange.Unanswered:
                if not self.merchant.worker.child.is_running:
                    return
            started.set()


def test_stopped_under_load_it_ends_within_ten_seconds_and_every_answer_was_true(pair):
    worker, sandbox = pair
    merchant = Merchant(worker, sandbox)
    merchant.paid_charge()
    events = sandbox.api("GET", "/v1/events?limit=100", account=merchant.stripe_account)["data"]
    paid = next(event for event in events if event["type"] == "payment_intent.succeeded")
    load = Load(merchant, {**paid, "account": merchant.stripe_account})
    chance, slowest = random.Random(5), 0.0
    for round in range(STOPS):
        started = [threading.Event() for _ in range(CALLERS)]
        callers = [
            threading.Thread(target=load.run, args=(round, caller, started[caller])) for caller in range(CALLERS)]
        for caller in callers:
            caller.start()
        for event in started:
            assert event.wait(120), "nobody was answered"
        # Some way into the load, at a moment that no round shares with another.
        started[0].clear()
        started[0].wait(chance.random())
        since = time.monotonic()
        assert worker.child.terminate(seconds=10) == 0
        slowest = max(slowest, time.monotonic() - since)
        for caller in callers:
            caller.join(120)
            assert not caller.is_alive()
        worker.start()
        stored = {row[0] for row in worker.rows("SELECT event_id FROM usage_events")}
        assert load.usage <= stored, sorted(load.usage - stored)[:5]
        assert load.webhooks <= {row[0] for row in worker.rows("SELECT event_id FROM inbox")}
        assert load.untrue == []
    worker.inbox_is_settled()
    assert len(merchant.paid_entries()) == 1
    worker.books_are_sound()
    print(f"stopped {STOPS} times, at most {slowest:.1f} s each; {len(load.usage)} usage events and"
          f" {len(load.webhooks)} webhooks were acknowledged")
