"""The rules by which a text is taken apart, as they stand in `rules.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, cast

import yaml

from demarche_ingest.literals import Sought, folded


@cache
def rules() -> dict[str, Any]:
    """Return all rules, by room and name."""
    content = files("demarche_ingest.segment").joinpath("rules.yaml").read_text(encoding="utf-8")
    return cast("dict[str, Any]", yaml.safe_load(content))


@cache
def words(room: str, name: str) -> frozenset[str]:
    """Return a list of words."""
    return frozenset(rules()[room][name].split())


@cache
def patterns(room: str, name: str) -> tuple[re.Pattern[str], ...]:
    """Return a list of rules, to be tried in their order; case is ignored."""
    return tuple(re.compile(rule, re.IGNORECASE | re.DOTALL) for rule in rules()[room][name])


@cache
def _sought(room: str, name: str) -> Sought:
    return Sought(patterns(room, name))


def likely(room: str, name: str, text: str) -> Iterator[re.Pattern[str]]:
    """Yield the rules of a list, in their order, but for those that cannot match in a text."""
    listed = patterns(room, name)
    return (listed[number] for number in _sought(room, name).within(folded(text)))


@cache
def pattern(room: str, name: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """Return one rule."""
    return re.compile(rules()[room][name], flags)
