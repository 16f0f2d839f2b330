"""Times that go from one to another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from demarche_ingest.dating.model import Kind
from demarche_ingest.dating.named import Calendar
from demarche_ingest.dating.said import ARTICLE, ASSUMED, EARLIER, STATED, Context, Said, Told
from demarche_ingest.times import parse


@dataclass(frozen=True, slots=True)
class Range:
    """From one time to another. The year that only the second tells is the first's as well.

    to_the_end: to the end of the second, which is then told to the month.
    """

    first: Said
    last: Said
    to_the_end: bool = False
    kind: ClassVar[Kind] = "date"

    def told(self, context: Context) -> Told:
        first, last = self._told_apart(context)
        if not first.edtf or not last.edtf:
            return Told(basis=last.basis, reason=first.reason or last.reason)
        begins, ends = parse(first.edtf).earliest, parse(last.edtf).latest
        if begins is None or ends is None or ends < begins or "[" in first.edtf + last.edtf:
            return Told(basis=last.basis, reason="it would end before it begins")
        to = _end(last.edtf, -1)
        to = f"{to}-12" if self.to_the_end and len(to) == 4 else to
        edtf = f"{_end(first.edtf, 0)}/{to}"
        basis = max(first.basis, last.basis, key=(STATED, ARTICLE, EARLIER, ASSUMED).index)
        return Told(edtf, basis, first.reason or last.reason)

    def _told_apart(self, context: Context) -> tuple[Told, Told]:
        first, last = self.first, self.last
        if isinstance(first, Calendar) and isinstance(last, Calendar) and first.shift is None:
            if not first.year and last.year:
                earlier = first.month > last.month
                first = replace(first, year=last.year - earlier)
            elif not first.year and last.shift is not None:
                first = replace(first, shift=last.shift - (first.month > last.month))
            elif first.year and not last.year:
                last = replace(last, year=first.year + (last.month < first.month))
        one = first.told(context)
        told = (*context.earlier, one.edtf) if one.edtf else context.earlier
        then = last.told(replace(context, earlier=told))
        if one.edtf and then.edtf and _is_before(then.edtf, one.edtf):
            if context.direction == "past":
                ended = Context(parse(then.edtf), direction="past", earlier=context.earlier)
                return replace(first.told(ended), basis=one.basis), then
            begun = Context(parse(one.edtf), direction="future", earlier=context.earlier)
            then = replace(last.told(begun), basis=then.basis)
        return one, then


def _is_before(one: str, other: str) -> bool:
    ends, begins = parse(one).latest, parse(other).earliest
    return bool(ends and begins and ends < begins)


def _end(edtf: str, place: int) -> str:
    """Return an end of an interval; of a decade or century its first or last year."""
    end = edtf.split("/")[place]
    if "X" in end:
        end = end.replace("X", "0" if place == 0 else "9")
    return end
