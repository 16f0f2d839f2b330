"""Who does what to whom in plain news sentences of all constructions, by the packaged frames."""

from __future__ import annotations

from pathlib import Path

import pytest
from ingest.frame_examples import seen

TOLD = Path(__file__).with_name("matching.txt").read_text("utf-8")

LINES = [line for line in TOLD.splitlines() if not line.startswith("#")]


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    texts = [line.partition(" | ")[0] for line in LINES]
    return {
        text: [
            f"{one.category}: {', '.join(sorted(one.actors))} > {', '.join(sorted(one.recipients))}"
            for one in came
        ]
        for text, came in zip(texts, seen(texts), strict=True)
    }


@pytest.mark.parametrize("line", LINES)
def test_who_does_what_to_whom(found: dict[str, list[str]], line: str) -> None:
    text, _, wanted = line.partition(" | ")
    assert [" ".join(one.split()) for one in found[text]].count(wanted) == 1, found[text]
