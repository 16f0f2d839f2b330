"""The gate: what an extractor proposes is kept only where the text bears it out.

One gate for all extractors. Each refusal has a code, which reports count by, and a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from demarche_ingest.candidates.model import (
    Agent,
    AttributeFound,
    Candidate,
    Content,
    EventFound,
    RelationFound,
    StanceFound,
)
from demarche_ingest.documents.model import Zone, ZoneKind
from demarche_ingest.identity import COMMENTER
from demarche_ingest.texts import Span, Text, fold_typography
from demarche_ontology import terms

if TYPE_CHECKING:
    from demarche_ingest.analysis import ReadArticle

REASONS: Final[dict[str, str]] = {
    "not-verbatim": "the quoted words are not in the text",
    "several-places": "the quoted words stand in the text more than once",
    "outside": "the passage or the trigger does not lie within the article",
    "blank-ends": "the passage begins or ends with white space, or is empty",
    "across-zones": "the passage runs from one part of the article into another",
    "zone": "the passage lies in a part that nothing is taken from",
    "voice": "the voice does not fit the part that the passage lies in",
    "no-speaker": "nobody is told who asserts it",
    "no-words": "an argument has no words in the text",
    "words-elsewhere": "the words of an argument lie neither in the passage nor in its context",
    "no-mention": "the words of an argument name nobody",
    "unknown-thing": "an argument is said to be known, and is not",
    "wrong-kind": "an argument is of a kind that cannot stand there",
    "nobody": "an event of a category that needs a recipient, without anybody who takes part in it",
    "vocabulary": "a value is not in the vocabulary",
    "no-date": "a stance needs a date, and neither it nor its document has one",
    "unsure": "the extractor is less sure of it than is asked for",
    "duplicate": "another candidate says exactly this of the same passage",
    "no-reply": "a language model's reply is no list of claims, or is cut off",
    "form": "a claim of a language model's reply has not the form that was asked for",
    "declined": "a language model declined to answer",
}
"""Why candidates are refused, by the codes that reports count (docs/claims-from-text.md)."""

_VOICES: Final[dict[str, str]] = {
    "headline": "headline",
    "caption": "caption",
    "comment": "reader-comment",
}
_WHITE: Final = re.compile(r"\s")
_ACTORS: Final = frozenset({"Actor", *terms.ACTOR_KINDS, "Office"})
_PLACES: Final = frozenset({*terms.PLACE_KINDS, "State"})


def _lacks_everybody(event: EventFound) -> bool:
    """Tell whether nobody takes part in an event that is nothing without somebody.

    Others may be told without ("a curfew was imposed", codebook 6.1.7).
    """
    somebody = event.actors or event.recipients or event.affected
    return not somebody and event.category in terms.REQUIRES_RECIPIENT


class Thing(Protocol):
    """Something that reference data has."""

    @property
    def type(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What the gate asks for. zones: that something is taken from. confidence: the least."""

    zones: frozenset[ZoneKind] = frozenset({"headline", "body", "caption", "comment"})
    confidence: float = 0.0

    def told(self) -> tuple[str, ...]:
        """Return the settings as a run records them."""
        return (f"zones={','.join(sorted(self.zones))}", f"confidence={self.confidence:g}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a candidate is not kept. code: of `REASONS`. told: a sentence for people."""

    code: str
    told: str
    passage: Span
    rule: str = ""
    extractor: str = ""


class RefusedError(ValueError):
    """A candidate that is not kept. code: of `REASONS`. detail: what it is about."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{REASONS[code]}: {detail}" if detail else REASONS[code])
        self.code = code


def find_quote(text: Text | str, quote: str, within: Span | None = None) -> Span:
    """Return where quoted words stand, letter by letter, whole words at both ends.

    Quotation marks, dashes and kinds of white space may differ, one character for another. within:
    where to look, the whole text if not given. Raises RefusedError (not-verbatim, several-places).
    """
    found = quote_places(text, quote, within)
    if not found:
        raise RefusedError("not-verbatim", _short(quote))
    if len(found) > 1:
        raise RefusedError("several-places", _short(quote))
    return found[0]


def quote_places(text: Text | str, quote: str, within: Span | None = None) -> list[Span]:
    """Return the first two places where quoted words stand, as `find_quote` finds them."""
    content = text if isinstance(text, str) else text.content
    start, end = (within.start, within.end) if within else (0, len(content))
    looked_in, looked_for = _folded(content[start:end]), _folded(quote)
    found: list[Span] = []
    at = looked_in.find(looked_for) if quote.strip() else -1
    while at >= 0 and len(found) < 2:
        span = Span(start + at, start + at + len(quote))
        if not (_splits(content, span.start) or _splits(content, span.end)):
            found.append(span)
        at = looked_in.find(looked_for, at + 1)
    return found


def _folded(text: str) -> str:
    """Return a text of the same length in which what may differ is one."""
    return fold_typography(_WHITE.sub(" ", text))


def _splits(content: str, at: int) -> bool:
    """Say whether a place lies within a word."""
    return 0 < at < len(content) and content[at - 1 : at + 1].isalnum()


@dataclass(frozen=True)
class Gate:
    """Judges the candidates of one article. known: things of the reference data, by id.

    positions: ids of positions that the reference data has.
    """

    read: ReadArticle
    known: Mapping[str, Thing]
    positions: Collection[str] = frozenset()
    rules: Rules = field(default_factory=Rules)

    def check(self, candidate: Candidate) -> None:
        """Let a candidate pass, or raise RefusedError.

        What its values are is judged when its record is made (`making`).
        """
        zone = self._place(candidate)
        self._told(candidate, zone)
        if candidate.confidence < self.rules.confidence:
            raise RefusedError("unsure", f"{candidate.confidence:.2f}")
        content = candidate.content
        if isinstance(content, EventFound) and _lacks_everybody(content):
            raise RefusedError("nobody")
        for role, agent, kinds in arguments(content):
            self._argument(candidate, role, agent, kinds)

    # --- where ---

    def _place(self, candidate: Candidate) -> Zone:
        passage, article = candidate.passage, self.read.article
        for span in (passage, candidate.trigger, *candidate.rests_on):
            if not article.span.covers(span) or span.end <= span.start:
                raise RefusedError("outside", f"{span.start}-{span.end}")
        words = self.read.text[passage]
        if not words or words != words.strip():
            raise RefusedError("blank-ends", _short(words))
        if not passage.covers(candidate.trigger):
            raise RefusedError("outside", "the trigger is not in the passage")
        zone = next((zone for zone in article.zones if zone.span.covers(passage)), None)
        if zone is None:
            raise RefusedError("across-zones", _short(words))
        if zone.kind not in self.rules.zones:
            raise RefusedError("zone", zone.kind)
        return zone

    # --- who says so ---

    def _told(self, candidate: Candidate, zone: Zone) -> None:
        telling = candidate.telling
        if not telling.chain:
            raise RefusedError("no-speaker")
        voice = _VOICES.get(zone.kind)
        if (voice or telling.voice) != telling.voice or (
            voice is None and telling.voice in _VOICES.values()
        ):
            raise RefusedError("voice", f"{telling.voice} in a {zone.kind}")
        for agent in telling.chain:
            if agent.words is not None and not self.read.article.span.covers(agent.words):
                raise RefusedError("words-elsewhere", agent.label)
            self._known(agent, "the chain", _ACTORS)

    # --- what it is about ---

    def _argument(
        self, candidate: Candidate, role: str, agent: Agent, kinds: frozenset[str]
    ) -> None:
        self._known(agent, role, kinds)
        speaks = any(one.id == agent.id for one in candidate.telling.chain)
        if agent.words is None:
            if not speaks and role != "position":  # an outlet or author is named by the details
                raise RefusedError("no-words", f"{role} {agent.label}")
            return
        spans = (candidate.passage, *candidate.rests_on)
        if not any(span.covers(agent.words) for span in spans):
            raise RefusedError("words-elsewhere", f"{role} {agent.label}")
        if not agent.is_new and not speaks and not self._is_mention(agent.words):
            raise RefusedError("no-mention", f"{role} {agent.label}")

    def _is_mention(self, words: Span) -> bool:
        return any(
            mention.span.start < words.end and words.start < mention.span.end
            for mention in self.read.mentions
        )

    def _known(self, agent: Agent, role: str, kinds: frozenset[str]) -> None:
        if COMMENTER.fullmatch(agent.id):
            return
        if agent.is_new:
            if agent.kind and kinds and agent.kind not in kinds:
                raise RefusedError("wrong-kind", f"{role} {agent.label} ({agent.kind})")
            return
        if role == "position":
            if agent.id not in self.positions:
                raise RefusedError("unknown-thing", f"position {agent.id}")
            return
        thing = self.known.get(agent.id)
        if thing is None:
            if not kinds and agent.id in self.positions:
                return
            raise RefusedError("unknown-thing", f"{role} {agent.id}")
        if kinds and thing.type not in kinds:
            raise RefusedError("wrong-kind", f"{role} {agent.label} ({thing.type})")


Argument = tuple[str, Agent, frozenset[str]]
"""A role, who or what fills it, and the classes that may; none for any."""


def arguments(content: Content) -> Iterator[Argument]:
    """Yield what a claim is about, each with its role."""
    anything: frozenset[str] = frozenset()
    match content:
        case EventFound():
            for role in ("actors", "recipients", "affected"):
                yield from ((role.rstrip("s"), one, _ACTORS) for one in getattr(content, role))
            if content.place is not None:
                yield "place", content.place, _PLACES
        case RelationFound():
            yield "subject", content.subject, anything
            yield "object", content.object, anything
        case AttributeFound():
            yield "subject", content.subject, anything
        case StanceFound():
            yield "stance actor", content.actor, _ACTORS
            if content.on_behalf_of is not None:
                yield "on behalf of", content.on_behalf_of, _ACTORS
            yield "position", content.position, frozenset({"Position"})


def _short(words: str) -> str:
    told = re.sub(r"\s+", " ", words).strip()
    return f"“{told[:60]}…”" if len(told) > 60 else f"“{told}”"
