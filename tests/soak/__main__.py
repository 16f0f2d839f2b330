"""A long soak: `cd tests && python -m soak --minutes 30`. Ends with 1 if anything was wrong.

With --steady nothing is killed, and the report tells whether anything grew.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from soak.running import ON_DISK, Soak, minutes, soak
from soak.steady import Steady, by_the_clock


def main(arguments: list[str]) -> int:
    """Soak a server with its graph in memory, then one that reads it from disk."""
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="how long, together")
    parser.add_argument("--requests", type=int, default=1000, help="in each round")
    parser.add_argument("--steady", action="store_true", help="kill nothing; tell what grew")
    asked = parser.parse_args(arguments)
    if asked.steady:
        return steady(asked.minutes)
    print(f"{asked.minutes:g} minutes, rounds of {asked.requests} requests", flush=True)
    wrong = False
    for name, settings in (("in memory", {}), ("on disk", ON_DISK)):
        with tempfile.TemporaryDirectory() as folder:
            soaking = Soak(Path(folder), **settings)
            report = soak(soaking, asked.requests, minutes(asked.minutes / 2))
        print(f"{name}, {len(report.figures)} rounds")
        for line in report.lines():
            print(f"  {line}", flush=True)
        wrong = wrong or bool(report.wrong)
    return int(wrong)


def steady(length: float) -> int:
    """Use a server for so many minutes, and tell what it held."""
    print(f"{length:g} minutes", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Steady(Path(folder)).run(by_the_clock(length))
    for line in report.lines():
        print(f"  {line}")
    return int(bool(report.wrong or list(report.grown())))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
