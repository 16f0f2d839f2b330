"""What an article says of itself: title, outlet, byline, place, address, date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Final

from demarche_ingest import times
from demarche_ingest.dating.dateline import Reading, read_dateline
from demarche_ingest.dating.written import Order, order_in
from demarche_ingest.documents.model import Details
from demarche_ingest.segment import issuers
from demarche_ingest.segment.credits import byline_of, day_of, is_credit
from demarche_ingest.segment.looks import (
    Unit,
    cased,
    date_in,
    dateline_in,
    greets,
    is_outlet,
    is_person,
    label_of,
    names_outlet,
    outlet_beside_date,
    parts_of,
    posts,
    with_post,
)
from demarche_ingest.segment.model import Dateline
from demarche_ingest.segment.rules import pattern, words
from demarche_ingest.segment.zones import Layout, dateline_of, head_of
from demarche_ingest.texts import Span, fold
from demarche_ingest.world import world

_MARKUP: Final = re.compile(r"^(?:#{1,6}\s+|\*\*|[•*–-]\s+)|\s*(?:#+|\*\*)$")
_BULLET: Final = re.compile(r"^[•●▪◦‣■·*–—-]\s+")
_PIECES: Final = re.compile(r"\s+[-–—]\s+|\s*[|•·]\s*|,\s+(?=\D)|\s{2,}")
_IN_ADDRESS: Final = re.compile(
    r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?!\d)"
)
_MONTH_IN_ADDRESS: Final = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])(?!\d)")
_PLACE: Final = re.compile(r"(?P<place>[A-ZÀ-ÞĀ-Ž][\w'’-]+(?:[ -][A-ZÀ-Þ][\w'’-]+){0,2}),\s*")
_RIGHTS: Final = re.compile(
    r"(?:©|\(c\)|copyr(?:y?i)ght)\s*(?:(?:©|\(c\)|copyr(?:y?i)ght|\d{4}|[-–]|by\b)\s*)*"
    r"(?P<name>[^\W\d_][^.|·•©\n]{2,50}?)[\s.|·•,–-]*(?:all rights|$)",
    re.IGNORECASE,
)
_RIGHTS_YEAR: Final = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?P<year>(?:19|20)\d\d)\b(?!\s*[-–—]\s*\d)",
    re.IGNORECASE,
)
_PLAIN: Final = re.compile(r"[^\W\d_][^\d:;?!()\[\]\"“”]*")
"""A line of words and nothing else."""
_MARKS: Final = re.compile(r"^[^\w\"“]+|[^\w.!?\"”)]+$")
"""Marks and pictures around a name."""
_NAMES: Final = ("short", "item", "other")
_SIGNED: Final = 2
"""Last lines of a statement that may name who gives it out."""
_SPLIT: Final = 3
"""Words of the first line of a heading that goes on below it ("Statement", "by the …"), at most."""
_BODY: Final = 15
"""Words of the name of a body that begins its own page, at most."""
_MENU: Final = 2
"""Lines of a page's menu between its name and a headline, at least."""
_NAME: Final = 6
"""Words of a name, at most."""
_FROM: Final = re.compile(r"^(?:by|from)\s+", re.IGNORECASE)
_CAPITAL: Final = re.compile(r"[A-ZÀ-ÞĀ-Ž]")
_FROM_PLACE: Final = re.compile(
    r"(?:From|By|FROM|BY)\s+(?P<name>[^\W\d_][\w.'’-]*(?: [\w.'’-]+){1,3}?),?\s+(?:in|IN)\s+"
    r"(?P<place>[A-ZÀ-ÞĀ-Ž][\w'’-]+(?:[ -][A-ZÀ-Þ][\w'’-]+){0,2})"
)
"""Who writes from where."""
_STAFF: Final = re.compile(
    r"(?:[A-Z][\w.]*\s)?staff(?:\s(?:writer|reporter|correspondent)s?)?", re.IGNORECASE
)
_NAMED: Final = re.compile(r"©\s*(?:\d{4}\s*)?(?P<name>[^\W\d_][^.|·•©\n]{2,50})[.|·•]")
_YEAR: Final = re.compile(r"(?<![\w.,/-])(?:19|20)\d\d(?![\w/])")
_NUMBERS: Final = re.compile(r"\d/\d{1,2}/\d")
_LOOKED_AT: Final = 20_000
"""Code points in which other dates are looked for."""
_LINES: Final = 5
"""Lines below the headline that may be a name alone."""
_AFTER_BODY: Final = 3
"""Paragraphs after the first prose that may still tell who wrote it."""


_BIOGRAPHY: Final = re.compile(
    r"(?:about the author:?\s+)?(?P<name>[^\W\d_][\w.'’-]*(?: [\w.'’-]+){1,3}),?\s+"
    r"(?:(?:is|was) (?:an?|the|our)\b.{0,100}?\b(?:author|writer|professor|fellow|lecturer|analyst"
    r"|journalist|researcher|correspondent|editor|columnist|reporter|historian|scholar|teacher"
    r"|diplomat|ambassador|director|consultant|commentator|blogger|scientist|economist|student)\b"
    r"|teaches\b|writes (?:for|on|about|from)\b|covers\b|reports (?:for|from|on)\b)"
)
"""How a last paragraph begins that tells who wrote an article."""
_SENT: Final = re.compile(r"from\s*:", re.IGNORECASE)


class Teller:
    """Finds what an article says of itself.

    given: what its source says. is_one: whether it is the only article of its source.
    """

    def __init__(self, content: str, layout: Layout, given: Details, *, is_one: bool) -> None:
        self._content = content
        self._layout = layout
        self._given = given
        self._is_one = is_one
        self._units = layout.units[: layout.comments]
        self._top = self._units[: layout.body]
        self._labels = dict(self._labelled())

    def _labelled(self) -> Iterator[tuple[str, str]]:
        after = (unit for unit in self._units[self._layout.body :] if unit.told is not None)
        for unit in reversed([*self._top, *after]):
            told = unit.told or label_of(unit.words)
            if told is None:
                continue
            if told[0] != "outlet":
                yield told
            elif (name := issuers.of_sender(_first_of_list(told[1]))) and _SENT.match(unit.words):
                yield ("byline" if is_person(name) else "outlet"), name
            elif name:
                yield "outlet", name

    def details(self) -> Details:
        """Return what the article says, else what its source says."""
        given = self._given
        return Details(
            title=self._title(),
            outlet=self._outlet() or given.outlet,
            byline=self._byline() or (given.byline if self._is_one else ""),
            date=self._date_words(),
            url=self.address() or (given.url if self._is_one else ""),
            language=given.language,
        )

    def _title(self) -> str:
        place = self._layout.headline
        if self._is_one and self._given.title:
            return self._given.title
        if "title" in self._labels:
            return self._labels["title"]
        if place is None:
            return ""
        unit = self._units[place]
        told = " ".join(self._content[unit.span.start : unit.span.end].split())
        return _MARKUP.sub("", _MARKUP.sub("", told)).strip()

    # --- Outlet and byline --------------------------------------------------------------------

    def _named(self) -> list[str]:
        """Return the short lines below the headline that stand with its date."""
        start = 0 if self._layout.headline is None else self._layout.headline + 1
        found: list[str] = []
        dates = [at for at, unit in enumerate(self._top) if unit.look == "date"]
        for at, unit in enumerate(self._top[start:], start):
            near = any(abs(at - other) <= 2 for other in dates)
            if unit.look in _NAMES and near and unit.count <= _NAME:
                found.append(_BULLET.sub("", unit.words))
        return found

    def _outlet(self) -> str:
        given = self._given.outlet if self._is_one else ""
        told = (
            self._labels.get("outlet")
            or given
            or self._of_newsletter()
            or cased(
                self._letterhead()
                or self._near_date()
                or self._masthead()
                or self._beside_byline()
                or self._above_menu()
                or self._agency()
                or self._of_heading()
                or self._in_rights()
                or self._at_end()
                or self._first_line()
            )
            or issuers.of_address(self.address(), self._content[: self._layout_end()])
        )
        return told.strip("*_ ")

    def _layout_end(self) -> int:
        return self._units[-1].span.end if self._units else 0

    def _of_heading(self) -> str:
        """Return the body that gives out what the headline is the title of."""
        start = self._layout.headline
        if start is None:
            return ""
        heads = [unit.words for unit in self._top[start:] if unit.look in (*_NAMES, "byline")]
        split = (f"{one} {other}" for one, other in pairwise(heads) if one.count(" ") < _SPLIT)
        return next(filter(None, map(issuers.of_heading, [*heads, *split])), "")

    def _at_end(self) -> str:
        """Return where the last lines say that the article is from."""
        after = self._layout.units[self._layout.body :]
        if told := issuers.of_tail(unit.words for unit in after):
            return told
        is_given_out = any(issuers.is_given_out(unit.words) for unit in self._top)
        last = [unit.words for unit in after[1:][-_SIGNED:] if unit.look in _NAMES]
        return next(filter(issuers.is_body, last), "") if is_given_out else ""

    def _of_newsletter(self) -> str:
        """Return what stands above the number of an issue, or above a greeting."""
        for above, unit in pairwise(self._units[: self._layout.body + 1]):
            if pattern("heads", "issue").match(unit.words) and above.look == "short":
                return above.words
        body = self._units[self._layout.body : self._layout.body + 1]
        if self._layout.headline is None and any(greets(unit) for unit in body):
            first = (unit.words for unit in self._top if unit.look == "short")
            return _MARKS.sub("", next(first, ""))
        return ""

    def _near_date(self) -> str:
        """Return the outlet that stands with the date."""
        dated = [unit.words for unit in self._top if unit.look == "date"]
        if beside := next(filter(None, map(outlet_beside_date, dated)), ""):
            return beside
        read = [(line, date_in(line)) for line in dated]
        before = (line[: told.where.start].strip(" ,|–—-·") for line, told in read if told)
        lines = list(before)
        if body := next(filter(issuers.is_body, lines), ""):
            return body
        if body := next(filter(None, map(issuers.of_heading, lines)), ""):
            return body
        told = (issuers.of_line(unit.words) for unit in self._top if unit.look != "prose")
        if said := next((one for one in told if one and not is_person(one)), ""):
            return said
        named = self._named()
        if not self._is_one and named:
            return named[0]
        outlets = (name for name in named if is_outlet(name, self.address()))
        bodies = (one for name in named for one in (name, name.split(",")[0]))
        return next(outlets, "") or next(filter(issuers.is_body, bodies), "")

    def _masthead(self) -> str:
        """Return the name above the headline, or in front of a section or date below it."""
        headline = self._layout.headline
        above = self._top if headline is None else self._top[:headline]
        for unit in above:
            if unit.look == "short" and (name := names_outlet(unit.words, self.address())):
                return name
        for unit in self._top:
            before, _, by = unit.words.partition(", by ")
            if unit.look == "byline" and by and is_outlet(before):
                return before
            parts = parts_of(unit.words)
            if len(parts) < 2 or unit.look not in ("date", "boilerplate", "byline"):
                continue
            if found := next((one for one in parts if is_outlet(one, self.address())), ""):
                return found
            if unit.look == "date" and _is_first_of_trail(parts):
                return parts[0]
        return ""

    def _letterhead(self) -> str:
        """Return the body whose name begins the page ("Embassy of …")."""
        head = [unit.words for unit in head_of(self._top)]
        if name := issuers.issuer([one for one in head if issuers.is_letterhead(one)]):
            return name
        first = self._top[0].words if self._top and self._layout.headline else ""
        named = {word.lower() for word in words("heads", "bodies")}
        is_name = first.count(" ") < _BODY and not first.endswith((".", ":", "?"))
        inside = (word.strip(",.()").lower() for word in first.split())
        return first if is_name and any(word in named for word in inside) else ""

    def _beside_byline(self) -> str:
        """Return the outlet of "By Ada Orr, Sarn Courier"."""
        bylines = (unit.words for unit in self._top if unit.look == "byline")
        told = (line.rpartition(", ")[2] for line in bylines if ", " in line)
        return next((one for one in told if is_outlet(one)), "")

    def _above_menu(self) -> str:
        """Return the name of a site: the first short line of a page that has its menu below it."""
        headline = self._layout.headline or 0
        names = [at for at, unit in enumerate(self._top[:headline]) if unit.look == "short"]
        if not names or self._top[names[0]].count > _NAME or is_person(self._top[names[0]].words):
            return ""
        below = self._top[names[0] + 1 : headline]
        menu = sum(unit.look == "boilerplate" for unit in below)
        return self._top[names[0]].words if menu >= _MENU else ""

    def _agency(self) -> str:
        match = self._dateline()
        told = match and (match["agency"] or match["initials"] or match["slashed"])
        return told or ""

    def _in_rights(self) -> str:
        for unit in self._layout.units[self._layout.body :]:
            match = _RIGHTS.search(unit.words) if unit.look == "boilerplate" else None
            if match is not None:
                return issuers.of_company(match["name"])
            match = _NAMED.search(unit.words) if unit.look == "boilerplate" else None
            if match is not None and is_outlet(match["name"]):
                return match["name"].strip()
        return ""

    def _first_line(self) -> str:
        """Return the name that a page begins with, above and apart from its headline."""
        headline = self._layout.headline
        if not headline or not self._is_one:
            return ""
        first, block = self._top[0], 1
        while block < headline and not self._top[block].is_apart:
            block += 1
        words_of = first.words.replace(",", "").split()
        is_name = (
            first.look == "short"
            and 1 < len(words_of) <= _NAME
            and _PLAIN.fullmatch(first.words) is not None
            and words("heads", "no_names").isdisjoint(word.capitalize() for word in words_of[-1:])
            and not is_person(first.words)
        )
        return first.words if is_name and block <= headline else ""

    def _byline(self) -> str:
        if "byline" in self._labels:
            return self._labels["byline"]
        if self._is_one and self._given.byline:
            return self._given.byline
        near = self._units[: self._layout.body + _AFTER_BODY]
        credited = (_credited(unit.words) for unit in near if unit.look == "byline")
        if told := next(filter(None, credited), ""):
            return told
        for unit in near:
            if unit.look != "date":
                continue
            if name := byline_of(unit) if is_credit(unit) else _person_beside(unit.words):
                return name
        outlet = self._outlet()
        start = 0 if self._layout.headline is None else self._layout.headline + 1
        for unit in self._top[start : start + _LINES]:
            shown = _BULLET.sub("", unit.words)
            if unit.look in _NAMES and is_person(shown, capitals=True) and shown != outlet:
                return cased(shown)
        above = [unit.words for unit in self._top[: self._layout.headline or 0]]
        named = (one for one in above if is_person(one) and not issuers.is_letterhead(one))
        return next((one for one in named if one != outlet), "") or self._below()

    def _below(self) -> str:
        """Return who wrote an article by one of its last lines: a name, or who bears it."""
        for unit in self._units[max(self._layout.body + 1, len(self._units) - _AFTER_BODY) :]:
            shown = _MARKS.sub("", unit.words)
            match = _BIOGRAPHY.match(shown)
            name = match["name"] if match is not None else shown
            if match is None and (unit.look not in _NAMES or len(shown) != len(unit.words)):
                continue
            start, end = self._units[0].span.start, unit.span.start
            if is_person(name) and name not in self._content[start:end]:
                return name
        return ""

    # --- Place and address --------------------------------------------------------------------

    def _dateline(self) -> re.Match[str] | None:
        for unit in self._top:
            if unit.look == "dateline":
                return dateline_in(unit.words, whole=True)
        for unit in self._units[self._layout.body : self._layout.body + 2]:
            match = dateline_of(self._content, unit.span)
            if match is not None:
                return match
        return None

    def place(self) -> str:
        match = self._dateline()
        told = match["place"].strip(" ,.") if match else ""
        return told or self._labels.get("place", "") or self._place_beside_date()

    def _place_beside_date(self) -> str:
        """Return the place of "Port Sarn, 3 May 2031"."""
        for unit in self._top:
            reading = date_in(unit.words) if unit.look == "date" else None
            before = unit.words[: reading.where.start] if reading else ""
            match = _PLACE.fullmatch(re.split(r"\s[|·•]\s", before)[-1]) if before else None
            if match is not None and not is_outlet(match["place"]) and not label_of(unit.words):
                return "" if match["place"] == self._outlet() else match["place"]
        lines = (_FROM_PLACE.fullmatch(unit.words) for unit in self._top if unit.look == "byline")
        return next((match["place"] for match in lines if match), "")

    def address(self) -> str:
        """Return the address of the article, which stands in a line of its own."""
        if "url" in self._labels:
            return self._labels["url"]
        after = self._units[self._layout.body :]
        for unit in [*self._top, *reversed(after)]:
            match = pattern("heads", "address").fullmatch(unit.words)
            if unit.look == "address" and match is not None:
                return match["url"]
        return ""

    # --- Date ---------------------------------------------------------------------------------

    def _date_words(self) -> str:
        told = self._stated()
        if told is not None and told[1] is not None:
            return self._content[told[1].start : told[1].end]
        return self._given.date

    def date(self, near: str = "") -> Dateline | None:
        """Return when the article appeared, None where neither it nor its source tells.

        near: a day at about which it appeared, for a dateline that tells no year.
        """
        told = self._stated() or self._signed(near)
        if told is not None:
            return Dateline(told[0], "stated" if _is_day(told[0]) else "inferred", told[1])
        if (credited := self._credited(near)) is not None:
            return credited
        given = read_dateline(self._given.date) if self._given.date else None
        if given is not None and self._is_one:
            return Dateline(given.edtf, "stated")
        if (partial := self._of_dateline(near)) is not None:
            return partial
        if (edtf := self._in_address()) or (given is not None and (edtf := given.edtf)):
            return Dateline(edtf, "inferred")
        return None

    def _stated(self) -> tuple[str, Span | None] | None:
        """Return the date that the article's own lines tell, and where."""
        readings = [*self._readings(self._units[: self._layout.body + _AFTER_BODY])]
        readings += self._readings(
            [unit for unit in self._units[self._layout.body + _AFTER_BODY :] if unit.look == "date"]
        )
        told = min(readings, key=lambda one: one[0].is_update, default=None)
        if told is not None:
            return told[0].edtf, told[1]
        match = self._dateline()
        if match is not None and match["when"]:
            reading = read_dateline(match["when"])
            if reading is not None:
                return reading.edtf, self._place_of(match)
        return None

    def _signed(self, near: str) -> tuple[str, Span | None] | None:
        """Return the day below the signature of a letter, by the year of its page."""
        for unit in self._units:
            if near and unit.told is not None and unit.told[0] == "signed":
                reading = read_dateline(unit.words, near)
                if reading is not None:
                    return reading.edtf, unit.span
        return None

    def _credited(self, near: str) -> Dateline | None:
        """Return the day of the line that credits a piece of a digest, by a year told else."""
        near = near or self._given.date[:10]
        for unit in self._units if _is_time(near) else ():
            day = day_of(unit) if is_credit(unit) else None
            reading = read_dateline(unit.words, near) if day is not None else None
            if reading is not None:
                start = unit.span.start + reading.where.start
                return Dateline(reading.edtf, "inferred", Span(start, start + len(reading.where)))
        return None

    def _place_of(self, match: re.Match[str]) -> Span | None:
        """Return where the words of a dateline's day stand in the text."""
        if match.string is self._content:
            return Span(match.start("when"), match.end("when"))
        unit = next(unit for unit in self._top if unit.look == "dateline")
        start = self._content.find(match["when"], unit.span.start, unit.span.end)
        return Span(start, start + len(match["when"])) if start >= 0 else None

    def _readings(self, units: Sequence[Unit]) -> Iterator[tuple[Reading, Span]]:
        order: Order | None = None
        for unit in units:
            if unit.look not in ("date", "label"):
                continue
            raw = self._content[unit.span.start : unit.span.end]
            if order is None and _NUMBERS.search(raw):
                order = self._order()
            reading = date_in(raw, order=order or "")
            if reading is not None:
                start = unit.span.start + reading.where.start
                yield reading, Span(start, start + len(reading.where))
            elif (reading := date_in(_BULLET.sub("", unit.words), order=order or "")) is not None:
                yield reading, unit.span

    def _order(self) -> Order:
        """Return which of two numbers is the day, as other dates of the article tell."""
        start, end = self._units[0].span.start, self._units[-1].span.end
        return order_in(self._content[start : min(end, start + _LOOKED_AT)])

    def _of_dateline(self, near: str) -> Dateline | None:
        """Return the date of a dateline that tells no year, by the year that is known else."""
        match = self._dateline()
        near = self._in_address() or self._given.date[:10] or near or self._year_of_rights()
        if match is None or not match["when"] or not _is_time(near):
            return None
        reading = read_dateline(match["when"], near)
        return Dateline(reading.edtf, "inferred", self._place_of(match)) if reading else None

    def _year_of_rights(self) -> str:
        """Return a day in the year that the page's rights are of; "" for none."""
        for unit in self._layout.units[self._layout.body :]:
            match = _RIGHTS_YEAR.search(unit.words) if unit.look == "boilerplate" else None
            if match is not None:
                return f"{match['year']}-07-01"
        return ""

    def _in_address(self) -> str:
        address = self.address() or (self._given.url if self._is_one else "")
        if match := _IN_ADDRESS.search(address):
            try:
                return date(*map(int, match.groups())).isoformat()
            except ValueError:
                return ""
        match = _MONTH_IN_ADDRESS.search(address)
        return f"{match[1]}-{match[2]}" if match else ""


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands above the articles of a page and tells of all. date: EDTF; "" for none.

    near: EDTF of the time at which they appeared, for those that tell days without a year.
    """

    outlet: str = ""
    date: str = ""
    near: str = ""


def masthead_of(above: Sequence[Unit]) -> Masthead:
    """Return what the lines above the first of several articles tell."""
    dated = next((unit.words for unit in above if unit.look == "date"), "")
    reading = date_in(dated) if dated else None
    named = (names_outlet(unit.words) for unit in above if unit.look == "short")
    beside = outlet_beside_date(dated) if dated else ""
    day = reading.edtf if reading else ""
    return Masthead(next(filter(None, named), beside), day, day or _year_of(above))


def _year_of(above: Sequence[Unit]) -> str:
    """Return the year that some lines tell, or the turn of the two that they tell, as EDTF."""
    years = sorted({int(year) for unit in above for year in _YEAR.findall(unit.words)})
    if len(years) == 1:
        return str(years[0])
    return f"{years[0]}-07/{years[1]}-06" if len(years) == 2 and years[1] - years[0] == 1 else ""


def _is_time(edtf: str) -> bool:
    try:
        times.parse(edtf)
    except ValueError:
        return False
    return True


def _first_of_list(told: str) -> str:
    """Return a name without the place and the day that a database has behind it."""
    return re.split(r"\s*;\s|\s*\[", told)[0].strip(" ,.")


def _credited(words: str) -> str:
    """Return who a byline names, or "": behind "by" and the like, or a name with its post."""
    shown = _BULLET.sub("", words)
    if (match := _FROM_PLACE.fullmatch(shown)) is not None:
        return cased(match["name"])
    match = pattern("heads", "byline").fullmatch(shown)
    if match is not None:
        name = _only_name(_told(match))
        return "" if issuers.is_body(name) else cased(name)
    return cased(shown) if with_post(shown) else ""


def _told(byline: re.Match[str]) -> str:
    return next(told for told in byline.groups() if told)


def _is_first_of_trail(parts: list[str]) -> bool:
    """Return whether a line with a date names an outlet first, and not a person or the date."""
    if date_in(parts[0]) or posts(parts[0]) or parts[0] in words("heads", "no_names"):
        return False
    return not is_person(parts[0]) or date_in(parts[1]) is None


def _is_day(edtf: str) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\d", edtf) is not None


def _only_name(told: str) -> str:
    """Return a byline without a date or a section behind the name."""
    name = re.split(r"\s+[|•·]\s+|\s+[-–—]\s+", told)[0]
    before, _, last = name.rpartition(", ")
    name = before if before and is_outlet(last) else name
    reading = date_in(name)
    if reading is not None:
        name = name[: reading.where.start]
    name = re.sub(r"\s+at \d{1,2}[:.]\d\d\b.*$", "", name)
    return re.sub(r"\s+(?:on|at)$", "", name.strip(" ,;:(")).strip()


_PLACED: Final = re.compile(
    r"new york|geneva|vienna|the hague|brussels|addis ababa|nairobi|strasbourg|luxembourg|istanbul"
    r"|saint petersburg|st\.? petersburg|hong kong|abu dhabi|mexico city|tel aviv|cape town|rio de"
    r" janeiro|port moresby|los angeles|san francisco",
    re.IGNORECASE,
)
"""Towns of two words, and seats of organisations, that documents are dated in beside capitals."""


def is_town(shown: str) -> bool:
    """Return whether the words in front of a date are a town rather than a person."""
    return _PLACED.fullmatch(shown) is not None or fold(shown).lower() in _capitals()


@cache
def _capitals() -> frozenset[str]:
    seats = {one.place for one in world().metonyms if one.basis in ("capital", "seat")}
    return frozenset(fold(name.form).lower() for name in world().names if name.id in seats)


def _person_beside(shown: str) -> str:
    """Return the name that stands in one line with a date."""
    reading = date_in(shown)
    if reading is None:
        return ""
    around = [shown[: reading.where.start], shown[reading.where.end :]]
    if is_town(around[0].strip(" ,;:()-–—|.")):
        return ""
    for piece in (one.strip(" ,;:()-–—|.") for part in around for one in _PIECES.split(part)):
        name = _FROM.sub("", piece)
        if is_person(name) or (name != piece and _CAPITAL.match(name)) or _STAFF.fullmatch(name):
            return name
    return ""
