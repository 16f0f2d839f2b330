"""From what passed the gate to the record of it, and to what a document's record holds besides.

Nothing here looks at a clock or at other documents: the same reading makes the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pydantic import ValidationError

from demarche_ingest import identity
from demarche_ingest.analysis import ReadArticle
from demarche_ingest.candidates.gate import Gate, Refusal, RefusedError, arguments
from demarche_ingest.candidates.model import (
    Agent,
    AttributeFound,
    Candidate,
    EventFound,
    RelationFound,
    StanceFound,
    Time,
)
from demarche_ingest.candidates.records import ArticleCandidates, CandidateRecord, NewThing
from demarche_ingest.candidates.statements import event_label, statement
from demarche_ingest.mentions.gazetteer import Entity
from demarche_ingest.seeds.claims import ArticleFile, ClaimRecord, EvidenceRecord, SpanRecord
from demarche_ingest.seeds.crosscheck import claim_names
from demarche_ingest.texts import Span, Text, fold, sha256
from demarche_ontology import terms

_DEGREES: Final = ("certain", "probable", "possible", "underspecified")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DEFAULT_KINDS: Final = {"place": "Place", "position": "Position", "subject": "", "object": ""}
"""What a new thing is taken for where its extractor does not tell, by its role; else an actor."""
_EVENT_NAME: Final = 90


@dataclass
class Things:
    """What a document names and reference data lacks, one name for each.

    known: what mentions may mean, by id. described: ids of what reference data describe; the rest,
    such as a user's sheet of actors, is new to them.
    """

    known: Mapping[str, Entity]
    described: Collection[str]
    source_sha256: str
    found: dict[str, NewThing] = field(default_factory=dict)

    def name(self, agent: Agent, role: str, commenters_before: int, near: tuple[str, ...]) -> str:
        """Return by which name claims call an agent; a new one is noted."""
        if (match := identity.COMMENTER.fullmatch(agent.id)) is not None:
            return f"commenter-{int(match[1]) + commenters_before}"
        if not agent.is_new:
            return agent.id
        label = " ".join(agent.label.split())[:300] or "Unnamed"
        name = agent.id if _SLUG.fullmatch(agent.id) else identity.local_name(label)
        if self._is_office(agent, name):
            return name
        if name in self.known or name in self.described:  # the extractor says that it is another
            name = f"{name[:100].strip('-')}-{self.source_sha256[:8]}"
        kind = agent.kind if agent.kind in terms.CLASSES else _DEFAULT_KINDS.get(role, "Actor")
        self._note(NewThing(id=name, label=label, type=kind or "Thing", of=_of(agent), near=near))
        return name

    def _is_office(self, agent: Agent, name: str) -> bool:
        """Tell whether an office of which no holder is known is a known one."""
        thing = self.known.get(name)
        told = (agent.kind, agent.of)
        return thing is not None and told == ("Office", thing.body_of) and thing.type == "Office"

    def event(self, found: EventFound, edtf: str, names: Mapping[str, list[str]]) -> str:
        """Return the name of an event, the same for the same category, roles and time."""
        roles = [sorted(names[role]) for role in ("actors", "recipients", "affected")]
        parts = [found.category, *names["actors"][:2], *names["recipients"][:2]]
        if _DAY.fullmatch(edtf):
            parts.append(edtf)
        readable = "-".join(parts)[:_EVENT_NAME].strip("-")
        hashed = identity.digest16([self.source_sha256, found.category, roles, edtf])
        name = f"{readable}-{hashed[:8]}"
        self._note(NewThing(id=name, label=event_label(found, edtf), type="Event"))
        return name

    def _note(self, thing: NewThing) -> None:
        """Keep the first of a name, but a class that is told before one that is not."""
        before = self.found.get(thing.id)
        if before is None or (before.type in ("Actor", "Thing") and thing.type != "Thing"):
            self.found[thing.id] = thing

    def named(self, articles: Iterable[ArticleCandidates]) -> tuple[NewThing, ...]:
        """Return those that articles and their candidates name, and whose these are, by name."""
        used: set[str | None] = set()
        for one in articles:
            used |= {one.article.publisher, one.article.author}
            for record in one.candidates:
                used |= {name for name, _, _ in claim_names(record.claim)}
        told: dict[str, NewThing] = {}
        waiting = [name for name in used if name is not None]
        while waiting:
            thing = self._new(waiting.pop())
            if thing is not None and thing.id not in told:
                told[thing.id] = thing
                waiting += [thing.of] if thing.of else []
        return tuple(told[name] for name in sorted(told))

    def _new(self, name: str) -> NewThing | None:
        if name in self.found:
            return self.found[name]
        thing = self.known.get(name)
        if thing is None or name in self.described:
            return None
        of = thing.body_of if _SLUG.fullmatch(thing.body_of) else None
        return NewThing(id=name, label=thing.label[:300], type=thing.type, of=of)


def _of(agent: Agent) -> str | None:
    return agent.of if _SLUG.fullmatch(agent.of) else None


@dataclass(frozen=True)
class Maker:
    """Judges and records the candidates of one article."""

    read: ReadArticle
    article: ArticleFile
    gate: Gate
    things: Things
    commenters_before: int = 0

    def make(
        self, candidates: Iterable[Candidate], refused: Callable[[Refusal], None]
    ) -> tuple[CandidateRecord, ...]:
        """Return the records of those that pass, in the order of the text, numbered.

        refused: is told of each that does not.
        """
        return tuple(record for _, record in self.kept(candidates, refused))

    def kept(
        self, candidates: Iterable[Candidate], refused: Callable[[Refusal], None]
    ) -> list[tuple[Candidate, CandidateRecord]]:
        """Return what `make` does, each record with the candidate that it is of."""
        made: dict[str, tuple[Candidate, CandidateRecord]] = {}
        for candidate in sorted(candidates, key=_order):
            try:
                self.gate.check(candidate)
                record = self._record(candidate)
                name = str(record.claim.iri)
                if name in made:
                    raise RefusedError("duplicate", name)
            except RefusedError as error:
                told = (str(error), candidate.passage, candidate.rule, candidate.extractor)
                refused(Refusal(error.code, *told))
            else:
                made[name] = candidate, record
        ordered = sorted(made.values(), key=lambda one: _place(one[0]))
        return [(one, _numbered(record, at)) for at, (one, record) in enumerate(ordered, start=1)]

    def _record(self, candidate: Candidate) -> CandidateRecord:
        try:
            return CandidateRecord(
                claim=self._claim(candidate),
                trigger=_span(candidate.trigger),
                rests_on=tuple(map(_span, self._context(candidate))),
                confidence=round(candidate.confidence, 4),
                rule=candidate.rule,
                extractor=candidate.extractor,
            )
        except ValidationError as error:
            raise RefusedError("vocabulary", _first(error)) from error

    def _claim(self, candidate: Candidate) -> ClaimRecord:
        telling = candidate.telling
        certainty = max(candidate.certainty, telling.certainty, key=_degree)
        when = self._when(candidate)
        passage = self.read.text[candidate.passage]
        claim = ClaimRecord.model_validate(
            {
                "id": "c001",
                "statement": "…not made yet",  # of values that hold, below
                "evidence": [evidence(self.read.text, candidate.passage)],
                "chain": [self._name(agent, "chain") for agent in telling.chain],
                "voice": telling.voice,
                "certainty": certainty,
                "polarity": candidate.polarity,
                "modality": candidate.modality,
                "presupposed": candidate.presupposed,
                "basis": candidate.basis,
                "when": when and {"edtf": when.edtf, "basis": when.basis},
                "uttered": telling.uttered if _is_day(telling.uttered) else None,
                **self._content(candidate, when),
            }
        )
        name = identity.claim_name(self.article.document.source_sha256, claim)
        told = statement(candidate, certainty, passage)
        return claim.model_copy(update={"iri": name, "statement": told})

    def _when(self, candidate: Candidate) -> Time | None:
        if candidate.time is not None or not isinstance(candidate.content, StanceFound):
            return candidate.time
        if self.article.date.edtf == "../..":
            raise RefusedError("no-date")
        return Time(self.article.date.edtf, "inferred")  # codebook 5.4: the day of the text

    # --- what it says ---

    def _content(self, candidate: Candidate, when: Time | None) -> dict[str, Any]:
        found = candidate.content
        members: dict[str, Any]
        names = {
            role: self._name(agent, role)
            for role, agent, _ in arguments(found)
            if not isinstance(found, EventFound)
        }
        match found:
            case EventFound():
                return {"event": self._event(found, when)}
            case RelationFound():
                members = {
                    "subject": names["subject"],
                    "predicate": found.predicate,
                    "object": names["object"],
                    "status": found.status or None,
                }
                return {"relation": members}
            case AttributeFound():
                members = {
                    "subject": names["subject"],
                    "attribute": found.attribute,
                    "number": found.number,
                    "unit": found.unit or None,
                    "comparator": found.comparator or None,
                    "text": found.text or None,
                }
                return {"attribute": members}
            case StanceFound():
                members = {
                    "actor": names["stance actor"],
                    "on_behalf_of": names.get("on behalf of"),
                    "position": names["position"],
                    "value": found.value,
                }
                return {"stance": members}

    def _event(self, found: EventFound, when: Time | None) -> dict[str, Any]:
        roles = {
            role: list(dict.fromkeys(self._name(one, role) for one in getattr(found, role)))
            for role in ("actors", "recipients", "affected")
        }
        return {
            "event": self.things.event(found, when.edtf if when else "", roles),
            "category": found.category,
            "modes": found.modes,
            "contexts": found.contexts,
            **roles,
            "place": self._name(found.place, "place") if found.place else None,
        }

    def _name(self, agent: Agent, role: str) -> str:
        return self.things.name(agent, role, self.commenters_before, self._near(agent))

    def _near(self, agent: Agent) -> tuple[str, ...]:
        if not agent.is_new or agent.words is None:
            return ()
        for mention in self.read.mentions:
            if mention.span == agent.words and mention.proposal is not None:
                return tuple(name for name in mention.proposal.near if _SLUG.fullmatch(name))
        return ()

    # --- what it rests on ---

    def _context(self, candidate: Candidate) -> Iterator[Span]:
        """Yield what was read outside the passage: the extractor's context, the speakers, the cue.

        So whoever reviews a candidate can be shown all that it was made of.
        """
        telling = candidate.telling
        spoken = (agent.words for agent in telling.chain)
        spans = {*candidate.rests_on, *spoken, telling.cue} - {None}
        kept = (span for span in spans if span and not candidate.passage.covers(span))
        yield from sorted(kept, key=lambda span: (span.start, span.end))


def evidence(text: Text, span: Span) -> EvidenceRecord:
    """Return a passage without its words."""
    words = text[span]
    folded = fold(words)
    return EvidenceRecord(
        start=span.start,
        end=span.end,
        sha256=sha256(words),
        folded=sha256(folded),
        folded_length=len(folded),
    )


def _order(candidate: Candidate) -> tuple[Any, ...]:
    """Put the surer of two that say the same first, then what has a stable order."""
    return (-candidate.confidence, *_place(candidate))


def _place(candidate: Candidate) -> tuple[Any, ...]:
    return (
        candidate.passage.start,
        candidate.passage.end,
        candidate.trigger.start,
        candidate.rule,
        candidate.extractor,
        -candidate.confidence,
        repr(candidate.content),
    )


def _numbered(record: CandidateRecord, number: int) -> CandidateRecord:
    claim = record.claim.model_copy(update={"id": f"c{number:03d}"})
    return record.model_copy(update={"claim": claim})


def _degree(certainty: str) -> int:
    return _DEGREES.index(certainty) if certainty in _DEGREES else len(_DEGREES)


def _is_day(edtf: str) -> bool:
    if not _DAY.fullmatch(edtf):
        return False
    try:
        date.fromisoformat(edtf)
    except ValueError:
        return False
    return True


def _span(span: Span) -> SpanRecord:
    return SpanRecord(start=span.start, end=span.end)


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"] if isinstance(part, str))
    return f"{where}: {first['msg'].removeprefix('Value error, ')}"
