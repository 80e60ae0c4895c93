"""P3: authorize and capture over HTTP, durable, beside the same HTTP with the check alone.

The check alone is `POST /v1/quota_checks`: the key is looked up, the estimate priced, plan, caps and wallet are read,
and nothing is written.
"""

import json

from house import Bursar, median, print_bars, print_rates

CONNECTIONS = 64
CUSTOMERS = 200
WALLET_MICROS = 1_000_000_000_000


def templates(programs):
    estimate = json.dumps({"customer": "@CUSTOMER@", "estimate": {"amount_micros": 5000}})
    capture = json.dumps({"cost_micros": 4000})
    return programs.written("estimate.json", [estimate]), programs.written("capture.json", [capture])


def authorize(programs, bursar, bodies, count, connections):
    return programs.load(
        bursar.port, "/v1/authorizations", count, connections, body=bodies[0], customers=CUSTOMERS, bearer=bursar.key,
        then="/v1/authorizations/@ANSWER@/capture", then_body=bodies[1])


def check_alone(programs, bursar, bodies, count, connections):
    return programs.load(
        bursar.port, "/v1/quota_checks", count, connections, body=bodies[0], customers=CUSTOMERS, bearer=bursar.key)


def give_credit(bursar):
    """Every customer has paid ahead, so that each hold is taken from a wallet."""
    for number in range(CUSTOMERS):
        customer = {"external_id": f"customer-{number:04}"}
        made = bursar.call("POST", "/v1/customers", customer, bursar.key)["id"]
        bursar.call("POST", f"/v1/customers/{made}", {"prepaid": True}, bursar.key)
        grant = {"amount_micros": WALLET_MICROS, "kind": "paid_outside", "reason": "benchmark"}
        bursar.call("POST", f"/v1/customers/{made}/grants", grant, bursar.key)


def measure_round(programs, bodies, count, number):
    with Bursar(programs, f"ours-{number}") as bursar:
        bursar.key = bursar.merchant()
        give_credit(bursar)
        warm = max(CONNECTIONS, count // 10)
        authorize(programs, bursar, bodies, warm, CONNECTIONS)
        limit = check_alone(programs, bursar, bodies, count, CONNECTIONS)
        ours = authorize(programs, bursar, bodies, count, CONNECTIONS)
        alone_count = max(1, count // 20)
        alone = authorize(programs, bursar, bodies, alone_count, 1)
        bursar.expect(
            "captured authorizations", "SELECT COUNT(*) FROM authorizations WHERE status = 'captured'",
            warm + count + alone_count)
        bursar.expect("held still", "SELECT SUM(held_micros) FROM customer_meters", 0)
    if number == 0:
        bursar.check_books()
    return limit, ours, alone


def measure(programs, options):
    count, bodies = options.count or 20_000, templates(programs)
    results = {"check alone": [], "ours": [], "ours, 1 alone": []}
    for number in range(options.rounds):
        for name, result in zip(results, measure_round(programs, bodies, count, number)):
            results[name].append(result)
        programs.clear()
    return results


def show(results):
    print_rates("P3 holds", results)
    ours, limit, alone = (results[name] for name in ("ours", "check alone", "ours, 1 alone"))
    print(f"capture: p50 {median(ours, 'then', 'p50_ms'):.2f} ms, p99 {median(ours, 'then', 'p99_ms'):.2f} ms at "
          f"{CONNECTIONS} connections; p50 {median(alone, 'then', 'p50_ms'):.2f} ms alone")
    print("the rate counts pairs: an authorization and its capture")
    print_bars([
        ("requests of ours / check", 2 * median(ours, "rate") / median(limit, "rate"), "none is set"),
        ("authorizations/s of ours", median(ours, "rate"), "15,000 or more on 4 cores"),
        ("p50 of one alone, ms", median(alone, "p50_ms"), "1 or less"),
        ("p99 of ours, ms", median(ours, "p99_ms"), f"6 or less, at {CONNECTIONS} connections"),
    ])
