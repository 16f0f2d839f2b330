"""How times are written: a table of patterns, and what each says.

Patterns hold the words without the preposition before them; what limits a rule to some prepositions
is a guard of its own. What a match says is made by `making`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from demarche_ingest.dating import making, measuring, traps
from demarche_ingest.dating.counted import Shifted
from demarche_ingest.dating.holidays import NAMES as HOLIDAYS
from demarche_ingest.dating.named import Calendar, NearestWeekend
from demarche_ingest.dating.said import Duration, Recurring, Said, Stated, Unknown
from demarche_ingest.dating.words import (
    ABOUT,
    DAY,
    DECADES,
    ISLAMIC,
    MONTH,
    NUMBER,
    ORDINALS,
    PERSIAN,
    SEASON,
    UNIT,
    WEEKDAY,
    WEEKDAYS,
    YEAR,
    any_of,
    month_of,
    ordinal_of,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A way of writing a time. makes: what a match says, None if it is no time."""

    name: str
    pattern: re.Pattern[str]
    makes: Callable[[making.Match], Said | None]


def _rule(
    name: str, pattern: str, makes: Callable[[making.Match], Said | None], *, any_case: bool = False
) -> Rule:
    pattern = re.sub(r"\\? ", r"\\s+", pattern)  # a text breaks its lines anywhere
    return Rule(name, re.compile(pattern, re.IGNORECASE if any_case else 0), makes)


_APPROX: Final = rf"(?:(?P<about>{ABOUT}) )?"
_ORDINAL: Final = rf"(?:{any_of(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))"
_LONG_UNIT: Final = r"(?:week|weekend|month|year|decade|century|quarter)"

RULES: Final[tuple[Rule, ...]] = (
    _rule(
        "days of a month",
        rf"(?<![\w.,/-])(?:(?P<before>{DAY}), )?(?P<first>{DAY})(?:\s*[-–—]\s*| (?:to|until|and"
        rf"|through|or)"
        rf" )(?P<last>{DAY})(?: of)? (?P<name>{MONTH})"
        rf"(?:,? (?P<year>{YEAR}))?",
        making.days_of_month,
    ),
    _rule(
        "month and its days",
        rf"(?<!\w)(?:(?<=[Mm]id-)|(?<![A-Za-z]-))(?P<name>{MONTH})"
        rf" (?P<first>{DAY})(?:\s*[-–—]\s*| (?:to|until|and|through|or) )(?P<last>{DAY})(?!:"
        rf"|\.\d| {MONTH}|,\d)"
        rf"(?:,? (?P<year>{YEAR}))?",
        making.days_of_month,
    ),
    _rule(
        "month",
        rf"(?<!\w)(?:(?<=[Mm]id-)|(?<![A-Za-z]-))(?:(?P<where>[Ll]ast|[Nn]ext|[Tt]his|[Cc]oming)"
        rf" )?(?P<name>{MONTH})(?![\w]|-[A-Za-z])"
        rf"(?:{making.OF_YEAR}|,?(?: of)?(?: the year)? (?P<year>{YEAR})|(?: of)? {making.SHORT})?",
        making.month,
    ),
    _rule(
        "years",
        rf"(?<![\w.,/$€£-])(?P<first>{YEAR})(?:\s*(?P<mark>[-–—/])\s*)(?P<last>{YEAR}"
        rf"|\d\d)(?![\w/-]|[.,]\d)",
        making.years,
    ),
    _rule(
        "year",
        rf"(?<![\w.,/$€£-])(?P<the>[Tt]he year )?(?<![\d])(?P<year>{YEAR})(?![\w/]|-\d)",
        making.year,
    ),
    _rule(
        "year",
        rf"(?:(?<=[Mm]id-)|(?<=[Pp]re-)|(?<=[Pp]ost-)|(?<=pre–)"
        rf"|(?<=post–))(?P<year>{YEAR})(?![\w/])",
        lambda match: Stated(match["year"]),
    ),
    _rule(
        "year of an era",
        r"\b(?:AD|A\.D\.) (?P<after>\d{1,4})\b|\b(?P<before>\d{1,4}) (?:AD|CE|A\.D\.)(?!\w)",
        making.era,
    ),
    _rule(
        "year before our era",
        r"\b\d{1,4} (?:BCE?|B\.C\.(?:E\.)?)(?!\w)",
        lambda _: making.BEFORE_ERA,
    ),
    _rule(
        "decade",
        rf"(?<![\w.,])(?:(?P<the>the )?(?P<year>(?:1\d|20|21)\d0)[’']?s\b|(?:the [’'‘]?"
        rf"|[’'‘])(?P<short>[1-9]0)[’']?s\b"
        rf"|the (?P<word>{any_of(DECADES)})\b)",
        making.decade,
        any_case=True,
    ),
    _rule(
        "century",
        rf"\b(?:the )?(?P<nth>{_ORDINAL})[\s-]century(?P<bc> BCE?)?\b",
        making.century,
        any_case=True,
    ),
    _rule(
        "season",
        rf"(?<![\w-])(?:(?P<where>[Ll]ast|[Nn]ext|[Tt]his|[Cc]oming) )?(?:[Tt]he"
        rf" )?(?P<season>{SEASON})\b(?!-)(?![’'](?!s\b))"
        rf"(?:{making.OF_YEAR}|,?(?: of)? (?P<year>{YEAR})|(?: of)? {making.SHORT})?",
        making.season,
    ),
    _rule(
        "quarter or half",
        rf"\b(?:(?:[Tt]he )?(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th|last|final)"
        rf" (?P<what>quarter|half) of (?:(?P<year>{YEAR})|(?P<which>the|this|last|next) year\b)"
        rf"|(?P<q>[QH][1-4])(?:[\s-]| of )?(?P<year2>{YEAR}))",
        making.fraction,
    ),
    _rule(
        "weekday",
        rf"(?<![\w-])(?:(?P<where>[Ll]ast|[Nn]ext|[Tt]his past|[Tt]his coming|[Tt]his|[Cc]oming"
        rf"|[Pp]ast|[Tt]hat|[Tt]he (?:same|following|next|previous|preceding|coming)) )?"
        rf"(?P<name>{WEEKDAY})(?![\w-])(?:,?(?: of)? (?P<weeks>last|this|next) week\b)?",
        making.weekday,
    ),
    _rule(
        "weekdays",
        rf"\b(?:{any_of(name for name in WEEKDAYS if name.endswith('day'))})s\b",
        lambda _: Recurring(),
    ),
    _rule(
        "day in relation",
        rf"\b(?:{any_of(measuring.DEICTIC)})\b(?![-’']\w{{2}})",
        measuring.deictic,
        any_case=True,
    ),
    _rule(
        "yesterday and the like",
        r"\b(?:yesterday|tomorrow) (?=morning|afternoon|evening)",
        lambda _: None,
        any_case=True,
    ),
    _rule(
        "unit in relation",
        rf"\b(?:earlier |later )?(?P<which>last|this|next|that|the same|the following|the"
        rf" previous|the preceding|the next) (?P<unit>{_LONG_UNIT})\b(?!-)",
        measuring.unit,
        any_case=True,
    ),
    _rule(
        "part of a unit",
        r"\b(?:the )?(?P<part>end|beginning|start|middle|close|first days|last days|final days"
        r"|turn) of (?P<which>the same|the following|the previous|the next|the current|the|this"
        r"|last|next|that)"
        rf" (?P<unit>{_LONG_UNIT})\b|\b(?P<part2>earlier|later|early|late) in (?P<which2>the"
        rf"|this|that) (?P<unit2>{_LONG_UNIT})\b",
        measuring.end_of,
        any_case=True,
    ),
    _rule(
        "amount away",
        rf"\b{_APPROX}(?P<number>{NUMBER})[\s-](?P<unit>{UNIT})s?(?P<half> and a half)?"
        rf" (?P<where>ago|back|earlier"
        rf"|later|previously|afterwards|from now|from today|hence|on(?=[,.])|before|after|prior"
        rf" to|following)\b",
        measuring.ago,
        any_case=True,
    ),
    _rule(
        "amount ahead",
        rf"(?<=\bin\s){_APPROX}(?P<number>{NUMBER}) (?P<unit>{UNIT})s?(?:[’'] time|[’']s"
        rf" time)?\b(?! of\b|-)",
        measuring.ahead,
        any_case=True,
    ),
    _rule(
        "units up to now or from now",
        rf"\bthe (?:(?P<which>last|past|previous|next|coming|following) )(?:(?P<number>{NUMBER})"
        rf" )?(?P<unit>{UNIT})s?\b(?!-)",
        measuring.rolling,
        any_case=True,
    ),
    _rule(
        "the weekend",
        r"(?:(?<=\b(?:over)\s)|(?<=\b(?:in|at)\s)|(?<=\bduring\s))the weekend\b(?! of)",
        lambda _: NearestWeekend(),
        any_case=True,
    ),
    _rule(
        "unit but one",
        r"\bthe (?P<unit>weekend|week|month|year) (?P<which>after next|before last)\b",
        lambda match: Shifted(
            match["unit"].lower(), 2 if match["which"].lower().startswith("after") else -2
        ),
        any_case=True,
    ),
    _rule(
        "day in words",
        rf"\b(?:[Tt]he )?(?P<nth>(?i:{any_of(ORDINALS)})) of (?P<name>{MONTH})(?:,?"
        rf" (?P<year>{YEAR}))?",
        lambda match: Calendar(
            int(match["year"] or 0), month_of(match["name"]), ordinal_of(match["nth"])
        ),
    ),
    _rule(
        "recurring",
        rf"\b(?:every|each) (?:(?:other|second|third|{NUMBER}) )?(?:{UNIT}|weekday|weekend"
        rf"|morning|evening|afternoon|quarter|{SEASON}|{WEEKDAY}|{MONTH})s?\b"
        rf"|(?<=\s)per (?:{UNIT})\b",
        lambda _: Recurring(),
        any_case=True,
    ),
    _rule(
        "rate",
        rf"\b(?:an?) (?:{UNIT})(?=\s*[.,;:)]|\s*$|\s+(?:to|until|since|by|in|on|from|and|at|for"
        rf"|through|during|after|before|when|while|as|with|under)\b)",
        lambda match: Recurring() if measuring.is_rate(match) else None,
        any_case=True,
    ),
    _rule("age", r"\b(?:aged?|age of) (?P<number>\d{1,3})\b", measuring.age, any_case=True),
    _rule(
        "age",
        rf"\b(?P<number>{NUMBER})[- ](?P<unit>{UNIT})s?[- ]olds?\b",
        measuring.duration,
        any_case=True,
    ),
    _rule(
        "duration",
        rf"\b{_APPROX}(?P<number>{NUMBER})(?: more| full| long| consecutive| straight| whole|"
        rf" further)?[\s-](?P<unit>{UNIT})(?:s|ies)?\b(?P<half> and a"
        rf" half)?(?:[\s-]long)?(?:[’'](?!s))?",
        measuring.duration,
        any_case=True,
    ),
    _rule(
        "vague duration",
        rf"(?<=\bfor\s){UNIT}s\b|(?<=\bfor\s){ABOUT} (?:a )?{UNIT}s?\b|\b(?:{UNIT})s-(?:long|old)\b"
        rf"|\b(?:year|month|week|day|decade|hour)-long\b|\b(?:yearlong|weeklong|monthlong"
        rf"|daylong)\b",
        lambda _: Duration(),
        any_case=True,
    ),
    _rule(
        "other calendar",
        rf"\b{DAY}(?: of)? (?:{ISLAMIC}),? 1[34]\d\d(?: (?:AH|A\.H\.|H\b))?|\b{DAY}(?: of)?"
        rf" (?:{PERSIAN}),? 1[34]\d\d\b",
        lambda _: Unknown("of a calendar whose days are not worked out here"),
    ),
    _rule(
        "eve of an event",
        r"\b(?:the eve|the morning|the night|the day|the aftermath|the week) of (?:the|an?|his"
        r"|her|its|their) (?!month|year|week|day)[a-z-]{4,}\b",
        lambda match: (
            Unknown("counted from an event") if "aftermath" not in match.group() else None
        ),
    ),
    _rule(
        "end of a unit",
        r"\b(?P<unit>year|month|week)(?:[’']s|-) ?(?P<part>end)\b",
        lambda match: Shifted(match["unit"], 0),
    ),
    _rule(
        "day of a month",
        r"(?:(?<=\b(?:on|by|of)\s)|(?<=\b(?:since|until|after)\s)|(?<=\bbefore\s))"
        r"the (?P<nth>\d{1,2}(?:st|nd|rd|th))\b"
        r"(?: of (?P<which>this|last|next|the) month\b|(?=\s*[.,;:!?)]|\s*$"
        r"| (?:and|or|in|at|to|that|which|when|while|but|the|he|she|it|they|as)\b))",
        making.day_of_month,
    ),
    _rule(
        "year about",
        rf"(?<=\b(?:in|of|by)\s)(?:about|around|circa|roughly|c\.) (?P<year>{YEAR})\b(?!s)",
        lambda match: (
            None if traps.is_counted(match.string, match.end()) else Stated(f"{match['year']}~")
        ),
    ),
    _rule(
        "how often",
        r"\b(?:hourly|daily|nightly|weekly|fortnightly|monthly|yearly|annually)\b",
        lambda _: Recurring(),
    ),
    _rule(
        "feast of another calendar",
        r"\b(?:Ramadan|Eid(?: ?al|-ul|-al)?(?:[- ](?:Fitr|Adha))?|Nowruz|Norouz|Navruz|Diwali"
        r"|Hanukkah|Passover|Yom Kippur"
        r"|Rosh Hashanah|Lunar New Year|Chinese New Year|Tet|Songkran|Vesak|Orthodox Easter"
        r"|Ashura|Arbaeen|Mawlid)\b(?! War)",
        lambda _: Unknown("a feast whose day does not follow from the year here"),
    ),
    _rule(
        "feast",
        rf"(?<!\w)(?:(?P<where>[Ll]ast|[Nn]ext|[Tt]his)"
        rf" )?(?P<name>{any_of(HOLIDAYS)})\b(?:{making.OF_YEAR}|,?(?: of| in)? (?P<year>{YEAR}))?",
        making.holiday,
    ),
    _rule(
        "11 September",
        r"\b9/11\b|\b(?:Sept(?:ember|\.)? 11|11 Sept(?:ember|\.)?)(?:th)?(?=,? (?:terror|attack"
        r"|hijack|suicide|plot|commission|Commission))",
        lambda _: Stated("2001-09-11"),
    ),
)
"""All rules but those of whole days, which `written.FORMS` holds."""
