"""Floors: what each layer's F1 may not fall below, for one state of the corpus.

A file of floors names the hash of the corpus that they were measured on. When the corpus changes
they say nothing any more and are pinned anew; what falls by that is told and must be wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from demarche_ingest.evaluate.scores import Counts
from demarche_ontology.errors import InputError, Problem

_STEP: Final = 1_000
"""Floors are F1 in thousandths, rounded down, so that they hold on every machine."""
_HEAD: Final = (
    "# F1 of each layer on the corpus, in thousandths; `make evaluate` refuses less. Pin higher\n"
    "# ones with EVALUATE_ARGS=--pin, lower ones with EVALUATE_ARGS='--pin --lower', and say why.\n"
)
_AGAIN: Final = "look at the figures, then pin them anew: make evaluate EVALUATE_ARGS=--pin"


@dataclass(frozen=True, slots=True)
class Floors:
    """The F1 of each layer, in thousandths, and the hash of the corpus it was measured on."""

    corpus: str
    layers: Mapping[str, int]


def of(corpus: str, figures: Mapping[str, Counts]) -> Floors:
    """Return the floors that figures make."""
    layers = {name: int((counts.f1 or 0) * _STEP) for name, counts in figures.items()}
    return Floors(corpus, layers)


def read(path: Path) -> Floors:
    """Read a file of floors. Raises InputError where it is none."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Floors(str(content["corpus"]), {str(k): int(v) for k, v in content["f1"].items()})
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        problem = Problem(str(path), 0, "", f"not a file of floors: {error}", _AGAIN)
        raise InputError("The floors cannot be read.", [problem]) from None


def write(path: Path, floors: Floors) -> None:
    """Write a file of floors."""
    lines = "".join(f"  {yaml_key(name)}: {f1}\n" for name, f1 in floors.layers.items())
    path.write_text(f"{_HEAD}corpus: {floors.corpus}\nf1:\n{lines}", encoding="utf-8")


def yaml_key(name: str) -> str:
    """Return a layer's name as a key of YAML."""
    return f'"{name}"' if ":" in name else name


def problems(floors: Floors, now: Floors) -> list[str]:
    """Say what is wrong with figures by the floors; nothing if they hold."""
    if floors.corpus != now.corpus:
        return [
            f"the corpus is {now.corpus[:12]}, the floors are of {floors.corpus[:12]}: {_AGAIN}"
        ]
    return lowered(floors, now) + [
        f"{name}: no floor; {_AGAIN}" for name in now.layers if name not in floors.layers
    ]


def lowered(floors: Floors, now: Floors) -> list[str]:
    """Say which layers are below their floors, or are counted no more."""
    return [
        f"{name}: F1 is {_f1(now.layers.get(name))}, its floor {_f1(floor)}"
        for name, floor in floors.layers.items()
        if now.layers.get(name, -1) < floor
    ]


def _f1(thousandths: int | None) -> str:
    return "not counted" if thousandths is None else f"{thousandths / _STEP:.3f}"
