"""Books of many entries: what is exported in constant memory hledger's strict check accepts, with our balances.

`BURSAR_EXPORT_ENTRIES` says of how many; make rehearse-long takes 100,000.
"""

import os
import sys

from processes import ROOT
from test_hledger import balances, hledger, pytestmark, stored_balances

sys.path.append(str(ROOT / "Benchmarks"))
from filler import Filler

ENTRIES = int(os.environ.get("BURSAR_EXPORT_ENTRIES", "2000"))
CUSTOMERS = 50


def test_books_of_many_entries_are_exported_whole(start_pair, tmp_path):
    worker, _ = start_pair()
    account = worker.post("/v1/accounts", {"name": "Many", "currency": "usd", "stripe": "none"})["id"]
    answer = worker.post(
        "/v1/usage",
        [{"id": f"original-{number}", "customer": f"customer-{number}", "model": "m", "cost_micros": 1_000 + number}
         for number in range(CUSTOMERS)],
        account=account)
    assert answer["accepted"] == CUSTOMERS, answer
    assert worker.child.terminate() == 0
    Filler(worker.database).fill(ENTRIES)
    entries = worker.rows("SELECT COUNT(*) FROM journal_entries")[0][0]
    assert entries >= ENTRIES
    path = tmp_path / "many.journal"
    path.write_text(worker.command("ledger", "export", "--format", "hledger"))
    checked = hledger(path, "check", "-s", seconds=1_800)
    assert checked.returncode == 0, checked.stderr
    theirs = {(name.split(":", 1)[1], currency): micros for (name, currency), micros in balances(path).items()}
    assert theirs == stored_balances(worker) and len(theirs) > CUSTOMERS
    worker.command("ledger", "check")
