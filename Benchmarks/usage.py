"""P2: usage events in batches over HTTP, deduplicated, rated, posted and durable, beside a limit.

The limit is one C thread that inserts small rows, once for each id, in batches of 128. Both are tried with ids that
come in order, as ULIDs do, and with random ones, as UUIDs are: these fall all over the index that keeps an event from
being counted twice.
"""

import json

from house import Bursar, median, print_bars, print_rates

PATH = "/v1/usage"
CONNECTIONS = 8
CUSTOMERS = 200
BATCHES = "100-1000"


def templates(programs):
    """Events of three models at costs that differ from event to event, by how their ids come."""
    models = ("large-model", "middle-model", "small-model")
    return {order: programs.written(f"usage-{order}.json", [
        # A number in a template has no quotes.
        json.dumps({"id": name, "customer": "@CUSTOMER@", "model": model})[:-1] + ', "cost_micros": @100..9000@}'
        for model in models]) for order, name in (("ordered", "@ID@"), ("random", "@HASH@"))}


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
    count = options.count or 100_000
    results = {f"{who}, {order}": [] for order in ("ordered", "random") for who in ("limit", "ours")}
    for number in range(options.rounds):
        for order, body in templates(programs).items():
            results[f"limit, {order}"].append(programs.limit("usage", count, number, order))
            results[f"ours, {order}"].append(measure_ours(programs, body, count, number))
            programs.clear()
    return results


def show(results):
    print_rates("P2 usage", results)
    rates = {name: median(rounds, "rate") for name, rounds in results.items()}
    print_bars([
        ("ours / limit", rates["ours, ordered"] / rates["limit, ordered"], "0.35 or more"),
        ("ours / limit, random ids", rates["ours, random"] / rates["limit, random"], "none is set"),
        ("events/s of ours", rates["ours, ordered"], "50,000 or more on 4 cores"),
    ])
