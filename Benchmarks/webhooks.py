"""P1: signed webhooks of 3 kB, verified, durable and answered, beside a peer and a limit."""

import json
import os
import sqlite3
import subprocess
import sys

from house import ROOT, SIGNING_SECRET, Bursar, Server, free_port, median, print_bars, print_rates

PATH = "/stripe/webhooks/connect"
BODY_BYTES = 3_000
CONNECTIONS = 64


def template(programs):
    """The contract's own `payment_intent.succeeded`, brought to 3 kB, with a place for its id."""
    event = json.loads((ROOT / "Webhooks" / "payment_intent.succeeded" / "payload.json").read_text())
    event["id"] = "@ID@"
    padding = BODY_BYTES - len(json.dumps(event)) - len(', "padding": ""')
    event["padding"] = "x" * max(0, padding)
    return programs.written("event.json", [json.dumps(event)])


def load(programs, port, body, count, prefix):
    """A warm-up of a tenth, and then what counts."""
    warm = max(CONNECTIONS, count // 10)
    for number, prefix in ((warm, prefix + "warm_"), (count, prefix)):
        result = programs.load(
            port, PATH, number, CONNECTIONS, prefix=prefix, body=body, secret=SIGNING_SECRET)
    return result, warm + count


def check_stored(database, expected, what):
    connection = sqlite3.connect(database, timeout=30)
    stored = connection.execute("SELECT COUNT(*) FROM inbox").fetchone()[0]
    connection.close()
    if stored != expected:
        sys.exit(f"{what} answered {expected} events and stored {stored}")


def measure_ours(programs, body, count, number):
    with Bursar(programs, f"ours-{number}") as bursar:
        result, sent = load(programs, bursar.port, body, count, f"evt_ours{number}_")
    check_stored(bursar.database, sent, "Bursar")
    return result


def measure_peer(programs, body, count, number):
    database, port = programs.folder / f"peer-{number}.sqlite", free_port()
    environment = {"PEER_DATABASE": str(database), "PEER_SECRET": SIGNING_SECRET}
    arguments = [programs.gunicorn, "--workers", "4", "--bind", f"127.0.0.1:{port}", "--chdir",
                 ROOT / "Benchmarks" / "peer", "--log-level", "error", "app:app"]
    with Server(arguments, environment, programs.folder, "peer", port):
        result, sent = load(programs, port, body, count, f"evt_peer{number}_")
    check_stored(database, sent, "the peer")
    return result


def measure_limit(programs, body, count, number):
    database = programs.folder / f"limit-{number}.sqlite"
    made = subprocess.run(
        [programs.bursar, "init", "--database", database, "--config", programs.folder / f"limit-{number}.env"],
        env={"PATH": os.environ["PATH"], "HOME": str(programs.folder)}, cwd=programs.folder, capture_output=True,
        text=True, timeout=60)
    if made.returncode != 0:
        sys.exit(f"the tables could not be made: {made.stderr}")
    return programs.limit("webhooks", count, number, body)


def measure(programs, options):
    count, body = options.count or 40_000, template(programs)
    results = {"peer": [], "limit": [], "ours": []}
    for number in range(options.rounds):
        results["peer"].append(measure_peer(programs, body, options.peer_count, number))
        results["limit"].append(measure_limit(programs, body, count, number))
        results["ours"].append(measure_ours(programs, body, count, number))
        programs.clear()
    return results


def show(results):
    print_rates("P1 webhooks", results)
    rates = {name: median(rounds, "rate") for name, rounds in results.items()}
    print_bars([
        ("ours / peer", rates["ours"] / rates["peer"], "10 or more"),
        ("ours / limit", rates["ours"] / rates["limit"], "0.35 or more"),
        ("p99 of ours, ms", median(results["ours"], "p99_ms"), f"6 or less, at {CONNECTIONS} connections"),
    ])
