"""What makes texts of files, by name and version; told without loading it."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Final

from demarche_ingest.texts import EXTRACTOR

MADE_WITH: Final = {
    "html": ("html/1", "trafilatura"),
    "pdf": ("pdf/1", "pypdf"),
    "docx": ("docx/1", "python-docx"),
}
"""Our own version and the library, by the module of this room."""


@cache
def extractor_of(module: str) -> str:
    """Return what a module of this room calls the extractor of its texts."""
    if module not in MADE_WITH:
        return EXTRACTOR
    name, library = MADE_WITH[module]
    return f"{name} ({library} {version(library)})"
