"""Sentences that go on with what somebody is told to have said, without saying so again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from demarche_ingest.attribution.quoted import Told
from demarche_ingest.attribution.reported import Report
from demarche_ingest.attribution.words import Words
from demarche_ingest.texts import Span

_MARKS: Final = 3
"""Marks at the end of a sentence, at most."""
_OTHERS: Final = frozenset({"if", "unless", "otherwise", "when", "were", "i", "we", "my", "our"})
"""Words of a condition, and of a narrator who thinks aloud."""


def going_on(told: Sequence[Told], content: str) -> Iterator[Report]:
    """Yield the sentences that go on with "would" what the sentence before was told to say.

    "Ghana said the bridge was safe. It would open in May." They stand in the same paragraph, and
    what was said before ran to the end of its sentence; a condition makes "would" another's.
    """
    last: Report | None = None
    for before, sentence in pairwise(told):
        last = _left_open(before) or (last if last is not None and not before.reports else None)
        span = sentence.words.span
        apart = "\n" in content[before.words.span.end : span.start]
        if last is None or apart or sentence.reports or not _would(sentence.words):
            last = None
            continue
        yield Report(last.speaker, last.cue, (span,), last.head, last.through, last.certainty)


def _left_open(told: Told) -> Report | None:
    """Return the report that a sentence ends with in indirect speech."""
    end = told.words.span.end
    for report in reversed(told.reports):
        last = max((span.end for span in report.content), default=0)
        inside = any(span.start > report.cue.start for span in report.content)
        if report.speaker.agent is not None and inside and end - _MARKS <= last <= end:
            return report if _is_past(told.words, report.cue) else None
    return None


def _is_past(words: Words, cue: Span) -> bool:
    return any("Tense=Past" in one.feats for one in words.all if cue.covers(one.span))


def _would(words: Words) -> bool:
    """Tell whether the main verb of a sentence has "would", and no condition is told."""
    if not words.has_tree or _OTHERS & {one.low for one in words.all}:
        return False
    if words.text(words.span)[:1] in {'"', "“", "‘", "«"}:
        return False
    root = next((at for at, one in enumerate(words.all) if one.head == at), None)
    if root is None:
        return False
    return any(words.all[kid].low in {"would", "'d", "’d"} for kid in words.below(root, "aux"))
