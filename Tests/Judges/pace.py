"""Arrivals at a fixed rate, whether or not those before them have been answered, and how long each answer took.

A caller who waits for an answer before he asks again hides a stall: while it lasts he asks nothing. Here the clock
alone decides when the next one is due, and those that this machine begins late are counted.
"""

import collections
import concurrent.futures
import threading
import time

from processes import wait_for

THREADS = 32
BACKLOG = 1_000
# Begun so much after its time, an arrival was held up by this machine and not by who is asked.
LATE_SECONDS = 1.0


class Pace:
    def __init__(self, rate, work):
        """`work(number)` is called for each arrival; `rate` is in arrivals a second."""
        self.rate, self.work = rate, work
        self.arrived, self.late, self.turned_away = 0, 0, 0
        self.broken = collections.deque(maxlen=20)
        self._room = threading.BoundedSemaphore(BACKLOG)

    def run(self, seconds):
        with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
            began = time.monotonic()
            for number in range(int(self.rate * seconds)):
                due = began + number / self.rate
                wait_for(due)
                self.arrived += 1
                if self._room.acquire(blocking=False):
                    pool.submit(self._one, number, due)
                else:
                    self.turned_away += 1

    def _one(self, number, due):
        self.late += time.monotonic() - due > LATE_SECONDS
        try:
            self.work(number)
        except Exception as error:  # noqa: BLE001 - it is told of at the end, by whoever reads `broken`
            self.broken.append(error)
        finally:
            self._room.release()

    @property
    def was_kept(self):
        """Whether all but one in a hundred came when they were due."""
        return self.late + self.turned_away <= self.arrived / 100


class Stopwatch:
    """How long answers took, in seconds, in the order in which they came."""

    def __init__(self):
        self._lock = threading.Lock()
        self._all, self._new = [], []

    def time(self, ask):
        since = time.monotonic()
        answer = ask()
        took = time.monotonic() - since
        with self._lock:
            self._all.append(took)
            self._new.append(took)
        return answer

    def take_new(self):
        """Those since the last time that this was asked."""
        with self._lock:
            taken, self._new = self._new, []
        return taken

    def percentile(self, share):
        with self._lock:
            return percentile(self._all, share)


def percentile(values, share):
    """The value that `share` of 100 do not exceed; 0 where there is none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)] if ordered else 0.0
