"""Runs of words that may be one name: which words are parts, and what holds them together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from demarche_ingest.mentions.gazetteer import Hit
from demarche_ingest.mentions.reading import Line, Reading, Word
from demarche_ingest.mentions.vocabulary import (
    ABSTRACT,
    CALENDAR,
    FUNCTION_WORDS,
    GIVEN_MONTHS,
    HONORIFICS,
    MANY_PEOPLE,
    NOT_NAMES,
    ORGANISATIONS,
    PARTICLES,
    RANKS,
    THINGS,
)
from demarche_ingest.texts import Span

QUOTES: Final = tuple("\"'‘“«")
JOINS: Final = frozenset({"of", "for", "on"})
_OPENING: Final = re.compile(r"(?:[:;•»>*_#\[(]|[–—-])\s*$|^\s*$")
"""What a name may stand behind as at the beginning of a sentence."""
_BEFORE_MONTHS: Final = frozenset(
    (
        *("in", "of", "since", "until", "by", "last", "next", "early", "late", "mid", "this"),
        *("from", "to", "and", "before", "after", "during"),
    )
)
_INITIALS: Final = re.compile(r"[A-Z](?:\.[A-Z])*")
_MOST_PARTICLES: Final = 3
_TAIL: Final = re.compile(r"(?:['’]s?)?(?:\s+(?:of|for|and|the))*\s+(?=[A-Z])")
_FURTHER: Final = 4
"""Words behind a title that may be the rest of a name: "General" in "General People's Congress"."""


def head_of(words: Sequence[Word]) -> str:
    """Return the word that tells what kind of organisation a name is of, "" if none does.

    It is the last one before "of" or "for", else the last of all.
    """
    first: list[str] = []
    for word in words:
        if word.form.lower() in JOINS:
            break
        first.append(word.form.lower())
    for forms in (first, [word.form.lower() for word in words]):
        for form in reversed(forms):
            if form in ORGANISATIONS:
                return form
    return ""


def thing_of(words: Sequence[Word], *, is_part: bool = False) -> str:
    """Return the class of what is no actor by its last word before "of" or "on", or "".

    is_part: more belongs to the name than these words.
    """
    forms = [word.form.lower() for word in words]
    end = next((number for number, form in enumerate(forms) if form in JOINS), len(forms))
    return THINGS.get(forms[end - 1], "") if end and (is_part or len(forms) > 1) else ""


class Runs:
    """The runs of one sentence. hit_at: what is known, by the start of each of its words."""

    def __init__(self, reading: Reading, line: Line, hit_at: Mapping[int, Hit]) -> None:
        self.reading, self.line, self.hit_at = reading, line, hit_at
        self.titles = reading.titles[line.span.start]

    def __iter__(self) -> Iterator[list[Word]]:
        run: list[Word] = []
        words = self.line.words
        for number, word in enumerate(words):
            if word.form == "s" and self.reading.text[word.start - 1] in "'’":
                continue
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

    def begins(self, word: Word) -> bool:
        """Say whether a word has a capital merely because something begins with it."""
        if word is self.line.words[0]:
            return True
        before = self.reading.text[self.line.span.start : word.start]
        return before[-1:] in QUOTES or _OPENING.search(before) is not None

    # --- parts ---

    def _is_part(self, word: Word, run: Sequence[Word] = ()) -> bool:
        if word.start in self.hit_at:
            return True
        if not word.is_capital or self._is_title(word) or self._is_address(word, run):
            return False
        folded = word.form.lower()
        if folded in CALENDAR:
            return (bool(run) and folded in GIVEN_MONTHS) or self._is_given(word)
        if self.line.is_loud or not self.reading.is_english:
            return False
        common = NOT_NAMES if self.begins(word) or self.line.is_heading else FUNCTION_WORDS
        return folded not in common or (word.form.isupper() and len(word.form) > 2)

    def _is_address(self, word: Word, run: Sequence[Word]) -> bool:
        """Say whether a word is "Mr", "I" or a rank before a name."""
        folded = word.form.lower()
        if folded in HONORIFICS or word.form == "I":
            return True
        behind = self.reading.text[word.end : word.end + 1]
        return folded in RANKS and behind == "." and not run

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
        return any(
            span.start <= word.start < span.end and not self._is_of_name(span)
            for span in self.titles
        )

    def _is_of_name(self, title: Span) -> bool:
        """Say whether a title with a capital begins the name of an organisation."""
        place = title.end
        for _ in range(_FURTHER):
            tail = _TAIL.match(self.reading.text, place)
            word = self.line.after(tail.end()) if tail is not None else None
            if tail is None or word is None or word.start != tail.end():
                return False
            if tail.group().strip() and not tail.group().startswith(("'", "’")):
                return False
            if word.form.lower() in ORGANISATIONS:
                return self.reading.text[title.start].isupper()
            place = word.end
        return False

    # --- what holds parts together ---

    def _follows(self, run: list[Word], word: Word) -> bool:
        gap = self.reading.between(run[-1].end, word.start)
        if gap.strip(" \u00a0") == "" and 0 < len(gap) < 3:
            return True
        inside = self.hit_at.get(word.start)
        if inside is not None and inside is self.hit_at.get(run[-1].start):
            return True
        if gap == " & ":
            return word.is_capital and run[-1].start not in self.hit_at
        if gap.rstrip() in {"'", "’", "'s", "’s"}:
            return self._is_of_people(run, word, gap.rstrip())
        return gap in {". ", ".\u00a0"} and _INITIALS.fullmatch(run[-1].form) is not None

    def _is_of_people(self, run: list[Word], word: Word, gap: str) -> bool:
        """Say whether a possessive is inside a name: "Traders' Union", "People's Party"."""
        owner = run[-1].form.lower()
        if not word.is_capital or run[-1].start in self.hit_at:
            return False
        if owner in MANY_PEOPLE:
            return True
        is_plural = owner.endswith("s") and not gap.endswith("s")
        return is_plural and word.form.lower() in ORGANISATIONS

    def _joins(self, run: list[Word], words: Sequence[Word], number: int) -> bool:
        """Say whether a small word holds two parts of a name together."""
        word = words[number].form.lower()
        after = next((w for w in words[number + 1 : number + 2]), None)
        if after is None:
            return False
        if word in PARTICLES and words[number].form.islower():
            return self._is_particle(run, words, number)
        if word == "the":
            return run[-1].form in {*JOINS, "and"} and after.is_capital
        if word == "and":
            return self._pairs_up(run, after)
        if word in JOINS and self._may_go_on(run):
            beyond = words[number + 2] if number + 2 < len(words) else None
            target = beyond if after.form == "the" else after
            return target is not None and target.is_capital and target.form.lower() not in CALENDAR
        return False

    def _is_particle(self, run: list[Word], words: Sequence[Word], number: int) -> bool:
        """Say whether "de la" or "van den" leads on to the rest of a person's name."""
        if run[-1].start in self.hit_at:
            return False
        for word in words[number + 1 : number + 1 + _MOST_PARTICLES]:
            if not (word.form.lower() in PARTICLES and word.form.islower()):
                return word.is_capital and self._is_part(word, run)
        return False

    def _pairs_up(self, run: list[Word], after: Word) -> bool:
        """Say whether "and" stands inside a name: "Peace and Security Council"."""
        if run[-1].start in self.hit_at or not after.is_capital or after.start in self.hit_at:
            return False
        return run[-1].form.lower() in ABSTRACT and after.form.lower() in ABSTRACT

    def _may_go_on(self, run: list[Word]) -> bool:
        """Say whether "of" or "for" may be inside a name that began so."""
        return bool(head_of(run)) or (
            not self.line.is_heading
            and run[0].start not in self.hit_at
            and run[-1].start not in self.hit_at
            and run[-1].form.lower() in {*_BEGINNINGS, *THINGS}
        )


_BEGINNINGS: Final = frozenset(
    (
        *("bay", "gulf", "cape", "strait", "straits", "sea", "isle", "port", "mount", "university"),
        *("horn", "friends", "sons", "daughters", "rally", "voice", "partnership", "alternative"),
        *("defenders", "treaty", "convention", "agreement", "declaration", "protocol", "charter"),
        *("pact", "battle", "siege", "fellowship", "republic", "kingdom", "state", "union"),
        *("emirate", "sultanate", "principality", "commonwealth", "federation"),
    )
)
"""Words of names that "of" or "for" may follow though they tell of no organisation."""
