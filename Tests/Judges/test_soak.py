"""A day's traffic, hour after hour, at a real `bursar serve` on a file: nothing leaks, nothing falls behind, nothing is
lost.

`BURSAR_SOAK_SECONDS` says how long; make rehearse-long takes two hours. `BURSAR_SOAK_LOG` names a file that gets a line
a minute, for whoever looks in.
"""

import os
import time

from gauges import Gauges
from pace import THREADS, Pace, percentile
from traffic import Traffic

SECONDS = int(os.environ.get("BURSAR_SOAK_SECONDS", "20"))
ACTS_PER_SECOND = 50
SAMPLE_SECONDS = min(10.0, max(1.0, SECONDS / 60))
# From here on answer times are judged: in less, a busy machine is all that could be measured.
LONG_SECONDS = 600

# Between the second tenth of the run and the last. The page caches of the connections fill as the file grows, 8 MiB
# each, and the allocator keeps what a rare big answer took; a leak of 200 bytes an act would show in two hours.
RESIDENT_GROWTH_MIB = 64
# All callers in flight when the gauge was read, and as many webhooks; one lost in a thousand acts would be 360 more.
DESCRIPTOR_GROWTH, THREAD_GROWTH = 2 * THREADS, 8
# Cut back to 16 MiB whenever it starts anew; a long read keeps it from that, and lets it double twice.
LOG_MOST_MIB = 64
LAG_MOST_SECONDS, LAG_GROWTH_SECONDS = 30.0, 2.0
ANSWER_P99_SECONDS = 0.5
# While so many wait for a processor, others have the machine, and answer times say nothing of us.
CALM_LOAD = 2.0 * (os.cpu_count() or 1)


class Diary:
    """A line a minute, while it runs."""

    def __init__(self, path, traffic):
        self.path, self.traffic = path, traffic
        self.began = self.last = time.monotonic()
        # How long answers took since the last line, and whenever the machine was ours.
        self.since, self.calm = [], []

    def __call__(self, readings):
        now, new = readings[-1], self.traffic.stopwatch.take_new()
        self.since += new
        if now.load <= CALM_LOAD:
            self.calm += new
        if now.at - self.last < 60:
            return
        self.last, took, self.since = now.at, self.since, []
        with open(self.path, "a") as diary:
            print(
                f"{now.at - self.began:6.0f} s: {self.traffic.acts['all']} acts, {len(self.traffic.usage)} events,"
                f" {len(self.traffic.charges)} charges, {len(self.traffic.top_ups)} top-ups; resident"
                f" {now.resident_mib:.0f} MiB, {now.descriptors} descriptors, {now.threads} threads, log"
                f" {now.log_mib:.1f} MiB, lag {now.inbox_lag:.1f} and {now.outbox_lag:.1f} s; answers in the median"
                f" {percentile(took, 50) * 1e3:.0f} ms, p99 {percentile(took, 99) * 1e3:.0f} ms; load {now.load:.1f}",
                file=diary)


def test_nothing_leaks_falls_behind_or_is_lost(start_pair, tmp_path):
    worker, sandbox = start_pair(BURSAR_LOG_LEVEL="info")
    sandbox.control("plan", **{"seed": 28, "events[duplicate]": 200, "events[reorder]": 100})
    traffic = Traffic(worker, sandbox)
    diary = Diary(os.environ.get("BURSAR_SOAK_LOG", tmp_path / "soak.log"), traffic)
    pace = Pace(ACTS_PER_SECOND, traffic.act)
    with Gauges(worker, SAMPLE_SECONDS, diary) as gauges:
        pace.run(SECONDS)
    print(figures(pace, traffic, gauges, diary))
    assert gauges.broken is None, gauges.broken
    assert not pace.broken, list(pace.broken)[:3]
    assert worker.child.is_running
    traffic.comes_to_rest()
    traffic.nothing_is_lost()
    traffic.is_paid_once()
    worker.books_are_sound(seconds=3_600)
    reconciled = worker.command_json("reconcile", seconds=3_600)
    assert (reconciled["status"], reconciled["unexplained_micros"]) == ("clean", 0), reconciled
    nothing_leaks(gauges)
    nothing_falls_behind(gauges)
    answers_come_in_time(traffic, diary)


def nothing_leaks(gauges):
    growth = {
        name: gauges.tenth(9, name) - gauges.tenth(1, name) for name in ("resident_mib", "descriptors", "threads")}
    assert growth["resident_mib"] <= RESIDENT_GROWTH_MIB, growth
    assert growth["descriptors"] <= DESCRIPTOR_GROWTH, growth
    assert growth["threads"] <= THREAD_GROWTH, growth
    assert gauges.most("log_mib") <= LOG_MOST_MIB


def nothing_falls_behind(gauges):
    for name in ("inbox_lag", "outbox_lag"):
        assert gauges.most(name) <= LAG_MOST_SECONDS, (name, gauges.most(name))
        assert gauges.tenth(9, name) - gauges.tenth(1, name) <= LAG_GROWTH_SECONDS, name


def answers_come_in_time(traffic, diary):
    # A charge is refused while the one before it is open.
    refused = {
        place: count for place, count in traffic.statuses.items()
        if place[2] >= 400 and place != ("POST", "charges", 409)}
    assert traffic.unanswered == 0 and not refused, (traffic.unanswered, refused)
    if SECONDS >= LONG_SECONDS:
        assert diary.calm, "others had the machine all the time"
        assert percentile(diary.calm, 99) <= ANSWER_P99_SECONDS


def figures(pace, traffic, gauges, diary):
    def both(name, form):
        return f"{gauges.tenth(1, name):{form}} then {gauges.tenth(9, name):{form}}"

    kept = "" if pace.was_kept else (
        f"\nTHE MACHINE DID NOT KEEP THE RATE: {pace.late} came late and {pace.turned_away} not at all")
    return (
        f"{SECONDS} s at {ACTS_PER_SECOND} acts/s: {dict(traffic.acts)}, {len(traffic.usage)} usage events,"
        f" {len(traffic.captured)} captures, {len(traffic.charges)} charges, {len(traffic.top_ups)} top-ups,"
        f" {len(traffic.refunds)} refunds; answers {dict(traffic.statuses)}, {traffic.unanswered} unanswered\n"
        f"second tenth, then last: resident {both('resident_mib', '.1f')} MiB, descriptors"
        f" {both('descriptors', '.0f')}, threads {both('threads', '.0f')}, log {both('log_mib', '.1f')} MiB (at most"
        f" {gauges.most('log_mib'):.1f}),"
        f" inbox lag {both('inbox_lag', '.2f')} s (at most {gauges.most('inbox_lag'):.1f}), outbox lag"
        f" {both('outbox_lag', '.2f')} s (at most {gauges.most('outbox_lag'):.1f})\n"
        f"answers: median {traffic.stopwatch.percentile(50) * 1e3:.1f} ms, p99"
        f" {traffic.stopwatch.percentile(99) * 1e3:.1f} ms, and {percentile(diary.calm, 99) * 1e3:.1f} ms of the"
        f" {len(diary.calm)} while others left the machine alone; load of the machine {both('load', '.1f')}{kept}")
