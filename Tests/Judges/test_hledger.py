"""hledger reads what Bursar exports: its strict check accepts the books, and its balances are ours."""

import collections
import csv
import decimal
import io
import json
import random
import shutil
import subprocess

import pytest

from processes import ROOT
from stories import Merchant

pytestmark = pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")


def hledger(path, *arguments, seconds=60):
    return subprocess.run(
        ["hledger", "-f", str(path), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=seconds)


@pytest.fixture
def books(start_pair, tmp_path):
    """The books of two merchants in two currencies, after paid, declined and unpaid charges and a wallet."""
    worker, sandbox = start_pair()
    dollars = Merchant(worker, sandbox, markup_percent=20, application_fee_percent=2)
    yen = Merchant(worker, sandbox, currency="jpy", country="JP")
    dollars.add_customer("bob", "pm_card_chargeCustomerFail")
    dollars.use(4_170_268)
    dollars.use(7_000_000, "bob")
    yen.use(1_234_567_891)
    dollars.charge_ends(dollars.charge(), "paid")
    dollars.charge_ends(dollars.charge("bob"), "failed")
    yen.charge_ends(yen.charge(), "paid")
    top_up = worker.post(
        "/v1/top_ups",
        {"customer": "bob", "amount": 2_000, "success_url": "https://a.example", "cancel_url": "https://b.example"},
        account=dollars.account)
    session = worker.rows("SELECT checkout_session FROM top_ups WHERE id = ?", top_up["id"])[0][0]
    sandbox.control(f"checkout_sessions/{session}/pay")
    worker.inbox_is_settled()
    dollars.use(10)
    path = tmp_path / "books.journal"
    path.write_text(worker.command("ledger", "export", "--format", "hledger"))
    return worker, path


def test_the_strict_check_accepts_the_export(books):
    checked = hledger(books[1], "check", "-s")
    assert checked.returncode == 0, checked.stderr


def balances(path):
    """By account and currency, in micros, as hledger sums the journal up."""
    report = hledger(
        path, "balance", "--flat", "--empty", "--no-total", "-O", "csv", "--layout", "bare", seconds=1_800).stdout
    found = {}
    for row in csv.DictReader(io.StringIO(report)):
        micros = decimal.Decimal(row["balance"].replace(",", "")) * 1_000_000
        if micros:
            found[row["account"], row["commodity"].lower()] = int(micros)
    return found


def stored_balances(worker):
    """Under the names that hledger has them by, without their class."""
    return {
        (":".join(filter(None, [book, kind, customer])), currency): balance
        for book, kind, customer, currency, balance in worker.rows(
            "SELECT book, kind, customer, currency, balance FROM ledger_accounts WHERE balance <> 0")}


def test_hledgers_balances_are_ours(books):
    worker, path = books
    ours = stored_balances(worker)
    theirs = {(account.split(":", 1)[1], currency): micros for (account, currency), micros in balances(path).items()}
    assert len(ours) > 10
    assert theirs == ours


def test_every_account_is_in_the_class_that_the_chart_says(books):
    chart = json.loads((ROOT / "Config" / "chart-of-accounts.json").read_text())
    for account, _ in balances(books[1]):
        name, _book, kind = account.split(":")[:3]
        assert chart[kind]["class"] == name, account


def test_the_balances_command_says_the_same(books):
    worker, path = books
    theirs = collections.Counter()
    for (account, currency), micros in balances(path).items():
        theirs[tuple(account.split(":")[1:3]), currency] += micros
    ours = collections.Counter()
    for line in worker.command_json("ledger", "balances")["data"]:
        ours[(line["account"], line["kind"]), line["balance"]["currency"]] += line["balance"]["micros"]
    assert theirs and {key: micros for key, micros in ours.items() if micros} == theirs


JOURNALS = sorted((ROOT / "Webhooks").rglob("journal.hledger"))


@pytest.mark.parametrize("journal", JOURNALS, ids=lambda path: path.parent.name)
def test_the_journals_of_the_contract_balance(journal):
    checked = hledger(journal, "check", "balancednoautoconversion")
    assert checked.returncode == 0, checked.stderr


def test_a_damaged_export_is_refused(books):
    text = books[1].read_text()
    lines = text.splitlines()
    digits = [
        (number, place) for number, line in enumerate(lines) if line.startswith("    ")
        for place, character in enumerate(line) if character.isdigit() and place > line.rindex("  ")]
    assert len(digits) > 50
    chance = random.Random(18)
    damaged = books[1].with_name("damaged.journal")
    for number, place in chance.sample(digits, 50):
        line = lines[number]
        other = str((int(line[place]) + chance.randint(1, 9)) % 10)
        changed = [*lines[:number], line[:place] + other + line[place + 1:], *lines[number + 1:]]
        damaged.write_text("\n".join(changed) + "\n")
        assert hledger(damaged, "check", "-s").returncode != 0, f"line {number + 1}: {line}"


def test_an_export_with_an_entry_missing_is_refused(books):
    entries = books[1].read_text().split("\n\n")
    postings = [number for number, entry in enumerate(entries) if ":revenue" in entry]
    damaged = books[1].with_name("missing.journal")
    damaged.write_text("\n\n".join(entry for number, entry in enumerate(entries) if number != postings[0]))
    assert hledger(damaged, "check", "-s").returncode != 0
