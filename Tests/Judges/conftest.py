"""The judges: programs that others have written, and processes that are really killed.

Nothing is skipped in silence.
"""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from bursar import Bursar  # noqa: E402
from processes import BIN  # noqa: E402
from sandbox import Sandbox  # noqa: E402
from stories import Merchant  # noqa: E402


def pytest_sessionstart(session):
    missing = [name for name in ("bursar", "stripe-sandbox") if not (BIN / name).exists()]
    if missing:
        pytest.exit(f"{' and '.join(missing)} must be built first: there is none in {BIN}", returncode=2)


def pytest_terminal_summary(terminalreporter):
    """Names each test that did not run, and why."""
    silent = terminalreporter.stats.get("skipped", []) + terminalreporter.stats.get("deselected", [])
    if not silent:
        return
    terminalreporter.section("did not run")
    for report in silent:
        reason = report.longrepr[2] if isinstance(getattr(report, "longrepr", None), tuple) else "deselected"
        terminalreporter.write_line(f"{report.nodeid}: {reason}")


@pytest.fixture
def processes(tmp_path):
    """Children of one test, ended with it whatever happens."""
    started = []

    def keep(process):
        started.append(process)
        return process

    yield keep
    for process in reversed(started):
        process.child.kill()


@pytest.fixture
def start_pair(processes, tmp_path):
    """Starts a sandbox and a Bursar that know each other."""

    def start(sandbox_options=None, folder=tmp_path, **settings):
        worker = processes(Bursar(folder, **settings))
        stripe = processes(Sandbox(folder, worker_url=worker.url, **(sandbox_options or {}))).start()
        for name in ("BURSAR_STRIPE_API_BASE", "BURSAR_STRIPE_CONNECT_BASE"):
            worker.child.environment[name] = stripe.url
        worker.start()
        return worker, stripe

    return start


@pytest.fixture
def pair(start_pair):
    return start_pair()


@pytest.fixture
def worker(processes, tmp_path):
    """A Bursar alone, whose Stripe cannot be reached."""
    return processes(Bursar(tmp_path)).start()


@pytest.fixture
def merchant(pair):
    return Merchant(*pair)
