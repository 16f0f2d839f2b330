"""When what a verb tells was: the expression of time that hangs on it, else what its tense says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from demarche_ingest.candidates.model import Time
from demarche_ingest.dating import Expression
from demarche_ingest.extractors.rules.manner import Manner
from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.segment.model import Dateline

_DAY: Final = 10
"""Characters of the EDTF of a day."""


class Timing:
    """The times of one sentence. date: of the article.

    is_record: the sentence is a statement's or a readout's, which tells what was done that day.
    """

    def __init__(
        self,
        words: Words,
        times: Iterable[Expression],
        date: Dateline | None,
        *,
        is_headline: bool,
        is_record: bool = False,
    ) -> None:
        self._words, self._date, self.is_headline = words, date, is_headline
        self._is_record = is_record
        self._heads: dict[int, Expression] = {}
        for one in times:
            if one.kind in ("date", "interval") and one.edtf:
                self._heads[self._verb(one)] = self._heads.get(self._verb(one)) or one

    def of(self, at: int, modality: str) -> Time | None:
        """Return when the act was that a word tells; None where nothing tells it."""
        said = self._said(at, modality)
        if said is not None:
            basis = "stated" if said.basis == "stated" else "inferred"
            return Time(self._until_now(said.interval, modality), basis, said.span)
        if modality != "actual" or self._date is None or not self._date.edtf:
            return None
        day = self._date.edtf
        if "/" in day or self.is_headline or self._is_present(at) or self._is_of_record(at):
            return Time(day, "inferred", self._date.where)
        return Time(f"../{day}", "inferred", self._date.where)

    def _said(self, at: int, modality: str) -> Expression | None:
        """Return the time that hangs on an act's verb, or on the verb that it is joined to.

        None where it is still to come and the act is past: then it is the time of what was asked.
        """
        verb = self._above(at)
        said = self._heads.get(verb)
        while said is None and self._is_joined(verb):
            verb = self._words.tokens[verb].head
            said = self._heads.get(verb)
            said = said if said is None or not said.bound else None
        if said is None or modality != "actual" or self._date is None or self._is_present(at):
            return said
        day = self._date.edtf[:_DAY]
        told = said.edtf[: len(day)]
        later = told[:4].isdecimal() and told > day[: len(told)]
        return None if later and said.bound in ("by", "before", "until") else said

    def _is_joined(self, verb: int) -> bool:
        """Tell whether a verb in the past tense is joined to another, with the same subject."""
        words, token = self._words, self._words.tokens[verb]
        head = words.tokens[token.head]
        return (
            token.deprel == "conj"
            and token.xpos == head.xpos == "VBD"
            and not words.has_own_subject(verb)
            and token.head < verb
        )

    def _until_now(self, interval: str, modality: str) -> str:
        """Return a time since which something happened as one until the day of the article."""
        day = self._date.edtf if self._date is not None else ""
        since, open_end, _ = interval.partition("/..")
        if modality != "actual" or not open_end or len(day) != _DAY or "/" in since:
            return interval
        return f"{since}/{day}" if since < day[: len(since)] or since < day else interval

    def _is_of_record(self, at: int) -> bool:
        """Tell whether an act is what a statement says was done: in no clause below another."""
        words, verb = self._words, self._above(at)
        if not self._is_record or words.tokens[verb].xpos != "VBD" or words.has(verb, "aux"):
            return False
        while words.tokens[verb].deprel == "conj":
            verb = words.tokens[verb].head
        return words.tokens[verb].head == verb

    def to_come(self, at: int, made: Manner) -> Manner:
        """Return how an act is told, as one to come where its day is after the article's."""
        said = self._heads.get(self._above(at))
        if made.modality != "actual" or said is None or self._date is None or said.bound:
            return made
        is_later = said.edtf[:4].isdecimal() and said.edtf > self._date.edtf[:10]
        longer = said.edtf[: len(self._date.edtf)] > self._date.edtf[: len(said.edtf)]
        if is_later and longer and self._is_present(at):
            return replace(made, modality="future")
        return made

    def _verb(self, time: Expression) -> int:
        """Return the verb that an expression hangs on, -1 for none."""
        words = self._words
        inside = [at for at, token in enumerate(words.tokens) if time.span.covers(token.span)]
        if not inside:
            return -1
        return self._above(inside[-1], is_time=True)

    def _above(self, at: int, *, is_time: bool = False) -> int:
        words = self._words
        if words.is_verb(at) and not is_time:
            return at
        for above in words.above(at):
            if words.is_verb(above) or words.tokens[above].head == above:
                return above
        return at

    def _is_present(self, at: int) -> bool:
        words = self._words
        verb = self._above(at)
        helping = {words.tokens[kid].xpos for kid in words.of(verb, "aux", "aux:pass")}
        xpos = words.tokens[verb].xpos
        if helping:
            has = any(words.lemmas[kid] == "have" for kid in words.of(verb, "aux"))
            return bool(helping & {"VBZ", "VBP"}) and xpos == "VBG" and not has
        return xpos in ("VBZ", "VBP")
