"""A longer run, from `tests/`: python -m differential --home HOME [--count N] [--seed S].

Serves the current commit of a home, asks it generated queries, and prints each answer that differs
from that of the engine in process. Exit code 1 if one does.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import httpx
from differential.comparing import Drawn, check
from differential.homes import reference
from server.running_server import start, stop

from demarche_store.home import Home


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    home = Home(options.home)
    info = home.resolve(None)
    running = start(options.home, info.id)
    try:
        wrong = run(running.sparql, Drawn({info.id: reference(home, info)}, options.seed), options)
    finally:
        stop(running)
    print(f"{options.count} queries asked, {wrong} answered otherwise", file=sys.stderr)
    return 1 if wrong else 0


def run(url: str, drawn: Drawn, options: argparse.Namespace) -> int:
    wrong = 0
    with httpx.Client(timeout=60) as client:
        for asked, expected in drawn.take(options.count):
            _, told = check(client, url, asked, expected)
            if told:
                wrong += 1
                print(told, end="\n\n", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
