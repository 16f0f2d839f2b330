"""The gate: what the text does not bear out is refused, each with its reason."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche_ingest.analysis import ReadArticle, Tools, analyse
from demarche_ingest.candidates.articles import UNDATED, Sides, article_file
from demarche_ingest.candidates.gate import (
    REASONS,
    Gate,
    Refusal,
    RefusedError,
    Rules,
    find_quote,
)
from demarche_ingest.candidates.making import Maker, Things
from demarche_ingest.candidates.model import (
    Agent,
    AttributeFound,
    Candidate,
    EventFound,
    RelationFound,
    StanceFound,
    Telling,
    Time,
)
from demarche_ingest.candidates.records import CandidateRecord
from demarche_ingest.documents import Wishes, read_data
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.seeds.fields import When
from demarche_ingest.texts import Span, fold_typography

PAGE = """<html lang="en"><head><title>Kenya asks for the bridge</title></head><body><article>
<h1>Kenya asks for the bridge</h1>
<p>Kenya asked Uganda to open the bridge on Monday, and nobody knew when that would be done.</p>
<p>Nine lorries had waited there for a week, a driver said,
and their goods had long since rotted.</p>
<p>Tanzania will decide in June. It has not been asked, and no envoy has come to the talks.</p>
</article><div class="comments"><div class="comment"><span class="author">Ola</span>
<p>Uganda never opens anything, whoever asks, and so it has been for thirty years.</p></div>
</div></body></html>"""
OUTLET = Agent("esker-post", "The Esker Post", is_new=True, kind="MediaOutlet")


@pytest.fixture(scope="module")
def linker() -> Linker:
    return Linker()


@pytest.fixture(scope="module")
def read(linker: Linker) -> ReadArticle:
    (source,) = read_data(PAGE.encode(), "page.html", Wishes()).sources
    (article,) = analyse(source, Tools(linker)).articles
    return article


class Bench:
    """What proposals of one article are judged with."""

    def __init__(self, read: ReadArticle, linker: Linker, **rules: object) -> None:
        self.read = read
        known = linker.gazetteer.entities
        gate = Gate(read, known, frozenset({"bridge-open"}), Rules(**rules))
        things = Things(known, frozenset(known), read.source.text.source_sha256)
        date = When(edtf="2031-05-05")
        article = article_file(read.source, read, (1, 1), Sides("esker-post"), date)
        self.maker = Maker(read, article, gate, things)

    def span(self, words: str) -> Span:
        return find_quote(self.read.text, words)

    def within(self, words: str, passage: str) -> Span:
        return find_quote(self.read.text, words, self.span(passage))

    def made(self, *given: Candidate) -> tuple[tuple[CandidateRecord, ...], list[Refusal]]:
        refused: list[Refusal] = []
        return self.maker.make(given, refused.append), refused

    def refused(self, candidate: Candidate) -> str:
        records, refused = self.made(candidate)
        assert not records
        (one,) = refused
        assert one.told.startswith(REASONS[one.code])
        return one.code


@pytest.fixture(scope="module")
def bench(read: ReadArticle, linker: Linker) -> Bench:
    return Bench(read, linker)


PASSAGE = "Kenya asked Uganda to open the bridge on Monday"


@pytest.fixture(scope="module")
def good(bench: Bench) -> Candidate:
    kenya = Agent("kenya", "Kenya", bench.within("Kenya", PASSAGE))
    uganda = Agent("uganda", "Uganda", bench.within("Uganda", PASSAGE))
    return Candidate(
        passage=bench.span(PASSAGE),
        trigger=bench.within("asked", PASSAGE),
        content=EventFound("request", ("change",), (), (kenya,), (uganda,)),
        telling=Telling((OUTLET,), "author"),
        rule="test",
        extractor="test/1",
        confidence=0.8,
        time=Time("2031-05-05", "inferred"),
    )


def test_what_the_text_bears_out_passes(bench: Bench, good: Candidate) -> None:
    ((record,), refused) = bench.made(good)
    assert refused == []
    claim = record.claim
    assert (claim.event.actors, claim.event.recipients) == (("kenya",), ("uganda",))
    assert claim.event.event.startswith("request-kenya-uganda-2031-05-05-")
    assert claim.statement == (
        "The Esker Post reports that Kenya asked for a change from Uganda, on 5 May 2031."
    )
    assert claim.iri is not None


def test_each_thing_that_is_wrong_has_its_reason(bench: Bench, good: Candidate) -> None:
    event = good.content
    (kenya,), (uganda,) = event.actors, event.recipients
    end = len(bench.read.text)
    whole, comment = good.passage, "Uganda never opens anything"
    elsewhere = bench.within("Tanzania", "Tanzania will decide in June")
    nobody = Agent("nobody-known", "Nobody", kenya.words)
    place = Agent("nairobi", "Nairobi", kenya.words, is_new=True, kind="Place")
    wrong = {
        "outside": [
            replace(good, passage=Span(end, end + 5)),
            replace(good, trigger=elsewhere),
        ],
        "blank-ends": [
            replace(good, passage=Span(whole.start, bench.span(" on Monday").start + 1))
        ],
        "across-zones": [replace(good, passage=Span(whole.start, bench.span(comment).end))],
        "voice": [
            replace(good, telling=Telling((OUTLET,), "headline")),
            replace(
                good,
                passage=bench.span(comment),
                trigger=bench.within("opens", comment),
            ),
        ],
        "no-speaker": [replace(good, telling=Telling((), "author"))],
        "no-words": [replace(good, content=replace(event, actors=(replace(kenya, words=None),)))],
        "words-elsewhere": [
            replace(good, content=replace(event, actors=(Agent("tanzania", "T", elsewhere),)))
        ],
        "no-mention": [
            replace(good, content=replace(event, actors=(replace(kenya, words=good.trigger),)))
        ],
        "unknown-thing": [replace(good, content=replace(event, actors=(nobody,)))],
        "wrong-kind": [replace(good, content=replace(event, actors=(place,)))],
        "nobody": [replace(good, content=EventFound("sanction"))],
        "vocabulary": [
            replace(good, content=replace(event, modes=("visit",))),
            replace(good, content=replace(event, category="agreement", modes=())),
            replace(good, content=EventFound("aid", actors=(kenya,))),
            replace(good, polarity="none"),
            replace(good, certainty="sure"),
            replace(good, time=Time("tomorrow", "inferred")),
            replace(good, content=RelationFound(kenya, "friendOf", uganda)),
            replace(good, content=AttributeFound(kenya, "troops", text="many", unit="men")),
        ],
        "unsure": [],
    }
    for code, candidates in wrong.items():
        for candidate in candidates:
            assert bench.refused(candidate) == code, candidate


def test_an_event_may_leave_open_who_takes_part(bench: Bench, good: Candidate) -> None:
    records, _ = bench.made(replace(good, content=EventFound("coerce")))
    assert len(records) == 1


def test_it_asks_for_as_much_confidence_as_it_is_told_to(read, linker, good: Candidate) -> None:
    assert Bench(read, linker, confidence=0.81).refused(good) == "unsure"
    assert len(Bench(read, linker, confidence=0.8).made(good)[0]) == 1


def test_zones_are_taken_as_it_is_told_to(read, linker, good: Candidate) -> None:
    assert Bench(read, linker, zones=frozenset({"headline"})).refused(good) == "zone"


def test_context_lets_arguments_stand_elsewhere(bench: Bench, good: Candidate) -> None:
    passage = "It has not been asked"
    tanzania = bench.within("Tanzania", "Tanzania will decide in June")
    candidate = replace(
        good,
        passage=bench.span(passage),
        trigger=bench.within("asked", passage),
        content=EventFound("request", recipients=(Agent("tanzania", "Tanzania", tanzania),)),
        polarity="negative",
    )
    assert bench.refused(candidate) == "words-elsewhere"
    ((record,), _) = bench.made(replace(candidate, rests_on=(tanzania,)))
    assert [(one.start, one.end) for one in record.rests_on] == [(tanzania.start, tanzania.end)]
    assert record.claim.statement.startswith(
        "The Esker Post reports that an unnamed party did not make a request to Tanzania"
    )


def test_speaker_and_cue_become_context(bench: Bench, good: Candidate) -> None:
    passage = "their goods had long since rotted"
    said = "Nine lorries had waited there for a week, a driver said"
    driver = Agent("driver", "a driver", bench.within("a driver", said), is_new=True, kind="Person")
    cue = bench.within("said", said)
    candidate = replace(
        good,
        passage=bench.span(passage),
        trigger=bench.within("rotted", passage),
        content=AttributeFound(
            Agent("goods", "The goods", bench.within("their goods", passage), is_new=True),
            "status",
            text="spoilt",
        ),
        telling=Telling((OUTLET, driver), "paraphrased", "probable", cue=cue),
    )
    ((record,), refused) = bench.made(candidate)
    assert refused == []
    assert {(one.start, one.end) for one in record.rests_on} == {
        (driver.words.start, driver.words.end),
        (cue.start, cue.end),
    }
    assert record.claim.chain == ("esker-post", "driver")
    assert record.claim.certainty == "probable"


def test_a_stance_has_the_day_of_its_text(bench: Bench, good: Candidate) -> None:
    kenya = good.content.actors[0]
    stance = StanceFound(kenya, Agent("bridge-open", "The bridge should be open"), "supports")
    ((record,), _) = bench.made(replace(good, content=stance, time=None))
    assert (record.claim.when.edtf, record.claim.when.basis) == ("2031-05-05", "inferred")
    unknown = replace(stance, position=Agent("bridge-shut", "The bridge should be shut"))
    assert bench.refused(replace(good, content=unknown)) == "unknown-thing"
    proposed = replace(unknown.position, is_new=True)
    ((record,), _) = bench.made(replace(good, content=replace(stance, position=proposed)))
    assert record.claim.stance.position == "bridge-shut"


def test_an_undated_stance_is_refused(read, linker, good: Candidate) -> None:
    undated = Bench(read, linker)
    record = undated.maker.article.model_copy(update={"date": UNDATED})
    undated.maker = replace(undated.maker, article=record)
    stance = StanceFound(good.content.actors[0], Agent("bridge-open", "Open"), "supports")
    assert undated.refused(replace(good, content=stance, time=None)) == "no-date"


def test_of_two_that_say_the_same_the_surer_is_kept(bench: Bench, good: Candidate) -> None:
    other = replace(good, confidence=0.9, rule="other", statement="")
    ((record,), (refusal,)) = bench.made(good, other)
    assert (record.rule, record.confidence) == ("other", 0.9)
    assert (refusal.code, refusal.rule) == ("duplicate", "test")


def test_equal_acts_are_one_event_and_other_acts_another(bench: Bench, good: Candidate) -> None:
    shorter = replace(good, passage=bench.span("Kenya asked Uganda to open the bridge"))
    denied = replace(good, content=replace(good.content, category="reject"))
    records, _ = bench.made(good, shorter, denied)
    events = {one.claim.event.category: set() for one in records}
    for one in records:
        events[one.claim.event.category].add(one.claim.event.event)
    assert {name: len(found) for name, found in events.items()} == {"request": 1, "reject": 1}
    assert [one.claim.id for one in records] == ["c001", "c002", "c003"]


def test_a_name_that_is_known_is_not_given_to_something_new(bench, good: Candidate) -> None:
    words = good.content.actors[0].words
    other = Agent("kenya", "Kenya", words, is_new=True, kind="Company")
    ((record,), _) = bench.made(replace(good, content=replace(good.content, actors=(other,))))
    (name,) = record.claim.event.actors
    assert name.startswith("kenya-")


def test_a_sentence_that_is_the_text_s_is_not_kept(bench: Bench, good: Candidate) -> None:
    copied = "Kenya asked Uganda to open the bridge on Monday, it is said."
    ((record,), _) = bench.made(replace(good, statement=copied))
    assert record.claim.statement.startswith("The Esker Post reports")
    own = "The Esker Post has Kenya seek access to the bridge."
    ((record,), _) = bench.made(replace(good, statement=own))
    assert record.claim.statement == own


def test_quotes_are_found_letter_by_letter() -> None:
    text = "He said “no – never” twice. He said it again."
    assert find_quote(text, '"no - never"') == Span(8, 20)
    for quote, code in (
        ("HE SAID", "not-verbatim"),
        ("no  –  never", "not-verbatim"),
        ("", "not-verbatim"),
        ("   ", "not-verbatim"),
        ("He said", "several-places"),
        ("wic", "not-verbatim"),
    ):
        with pytest.raises(RefusedError) as caught:
            find_quote(text, quote)
        assert caught.value.code == code
    assert find_quote(text, "He said", Span(20, len(text))) == Span(28, 35)
    assert find_quote("to\ntalk", "to talk") == Span(0, 7)


@given(st.text(), st.text(min_size=1), st.text())
def test_what_is_found_is_what_was_quoted(before: str, quote: str, after: str) -> None:
    text = f"{before} {quote} {after}"
    try:
        span = find_quote(text, quote)
    except RefusedError as error:
        code = "several-places" if quote.strip() else "not-verbatim"
        assert error.code == code  # noqa: PT017
    else:
        found = re.sub(r"\s", " ", text[span.start : span.end])
        assert fold_typography(found) == fold_typography(re.sub(r"\s", " ", quote))
