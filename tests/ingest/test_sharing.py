"""Extractors share the words of sentences where their lemmas make no difference, and only there."""

from __future__ import annotations

import pytest

from demarche_ingest.analysis import ReadArticle, Tools, analyse
from demarche_ingest.documents import Wishes, read_data
from demarche_ingest.extractors.rules import sharing
from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.parsing.opening import open_parser

TEXT = "Bridge\n\nKenya asked Uganda to open the bridge. Kenya zagged the bridge. Uganda closed it."
FEW = frozenset(("ask", "close"))
MORE = FEW | {"zagg"}
OTHERS = frozenset(("open",))


@pytest.fixture(scope="module")
def tools() -> Tools:
    return Tools(Linker(), open_parser())


@pytest.fixture
def read(tools: Tools) -> ReadArticle:
    (source,) = read_data(TEXT.encode(), "bridge.txt", Wishes()).sources
    return analyse(source, tools).articles[0]


@pytest.mark.parametrize("order", [(FEW, MORE), (MORE, FEW), (FEW, OTHERS, MORE), (MORE, MORE)])
def test_each_reads_as_it_would_alone(read: ReadArticle, order) -> None:
    for known in order:
        found = list(sharing.sentences(read, known))
        assert len(found) == 4
        for (_, words), (_, parse) in zip(found, read.parsed, strict=True):
            alone = Words(parse, known)
            assert (words.tokens, words.lemmas) == (alone.tokens, alone.lemmas)
        assert ("zagg" in found[2][1].lemmas) is ("zagg" in known)


def test_only_sentences_that_are_read_otherwise_are_mended_again(
    read: ReadArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    mend = sharing.mend
    monkeypatch.setattr(sharing, "mend", lambda *asked: seen.append(asked[0]) or mend(*asked))
    list(sharing.sentences(read, FEW))
    assert len(seen) == 4
    list(sharing.sentences(read, MORE))
    assert [tokens[1].text for tokens in seen[4:]] == ["zagged"]


def test_answers_are_not_shared(read: ReadArticle) -> None:
    first, second = (next(sharing.sentences(read, FEW))[1] for _ in range(2))
    assert first.tokens is second.tokens
    assert first.kept is not second.kept
