"""Prepositions, nouns, marks and adverbs that tell who says what: "according to X"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from demarche_ingest.attribution import cues
from demarche_ingest.attribution.asides import joins
from demarche_ingest.attribution.contents import trim
from demarche_ingest.attribution.other_verbs import passed_on
from demarche_ingest.attribution.reported import Report
from demarche_ingest.attribution.speakers import Speaker, Speakers
from demarche_ingest.attribution.words import Words
from demarche_ingest.candidates.model import Agent
from demarche_ingest.texts import Span

_SOURCES: Final = re.compile(
    r"\b(?:" + "|".join(one.replace(" ", r"\s+") for one in cues.rules()["sources"]) + r")\s+",
    re.IGNORECASE,
)
_NEAR_NOUN: Final = 6
"""Words after "its statement" within which "that" begins what it says."""
_VIEW: Final = re.compile(
    r"\b(?:in|from|by|on|to)\s+((?:his|her|their|its)|[^,.;:\"“”]{2,60}?['’]s?)\s+"
    r"(?:own\s+|personal\s+|latest\s+|considered\s+)?(?:opinion|view|words|assessment|estimation"
    r"|terminology|accounts?|telling|reading|admission|reckoning|estimates?|count|figures|version"
    r"|eyes|mind|books?|interpretation|understanding|judge?ment|analysis|parlance|phrase|words"
    r"|way\s+of\s+thinking|point\s+of\s+view)\b(?!\s+of\b)",
    re.IGNORECASE,
)
_TAILED: Final = re.compile(
    r"(?P<said>.{8,}?[\"”’])\s+[-–—]\s+(?P<who>[^\"“”:]{2,80})|(?P<claim>.{12,}):\s+(?P<by>[^:,]{2,40})"
)
_LED: Final = re.compile(r"(?P<who>[^\"“”:]{2,80}):\s+(?P<said>[\"“‘].+)")


def by_prepositions(sentence: Words, speakers: Speakers) -> Iterator[Report]:
    """Yield what "according to X" and its like tell."""
    for match in _SOURCES.finditer(sentence.content, sentence.span.start, sentence.span.end):
        cue = Span(match.start(), match.end() - 1)
        named = _noun_after(sentence, match.end(), speakers)
        if named is None:
            continue
        speaker, end = named
        content = _around(sentence, cue.start, end)
        if content:
            if speaker.agent is not None:
                speakers.heard(speaker.agent, cue)
            report = Report(speaker, cue, content, Span(cue.start, end))
            yield passed_on(sentence, report, speakers)


def _noun_after(sentence: Words, offset: int, speakers: Speakers) -> tuple[Speaker, int] | None:
    """Return who is named from an offset on, and where that ends."""
    place = sentence.at(offset)
    if place is None:
        return None
    if not sentence.has_tree:
        inside = speakers.within(Span(offset, min(sentence.span.end, offset + 80)))
        head = sentence.at(inside[0].span.end - 1) if inside else None
        told = speakers.of_head(sentence, head) if head is not None else None
        return (
            (told, sentence.all[head].span.end) if told is not None and head is not None else None
        )
    head = place
    for at in sentence.upwards(place):
        if at >= place and sentence.all[at].upos in {"NOUN", "PROPN", "PRON"}:
            head = at
            if sentence.all[at].deprel not in {"compound", "nmod:poss", "amod", "flat", "det"}:
                break
    speaker = speakers.of_head(sentence, head)
    end = max(sentence.phrase(head).end, sentence.all[head].span.end)
    return (speaker, end) if speaker is not None else None


def _around(sentence: Words, start: int, end: int) -> tuple[Span, ...]:
    """Return the sentence without the words that name its source."""
    before = trim(sentence, Span(sentence.span.start, start))
    rest = sentence.content[end : sentence.span.end]
    comma = rest.find(",")
    is_first = before is None or len(sentence.text(before).split()) < 2
    if is_first:
        if comma < 0:
            return ()
        after = trim(sentence, Span(end + comma + 1, sentence.span.end))
        return (after,) if after is not None else ()
    assert before is not None
    if joins(sentence.text(before)) and comma == 0:
        after = trim(sentence, Span(end + 1, sentence.span.end))
        return (after,) if after is not None else ()
    spans = [before]
    if 0 <= comma < 100 and len(rest[comma:].split()) > 4:
        after = trim(sentence, Span(end + comma + 1, sentence.span.end))
        goes_on = re.match(
            r"(?:and|but|while|which|who|whose|a|an|the)\b", rest[comma + 1 :].strip()
        )
        if after is not None and goes_on is None:
            spans.append(after)
    return tuple(spans)


def is_quoted_first(sentence: Words) -> bool:
    """Say whether a sentence begins with words in quotation marks."""
    return sentence.text(sentence.span)[:1] in {'"', "“"}


def by_mark(sentence: Words, speakers: Speakers) -> Report | None:
    """Return what a headline gives to somebody by a dash or a colon: "Gates to open: minister"."""
    text = sentence.text(sentence.span).rstrip(" .\n")
    match = _TAILED.fullmatch(text) or _LED.fullmatch(text)
    if match is None:
        return None
    name = next(one for one in ("who", "by") if match.groupdict().get(one))
    said = "said" if match.groupdict().get("said") else "claim"
    start = sentence.span.start
    who = Span(start + match.start(name), start + match.end(name))
    agent = speakers.titled(who)
    if agent is None:
        return None
    content = Span(start + match.start(said), start + match.end(said))
    return Report(Speaker(agent), who, (content,), who)


def by_views(sentence: Words, speakers: Speakers) -> Iterator[Report]:
    """Yield what somebody's view holds: "In his opinion, …"."""
    for match in _VIEW.finditer(sentence.content, sentence.span.start, sentence.span.end):
        agent: Agent | None
        if match[1].lower() in {"his", "her", "their"}:
            agent = speakers.possessor(Span(*match.span(1)))
        else:
            agent = speakers.owner(Span(*match.span(1)))
        content = _around(sentence, match.start(), match.end())
        if agent is not None and content:
            speakers.heard(agent, Span(*match.span()))
            yield Report(Speaker(agent), Span(*match.span()), content, Span(*match.span()))


def by_nouns(sentence: Words, speakers: Speakers) -> Iterator[Report]:
    """Yield what nouns hold: "X's claim that …"."""
    if not sentence.has_tree:
        return
    for place, word in enumerate(sentence.all):
        if word.upos != "NOUN" or word.low.rstrip("s") not in cues.words("nouns"):
            continue
        if (told := _whose_that(sentence, place, speakers)) is not None:
            yield told
            continue
        clauses = [
            c
            for c in sentence.below(place, "acl", "ccomp", "acl:relcl")
            if c > place and sentence.all[sentence.first(c)].low == "that"
            and sentence.all[sentence.first(c)].upos == "SCONJ"
        ]  # fmt: skip
        owners = sentence.below(place, "nmod:poss", "nmod")
        if not clauses or not owners:
            continue
        speaker = speakers.of_head(sentence, owners[0])
        span = trim(sentence, sentence.whole(clauses[0]))
        if speaker is not None and span is not None:
            head = Span(min(word.span.start, sentence.whole(owners[0]).start), word.span.end)
            yield Report(speaker, word.span, (span,), head)


def _whose_that(sentence: Words, place: int, speakers: Speakers) -> Report | None:
    """Return what an owned noun holds though the tree joins it with something else.

    So in "It noted Norland's statement of Monday that the strait was open".
    """
    owners = sentence.below(place, "nmod:poss")
    after = range(place + 1, min(len(sentence.all) - 1, place + _NEAR_NOUN))
    that = next((at for at in after if sentence.all[at].low == "that"), None)
    if that is None or not owners or sentence.all[that].upos != "SCONJ":
        return None
    if any(sentence.all[at].upos in {"VERB", "AUX"} for at in range(place + 1, that)):
        return None
    speaker = speakers.of_head(sentence, owners[0])
    span = trim(sentence, Span(sentence.all[that].span.start, sentence.span.end))
    if speaker is None or span is None:
        return None
    word = sentence.all[place].span
    return Report(speaker, word, (span,), Span(sentence.whole(owners[0]).start, word.end))


def by_hearsay(sentence: Words) -> Iterator[Report]:
    """Yield what "reportedly" passes on, where nobody is named."""
    for place, word in enumerate(sentence.all):
        if word.low not in cues.words("hearsay"):
            continue
        span = sentence.span
        if sentence.has_tree and word.head != place:
            span = sentence.whole(word.head)
        trimmed = trim(sentence, span)
        if trimmed is not None and len(trimmed) > len(word.span):
            yield Report(
                Speaker(None), word.span, (trimmed,), word.span, certainty="underspecified"
            )
