"""Which folder holds the graph when nobody says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from demarche_ontology.errors import StoreError
from demarche_store.home import Home

VARIABLE: Final = "DEMARCHE_HOME"
"""The environment variable that names the home."""


def home_path(given: Path | str | None, environ: Mapping[str, str]) -> Path:
    """Return the folder of the home: as given, else by the environment, else the user's own.

    environ: DEMARCHE_HOME; XDG_DATA_HOME, which counts only as an absolute path (XDG Base
    Directory Specification); HOME. A leading "~" is the user's folder. Empty is not set.
    """
    if chosen := str(given or "") or environ.get(VARIABLE):
        return Path(chosen).expanduser()
    data = Path(environ.get("XDG_DATA_HOME") or "")
    if not data.is_absolute():
        own = environ.get("HOME")
        data = (Path(own) if own else Path.home()) / ".local" / "share"
    return data / "demarche"


def open_home(given: Path | str | None, environ: Mapping[str, str]) -> Home:
    """Return the home; the folder need not exist yet.

    Raises StoreError when it cannot be a folder, or one that this user may not read.
    """
    path = home_path(given, environ).absolute()
    there = next(parent for parent in (path, *path.parents) if parent.exists())
    if not there.is_dir():
        raise StoreError(
            f"{path} cannot be a home: {there} is a file",
            remedy=f"name a folder with --home or {VARIABLE}",
        )
    if there == path and not os.access(path, os.R_OK | os.X_OK):
        raise StoreError(
            f"{path} cannot be read", remedy="give this user the right to read that folder"
        )
    return Home(path)
