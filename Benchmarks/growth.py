"""P6: what a usage event, a balance, a month's usage and a webhook cost when there are many usage rows already.

Two databases, one with a thousand times the rows of the other and else alike, are asked the same in turns, one request
at a time. An event's id is random, as a UUID is, so that it falls anywhere among those that are known.
"""

import datetime
import itertools
import json
import shutil
import sqlite3
import sys
import time

import webhooks
from filler import Filler, check_growth
from house import SIGNING_SECRET, Bursar, median, print_bars

CUSTOMERS = 100
MODELS = ("large-model", "middle-model", "small-model")
BATCH = 500
# A batch is asked for once in so many single questions.
BATCH_IS_WORTH = 50
BAR = 1.25
# With all indexes, journal entries and postings.
BYTES_PER_ROW = 2_500


def event(name, customer, model):
    return {"id": name, "customer": customer, "model": model, "cost_micros": 1_000}


def make_original(programs):
    """A database with one request of usage: every customer with every model, each price a whole number of micros."""
    with Bursar(programs, "original") as bursar:
        key = bursar.merchant()
        before = bursar.counts()
        answer = bursar.call("POST", "/v1/usage", [
            event(f"original-{number}-{model}", f"customer-{number:04}", model)
            for number in range(CUSTOMERS) for model in MODELS], key)
        if answer["accepted"] != CUSTOMERS * len(MODELS):
            sys.exit(f"the original was not taken: {answer}")
        check_growth(before, bursar.counts())
    settle(bursar.database)
    return bursar.database, key


def settle(database):
    """Brings what the log still holds into the file, which is copied alone."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()


def make_filled(programs, original, name, rows):
    """A copy of the original with at least so many rows."""
    database = programs.folder / f"{name}.sqlite"
    if rows * BYTES_PER_ROW > shutil.disk_usage(programs.folder).free:
        sys.exit(f"{rows} usage rows take about {rows * BYTES_PER_ROW >> 30} GiB, and the disk has not so much room")
    shutil.copy(original, database)
    started = time.monotonic()
    made = Filler(database).fill(rows)
    seconds, size = time.monotonic() - started, database.stat().st_size / 1e6
    print(f"{name}: {made} usage rows in {seconds:.0f} s, {size:.0f} MB", flush=True)
    return made


class Questions:
    """What both databases are asked. Of each answer it is told how long it took, in the median, and how long the server
    used a core, in the mean; both in milliseconds, and in a batch for each event."""

    def __init__(self, programs, key):
        today = datetime.datetime.now(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        month = "&".join(f"{name}={day.strftime('%Y-%m-%dT%H:%M:%SZ')}" for name, day in (
            ("from", today - datetime.timedelta(days=29)), ("to", today + datetime.timedelta(days=1))))
        lines = [json.dumps(event("@HASH@", "@CUSTOMER@", model)) for model in MODELS]
        self.programs, self.key, self.prefixes = programs, key, (f"asked-{number}-" for number in itertools.count())
        self.usage, self.webhook = programs.written("usage.json", lines), webhooks.template(programs)
        self.asked = {
            "usage event": lambda: self.report({}),
            "usage event of 500": lambda: self.report({"batch": f"{BATCH}-{BATCH}"}),
            "balance": lambda: self.get("/v1/customers/@CUSTOMER@/balance"),
            "customer's month": lambda: self.get(f"/v1/usage?customer=@CUSTOMER@&group_by=model&{month}"),
            "account's month": lambda: self.get(f"/v1/usage?group_by=model,day&{month}"),
            "webhook": lambda: {"path": webhooks.PATH, "body": self.webhook, "secret": SIGNING_SECRET},
        }

    def report(self, settings):
        return {"path": "/v1/usage", "body": self.usage, "bearer": self.key, **settings}

    def get(self, path):
        return {"path": path, "method": "GET", "bearer": self.key}

    def ask(self, bursar, name, count):
        settings = self.asked[name]()
        items = BATCH if "batch" in settings else 1
        count = max(1, count // BATCH_IS_WORTH) * items if items > 1 else count
        used = bursar.cpu_seconds()
        asked = self.programs.load(
            bursar.port, settings.pop("path"), count, customers=CUSTOMERS, prefix=next(self.prefixes), **settings)
        return {"ms": asked["p50_ms"] / items, "cpu_ms": (bursar.cpu_seconds() - used) / count * 1e3}


def measure(programs, options):
    count = options.count or 500
    original, key = make_original(programs)
    rows = {name: make_filled(programs, original, name, wanted)
            for name, wanted in (("few", options.few_rows), ("many", options.rows))}
    questions = Questions(programs, key)
    few_as_made = programs.folder / "few-as-made"
    shutil.copy(programs.folder / "few.sqlite", few_as_made)
    times = {name: {"few": [], "many": []} for name in questions.asked}
    with Bursar(programs, "many") as many:
        print(f"many: {many.wait_until_idle():.0f} s of CPU until the books were checked", flush=True)
        for _ in range(options.rounds):
            # What a round adds would be much to the small one.
            shutil.copy(few_as_made, programs.folder / "few.sqlite")
            with Bursar(programs, "few") as few:
                few.wait_until_idle()
                ask_both(questions, few, many, count, times)
    check_books(programs, options)
    programs.clear()
    return {"rows": rows, "times": times}


def ask_both(questions, few, many, count, times):
    for name in times:
        for size, bursar in (("few", few), ("many", many)):
            questions.ask(bursar, name, max(1, count // 5))
            times[name][size].append(questions.ask(bursar, name, count))


def check_books(programs, options):
    """The small one is as the large one is, and quicker to check; a large one that is small is checked, too."""
    for name in ["few"] + (["many"] if options.rows <= 100_000 else []):
        with Bursar(programs, name) as bursar:
            bursar.check_books()


def show(results):
    rows = results["rows"]
    title = f"P6 growth, {rows['few']} and {rows['many']} rows"
    print(f"\n{title:38} {'few, ms':>9} {'many, ms':>9} {'CPU few':>9} {'CPU many':>9}")
    bars = []
    for name, times in results["times"].items():
        few, many, few_cpu, many_cpu = (
            median(times[size], key) for key in ("ms", "cpu_ms") for size in ("few", "many"))
        print(f"{name:38} {few:9.3f} {many:9.3f} {few_cpu:9.3f} {many_cpu:9.3f}")
        bars += [(name, many / few, f"{BAR} or less"), ("  in CPU", many_cpu / few_cpu, "none is set")]
    print_bars(bars)
