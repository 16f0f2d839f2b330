"""How acts are told: the families of `manner.txt`."""

from __future__ import annotations

from pathlib import Path

import pytest
from ingest.frame_examples import seen

LINES = [
    tuple(part.strip() for part in line.split("|"))
    for line in (Path(__file__).parent / "manner.txt").read_text(encoding="utf-8").splitlines()
    if line.count("|") == 2 and not line.startswith("#")
]


@pytest.fixture(scope="module")
def found() -> dict[str, set[tuple[str, str]]]:
    texts = [text for _, _, text in LINES]
    return {
        text: {(one.category, f"{one.polarity} {one.modality} {one.certainty}") for one in each}
        for text, each in zip(texts, seen(texts), strict=True)
    }


@pytest.mark.parametrize(("manner", "category", "text"), LINES, ids=[one[2] for one in LINES])
def test_how_an_act_is_told(
    found: dict[str, set[tuple[str, str]]], manner: str, category: str, text: str
) -> None:
    assert any(told == manner and kind in category.split("/") for kind, told in found[text])
