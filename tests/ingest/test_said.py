"""Who says what, in the families of expressions of `said.txt`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from demarche_ingest.analysis import Tools, analyse
from demarche_ingest.attribution import attribute
from demarche_ingest.documents import read_data
from demarche_ingest.documents.model import Wishes
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.parsing.opening import open_parser
from demarche_ingest.texts import Span

LINES = [
    line.partition("|")
    for line in (Path(__file__).parent / "said.txt").read_text(encoding="utf-8").splitlines()
    if "|" in line and not line.startswith("#")
]
SAID = [(who.strip(), text.strip()) for who, _, text in LINES]


@pytest.fixture(scope="module")
def tools() -> Tools:
    return Tools(Linker(), open_parser())


def who_says(marked: str, tools: Tools) -> set[str]:
    """Return who asserts, after the outlet, what stands at each stretch in square brackets."""
    is_headline = marked.startswith("H ")
    marked = marked.removeprefix("H ")
    body = "Nobody was seen on the road on Monday, and it rained." if is_headline else marked
    head = marked if is_headline else "A headline of the day"
    before = "It rained in the night, and nobody went out to look for the boats."
    text = f"Sudrian Gazette\n\n{head}\n\n12 May 2031\n\n{before}\n\n{body}\n"
    places = [match.span() for match in re.finditer(r"\[[^\]]*\]", text)]
    spans = [(start - 2 * at, end - 2 * at - 2) for at, (start, end) in enumerate(places)]
    plain = re.sub(r"[\[\]]", "", text)
    (source,) = read_data(plain.encode(), "text.txt", Wishes()).sources
    found = attribute(analyse(source, tools).articles[0])
    tellings = (found.telling(Span(*span)) for span in spans)
    return {";".join(agent.id for agent in one.chain[1:]) for one in tellings}


@pytest.mark.parametrize(("who", "marked"), SAID, ids=[marked for _, marked in SAID])
def test_who_says_it(who: str, marked: str, tools: Tools) -> None:
    assert who_says(marked, tools) == {who}
