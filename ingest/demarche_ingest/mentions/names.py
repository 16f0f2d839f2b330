"""Names: those that are known, those that nobody knows yet, and what lies between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from demarche_ingest.mentions.gazetteer import Gazetteer, Hit
from demarche_ingest.mentions.model import Mention, Proposal
from demarche_ingest.mentions.reading import Line, Reading, Word
from demarche_ingest.mentions.runs import JOINS, Runs, head_of, thing_of
from demarche_ingest.mentions.spans import Spans
from demarche_ingest.mentions.vocabulary import (
    BODIES,
    DIRECTIONS,
    LETTERS,
    ORGANISATIONS,
    PARTICLES,
    PERSON_NAMES,
    PLAIN_VERBS,
    SPEECH,
    THINGS,
    VESSELS,
)
from demarche_ingest.texts import Span

_PEOPLES: Final = frozenset({"adjective", "people"})
_POLITIES: Final = frozenset(
    (
        *("republic", "kingdom", "state", "union", "emirate", "sultanate", "principality"),
        *("commonwealth", "federation"),
    )
)
_GENERAL: Final = frozenset(
    (
        *("ministers", "states", "parties", "sides", "heads", "leaders", "members", "countries"),
        *("nations", "officials", "governments", "presidents", "envoys", "ambassadors"),
        *("representatives", "delegations"),
    )
)
"""Plurals that name nobody, whatever their capitals: "Member States"."""
_CENTRAL_BANK: Final = 4
"""Words that the name of a central bank has fewer of."""
_SHARED_NAMES: Final = frozenset(
    ("Security Council", "General Assembly", "Human Rights Council", "Red Cross", "Duma")
)
"""Names that many states and organisations have a body of."""
_OWNED: Final = re.compile(r"(?:\w['’]s?|\b(?!The\b|When\b|If\b)[A-Z][\w.-]+)\s$")
_BEFORE: Final = 24
_ABBREVIATION: Final = re.compile(r"[A-Z][A-Z0-9]{1,6}")


def names(reading: Reading, hits: Sequence[Hit], gazetteer: Gazetteer) -> list[Mention]:
    """Return the mentions by name, known and unknown, in the order of the text."""
    found: list[Mention] = []
    place = 0
    inner = reading.inner_capitals | _first_parts(reading, hits)
    for line in reading.lines:
        while place < len(hits) and hits[place].span.start < line.span.start:
            place += 1
        last = place
        while last < len(hits) and hits[last].span.end <= line.span.end:
            last += 1
        found.extend(_Names(reading, line, hits[place:last], gazetteer, inner).mentions())
        place = last
    return _without_ships(reading, _without_idle(reading, found))


def _first_parts(reading: Reading, hits: Sequence[Hit]) -> frozenset[str]:
    """Return words that begin a sentence and a name: "Xi" of "Xi Jinping met"."""
    known = {hit.span.start for hit in hits}
    return frozenset(
        line.words[0].form
        for line in reading.lines
        if len(line.words) > 1
        and not (line.is_heading or line.is_loud)
        and line.words[1].is_capital
        and line.words[1].start not in known
        and reading.between(line.words[0].end, line.words[1].start) == " "
    )


def mention_of(hit: Hit, gazetteer: Gazetteer) -> Mention:
    """Return what a form alone says; context comes later.

    What a user calls something goes before what its people are called: "Armenians" as a public.
    """
    named = tuple(alias for alias in hit.aliases if alias.use not in _PEOPLES)
    if len(hit.ids) > 1 and any(gazetteer.entities[alias.id].is_own for alias in named):
        hit = replace(hit, aliases=named)
    if all(alias.use in _PEOPLES for alias in hit.aliases):
        how = "demonym"
    elif all(gazetteer.entities[key].is_place for key in hit.ids):
        how = "place"
    else:
        how = "name"
    if len(hit.ids) == 1:
        return Mention(hit.span, how, hit.ids[0], rule=f"known-{how}")  # type: ignore[arg-type]
    return Mention(hit.span, how, None, hit.ids, rule="several-known")  # type: ignore[arg-type]


class _Names:
    """The names of one sentence: runs of words with capitals, cut and joined."""

    def __init__(
        self,
        reading: Reading,
        line: Line,
        hits: Sequence[Hit],
        gazetteer: Gazetteer,
        inner: frozenset[str],
    ) -> None:
        self.reading, self.line, self.gazetteer = reading, line, gazetteer
        self.hits = [hit for hit in hits if not _is_of_others(reading.text, hit.span)]
        self.inner = inner
        self.hit_at: dict[int, Hit] = {}
        for hit in self.hits:
            first, last = line.first_from(hit.span.start), line.first_from(hit.span.end)
            for word in line.words[first:last]:
                self.hit_at[word.start] = hit
        self.runs = Runs(reading, line, self.hit_at)

    def mentions(self) -> Iterator[Mention]:
        """Yield them in order."""
        found = [mention for run in self.runs for mention in self._resolve(run)]
        yield from found
        covered = Spans(mention.span for mention in found)
        for hit in self.hits:  # forms without capitals, or of scripts that have none
            if not covered.touch(hit.span):
                yield mention_of(hit, self.gazetteer)

    # --- what a run is ---

    def _resolve(self, run: list[Word]) -> Iterator[Mention]:
        while run and run[-1].form.lower() in {*JOINS, *PARTICLES, "the"}:
            if run[-1].start in self.hit_at:
                break
            run = run[:-1]
        if len(run) > 1 and self._is_verb(run[0]):
            run = run[1:]
        parts = self._parts(run)
        if not parts:
            return
        if len(parts) == 1:
            yield from self._single(parts[0])
            return
        yield from self._mixed(parts)

    def _is_verb(self, word: Word) -> bool:
        """Say whether a word that begins a sentence is none of the name: "Joining Turkic Union"."""
        token = self.line.tokens.get(word.start)
        return (
            token is not None
            and token.upos in {"VERB", "AUX", "ADV", "INTJ", "SCONJ", "CCONJ", "ADP"}
            and word.start not in self.hit_at
            and self.runs.begins(word)
            and word.form not in self.inner
        )

    def _parts(self, run: list[Word]) -> list[Hit | list[Word]]:
        parts: list[Hit | list[Word]] = []
        for word in run:
            hit = self.hit_at.get(word.start)
            if hit is not None:
                if not parts or parts[-1] is not hit:
                    parts.append(hit)
            elif parts and isinstance(parts[-1], list):
                parts[-1].append(word)
            else:
                parts.append([word])
        return parts

    def _single(self, part: Hit | list[Word]) -> Iterator[Mention]:
        if isinstance(part, Hit):
            yield mention_of(part, self.gazetteer)
        elif self._is_name(part):
            yield self._unknown(part)

    def _mixed(self, parts: list[Hit | list[Word]]) -> Iterator[Mention]:
        """Resolve a run of known and unknown parts."""
        if self._is_body(parts):  # "Ministry of Finance of Peru": the rules of titles see to it
            yield from (mention_of(part, self.gazetteer) for part in parts if isinstance(part, Hit))
            return
        if (whole := self._formal(parts)) is not None:
            yield whole
            return
        whole = self._organ(parts) or self._longer(parts)
        if whole is not None:
            yield whole
            for part in parts:
                if isinstance(part, Hit) and _is_people(part):
                    yield mention_of(part, self.gazetteer)
            return
        for part in parts:
            yield from self._single(part)

    def _formal(self, parts: list[Hit | list[Word]]) -> Mention | None:
        """Return a state by its name in full: "the Union of Myanmar"."""
        if len(parts) != 2 or isinstance(parts[0], Hit) or not isinstance(parts[1], Hit):
            return None
        words, hit = [word.form.lower() for word in parts[0]], parts[1]
        is_form = words[-1] == "of" and words[-2:-1] and words[-2] in _POLITIES
        mention = mention_of(hit, self.gazetteer)
        if not is_form or mention.how != "name" or not self._is_state(mention):
            return None
        return replace(mention, span=Span(_start(parts[0]), hit.span.end), rule="long-name")

    def _is_state(self, mention: Mention) -> bool:
        return mention.target is not None and (
            self.gazetteer.entities[mention.target].type == "State"
        )

    def _organ(self, parts: list[Hit | list[Word]]) -> Mention | None:
        """Return what a known organisation has in itself: "ECOWAS Court of Justice"."""
        hit, words = parts[0], parts[-1]
        if len(parts) != 2 or not isinstance(hit, Hit) or isinstance(words, Hit):
            return None
        head = head_of(words)
        if self.line.is_heading or not head or len(hit.ids) != 1 or self._may_be_part(hit):
            return None
        if self.reading.between(hit.span.end, words[0].start).strip():
            return None
        span = Span(hit.span.start, words[-1].end)
        return self._proposed(span, ORGANISATIONS[head], hit.ids[0], "organisation-of")

    def _is_body(self, parts: list[Hit | list[Word]]) -> bool:
        text = self.reading.text
        match = BODIES.match(text, _start(parts[0]))
        if (
            match is not None
            and isinstance(parts[-1], Hit)
            and text[match.end() : parts[-1].span.start].strip() in {"of", "of the"}
        ):
            return True
        return (  # "the Sri Lanka Navy"
            len(parts) == 2
            and isinstance(parts[0], Hit)
            and not isinstance(parts[1], Hit)
            and self._may_be_part(parts[0])
            and (match := BODIES.match(text, parts[1][0].start)) is not None
            and match.end() == parts[1][-1].end
        )

    def _longer(self, parts: list[Hit | list[Word]]) -> Mention | None:
        """Return the longer name that a known one is only a part of, if it is one."""
        hits = [part for part in parts if isinstance(part, Hit)]
        unknown = [word for part in parts if isinstance(part, list) for word in part]
        if self.line.is_heading or not all(self._may_be_part(hit) for hit in hits):
            return None
        if len(hits) == 1 and all(word.form.lower() in DIRECTIONS for word in unknown):
            return None
        span = Span(_start(parts[0]), _end(parts[-1]))
        of = self._whose(hits[0])
        if kind := thing_of(unknown, is_part=True):
            return self._proposed(span, kind, "", "name-with-place")
        if head := head_of(unknown):
            is_central = head == "bank" and len(unknown) < _CENTRAL_BANK  # "Bank of Ghana"
            kind = "GovernmentBody" if is_central else ORGANISATIONS[head]
            return self._proposed(span, kind, of, "organisation-of")
        return self._longer_still(parts, hits[0], unknown, of)

    def _longer_still(
        self, parts: list[Hit | list[Word]], hit: Hit, unknown: list[Word], of: str
    ) -> Mention | None:
        """Return a longer name that nothing tells the kind of, or that of a person."""
        span = Span(_start(parts[0]), _end(parts[-1]))
        names = [word for word in unknown if word.form.lower() not in {*JOINS, "the"}]
        if isinstance(parts[-1], Hit):
            return self._as_person(span, parts[-1], names)
        if _folded(hit) in PERSON_NAMES and not _is_people(hit) and len(parts) == 2:
            return self._proposed(span, "", "", "name-of-person")
        rule = "name-with-demonym" if _is_people(hit) else "name-with-place"
        return self._proposed(span, "", of, rule) if len(names) == 1 else None

    def _whose(self, hit: Hit) -> str:
        """Return the id of the state that a part of a name means, "" for a place or several."""
        is_one = len(hit.ids) == 1 and not self.gazetteer.entities[hit.ids[0]].is_place
        return hit.ids[0] if is_one else ""

    def _as_person(self, span: Span, hit: Hit, before: list[Word]) -> Mention | None:
        """Return "Michael Jordan", where a name of a state ends that of a person."""
        if _folded(hit) not in PERSON_NAMES or _is_people(hit):
            return None
        starts = before and before[0].start == self.line.words[0].start
        if starts and before[0].form not in self.inner:
            return Mention(hit.span, "name", None, hit.ids, rule="person-or-place")
        return self._proposed(span, "Person", "", "name-of-person")

    def _may_be_part(self, hit: Hit) -> bool:
        kinds = {self.gazetteer.entities[key].type for key in hit.ids}
        return bool(kinds <= {"State", "Place", "Territory"})

    def _is_name(self, words: list[Word]) -> bool:
        """Say whether words with capitals are a name, and not merely begin a sentence."""
        if self.line.is_loud or len(words[0].form) + len(words) < 3:
            return False
        first, is_one = words[0], len(words) == 1
        begins = self.runs.begins(first)
        if self._is_common(words, begins):
            return False
        if self.line.tokens.get(words[-1].start) is not None:
            return self._is_parsed(words, begins)
        if not (is_one and begins):
            return True
        if first.form in self.inner or _ABBREVIATION.fullmatch(first.form):
            return True
        following = self.line.after(first.end)
        verb = following.form if following is not None else ""
        return verb in SPEECH - PLAIN_VERBS

    def _is_common(self, words: list[Word], begins: bool) -> bool:
        """Say whether words name nobody, whatever their capitals."""
        if words[-1].form.lower() in _GENERAL and not head_of(words):
            return True
        if len(words) > 1:
            return False
        lower = words[0].form.lower()
        return (
            lower in LETTERS
            or lower in THINGS
            or self._is_remark(words[0])
            or (begins and lower in self.reading.small)
        )

    def _is_parsed(self, words: list[Word], begins: bool) -> bool:
        """Say whether a parser leaves words a name; two capitals within a sentence are one."""
        tokens = [self.line.tokens.get(word.start) for word in words]
        if tokens[-1] is not None and tokens[-1].upos == "PROPN":
            return True
        if len(words) == 1:
            return not begins and _ABBREVIATION.fullmatch(words[0].form) is not None
        return not begins or any(token is not None and token.upos == "PROPN" for token in tokens)

    def _is_remark(self, word: Word) -> bool:
        """Say whether a word stands alone in brackets: "[Inaudible]"."""
        return self.reading.text[word.start - 1 : word.end + 1] == f"[{word.form}]"

    def _unknown(self, words: list[Word]) -> Mention:
        span = Span(words[0].start, words[-1].end)
        kind = thing_of(words) or ORGANISATIONS.get(head_of(words), "")
        return self._proposed(span, kind, "", "capitals")

    def _proposed(self, span: Span, kind: str, of: str, rule: str) -> Mention:
        label = " ".join(self.reading.text[span.start : span.end].split())
        return Mention(span, "unknown", rule=rule, proposal=Proposal(label, kind, of))


def _is_of_others(text: str, span: Span) -> bool:
    """Say whether "Security Council" is not that of the United Nations: "Iran's", "National"."""
    if text[span.start : span.end] not in _SHARED_NAMES:
        return False
    return _OWNED.search(text, max(0, span.start - _BEFORE), span.start) is not None


def _is_people(hit: Hit) -> bool:
    return all(alias.use in _PEOPLES for alias in hit.aliases)


def _folded(hit: Hit) -> str:
    return hit.aliases[0].form.lower()


def _start(part: Hit | list[Word]) -> int:
    return part.span.start if isinstance(part, Hit) else part[0].start


def _end(part: Hit | list[Word]) -> int:
    return part.span.end if isinstance(part, Hit) else part[-1].end


def _without_idle(reading: Reading, found: list[Mention]) -> list[Mention]:
    """Drop unknown names that only headings have: their capitals tell nothing."""
    headings = Spans(line.span for line in reading.lines if line.is_heading)
    elsewhere = " ".join(
        mention.proposal.label
        for mention in found
        if mention.proposal and not headings.cover(mention.span)
    )
    return [
        mention
        for mention in found
        if mention.proposal is None
        or not headings.cover(mention.span)
        or mention.proposal.label in elsewhere
    ]


def _without_ships(reading: Reading, found: list[Mention]) -> list[Mention]:
    """Drop the names of ships: behind "the tanker", or set in asterisks."""
    ships = {
        mention.proposal.label
        for mention in found
        if mention.proposal and not mention.proposal.kind and _is_ship(reading, mention.span)
    }
    return [one for one in found if one.proposal is None or one.proposal.label not in ships]


def _is_ship(reading: Reading, span: Span) -> bool:
    text = reading.text
    for mark in "*_":
        if text[span.start - 1 : span.start] == text[span.end : span.end + 1] == mark:
            return text[span.start - 2 : span.start - 1] != mark
    before = text[max(0, span.start - _BEFORE) : span.start].split()
    return bool(before) and before[-1].lower() in VESSELS
