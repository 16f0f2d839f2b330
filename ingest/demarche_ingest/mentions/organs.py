"""Words with a capital that stand for an organisation named in full elsewhere: "the Council"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from demarche_ingest.mentions.gazetteer import Gazetteer
from demarche_ingest.mentions.model import Mention

_HEAD: Final = re.compile(
    r"Council|Commission|Union|Community|Conference|Assembly|Authority|Forum|Alliance|League|Group"
    r"|Organi[sz]ation|Committee|Secretariat"
)
_THE: Final = re.compile(r"\b[Tt]he\s+$")
_ORGAN: Final = re.compile(r"(?:Council|Assembly|Conference|Committee)\b", re.IGNORECASE)
_BODIES: Final = frozenset({"InternationalOrganization", "MilitaryAlliance", "EconomicUnion"})


def with_organs(
    text: str, mentions: Sequence[Mention], gazetteer: Gazetteer, issuer: str
) -> list[Mention]:
    """Return the mentions with "the Council" and the like as what the article names in full.

    issuer: the organisation that gives the text out, "" for none: a council of it decides for it,
    so both are the organisation.
    """
    ours = issuer if issuer and gazetteer.entities[issuer].type in _BODIES else ""
    told = [_of_issuer(mention, ours) if ours else mention for mention in mentions]
    return [_resolved(text, mention, told, gazetteer) for mention in told]


def _of_issuer(mention: Mention, issuer: str) -> Mention:
    """Return a council of the organisation that gives a text out as the organisation."""
    made = mention.proposal
    if mention.target is not None or made is None or made.of != issuer:
        return mention
    is_organ = made.kind == "GovernmentBody" and _ORGAN.match(made.label) is not None
    return (
        replace(mention, target=issuer, proposal=None, rule="organ-of-issuer")
        if is_organ
        else mention
    )


def _resolved(
    text: str, mention: Mention, mentions: Sequence[Mention], gazetteer: Gazetteer
) -> Mention:
    shown = text[mention.span.start : mention.span.end]
    is_open = mention.how == "unknown" and mention.rule == "capitals"
    word = _THE.sub("", shown)
    if not is_open or _HEAD.fullmatch(word) is None:
        return mention
    if word == shown and not _THE.search(text, max(0, mention.span.start - 6), mention.span.start):
        return mention
    meant = {one.target: one for one in _named(text, word, mention, mentions, gazetteer)}
    if len(meant) != 1:
        return mention
    ((target, named),) = meant.items()
    return Mention(
        mention.span, "description", target, chain=(named.span, *named.chain), rule="head-of-name"
    )


def _named(
    text: str, word: str, mention: Mention, mentions: Sequence[Mention], gazetteer: Gazetteer
) -> Iterator[Mention]:
    """Yield what is named before a word and has it in its name, as it stands or in full."""
    for one in mentions:
        if one.target is None or one.span.end > mention.span.start:
            continue
        entity = gazetteer.entities.get(one.target)
        if entity is None or entity.type in {"State", "Person", "Office"}:
            continue
        shown = text[one.span.start : one.span.end]
        names = f"{shown} {entity.label}".split()
        if word in names and (" " in shown or " " in entity.label):
            yield one
