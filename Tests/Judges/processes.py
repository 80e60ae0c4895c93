"""Real processes, started as children of the test and ended by their own id."""

import os
import pathlib
import random
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("BURSAR_BIN", ROOT / ".build" / "debug"))


def until(condition, what, seconds=90.0):
    """Asks `condition` until it holds and returns what it said. With `wait_for`, the one place that waits.

    Where nothing is promised of how long it takes, as much is given as a machine may need that is busy with others.
    """
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < end, f"waited {seconds} s in vain until {what}"
        time.sleep(0.02)


def wait_for(moment):
    """Until a moment of the monotonic clock, for who does things at times that are set."""
    time.sleep(max(0.0, moment - time.monotonic()))


def free_port():
    """Below the ports that the kernel gives to connections, so that none of them takes it between two starts."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Child:
    """A program with its output in a file."""

    def __init__(self, arguments, folder, environment, name):
        self.arguments = [str(argument) for argument in arguments]
        self.folder = pathlib.Path(folder)
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", **environment}
        self.output = self.folder / f"{name}.log"
        self.process = None

    def start(self, prepare=None):
        with open(self.output, "ab") as output:
            self.process = subprocess.Popen(
                self.arguments, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, preexec_fn=prepare)
        return self

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def said(self):
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def wait_until(self, condition, what, seconds=120.0):
        def check():
            assert self.is_running, f"{self.arguments[0]} ended with {self.process.returncode}:\n{self.said()[-4000:]}"
            return condition()

        return until(check, what, seconds)

    def terminate(self, seconds=60.0):
        """SIGTERM; returns the exit status."""
        if self.is_running:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.arguments[0]} did not end within {seconds} s of SIGTERM") from None

    def kill(self):
        """SIGKILL, as a crash would."""
        if self.is_running:
            self.process.kill()
        if self.process is not None:
            self.process.wait()
