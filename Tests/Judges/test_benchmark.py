"""The benchmarks run. What they measure is for `make bench`: a timed test on a shared machine says nothing."""

import json
import pathlib
import subprocess
import sys

from processes import BIN, ROOT


def run(folder, *arguments):
    """Every round, as the program wrote it down. It ends by itself when an answer was refused or a row is missing."""
    rounds = folder / "rounds.json"
    gunicorn = pathlib.Path(sys.executable).with_name("gunicorn")
    made = subprocess.run(
        [sys.executable, ROOT / "Benchmarks" / "bench.py", *arguments, "--bursar", BIN / "bursar",
         "--gunicorn", gunicorn, "--rounds", "1", "--json", rounds],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=1_800)
    assert made.returncode == 0, made.stdout + made.stderr
    return json.loads(rounds.read_text())


def test_every_webhook_that_is_counted_was_stored(tmp_path):
    results = run(tmp_path, "p1", "--count", "256", "--peer-count", "128")["p1"]
    assert {name: [round_["requests"] for round_ in made] for name, made in results.items()} == {
        "peer": [128], "limit": [256], "ours": [256]}


def test_every_usage_event_that_is_counted_was_posted(tmp_path):
    results = run(tmp_path, "p2", "--count", "2000")["p2"]
    assert {name: [round_.get("items", 0) for round_ in made] for name, made in results.items()} == {
        "limit, ordered": [0], "ours, ordered": [2000], "limit, random": [0], "ours, random": [2000]}


def test_a_grown_database_is_made_with_sound_books_and_asked_as_the_small_one_is(tmp_path):
    results = run(tmp_path, "p6", "--count", "10", "--few-rows", "600", "--rows", "3000")["p6"]
    assert results["rows"] == {"few": 600, "many": 3000}
    assert all(len(times["few"]) == len(times["many"]) == 1 for times in results["times"].values())
