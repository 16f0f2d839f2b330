"""Which state or organisation gives a text out: an embassy's remarks, a ministry's briefing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from demarche_ingest.documents.model import Details
from demarche_ingest.mentions.folding import fold
from demarche_ingest.mentions.gazetteer import Gazetteer, Matcher
from demarche_ingest.mentions.model import Mention
from demarche_ingest.mentions.reading import Reading

_OFFICIAL: Final = re.compile(
    r"\b(?:embassy|high commission|permanent mission|mission|consulate|ministry|department of state"
    r"|foreign office|government|presidency|office of the (?:president|prime minister|spokes\w+)"
    r"|secretariat|commission|council|permanent representation)\b",
    re.IGNORECASE,
)
_GIVEN_OUT: Final = re.compile(
    r"\b(?:statement|communiqu[eé]|declaration|remarks|press release|press briefing|briefing"
    r"|press conference|note verbale|read-?out|answers? to)\b",
    re.IGNORECASE,
)
_JOINT: Final = re.compile(r"\bjoint\b", re.IGNORECASE)
_SEVERAL: Final = re.compile(r"(?:Governments|Ministries|[A-Z][\w ]*Ministers|Presidents)\b")
_MEDIA: Final = re.compile(
    r"\b(?:news|agency|press|times|post|daily|herald|wire|radio|tv|monitor|gazette|tribune)\b",
    re.IGNORECASE,
)
_SIDES: Final = frozenset(
    {"State", "DeFactoAuthority", "InternationalOrganization", "EconomicUnion"}
)


def issuer(
    reading: Reading,
    mentions: Sequence[Mention],
    gazetteer: Gazetteer,
    matcher: Matcher,
    details: Details,
) -> str:
    """Return the id of who gives a text out by its outlet or its heading, "" where nobody does.

    A joint statement is of nobody alone, and what newspapers write is given out by none.
    """
    outlet = " ".join(details.outlet.split())
    if _JOINT.search(details.title) or _MEDIA.search(outlet):
        return ""
    hits = matcher.hits(outlet, fold(outlet), [])
    sides = [key for hit in hits for key in hit.ids[:1] if gazetteer.entities[key].type in _SIDES]
    states = {key for key in sides if gazetteer.entities[key].type == "State"}
    if len(states) > 1 and _SEVERAL.match(outlet):
        return ""
    if sides and (_OFFICIAL.search(outlet) or fold(outlet).text == hits[0].aliases[0].form.lower()):
        return sides[0]
    return "" if outlet else _by_heading(reading, mentions)


def _by_heading(reading: Reading, mentions: Sequence[Mention]) -> str:
    """Return whose organ a heading names as giving a text out: "briefing by the Ministry of …"."""
    for line in reading.lines:
        if line.kind != "headline" or not _GIVEN_OUT.search(
            reading.text, line.span.start, line.span.end
        ):
            continue
        organs = {
            mention.proposal.of
            for mention in mentions
            if mention.proposal is not None
            and mention.proposal.kind == "GovernmentBody"
            and line.span.covers(mention.span)
        }
        if len(organs) == 1:
            return organs.pop()
    return ""
