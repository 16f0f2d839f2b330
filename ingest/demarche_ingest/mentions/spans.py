"""Many spans, asked whether one of them covers or touches another: without looking at each."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

from demarche_ingest.texts import Span


class Spans:
    """Spans of one text, in any order."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans, key=lambda span: span.start)
        self._starts = [span.start for span in ordered]
        self._reach = list(accumulate((span.end for span in ordered), max))
        """The furthest end of the spans up to each place of the list."""

    def cover(self, span: Span) -> bool:
        """Say whether one of the spans covers this one."""
        before = bisect_right(self._starts, span.start)
        return before > 0 and self._reach[before - 1] >= span.end

    def touch(self, span: Span) -> bool:
        """Say whether one of the spans has a place in common with this one."""
        before = bisect_left(self._starts, span.end)
        return before > 0 and self._reach[before - 1] > span.start
