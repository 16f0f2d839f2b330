"""The rules by which a text is taken apart, as they stand in `rules.yaml`."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any, cast

import yaml


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
def pattern(room: str, name: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """Return one rule."""
    return re.compile(rules()[room][name], flags)
