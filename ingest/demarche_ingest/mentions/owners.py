"""Whose an office is that stands behind a possessive pronoun ("its prime minister, Ann Otieno").

Titles are read before pronouns are settled, so a title of nobody told is first taken for one of
the state that the text is about. Where its own pronoun means a state or a body, it is that one's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from demarche_ingest.mentions.gazetteer import Gazetteer
from demarche_ingest.mentions.model import Mention, Proposal

_OWNING: Final = frozenset(("its", "their"))


def owned(mentions: Iterable[Mention], text: str, gazetteer: Gazetteer) -> list[Mention]:
    """Return mentions, with the offices behind a settled pronoun given to whom it means."""
    found = list(mentions)
    owners = {
        at: one.target
        for one in found
        if one.how == "pronoun" and one.target and _owns(one, text)
        for at in (one.span.start, one.span.end + 1)
    }
    moved: dict[tuple[str, str], Proposal] = {}
    for one in found:
        owner = owners.get(one.span.start)
        proposal = one.proposal
        if one.how != "title" or proposal is None or not owner or proposal.of == owner:
            continue
        entity = gazetteer.entities.get(owner)
        if entity is not None and entity.type != "Person":
            moved[proposal.label, proposal.of] = _given(proposal, owner, gazetteer)
    return [_moved(one, moved) for one in found]


def _owns(mention: Mention, text: str) -> bool:
    return text[mention.span.start : mention.span.end].lower() in _OWNING


def _given(proposal: Proposal, owner: str, gazetteer: Gazetteer) -> Proposal:
    """Return a person or an office as one of an owner, the label of an office with it."""
    before = gazetteer.entities.get(proposal.of)
    label = proposal.label
    if before is not None and label.endswith(f" of {before.label}"):
        whose = gazetteer.entities[owner].label
        label = f"{label.removesuffix(before.label)}{whose}"
    return replace(proposal, label=label, of=owner)


def _moved(mention: Mention, moved: dict[tuple[str, str], Proposal]) -> Mention:
    proposal = mention.proposal
    key = (proposal.label, proposal.of) if proposal is not None else ("", "")
    return replace(mention, proposal=moved[key]) if key in moved else mention
