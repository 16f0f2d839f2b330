"""Who speaks the words in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from demarche_ingest.attribution import cues
from demarche_ingest.attribution.reported import Report
from demarche_ingest.attribution.speakers import Speaker, Speakers
from demarche_ingest.attribution.words import Words
from demarche_ingest.candidates.agents import kind_of
from demarche_ingest.candidates.model import Agent
from demarche_ingest.segment.model import Quotation
from demarche_ingest.texts import Span

_BLOCK: Final = re.compile(r"(?:^[ \t]*>[^\n]*\n?)+", re.MULTILINE)
_BESIDE: Final = 4
"""Code points between a quotation and the words that tell who said it."""
_SCARE: Final = 4
"""Words of a quotation that may be one of a term only."""


@dataclass
class Told:
    """A sentence with what it tells of who says what; the reports may grow by quotations."""

    words: Words
    reports: list[Report]


def with_quotations(
    told: Sequence[Told], quotations: Sequence[Quotation], content: str, speakers: Speakers
) -> list[Report]:
    """Return the reports of a zone, each with all the quotations that are its source's.

    A quotation over several paragraphs is one; one that no words beside it give to anybody is by
    whoever spoke last.
    """
    found = [(sentence, report) for sentence in told for report in sentence.reports]
    grown = [report for _, report in found]
    free: list[Report] = []
    before: Report | None = None
    for group in (*_groups(quotations), *_blocks(told, content)):
        at = _beside(group, grown, content)
        if at is not None:
            grown[at] = _grown(grown[at], group)
            before = grown[at]
            continue
        report = _governed(group[0], told, speakers)
        if report is None and _is_speech(group, content):
            report = _of_subject(group[0], told, content, speakers)
            report = report or _after_somebody(group, told, before, content)
        if report is not None and report.speaker.agent is not None:
            free.append(replace(report, content=tuple(one.span for one in group)))
            before = free[-1]
    return [*grown, *free]


def _groups(quotations: Sequence[Quotation]) -> Iterator[list[Quotation]]:
    """Yield quotations that are none within another, those that continue each other together."""
    group: list[Quotation] = []
    for quotation in quotations:
        if quotation.depth:
            continue
        if group and not quotation.continues:
            yield group
            group = []
        group.append(quotation)
    if group:
        yield group


def _blocks(told: Sequence[Told], content: str) -> Iterator[list[Quotation]]:
    """Yield quotations that are set off by ">" at the beginning of each line."""
    if not told:
        return
    start, end = told[0].words.span.start, told[-1].words.span.end
    for match in _BLOCK.finditer(content, start, end):
        span = Span(match.start(), match.end() - len(match[0]) + len(match[0].rstrip()))
        yield [Quotation(span, Span(span.start + 1, span.end))]


def _is_beside(content: str, end: int, start: int) -> bool:
    """Tell whether "he said" follows right after a quotation, in the same sentence."""
    between = content[end:start]
    return 0 <= start - end < _BESIDE and not between.strip(" ,") and "\n" not in between


def _beside(group: Sequence[Quotation], reports: Sequence[Report], content: str) -> int | None:
    """Return the report whose content holds part of a quotation, or that stands right beside it."""
    best: tuple[int, int] | None = None
    for quotation in group:
        span = quotation.span
        for at, report in enumerate(reports):
            if report.speaker.agent is None or span.covers(report.cue):
                continue
            shared = max((_shared(one, span) for one in report.content), default=0)
            near = _is_beside(content, span.end, report.head.start)
            score = shared + (1 if near else 0)
            if score and (best is None or score > best[0]):
                best = score, at
    return best[1] if best is not None else None


def _shared(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _grown(report: Report, group: Sequence[Quotation]) -> Report:
    spans = list(report.content)
    for quotation in group:
        span = quotation.span
        touching = [one for one in spans if _shared(one, span)]
        for one in touching:
            spans.remove(one)
            span = Span(min(one.start, span.start), max(one.end, span.end))
        spans.append(span)
    return replace(report, content=tuple(sorted(spans, key=lambda one: one.start)))


def _governed(quotation: Quotation, told: Sequence[Told], speakers: Speakers) -> Report | None:
    """Return who says it by the verb that a quotation within a sentence hangs on."""
    for sentence in told:
        words = sentence.words
        if not words.has_tree or not words.span.covers(quotation.span):
            continue
        inside = [i for i, one in enumerate(words.all) if quotation.inner.covers(one.span)]
        if not inside:
            return None
        tops = [i for i in inside if words.all[i].head not in inside] or inside[:1]
        for place in words.upwards(tops[0]):
            word = words.all[place]
            if quotation.span.covers(word.span) or word.upos not in {"VERB", "AUX"}:
                continue
            verb = cues.verbs().get(word.low)
            subject = words.subject(place)
            if verb is None or subject is None or subject in inside:
                continue
            speaker = speakers.of_head(words, subject)
            if speaker is not None and speaker.agent is not None:
                return Report(speaker, word.span, (quotation.span,), word.span, is_act=True)
    return None


def _is_speech(group: Sequence[Quotation], content: str) -> bool:
    """Tell whether a quotation is more than a term: sentences of its own, not a part of one."""
    first = group[0]
    start = content[max(0, first.span.start - 2) : first.span.start]
    opens = not start.strip() or start.strip() in {".", ":", "”", '"'}
    words = content[first.inner.start : first.inner.end].split()
    return opens and (len(words) >= _SCARE or len(group) > 1 or _ends(content, first))


def _ends(content: str, quotation: Quotation) -> bool:
    return content[quotation.inner.start : quotation.inner.end].rstrip().endswith((".", "!", "?"))


def _after_somebody(
    group: Sequence[Quotation], told: Sequence[Told], before: Report | None, content: str
) -> Report | None:
    """Return who spoke last before a quotation, in its paragraph or the one before."""
    start = group[0].span.start
    earlier = [
        report
        for sentence in told
        if sentence.words.span.start < start
        for report in sentence.reports
        if report.speaker.agent is not None and report.cue.start < start
    ]
    near = [one for one in earlier if content.count("\n\n", one.cue.end, start) <= 1]
    if before is not None and content.count("\n\n", _end(before), start) <= 1:
        near.append(before)
    if not near:
        return None
    last = max(near, key=lambda one: max(one.cue.start, _end(one) * (one is before)))
    through = last.through or tuple(_around(last, earlier))
    return Report(_as_spoken(last.speaker), last.cue, (), last.head, through)


def _of_subject(
    quotation: Quotation, told: Sequence[Told], content: str, speakers: Speakers
) -> Report | None:
    """Return the person whom the words before a quotation are about: "Olanyi was blunt: “…”".

    These words are the sentence up to a colon, or all of the sentence right before in the same
    paragraph, where nothing in it tells who says what.
    """
    sentence = _leading(quotation, told, content)
    if sentence is None or any(one.speaker.agent is not None for one in sentence.reports):
        return None
    words = sentence.words
    root = next((place for place, one in enumerate(words.all) if one.head == place), None)
    subject = words.subject(root) if root is not None else None
    if subject is None or words.all[subject].span.start >= quotation.span.start:
        return None
    agent = speaker.agent if (speaker := speakers.of_head(words, subject)) is not None else None
    if speaker is None or agent is None or kind_of(agent, speakers.known) not in {"Person", ""}:
        return None
    cue = words.all[subject].span
    return Report(_as_spoken(speaker), cue, (), cue)


def _leading(quotation: Quotation, told: Sequence[Told], content: str) -> Told | None:
    """Return the parsed sentence that leads to a quotation: by a colon, or right before it."""
    start = quotation.span.start
    for at, sentence in enumerate(told):
        span = sentence.words.span
        following = told[at + 1].words.span.start if at + 1 < len(told) else -1
        if span.start < start < span.end:
            by_colon = content[span.start : start].rstrip().endswith(":")
            return sentence if by_colon and sentence.words.has_tree else None
        if following == start:
            apart = "\n" in content[span.end : start]
            return None if apart or not sentence.words.has_tree else sentence
    return None


def _end(report: Report) -> int:
    return max((span.end for span in report.content), default=report.cue.end)


def _around(report: Report, others: Sequence[Report]) -> Iterator[Agent]:
    """Yield who is said to tell what a source says: "According to the agency, X said"."""
    for other in others:
        if other is not report and any(span.covers(report.cue) for span in other.content):
            agent = other.speaker.agent
            if agent is not None and agent != report.speaker.agent:
                yield agent


def _as_spoken(speaker: Speaker) -> Speaker:
    return replace(speaker, is_written=False)
