"""Lists of words that rules go by, kept as data: files of a name and the words under it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import cast

import yaml


@cache
def word_lists(path: str) -> dict[str, tuple[str, ...]]:
    """Return the lists of a file by their names. path: below this folder, `rules/people.yaml`."""
    content = files("demarche_ingest.extractors").joinpath(path).read_text("utf-8")
    lists = cast("dict[str, str]", yaml.safe_load(content))
    return {name: tuple(words.split()) for name, words in lists.items()}


@cache
def lists_of(path: str) -> dict[str, tuple[str, ...]]:
    """Return the words of a file, each with the names of the lists that it stands in."""
    found: dict[str, list[str]] = {}
    for name, words in word_lists(path).items():
        for word in words:
            if name not in (names := found.setdefault(word, [])):
                names.append(name)
    return {word: tuple(names) for word, names in found.items()}
