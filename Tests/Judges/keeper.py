"""Somebody who does everything that writes (usage, charges, refunds, top-ups, holds and their captures), remembers what
was acknowledged, and says again, under the same key, what was not."""

import collections
import dataclasses
import itertools
import random

import exchange
from processes import until
from stories import Merchant

CUSTOMERS = [f"customer-{number}" for number in range(6)]
# What an act makes one of, and where. A top-up asks Stripe in between, so that one that was cut off may stay unpaid.
PLACES = {"usage": "usage_events WHERE source <> 'authorization'", "charge": "charges", "refund": "refunds",
          "hold": "authorizations", "top_up": "top_ups"}
ONE_COMMIT = ("usage", "charge", "refund", "hold")


@dataclasses.dataclass
class Act:
    kind: str
    path: str
    body: dict
    key: str
    # Whether an answer was lost, or said that nobody knows: it may have been done.
    is_in_doubt: bool = False
    # Whether a process that was killed still has the claim on it, as far as the next one knows.
    waits: bool = False


class Keeper:
    def __init__(self, worker, sandbox, seed):
        self.worker, self.sandbox = worker, sandbox
        self.merchant = Merchant(worker, sandbox)
        for name in CUSTOMERS:
            self.merchant.add_customer(name)
        self.pending = collections.deque()
        self.usage, self.captured = {}, {}
        # Ids of what was acknowledged, by kind.
        self.made = {kind: set() for kind in PLACES}
        self.bought = set()
        # What was being asked for when nobody answered any more.
        self.died_in = collections.Counter()
        self._held = []
        self._dice, self._numbers = random.Random(seed), itertools.count(1)

    # Doing

    def act(self):
        """Does the next thing, or one that is not done yet.
        - Returns: the answer, or None where nobody answered."""
        if all(act.waits for act in self.pending):
            self.pending.extend(self._thought_of())
        return self.say(next(act for act in self.pending if not act.waits))

    def act_until_it_dies(self, acts):
        """- Returns: whether it has died."""
        for act in self.pending:
            act.waits = False
        for _ in range(acts):
            if self.act() is None:
                until(lambda: not self.worker.child.is_running, "it has died, as nobody answers")
                return True
        return False

    def do_all(self, tries=200):
        """Says everything again that is not done, until it is."""
        for _ in range(tries):
            if not self.pending:
                return
            assert self.say(self.pending[0]) is not None, "nobody answers"
            self.pending.rotate(-1)
        raise AssertionError(f"not done after {tries} tries: {list(self.pending)[:3]}")

    def say(self, act):
        try:
            answer = self.worker.call(
                "POST", act.path, act.body, account=self.merchant.account, idempotency_key=act.key)
        except exchange.Unanswered:
            act.is_in_doubt = True
            self.died_in[act.kind] += 1
            return None
        if answer.status in (200, 201):
            self.pending.remove(act)
            self._acknowledged(act, answer.json())
        elif answer.status in (503, 504):
            act.is_in_doubt |= answer.json()["code"] != "unavailable"
        elif answer.status == 409 and answer.json()["code"] == "idempotency_key_in_flight":
            act.waits = True
        else:
            assert answer.status in (402, 409), (act, answer)
            self.pending.remove(act)
        return answer

    def _thought_of(self):
        key, customer = f"act-{next(self._numbers)}", self._dice.choice(CUSTOMERS)
        kind = self._dice.choice(["usage", "usage", "charge", "refund", "top_up", "hold", "capture", "capture"])
        if kind == "refund" and self.made["charge"]:
            charge = self._dice.choice(sorted(self.made["charge"]))
            return [Act(kind, f"/v1/charges/{charge}/refunds", {"amount": self._dice.randint(1, 5)}, key)]
        if kind == "top_up":
            order = {"customer": customer, "amount": self._dice.randint(100, 900), "success_url": "https://a.example"}
            return [Act(kind, "/v1/top_ups", order, key)]
        if kind == "capture" and self._held:
            path = f"/v1/authorizations/{self._held.pop()}/capture"
            return [Act(kind, path, {"cost_micros": self._dice.randint(1, 90_000)}, key)]
        if kind in ("hold", "capture"):
            estimate = {"customer": customer, "estimate": {"amount_micros": 90_000}}
            return [Act("hold", "/v1/authorizations", estimate, key)]
        event = {"id": key, "customer": customer, "cost_micros": self._dice.randint(1_000_000, 5_000_000)}
        acts = [Act("usage", "/v1/usage", event, key)]
        if kind == "charge":
            acts.append(Act("charge", "/v1/charges", {"customer": customer}, f"{key}-charge"))
        return acts

    def _acknowledged(self, act, answer):
        if act.kind == "capture":
            self.captured[answer["id"]] = act.body["cost_micros"]
            return
        if act.kind == "usage":
            self.usage[act.key] = act.body["cost_micros"]
            self.made["usage"].add(act.key)
            return
        self.made[act.kind].add(answer["id"])
        if act.kind == "hold":
            self._held.append(answer["id"])
        if act.kind == "top_up":
            session = self.worker.rows("SELECT checkout_session FROM top_ups WHERE id = ?", answer["id"])[0][0]
            self.sandbox.control(f"checkout_sessions/{session}/pay")
            self.bought.add(answer["id"])

    # Looking

    def is_all_there(self, rows):
        """What was acknowledged is there; what is there besides was in doubt. `rows` asks the database."""
        for kind, place in PLACES.items():
            column = "event_id" if kind == "usage" else "id"
            there = {row[0] for row in rows(f"SELECT {column} FROM {place}")}
            assert self.made[kind] <= there, (kind, sorted(self.made[kind] - there)[:5])
            doubtful = sum(act.kind == kind and act.is_in_doubt for act in self.pending)
            if kind in ONE_COMMIT:
                assert len(there) <= len(self.made[kind]) + doubtful, (kind, "not written, and yet there")
        stored = dict(rows("SELECT event_id, cost_micros FROM usage_events WHERE source <> 'authorization'"))
        assert self.usage.items() <= stored.items()
        captured = dict(rows("SELECT event_id, cost_micros FROM usage_events WHERE source = 'authorization'"))
        assert self.captured.items() <= captured.items()

    def comes_to_rest(self):
        """Everything is said again, heard of and compared; then each thing was done once, here and at Stripe."""
        worker = self.worker
        worker.time_passes()
        worker.start()
        self.do_all()
        until(lambda: worker.count("outbox", "state = 'waiting'") == 0, "all was sent")
        worker.inbox_is_settled()
        reconciled = worker.command_json("reconcile")
        assert (reconciled["status"], reconciled["unexplained_micros"]) == ("clean", 0), reconciled
        self.is_all_there(worker.rows)
        assert worker.count("usage_events") == len(self.usage) + len(self.captured)
        self._is_paid_once()
        worker.books_are_sound()

    def _is_paid_once(self):
        intents = [intent for intent in self.merchant.payment_intents() if intent["status"] == "succeeded"]
        charged = [intent["metadata"]["bursar_charge"] for intent in intents if "bursar_charge" in intent["metadata"]]
        assert sorted(charged) == sorted(self.made["charge"]), "one charge, one PaymentIntent"
        assert self.worker.count("charges", "status <> 'paid'") == 0
        assert len(intents) - len(charged) == self.worker.count("top_ups", "status = 'paid'") == len(self.bought)
        assert sorted(self.merchant.paid_entries()) == sorted(intent["id"] for intent in intents)
        refunded = [refund["metadata"]["bursar_refund"] for refund in self.merchant.refunds()]
        assert sorted(refunded) == sorted(self.made["refund"]), "one refund here, one at Stripe"

    def figures(self):
        made = ", ".join(f"{len(ids)} {kind.replace('_', '-')}" for kind, ids in self.made.items())
        return f"{made} and {len(self.captured)} captures acknowledged"
