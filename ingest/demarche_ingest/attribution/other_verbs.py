"""Verbs that tell it otherwise: passives, naming and judging, passing on what others said."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from demarche_ingest.attribution import cues
from demarche_ingest.attribution.contents import QUOTED, content_of, end_after, trim
from demarche_ingest.attribution.cues import Verb
from demarche_ingest.attribution.reported import Report
from demarche_ingest.attribution.speakers import Speaker, Speakers
from demarche_ingest.attribution.words import Words
from demarche_ingest.candidates.model import Agent
from demarche_ingest.texts import Span

_AS: Final = re.compile(r"\bas\s+(?:having\s+)?(?:saying|telling|stating|writing)\b(?:\s+that\b)?")
_AS_NEEDED: Final = frozenset({"see", "regard", "view", "refer", "describe", "portray", "consider"})
_OTHER_CALLS: Final = frozenset(
    {"for", "on", "upon", "off", "up", "in", "at", "itself", "themselves"}
)


def named_content(sentence: Words, place: int, around: Span, verb: Verb) -> tuple[Span, ...]:
    """Return what a source calls something, with the thing."""
    if place + 1 >= len(sentence.all):
        return ()
    following = sentence.all[place + 1]
    if following.low in _OTHER_CALLS or sentence.has(place, "compound:prt"):
        return ()
    start, end = around.end, end_after(sentence, place, around.end)
    words = sentence.content[start:end]
    if verb.lemma in _AS_NEEDED and not re.search(r"\bas\b|[\"“]", words):
        return ()
    span = trim(sentence, Span(start, end))
    return (span,) if span is not None else ()


def judged_content(sentence: Words, place: int) -> tuple[Span, ...]:
    """Return what a source accuses somebody of, or how it judges something."""
    if not sentence.has_tree:
        match = QUOTED.search(sentence.content, sentence.all[place].span.end, sentence.span.end)
        return (Span(match.start(), sentence.span.end),) if match else ()
    spans = []
    objects = [one for one in sentence.below(place, "obj", "iobj") if one > place]
    joined = [kid for one in objects for kid in sentence.below(one, "acl")]
    for child in (*sentence.below(place, "xcomp", "advcl", "obl", "ccomp"), *joined):
        marks = {sentence.all[c].low for c in sentence.below(child, "mark", "case")}
        is_named = sentence.all[child].deprel in {"xcomp", "ccomp"}
        if "for" in marks and sentence.all[child].deprel == "obl" and _thanks(sentence, place):
            continue  # what somebody is thanked for was done: the narrator's, as it is presupposed
        if child > place and (is_named or marks & {"as", "of", "for", "with", "on", "over"}):
            spans.append(trim(sentence, sentence.whole(child)))
    return tuple(
        span for span in spans if span is not None and span.start >= sentence.all[place].span.end
    )


def _thanks(sentence: Words, place: int) -> bool:
    return sentence.all[place].low.startswith(("thank", "congratulat"))


def of_passing(sentence: Words, place: int, speakers: Speakers) -> Report | None:
    """Return who is quoted by the subject: "The agency quoted X as saying that …"."""
    if not sentence.has_tree:
        return None
    if sentence.all[place].low in {"citing", "quoting"}:
        return _of_reason(sentence, place, speakers)
    if sentence.all[place].low.startswith("cite") and (
        reason := _of_reason(sentence, place, speakers)
    ):
        return reason
    objects = sentence.below(place, "obj", "iobj")
    speaker = speakers.of_head(sentence, objects[0]) if objects else None
    subject = sentence.subject(place)
    if speaker is None or subject is None:
        return None
    by = speakers.of_head(sentence, subject)
    through = (by.agent,) if by is not None and by.agent is not None else ()
    core = Span(sentence.all[place].span.start, sentence.whole(objects[0]).end)
    return _as_saying(sentence, place, speaker, through, core)


def _of_reason(sentence: Words, place: int, speakers: Speakers) -> Report | None:
    """Return who gives a reason: "X refused, citing the cost"."""
    subject = sentence.subject(place)
    objects = sentence.below(place, "obj")
    speaker = speakers.of_head(sentence, subject) if subject is not None else None
    if speaker is None or speaker.agent is None or not objects:
        return None
    cited = speakers.of_head(sentence, objects[0])
    if speakers.is_outlet(speaker.agent) or cited is not None:
        return None
    span = trim(sentence, Span(sentence.all[place].span.end, sentence.whole(objects[0]).end))
    word = sentence.all[place].span
    return Report(speaker, word, (span,), word) if span is not None else None


def _as_saying(
    sentence: Words, place: int, speaker: Speaker, through: tuple[Agent, ...], core: Span
) -> Report | None:
    match = _AS.search(sentence.content, sentence.all[place].span.end, sentence.span.end)
    start = match.end() if match else None
    if start is None:
        opened = QUOTED.search(sentence.content, core.end, sentence.span.end)
        start = opened.start() if opened else None
    if start is None:
        return None
    span = trim(sentence, Span(start, sentence.span.end))
    if span is not None and not any(map(str.isalnum, sentence.text(span))):
        span = _quoted_before(sentence, place)
    return Report(speaker, sentence.all[place].span, (span,), core, through) if span else None


def _quoted_before(sentence: Words, place: int) -> Span | None:
    """Return the words in quotation marks before a verb: "“…,” Y quoted X as saying"."""
    end = max(
        sentence.content.rfind(mark, sentence.span.start, sentence.all[place].span.start)
        for mark in '”"»'
    )
    return Span(sentence.span.start, end + 1) if end >= 0 else None


def of_passive(sentence: Words, place: int, verb: Verb, speakers: Speakers) -> Report | None:
    """Return who is quoted in the passive, or nobody: "X is said to …"."""
    word = sentence.all[place]
    subjects = sentence.below(place, "nsubj:pass")
    agents = sentence.below(place, "obl:agent")
    agents += [c for c in sentence.below(place, "obl") if _is_by(sentence, c)]
    by = speakers.of_head(sentence, agents[0]) if agents else None
    if verb.sort == "passing":
        speaker = speakers.of_head(sentence, subjects[0]) if subjects else None
        through = (by.agent,) if by and by.agent else ()
        core = Span(word.span.start, word.span.end)
        return _as_saying(sentence, place, speaker, through, core) if speaker else None
    if by is not None:
        content = judged_content(sentence, place) or content_of(sentence, place, word.span, verb)
        spans = tuple(s for s in content if s.start > sentence.all[agents[0]].span.end)
        return Report(by, word.span, spans, word.span, is_act=True) if spans else None
    if word.low in cues.passives() and sentence.has(place, "xcomp", "ccomp"):
        start = sentence.span.start if not subjects else sentence.whole(subjects[0]).start
        span = Span(start, end_after(sentence, place, word.span.end))
        trimmed = trim(sentence, span)
        whom = Speaker(None)
        if trimmed is not None:
            return Report(whom, word.span, (trimmed,), word.span, certainty="underspecified")
    return None


def _is_by(sentence: Words, place: int) -> bool:
    return any(sentence.all[c].low == "by" for c in sentence.below(place, "case"))


def told_to(
    sentence: Words, place: int, speakers: Speakers, content: tuple[Span, ...]
) -> tuple[Agent, ...]:
    """Return the outlet that heard the speaker: "told Y", "in an interview with Y"."""
    start = sentence.all[place].span.end
    ends = [span.start for span in content if span.start > start]
    near = Span(start, max(start, min(ends, default=sentence.span.end)))
    words = sentence.text(near)
    opened = re.search(
        r"^\s|\b(?:interview|comments?|remarks|conversation|speaking|talking|quoted)\b", words
    )
    is_told = sentence.all[place].low in {"told", "tells", "telling"}
    if not is_told and (opened is None or not re.search(r"\b(?:to|with|by|on)\s", words)):
        return _heard_by(sentence, place, speakers)
    medium = speakers.medium((near,))
    return (medium,) if medium is not None else ()


_HEARD: Final = re.compile(
    r"\W*(?:in\s+(?:an?\s+|his\s+|her\s+|the\s+)?(?:\w+\s+){0,2}?(?:interview|comments?|remarks|conversation|talk|column|article)"
    r"\s+(?:with|to|on|for|in)|(?:speaking|talking)\s+(?:to|with|on)|interviewed\s+by|quoted\s+by)\s+[^,]{2,60},",
    re.IGNORECASE,
)
"""How a sentence begins that tells by whom somebody was heard."""


def _heard_by(sentence: Words, place: int, speakers: Speakers) -> tuple[Agent, ...]:
    """Return the outlet that a sentence names first: "In an interview with Y, X said"."""
    start = sentence.all[place].span.start
    match = _HEARD.match(sentence.content, sentence.span.start, start)
    medium = speakers.medium((Span(*match.span()),)) if match is not None else None
    return (medium,) if medium is not None else ()


def passed_on(sentence: Words, report: Report, speakers: Speakers) -> Report:
    """Put whom an outlet cites in its place: "The agency reported, citing X"."""
    words = sentence.text(sentence.span)
    match = re.search(r"\b(?:citing|quoting)\s", words)
    agent = report.speaker.agent
    if match is None or agent is None:
        return report
    start = sentence.span.start + match.end()
    if any(span.start < start - len(match[0]) < span.end and span.start > report.cue.end
           for span in report.content) and not speakers.is_outlet(agent):  # fmt: skip
        return report
    cited = _cited(sentence, start, speakers)
    if cited is None or not speakers.is_outlet(agent):
        return report
    cut = sentence.span.start + match.start()
    spans = [s if s.end <= cut else Span(s.start, cut) for s in report.content if s.start < cut]
    spans += [s for s in report.content if s.start > start and report.cue.start > start]
    told = [one for one in (trim(sentence, span) for span in spans) if one is not None]
    return replace(
        report, speaker=cited, through=(*report.through, agent), content=tuple(told)
    ) if told else report  # fmt: skip


def _cited(sentence: Words, offset: int, speakers: Speakers) -> Speaker | None:
    if sentence.has_tree:
        cue = sentence.at(offset - 2)
        objects = sentence.below(cue, "obj") if cue is not None else []
        return speakers.of_head(sentence, objects[0]) if objects else None
    inside = speakers.within(Span(offset, min(sentence.span.end, offset + 80)))
    place = sentence.at(inside[0].span.end - 1) if inside else None
    return speakers.of_head(sentence, place) if place is not None else None
