"""P1: signed webhooks of 3 kB, verified, durable and answered, beside a peer and a limit.

An absolute figure holds on no other machine, so the three take turns and the ratios are what counts.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
SECRET = "whsec_of_the_benchmark"
PATH = "/stripe/webhooks/connect"
BODY_BYTES = 3_000
CONNECTIONS = 64


def pinned(cores):
    """Server and load on cores of their own, where there are enough of them."""
    if (os.cpu_count() or 1) < 4 or shutil.which("taskset") is None:
        return []
    return ["taskset", "-c", cores]


SERVER_CORES, LOAD_CORES, ONE_CORE = pinned("0-2"), pinned("3"), pinned("0")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_template(folder):
    """The contract's own `payment_intent.succeeded`, brought to 3 kB, with a place for its id."""
    event = json.loads((ROOT / "Webhooks" / "payment_intent.succeeded" / "payload.json").read_text())
    event["id"] = "@ID@"
    padding = BODY_BYTES - len(json.dumps(event)) - len(', "padding": ""')
    event["padding"] = "x" * max(0, padding)
    path = folder / "event.json"
    path.write_text(json.dumps(event))
    return path


class Server:
    """A server of one round, on a database of its own."""

    def __init__(self, arguments, environment, folder, name, port, ready):
        self.log = open(folder / f"{name}.log", "ab")
        self.process = subprocess.Popen(
            [*SERVER_CORES, *map(str, arguments)], env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment},
            cwd=folder, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        end = time.monotonic() + 30
        while not ready(port):
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit(f"{name} did not start:\n" + (folder / f"{name}.log").read_text()[-2000:])
            time.sleep(0.02)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def load(port, template, count, prefix):
    run = subprocess.run(
        [*LOAD_CORES, str(template.parent / "load"), str(port), PATH, SECRET, str(template), str(count),
         str(CONNECTIONS), prefix], capture_output=True, text=True, timeout=180)
    if run.returncode != 0:
        sys.exit(f"the load failed: {run.stdout} {run.stderr}")
    return json.loads(run.stdout)


def check_stored(database, expected, what):
    connection = sqlite3.connect(database, timeout=30)
    stored = connection.execute("SELECT COUNT(*) FROM inbox").fetchone()[0]
    connection.close()
    if stored != expected:
        sys.exit(f"{what} answered {expected} events and stored {stored}")


def bursar_environment(database, port):
    return {
        "BURSAR_DATABASE": f"sqlite:{database}", "BURSAR_LISTEN": f"127.0.0.1:{port}", "BURSAR_LOG_LEVEL": "error",
        "BURSAR_PLATFORM_KEY": "bursar_platform_key_of_the_benchmark", "BURSAR_STRIPE_SECRET_KEY": "sk_test_benchmark",
        "BURSAR_STRIPE_API_BASE": "http://127.0.0.1:9", "BURSAR_STRIPE_WEBHOOK_SECRETS": SECRET,
        "BURSAR_STRIPE_CONNECT_WEBHOOK_SECRETS": SECRET,
    }


def measure_ours(program, folder, template, count, number):
    database, port = folder / f"ours-{number}.sqlite", free_port()
    server = Server([program, "serve"], bursar_environment(database, port), folder, "bursar", port, answers)
    try:
        load(port, template, max(CONNECTIONS, count // 10), f"evt_warm{number}_")
        result = load(port, template, count, f"evt_ours{number}_")
    finally:
        server.stop()
    check_stored(database, count + max(CONNECTIONS, count // 10), "Bursar")
    return result


def measure_peer(gunicorn, folder, template, count, number):
    database, port = folder / f"peer-{number}.sqlite", free_port()
    environment = {"PEER_DATABASE": str(database), "PEER_SECRET": SECRET}
    arguments = [gunicorn, "--workers", "4", "--bind", f"127.0.0.1:{port}", "--chdir", ROOT / "Benchmarks" / "peer",
                 "--log-level", "error", "app:app"]
    server = Server(arguments, environment, folder, "peer", port, answers)
    try:
        load(port, template, max(CONNECTIONS, count // 10), f"evt_warm{number}_")
        result = load(port, template, count, f"evt_peer{number}_")
    finally:
        server.stop()
    check_stored(database, count + max(CONNECTIONS, count // 10), "the peer")
    return result


def measure_limit(program, folder, template, count, number):
    database = folder / f"limit-{number}.sqlite"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    made = subprocess.run(
        [program, "init", "--database", database, "--config", folder / f"limit-{number}.env"], env=environment,
        cwd=folder, capture_output=True, text=True, timeout=60)
    if made.returncode != 0:
        sys.exit(f"the tables could not be made: {made.stderr}")
    run = subprocess.run(
        [*ONE_CORE, folder / "limit", database, template, str(count), f"evt_limit{number}_"], capture_output=True,
        text=True, timeout=180)
    if run.returncode != 0:
        sys.exit(f"the limit failed: {run.stderr}")
    return json.loads(run.stdout)


def compile_programs(folder):
    compiler = shutil.which("cc") or shutil.which("clang")
    if compiler is None:
        sys.exit("the load and the limit are C programs: install a C compiler; clang comes with Swift")
    for name, library in (("load", "crypto"), ("limit", "sqlite3")):
        source = ROOT / "Benchmarks" / name / f"{name}.c"
        subprocess.run(
            [compiler, "-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-o", folder / name, source, f"-l{library}"],
            check=True)


def table(results):
    rates = {name: [round_["rate"] for round_ in rounds] for name, rounds in results.items()}
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print(f"\n{'P1':8} {'median/s':>10} {'spread/s':>17} {'p50 ms':>8} {'p99 ms':>8}")
    for name, rounds in results.items():
        spread = f"{min(rates[name]):.0f}–{max(rates[name]):.0f}"
        times = [f"{statistics.median(round_[key] for round_ in rounds):8.2f}" if key in rounds[0] else " " * 8
                 for key in ("p50_ms", "p99_ms")]
        print(f"{name:8} {medians[name]:10.0f} {spread:>17} {times[0]} {times[1]}")
    p99 = statistics.median(round_["p99_ms"] for round_ in results["ours"])
    print(f"\nours / peer   {medians['ours'] / medians['peer']:6.1f}   (bar: 10 or more)")
    print(f"ours / limit  {medians['ours'] / medians['limit']:6.2f}   (bar: 0.35 or more)")
    print(f"p99 of ours   {p99:6.2f}   (bar: 6 ms or less, at {CONNECTIONS} connections)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bursar", required=True, type=pathlib.Path, help="the program, as released")
    parser.add_argument("--gunicorn", required=True, type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=40_000, help="webhooks to ours and rows to the limit, each round")
    parser.add_argument("--peer-count", type=int, default=5_000)
    parser.add_argument("--json", type=pathlib.Path, help="where to write every round")
    options = parser.parse_args()

    # On the disk of the project: a temporary file system would know no fsync.
    with tempfile.TemporaryDirectory(dir=ROOT / ".build", prefix="bench-") as name:
        folder = pathlib.Path(name)
        compile_programs(folder)
        template = make_template(folder)
        results = {"peer": [], "limit": [], "ours": []}
        for number in range(options.rounds):
            results["peer"].append(measure_peer(options.gunicorn, folder, template, options.peer_count, number))
            results["limit"].append(measure_limit(options.bursar, folder, template, options.count, number))
            results["ours"].append(measure_ours(options.bursar, folder, template, options.count, number))
            latest = "  ".join(f"{name} {rounds[-1]['rate']:.0f}/s" for name, rounds in results.items())
            print(f"round {number + 1}: {latest}", flush=True)
            for leftover in folder.glob("*.sqlite*"):
                leftover.unlink()
        table(results)
        if options.json:
            options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
