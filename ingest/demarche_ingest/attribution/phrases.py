"""Phrases that tell who holds something without a verb of saying: "X is of the view that …"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from demarche_ingest.attribution import cues
from demarche_ingest.attribution.contents import trim
from demarche_ingest.attribution.reported import Report
from demarche_ingest.attribution.speakers import Speaker, Speakers
from demarche_ingest.attribution.words import Words
from demarche_ingest.candidates.agents import kind_of
from demarche_ingest.literals import Sought, folded
from demarche_ingest.texts import Span

_BE: Final = (
    r"(?:is|are|was|were|remains?|remained|has\s+been|have\s+been|had\s+been|seems?|seemed)"
)
_FAR: Final = 6
"""Words from a noun to "that", at most."""


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return each phrase, up to where its content begins, with what it leaves of a fact."""
    listed = cues.rules()["phrases"].items()
    return tuple(
        (re.compile(rf"\b{one.replace('BE', _BE)}\s*", re.IGNORECASE), certainty)
        for certainty, several in listed
        for one in several
    )


@cache
def _sought() -> Sought:
    return Sought([rule for rule, _ in _phrases()])


def by_phrases(sentence: Words, speakers: Speakers) -> Iterator[Report]:
    """Yield what "X made clear that …", "X is convinced that …" and the like tell."""
    for number in _sought().within(folded(sentence.text(sentence.span))):
        rule, certainty = _phrases()[number]
        for match in rule.finditer(sentence.content, sentence.span.start, sentence.span.end):
            speaker = _subject(sentence, Span(*match.span()), speakers)
            content = trim(sentence, Span(match.end(), sentence.span.end))
            if speaker is None or content is None or speaker.is_self:
                continue
            cue = Span(match.start(), match.start() + len(match[0].rstrip(" ,:")))
            if speaker.agent is not None:
                speakers.heard(speaker.agent, cue)
            yield Report(speaker, cue, (content,), cue, certainty=certainty)


def _subject(sentence: Words, span: Span, speakers: Speakers) -> Speaker | None:
    """Return who the subject of some words is: right before them, else by the tree."""
    near = speakers.before(span.start, sentence.span.start)
    if near is not None and (place := sentence.at(near.end - 1)) is not None:
        return speakers.of_head(sentence, place)
    if not sentence.has_tree:
        return None
    for place, word in enumerate(sentence.all):
        if span.covers(word.span) and word.upos in {"VERB", "AUX", "ADJ", "NOUN"}:
            subject = sentence.subject(place)
            if subject is not None and sentence.all[subject].span.end <= span.start:
                return speakers.of_head(sentence, subject)
    return None


@cache
def _owned() -> re.Pattern[str]:
    nouns = "|".join(sorted(cues.words("nouns") | cues.words("views"), key=len, reverse=True))
    return re.compile(
        r"(?:(?P<owner>\b(?:his|her|its|their)|['’]s?)\s+(?:[a-z]+\s+){0,2}?"
        rf"(?:{nouns})|\bthe\s+(?:[a-z]+\s+)?(?:{nouns})\s+(?:of|in|from|among)\s+(?P<of>[^,.;:]{{2,50}}?))"
        rf"\s+{_BE}(?:\s+\w+ly)?\s*(?:,?\s*that\b|:|,?\s*(?=[\"“]))",
        re.IGNORECASE,
    )


def by_owned_views(sentence: Words, speakers: Speakers) -> Iterator[Report]:
    """Yield what somebody's view is said to be: "X's position is that …"."""
    for match in _owned().finditer(sentence.content, sentence.span.start, sentence.span.end):
        speaker = _owner(sentence, match, speakers)
        content = trim(sentence, Span(match.end(), sentence.span.end))
        if speaker is None or speaker.is_self or content is None:
            continue
        cue = Span(*match.span())
        if speaker.agent is not None:
            speakers.heard(speaker.agent, cue)
        yield Report(speaker, cue, (content,), cue)


def _owner(sentence: Words, match: re.Match[str], speakers: Speakers) -> Speaker | None:
    if match["of"]:
        agent = speakers.owner(Span(*match.span("of")))
        return Speaker(agent) if agent is not None else None
    start = match.start("owner")
    if match["owner"][0] not in "'’":
        agent = speakers.possessor(Span(*match.span("owner")))
        return Speaker(agent) if agent is not None else None
    place = sentence.at(start - 1)
    return speakers.of_head(sentence, place) if place is not None else None


def by_held_nouns(sentence: Words, speakers: Speakers) -> Iterator[Report]:
    """Yield what a noun holds that somebody gives, repeats or rejects: "X gave assurances that"."""
    if not sentence.has_tree:
        return
    for place, word in enumerate(sentence.all):
        if word.upos != "NOUN" or not _is_view(word.low):
            continue
        verb = sentence.all[word.head] if word.head != place else None
        if verb is None or word.deprel not in {"obj", "obl"} or word.head > place:
            continue
        group = next((g for g in ("gives", "rejects") if verb.low in _holders(g)), None)
        that = _that(sentence, place)
        if group is None or that is None or sentence.below(place, "nmod:poss", "nmod"):
            continue
        subject = sentence.subject(word.head)
        speaker = speakers.of_head(sentence, subject) if subject is not None else None
        content = trim(sentence, Span(sentence.all[that].span.start, sentence.span.end))
        negated = {sentence.all[c].low for c in sentence.below(word.head, "advmod", "aux")}
        if speaker is None or speaker.is_self or content is None or negated & _NOT:
            continue
        head = Span(verb.span.start, word.span.end)
        yield Report(speaker, verb.span, (content,), head, is_act=group == "rejects")


_NOT: Final = frozenset({"not", "n't", "n’t", "never"})


def _is_view(low: str) -> bool:
    named = cues.words("nouns") | cues.words("views")
    return low in named or low.removesuffix("s") in named


@cache
def _holders(group: str) -> frozenset[str]:
    return frozenset(form for one in cues.rules()[group].split() for form in cues.forms(one))


def _that(sentence: Words, place: int) -> int | None:
    """Return the "that" that begins a noun's clause, with no verb between."""
    for at in range(place + 1, min(len(sentence.all) - 1, place + _FAR)):
        if sentence.all[at].upos in {"VERB", "AUX"}:
            return None
        if sentence.all[at].low == "that":
            return at if sentence.all[at + 1].upos not in {"VERB", "AUX"} else None
    return None


_GROUNDS: Final = re.compile(
    r"\b(?:on\s+the\s+grounds?\s+that|with\s+the\s+argument\s+that|under\s+the\s+pretext\s+that)\b",
    re.IGNORECASE,
)


def by_grounds(sentence: Words, speakers: Speakers) -> Iterator[Report]:
    """Yield the reason that somebody gives for an act: "X refused on the grounds that …"."""
    if not sentence.has_tree:
        return
    for match in _GROUNDS.finditer(sentence.content, sentence.span.start, sentence.span.end):
        place = sentence.at(match.end() - len("grounds that"))
        verbs = list(sentence.upwards(place)) if place is not None else []
        verb = next(
            (at for at in verbs if sentence.all[at].upos == "VERB" and at < (place or 0)), None
        )
        subject = sentence.subject(verb) if verb is not None else None
        speaker = speakers.of_head(sentence, subject) if subject is not None else None
        content = trim(sentence, Span(match.end(), sentence.span.end))
        if speaker is not None and content is not None and not speaker.is_self:
            cue = Span(*match.span())
            yield Report(speaker, cue, (content,), cue)


_FOR: Final = re.compile(r"(?:For|To)\s+(?=[A-Z])")
_HEARD: Final = re.compile(
    r"(?:to\s+hear\s+(?P<tells>.{2,50}?)\s+tell\s+it|if\s+(?P<to>.{2,50}?)\s+(?:is|are)\s+to\s+be\s+"
    r"believed|if\s+you\s+(?:believe|ask)\s+(?P<ask>[^,]{2,50}?)|as\s+far\s+as\s+(?P<far>.{2,50}?)"
    r"\s+(?:is|are)\s+concerned)\s*,",
    re.IGNORECASE,
)


def by_openings(sentence: Words, speakers: Speakers) -> Iterator[Report]:
    """Yield what a sentence gives to somebody by its first words: "For N. N., it was …"."""
    content, span = sentence.content, sentence.span
    match = _HEARD.match(content, span.start, span.end)
    named: Span | None = None
    if match is not None:
        named = Span(*next(match.span(g) for g in ("tells", "to", "ask", "far") if match[g]))
    elif (match := _FOR.match(content, span.start, span.end)) is not None:
        comma = content.find(",", match.end(), span.end)
        named = Span(match.end(), comma) if 0 < comma < match.end() + 60 else None
        people = [m for m in speakers.within(named) if m.span.end == comma] if named else []
        if not people or _FOR.match(content, span.start) is None:
            return
    place = sentence.at(named.end - 1) if named is not None else None
    speaker = speakers.of_head(sentence, place) if place is not None else None
    if speaker is None or speaker.agent is None or named is None or match is None:
        return
    is_plain = match.re is _FOR
    if is_plain and kind_of(speaker.agent, speakers.known) not in {"Person", ""}:
        return
    told = trim(sentence, Span(named.end, span.end))
    if is_plain or told is None:
        start = content.find(",", named.end - 1, span.end) + 1
        told = trim(sentence, Span(start, span.end)) if start else None
    elif match.end() < span.end:
        told = trim(sentence, Span(match.end(), span.end))
    if told is not None:
        cue = Span(span.start, named.end)
        speakers.heard(speaker.agent, cue)
        yield Report(speaker, cue, (told,), cue)
