"""The disk is full, or fails, at a chosen write of a real `bursar serve`, or at a chosen sync. Nothing is acknowledged
that is not durable; what could not be written is refused, and works again by itself when the disk does; a failed sync
ends the process, which says so, and touches the database no more.

`BURSAR_DISK_FAULTS` says how many; three in four of them at writes.
"""

import os
import random
import re
import shutil

import pytest

from keeper import Keeper
from processes import until
from remains import is_sound, remains

FAULTS = int(os.environ.get("BURSAR_DISK_FAULTS", "100"))
ACTS = 60
# An act is refused no more often than its writes fail in a row.
TRIES = 100

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


class BadDisk:
    """Makes some calls of the server on its database's files fail, and knows afterwards which did."""

    def __init__(self, worker):
        self.worker = worker
        self.plain = list(worker.child.arguments)
        self.trace = worker.folder / "trace"

    def start(self, calls, fault):
        """`calls` are those that are written down, `fault` is strace's way to say which fail and how."""
        self.trace.unlink(missing_ok=True)
        files = [f"{self.worker.database}{suffix}" for suffix in ("", "-wal", "-shm")]
        self.worker.child.arguments = [
            "strace", "-D", "-f", "-q", "-y", "-s", "0", "-o", str(self.trace), "-e", f"trace={calls}",
            "-e", f"inject={fault}", *(word for file in files for word in ("-P", file)), *self.plain]
        self.worker.child.start()
        try:
            self.worker.child.wait_until(self.worker.is_ready, "Bursar is ready")
        except AssertionError:
            assert not self.worker.child.is_running, "it may only have ended"

    def calls(self):
        """What was called on the files, oldest first; the tracer writes its last line after the server's end."""
        until(lambda: "+++ " in self.trace.read_text().splitlines()[-1], "the trace is whole")
        return self.trace.read_text().splitlines()

    def get_well(self):
        self.worker.child.kill()
        self.worker.child.arguments = self.plain


def test_a_write_that_fails_is_refused_and_works_again_by_itself(pair):
    keeper, dice = Keeper(*pair, seed=21), random.Random(21)
    worker, disk, failed, refusals = keeper.worker, BadDisk(keeper.worker), 0, 0
    worker.child.kill()
    while failed < FAULTS * 3 // 4:
        first, reason = dice.randint(1, 200), dice.choice(["ENOSPC", "EIO"])
        # For a while, or one now and then, with more calls between than the longest commit makes.
        when = dice.choice([f"{first}..{first + dice.randint(1, 25)}", f"{first}+{dice.randint(150, 400)}"])
        heard = len(worker.child.said())
        disk.start("pwrite64", f"pwrite64:error={reason}:when={when}")
        if worker.child.is_running:
            for _ in range(ACTS):
                refusals += is_done_in_the_end(keeper)
            assert worker.child.is_running, worker.child.said()[-2000:]
        else:
            # It could not even begin, and says so.
            assert re.search("disk is full; make room|check that the disk has room", worker.child.said()[heard:])
        disk.get_well()
        failed += sum("(INJECTED)" in call for call in disk.calls())
        with remains(worker.database) as rows:
            is_sound(rows)
            keeper.is_all_there(rows)
        worker.time_passes()
    keeper.comes_to_rest()
    print(f"{failed} writes failed, {refusals} requests were refused; {keeper.figures()}")


def is_done_in_the_end(keeper):
    """- Returns: how often it was refused before."""
    answer = keeper.act()
    for refusals in range(TRIES):
        assert answer is not None, ("it goes on", keeper.worker.child.said()[-2000:])
        if answer.status < 500:
            return refusals
        assert answer.headers["Content-Type"].startswith("application/problem+json"), answer
        keeper.is_all_there(keeper.worker.rows)
        answer = keeper.act()
    raise AssertionError(f"it does not recover: {answer}")


def test_a_failed_sync_ends_the_process_and_loses_nothing(pair):
    keeper, dice = Keeper(*pair, seed=22), random.Random(22)
    worker, disk, failures = keeper.worker, BadDisk(keeper.worker), FAULTS - FAULTS * 3 // 4
    worker.child.kill()
    for _ in range(failures):
        heard = len(worker.child.said())
        disk.start("pwrite64,fdatasync,fsync", f"fdatasync,fsync:error=EIO:when={dice.randint(1, 40)}")
        until(lambda: not worker.child.is_running or not keeper.act(), "a sync has failed")
        until(lambda: not worker.child.is_running, "it ends by itself")
        assert worker.child.process.returncode > 0
        assert "the disk failed to sync; what was acknowledged is safe; look at" in worker.child.said()[heard:]
        calls = disk.calls()
        broken = next(place for place, call in enumerate(calls) if "(INJECTED)" in call)
        late = [call for call in calls[broken + 1:] if re.search(r"pwrite64\(\d+<[^>]*bursar\.sqlite>", call)]
        assert late == [], "the log may not be on disk, so that nothing of it may go into the database"
        with remains(worker.database) as rows:
            is_sound(rows)
            keeper.is_all_there(rows)
        worker.time_passes()
    disk.get_well()
    keeper.comes_to_rest()
    print(f"{failures} syncs failed; {keeper.figures()}")
