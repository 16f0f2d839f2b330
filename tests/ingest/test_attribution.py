"""Who says what: sources, chains and voices, in sentences written for these tests.

`SAID` holds a sentence, words in it, and who asserts what stands there: of the chain the members
after the outlet, then the voice where it is no narrator's.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demarche_ingest.analysis import ReadArticle, Tools, analyse
from demarche_ingest.attribution import Attributions, attribute
from demarche_ingest.documents import read_data
from demarche_ingest.documents.model import Wishes
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.parsing.opening import open_parser
from demarche_ingest.texts import Span

LINKER = Linker()
HEAD = "Sudrian Gazette\n\nA headline of the day\n\n12 May 2031\n\n"


@pytest.fixture(scope="module")
def tools() -> Tools:
    return Tools(LINKER, open_parser())


def read(text: str, tools: Tools, name: str = "text.txt") -> ReadArticle:
    (source,) = read_data(text.encode(), name, Wishes()).sources
    return analyse(source, tools).articles[0]


def told(text: str, words: str, tools: Tools, start: int = 0) -> tuple[str, str]:
    """Return who asserts what stands at some words, after the outlet, and the voice."""
    article = read(text, tools)
    at = article.text.content.index(words, start)
    telling = attribute(article).telling(Span(at, at + len(words)))
    return ";".join(agent.id for agent in telling.chain[1:]), telling.voice


SAID = [
    ("Kenya's foreign minister, Ada Olanyi, said the road was shut.", "road", "ada-olanyi"),
    ("The road was shut, Ada Olanyi, a spokeswoman, said on Monday.", "road", "ada-olanyi"),
    ("The road, Ada Olanyi said on Monday, was shut to lorries.", "lorries", "ada-olanyi"),
    ("According to Ghana, the road was shut on Monday.", "road", "ghana"),
    ("The road was shut on Monday, according to Ghana.", "road", "ghana"),
    ("Ghana denied that its troops had crossed the river.", "crossed", "ghana"),
    ("Ghana denied that its troops had crossed the river.", "denied", ""),
    ("The Kenyan army said it would leave the camp.", "leave", "army-of-kenya"),
    ("Ghana accused Togo of breaking the pact.", "accused", ""),
    ("Ghana accused Togo of breaking the pact.", "breaking", "ghana"),
    ("Ghana did not say when the road would open.", "open", ""),
    ("Ghana opened the road on Monday.", "opened", ""),
]


@pytest.mark.parametrize(("sentence", "words", "who"), SAID)
def test_who_asserts_what_stands_there(sentence: str, words: str, who: str, tools: Tools) -> None:
    assert told(f"{HEAD}{sentence}\n", words, tools)[0] == who


def test_spans_stand_in_one_zone_and_do_not_cross(tools: Tools) -> None:
    article = read(f"{HEAD}{' '.join(sentence for sentence, _, _ in SAID)}\n", tools)
    found = attribute(article)
    assert found.found
    _hold(article, found)


def _hold(article: ReadArticle, found: Attributions) -> None:
    spans = [span for one in found.found for span in one.content]
    for span in spans:
        assert 0 <= span.start < span.end <= len(article.text)
        assert any(zone.span.covers(span) for zone in article.article.zones)
        for other in spans:
            crossing = span.start < other.start < span.end < other.end
            assert not crossing, (span, other)


def test_it_works_without_parses(tools: Tools) -> None:
    article = replace(read(f"{HEAD}Ada Olanyi said that the road was shut.\n", tools), parses=())
    at = article.text.content.index("road")
    telling = attribute(article).telling(Span(at, at + 4))
    assert [agent.id for agent in telling.chain[1:]] == ["ada-olanyi"]


_PIECES = st.sampled_from(
    [
        "Ghana said", "“", "”", '"', "he added", "the road was shut", ",", ".", " that ", "\n\n",
        "according to", "Ada Olanyi", "Q: ", "A: ", "reportedly", "was told by", "citing", "‘", "’",
        "denied", " and ", "—", "it", "was quoted as saying", "\n", ":", "1. dvo said:\n", "🙂",
    ]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(pieces=st.lists(_PIECES, max_size=40))
def test_any_text_is_told(pieces: list[str]) -> None:
    text = HEAD + " ".join(pieces)
    for source in read_data(text.encode(), "text.txt", Wishes()).sources:
        for article in analyse(source, Tools(LINKER)).articles:
            found = attribute(article)
            _hold(article, found)
            for start in range(0, len(text), 7):
                assert found.telling(Span(start, min(start + 9, len(text)))).chain
