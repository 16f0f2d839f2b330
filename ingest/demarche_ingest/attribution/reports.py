"""What sentences tell outright of who says what: "X said that …", "…, according to X"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from demarche_ingest.attribution import cues
from demarche_ingest.attribution.cues import Verb
from demarche_ingest.attribution.speakers import Speaker, Speakers
from demarche_ingest.attribution.words import Words
from demarche_ingest.candidates.model import Agent
from demarche_ingest.texts import Span

_OPENING: Final = "\"“„«‘'"
_CLOSING: Final = "\"”“»’'"
_BEFORE: Final = re.compile(rf"(?:[,?!…—–-]\s*[{_CLOSING}]*|[{_CLOSING}]\s*,?)\s*$")
"""How what was said ends before "he said"."""
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
_SUBORDINATE: Final = re.compile(
    r"(?:when|as|after|while|although|though|if|since|because|once|before|by|in|on|at|with|during"
    r"|following|despite|unlike|given|\w+ing)\b",
    re.IGNORECASE,
)
"""How words begin that stand before a clause and are not what was said."""
_CLAUSES: Final = frozenset({"ccomp", "parataxis", "ccomp:obj"})
_THAT_WITHIN: Final = 14
"""Words after "said" within which "that" begins what was said."""
_BREAKS: Final = frozenset({"while", "as", "after", "when", "although", "though", "whereas"})
_AS: Final = re.compile(r"\bas\s+(?:having\s+)?(?:saying|telling|stating|writing)\b(?:\s+that\b)?")
_QUOTED: Final = re.compile(r"[\"“«‘]\w")
_AFTER_CUE: Final = re.compile(r"\s*(?:,\s*)?(?::|[\"“«]|‘(?=\w))")
_AFTER_QUOTATION: Final = re.compile(
    r"(?<=[\w.,!?])[”\"](?=\s+(?:after|as|while|when|during|ahead|following)\b)"
)
"""Where the narrator goes on after words in quotation marks."""
_WRITTEN_WITHIN: Final = re.compile(
    r"\b(?:in|by)\s+(?:a|an|its|his|her|their|the)\s+(?:\w+\s+){0,3}?"
    r"(?:statement|communiqu[eé]|note|letter|press\s+release|resolution|declaration)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody who is said to have said something.

    head: the part of the sentence that tells so. is_act: saying it is an act of its own.
    """

    speaker: Speaker
    cue: Span
    content: tuple[Span, ...]
    head: Span
    through: tuple[Agent, ...] = ()
    certainty: str = "certain"
    is_act: bool = False


def reports(sentence: Words, speakers: Speakers, is_headline: bool = False) -> list[Report]:
    """Return what a sentence tells of who says what, in the order of the cues."""
    marked = _by_mark(sentence, speakers) if is_headline or _is_quoted_first(sentence) else None
    if marked is not None:
        return [marked]
    found = [*_by_verbs(sentence, speakers), *_by_prepositions(sentence, speakers)]
    found += [*_by_views(sentence, speakers), *_by_nouns(sentence, speakers)]
    found += _hearsay(sentence)
    return sorted(found, key=lambda one: one.cue.start)


# --- Verbs -----------------------------------------------------------------------------------


def _by_verbs(sentence: Words, speakers: Speakers) -> Iterator[Report]:
    before: Report | None = None
    for place, word in enumerate(sentence.all):
        verb = cues.verbs().get(word.low)
        if verb is None or not _is_verb(sentence, place):
            continue
        report = _of_verb(sentence, place, verb, speakers, before)
        if report is None:
            continue
        before = report = _passed_on(sentence, report, speakers)
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
        return not beside & (_NOT | _MAYBE)
    return before not in {"the", "a", "an", "his", "her", "its", "their", "to", "not", "n't", "of"}


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
        return _of_passive(sentence, place, verb, speakers)
    if verb.sort == "passing":
        return _of_passing(sentence, place, speakers)
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
        _told(sentence, place, speakers, content),
        verb.certainty,
        verb.sort in {"doing", "judging"},
    )


def _introduces(sentence: Words, place: int) -> bool:
    """Tell whether a sentence announces what follows it: "He was plain:"."""
    is_finite = not sentence.has_tree or "VerbForm=Fin" in sentence.all[place].feats
    return is_finite and sentence.text(sentence.span).endswith(":")


def _said(sentence: Words, place: int, around: Span, verb: Verb) -> tuple[Span, ...]:
    if verb.sort == "judging":
        return _judged(sentence, place)
    if verb.sort == "naming" or verb.lemma == "consider":
        named = _named(sentence, place, around, verb)
        return named or (_content(sentence, place, around, verb) if verb.sort != "naming" else ())
    content = _content(sentence, place, around, verb) if verb.sort != "voicing" else ()
    if not content and (verb.sort == "voicing" or verb.lemma in cues.words("objects")):
        return _object(sentence, place)
    return content


def _object(sentence: Words, place: int) -> tuple[Span, ...]:
    """Return what is expressed, stressed or pointed to."""
    if not sentence.has_tree:
        return ()
    pointed = sentence.all[place].low.startswith(("point", "refer"))
    objects = sentence.below(place, "obl" if pointed else "obj")
    spans = [_trimmed(sentence, sentence.whole(one)) for one in objects if one > place][:1]
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
    return cues.verbs()[word.low].sort == "saying" and bool(_BEFORE.search(words))


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


# --- What was said ---------------------------------------------------------------------------


def _content(sentence: Words, place: int, around: Span, verb: Verb) -> tuple[Span, ...]:
    after = _after(sentence, place, around, verb)
    before = None
    if verb.sort != "doing" or after is None:
        before = _before(sentence, place, around, after is not None)
    spans = [
        _trimmed(sentence, span)
        for span in (before, after)
        if span is not None and span.end > span.start
    ]
    return tuple(span for span in spans if span is not None)


def _after(sentence: Words, place: int, around: Span, verb: Verb) -> Span | None:
    start = _start_after(sentence, place, around, verb)
    if start is None:
        return None
    return Span(start, _end_after(sentence, place, start))


def _start_after(sentence: Words, place: int, around: Span, verb: Verb) -> int | None:
    """Return where what was said begins after the verb, none where nothing does."""
    clause = _clause(sentence, place, around, verb) if sentence.has_tree else None
    if clause is not None:
        return clause
    if _is_what(sentence, around):
        return _after_copula(sentence, around)
    that = _that(sentence, place, around, verb)
    if that is not None:
        return that
    opened = _opened(sentence, around)
    if opened is None and not sentence.has_tree and verb.sort == "saying" and verb.lemma != "tell":
        return _plain_after(sentence, around)
    return opened


def _clause(sentence: Words, place: int, around: Span, verb: Verb) -> int | None:
    """Return where the clause begins that hangs on a verb and follows it."""
    kinds = _CLAUSES | ({"xcomp", "obj"} if verb.sort == "thinking" else set())
    kinds |= {"xcomp"} if verb.lemma in cues.words("infinitives") else set()
    for child in sentence.below(place, *kinds):
        word = sentence.all[child]
        first = sentence.all[max(sentence.first(child), place + 1)]
        if child < place or first.span.start < around.end:
            continue
        if word.deprel == "obj" and not sentence.has(place, "xcomp"):
            continue
        end = sentence.all[place].span.end
        if word.deprel == "parataxis" and not _AFTER_CUE.match(sentence.content, end):
            continue
        return min(first.span.start, _torn(sentence, place, around, verb))
    return None


_ADDRESSING: Final = frozenset({"tell", "ask", "inform", "assure", "reassure", "urge", "warn"})


def _torn(sentence: Words, place: int, around: Span, verb: Verb) -> int:
    """Return where a clause begins whose subject the tree has taken for one who is told it."""
    if verb.lemma in _ADDRESSING:
        return sentence.span.end
    objects = [c for c in sentence.below(place, "iobj", "obj") if c > place]
    starts = [sentence.whole(one).start for one in objects]
    return min((at for at in starts if at >= around.end), default=sentence.span.end)


def _opened(sentence: Words, around: Span) -> int | None:
    """Return where a colon or a quotation mark opens what was said."""
    match = _AFTER_CUE.match(sentence.content, around.end, sentence.span.end)
    if match is not None and sentence.content[match.end() - 1] == ":":
        return match.end()
    opened = _QUOTED.search(sentence.content, around.end, sentence.span.end)
    if opened is not None and "," not in sentence.content[around.end + 2 : opened.start()]:
        return opened.start()
    return None


def _is_what(sentence: Words, around: Span) -> bool:
    """Tell whether a clause is one of "what he said was …"."""
    return sentence.content[sentence.span.start : around.start].rstrip().lower().endswith("what")


def _after_copula(sentence: Words, around: Span) -> int:
    match = re.compile(r"\s+(?:was|were|is|are)\s+").match(sentence.content, around.end)
    return match.end() if match else around.end


def _plain_after(sentence: Words, around: Span) -> int | None:
    """Without a tree: what follows "said" up to the end, if it is more than a day or a place."""
    rest = [word for word in sentence.all if word.span.start >= around.end and word.low.isalnum()]
    return around.end if len(rest) > 4 and rest[0].low not in {"on", "in", "at", "to"} else None


def _that(sentence: Words, place: int, around: Span, verb: Verb) -> int | None:
    """Return where "that" begins what was said, though the tree joins it with something else."""
    for at in range(place + 1, min(len(sentence.all) - 1, place + _THAT_WITHIN)):
        word = sentence.all[at]
        if word.span.start < around.end:
            continue
        if word.low in {"that", "whether", "how", "why"}:
            following = sentence.all[at + 1]
            if sentence.has_tree and following.upos in {"VERB", "AUX"}:
                return None
            if sentence.has_tree and verb.sort != "saying" and word.upos != "SCONJ":
                return None
            if verb.sort == "doing" and _has_predicate(sentence, place + 1, at):
                return None
            return word.span.start
        if word.low == ";" or (sentence.has_tree and _is_finite(sentence, at)):
            return None
    return None


def _has_predicate(sentence: Words, start: int, end: int) -> bool:
    return any(sentence.all[at].upos in {"VERB", "AUX"} for at in range(start, end))


def _is_finite(sentence: Words, place: int) -> bool:
    word = sentence.all[place]
    return word.upos in {"VERB", "AUX"} and "VerbForm=Fin" in word.feats


def _end_after(sentence: Words, place: int, start: int) -> int:
    """Return where what was said ends: with the sentence, or where the narrator goes on."""
    end = sentence.span.end
    if _is_what(sentence, _from_subject(sentence, place)):
        comma = sentence.content.find(",", start, end)
        end = comma if comma > 0 and not _is_quoted(sentence, start, comma) else end
    after = _AFTER_QUOTATION.search(sentence.content, start, end)
    end = after.start() + 1 if after is not None else end
    if not sentence.has_tree:
        return end
    for child in range(place + 1, len(sentence.all)):
        word = sentence.all[child]
        first = sentence.all[sentence.first(child)]
        if first.span.start <= start or not _goes_on(sentence, child, place):
            continue
        if not _is_quoted(sentence, start, first.span.start):
            return min(end, first.span.start)
        del word
    return end


def _from_subject(sentence: Words, place: int) -> Span:
    """Return the words from a verb's own subject to the verb."""
    subjects = sentence.below(place, "nsubj") if sentence.has_tree else []
    subjects = [one for one in subjects if sentence.all[one].low != "what"]
    start = sentence.whole(subjects[0]).start if subjects else sentence.all[place].span.start
    return Span(start, sentence.all[place].span.end)


def _goes_on(sentence: Words, child: int, place: int) -> bool:
    """Tell whether the narrator goes on with a clause: "…, but Y refused", "… and denied that"."""
    word = sentence.all[child]
    cue = sentence.all[place]
    if word.deprel == "conj" and word.head == place:
        return word.upos in {"VERB", "AUX", "ADJ", "NOUN"}
    if word.deprel == "conj" and word.low in cues.verbs() and not _has_subject(sentence, child):
        return _tense(word.feats) == _tense(cue.feats) != ""
    first = sentence.all[sentence.first(child)]
    if word.head == place and word.deprel == "advcl":
        comma = sentence.content[: first.span.start].rstrip().endswith(",")
        return comma and first.low in _BREAKS
    return False


def _has_subject(sentence: Words, place: int) -> bool:
    return sentence.has(place, "nsubj", "nsubj:pass")


def _tense(feats: str) -> str:
    return next((one for one in feats.split("|") if one.startswith("Tense=")), "")


def _is_quoted(sentence: Words, start: int, end: int) -> bool:
    """Tell whether a quotation that was opened is open still."""
    words = sentence.content[start:end]
    return words.count("“") > words.count("”") or words.count('"') % 2 == 1


def _before(sentence: Words, place: int, around: Span, is_after: bool) -> Span | None:
    words = sentence.content[sentence.span.start : around.start]
    if len(words.split()) < 2 or not _BEFORE.search(words):
        return None
    child = None
    if sentence.has_tree:
        child = next(
            (
                c
                for c in sentence.below(place, *_CLAUSES)
                if sentence.all[c].span.end < around.start
            ),
            None,
        )
        if sentence.all[place].deprel == "parataxis" and sentence.all[place].head < place:
            child = sentence.all[place].head
    quoted = any(mark in words for mark in '"“«‘')
    if child is None and is_after and not quoted:
        return None
    if child is None and not quoted:
        inside = _has_verb(sentence, around.start) and "VerbForm=Fin" in sentence.all[place].feats
        if sentence.has_tree and (not inside or _SUBORDINATE.match(words)):
            return None
    if is_after and quoted and child is None and not words.rstrip(" ,").endswith(tuple('"”»’')):
        return None
    return Span(_clause_start(sentence, place, around), around.start)


def _clause_start(sentence: Words, place: int, around: Span) -> int:
    """Return where a clause begins that stands before its "he said": after "; " in any case."""
    words = sentence.content[sentence.span.start : around.start]
    cut = words.rfind("; ")
    del place
    return sentence.span.start + cut + 2 if cut >= 0 else sentence.span.start


def _has_verb(sentence: Words, end: int) -> bool:
    if not sentence.has_tree:
        return True
    return any(
        word.upos in {"VERB", "AUX"} and "VerbForm=Fin" in word.feats
        for word in sentence.all
        if word.span.end <= end
    )


def _trimmed(sentence: Words, span: Span) -> Span | None:
    words = sentence.content[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip(" ,:;\n\t"))
    end = span.end - (len(words) - len(words.rstrip(" ,;:\n\t")))
    return Span(start, end) if end > start else None


# --- Verbs of other kinds --------------------------------------------------------------------


_AS_NEEDED: Final = frozenset({"see", "regard", "view", "refer", "describe", "portray", "consider"})
_OTHER_CALLS: Final = frozenset(
    {"for", "on", "upon", "off", "up", "in", "at", "itself", "themselves"}
)


def _named(sentence: Words, place: int, around: Span, verb: Verb) -> tuple[Span, ...]:
    """Return what a source calls something, with the thing."""
    if place + 1 >= len(sentence.all):
        return ()
    following = sentence.all[place + 1]
    if following.low in _OTHER_CALLS or sentence.has(place, "compound:prt"):
        return ()
    start, end = around.end, _end_after(sentence, place, around.end)
    words = sentence.content[start:end]
    if verb.lemma in _AS_NEEDED and not re.search(r"\bas\b|[\"“]", words):
        return ()
    span = _trimmed(sentence, Span(start, end))
    return (span,) if span is not None else ()


def _judged(sentence: Words, place: int) -> tuple[Span, ...]:
    """Return what a source accuses somebody of, or how it judges something."""
    if not sentence.has_tree:
        match = _QUOTED.search(sentence.content, sentence.all[place].span.end, sentence.span.end)
        return (Span(match.start(), sentence.span.end),) if match else ()
    spans = []
    for child in sentence.below(place, "xcomp", "advcl", "obl", "ccomp"):
        marks = {sentence.all[c].low for c in sentence.below(child, "mark", "case")}
        is_named = sentence.all[child].deprel in {"xcomp", "ccomp"}
        if child > place and (is_named or marks & {"as", "of", "for", "with", "on", "over"}):
            spans.append(_trimmed(sentence, sentence.whole(child)))
    return tuple(
        span for span in spans if span is not None and span.start >= sentence.all[place].span.end
    )


def _of_passing(sentence: Words, place: int, speakers: Speakers) -> Report | None:
    """Return who is quoted by the subject: "The agency quoted X as saying that …"."""
    if not sentence.has_tree:
        return None
    if sentence.all[place].low in {"citing", "quoting"}:
        return _of_reason(sentence, place, speakers)
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
    span = _trimmed(sentence, Span(sentence.all[place].span.end, sentence.whole(objects[0]).end))
    word = sentence.all[place].span
    return Report(speaker, word, (span,), word) if span is not None else None


def _as_saying(
    sentence: Words, place: int, speaker: Speaker, through: tuple[Agent, ...], core: Span
) -> Report | None:
    match = _AS.search(sentence.content, sentence.all[place].span.end, sentence.span.end)
    start = match.end() if match else None
    if start is None:
        opened = _QUOTED.search(sentence.content, core.end, sentence.span.end)
        start = opened.start() if opened else None
    if start is None:
        return None
    span = _trimmed(sentence, Span(start, sentence.span.end))
    return Report(speaker, sentence.all[place].span, (span,), core, through) if span else None


def _of_passive(sentence: Words, place: int, verb: Verb, speakers: Speakers) -> Report | None:
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
        content = _judged(sentence, place) or _content(sentence, place, word.span, verb)
        spans = tuple(s for s in content if s.start > sentence.all[agents[0]].span.end)
        return Report(by, word.span, spans, word.span, is_act=True) if spans else None
    if word.low in cues.passives() and sentence.has(place, "xcomp", "ccomp"):
        start = sentence.span.start if not subjects else sentence.whole(subjects[0]).start
        span = Span(start, _end_after(sentence, place, word.span.end))
        trimmed = _trimmed(sentence, span)
        whom = Speaker(None)
        if trimmed is not None:
            return Report(whom, word.span, (trimmed,), word.span, certainty="underspecified")
    return None


def _is_by(sentence: Words, place: int) -> bool:
    return any(sentence.all[c].low == "by" for c in sentence.below(place, "case"))


def _told(
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
        return ()
    medium = speakers.medium((near,))
    return (medium,) if medium is not None else ()


def _passed_on(sentence: Words, report: Report, speakers: Speakers) -> Report:
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
    told = [one for one in (_trimmed(sentence, span) for span in spans) if one is not None]
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


# --- Prepositions, nouns, adverbs ------------------------------------------------------------

_SOURCES: Final = re.compile(
    r"\b(?:" + "|".join(one.replace(" ", r"\s+") for one in cues.rules()["sources"]) + r")\s+",
    re.IGNORECASE,
)


_NEAR_NOUN: Final = 6
"""Words after "its statement" within which "that" begins what it says."""
_GOES_ON: Final = re.compile(r"(?:and|but|while|which|who|whose|a|an|the)\b")


def _by_prepositions(sentence: Words, speakers: Speakers) -> Iterator[Report]:
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
            yield _passed_on(sentence, report, speakers)


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
    before = _trimmed(sentence, Span(sentence.span.start, start))
    rest = sentence.content[end : sentence.span.end]
    comma = rest.find(",")
    is_first = before is None or len(sentence.text(before).split()) < 2
    if is_first:
        if comma < 0:
            return ()
        after = _trimmed(sentence, Span(end + comma + 1, sentence.span.end))
        return (after,) if after is not None else ()
    assert before is not None
    spans = [before]
    if 0 <= comma < 100 and len(rest[comma:].split()) > 4:
        after = _trimmed(sentence, Span(end + comma + 1, sentence.span.end))
        goes_on = re.match(
            r"(?:and|but|while|which|who|whose|a|an|the)\b", rest[comma + 1 :].strip()
        )
        if after is not None and goes_on is None:
            spans.append(after)
    return tuple(spans)


_VIEW: Final = re.compile(
    r"\b(?:in|from)\s+((?:his|her|their)|[^,.;:\"“”]{2,60}?['’]s?)\s+"
    r"(?:own\s+|personal\s+)?(?:opinion|view|words|assessment|estimation|terminology|account"
    r"|point\s+of\s+view)\b",
    re.IGNORECASE,
)


_TAILED: Final = re.compile(
    r"(?P<said>.{8,}?[\"”’])\s+[-–—]\s+(?P<who>[^\"“”:]{2,80})|(?P<claim>.{12,}):\s+(?P<by>[^:,]{2,40})"
)
_LED: Final = re.compile(r"(?P<who>[^\"“”:]{2,80}):\s+(?P<said>[\"“‘].+)")


def _is_quoted_first(sentence: Words) -> bool:
    return sentence.text(sentence.span)[:1] in {'"', "“"}


def _by_mark(sentence: Words, speakers: Speakers) -> Report | None:
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


def _by_views(sentence: Words, speakers: Speakers) -> Iterator[Report]:
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


def _by_nouns(sentence: Words, speakers: Speakers) -> Iterator[Report]:
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
        span = _trimmed(sentence, sentence.whole(clauses[0]))
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
    span = _trimmed(sentence, Span(sentence.all[that].span.start, sentence.span.end))
    if speaker is None or span is None:
        return None
    word = sentence.all[place].span
    return Report(speaker, word, (span,), Span(sentence.whole(owners[0]).start, word.end))


def _hearsay(sentence: Words) -> Iterator[Report]:
    """Yield what "reportedly" passes on, where nobody is named."""
    for place, word in enumerate(sentence.all):
        if word.low not in cues.words("hearsay"):
            continue
        span = sentence.span
        if sentence.has_tree and word.head != place:
            span = sentence.whole(word.head)
        trimmed = _trimmed(sentence, span)
        if trimmed is not None and len(trimmed) > len(word.span):
            yield Report(
                Speaker(None), word.span, (trimmed,), word.span, certainty="underspecified"
            )
