"""Products at several processes on one database file: the tiers are gone through once, by all of them together."""

import concurrent.futures
import itertools
from fractions import Fraction

import pytest

from bursar import Bursar

BANDS = [("first", 500, "0.0213"), ("second", 900, "0.0107"), ("rest", None, "0.0031")]
PRODUCT = {
    "slug": "reader", "metrics": [
        {"meter": "pages", "mode": "graduated", "bands": [
            {"name": name, "up_to": end, "unit_rate": rate, "fixed_micros": 1000} for name, end, rate in BANDS]},
        {"meter": "sessions", "unit": "credits", "mode": "volume", "bands": [{"name": "all", "unit_rate": "0.3"}]}]}


def price(pages, sessions):
    """In micros, exactly."""
    total, start = Fraction(0), 0
    for _, end, rate in BANDS:
        if pages > start:
            total += (min(pages, end or pages) - start) * Fraction(rate) * 1_000_000 + 1000
            start = end or pages
    return total + sessions * Fraction("0.3") * 777


@pytest.mark.parametrize("count", [1, 3])
def test_readings_and_sums_are_exact_at_several_processes(processes, tmp_path, count):
    workers = [processes(Bursar(tmp_path)).start() for _ in range(count)]
    first, turns, names = workers[0], itertools.cycle(workers), itertools.count(1)
    terms = {"credit_values": [{"from": "2020-01-01", "micros": 777}]}
    account = first.post(
        "/v1/accounts", {"name": "Shop", "currency": "usd", "stripe": "none", "terms": terms})["id"]

    def call(method, path, body=None):
        worker, once = next(turns), f"judge-products-{next(names)}"
        for _ in range(200):
            answer = worker.call(method, path, body, account=account, idempotency_key=once)
            if answer.status != 503:
                return answer
        raise AssertionError(answer)

    assert call("POST", "/v1/meters", {"slug": "pages", "aggregation": "sum", "field": "pages"}).status == 201
    sessions = {"slug": "sessions", "aggregation": "unique_count", "field": "metadata.session"}
    assert call("POST", "/v1/meters", sessions).status == 201
    # Made at one process, known at every other from the next request on.
    assert call("POST", "/v1/products", PRODUCT).status == 201

    def use(number):
        event = {
            "id": f"e{number}", "customer": f"c{number % 2}", "product": "reader",
            "quantities": {"pages": number % 7}, "metadata": {"session": f"s{number % 50}"}}
        answer = call("POST", "/v1/usage", event).json()["data"][0]
        assert answer["status"] in ("accepted", "duplicate"), answer
        return number, answer["usage_event"]

    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        used = dict(pool.map(use, range(400)))
        taken_back = [number for number in used if number % 15 == 4]
        for answer in pool.map(
                lambda number: call("POST", f"/v1/usage/{used[number]}/corrections", {"reason": "judge"}), taken_back):
            assert answer.status == 201, answer
    for customer in range(2):
        mine = [number for number in used if number % 2 == customer]
        pages = sum(number % 7 for number in mine)
        gone = [number for number in mine if number in taken_back]
        stretch = "from=2020-01-01&to=2029-01-01"
        found = first.get(f"/v1/meters/pages/readings?{stretch}&customer=c{customer}", account=account)["data"][0]
        assert found["value"] == pages - sum(number % 7 for number in gone), found
        assert found["events"] == len(mine) - len(gone)
        seen = first.get(f"/v1/meters/sessions/readings?{stretch}&customer=c{customer}", account=account)["data"][0]
        assert seen["value"] == len({number % 50 for number in mine})
        charged, given_back = (
            sum(micros for kind, micros in rows(first, account, customer) if kind == wanted)
            for wanted in ("usage", "correction"))
        exact = price(pages, len({number % 50 for number in mine}))
        assert exact - 1 < charged <= exact, (exact, charged)
        assert given_back < 0
    first.books_are_sound()


def rows(worker, account, customer):
    return worker.rows(
        "SELECT kind, price_micros FROM usage_events WHERE account = ? AND customer = (SELECT id FROM customers"
        " WHERE account = ? AND external_id = ?)", account, account, f"c{customer}")
