"""The lists of words of `words.yaml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import cast

import yaml


@cache
def _lists() -> dict[str, str]:
    content = files("demarche_ingest.extractors.facts").joinpath("words.yaml").read_text("utf-8")
    return cast("dict[str, str]", yaml.safe_load(content))


@cache
def words(name: str) -> frozenset[str]:
    """Return a list by its name."""
    return frozenset(_lists()[name].split())
