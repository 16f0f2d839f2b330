"""From a claim of a reply to a candidate: every word of it looked up in the text."""

from __future__ import annotations

import re
from typing import Final

from demarche_ingest import times
from demarche_ingest.attribution import Attributions
from demarche_ingest.candidates.agents import agents_of
from demarche_ingest.candidates.gate import RefusedError, quote_places
from demarche_ingest.candidates.model import (
    Agent,
    AttributeFound,
    Candidate,
    Content,
    EventFound,
    RelationFound,
    StanceFound,
    Telling,
    Time,
)
from demarche_ingest.extractors.llm.questions import Question, plain
from demarche_ingest.extractors.llm.replies import ClaimReply
from demarche_ingest.identity import local_name
from demarche_ingest.mentions.model import Mention
from demarche_ingest.texts import Span, fold_typography

_WORD: Final = re.compile(r"\w+")
_RUN: Final = 8
"""Words in a row that a statement may not share with its sentence: it is to be our wording."""
_LEAST, _MOST = 0.05, 0.95
"""No model is as sure as it says."""
_SPOKEN: Final = frozenset({"quoted", "paraphrased", "official-document"})


class Taker:
    """Makes candidates of the claims of one reply."""

    def __init__(self, question: Question, told: Attributions, extractor: str) -> None:
        self._question = question
        self._read = question.read
        self._told = told
        self._extractor = extractor
        self._content = fold_typography(plain(question.read.text.content))

    def candidate(self, claim: ClaimReply) -> Candidate:
        """Return a candidate. Raises RefusedError."""
        passage = self._passage(claim)
        found = _Finder(self, passage)
        content = _content(claim, found)
        telling = self._telling(claim.speaker, passage, found)
        inside = [span for span in found.elsewhere if not passage.covers(span)]
        return Candidate(
            passage,
            passage,
            content,
            telling,
            "llm",
            self._extractor,
            min(max(claim.confidence, _LEAST), _MOST),
            polarity=claim.polarity,
            certainty=claim.certainty,
            modality=claim.modality,
            presupposed=claim.presupposed,
            basis=claim.basis,
            time=self._time(claim.date, passage),
            rests_on=tuple(dict.fromkeys(inside)),
            statement=self._statement(claim.statement, passage),
        )

    def _passage(self, claim: ClaimReply) -> Span:
        """Return where the quoted words stand: in their sentence, else the one place there is."""
        sentence = self._question.sentence(claim.sentence)
        places = self._places(claim.quote, sentence.span) if sentence else []
        if not places:
            places = self._places(claim.quote, self._question.span)
        if not places:
            raise RefusedError("not-verbatim", claim.quote[:80])
        if len(places) > 1:
            raise RefusedError("several-places", claim.quote[:80])
        return places[0]

    def _places(self, quote: str, within: Span) -> list[Span]:
        return quote_places(self._read.text, quote.strip(), within)

    def _telling(self, speaker: str, passage: Span, found: _Finder) -> Telling:
        """Return who asserts it: as the text attributes it, or a speaker whom the model names."""
        told = self._told.telling(passage)
        if told.voice in _SPOKEN and not speaker.strip():
            return Telling(told.chain[:-1] or told.chain, "author")
        if not speaker.strip():
            return told
        agent = found.one(speaker)
        if any(agent.id == one.id for one in told.chain):
            return told
        outer = told.chain[:-1] if told.voice in _SPOKEN and len(told.chain) > 1 else told.chain
        voice = "paraphrased" if told.voice == "author" else told.voice
        return Telling((*outer, agent), voice, told.certainty, told.uttered, told.cue)

    def _time(self, date: str, passage: Span) -> Time | None:
        edtf = date.strip()
        if not edtf:
            return None
        try:
            times.parse(edtf)
        except ValueError:
            raise RefusedError("vocabulary", f"{edtf!r} is no date") from None
        near = [one for one in self._read.times if edtf in (one.edtf, one.interval)]
        inside = [one for one in near if passage.covers(one.span)]
        if not inside:
            return Time(edtf, "inferred")
        basis = "stated" if inside[0].basis == "stated" else "inferred"
        return Time(edtf, basis, inside[0].span)

    def _statement(self, said: str, passage: Span) -> str:
        """Return the model's sentence, or "" for one made of the text's own words."""
        line = " ".join(said.split())
        ours = [word.casefold() for word in _WORD.findall(line)]
        theirs = " ".join(word.casefold() for word in _WORD.findall(self._around(passage)))
        runs = (" ".join(ours[at : at + _RUN]) for at in range(len(ours) - _RUN + 1))
        if not 3 <= len(line) <= 600 or any(run in theirs for run in runs):
            return ""
        return line

    def _around(self, passage: Span) -> str:
        spans = [one.span for one in self._question.sentences if one.span.covers(passage)]
        return (
            self._content[passage.start : passage.end]
            if not spans
            else (self._content[spans[0].start : spans[0].end])
        )

    # --- who ---

    def mentions(self, name: str) -> list[tuple[Mention, Agent]]:
        """Return the mentions that a name means, by id or by their words."""
        wanted = fold_typography(plain(name)).strip().casefold()
        found: list[tuple[Mention, Agent]] = []
        for mention in self._read.mentions:
            agents = agents_of(mention, self._read.known)
            words = self._content[mention.span.start : mention.span.end].casefold()
            by_id = [agent for agent in agents if agent.id == name.strip()]
            found += [(mention, agent) for agent in by_id]
            if not by_id and words == wanted and len(agents) == 1:
                found.append((mention, agents[0]))
        return found

    def words(self, name: str, passage: Span) -> Agent | None:
        """Return somebody who is named in the words of the passage or its sentence only."""
        wanted = fold_typography(plain(name)).strip()
        around = next((s.span for s in self._question.sentences if s.span.covers(passage)), passage)
        for within in (passage, around):
            if places := self._places(wanted, within):
                return Agent(local_name(wanted), wanted, places[0], is_new=True)
        return None


class _Finder:
    """Finds who is meant in one claim. elsewhere: the words that arguments were read from."""

    def __init__(self, taker: Taker, passage: Span) -> None:
        self._taker, self._passage = taker, passage
        self.elsewhere: list[Span] = []

    def one(self, name: str, kind: str = "") -> Agent:
        """Return whom a name means. Raises RefusedError for a name without words in the text."""
        near = self._taker.mentions(name)
        if near:
            agent = min(near, key=lambda pair: self._far(pair[0].span))[1]
        elif (named := self._taker.words(name, self._passage)) is not None:
            agent = Agent(named.id, named.label, named.words, is_new=True, kind=kind)
        else:
            raise RefusedError("no-words", name[:80])
        if agent.words is not None:
            self.elsewhere.append(agent.words)
        return agent

    def all(self, names: tuple[str, ...]) -> tuple[Agent, ...]:
        """Return whom some names mean, each once."""
        return tuple({agent.id: agent for agent in map(self.one, names)}.values())

    def _far(self, span: Span) -> tuple[int, int]:
        """Say how far words are from the passage; those before it come first."""
        passage = self._passage
        if passage.covers(span):
            return 0, span.start
        if span.end <= passage.start:
            return 1, passage.start - span.end
        return 2, span.start - passage.end


def _content(claim: ClaimReply, found: _Finder) -> Content:
    if (event := claim.event) is not None:
        actors, recipients = found.all(event.actors), found.all(event.recipients)
        affected = found.all(event.affected)
        return EventFound(event.category, (), (), actors, recipients, affected)
    if (relation := claim.relation) is not None:
        kind = "Office" if relation.predicate == "holdsOffice" else ""
        subject, thing = found.one(relation.subject), found.one(relation.object, kind)
        return RelationFound(subject, relation.predicate, thing, relation.status or "")
    if (one := claim.attribute) is not None:
        unit, comparator, text = one.unit or "", one.comparator or "", one.text or ""
        if one.number is None and not text:
            raise RefusedError("vocabulary", "an attribute without a value")
        if one.number is not None:
            text = ""
        else:
            unit = comparator = ""
        return AttributeFound(
            found.one(one.subject), one.attribute, one.number, unit, comparator, text
        )
    stance = claim.stance
    assert stance is not None  # held by ClaimReply
    label = " ".join(stance.position.split())
    position = Agent(local_name(label), label, is_new=True, kind="Position")
    behalf = found.one(stance.on_behalf_of) if stance.on_behalf_of else None
    return StanceFound(found.one(stance.actor), position, stance.value, behalf)
