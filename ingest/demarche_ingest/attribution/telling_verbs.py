"""Verbs that tell who says what: "X said that …", "…, said X"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from demarche_ingest.attribution import cues
from demarche_ingest.attribution.contents import BEFORE, content_of, trim
from demarche_ingest.attribution.cues import Verb
from demarche_ingest.attribution.other_verbs import (
    judged_content,
    named_content,
    of_passing,
    of_passive,
    passed_on,
    told_to,
)
from demarche_ingest.attribution.reported import Report
from demarche_ingest.attribution.speakers import Speaker, Speakers
from demarche_ingest.attribution.words import Words
from demarche_ingest.texts import Span

_OPENING: Final = "\"“„«‘'"
_NOBODY: Final = frozenset({"nobody", "none", "neither", "no-one"})
_NOT: Final = frozenset({"not", "n't", "n’t", "never", "neither", "nor"})
_MAYBE: Final = frozenset({"could", "should", "may", "might", "can", "would"})
_GOES_ON_TO: Final = frozenset(
    {
        "went",
        "goes",
        "go",
        "continued",
        "continues",
        "quick",
        "keen",
        "careful",
        "first",
        "was",
        "is",
    }
)


def by_verbs(sentence: Words, speakers: Speakers) -> Iterator[Report]:
    """Yield what verbs of saying, thinking and passing on tell, in their order."""
    before: Report | None = None
    for place, word in enumerate(sentence.all):
        verb = cues.verbs().get(word.low)
        if verb is None or not _is_verb(sentence, place):
            continue
        report = _of_verb(sentence, place, verb, speakers, before)
        if report is None:
            continue
        before = report = passed_on(sentence, report, speakers)
        if report.speaker.agent is not None:
            speakers.heard(report.speaker.agent, report.cue)
        yield report


def _is_verb(sentence: Words, place: int) -> bool:
    """Tell whether a word is a verb that says something and is not denied to have been said."""
    word = sentence.all[place]
    before = sentence.all[place - 1].low if place else ""
    if before == "as" and word.low.endswith("ing"):
        return False  # "quoted as saying"
    if sentence.has_tree:
        if word.upos != "VERB" or word.deprel in {"amod", "compound"}:
            return _is_taken_for_noun(sentence, place)
        beside = {sentence.all[c].low for c in sentence.below(place, "aux", "advmod")}
        if "VerbForm=Inf" in word.feats and not _is_said(sentence, place, beside):
            return False
        sort = cues.verbs()[word.low].sort
        if (
            sort == "thinking"
            and "VerbForm=Fin" not in word.feats
            and not sentence.has(place, "aux")
        ):
            return False
        return not beside & (_NOT | _MAYBE) and not _is_of_nobody(sentence, place)
    return before not in {"the", "a", "an", "his", "her", "its", "their", "to", "not", "n't", "of"}


def _is_of_nobody(sentence: Words, place: int) -> bool:
    """Tell whether a verb has nobody for its subject: "Neither side mentioned …"."""
    subject = next(iter(sentence.below(place, "nsubj")), None)
    if subject is None:
        return False
    beside = {sentence.all[one].low for one in sentence.below(subject, "det", "cc:preconj")}
    return sentence.all[subject].low in _NOBODY or bool(beside & {"no", "neither"})


def _is_taken_for_noun(sentence: Words, place: int) -> bool:
    """Tell whether a verb that the tree has for a noun is one: "Olanyi emphasises that …"."""
    word = sentence.all[place]
    if not 0 < place < len(sentence.all) - 1 or word.low.rstrip("s") in cues.words("nouns"):
        return False
    before = sentence.text(sentence.all[place - 1].span)
    following = sentence.all[place + 1].low
    return word.low.endswith(("s", "ed")) and before[0].isupper() and following in {"that", ":"}


def _is_said(sentence: Words, place: int, beside: set[str]) -> bool:
    """Tell whether an infinitive was said all the same: "went on to say", "does say"."""
    head = sentence.all[sentence.all[place].head]
    return bool(beside & {"do", "does", "did"}) or head.low in _GOES_ON_TO


def _is_passive(sentence: Words, place: int) -> bool:
    return sentence.has(place, "aux:pass", "nsubj:pass")


def _of_verb(
    sentence: Words, place: int, verb: Verb, speakers: Speakers, before: Report | None
) -> Report | None:
    if sentence.has_tree and _is_passive(sentence, place):
        return of_passive(sentence, place, verb, speakers)
    if verb.sort == "passing":
        return of_passing(sentence, place, speakers)
    told = _speaker(sentence, place, speakers, before)
    if told is None:
        return None
    speaker, around = told
    content = _said(sentence, place, around, verb)
    if not content and not _introduces(sentence, place):
        return None
    return Report(
        speaker,
        sentence.all[place].span,
        content,
        around,
        told_to(sentence, place, speakers, content),
        verb.certainty,
        verb.sort in {"doing", "judging"},
    )


def _introduces(sentence: Words, place: int) -> bool:
    """Tell whether a sentence announces what follows it: "He was plain:"."""
    is_finite = not sentence.has_tree or "VerbForm=Fin" in sentence.all[place].feats
    return is_finite and sentence.text(sentence.span).endswith(":")


def _said(sentence: Words, place: int, around: Span, verb: Verb) -> tuple[Span, ...]:
    if verb.sort == "judging":
        return judged_content(sentence, place)
    if verb.sort == "naming" or verb.lemma == "consider":
        named = named_content(sentence, place, around, verb)
        return named or (content_of(sentence, place, around, verb) if verb.sort != "naming" else ())
    content = content_of(sentence, place, around, verb) if verb.sort != "voicing" else ()
    if not content and (verb.sort == "voicing" or verb.lemma in cues.words("objects")):
        return _object(sentence, place)
    return content


def _object(sentence: Words, place: int) -> tuple[Span, ...]:
    """Return what is expressed, stressed or pointed to."""
    if not sentence.has_tree:
        return ()
    pointed = sentence.all[place].low.startswith(("point", "refer"))
    objects = sentence.below(place, "obl" if pointed else "obj")
    spans = [trim(sentence, sentence.whole(one)) for one in objects if one > place][:1]
    return tuple(span for span in spans if span is not None)


def _speaker(
    sentence: Words, place: int, speakers: Speakers, before: Report | None
) -> tuple[Speaker, Span] | None:
    """Return who says it, with the words from there to the verb.

    Who stands right before the verb, where a clause begins, is surer than the tree.
    """
    word = sentence.all[place].span
    head = _subject(sentence, place, speakers)
    speaker = speakers.of_head(sentence, head) if head is not None else None
    near = _beside(sentence, place, speakers)
    if near is not None and (speaker is None or _is_apart(sentence, head, near[1])):
        return near[0], Span(near[1].start, word.end)
    if speaker is not None and head is not None:
        return speaker, _core(sentence, place, head)
    if before is not None and _goes_with(sentence, place):
        return before.speaker, word
    if not _is_inverted(sentence, place):
        return None
    mention = speakers.after(word.end, sentence.span.end)
    last = sentence.at(mention.end - 1) if mention is not None else None
    speaker = speakers.of_head(sentence, last) if last is not None else None
    if speaker is not None and mention is not None:
        return speaker, Span(word.start, mention.end)
    return None


def _is_inverted(sentence: Words, place: int) -> bool:
    """Tell whether a verb follows right after what was said: "…," said the envoy."""
    word = sentence.all[place]
    words = sentence.content[sentence.span.start : word.span.start]
    if not any(map(str.isalnum, words)) and place + 1 < len(sentence.all):
        return cues.verbs()[word.low].sort == "saying"
    return cues.verbs()[word.low].sort == "saying" and bool(BEFORE.search(words))


def _beside(sentence: Words, place: int, speakers: Speakers) -> tuple[Speaker, Span] | None:
    """Return who stands right before a verb."""
    start = sentence.all[place].span.start
    mention = speakers.before(start, sentence.span.start)
    near = sentence.at(mention.end - 1) if mention is not None else None
    speaker = speakers.of_head(sentence, near) if near is not None else None
    if speaker is not None and mention is not None:
        return speaker, mention
    return None


def _is_apart(sentence: Words, head: int | None, mention: Span) -> bool:
    """Tell whether who stands beside the verb is another than the subject by the tree.

    The subject's own appositions are the same: "Olanyi, the envoy, said".
    """
    place = sentence.at(mention.end - 1)
    if head is None or place is None:
        return True
    for at in sentence.upwards(place):
        if at == head or mention.covers(sentence.all[head].span):
            return False
        if sentence.all[at].deprel not in {"appos", "flat", "compound"}:
            return True
    return True


def _goes_with(sentence: Words, place: int) -> bool:
    """Tell whether a verb is joined by "and" to what the same source said before."""
    start = place - 1
    while start > 0 and sentence.all[start].upos == "ADV":
        start -= 1
    return start > 0 and sentence.all[start].low in {"and", "but"}


def _subject(sentence: Words, place: int, speakers: Speakers) -> int | None:
    if sentence.has_tree:
        return sentence.subject(place)
    return _near(sentence, place, speakers)


def _near(sentence: Words, place: int, speakers: Speakers) -> int | None:
    """Return the last word of the mention or of the person without a name beside a verb."""
    ends = {one.span.end for one in speakers.within(sentence.span)}
    before = range(place - 1, max(-1, place - 25), -1)
    after = range(place + 1, min(len(sentence.all), place + 6))
    for way in (before, after):
        for at in way:
            word = sentence.all[at]
            if word.low in ';:"“”«»':
                break
            if word.span.end in ends or word.low in cues.words("people"):
                return at
            if word.low in {"he", "she", "it", "they"} and at == place - 1:
                return at
    return None


def _core(sentence: Words, place: int, head: int) -> Span:
    """Return subject and verb with all that stands between them."""
    word = sentence.all[place].span
    if not sentence.has_tree:
        subject = sentence.all[head].span
    else:
        subject = _subject_span(sentence, place, head)
    return Span(min(subject.start, word.start), max(subject.end, word.end))


def _subject_span(sentence: Words, place: int, head: int) -> Span:
    """Return a subject with its appositions, on its own side of the verb."""
    first, last = sentence.first(head), sentence.last(head)
    if head > place:
        first = max(first, place + 1)
        last = max(head, _end_of_name(sentence, head, last))
    elif head < place:
        last = min(last, place - 1)
    while first < head and not sentence.all[first].low[0].isalnum():
        first += 1
    return Span(sentence.all[first].span.start, sentence.all[last].span.end)


def _end_of_name(sentence: Words, head: int, last: int) -> int:
    """Return where an inverted subject ends: before words that are quoted again, or a clause."""
    for place in range(head, last + 1):
        word = sentence.all[place]
        if word.low in _OPENING and word.low not in "'’":
            return place - 1
    return last
