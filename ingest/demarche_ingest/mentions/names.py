"""Names: those that are known, those that nobody knows yet, and what lies between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from demarche_ingest.mentions.gazetteer import Gazetteer, Hit
from demarche_ingest.mentions.model import Mention, Proposal
from demarche_ingest.mentions.reading import Line, Reading, Word
from demarche_ingest.mentions.spans import Spans
from demarche_ingest.mentions.vocabulary import (
    BODIES,
    CALENDAR,
    DIRECTIONS,
    FUNCTION_WORDS,
    GIVEN_MONTHS,
    HONORIFICS,
    NOT_NAMES,
    ORGANISATIONS,
    PARTICLES,
    PERSON_NAMES,
    PLAIN_VERBS,
    SPEECH,
)
from demarche_ingest.texts import Span

_QUOTES: Final = tuple("\"'‘“«")
_JOINS: Final = frozenset({"of", "for", "on"})
_PEOPLES: Final = frozenset({"adjective", "people"})
_BEFORE_MONTHS: Final = frozenset(
    (
        *("in", "of", "since", "until", "by", "last", "next", "early", "late", "mid", "this"),
        *("from", "to", "and", "before", "after", "during"),
    )
)
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
    return _without_idle(reading, found)


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
        self.hits, self.inner = hits, inner
        self.hit_at: dict[int, Hit] = {}
        for hit in hits:
            first, last = line.first_from(hit.span.start), line.first_from(hit.span.end)
            for word in line.words[first:last]:
                self.hit_at[word.start] = hit
        self.titles = reading.titles[line.span.start]

    def mentions(self) -> Iterator[Mention]:
        """Yield them in order."""
        found = [mention for run in self._runs() for mention in self._resolve(run)]
        yield from found
        covered = Spans(mention.span for mention in found)
        for hit in self.hits:  # forms without capitals, or of scripts that have none
            if not covered.touch(hit.span):
                yield mention_of(hit, self.gazetteer)

    # --- runs ---

    def _runs(self) -> Iterator[list[Word]]:
        run: list[Word] = []
        words = self.line.words
        for number, word in enumerate(words):
            if run and not self._follows(run, word):
                yield run
                run = []
            if self._is_part(word, run) or (run and self._joins(run, words, number)):
                run.append(word)
            elif run:
                yield run
                run = []
        if run:
            yield run

    def _is_part(self, word: Word, run: Sequence[Word] = ()) -> bool:
        if word.start in self.hit_at:
            return True
        if not word.is_capital or self._is_title(word):
            return False
        folded = word.form.lower()
        if folded in HONORIFICS or word.form == "I":
            return False
        if folded in CALENDAR:
            return bool(run) or self._is_given(word)
        if self.line.is_loud or not self.reading.is_english:
            return False
        begins = word is self.line.words[0] or self.reading.text[word.start - 1] in _QUOTES
        common = NOT_NAMES if begins or self.line.is_heading else FUNCTION_WORDS
        return folded not in common or (word.form.isupper() and len(word.form) > 2)

    def _is_given(self, word: Word) -> bool:
        """Say whether "Jan" or "April" begins the name of a person."""
        after = self.line.after(word.end)
        if word.form in self.reading.month_surnames:
            before = self.reading.text[max(0, word.start - 12) : word.start].lower().split()
            return not before or before[-1] not in _BEFORE_MONTHS
        return (
            word.form.lower() in GIVEN_MONTHS
            and after is not None
            and after.is_capital
            and after.start not in self.hit_at
            and not self._is_title(after)
            and self.reading.between(word.end, after.start) == " "
        )

    def _is_title(self, word: Word) -> bool:
        for span in self.titles:
            if span.start <= word.start < span.end:
                after = self.reading.text[span.end :].split(maxsplit=1)[:1]
                head = after[0].strip(".,;:").lower() if after else ""
                return head not in ORGANISATIONS
        return False

    def _follows(self, run: list[Word], word: Word) -> bool:
        gap = self.reading.between(run[-1].end, word.start)
        if gap.strip(" \u00a0") == "" and 0 < len(gap) < 3:
            return True
        inside = self.hit_at.get(word.start)
        if inside is not None and inside is self.hit_at.get(run[-1].start):
            return True
        if gap == " & ":
            return word.is_capital and run[-1].start not in self.hit_at
        if gap in {"' ", "’ "} and run[-1].form.endswith("s"):  # "Traders' Union"
            return word.form.lower() in ORGANISATIONS and word.is_capital
        return gap in {". ", ".\u00a0"} and len(run[-1].form) == 1

    def _joins(self, run: list[Word], words: Sequence[Word], number: int) -> bool:
        """Say whether a small word holds two parts of a name together."""
        word = words[number].form.lower()
        after = next((w for w in words[number + 1 : number + 2]), None)
        if after is None:
            return False
        if word in PARTICLES and words[number].form.islower():
            known = run[-1].start in self.hit_at
            return after.is_capital and not known and self._is_part(after)
        if word == "the":
            return run[-1].form in _JOINS and after.is_capital
        if word in _JOINS and _head(run):
            beyond = words[number + 2] if number + 2 < len(words) else None
            target = beyond if after.form == "the" else after
            return target is not None and target.is_capital and target.form.lower() not in CALENDAR
        return False

    # --- what a run is ---

    def _resolve(self, run: list[Word]) -> Iterator[Mention]:
        while run and run[-1].form.lower() in {*_JOINS, *PARTICLES, "the"}:
            if run[-1].start in self.hit_at:
                break
            run = run[:-1]
        parts = self._parts(run)
        if not parts:
            return
        if len(parts) == 1:
            yield from self._single(parts[0])
            return
        yield from self._mixed(parts)

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
        whole = self._longer(parts)
        if whole is not None:
            yield whole
            for part in parts:
                if isinstance(part, Hit) and _is_people(part):
                    yield mention_of(part, self.gazetteer)
            return
        for part in parts:
            yield from self._single(part)

    def _is_body(self, parts: list[Hit | list[Word]]) -> bool:
        text = self.reading.text
        match = BODIES.match(text, _start(parts[0]))
        return (
            match is not None
            and isinstance(parts[-1], Hit)
            and text[match.end() : parts[-1].span.start].strip() in {"of", "of the"}
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
        of = hits[0].ids[0] if len(hits[0].ids) == 1 else ""
        if head := _head(unknown):
            return self._proposed(span, ORGANISATIONS[head], of, "organisation-of")
        names = [word for word in unknown if word.form.lower() not in {*_JOINS, "the"}]
        if isinstance(parts[-1], Hit):
            return self._as_person(span, parts[-1], names)
        if _folded(hits[0]) in PERSON_NAMES and not _is_people(hits[0]) and len(parts) == 2:
            return self._proposed(span, "", "", "name-of-person")
        rule = "name-with-demonym" if _is_people(hits[0]) else "name-with-place"
        return self._proposed(span, "", of, rule) if len(names) == 1 else None

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
        first, tokens = words[0], self.line.tokens
        if tokens and (token := tokens.get(words[-1].start)) is not None:
            return token.upos == "PROPN"
        opened = self.reading.text[max(0, first.start - 1) : first.start] in _QUOTES
        if len(words) > 1 or not (opened or first.start == self.line.words[0].start):
            return True
        if first.form in self.inner or _ABBREVIATION.fullmatch(first.form):
            return True
        following = self.line.after(first.end)
        verb = following.form if following is not None else ""
        return verb in SPEECH - PLAIN_VERBS and first.form.lower() not in self.reading.small

    def _unknown(self, words: list[Word]) -> Mention:
        span = Span(words[0].start, words[-1].end)
        head = _head(words)
        kind = ORGANISATIONS.get(head, "")
        return self._proposed(span, kind, "", "capitals")

    def _proposed(self, span: Span, kind: str, of: str, rule: str) -> Mention:
        label = " ".join(self.reading.text[span.start : span.end].split())
        return Mention(span, "unknown", rule=rule, proposal=Proposal(label, kind, of))


def _is_people(hit: Hit) -> bool:
    return all(alias.use in _PEOPLES for alias in hit.aliases)


def _folded(hit: Hit) -> str:
    return hit.aliases[0].form.lower()


def _start(part: Hit | list[Word]) -> int:
    return part.span.start if isinstance(part, Hit) else part[0].start


def _end(part: Hit | list[Word]) -> int:
    return part.span.end if isinstance(part, Hit) else part[-1].end


def _head(words: Sequence[Word]) -> str:
    """Return the word that tells what kind of organisation a name is of, "" if none does."""
    return next((w.form.lower() for w in words if w.form.lower() in ORGANISATIONS), "")


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
