"""Who tells a piece: outlet, agency, author and voice, in kinds of files of `tellers.txt`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from demarche_ingest.analysis import Tools, analyse
from demarche_ingest.attribution import attribute
from demarche_ingest.documents import read_data
from demarche_ingest.documents.model import Wishes
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.texts import Span

KINDS = re.findall(
    r"^=== (.*)\n(?:# file (\S+)\n)?> (.*)\n((?:(?!===).*(?:\n|\Z))*)",
    (Path(__file__).parent / "tellers.txt").read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def tools() -> Tools:
    return Tools(Linker())


def teller(text: str, name: str, tools: Tools) -> str:
    """Return who tells the last sentence but one of an article, and in which voice."""
    (source,) = read_data(text.encode(), name or "text.txt", Wishes()).sources
    article = analyse(source, tools).articles[0]
    body = next(zone.span for zone in article.article.zones if zone.kind == "body")
    at = article.text.content.find("has", body.start)
    at = at if 0 <= at < body.end else body.start
    ground = attribute(article).telling(Span(at, at + 3))
    first, *others = (agent.label for agent in ground.chain)
    named = "-" if first == "Outlet that its document does not name" else first
    shown = " ; ".join([named, *others])
    return shown if ground.voice == "author" else f"{shown} ~ {ground.voice}"


@pytest.mark.parametrize(
    ("name", "told", "text"), [k[1:] for k in KINDS], ids=[k[0] for k in KINDS]
)
def test_who_tells_a_piece(name: str, told: str, text: str, tools: Tools) -> None:
    assert teller(text, name, tools) == told


def test_there_are_many_kinds() -> None:
    assert len(KINDS) >= 50
