"""Overspend, tried from outside: many callers, several processes on one database file, and a crash in between."""

import concurrent.futures
import itertools
import random

import pytest

from bursar import Bursar
from processes import until

_names = itertools.count(1)


class Shop:
    """A merchant without Stripe, served by several processes at once."""

    def __init__(self, workers, **terms):
        self.workers = workers
        worker = workers[0]
        self.account = worker.post(
            "/v1/accounts", {"name": "Shop", "currency": "usd", "stripe": "none", "terms": {"prepaid": True, **terms}}
        )["id"]
        self._turns = itertools.cycle(workers)

    def call(self, method, path, body=None):
        """At the next process. What could not be written just now is sent again, under the same key."""
        worker, once = next(self._turns), f"judge-holds-{next(_names)}"
        for _ in range(200):
            answer = worker.call(method, path, body, account=self.account, idempotency_key=once)
            if answer.status != 503:
                return answer
        raise AssertionError(answer)

    def give(self, customer, micros):
        self.call("POST", "/v1/customers", {"external_id": customer})
        body = {"amount_micros": micros, "kind": "paid_outside", "reason": "a test"}
        answer = self.call("POST", f"/v1/customers/{customer}/grants", body)
        assert answer.status == 201, answer

    def ask(self, customer, micros, **options):
        body = {"customer": customer, "estimate": {"amount_micros": micros}, **options}
        return self.call("POST", "/v1/authorizations", body)

    def capture(self, hold, micros):
        return self.call("POST", f"/v1/authorizations/{hold}/capture", {"cost_micros": micros})

    def release(self, hold):
        return self.call("POST", f"/v1/authorizations/{hold}/release", {})

    def balance(self, customer):
        found = self.workers[0].get(f"/v1/customers/{customer}/balance", account=self.account)
        return {name: (found[name] or {}).get("micros") for name in ("wallet", "accrued", "held", "available")}

    def totals_are_sound(self):
        worker = self.workers[0]
        wrong = worker.rows(
            "SELECT customer FROM customer_meters m WHERE held_micros <> (SELECT COALESCE(SUM(held_micros), 0)"
            " FROM authorizations a WHERE a.customer = m.customer AND status = 'held')")
        assert wrong == []
        wrong = worker.rows(
            "SELECT subject FROM limit_counters WHERE period = 'ever' AND subject LIKE 'customer:%' AND held_requests"
            " <> (SELECT COUNT(*) FROM authorizations WHERE 'customer:' || customer = subject AND status = 'held')")
        assert wrong == []
        worker.books_are_sound()


@pytest.fixture
def open_shop(processes, tmp_path):
    def start(count=1, **terms):
        workers = [processes(Bursar(tmp_path)).start() for _ in range(count)]
        return Shop(workers, **terms)

    return start


def at_once(work, count, threads=32):
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, range(count)))


@pytest.mark.parametrize("processes_at_work", [1, 2, 4])
def test_a_thousand_at_once_get_what_is_there_and_no_micro_more(open_shop, processes_at_work):
    shop = open_shop(processes_at_work)
    shop.give("ada", 1_000_000)
    answers = at_once(lambda _: shop.ask("ada", 1_003), 1_000)
    statuses = sorted({answer.status for answer in answers})
    assert statuses == [201, 402], statuses
    granted = [answer.json() for answer in answers if answer.status == 201]
    assert len(granted) == 1_000_000 // 1_003
    assert len({hold["id"] for hold in granted}) == len(granted)
    assert min(hold["available_micros"] for hold in granted) == 1_000_000 - len(granted) * 1_003
    refused = next(answer.json() for answer in answers if answer.status == 402)
    assert refused["limit"] == "wallet" and refused["cap"] == 1_000_000 and refused["spent"] == 0
    assert shop.balance("ada") == {
        "wallet": 1_000_000, "accrued": 0, "held": len(granted) * 1_003,
        "available": 1_000_000 - len(granted) * 1_003}
    shop.totals_are_sound()


def test_a_limit_of_the_account_holds_for_two_processes(open_shop):
    shop = open_shop(2, prepaid=False, limits={"month": {"requests": 120}})
    answers = at_once(lambda turn: shop.ask(f"customer-{turn % 7}", 5), 300)
    assert sum(answer.status == 201 for answer in answers) == 120
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.json()["limit"] == "month.requests" and refused.json()["cap"] == 120
    assert int(refused.headers["Retry-After"]) >= 1
    shop.totals_are_sound()


def test_no_game_with_holds_overdraws_by_more_than_the_formula(open_shop):
    above, dice = 25, random.Random(7)
    shop = open_shop(2, capture_above_percent=above)
    shop.give("ada", 500_000)
    for turn in range(6):
        wanted = [dice.randint(1, 60_000) for _ in range(40)]
        granted = [answer.json() for answer in at_once(lambda at: shop.ask("ada", wanted[at]), 40)
                   if answer.status == 201]
        excess = sum(hold["held_micros"] * above // 100 for hold in granted)

        def end(at):
            hold, way = granted[at], dice.random()
            if way < 0.2:
                return shop.release(hold["id"])
            too_much = shop.capture(hold["id"], hold["held_micros"] * (100 + above) // 100 + 1)
            assert too_much.status == 409 and too_much.json()["code"] == "capture_above_bound", too_much
            return shop.capture(hold["id"], hold["held_micros"] * (100 + above) // 100)

        ended = at_once(end, len(granted))
        assert {answer.status for answer in ended} <= {200}, ended
        now = shop.balance("ada")
        assert now["held"] == 0 and now["accrued"] - now["wallet"] <= excess, (turn, now, excess)
        if now["available"] < 0:
            assert {answer.status for answer in at_once(lambda _: shop.ask("ada", 0), 20)} == {402}
        shop.give("ada", 150_000)
    shop.totals_are_sound()


def test_a_hold_survives_a_crash_and_ends_by_itself(open_shop):
    shop = open_shop()
    worker = shop.workers[0]
    shop.give("ada", 1_000)
    short = shop.ask("ada", 400, expires_in=3).json()["id"]
    long = shop.ask("ada", 600).json()["id"]
    worker.restart()
    assert shop.ask("ada", 601).status == 402
    assert worker.get(f"/v1/authorizations/{long}", account=shop.account)["status"] == "held"
    # Nobody asks: the loop writes it down.
    until(lambda: worker.count("authorizations", "id = ? AND status = 'expired'", short) == 1, "it has expired")
    late = shop.capture(short, 1)
    assert late.status == 409 and late.json()["code"] == "authorization_expired", late
    assert shop.capture(long, 600).json()["status"] == "captured"
    assert shop.ask("ada", 400).status == 201
    shop.totals_are_sound()


def test_killed_in_the_midst_of_it_no_hold_is_lost_and_none_is_made_up(open_shop):
    shop = open_shop(2)
    shop.give("ada", 100_000)
    granted = []
    for turn in range(3):
        answers = at_once(lambda _: shop.ask("ada", 100), 100)
        granted += [answer.json()["id"] for answer in answers if answer.status == 201]
        for hold in granted[-20:]:
            assert shop.capture(hold, 150).status == 200
        shop.workers[turn % 2].restart()
    worker = shop.workers[0]
    assert worker.count("authorizations", "status = 'held'") == len(granted) - 60
    assert worker.count("usage_events", "source = 'authorization'") == 60
    shop.totals_are_sound()
