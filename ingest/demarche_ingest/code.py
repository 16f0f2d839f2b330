"""Whether our own code, and the data that come with it, are what they were."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import demarche_ingest
import demarche_ontology

_SUFFIXES: Final = frozenset({".py", ".ttl", ".rq", ".tsv", ".yaml", ".json", ".toml", ".md"})


@cache
def code_digest() -> str:
    """Return the sha-256 of our packages, as far as what they make of documents depends on them."""
    return digest_of(*code_files())


def code_files() -> tuple[Path, list[Path]]:
    """Return the files of the packages that a graph depends on, and the folder above them."""
    roots = [
        Path(package.__file__ or "").parent for package in (demarche_ontology, demarche_ingest)
    ]
    found = [path for root in roots for path in sorted(root.rglob("*")) if _counts(path)]
    return roots[0].parent.parent, found


def digest_of(root: Path, paths: Iterable[Path], start: str = "") -> str:
    """Return the sha-256 of files, with their names below a folder. start: what comes before."""
    digest = hashlib.sha256(start.encode())
    for path in paths:
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        digest.update(f"{name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _counts(path: Path) -> bool:
    return path.is_file() and path.suffix in _SUFFIXES
