"""The sentence of ours that says a candidate: who asserts, and what, in neutral words."""

from __future__ import annotations

from dataclasses import replace

import pytest

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
from demarche_ingest.candidates.statements import repeats, statement
from demarche_ingest.candidates.wording import EVENTS, RELATIONS, STANCES, STATUSES
from demarche_ingest.texts import Span
from demarche_ontology import terms

POST = Agent("esker-post", "The Esker Post")
WIRE = Agent("esker-wire", "Esker Wire")
NORLAND, SUDRIA = Agent("norland", "Norland"), Agent("sudria", "Sudria")
PREMIER = Agent("premier", "Ada Berg")
STATES = tuple(Agent(f"state-{n}", f"State {n}") for n in range(7))


def told(content, chain=(POST,), voice="author", edtf="", **how) -> str:
    span = Span(0, 1)
    candidate = Candidate(
        span,
        span,
        content,
        Telling(chain, voice),
        "rule",
        "test/1",
        0.5,
        time=Time(edtf, "stated") if edtf else None,
        **how,
    )
    return statement(candidate, candidate.certainty, "the words of the passage")


def event(category="request", *modes: str, to=(SUDRIA,), by=(NORLAND,)) -> EventFound:
    return EventFound(category, modes, (), by, to)


def test_the_wording_covers_the_vocabulary() -> None:
    assert {key for key in EVENTS if "/" not in key} == set(terms.SCHEMES["category"])
    for key in EVENTS:
        category, _, mode = key.partition("/")
        assert not mode or mode in terms.PLOVER_MODES[category]
        assert len(EVENTS[key].split("|")) == 3
    assert set(RELATIONS) == set(terms.RELATION_PREDICATES)
    assert set(STATUSES) == set(terms.SCHEMES["membership"])
    assert set(STANCES) == set(terms.SCHEMES["stance"])


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({}, "The Esker Post reports that Norland made a request to Sudria."),
        ({"polarity": "negative"}, "… that Norland did not make a request to Sudria."),
        ({"modality": "future"}, "… that Norland will make a request to Sudria."),
        (
            {"modality": "normative", "polarity": "negative"},
            "… that Norland should not make a request to Sudria.",
        ),
        ({"modality": "conditional"}, "… that Norland would make a request to Sudria."),
        ({"modality": "interrogative"}, "… that Norland perhaps made a request to Sudria."),
        ({"certainty": "probable"}, "… that probably, Norland made a request to Sudria."),
        ({"edtf": "2031-05-04"}, "… that Norland made a request to Sudria, on 4 May 2031."),
        ({"edtf": "2031-05"}, "… that Norland made a request to Sudria, in May 2031."),
        ({"edtf": "../2031"}, "… that Norland made a request to Sudria, by 2031."),
        ({"edtf": "2031-05-04/.."}, "… made a request to Sudria, from 4 May 2031 on."),
        ({"edtf": "2031-05~"}, "… that Norland made a request to Sudria (2031-05~)."),
        ({"presupposed": True}, "The Esker Post takes for granted that Norland made …"),
    ],
)
def test_how_it_is_said(how, sentence: str) -> None:
    begins, _, ends = sentence.partition("…")
    found = told(event(), **how)
    assert found.startswith(begins)
    assert found.endswith(ends) or not ends


@pytest.mark.parametrize(
    ("chain", "voice", "begins"),
    [
        ((POST, PREMIER), "author", "Ada Berg writes in The Esker Post that "),
        ((POST, PREMIER), "quoted", "According to The Esker Post, Ada Berg said that "),
        (
            (POST, WIRE, PREMIER),
            "paraphrased",
            "According to The Esker Post, citing Esker Wire, Ada Berg said that ",
        ),
        ((POST,), "headline", "A headline of The Esker Post says that "),
        ((Agent("commenter-4", "Commenter 4"),), "reader-comment", "A reader writes that "),
        ((POST, NORLAND), "official-document", "According to The Esker Post, Norland states that "),
        (
            (Agent("unnamed-outlet-0123", "Outlet that its document does not name"),),
            "author",
            "An outlet that is not named reports that ",
        ),
    ],
)
def test_who_says_so(chain, voice: str, begins: str) -> None:
    assert told(event(), chain, voice).startswith(begins)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (event("consult", "visit"), "Norland visited Sudria"),
        (event("assault", to=(), by=()), "an unnamed party attacked somebody or something"),
        (event("agree", to=()), "Norland agreed"),
        (event("cooperate", to=STATES[:2], by=STATES[:2]), "State 0 and State 1 worked together"),
        (
            event("protest", to=(), by=STATES),
            "State 0, State 1, State 2, State 3 and 3 others protested",
        ),
        (RelationFound(NORLAND, "memberOf", SUDRIA), "Norland is a member of Sudria"),
        (
            RelationFound(NORLAND, "memberOf", SUDRIA, "observer"),
            "Norland is an observer of Sudria",
        ),
        (AttributeFound(NORLAND, "status", text="at war"), "Norland is at war"),
        (AttributeFound(NORLAND, "name", text="The Land"), "Norland is called “The Land”"),
        (
            AttributeFound(NORLAND, "troops", 1200.0, "soldiers", "at-least"),
            "the troops told of Norland is at least 1,200 soldiers",
        ),
        (
            StanceFound(PREMIER, Agent("open", "The strait opens"), "opposes", NORLAND),
            "Ada Berg opposes the position “The strait opens” for Norland",
        ),
    ],
)
def test_what_is_said(content, said: str) -> None:
    assert told(content) == f"The Esker Post reports that {said}."


def test_relations_are_denied_and_foretold() -> None:
    member = RelationFound(NORLAND, "memberOf", SUDRIA)
    assert "Norland is not a member of Sudria" in told(member, polarity="negative")
    assert "Norland will be a member of Sudria" in told(member, modality="future")
    controls = replace(member, predicate="controls")
    assert "Norland does not control Sudria" in told(controls, polarity="negative")


def test_it_is_never_longer_than_a_statement_may_be() -> None:
    long = Agent("long", "A very long name of something " * 20)
    assert len(told(event(by=(long,) * 4, to=STATES), (long, long, long), "quoted")) <= 600


def test_runs_of_the_text_s_words_are_noticed() -> None:
    passage = "Norland’s premier on Monday refused to open the strait again."
    assert repeats("It says Norland's premier on Monday refused to open the strait.", passage)
    assert not repeats("The premier of Norland turned Sudria down on Monday.", passage)
