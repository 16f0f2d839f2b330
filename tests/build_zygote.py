"""Builds in forked children, so that a test can kill many without starting Python for each.

Reads lines "<seeds> <home>" from standard input. For each it forks a child that builds, says
"started <pid>", waits for it, and says "ended <status>" (negative: killed by that signal).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from demarche_ingest.build import build
from demarche_store.home import Home


def main() -> None:
    for line in sys.stdin:
        seeds, home = (Path(part) for part in line.split())
        pid = os.fork()
        if pid == 0:
            build(seeds, Home(home))
            os._exit(0)
        print("started", pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print("ended", os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
