"""Who says it in words set apart by commas, and in headlines, whose trees are seldom right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from demarche_ingest.attribution import cues
from demarche_ingest.attribution.contents import trim
from demarche_ingest.attribution.reported import Report
from demarche_ingest.attribution.speakers import Speaker, Speakers
from demarche_ingest.attribution.words import Words
from demarche_ingest.candidates.agents import kind_of
from demarche_ingest.texts import Span

_AFTER: Final = re.compile(
    r"(?:\s+it|\s+(?P<whom>reporters|journalists|parliament|lawmakers|deputies|the\s+(?:[\w-]+\s){0,3}"
    r"[\w-]+|[A-Z][\w.-]*(?:\s[A-Z][\w.-]*){0,3}))?(?P<when>\s+(?:on|in|at|during|last|this|yesterday|today|late|earlier|then|later"
    r"|again|here|there|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b[^,;:“”\"]{0,60})?"
    r"\s*(?P<end>[,–—]|[.!?]*[”\"]?\s*$)"
)
_OPENED: Final = re.compile(r"(?:^|(?P<mark>[,–—(])\s*)(?P<as>as\s+)?$", re.IGNORECASE)
_ADVERB: Final = frozenset({"also", "then", "later", "once", "again", "first", "still", "now"})
_WEAK: Final = frozenset({"put", "puts", "see", "sees", "saw", "tell", "tells", "have", "has"})
"""Verbs that say something in "as X puts it"."""
_JOINING: Final = frozenset(
    {"that", "because", "since", "which", "but", "and", "while", "although", "if", "as", "who"}
    | {"whereas", "so", "or", "though", "until", "where", "when"}
)


def by_asides(sentence: Words, speakers: Speakers) -> Iterator[Report]:
    """Yield what ", X says," in a sentence and "As X put it, …" tell of what is around them."""
    for place, word in enumerate(sentence.all):
        is_weak = word.low in _WEAK
        verb = cues.verbs().get(word.low)
        if not is_weak and (verb is None or verb.sort not in {"saying", "thinking"}):
            continue
        start = _start_of_subject(sentence, place, speakers)
        if start is None or start >= place:
            continue
        first = sentence.all[start].span.start
        opened = _OPENED.search(sentence.content[sentence.span.start : first])
        after = _AFTER.match(sentence.content, word.span.end, sentence.span.end)
        if opened is None or after is None or not _is_aside(opened, after, is_weak):
            continue
        if after["whom"] and (verb is None or verb.lemma not in {"tell", "inform", "remind"}):
            continue
        content = _around(sentence, sentence.span.start + opened.start(), after.end("end"))
        speaker = speakers.of_head(sentence, _head(sentence, start, place))
        if speaker is None or speaker.is_self or not content:
            continue
        if speaker.agent is not None:
            speakers.heard(speaker.agent, word.span)
        certainty = verb.certainty if verb is not None else "certain"
        yield Report(speaker, word.span, content, Span(first, word.span.end), certainty=certainty)


def _is_aside(opened: re.Match[str], after: re.Match[str], is_weak: bool) -> bool:
    """Tell whether marks set the words apart, on both sides or with "as"."""
    told_as = opened["as"] is not None
    it = after[0].strip().startswith("it")
    if is_weak:
        return told_as and it
    if told_as:
        return opened["mark"] is not None or after["end"] in {",", "–", "—"}
    return opened["mark"] is not None and after["end"] in {",", "–", "—"}


def _start_of_subject(sentence: Words, place: int, speakers: Speakers) -> int | None:
    """Return where who speaks begins that stands right before a verb, adverbs aside."""
    at = place - 1
    while at > 0 and (sentence.all[at].low in _ADVERB or sentence.all[at].low.endswith("ly")):
        at -= 1
    if at < 0:
        return None
    word = sentence.all[at]
    if word.low in {"he", "she", "they", "it"}:
        return at
    for mention in speakers.ending(word.span.end):
        first = sentence.at(mention.span.start)
        if first is not None:
            article = sentence.all[first - 1].low in {"the", "a", "an"} if first else False
            return first - 1 if article else first
    if word.low in cues.words("people") and at and sentence.all[at - 1].low in {"the", "some"}:
        return at - 1
    return at if word.low in cues.words("people") and word.low.endswith("s") else None


def _head(sentence: Words, start: int, place: int) -> int:
    """Return the last word of who stands before a verb."""
    at = place - 1
    while at > start and (sentence.all[at].low in _ADVERB or sentence.all[at].low.endswith("ly")):
        at -= 1
    return at


def _around(sentence: Words, start: int, end: int) -> tuple[Span, ...]:
    """Return what stands around an aside; only what follows where a clause begins there."""
    before = Span(sentence.span.start, start) if start > sentence.span.start else None
    before = trim(sentence, before) if before is not None else None
    after = trim(sentence, Span(end, sentence.span.end)) if end < sentence.span.end else None
    if before is not None and after is not None:
        words_before = sentence.text(before)
        if joins(words_before) or (
            _SETTING.match(words_before) and words_before.count(" ") < _SHORT
        ):
            return (after,)
    return tuple(one for one in (before, after) if one is not None)


_SETTING: Final = re.compile(
    r"(?:at|in|on|during|after|before|following|speaking|asked|by|with|under|despite|since|from)\b",
    re.IGNORECASE,
)
_SHORT: Final = 9
"""Words of what only tells where or when something was said, at most."""


def joins(words: str) -> bool:
    """Tell whether words end with one that begins a clause: "…, because"."""
    return words.lower().split()[-1:] != [] and words.lower().split()[-1] in _JOINING


def by_plain(sentence: Words, speakers: Speakers) -> Iterator[Report]:
    """Yield what verbs tell that the tree has for another word: "Ghana alleged Togo had …"."""
    if not sentence.has_tree:
        return
    for place, word in enumerate(sentence.all[1:-2], 1):
        verb = cues.verbs().get(word.low)
        is_verb = word.upos == "VERB" and word.deprel not in {"amod", "compound"}
        if verb is None or is_verb or verb.lemma not in _HEADED:
            continue
        start = _start_of_subject(sentence, place, speakers)
        rest = Span(word.span.end, sentence.span.end)
        begins = start is not None and (
            start == 0 or sentence.all[start - 1].low in {",", ";", "but"}
        )
        if start is None or not begins or not _has_clause(sentence, place):
            continue
        speaker = speakers.of_head(sentence, _head(sentence, start, place))
        content = trim(sentence, rest)
        if speaker is not None and content is not None and not speaker.is_self:
            head = Span(sentence.all[start].span.start, word.span.end)
            is_act = verb.sort in {"doing", "judging"}
            yield Report(
                speaker, word.span, (content,), head, certainty=verb.certainty, is_act=is_act
            )


def _has_clause(sentence: Words, place: int) -> bool:
    """Tell whether a clause of its own follows a word: a subject and then a finite verb."""
    following = sentence.all[place + 1 :]
    at = next((i for i, one in enumerate(following) if "VerbForm=Fin" in one.feats), None)
    first = following[0]
    return at is not None and at > 0 and first.upos not in {"ADP", "PUNCT", "CCONJ", "PART"}


# --- Headlines -------------------------------------------------------------------------------

_SAYS: Final = re.compile(
    r"(?P<said>.{8,}?)\s*,\s+(?P<who>[^,:;]{2,70}?)\s+(?P<verb>\w+)", re.DOTALL
)
_SAID_BY: Final = re.compile(
    r"(?P<said>.{8,}?)\s*,\s+(?P<verb>\w+)\s+(?P<who>[^,:;]{2,70})", re.DOTALL
)
_MARKED: Final = re.compile(
    r"(?P<said>.{10,}?)(?:\s+[-–—]\s+|:\s+)(?P<who>[^:–—]{2,50})", re.DOTALL
)
_LED: Final = re.compile(r"(?P<who>[^:]{2,60}):\s+(?P<said>.{8,})", re.DOTALL)
_TO_COME: Final = re.compile(
    r"\b(?:to|will|would|may|might|can|could|must|should|is|are|was|were|has|have|had|no|not|never"
    r"|won[’']t|can[’']t|isn[’']t|wasn[’']t|\w+ed)\b",
    re.IGNORECASE,
)
_NOT_SAID: Final = frozenset(
    {"to", "for", "on", "in", "with", "at", "of", "against", "about", "over"}
)
_PLAIN: Final = frozenset({"say", "claim", "insist", "argue", "believe", "think", "warn", "allege"})
_HEADED: Final = _PLAIN | {"deny", "fear", "admit", "confirm", "hint", "suggest", "vow", "maintain"}


def by_headline(sentence: Words, speakers: Speakers) -> Iterator[Report]:
    """Yield what headlines tell: "…, says X", "… – X", "X: …", "X Says …"."""
    text = sentence.text(sentence.span).rstrip(" .\n")
    told = _tailed(sentence, text, speakers) or _led(sentence, text, speakers)
    told = told or _begun(sentence, speakers)
    if told is not None:
        yield told


def _tailed(sentence: Words, text: str, speakers: Speakers) -> Report | None:
    start = sentence.span.start
    for rule in (_SAYS, _SAID_BY, _MARKED):
        match = rule.fullmatch(text)
        if match is None:
            continue
        form = match.groupdict().get("verb") or "says"
        verb = cues.verbs().get(form.lower())
        if verb is None or verb.sort not in {"saying", "thinking"}:
            continue
        who = Span(start + match.start("who"), start + match.end("who"))
        agent = speakers.titled(who)
        if agent is None or (rule is _MARKED and not _may_be_marked(agent.id, speakers)):
            continue
        content = Span(start + match.start("said"), start + match.end("said"))
        return Report(Speaker(agent), who, (content,), who, certainty=verb.certainty)
    return None


def _may_be_marked(name: str, speakers: Speakers) -> bool:
    """Tell whether a name after a dash or colon is a source: one that is a body or a person."""
    return name not in speakers.known or not speakers.known[name].is_place


def _led(sentence: Words, text: str, speakers: Speakers) -> Report | None:
    """Return what stands after "X:", where X is no state, which may but be what it is about."""
    match = _LED.fullmatch(text)
    if match is None:
        return None
    start = sentence.span.start
    who = Span(start + match.start("who"), start + match.end("who"))
    agent = speakers.titled(who)
    content = Span(start + match.start("said"), start + match.end("said"))
    if agent is None or (
        kind_of(agent, speakers.known) == "State" and match["said"][0] not in "\"“‘'"
    ):
        return None
    return Report(Speaker(agent), who, (content,), who)


def _begun(sentence: Words, speakers: Speakers) -> Report | None:
    """Return what stands after "X says" at the beginning, whatever the tree makes of it."""
    for place, word in enumerate(sentence.all[:14]):
        verb = cues.verbs().get(word.low)
        if verb is None or verb.lemma not in _HEADED or place + 2 >= len(sentence.all):
            continue
        start = _start_of_subject(sentence, place, speakers)
        if start is None or (start and sentence.all[start].span.start - sentence.span.start > 30):
            continue
        following = sentence.all[place + 1].low
        rest = Span(word.span.end, sentence.span.end)
        if following in _NOT_SAID or (
            verb.lemma not in {"say", "claim", "insist"}
            and not _TO_COME.search(sentence.text(rest))
        ):
            return None
        speaker = speakers.of_head(sentence, _head(sentence, start, place))
        content = trim(sentence, rest)
        if speaker is None or content is None:
            return None
        head = Span(sentence.all[start].span.start, word.span.end)
        is_act = verb.sort in {"doing", "judging"}
        return Report(speaker, word.span, (content,), head, certainty=verb.certainty, is_act=is_act)
    return None
