"""Files of usage, imported by processes that are really killed."""

import csv
import itertools
import json
import signal
import subprocess

from processes import BIN, until

LINES = 40_000


def write(path, numbers, mode="w"):
    """As Python's own csv module writes it."""
    with open(path, mode, newline="") as file:
        writer = csv.writer(file)
        if mode == "w":
            writer.writerow(["id", "customer", "cost_micros", "model", "metadata.note"])
        for number in numbers:
            bad = number % 1_000 == 7
            note = 'a "note",\non two lines' if number % 10 == 0 else ""
            writer.writerow([f"e{number}", f"user-{number % 50}", -1 if bad else number, "m", note])


def account(worker):
    return worker.post("/v1/accounts", {"name": "Shop", "currency": "usd", "stripe": "none"})["id"]


def start(worker, *arguments):
    return subprocess.Popen(
        [str(BIN / "bursar"), "usage", "import", *map(str, arguments)], cwd=worker.folder,
        env=worker.child.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def lines_done(worker):
    rows = worker.rows("SELECT line FROM usage_imports")
    return rows[0][0] if rows else 0


def test_killed_again_and_again_each_line_is_recorded_once_beside_a_server_at_work(worker, tmp_path):
    account(worker)
    file, rejects = tmp_path / "events.csv", tmp_path / "rejects.ndjson"
    write(file, range(1, LINES + 1))
    for _ in range(6):
        done = lines_done(worker)
        run = start(worker, file, "--rejects", rejects)
        until(lambda: lines_done(worker) > done, "lines are recorded")
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert 0 < worker.count("usage_events") < LINES, "it was killed on the way"
    end = worker.command_json("usage", "import", str(file), "--rejects", str(rejects), expect=1)
    bad = LINES // 1_000
    assert (end["accepted"], end["duplicate"], end["rejected"]) == (LINES - bad, 0, bad)
    expected = {f"e{number}": number for number in range(1, LINES + 1) if number % 1_000 != 7}
    assert dict(worker.rows("SELECT event_id, cost_micros FROM usage_events")) == expected
    assert worker.count("usage_events") == len(expected)
    refused = {}
    for line in rejects.read_text().splitlines():
        entry = json.loads(line)
        refused[entry["line"]] = entry["text"]
    # A record with a line break takes two lines; the heading takes the first.
    numbers = itertools.accumulate((2 if number % 10 == 0 else 1 for number in range(1, LINES)), initial=2)
    wanted = {line: f"e{number}," for number, line in enumerate(numbers, 1) if number % 1_000 == 7}
    assert refused.keys() == wanted.keys()
    assert all(refused[line].startswith(text) for line, text in wanted.items())
    worker.books_are_sound()


def test_a_file_that_grows_goes_on_where_it_ended(worker, tmp_path):
    account(worker)
    file = tmp_path / "events.csv"
    write(file, range(8, 1_000))
    assert worker.command_json("usage", "import", str(file))["accepted"] == 992
    write(file, range(1_000, 1_006), "a")
    grown = worker.command_json("usage", "import", str(file))
    assert (grown["accepted"], grown["duplicate"]) == (6, 0)


def test_memory_does_not_grow_with_the_file(worker, tmp_path):
    account(worker)

    def peak(lines):
        """Of events that are there already, so that only reading differs."""
        file = tmp_path / f"{lines}.csv"
        with open(file, "w") as text:
            text.write("id,customer,cost_micros\n")
            text.writelines("same,ada,5\n" for _ in range(lines))
        run = subprocess.run(
            ["/usr/bin/env", "python3", "-c",
             "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
             "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)",
             str(BIN / "bursar"), "usage", "import", str(file), "--source", f"of-{lines}"],
            cwd=worker.folder, env=worker.child.environment, capture_output=True, text=True, timeout=1_800)
        assert run.returncode == 0, run.stderr
        return int(run.stdout)

    assert peak(60_000) < peak(6_000) + 20 * 1024, "in KiB"
