"""The programs of a benchmark: C programs that load and that set the limit, and servers of one round each."""

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
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
SIGNING_SECRET = "whsec_of_the_benchmark"
PLATFORM_KEY = "bursar_platform_key_of_the_benchmark"

# A server that uses less of a core for so long only looks whether there is work.
IDLE_SHARE, IDLE_SECONDS, IDLE_TIMES = 0.1, 1.5, 4


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


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def told(arguments, what):
    """What a program says in JSON."""
    run = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, timeout=900)
    if run.returncode != 0:
        sys.exit(f"{what} failed: {run.stdout} {run.stderr}")
    return json.loads(run.stdout)


class Programs:
    """What there is to run, and the folder to run it in: on the project's disk, for a temporary one has no fsync."""

    def __init__(self, folder, bursar, gunicorn=None):
        self.folder, self.bursar, self.gunicorn = folder, bursar.resolve(), gunicorn
        compiler = shutil.which("cc") or shutil.which("clang")
        if compiler is None:
            sys.exit("the load and the limit are C programs: install a C compiler; clang comes with Swift")
        for name, library in (("load", "crypto"), ("limit", "sqlite3")):
            sources = sorted((ROOT / "Benchmarks" / name).glob("*.c"))
            subprocess.run(
                [compiler, "-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-o", folder / name, *sources,
                 f"-l{library}"], check=True)

    def load(self, port, path, count, connections=1, **settings):
        """Sends `count` items; every one must be taken."""
        given = {"port": port, "path": path, "count": count, "connections": connections, **settings}
        return told([*LOAD_CORES, self.folder / "load", *(f"{name}={value}" for name, value in given.items())],
                    f"the load on {path}")

    def limit(self, kind, count, number, *arguments):
        database = self.folder / f"limit-{number}.sqlite"
        return told([*ONE_CORE, self.folder / "limit", kind, database, count, f"evt_limit{number}_", *arguments],
                    "the limit")

    def written(self, name, lines):
        """A file of templates, one in each line."""
        path = self.folder / name
        path.write_text("".join(line + "\n" for line in lines))
        return path

    def clear(self):
        for leftover in self.folder.glob("*.sqlite*"):
            leftover.unlink()


class Server:
    """A server on a port of its own, ended by its id."""

    def __init__(self, arguments, environment, folder, name, port):
        self.port, self.log = port, folder / f"{name}.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*SERVER_CORES, *map(str, arguments)], cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment})
        end = time.monotonic() + 60
        while not answers(port):
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit(f"{name} did not start:\n" + self.log.read_text()[-2000:])
            time.sleep(0.02)

    def wait_until_idle(self):
        """Until it has done what it does after a start, such as checking the books; returns the seconds of CPU.

        Who waits for the disk uses nothing either, so one quiet moment does not count."""
        used, quiet = -1.0, 0
        while quiet < IDLE_TIMES:
            now = self.cpu_seconds()
            quiet = quiet + 1 if now - used <= IDLE_SHARE * IDLE_SECONDS else 0
            used = now
            time.sleep(IDLE_SECONDS)
        return used

    def cpu_seconds(self):
        """What all its threads have used so far, to the nanosecond."""
        threads = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Bursar(Server):
    """Bursar on a database, with one merchant to work for."""

    def __init__(self, programs, name):
        self.database, port = programs.folder / f"{name}.sqlite", free_port()
        self.environment = {
            "BURSAR_DATABASE": f"sqlite:{self.database}", "BURSAR_CREATE_DATABASE": "yes",
            "BURSAR_LISTEN": f"127.0.0.1:{port}",
            "BURSAR_LOG_LEVEL": "error", "BURSAR_PLATFORM_KEY": PLATFORM_KEY,
            "BURSAR_STRIPE_SECRET_KEY": "sk_test_benchmark", "BURSAR_STRIPE_API_BASE": "http://127.0.0.1:9",
            "BURSAR_STRIPE_WEBHOOK_SECRETS": SIGNING_SECRET, "BURSAR_STRIPE_CONNECT_WEBHOOK_SECRETS": SIGNING_SECRET,
        }
        self.programs = programs
        super().__init__([programs.bursar, "serve"], self.environment, programs.folder, name, port)

    def call(self, method, path, body=None, key=PLATFORM_KEY):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data, method=method,
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            sys.exit(f"{method} {path}: {refused.status} {refused.read().decode()}")

    def merchant(self):
        """Makes a merchant who meters without Stripe, and returns their key."""
        terms = {"name": "Benchmark", "currency": "usd", "stripe": "none", "markup_percent": 20}
        account = self.call("POST", "/v1/accounts", terms)["id"]
        return self.call("POST", f"/v1/accounts/{account}/keys", {"name": "benchmark"})["secret"]

    def rows(self, query):
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=60)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def row(self, query):
        return self.rows(query)[0]

    def counts(self):
        """How many rows each table has."""
        tables = [table for table, in self.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {table: self.row(f"SELECT COUNT(*) FROM {table}")[0] for table in tables}

    def expect(self, what, query, *expected):
        found = self.row(query)
        if found != expected:
            sys.exit(f"{what}: {found}, but should be {expected}")

    def check_books(self):
        check = subprocess.run(
            [self.programs.bursar, "ledger", "check"], env={"PATH": os.environ["PATH"], **self.environment},
            cwd=self.programs.folder, capture_output=True, text=True)
        if check.returncode != 0:
            sys.exit(f"the books are not sound: {check.stdout} {check.stderr}")


def median(rounds, *keys):
    def value(round_):
        for key in keys:
            round_ = round_[key]
        return round_

    return statistics.median(value(round_) for round_ in rounds)


def print_rates(title, results):
    """A line for each who took part: median and spread of its rate, and how long its answers took."""
    print(f"\n{title:14} {'median/s':>10} {'spread/s':>19} {'p50 ms':>8} {'p99 ms':>8}")
    for name, rounds in results.items():
        rates = [round_["rate"] for round_ in rounds]
        spread = f"{min(rates):.0f}–{max(rates):.0f}"
        times = "".join(f" {median(rounds, key):8.2f}" for key in ("p50_ms", "p99_ms") if key in rounds[0])
        print(f"{name:14} {statistics.median(rates):10.0f} {spread:>19}{times}")


def print_bars(lines):
    print()
    for name, value, bar in lines:
        print(f"{name:28} {value:9.2f}   (bar: {bar})")
