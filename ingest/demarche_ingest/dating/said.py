"""What expressions of time say, and the dates that follow once it is known what they relate to.

Each class is a way of telling a time. `told` gives its EDTF and what that rests on, or the reason
why there is none; `kind` says whether it is a time at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, Protocol

from demarche_ingest.dating.model import Basis, Kind
from demarche_ingest.dating.tense import Direction
from demarche_ingest.times import Interval

STATED: Final[Basis] = "stated"
ARTICLE: Final[Basis] = "relative to article date"
EARLIER: Final[Basis] = "relative to an earlier expression"
ASSUMED: Final[Basis] = "assumed"


@dataclass(frozen=True, slots=True)
class Told:
    """An EDTF and what it rests on; edtf is "" where it is not known, for the reason given."""

    edtf: str = ""
    basis: Basis = ARTICLE
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What times relate to.

    at: the article's date, None where it is not known. why: a reason to tell where it is not
    known finely enough, instead of that. direction: where in time the sentence puts it. earlier:
    EDTF of the times told before, the last one last. year: in which the text has just said to be,
    0 for the present.
    """

    at: Interval | None = None
    why: str = ""
    direction: Direction = ""
    earlier: tuple[str, ...] = ()
    year: int = 0

    def day(self) -> date | None:
        """Return the day of the article, None where it is not known to the day."""
        at = self.at
        return at.earliest if at and at.earliest and at.earliest == at.latest else None

    def month(self) -> tuple[date, date] | None:
        """Return the first and last day that the article can be of, if they are of one month."""
        first, last = self._ends()
        return (
            (first, last)
            if first and last and first.replace(day=1) == last.replace(day=1)
            else None
        )

    def this_year(self) -> int:
        """Return the year of the article, 0 where it is not known."""
        first, last = self._ends()
        return first.year if first and last and first.year == last.year else 0

    def _ends(self) -> tuple[date | None, date | None]:
        return (self.at.earliest, self.at.latest) if self.at else (None, None)

    def unknown(self, grain: str) -> Told:
        """Return that a time is not known because the article's date is not told so finely."""
        known = f"the article's date has no {grain}" if self.at else "the article has no date"
        return Told(reason=self.why or known)


class Said(Protocol):
    """A time as it is said."""

    @property
    def kind(self) -> Kind: ...
    def told(self, context: Context, /) -> Told: ...


@dataclass(frozen=True, slots=True)
class Stated:
    """A time that says all of itself."""

    edtf: str
    reason: str = ""
    kind: ClassVar[Kind] = "date"

    def told(self, _: Context) -> Told:
        return Told(self.edtf, STATED, self.reason)


@dataclass(frozen=True, slots=True)
class Duration:
    """How long, without when. amount: as ISO 8601 has it, "" for a vague one."""

    amount: str = ""
    kind: ClassVar[Kind] = "duration"

    def told(self, _: Context) -> Told:
        return Told(basis=STATED, reason="a duration, no date")


@dataclass(frozen=True, slots=True)
class Recurring:
    """Something that recurs."""

    kind: ClassVar[Kind] = "set"

    def told(self, _: Context) -> Told:
        return Told(basis=STATED, reason="recurs, no date")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A date that hangs on what this does not know."""

    reason: str
    kind: ClassVar[Kind] = "date"

    def told(self, _: Context) -> Told:
        return Told(reason=self.reason)
