"""The differences between two commits as a SQLite file, so that a page of them is found at once.

::

    summary    document: JSON, `demarche_store.differences.summary`
    change     id (in the order of `compare`), kind, how, and the other members of a `Change`
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from demarche_ontology.errors import StoreError
from demarche_server import chores
from demarche_store.differences import COLUMNS, Change, Differences, compare, summary
from demarche_store.home import Home

FORMAT: Final = 1
"""Part of the file's name: another format never reads this one's files."""
KEPT: Final = 200
"""Files kept in the cache, of all pairs that somebody asked for; the oldest go."""
_PREFIX: Final = "differences-"
_BATCH: Final = 1000
_NAMES: Final = ", ".join(f'"{name}"' for name in COLUMNS)
_TABLES: Final = f"""
CREATE TABLE summary (document TEXT);
CREATE TABLE change (id INTEGER PRIMARY KEY, {_NAMES});
"""
_CHOICE: Final = "(:kind = '' OR kind = :kind) AND (:how = '' OR how = :how)"


def file_name(before: str, after: str) -> str:
    """Return the name of the file with the differences between two commits."""
    return f"{_PREFIX}{before}-{after}-{FORMAT}.sqlite"


def write(found: Differences, path: Path) -> None:
    """Write differences to a file that does not exist yet. Raises sqlite3.Error."""
    places = ", ".join("?" * len(COLUMNS))
    rows = ([getattr(one, name) for name in COLUMNS] for one in found.changes)
    with closing(sqlite3.connect(path)) as base:
        base.executescript(_TABLES)
        base.execute("INSERT INTO summary VALUES (?)", [json.dumps(summary(found))])
        base.executemany(f"INSERT INTO change ({_NAMES}) VALUES ({places})", rows)  # noqa: S608
        base.execute("CREATE INDEX of_kind ON change (kind, how)")
        base.commit()


class Compared:
    """The differences between two commits, of a file. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._address = f"file:{quote(str(path))}?mode=ro&immutable=1"

    def summary(self) -> dict[str, Any]:
        """Return the two sides and the numbers. Raises StoreError."""
        with self._open() as base:
            (text,) = base.execute("SELECT document FROM summary").fetchone()
        document: dict[str, Any] = json.loads(text)
        return document

    def changes(self, kind: str, how: str, offset: int, limit: int) -> list[Change]:
        """Return some changes of a kind, and how; "" for any. Raises StoreError."""
        query = f"SELECT {_NAMES} FROM change WHERE {_CHOICE} ORDER BY id LIMIT :limit OFFSET :from"  # noqa: S608
        asked = {"kind": kind, "how": how, "limit": limit, "from": offset}
        with self._open() as base:
            return [Change(*row) for row in base.execute(query, asked)]

    def every(self, kind: str, how: str) -> Iterator[list[Change]]:
        """Yield all changes of a choice, some at a time. Raises StoreError."""
        offset = 0
        while found := self.changes(kind, how, offset, _BATCH):
            yield found
            offset += _BATCH

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._address, uri=True)) as base:
                yield base
        except sqlite3.Error as error:
            raise StoreError("The differences cannot be read", "delete the cache") from error


def main() -> None:
    """Compare for a server. arguments: see `chores.chore`."""
    with (
        chores.chore(sys.argv[1:]) as (path, (before, after), draft),
        Home(path).open(before) as old,
        Home(path).open(after) as new,
    ):
        write(compare(old, new), draft)
        _sweep(draft.parent)


def _sweep(folder: Path) -> None:
    """Remove the oldest files beyond those kept."""
    found: list[tuple[float, Path]] = []
    for path in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            found.append((path.stat().st_mtime, path))
    for _, path in sorted(found)[: -KEPT or None]:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
