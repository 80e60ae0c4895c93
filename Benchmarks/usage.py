"""P2: usage events in batches over HTTP, deduplicated, rated, posted and durable, beside a limit.

The limit is one C thread that inserts small rows, once for each id, in batches of 128.
"""

import json

from house import Bursar, median, print_bars, print_rates

PATH = "/v1/usage"
CONNECTIONS = 8
CUSTOMERS = 200
BATCHES = "100-1000"


def template(programs):
    """Events of three models, in quantities that differ from event to event."""
    # A number in a template has no quotes.
    quantities = '"cost_micros": @100..9000@'
    lines = [json.dumps({"id": "@HASH@", "customer": "@CUSTOMER@", "model": model})[:-1] + f", {quantities}}}"
             for model in ("large-model", "middle-model", "small-model")]
    return programs.written("usage.json", lines)


def load(programs, bursar, body, count, prefix):
    return programs.load(
        bursar.port, PATH, count, CONNECTIONS, prefix=prefix, body=body, batch=BATCHES, customers=CUSTOMERS,
        bearer=bursar.key)


def measure_ours(programs, body, count, number):
    with Bursar(programs, f"ours-{number}") as bursar:
        bursar.key = bursar.merchant()
        warm = max(CUSTOMERS, count // 10)
        load(programs, bursar, body, warm, "warm-")
        result = load(programs, bursar, body, count, "event-")
        bursar.expect("events stored", "SELECT COUNT(*) FROM usage_events", warm + count)
        price = bursar.row("SELECT -SUM(price_micros) FROM usage_events")
        bursar.expect("revenue posted", "SELECT SUM(balance) FROM ledger_accounts WHERE kind = 'revenue'", *price)
    if number == 0:
        bursar.check_books()
    return result


def measure(programs, options):
    count, body = options.count or 100_000, template(programs)
    results = {"limit": [], "ours": []}
    for number in range(options.rounds):
        results["limit"].append(programs.limit("usage", count, number))
        results["ours"].append(measure_ours(programs, body, count, number))
        programs.clear()
    return results


def show(results):
    print_rates("P2 usage", results)
    ours, limit = median(results["ours"], "rate"), median(results["limit"], "rate")
    print_bars([
        ("ours / limit", ours / limit, "0.35 or more"),
        ("events/s of ours", ours, "50,000 or more on 4 cores"),
    ])
