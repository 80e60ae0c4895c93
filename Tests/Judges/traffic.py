"""What a small platform does all day, one act at a time: usage, some of it sent twice, holds and their captures,
charges, top-ups, refunds, and people who look at their balance.

It remembers what was acknowledged, so that it can be looked for afterwards.
"""

import collections
import random
import threading
import time

import exchange
from pace import Stopwatch
from processes import until
from stories import Merchant

CHARGED, WALLETS = 40, 10
# Of a hundred acts; what is left looks at something.
SHARES = {"use": 50, "use_again": 5, "hold": 15, "charge": 3, "top_up": 1, "refund": 1}


class Traffic:
    def __init__(self, worker, sandbox, seed=28):
        self.worker, self.sandbox = worker, sandbox
        self.merchant = Merchant(worker, sandbox)
        self.account, self.stripe_account = self.merchant.account, self.merchant.stripe_account
        self.stopwatch = Stopwatch()
        self.usage, self.captured, self.refunds = {}, {}, []
        self.charges, self.top_ups = [], []
        self.acts, self.statuses = collections.Counter(), collections.Counter()
        self.unanswered = 0
        self.day, self.next_day = (
            time.strftime("%Y-%m-%d", time.gmtime(time.time() + days * 86_400)) for days in (0, 1))
        self._to_refund, self._recent = collections.deque(), collections.deque(maxlen=500)
        self._dice, self._lock = random.Random(seed), threading.Lock()
        for number in range(CHARGED):
            self.merchant.add_customer(f"charged-{number}")
        for number in range(WALLETS):
            self.merchant.add_customer(f"wallet-{number}")

    def act(self, number):
        with self._lock:
            place, dice = self._dice.randrange(100), random.Random(self._dice.random())
            self.acts["all"] += 1
        for name, share in SHARES.items():
            place -= share
            if place < 0:
                break
        else:
            name = "look"
        getattr(self, name)(number, dice)
        with self._lock:
            self.acts[name] += 1

    def ask(self, method, path, body=None):
        """- Returns: the answer, or None where nobody answered."""
        def call():
            return self.worker.call(method, path, body, account=self.account)

        try:
            answer = self.stopwatch.time(call)
        except exchange.Unanswered:
            with self._lock:
                self.unanswered += 1
            return None
        with self._lock:
            self.statuses[method, path.split("?")[0].split("/")[2], answer.status] += 1
        return answer

    # The acts

    def use(self, number, dice, customer=None, micros=None):
        customer = customer or dice.choice(
            [f"charged-{dice.randrange(CHARGED)}", f"wallet-{dice.randrange(WALLETS)}"])
        event = {"id": f"soak-{number}", "customer": customer, "cost_micros": micros or dice.randint(1, 90_000),
                 "model": dice.choice(["gpt-5", "claude-sonnet-4-5", "house-model"])}
        answer = self.ask("POST", "/v1/usage", event)
        if answer is not None and answer.status in (200, 201):
            assert answer.json()["accepted"] == 1, answer
            self.usage[event["id"]] = event["cost_micros"]
            self._recent.append(event)

    def use_again(self, number, dice):
        if not self._recent:
            return self.use(number, dice)
        answer = self.ask("POST", "/v1/usage", self._recent[-1])
        if answer is not None and answer.status in (200, 201):
            assert answer.json()["accepted"] == 0, answer

    def hold(self, number, dice):
        estimate = {"customer": f"charged-{dice.randrange(CHARGED)}", "estimate": {"amount_micros": 50_000}}
        held = self.ask("POST", "/v1/authorizations", estimate)
        if held is None or held.status != 201:
            return
        hold, cost = held.json()["id"], dice.randint(1, 60_000)
        if dice.random() < 0.1:
            self.ask("POST", f"/v1/authorizations/{hold}/release")
            return
        answer = self.ask("POST", f"/v1/authorizations/{hold}/capture", {"cost_micros": cost})
        if answer is not None and answer.status == 200:
            self.captured[hold] = cost

    def charge(self, number, dice):
        customer = f"charged-{dice.randrange(CHARGED)}"
        self.use(number, dice, customer, 600_000)
        answer = self.ask("POST", "/v1/charges", {"customer": customer})
        if answer is not None and answer.status == 201:
            charge = answer.json()["id"]
            self.charges.append(charge)
            self._to_refund.append((time.monotonic(), charge))

    def top_up(self, number, dice):
        order = {"customer": f"wallet-{dice.randrange(WALLETS)}", "amount": 100 * dice.randint(5, 30),
                 "success_url": "https://shop.example/ok"}
        answer = self.ask("POST", "/v1/top_ups", order)
        if answer is not None and answer.status == 201:
            top_up = answer.json()["id"]
            session = self.worker.rows("SELECT checkout_session FROM top_ups WHERE id = ?", top_up)[0][0]
            self.sandbox.control(f"checkout_sessions/{session}/pay")
            self.top_ups.append(top_up)

    def refund(self, number, dice):
        with self._lock:
            if not self._to_refund or self._to_refund[0][0] > time.monotonic() - 5:
                return
            charge = self._to_refund.popleft()[1]
        answer = self.ask("POST", f"/v1/charges/{charge}/refunds", {"amount": dice.randint(1, 50)})
        if answer is not None and answer.status == 201:
            self.refunds.append(answer.json()["id"])

    def look(self, number, dice):
        self.ask("GET", dice.choice([
            f"/v1/customers/charged-{dice.randrange(CHARGED)}/balance",
            f"/v1/customers/wallet-{dice.randrange(WALLETS)}/balance",
            f"/v1/usage?from={self.day}&to={self.next_day}&group_by=model", "/v1/alerts?limit=20",
            "/v1/charges?limit=20"]))

    # What must be so when it has ended

    def comes_to_rest(self):
        worker = self.worker

        def rests():
            return not (
                worker.count("inbox", "state = 'received'") or worker.count("outbox", "state = 'waiting'")
                or worker.count("charges", "status = 'pending'") or worker.count("refunds", "status = 'pending'")
                or worker.count("top_ups", "status IN ('creating', 'open', 'pending')"))

        until(rests, "everything has come to rest")
        for state in ("waiting", "underway"):
            until(lambda: not self.sandbox.deliveries(state=state), f"no webhook is {state}")

    def nothing_is_lost(self):
        worker = self.worker
        stored = worker.rows("SELECT event_id, cost_micros FROM usage_events WHERE event_id LIKE 'soak-%'")
        assert len(stored) == len(dict(stored)), "an event is there once"
        missing = self.usage.items() - dict(stored).items()
        assert not missing, sorted(missing)[:5]
        captured = worker.rows("SELECT COUNT(*), SUM(cost_micros) FROM usage_events WHERE source = 'authorization'")[0]
        assert self.unanswered or captured == (len(self.captured), sum(self.captured.values())), captured
        assert worker.count("inbox", "state <> 'settled'") == 0, worker.rows(
            "SELECT state, type, reason FROM inbox WHERE state <> 'settled' LIMIT 5")
        assert worker.count("outbox", "state <> 'done'") == 0

    def is_paid_once(self):
        """What was acknowledged is one payment, or one refund, at Stripe, and one here."""
        intents = [intent for intent in self.merchant.payment_intents() if intent["status"] == "succeeded"]
        charged = collections.Counter(
            intent["metadata"]["bursar_charge"] for intent in intents if "bursar_charge" in intent["metadata"])
        assert set(self.charges) <= set(charged), sorted(set(self.charges) - set(charged))[:5]
        assert set(charged.values()) <= {1}, charged.most_common(3)
        assert len(intents) - len(charged) == self.worker.count("top_ups", "status = 'paid'") >= len(self.top_ups)
        assert self.worker.count("charges", "status <> 'paid'") == 0
        assert sorted(self.merchant.paid_entries()) == sorted(intent["id"] for intent in intents)
        refunded = collections.Counter(refund["metadata"]["bursar_refund"] for refund in self.merchant.refunds())
        assert set(self.refunds) <= set(refunded) and set(refunded.values()) <= {1}
        assert self.worker.count("refunds", "status <> 'succeeded'") == 0
        told = {event["id"] for event in self.merchant.at_stripe("events")}
        assert told <= {row[0] for row in self.worker.rows("SELECT event_id FROM inbox")}, "each webhook has come in"
