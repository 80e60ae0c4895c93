"""What Bursar does, as fast as it goes, each beside its limit in the same run.

  p1  signed webhooks      p2  usage events in batches      p6  growth      p3  authorize and capture

An absolute figure holds on no other machine, so those who are compared take turns and the ratios are what counts.
"""

import argparse
import json
import pathlib
import tempfile

import growth
import holds
import usage
import webhooks
from house import ROOT, Programs

BENCHMARKS = {"p1": webhooks, "p2": usage, "p6": growth, "p3": holds}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", nargs="*", metavar="p1|p2|p3|p6", help="all of them unless said otherwise")
    parser.add_argument("--bursar", required=True, type=pathlib.Path, help="the program, as released")
    parser.add_argument("--gunicorn", type=pathlib.Path, help="what serves the peer of p1")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, help="webhooks, events, authorizations or single calls, each round")
    parser.add_argument("--peer-count", type=int, default=5_000, help="webhooks to the peer of p1")
    parser.add_argument("--rows", type=int, default=10_000_000, help="usage rows of the large database of p6")
    parser.add_argument("--few-rows", type=int, default=10_000, help="and of the small one")
    parser.add_argument("--json", type=pathlib.Path, help="where to write every round")
    options = parser.parse_args()
    which = options.which or list(BENCHMARKS)
    if unknown := set(which) - set(BENCHMARKS):
        parser.error(f"there is no {', '.join(sorted(unknown))}: choose from {', '.join(BENCHMARKS)}")
    if "p1" in which and not options.gunicorn:
        parser.error("p1 needs --gunicorn")

    results = {}
    with tempfile.TemporaryDirectory(dir=ROOT / ".build", prefix="bench-") as folder:
        programs = Programs(pathlib.Path(folder), options.bursar, options.gunicorn)
        for name in which:
            results[name] = BENCHMARKS[name].measure(programs, options)
            BENCHMARKS[name].show(results[name])
            print(flush=True)
            if options.json:
                options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
