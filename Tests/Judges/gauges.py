"""What a running process takes of its machine, and how far its work lies behind."""

import dataclasses
import os
import statistics
import threading
import time


@dataclasses.dataclass
class Reading:
    at: float
    resident_mib: float
    descriptors: int
    threads: int
    log_mib: float
    # Age in seconds of the oldest webhook that is not worked off, and of the oldest request to Stripe not answered.
    inbox_lag: float
    outbox_lag: float
    load: float


def read(worker):
    pid = worker.child.process.pid
    with open(f"/proc/{pid}/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    log = f"{worker.database}-wal"
    return Reading(
        at=time.monotonic(),
        resident_mib=int(fields["VmRSS"].split()[0]) / 1_024,
        descriptors=len(os.listdir(f"/proc/{pid}/fd")),
        threads=int(fields["Threads"]),
        log_mib=os.path.getsize(log) / (1 << 20) if os.path.exists(log) else 0.0,
        inbox_lag=age(worker, "SELECT MIN(received_at) FROM inbox WHERE state = 'received'"),
        outbox_lag=age(worker, "SELECT MIN(created_at) FROM outbox WHERE state = 'waiting'"),
        load=os.getloadavg()[0])


def age(worker, query):
    oldest = worker.rows(query)[0][0]
    return 0.0 if oldest is None else max(0.0, time.time() - oldest / 1_000)


class Gauges:
    """Reads them every `seconds`, in a thread of its own, until it is stopped."""

    def __init__(self, worker, seconds, tell=None):
        self.readings = []
        self._worker, self._seconds, self._tell = worker, seconds, tell
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.broken = None

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._thread.join(60)

    def _run(self):
        try:
            while not self._stopped.wait(self._seconds):
                self.readings.append(read(self._worker))
                if self._tell:
                    self._tell(self.readings)
        except Exception as error:  # noqa: BLE001 - whoever stops it looks
            self.broken = error

    def tenth(self, number, name):
        """The median of one gauge over a tenth of the run, the first being 0."""
        count = len(self.readings)
        part = self.readings[count * number // 10:max(count * (number + 1) // 10, count * number // 10 + 1)]
        return statistics.median(getattr(reading, name) for reading in part)

    def most(self, name):
        return max(getattr(reading, name) for reading in self.readings)
