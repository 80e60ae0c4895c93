"""The benchmark runs. What it measures is for `make bench`: a timed test on a shared machine says nothing."""

import json
import pathlib
import subprocess
import sys

from processes import BIN, ROOT


def test_the_benchmark_runs_and_every_webhook_it_counts_was_stored(tmp_path):
    rounds = tmp_path / "rounds.json"
    gunicorn = pathlib.Path(sys.executable).with_name("gunicorn")
    run = subprocess.run(
        [sys.executable, ROOT / "Benchmarks" / "bench.py", "--bursar", BIN / "bursar", "--gunicorn", gunicorn,
         "--rounds", "1", "--count", "256", "--peer-count", "128", "--json", rounds],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=180)
    assert run.returncode == 0, run.stdout + run.stderr
    results = json.loads(rounds.read_text())
    assert {name: [round_["requests"] for round_ in made] for name, made in results.items()} == {
        "peer": [128], "limit": [256], "ours": [256]}
