"""A full or locked database: nothing is acknowledged that is not durable, and Bursar recovers by itself."""

import json
import os
import resource
import sqlite3
import stat
import time

import pytest

from bursar import CONNECT_SECRET, Bursar
from processes import until
from test_signatures import EVENT, sdk_signature


def delivery(number, size=0):
    body = json.dumps({**EVENT, "id": f"evt_{number}", "padding": "x" * size}).encode()
    at = int(time.time())
    return body, f"t={at},v1={sdk_signature(body, CONNECT_SECRET, at)}"


def test_a_locked_database_is_503_and_then_works_again(worker):
    assert worker.webhook(*delivery("before")).status == 200
    lock = sqlite3.connect(worker.database, timeout=20, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    refused = worker.webhook(*delivery("while_locked"))
    assert refused.status == 503, refused
    assert refused.headers["Content-Type"].startswith("application/problem+json")
    lock.execute("ROLLBACK")
    lock.close()
    assert worker.count("inbox", "event_id = 'evt_while_locked'") == 0
    until(lambda: worker.webhook(*delivery("afterwards")).status == 200, "it recovers by itself")
    assert worker.child.is_running


def test_a_full_disk_is_503_and_what_was_acknowledged_is_there(processes, tmp_path):
    worker = processes(Bursar(tmp_path))
    worker.start(prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (6 << 20, resource.RLIM_INFINITY)))
    acknowledged, refused = [], []
    for number in range(60):
        answer = worker.webhook(*delivery(number, size=200_000))
        assert answer.status in (200, 503), answer
        (acknowledged if answer.status == 200 else refused).append(f"evt_{number}")
        if len(refused) >= 3:
            break
    assert acknowledged and refused
    assert worker.child.is_running, worker.child.said()[-2000:]
    stored = {row[0] for row in worker.rows("SELECT event_id FROM inbox")}
    assert stored >= set(acknowledged)
    assert not stored & set(refused)
    # Room again, in the same process.
    resource.prlimit(worker.child.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    until(lambda: worker.webhook(*delivery("afterwards")).status == 200, "it recovers by itself")


def test_the_database_is_readable_by_its_owner_alone(worker):
    worker.webhook(*delivery("any"))
    files = [entry for entry in os.scandir(worker.folder) if entry.name.startswith("bursar.sqlite")]
    assert files
    for entry in files:
        assert stat.S_IMODE(entry.stat().st_mode) == 0o600, entry.name


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_also_where_the_umask_is_generous(processes, tmp_path, mask):
    worker = processes(Bursar(tmp_path))
    worker.start(prepare=lambda: os.umask(mask))
    worker.webhook(*delivery("any"))
    for name in ("bursar.sqlite", "bursar.sqlite-wal", "bursar.sqlite-shm"):
        path = tmp_path / name
        assert not path.exists() or stat.S_IMODE(path.stat().st_mode) == 0o600, name
