"""Makes a database with many usage rows out of what Bursar itself wrote for a few.

One request of Bursar's own is copied as often as it takes, each copy as if it had come at another moment of the last
thirty days: its events under other ids, its journal entries under the next numbers; balances and running totals are
those of all copies, and the chain of entries goes through all of them. A table that grew with the request and is not
known here ends the program.
"""

import collections
import datetime
import hashlib
import itertools
import sqlite3

DAYS = 30
DAY, QUARTER = 86_400_000, 900_000
DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
COPIES_AT_ONCE = 200
CACHE_KIBIBYTES = 2_000_000
SPANS = {"quarter": QUARTER, "day": DAY}
CHAINED_AT_ONCE = 10_000


def stamp(milliseconds):
    """The first ten characters of an id that was made then."""
    return "".join(DIGITS[(milliseconds >> (5 * place)) & 31] for place in range(9, -1, -1))


def restamped(name, stamp):
    """An id (`busg_…`, or the reference `usage:busg_…`) with another time in it."""
    start = name.index("_") + 1
    return name[:start] + stamp + name[start + 10:]


def chained(link, entry, postings):
    """The link of an entry, as Sources/Storage/Stores/EntryHash.swift says."""
    fields = [link, *entry, *(field for posting in postings for field in posting)]
    texts = (str(field).encode() for field in fields)
    return hashlib.sha256(b"".join(b"%d:%s," % (len(text), text) for text in texts)).hexdigest()


def period_start(period, starts_at, milliseconds):
    """When the period began that a moment lies in; in UTC, as in accounts that name no time zone."""
    if period == "month":
        moment = datetime.datetime.fromtimestamp(milliseconds / 1e3, datetime.UTC)
        return int(datetime.datetime(moment.year, moment.month, 1, tzinfo=datetime.UTC).timestamp() * 1e3)
    length = {"day": DAY, "minute": 60_000, **SPANS}.get(period)
    return milliseconds // length * length if length else starts_at


class Filler:
    """A database that nobody else has open, with exactly one request's usage in it."""

    def __init__(self, database):
        self.connection = sqlite3.connect(database, isolation_level=None)
        for setting in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "locking_mode = EXCLUSIVE",
                        f"cache_size = -{CACHE_KIBIBYTES}", "temp_store = MEMORY"):
            self.connection.execute(f"PRAGMA {setting}").fetchall()
        self.connection.create_function("restamped", 2, restamped, deterministic=True)
        self.events, self.received = self.one("SELECT COUNT(*), MIN(received_at) FROM usage_events")

    def one(self, query):
        return self.connection.execute(query).fetchone()

    def fill(self, rows):
        """Copies until there are at least so many usage rows, and returns how many there are."""
        copies = max(0, -(-rows // self.events) - 1)
        self.keep_originals(copies)
        entries = self.one("SELECT MAX(sequence) FROM journal_entries")[0]
        for first in range(0, copies, COPIES_AT_ONCE):
            chosen = f"c.number > {first} AND c.number <= {first + COPIES_AT_ONCE}"
            self.copy("usage_events", chosen, {
                "id": "restamped(t.id, c.stamp)", "event_id": "'event-' || lower(hex(randomblob(16)))",
                "time": "t.time + c.shift", "received_at": "t.received_at + c.shift",
                "counted_at": "t.counted_at + c.shift", "entry": f"t.entry + c.number * {entries}"})
            self.copy("journal_entries", chosen, {
                "sequence": f"t.sequence + c.number * {entries}", "posted_at": "t.posted_at + c.shift",
                "reference": "restamped(t.reference, c.stamp)"})
            self.copy("postings", chosen, {"entry": f"t.entry + c.number * {entries}"})
        self.connection.execute(f"UPDATE ledger_accounts SET balance = balance * {copies + 1}")
        self.chain()
        self.add_up("usage_totals", ["series", "span"], "span")
        self.add_up("usage_unit_totals", ["series", "span", "unit"], "span")
        self.add_up("limit_counters", ["subject", "period"], "period")
        self.connection.execute("PRAGMA journal_mode = WAL").fetchall()
        self.connection.close()
        return (copies + 1) * self.events

    def keep_originals(self, copies):
        """What is copied, and when the copies came: the last of them just before the originals."""
        for table in ("usage_events", "journal_entries", "postings", "usage_totals", "usage_unit_totals",
                      "limit_counters"):
            self.connection.execute(f"CREATE TEMP TABLE original_{table} AS SELECT * FROM {table}")
        self.connection.execute("CREATE TEMP TABLE copies (number INTEGER PRIMARY KEY, shift BIGINT, stamp TEXT)")
        shifts = [(number, (number - copies - 1) * DAYS * DAY // (copies + 1)) for number in range(1, copies + 1)]
        self.connection.execute("BEGIN")
        self.connection.executemany(
            "INSERT INTO copies VALUES (?, ?, ?)",
            ((number, shift, stamp(self.received + shift)) for number, shift in shifts))
        self.connection.execute("COMMIT")

    def columns(self, table):
        return [row[1] for row in self.connection.execute(f"PRAGMA table_info({table})")]

    def copy(self, table, chosen, changed):
        columns = self.columns(table)
        if missing := set(changed) - set(columns):
            raise SystemExit(f"{table} has no {', '.join(missing)}: bring Benchmarks/filler.py up to the schema")
        values = ", ".join(changed.get(column, f"t.{column}") for column in columns)
        self.connection.execute("BEGIN")
        self.connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM copies c"
            f" CROSS JOIN original_{table} t WHERE {chosen} ORDER BY c.number, t.rowid")
        self.connection.execute("COMMIT")

    def chain(self):
        sequence, link = 0, "0" * 64
        while True:
            rows = self.connection.execute(
                "SELECT e.sequence, e.book, e.reference, e.posted_at, e.narration, p.place, a.book, a.kind,"
                " a.customer, p.amount, a.currency FROM journal_entries e JOIN postings p ON p.entry = e.sequence"
                " JOIN ledger_accounts a ON a.id = p.account WHERE e.sequence > ? AND e.sequence <= ?"
                " ORDER BY e.sequence, p.place", (sequence, sequence + CHAINED_AT_ONCE)).fetchall()
            if not rows:
                break
            links = []
            for entry, group in itertools.groupby(rows, lambda row: row[:5]):
                sequence, link = entry[0], chained(link, entry, [row[5:] for row in group])
                links.append((bytes.fromhex(link), sequence))
            self.connection.execute("BEGIN")
            self.connection.executemany("UPDATE journal_entries SET hash = ? WHERE sequence = ?", links)
            self.connection.execute("COMMIT")
        self.connection.execute(
            "UPDATE journal_end SET sequence = ?, hash = ?", (sequence, bytes.fromhex(link)))

    def add_up(self, table, names, period):
        """The running totals of the originals and their copies, by the periods that the copies came in."""
        columns = self.columns(table)
        shifts = [0] + [row[0] for row in self.connection.execute("SELECT shift FROM copies")]
        self.connection.execute("DROP TABLE IF EXISTS temp.spread")
        self.connection.execute("CREATE TEMP TABLE spread (period TEXT, starts_at BIGINT, copies BIGINT)")
        for name, starts_at in self.connection.execute(
                f"SELECT {period}, MIN(starts_at) FROM {table} GROUP BY {period}").fetchall():
            starts = collections.Counter(period_start(name, starts_at, self.received + shift) for shift in shifts)
            self.connection.executemany(
                "INSERT INTO spread VALUES (?, ?, ?)", ((name, start, copies) for start, copies in starts.items()))
        values = [f"t.{column}" if column in names else "s.starts_at" if column == "starts_at"
                  else f"SUM(t.{column}) * s.copies" for column in columns]
        groups = ", ".join([f"t.{name}" for name in names] + ["s.starts_at"])
        self.connection.execute(f"DELETE FROM {table}")
        self.connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"
            f" FROM original_{table} t JOIN spread s ON s.period = t.{period} GROUP BY {groups}")


GROWING = {"usage_events", "journal_entries", "postings", "usage_totals", "usage_unit_totals", "limit_counters"}
# Grow with customers, and not with their usage, or have one row that may be written at any time.
STANDING = {
    "customers", "customer_meters", "ledger_accounts", "usage_series", "journal_end", "books_checks", "link_secret",
    "usage_comparisons"}


def check_growth(before, after):
    """What a request of usage added to must be known here."""
    unknown = [table for table in after if after[table] != before.get(table) and table not in GROWING | STANDING]
    if unknown:
        raise SystemExit(f"usage also writes {', '.join(sorted(unknown))}: teach Benchmarks/filler.py to copy them")
