"""Builds in forked children, so that a test can kill many without starting Python for each.

Reads lines "<seeds> <home>" from standard input. For each it forks a child that builds, says
"started <pid>", waits for it, and says "ended <status>" (negative: killed by that signal).
What every build reads of our own files is read before, once.
With the argument "unjudged" no graph is held to the shapes, by far the longest part of a build, in
which nothing is written.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from demarche_ingest import build as building
from demarche_ingest import demonstration
from demarche_ingest.build import build
from demarche_ingest.code import code_digest
from demarche_ingest.world import world
from demarche_ontology.data import policies
from demarche_ontology.glossary import glossary
from demarche_ontology.violations import shipped_checks
from demarche_store.home import Home


def main() -> None:
    if sys.argv[1:] == ["unjudged"]:
        building.shape_problems = demonstration.shape_problems = lambda *_: []
    for read in (code_digest, world, policies, glossary, shipped_checks):
        read()
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
