"""When what a verb tells was: the expression of time that hangs on it, else what its tense says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from demarche_ingest.candidates.model import Time
from demarche_ingest.dating import Expression
from demarche_ingest.extractors.rules.manner import Manner
from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.segment.model import Dateline


class Timing:
    """The times of one sentence. date: of the article."""

    def __init__(
        self, words: Words, times: Iterable[Expression], date: Dateline | None, *, is_headline: bool
    ) -> None:
        self._words, self._date, self._is_headline = words, date, is_headline
        self._heads: dict[int, Expression] = {}
        for one in times:
            if one.kind in ("date", "interval") and one.edtf:
                self._heads[self._verb(one)] = self._heads.get(self._verb(one)) or one

    def of(self, at: int, modality: str) -> Time | None:
        """Return when the act was that a word tells; None where nothing tells it."""
        said = self._heads.get(self._above(at))
        if said is not None:
            basis = "stated" if said.basis == "stated" else "inferred"
            return Time(said.interval, basis, said.span)
        if modality != "actual" or self._date is None or not self._date.edtf:
            return None
        day = self._date.edtf
        if "/" in day or self._is_headline or self._is_present(at):
            return Time(day, "inferred", self._date.where)
        return Time(f"../{day}", "inferred", self._date.where)

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
