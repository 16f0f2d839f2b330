"""What looks like a time and is none: names, counts, numbers of things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from demarche_ingest.dating.words import MONTH, MONTHS, WEEKDAY, any_of
from demarche_ingest.texts import Span

_NAMED_AFTER_DAYS: Final = (
    "[Gg]roup|[Mm]ovement|[Aa]lliance|[Cc]oalition|[Rr]evolution|Accords?|Agreements?|Army"
    "|Avenue|Base|Battalion|Boulevard|Bridge|Brigades?|Camp"
    "|Column|Corps|Corporation|Division|Fighters|Forces|Foundation|Front|Generation|Hall|Herald"
    "|Hospital|Institute|Journal|League|Mail|Monument|Museum|News|Observer|Organi[sz]ation"
    "|Park|Party|Post|Project|Road|School|Square|Stadium|Station|Street|Telegraph|Times"
    "|Tribune|Union|University|War|Worker"
)
NAMES: Final = (
    r"Black (?:Friday|Monday|Tuesday|Wednesday|Thursday|Saturday|Sunday|September|January|July)",
    r"Bloody (?:Friday|Sunday|Monday|Tuesday|Saturday|January)",
    r"(?:Super|Fat|Shrove|Giving|Spy|Holy|Cyber|Blue|Red|Sunny) (?:Mon|Tues|Wednes|Thurs|Fri"
    r"|Satur|Sun)day",
    r"Good Friday (?:Agreement|Accords?|accords?|agreement|peace)",
    r"(?:October|July|February|April|November|August|March|September|December) (?:Crisis"
    r"|Revolution|Uprising|Coup)",
    r"(?:Arab|Prague|Seoul|Damascus|Croatian|Persian|Tehran) Spring",
    r"(?:Six|Twelve|Ten|Seven|Four|Forty-Four|Hundred|Thirty|Eighty|Nine|Eleven)[- ](?:Day|Year"
    r"|Week)s?[’']? War",
    r"(?:Hundred|Thirty|Eighty|Seven|Nine|Twelve) Years[’']? War",
    r"Fridays? for (?:the )?Future|Mail on Sunday|Man Friday|Saturday Night Live|Friday prayers?",
    r"March (?:on|for|of|against|to) (?:the )?[A-Z]\w+|(?:Long|Women’s|Women's|Salt|Death"
    r"|Million Man|Freedom) March",
    r"Sun (?:Yat|Myung|Wu|Tzu|Zi|Hung)[\w-]*|The Sun\b|[A-Z]\w+ Sun\b(?!day)",
    r"Augustus|Augustine",
    rf"(?:{WEEKDAY}|{MONTH}) (?:\d\d? )?(?:{_NAMED_AFTER_DAYS})\b",
    rf"(?:{MONTH} \d\d?|\d\d?(?:st|nd|rd|th)?(?: of)? {MONTH}) (?:{_NAMED_AFTER_DAYS})\b",
    rf"(?:Movement|Street|Avenue|Square|Brigade|Group) (?:of )?(?:the )?\d\d?(?: of)? {MONTH}",
    r"(?:Vision|Agenda|Horizon|Strategy|Plan|Studio|Windows|Office|Area|Channel|Radio|Club|Group"
    r"|Unit) \d{4}",
    r"[Tt]wenty[- ]four[- ]seven|24/7",
)
"""Names that have the word of a time in them. Case matters."""

_NAMES: Final = re.compile(rf"(?<!\w)(?:{'|'.join(NAMES)})")

COUNTED: Final = (
    "acres|aircraft|angry|armed|arrests|barrels|boats|bodies|books|boxes|buildings|cadets|calories"
    "|camels|candidates|cars|cases|cattle|cents|children|citizens|civilians|companies|copies|cows"
    "|deaths|delegates|demonstrators|detainees|dollars|drones|drivers|electors|employees|euros"
    "|families|farmers|feet|fighters|fishermen|flights|foreign|francs|GMT|goats|guests|head"
    "|hectares"
    "|homes|horsepower|hours|households|houses|hrs|inhabitants|jobs|journalists|kg|kilo\\w*|km|lira"
    "|litres|liters|local time|lorries|MW|megawatts|members|men|met(?:re|er)s|migrants|miles|mines"
    "|missiles|monitors|more|mourners|officers|observers|orphans|others|pages|passengers"
    "|peacekeepers"
    "|people|personnel|pesos|pilgrims|police|policemen|pounds|prisoners|protest[eo]rs|pupils"
    "|refugees"
    "|reservists|residents|riders|rockets|rounds|rubles|roubles|rupees|sailors|schools|seats"
    "|settlers"
    "|sheep|shells|ships|shillings|soldiers|square|staff|stores|strong|students|supporters|tanks"
    "|teachers"
    "|times|tonnes|tons|tourists|traders|trees|troops|trucks|UTC|vehicles|victims|villagers"
    "|villages"
    "|volunteers|volts|votes|voters|watts|witnesses|women|words|workers|workshops|yards|years"
    "|youths|yuan|yen"
)
"""What there may be two thousand of; a number before it is no year."""

_COUNT: Final = re.compile(
    rf"\s*-?\s*(?:%|percent|per cent|(?:[\w-]+ ){{0,2}}(?:{COUNTED})\b|million|billion|[€$£])"
)
_NUMBERED: Final = re.compile(
    r"(?:\b(?:Resolutions?|resolutions?|Boeing|Airbus|Antonov|Tupolev|Flight|Route|Highway"
    r"|Article|articles?"
    r"|Order|Law|Decree|Directive|Regulation|Protocol|Act|Section|Chapter|Page|Case|Room|Unit"
    r"|Line|Model"
    r"|Type|Class|Block|Level|Convoy|Hill|Point|Squadron|Regiment|Battalion|Brigade|Division"
    r"|UNSCR|number"
    r"|Number|Nos?|no|total|population|crowd|force|height|altitude|distance|maximum|minimum|some"
    r"|about"
    r"|nearly|almost|over|than|least|most|only|another|USD|EUR|Rs)\b\.?(?: of| to| is| No\.?| was)?"
    r"\s?|[$€£#@&/]\s?|\d[.,:]|[A-Za-z]-|\d-)$"
)

AMBIGUOUS: Final = ("March", "April", "May", "June", "August", "Jan", "Mar", "Jun")
"""Months that are also names of people or other words."""

_NO_FIRST_NAME: Final = (
    {
        "In",
        "On",
        "Since",
        "Until",
        "By",
        "Last",
        "Next",
        "This",
        "Early",
        "Late",
        "Mid",
        "During",
        "Before",
    }
    | {
        "After",
        "From",
        "And",
        "Of",
        "For",
        "To",
        "Through",
        "Between",
        "Every",
        "The",
        "That",
        "As",
        "But",
    }
    | {"With", "Till", "Or", "Each", "At", "Around"}
)


def names(text: str) -> Iterator[Span]:
    """Yield the names in a text that have the word of a time in them."""
    for match in _NAMES.finditer(text):
        yield Span(match.start(), match.end())


def is_counted(text: str, end: int) -> bool:
    """Tell whether what follows a number says that it is an amount."""
    return _COUNT.match(text, end) is not None


def is_numbered(text: str, start: int) -> bool:
    """Tell whether what stands before a number says that it is no year."""
    return _NUMBERED.search(text, max(0, start - 40), start) is not None


@lru_cache(maxsize=16)
def people(text: str) -> frozenset[str]:
    """Return the months that a text has as a name of somebody ("Rosalind May", "Mr March")."""
    pattern = rf"\b([A-Z][a-z’'-]+)\.? ({any_of(AMBIGUOUS)})\b(?!\.? \d)"
    return frozenset(
        match[2]
        for match in re.finditer(pattern, text)
        if match[1] not in _NO_FIRST_NAME
        and match[1] not in MONTHS
        and not re.fullmatch(WEEKDAY, match[1])
    ) | frozenset(re.findall(rf"\b({any_of(AMBIGUOUS)}) [A-Z][a-z]+\b(?<!Day)", text))
