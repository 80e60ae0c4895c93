"""SIGKILL by the kernel at a chosen write or sync of a real `bursar serve` on a real file, while usage, charges,
refunds, top-ups, holds and captures are written: what was acknowledged is there, once, the file is sound, and nothing
is paid or given back twice.

`BURSAR_KILLS` says how many; make rehearse-long takes 1,000. Two servers die side by side, each on a file of its own.
"""

import collections
import concurrent.futures
import os
import random
import shutil
import signal

import pytest

from keeper import Keeper
from remains import is_sound, remains

KILLS = int(os.environ.get("BURSAR_KILLS", "200"))
SIDES = 2
# The highest number of a call that kills, counted in the thread that writes: an act writes some twenty pages.
LAST_CALL = {"pwrite64": 500, "fdatasync": 25}
# So many deaths meet every kind of act.
ENOUGH = 100
# As many acts reach any of these.
ACTS = 150

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def doomed(plain, call, number):
    """The command that starts the server so that the n-th such call of one of its threads kills it. With -D it stays
    our own child."""
    return [
        "strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
        "-e", f"inject={call}:signal=SIGKILL:when={number}", *plain]


def dies_once(keeper, plain, dice):
    worker = keeper.worker
    call = dice.choice(["pwrite64", "pwrite64", "fdatasync"])
    worker.child.arguments = doomed(plain, call, dice.randint(1, LAST_CALL[call]))
    # Otherwise what the one before had claimed stays so, and it is Bursar that recovers the log.
    if dice.random() < 0.5:
        worker.time_passes()
    worker.child.start()
    try:
        worker.child.wait_until(worker.is_ready, "Bursar is ready")
    except AssertionError:
        assert not worker.child.is_running, "it may only have died"
    else:
        assert keeper.act_until_it_dies(ACTS), (worker.child.arguments, "nobody was killed")
    assert worker.child.process.returncode == -signal.SIGKILL, worker.child.said()[-2000:]
    with remains(worker.database) as rows:
        is_sound(rows)
        keeper.is_all_there(rows)


def dies_again_and_again(worker, sandbox, times, seed):
    keeper, plain, dice = Keeper(worker, sandbox, seed), list(worker.child.arguments), random.Random(seed)
    worker.child.kill()
    for _ in range(times):
        dies_once(keeper, plain, dice)
    worker.child.arguments = plain
    keeper.comes_to_rest()
    return keeper


def test_killed_at_writes_and_syncs(start_pair, tmp_path):
    pairs = []
    for side in range(SIDES):
        folder = tmp_path / f"side-{side}"
        folder.mkdir()
        pairs.append(start_pair(folder=folder, BURSAR_LOG_LEVEL="info"))
    with concurrent.futures.ThreadPoolExecutor(SIDES) as pool:
        deaths = [
            pool.submit(dies_again_and_again, *pair, (KILLS + side) // SIDES, seed=2 + side)
            for side, pair in enumerate(pairs)]
        keepers = [each.result() for each in deaths]
    died_in = sum((keeper.died_in for keeper in keepers), collections.Counter())
    for keeper in keepers:
        print(keeper.figures())
    print(f"killed {KILLS} times at a write or sync ({dict(died_in)}), 0 lost, 0 doubled")
    if KILLS >= ENOUGH:
        assert set(died_in) >= {"usage", "charge", "refund", "top_up", "hold", "capture"}
