"""Paragraphs and what each looks like by itself, before anything around it is weighed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal

from demarche_ingest.dating.dateline import Reading, read_dateline
from demarche_ingest.dating.written import Order
from demarche_ingest.documents.model import Zone
from demarche_ingest.segment.lines import blocks, joined
from demarche_ingest.segment.rules import likely, pattern, rules, words
from demarche_ingest.texts import Span

Look = Literal[
    "separator",  # a line of marks, or words that say a document ends
    "number",  # which document of how many this is
    "date",
    "byline",
    "address",
    "label",  # "Title: …", as data bases have it
    "dateline",  # place, day and agency in a line of their own
    "boilerplate",
    "promotion",
    "caption",
    "prose",
    "short",  # what might be a headline, a name of an outlet, a subheading
    "item",  # of a list
    "other",
]

FURNITURE: Final = frozenset({"date", "byline", "address", "label", "number", "dateline"})
"""What stands around an article's headline and tells of it."""

_WHOLE: Final[tuple[tuple[Look, str], ...]] = (
    ("number", "numbers"),
    ("separator", "separator"),
    ("separator", "ends"),
    ("address", "address"),
)
"""Looks of lines that one rule tells, in the order in which they are tried."""
_BYLINE: Final = 14
"""Words of a byline, at most."""
_SENTENCE: Final = 6
"""Words from which on what begins with "By" and ends as sentences do is no byline, less one."""
_SHOWN: Final = 1_300
"""Code points of a paragraph that rules look at."""
_SHORT: Final = 250
_LONG: Final = 200
"""Code points from which on a paragraph is prose, however it ends."""
_PROSE: Final = 80
"""… and from which on it is if it ends as sentences do."""
_DATED: Final = 160
_CAPTION: Final = 420
_ENDS: Final = re.compile(r"""[.!?…。！？؟۔।](?:["'’”»)\]]|\s)*$""")
_SOFT_END: Final = re.compile(r"""[.,;:…](?:["'’”»]|\s)*$""")
_ABBREVIATED: Final = re.compile(r"\b(?:[A-Z]\.){2,}$")
_ITEM: Final = re.compile(r"[•●▪◦‣■·*–—-]\s+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_BEGINS: Final = re.compile(r"""["'“‘«„(]?[A-ZÀ-ÞĀ-Ž\d]""")
_PIECE: Final = re.compile(r"[^|·•»]+")
_YEAR: Final = re.compile(r"\d")
_LONG_RULES: Final = re.compile(
    r"cookie|subscri|newsletter|inbox|donat|rights reserved|©|copyr|licen|reader|reproduc|support"
    r"|republish|permission",
    re.IGNORECASE,
)
"""Without one of these no long paragraph is furniture; saves looking at all rules."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph.

    words: its beginning, with white space made plain. is_apart: whether a blank line is before it.
    indent: code points before it in its line. given: the zone that the format of the file gives.
    told: which field of an article it tells, and what, where its place says so and not its words.
    """

    span: Span
    words: str
    look: Look
    is_apart: bool
    indent: int = 0
    given: Zone | None = None
    told: tuple[str, str] | None = None

    @property
    def count(self) -> int:
        """How many words its beginning has."""
        return self.words.count(" ") + 1


def units(content: str, within: Span, width: int, given: tuple[Zone, ...] = ()) -> Iterator[Unit]:
    """Yield the paragraphs of a text. given: zones of the format, which no paragraph crosses."""
    at = within.start
    for zone in given:
        yield from _units(content, Span(at, max(at, zone.span.start)), width, None)
        yield from _units(content, zone.span, width, zone)
        at = max(at, zone.span.end)
    yield from _units(content, Span(at, within.end), width, None)


def _units(content: str, within: Span, width: int, given: Zone | None) -> Iterator[Unit]:
    for block in blocks(content, within):
        is_apart = True
        for span in joined(content, block, width):
            shown = " ".join(content[span.start : min(span.end, span.start + _SHOWN)].split())
            look = look_of(shown, len(span))
            indent = _indent(content, span.start)
            yield Unit(span, shown, look, is_apart, indent, given)
            is_apart = False


def _indent(content: str, start: int) -> int:
    at = start
    while at and content[at - 1] in " \t\u00a0":
        at -= 1
    return start - at


def look_of(shown: str, length: int) -> Look:
    """Return what a paragraph looks like. shown: its beginning. length: of all of it."""
    return _furniture(shown, length) or _around(shown, length) or _own(shown, length)


def _around(shown: str, length: int) -> Look | None:
    """Return the look of what a page has around an article."""
    if length <= _SHORT or (length <= _SHOWN and _LONG_RULES.search(shown)):
        if any(rule.fullmatch(shown) for rule in likely("furniture", "promotion", shown)):
            return "promotion"
        if any(rule.fullmatch(shown) for rule in likely("furniture", "boilerplate", shown)):
            return "boilerplate"
    is_caption = length <= _CAPTION and _is_caption(shown) and dateline_in(shown) is None
    return "caption" if is_caption else None


def _own(shown: str, length: int) -> Look:
    """Return the look of an article's own words."""
    ends = _ENDS.search(shown) is not None
    if length > _LONG or (length > _PROSE and (ends or shown.endswith(":"))):
        return "prose"
    if _ITEM.match(shown):
        return "item"
    if ends and shown.count(" ") >= 5 and not _ABBREVIATED.search(shown):
        return "short" if shown.endswith(("?", "!")) else "prose"
    return "short" if is_headline(shown) else "other"


def _furniture(shown: str, length: int) -> Look | None:
    """Return the look of a line that tells of an article, or parts two."""
    if length > _SHORT:
        return None
    for look, name in _WHOLE:
        if pattern("heads", name).fullmatch(shown):
            return look
    if length <= _DATED and dateline_in(shown, whole=True):
        return "dateline"
    plain = _ITEM.sub("", shown, count=1)
    if is_date_line(plain):
        return "date"
    is_sentence = _ENDS.search(plain) is not None and plain.count(" ") >= _SENTENCE
    is_credit = pattern("heads", "byline").fullmatch(plain) or with_post(plain)
    if is_credit and shown.count(" ") <= _BYLINE:
        return None if is_sentence and not _ABBREVIATED.search(plain) else "byline"
    return "label" if label_of(shown) else None


def is_date_line(shown: str) -> bool:
    """Return whether a line tells a date and nothing that a sentence would."""
    if len(shown) > _DATED or not _YEAR.search(shown) or shown.count(" ") > 16:
        return False
    reading = date_in(shown)
    if reading is None:
        return False
    rest = shown[reading.where.end :]
    return not (_ENDS.search(rest) and rest.count(" ") > 5)


def date_in(words: str, near: str = "", order: Order = "") -> Reading | None:
    """Read the date of a line, or else of one of its pieces between marks."""
    reading = read_dateline(words, near, order)
    if reading is not None or len(words) > _DATED:
        return reading
    for match in _PIECE.finditer(words):
        reading = read_dateline(match[0].rstrip(" ."), near, order)
        if reading is not None:
            where = Span(match.start() + reading.where.start, match.start() + reading.where.end)
            return replace(reading, where=where)
    return None


def dateline_in(shown: str, start: int = 0, *, whole: bool = False) -> re.Match[str] | None:
    """Return the match of "PORT SARN, May 3 (Agency) — " where it stands in a text.

    A place in small letters is one only if a date or an agency stands beside it. whole: whether
    nothing follows; else an article's own words do, with a capital letter.
    """
    rule = pattern("heads", "dateline", re.VERBOSE)
    match = rule.match(shown, start, min(len(shown), start + _DATED))
    if match is None or (whole and match.end() != len(shown)):
        return None
    if not whole and not _BEGINS.match(shown, match.end()):
        return None
    told = match["when"] or match["agency"] or match["initials"] or match["slashed"]
    ends = match[0].rstrip()[-1]
    first = match["place"].split(",")[0]
    if ends == ":":
        alone = whole and first.isupper() and len(first) > 3 and first.count(" ") < 2
        return match if (match["when"] and match["agency"]) or alone else None
    in_capitals = first.isupper() and len(first) > 2 and ends in "—–―"
    return match if told or (in_capitals and not whole) else None


@cache
def _labels() -> re.Pattern[str]:
    named = "|".join(f"(?P<{name}>{rule})" for name, rule in rules()["heads"]["labels"].items())
    return re.compile(rf"(?:{named})\s*:\s+(?P<value>\S.*)", re.IGNORECASE)


def label_of(shown: str) -> tuple[str, str] | None:
    """Return which field of an article a line tells, and what it tells; None for another line."""
    match = _labels().fullmatch(shown)
    if match is None:
        return None
    fields = rules()["heads"]["labels"]
    return next(name for name in fields if match[name]), match["value"]


def _is_caption(shown: str) -> bool:
    return any(rule.search(shown) for rule in likely("furniture", "caption", shown))


def is_headline(shown: str) -> bool:
    """Return whether a paragraph has the form of a headline."""
    if len(shown) > _SHORT or not _LETTER.search(shown):
        return False
    if _SOFT_END.search(shown) and not _ABBREVIATED.search(shown) and not shown.endswith("…"):
        return False
    first = _LETTER.search(shown)
    return first is not None and not first[0].islower() and not shown.startswith("(")


def is_outlet(shown: str, address: str = "") -> bool:
    """Return whether a short line has the form of an outlet's name. address: of its article."""
    named = words("heads", "outlet_words")
    if shown.count(" ") > 5 or posts(shown) or ": " in shown:
        return False
    if sum(word[:1].islower() and word not in _SMALL for word in shown.split()) > 1:
        return False  # "Press briefing on exercise …"
    if any(word.capitalize() in named for word in re.findall(r"[^\W\d_]+", shown)):
        return True
    folded = re.sub(r"[\W_]|^the\s", "", shown.lower())
    host = re.sub(r"^https?://(?:www\.)?", "", address.lower()).partition("/")[0]
    return len(folded) > 3 and folded in re.sub(r"[\W_]", "", host)


_PERSON: Final = re.compile(
    r"(?:Dr\.? |Prof\.? |Sir )?[A-ZÀ-ÞĀ-Ž][\w'’-]*\.?"
    r"(?: (?:(?:de|da|del|van|von|der|bin|al|el|ibn|ben) )?[A-ZÀ-ÞĀ-Ž][\w'’-]*\.?){1,3}"
    r"(?:(?:,| and| &| in) [A-ZÀ-ÞĀ-Ž][\w'’ -]{2,40})?"
)
_CAPITALS: Final = re.compile(r"[A-ZÀ-ÞĀ-Ž][A-ZÀ-ÞĀ-Ž'’.-]+(?: [A-ZÀ-ÞĀ-Ž][A-ZÀ-ÞĀ-Ž'’.-]+){1,3}")
_PARTS: Final = re.compile(r"\s+[-–—/]\s+|\s*[|·•»]\s*")


def parts_of(shown: str) -> list[str]:
    """Return what stands between the marks of a line that tells of an outlet, section or date."""
    return [part for part in (one.strip(" .,") for one in _PARTS.split(shown)) if part]


def names_outlet(shown: str, address: str = "") -> str:
    """Return the outlet that a line names, alone or in front of a section; "" for none."""
    parts = parts_of(shown)
    return next((part for part in parts[:2] if is_outlet(part, address)), "")


_POSTED: Final = re.compile(
    r"(?:post(?:ed)?|published|updated|written) (?:by|on|at)\b", re.IGNORECASE
)


def posts(shown: str) -> bool:
    """Return whether a line says who posted or updated something, or when."""
    return _POSTED.match(shown) is not None


def outlet_beside_date(shown: str, address: str = "") -> str:
    """Return the outlet that a line names in front of its date ("The Courier, 3 May 2031")."""
    reading = date_in(shown)
    before = shown[: reading.where.start].strip(" ,|–—-·") if reading else ""
    if posts(before):
        return ""
    return next((part for part in parts_of(before) if is_outlet(part, address)), "")


def with_post(shown: str) -> bool:
    """Return whether a line is a name beside the post of somebody who writes."""
    match = pattern("heads", "post").fullmatch(shown)
    return match is not None and is_person(match["name"].strip(), capitals=True)


def is_person(shown: str, *, capitals: bool = False) -> bool:
    """Return whether a short line has the form of a person's name, perhaps with a place behind.

    capitals: whether it may be all in capitals.
    """
    if shown.isupper():
        formed = capitals and _CAPITALS.fullmatch(shown) is not None
    else:
        formed = _PERSON.fullmatch(shown) is not None
    return (
        formed
        and len(shown) <= 60
        and not is_outlet(shown)
        and words("heads", "no_names").isdisjoint(shown.replace(",", "").split())
        and not _is_of_body(shown)
        and not _tells(shown)
    )


def _is_of_body(shown: str) -> bool:
    """Return whether a name, before the place behind it, ends as those of institutes do."""
    last = shown.split(",", maxsplit=1)[0].rsplit(maxsplit=1)[-1].capitalize()
    return last in words("heads", "institutes") or last in words("heads", "bodies")


def _tells(shown: str) -> bool:
    """Return whether a line has a verb of a headline behind its first word, which may be a name."""
    told = shown.lower().replace(",", "").split()
    inside = set(told[1:-1]) | (set(told[1:]) - {"will", "may"})
    return not words("heads", "headline_verbs").isdisjoint(inside)


def greets(unit: Unit) -> bool:
    """Return whether a paragraph begins as newsletters greet their readers."""
    return pattern("heads", "greeting").match(unit.words) is not None


_SMALL: Final = frozenset(
    ("of", "the", "and", "for", "in", "on", "at", "to", "de", "la", "du", "del", "da", "al", "van")
)
_KEPT: Final = 3
"""Letters of a word in capitals that may be an abbreviation."""
_VOWEL: Final = re.compile(r"[AEIOUYÀ-ÖÙ-Ý]")


def cased(name: str) -> str:
    """Return a name that is written in capitals as names are; abbreviations keep theirs."""
    if not name.isupper() or " " not in name:
        return name
    return " ".join(_cased(word, at) for at, word in enumerate(name.split()))


def _cased(word: str, at: int) -> str:
    if word.lower() in _SMALL:
        return word.lower() if at else word.capitalize()
    letters = re.sub(r"[\W_]", "", word)
    if "." in word or not _VOWEL.search(word) or (len(letters) <= _KEPT and at):
        return word
    return re.sub(r"[^\W\d_]+", lambda match: match[0].capitalize(), word)
