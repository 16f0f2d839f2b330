"""What was said: where, of the words around a verb, its content begins and ends."""

from __future__ import annotations

import re
from typing import Final

from demarche_ingest.attribution import cues
from demarche_ingest.attribution.cues import Verb
from demarche_ingest.attribution.words import Words
from demarche_ingest.texts import Span

_CLOSING: Final = "\"”“»’'"
BEFORE: Final = re.compile(rf"(?:[,?!…—–-]\s*[{_CLOSING}]*|[{_CLOSING}]\s*,?)\s*$")
"""How what was said ends before "he said"."""
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
QUOTED: Final = re.compile(r"[\"“«‘]\w")
_AFTER_CUE: Final = re.compile(r"\s*(?:,\s*)?(?::|[\"“«]|‘(?=\w))")
_AFTER_QUOTATION: Final = re.compile(
    r"(?<=[\w.,!?])[”\"](?=\s+(?:after|as|while|when|during|ahead|following)\b)"
)
"""Where the narrator goes on after words in quotation marks."""
_PREDICATE: Final = re.compile(
    r"(?P<mark>,\s+)(?:had|has|have|was|were|is|are|would|will|could|should|must|might|may|can|did|does)\b"
)
_ADDRESSING: Final = frozenset({"tell", "ask", "inform", "assure", "reassure", "urge", "warn"})


def content_of(sentence: Words, place: int, around: Span, verb: Verb) -> tuple[Span, ...]:
    """Return where the words that a verb introduces stand, after it or before it."""
    after = _after(sentence, place, around, verb)
    before = None
    if verb.sort != "doing" or after is None:
        before = _before(sentence, place, around, after is not None)
        if before is not None and after is None and verb.sort == "saying":
            after = _torn_off(sentence, place, around)
    spans = [
        trim(sentence, span)
        for span in (before, after)
        if span is not None and span.end > span.start
    ]
    return tuple(span for span in spans if span is not None)


def _torn_off(sentence: Words, place: int, around: Span) -> Span | None:
    """Return the predicate behind "he said" whose subject stands before it, between commas."""
    is_between = sentence.content[: around.start].rstrip().endswith(",")
    match = _PREDICATE.match(sentence.content, around.end, sentence.span.end)
    if match is None or not is_between:
        return None
    return Span(match.end("mark"), end_after(sentence, place, match.end("mark")))


def _after(sentence: Words, place: int, around: Span, verb: Verb) -> Span | None:
    start = _start_after(sentence, place, around, verb)
    if start is None:
        return None
    return Span(start, end_after(sentence, place, start))


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
        if child < place:
            continue
        word = sentence.all[child]
        first = sentence.all[max(sentence.first(child), place + 1)]
        if first.span.start < around.end:
            continue
        if word.deprel == "obj" and not _has_infinitive(sentence, place):
            continue
        end = sentence.all[place].span.end
        if word.deprel == "parataxis" and not _AFTER_CUE.match(sentence.content, end):
            continue
        told = _behind_hearer(sentence, child, verb)
        return told or min(first.span.start, _torn(sentence, place, around, verb))
    return None


def _has_infinitive(sentence: Words, place: int) -> bool:
    """Tell whether what a verb's object is to do hangs on the verb: "expect the pipe to close"."""
    to = (
        one
        for clause in sentence.below(place, "advcl")
        if clause > place
        for one in sentence.below(clause, "mark")
    )
    return sentence.has(place, "xcomp") or any(sentence.all[one].low == "to" for one in to)


def _behind_hearer(sentence: Words, clause: int, verb: Verb) -> int | None:
    """Return where a clause begins that the tree gives two subjects: the first is who is told."""
    subjects = [one for one in sentence.below(clause, "nsubj", "nsubj:pass") if one < clause]
    if verb.lemma not in _ADDRESSING or len(subjects) < 2:
        return None
    return sentence.whole(subjects[-1]).start


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
    opened = QUOTED.search(sentence.content, around.end, sentence.span.end)
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
            return _owned(sentence, place, at) or word.span.start
        if word.low == ";" or (sentence.has_tree and _is_finite(sentence, at)):
            return None
    return None


def _owned(sentence: Words, place: int, that: int) -> int | None:
    """Return where an owned noun begins whose "that" it is: "noted Ghana's statement that …"."""
    for at in range(place + 1, that):
        word = sentence.all[at]
        is_said = word.upos == "NOUN" and word.low.rstrip("s") in cues.words("nouns")
        owners = sentence.below(at, "nmod:poss") if is_said else []
        if owners:
            return sentence.whole(owners[0]).start
    return None


def _has_predicate(sentence: Words, start: int, end: int) -> bool:
    return any(sentence.all[at].upos in {"VERB", "AUX"} for at in range(start, end))


def _is_finite(sentence: Words, place: int) -> bool:
    word = sentence.all[place]
    return word.upos in {"VERB", "AUX"} and "VerbForm=Fin" in word.feats


_ADDED: Final = re.compile(r"(?:\s[-–—]|\s?—)\s?an?\s(?=[^\n–—]*$)(?![^\n]*\s-\s)")
"""Where a narrator adds what that was: "… - a reference to …"."""


def end_after(sentence: Words, place: int, start: int) -> int:
    """Return where what was said ends: with the sentence, or where the narrator goes on."""
    end = _end_of_setting(sentence, place)
    if _is_what(sentence, _from_subject(sentence, place)):
        comma = sentence.content.find(",", start, end)
        end = comma if comma > 0 and not _is_quoted(sentence, start, comma) else end
    after = _AFTER_QUOTATION.search(sentence.content, start, end)
    end = after.start() + 1 if after is not None else end
    added = _ADDED.search(sentence.content, start, end)
    if added is not None and not _is_quoted(sentence, start, added.start()):
        end = added.start()
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


def _end_of_setting(sentence: Words, place: int) -> int:
    """Return where the words end that a verb stands in: a quotation, or a clause before another.

    So in "“Togo says so,” he added" and in "While Togo says so, Ghana waits".
    """
    end, cue = sentence.span.end, sentence.all[place].span
    if _is_quoted(sentence, sentence.span.start, cue.start):
        closing = re.compile(r"[”\"]").search(sentence.content, cue.end, end)
        end = closing.start() if closing is not None else end
    if not sentence.has_tree:
        return end
    top = sentence.all[place]
    first = sentence.all[sentence.first(place)].low
    ends = sentence.all[sentence.last(place)].span.end
    sets = top.deprel == "advcl" and top.head > place and first in _SETTING
    return min(end, ends) if sets and sentence.content[ends - 1 : ends + 1].find(",") >= 0 else end


_SETTING: Final = frozenset(
    {
        "when",
        "while",
        "as",
        "after",
        "although",
        "though",
        "since",
        "once",
        "before",
        "because",
        "if",
    }
)


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
    if _leaves_passive(sentence, child, place):
        return True
    if word.head == place and word.deprel == "advcl":
        comma = sentence.content[: first.span.start].rstrip().endswith(",")
        return comma and first.low in _BREAKS
    return False


def _leaves_passive(sentence: Words, child: int, place: int) -> bool:
    """Tell whether a verb can have no part in the passive clause before it, but in the cue's.

    So "invited" in "He conceded that she ought to have been told when it was let, and invited her".
    """
    word = sentence.all[child]
    head = sentence.all[word.head]
    first = sentence.all[sentence.first(child)]
    return (
        word.deprel == "conj"
        and head.deprel == "advcl"
        and word.head > place
        and sentence.has(word.head, "nsubj:pass")
        and sentence.has(child, "obj")
        and not _has_subject(sentence, child)
        and _tense(word.feats) == _tense(sentence.all[place].feats) != ""
        and (first.low == "," or sentence.content[: first.span.start].rstrip().endswith(","))
    )


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
    if len(words.split()) < 2 or not BEFORE.search(words):
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
    """Return where a clause begins that stands before its "he said": after "; " in any case.

    After a colon too, where a sentence of the narrator's stands before it and nothing is quoted.
    """
    words = sentence.content[sentence.span.start : around.start]
    cut = words.rfind("; ")
    colon = words.rfind(": ")
    if colon > cut and not any(mark in words for mark in '"“«‘'):
        told = sentence.has_tree and _has_verb(sentence, sentence.span.start + colon)
        cut = colon if told else cut
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


def trim(sentence: Words, span: Span) -> Span | None:
    """Return a span without blanks and commas at its ends, none where nothing is left."""
    words = sentence.content[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip(" ,:;\n\t"))
    end = span.end - (len(words) - len(words.rstrip(" ,;:\n\t")))
    return Span(start, end) if end > start else None
