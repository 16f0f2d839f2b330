"""Whether what a sentence says of a time has been or is to come.

From a parse where there is one; else from the nearest word before the expression that tells, and
if there is none, the nearest after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from demarche_ingest.dating.words import MONTHS, listed
from demarche_ingest.parsing.model import Parse, Token
from demarche_ingest.texts import Span

Direction = Literal["", "past", "future"]

PROSPECTIVE: Final = listed(
    "agree agreed agrees aim aimed aims allow allowed appeal appealed arrange arranged ask asked"
    " asks"
    " call called calls convene decide decided decides decision demand demanded desire"
    " determined due"
    " expect expected expects going hope hoped hopes intend intended intends intention invite"
    " invited"
    " invites likely obliged offer offered offers order ordered plan planned planning plans pledge"
    " pledged pledges prepare prepared preparing promise promised promises propose proposed"
    " readiness"
    " ready refuse refused require required scheduled seek seeking seeks set slated sought supposed"
    " tell threaten threatened threatens told unlikely urge urged urges vow vowed vows want wanted"
    " wants warn wish wishes deadline bound about prefer preferred ought"
)
"""Words after which "to" and a verb tell of what is to come, whenever they were said."""

IMPLICATIVE: Final = listed(
    "began begun continued came come failed forced had helped managed proceeded rushed started used"
    " went happened compelled got dared bothered neglected"
)
"""Words after which "to" and a verb tell of what has been."""

APPOINTED: Final = listed(
    "scheduled planned expected due set slated postponed delayed adjourned deferred earmarked"
    " foreseen upcoming forthcoming billed tentatively"
)
"""Words of an appointment: a date after them is to come."""

PAST: Final = listed(
    "was were did had been said told met went came took gave made held began became fell rose"
    " left led"
    " lost won saw spoke wrote knew brought thought fought sent built bought caught felt found"
    " got grew"
    " heard kept meant paid ran sat sold stood struck swore taught threw understood withdrew"
    " broke chose"
    " drove flew forbade forgot hid shook shot showed sought sank sang spent split wore woke"
    " died laid"
    " lay shut hurt quit born killed seized overthrew overthrown arose undertook upheld withheld"
    " foresaw"
    " froze bore beat blew drew drank ate dug clung bled bred burnt dealt dreamt fed hung learnt"
    " lit"
    " rode rang shone slid slept spun stole stuck swept swung tore underwent wept has have having"
)
NOT_PAST: Final = listed(
    "need indeed exceed proceed succeed speed feed seed bleed breed hundred red united armed need"
    " embed creed greed weed deed agreed-upon sacred naked wicked aged used supposed limited"
    " unprecedented"
    " allied sophisticated combined advanced hatred kindred unified continued alleged so-called"
    " related"
    " interested mixed undecided"
)
"""Words that end like a past and are none, or say nothing of when."""

FUTURE: Final = listed("will shall won't shan't 'll ’ll if unless")
"""Words that tell of what is to come. A condition does, unless its verb is of the past."""

POSSIBLE: Final = listed("would may might can could should must ought wouldn't cannot couldn't")
_BETWEEN: Final = listed("not also still being already never only now soon")
"""Words that may stand between a verb and its auxiliary."""

_NEAR: Final = 400
"""Characters before and after an expression in which a word still tells."""

PASSIVE: Final = listed("be is are being am stay stays remain remains get gets")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|['’]ll\b")


def direction(sentence: str, start: int, end: int, parse: Parse | None, offset: int) -> Direction:
    """Return where in time an expression lies, "" where neither words nor parse tell.

    sentence: its words. start, end: of the expression within it. offset: of the sentence in the
    text.
    """
    if parse is not None:
        told = _of_parse(parse, Span(offset + start, offset + end))
        if told:
            return told
    before = list(_marks(sentence[max(0, start - _NEAR) : start]))
    return before[-1] if before else next(_marks(sentence[end : end + _NEAR]), "")


def _marks(words: str) -> Iterator[Direction]:
    """Yield what the words that tell a time tell, in order."""
    each = [match.group() for match in _WORD.finditer(words) if match.group() not in MONTHS]
    found = [word.lower().replace("’", "'") for word in each if word.lower() not in _BETWEEN]
    for place, word in enumerate(found):
        told = _mark(found, place, word)
        if told:
            yield told


def _mark(words: list[str], place: int, word: str) -> Direction:
    before = words[place - 1] if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    if word == "to":
        return "future" if before in PASSIVE else _leads(words, place)
    if word in FUTURE or word.endswith("'ll") or word in APPOINTED:
        return "future"
    if word in POSSIBLE:
        return "past" if after == "have" else "future"
    is_past = word in PAST or (len(word) > 3 and word.endswith("ed") and word not in NOT_PAST)
    # "will be held", "is held": the tense is the other word's; "has to" is of none.
    is_other = before in PASSIVE or (after == "to" and word in ("has", "have"))
    return "past" if is_past and not is_other else ""


def _leads(words: list[str], place: int) -> Direction:
    """Return what the word that "to" hangs on makes of the verb after it."""
    before = reversed(words[max(0, place - 4) : place])
    return next((_LED_BY[word] for word in before if word in _LED_BY), "")


def _of_parse(parse: Parse, span: Span) -> Direction:
    """Return what the nearest verb above an expression tells."""
    tokens = parse.tokens
    inside = [
        place
        for place, token in enumerate(tokens)
        if token.span.start < span.end and span.start < token.span.end
    ]
    place = next((one for one in inside if tokens[one].head not in inside), None)
    seen: set[int] = set()
    while place is not None and place not in seen and 0 <= place < len(tokens):
        seen.add(place)
        told = _of_token(tokens, place) if place not in inside else ""
        if told:
            return told
        place = tokens[place].head if tokens[place].head != place else None
    return ""


def _of_token(tokens: tuple[Token, ...], place: int) -> Direction:
    """Return what a verb and its auxiliaries tell."""
    token = tokens[place]
    helpers = {one.lemma.lower() for one in _helpers(tokens, place)}
    marks = {one.text.lower() for one in _below(tokens, place) if one.deprel == "mark"}
    is_infinitive = "to" in marks or "VerbForm=Inf" in token.feats
    if {"will", "shall", "'ll", "’ll"} & helpers or (
        token.text.lower() in APPOINTED and token.upos in ("VERB", "ADJ")
    ):
        return "future"
    if POSSIBLE & helpers:
        return "past" if "have" in helpers else "future"
    if "have" in helpers or (not is_infinitive and _is_past(tokens, place)):
        return "past"
    if is_infinitive and token.head != place:
        return _LED_BY.get(tokens[token.head].text.lower(), "")
    return "future" if {"if", "unless"} & marks else ""


_LED_BY: Final[dict[str, Direction]] = {
    **dict.fromkeys(PROSPECTIVE, "future"),
    **dict.fromkeys(IMPLICATIVE, "past"),
}


def _helpers(tokens: tuple[Token, ...], place: int) -> list[Token]:
    """Return the auxiliaries and copulas of a word."""
    return [one for one in _below(tokens, place) if one.deprel.startswith(("aux", "cop"))]


def _below(tokens: tuple[Token, ...], place: int) -> list[Token]:
    """Return the words that hang on a word."""
    return [token for at, token in enumerate(tokens) if token.head == place and at != place]


def _is_past(tokens: tuple[Token, ...], place: int) -> bool:
    """Tell whether a verb, or the auxiliary it has, stands in the past.

    A participle beside "is" or "be" does not, nor one that only describes.
    """
    helpers = _helpers(tokens, place)
    if helpers:
        return any("Tense=Past" in one.feats or one.xpos == "VBD" for one in helpers)
    token = tokens[place]
    if token.deprel in ("xcomp", "amod"):  # "stays closed", "the closed border"
        return False
    return "Tense=Past" in token.feats or token.xpos in ("VBD", "VBN")
