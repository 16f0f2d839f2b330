"""How many things of each kind a commit has, as a JSON file."""

from __future__ import annotations

import json
import sys
from typing import Final

from demarche_server import chores
from demarche_store.differences import census
from demarche_store.home import Home

FORMAT: Final = 1


def file_name(commit: str) -> str:
    """Return the name of the file with the numbers of a commit."""
    return f"census-{commit}-{FORMAT}.json"


def main() -> None:
    """Count for a server. arguments: see `chores.chore`."""
    with chores.chore(sys.argv[1:]) as (path, (commit,), draft), Home(path).open(commit) as view:
        draft.write_text(json.dumps(census(view)), encoding="utf-8")


if __name__ == "__main__":
    main()
