"""Many callers at the same moment, round after round, at four processes on one database file: exactly what is there is
given away, and a key stands for one effect.

`BURSAR_ROUNDS` says how many rounds; make rehearse-long takes 1,000.
"""

import concurrent.futures
import itertools
import os
import random

import pytest

from bursar import Bursar

ROUNDS = int(os.environ.get("BURSAR_ROUNDS", "200"))
AT_ONCE = 50


@pytest.fixture
def workers(processes, tmp_path):
    return [processes(Bursar(tmp_path, BURSAR_LOG_LEVEL="error")).start() for _ in range(4)]


@pytest.fixture
def account(workers):
    terms = {"name": "Shop", "currency": "usd", "stripe": "none", "terms": {"prepaid": True}}
    return workers[0].post("/v1/accounts", terms)["id"]


@pytest.fixture
def pool():
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as threads:
        yield threads


def answered(worker, path, body, account, key):
    """What could not be written just now is sent again, under the same key."""
    for _ in range(200):
        answer = worker.call("POST", path, body, account=account, idempotency_key=key)
        if answer.status != 503 and not (answer.status == 409 and answer.json()["code"].endswith("in_flight")):
            return answer
    raise AssertionError(answer)


def test_exactly_what_is_there_is_held_in_every_round(workers, account, pool):
    dice, keys, refused = random.Random(13), itertools.count(1), 0
    for round in range(ROUNDS):
        customer, there, price = f"customer-{round}", dice.randint(1_000, 100_000), dice.randint(500, 5_000)
        grant = {"amount_micros": there, "kind": "paid_outside", "reason": "a round"}
        workers[0].post("/v1/customers", {"external_id": customer}, account=account)
        workers[0].post(f"/v1/customers/{customer}/grants", grant, account=account)
        ask = {"customer": customer, "estimate": {"amount_micros": price}}
        answers = list(pool.map(
            lambda turn: answered(workers[turn % 4], "/v1/authorizations", ask, account, f"ask-{next(keys)}"),
            range(AT_ONCE)))
        accepted = sum(answer.status == 201 for answer in answers)
        assert accepted == min(AT_ONCE, there // price), (round, there, price, accepted)
        assert {answer.status for answer in answers} <= {201, 402}, (round, answers)
        refused += AT_ONCE - accepted
    wrong = workers[0].rows(
        "SELECT customer FROM customer_meters m WHERE held_micros <> (SELECT COALESCE(SUM(held_micros), 0)"
        " FROM authorizations a WHERE a.customer = m.customer AND status = 'held')")
    assert wrong == []
    workers[0].books_are_sound()
    print(f"{ROUNDS} rounds of {AT_ONCE} at once at 4 processes, {refused} refused")


def test_a_key_stands_for_one_effect_in_every_round(workers, account, pool):
    workers[0].post("/v1/customers", {"external_id": "ada"}, account=account)
    path = "/v1/customers/ada/grants"
    for round in range(ROUNDS):
        grant = {"amount_micros": 1_000 + round, "kind": "promotional", "reason": f"round {round}"}
        answers = list(pool.map(
            lambda turn: answered(workers[turn % 4], path, grant, account, f"round-{round}"), range(AT_ONCE)))
        assert {answer.status for answer in answers} == {201}, (round, answers)
        assert len({answer.body for answer in answers}) == 1, (round, "all get the same answer")
        other = answered(workers[round % 4], path, {**grant, "amount_micros": 1}, account, f"round-{round}")
        assert other.status == 409 and other.json()["code"] == "idempotency_key_reused", other
    assert workers[0].count("wallet_lots") == ROUNDS
    balance = workers[0].get("/v1/customers/ada/balance", account=account)
    assert balance["wallet"]["micros"] == sum(1_000 + round for round in range(ROUNDS))
    workers[0].books_are_sound()
    print(f"{ROUNDS} rounds of {AT_ONCE} at once at 4 processes, one effect each")
