"""Pronouns and descriptions, where only one reading is open; the rest is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from demarche_ingest.mentions.gazetteer import Gazetteer
from demarche_ingest.mentions.model import Mention
from demarche_ingest.mentions.people import is_person, key, may_be_person
from demarche_ingest.mentions.reading import Line, Reading
from demarche_ingest.texts import Span

_PRONOUN: Final = re.compile(
    r"\b(?:he|she|him|his|her|hers|himself|herself)\b|\b(?:its|itself)\b", re.IGNORECASE
)
_PERSONAL: Final = frozenset({"he", "she", "him", "his", "her", "hers", "himself", "herself"})
_DESCRIPTION: Final = re.compile(
    r"\b[Tt]he\s+(?:(?:military|defen[cs]e|security|regional|trade|economic|trading|world)\s+)?"
    r"(alliance|bloc|organi[sz]ation|union|court|grouping)\b(?!\s+of\b)"
)
_PAIR: Final = re.compile(
    r"\b(?:[Bb]oth|[Tt]he\s+two|[Tt]hese\s+two|[Tt]he\s+two\s+neighbou?ring)\s+"
    r"(countries|states|nations|neighbou?rs|sides|capitals|republics|governments"
    r"|presidents|leaders|ministers|foreign\s+ministers|prime\s+ministers|men)\b"
)
_PEOPLE: Final = frozenset({"presidents", "leaders", "ministers", "men"})
_KINDS: Final = {
    "alliance": frozenset({"MilitaryAlliance"}),
    "court": frozenset({"Court"}),
    "union": frozenset({"EconomicUnion", "InternationalOrganization"}),
}
_BODIES: Final = frozenset({"InternationalOrganization", "MilitaryAlliance", "EconomicUnion"})
_ACTORS: Final = frozenset({"name", "metonym", "unknown", "demonym"})


def refer(reading: Reading, mentions: Sequence[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Return the mentions with the pronouns and descriptions that rules settle."""
    return [*mentions, *_References(reading, mentions, gazetteer).mentions()]


class _References:
    def __init__(self, reading: Reading, mentions: Sequence[Mention], gazetteer: Gazetteer) -> None:
        self.reading, self.gazetteer = reading, gazetteer
        self.mentions_in = _by_line(reading, mentions)

    def mentions(self) -> Iterator[Mention]:
        """Yield what rules settle."""
        earlier: list[Mention] = []
        before: list[Mention] = []
        for line, here in zip(self.reading.lines, self.mentions_in, strict=True):
            if not (line.is_heading or line.is_loud):
                yield from self._pronouns(line, before, here)
                yield from self._pairs(line, before, here)
                yield from self._descriptions(line, [*earlier, *here])
            earlier.extend(here)
            before = here

    def _pronouns(
        self, line: Line, before: Sequence[Mention], here: Sequence[Mention]
    ) -> Iterator[Mention]:
        for match in _PRONOUN.finditer(self.reading.text, line.span.start, line.span.end):
            span = Span(match.start(), match.end())
            near = [mention for mention in here if mention.span.end <= span.start]
            if match.group().lower() in _PERSONAL:
                people = [m for m in (*before, *near) if may_be_person(m, self.gazetteer)]
                found, rule = _only(people), "only-person-near"
                if found is not None and not self._surely_person(found, people):
                    continue
            else:
                found, rule = _only(self._actors(near)), "only-actor-of-sentence"
            if found is not None:
                yield _refers(span, "pronoun", found, rule)

    def _surely_person(self, found: Mention, people: Sequence[Mention]) -> bool:
        return any(is_person(m, self.gazetteer) for m in people if key(m) == key(found))

    def _actors(self, mentions: Sequence[Mention]) -> list[Mention]:
        """Return what "its" may refer to: states, organisations, what nothing tells the kind of."""
        return [
            mention
            for mention in mentions
            if mention.how in {*_ACTORS, "place"} and not is_person(mention, self.gazetteer)
        ]

    def _descriptions(self, line: Line, earlier: Sequence[Mention]) -> Iterator[Mention]:
        for match in _DESCRIPTION.finditer(self.reading.text, line.span.start, line.span.end):
            span = Span(match.start(), match.end())
            kinds = _KINDS.get(match[1].lower(), _BODIES)
            near = [m for m in earlier if m.span.end <= span.start and self._type(m) in kinds]
            found = _only(near)
            if found is not None and not any(m.span.covers(span) for m in earlier):
                yield _refers(span, "description", found, "only-one-of-its-kind")

    def _pairs(
        self, line: Line, before: Sequence[Mention], here: Sequence[Mention]
    ) -> Iterator[Mention]:
        for match in _PAIR.finditer(self.reading.text, line.span.start, line.span.end):
            span = Span(match.start(), match.end())
            near = [mention for mention in here if mention.span.end <= span.start]
            people = match[1].split()[-1] in _PEOPLE
            for window in (near, [*before, *near]):
                members = self._two(window, people)
                if members:
                    ids = tuple(m.target for m in members if m.target is not None)
                    chain = tuple(m.span for m in reversed(members))
                    yield Mention(span, "description", None, (), ids, chain, "two-near")
                    break

    def _two(self, mentions: Sequence[Mention], people: bool) -> list[Mention]:
        found: dict[str, Mention] = {}
        for mention in mentions:
            fits = is_person(mention, self.gazetteer) if people else self._type(mention) == "State"
            if fits:
                found.setdefault(key(mention), mention)
        return list(found.values()) if len(found) == 2 else []

    def _type(self, mention: Mention) -> str:
        if mention.target is not None:
            return self.gazetteer.entities[mention.target].type
        return mention.proposal.kind if mention.proposal else ""


def _only(mentions: Sequence[Mention]) -> Mention | None:
    """Return the last mention, if all refer to one thing."""
    keys = {key(mention) or str(mention.candidates) for mention in mentions}
    return mentions[-1] if len(keys) == 1 and key(mentions[-1]) else None


def _refers(span: Span, how: str, found: Mention, rule: str) -> Mention:
    return Mention(
        span,
        how,  # type: ignore[arg-type]
        found.target,
        chain=(found.span, *found.chain),
        rule=rule,
        proposal=found.proposal,
    )


def _by_line(reading: Reading, mentions: Sequence[Mention]) -> list[list[Mention]]:
    ordered = sorted(mentions, key=lambda m: (m.span.start, -m.span.end))
    found: list[list[Mention]] = [[] for _ in reading.lines]
    place = 0
    for mention in ordered:
        while place < len(reading.lines) and reading.lines[place].span.end < mention.span.end:
            place += 1
        if place < len(reading.lines):
            found[place].append(mention)
    return found
