"""Who fills a place in a claim, of what was read in a text."""

from __future__ import annotations

from collections.abc import Mapping

from demarche_ingest.candidates.model import Agent
from demarche_ingest.identity import local_name
from demarche_ingest.mentions.gazetteer import Entity
from demarche_ingest.mentions.model import Mention, Proposal
from demarche_ingest.texts import Span


def agents_of(mention: Mention, known: Mapping[str, Entity]) -> tuple[Agent, ...]:
    """Return whom a mention means: one, several meant together, or none where that is open.

    known: of the article (`ReadArticle.known`). What may be a place or those who govern from it is
    open: `actor_of` takes the actor.
    """
    if mention.target is not None:
        return (known_agent(mention.target, known, mention.span),)
    if mention.members:
        return tuple(known_agent(name, known, mention.span) for name in mention.members)
    if mention.proposal is not None and (mention.proposal.kind or not mention.candidates):
        return (_proposed(mention.proposal, mention.span),)
    return ()


def actor_of(mention: Mention, known: Mapping[str, Entity]) -> Agent | None:
    """Return whom a mention means where it stands for somebody who acts or speaks.

    So the name of a capital is the state, and of a thing that is open the first actor that it may
    mean. None for what can be no actor, or means several.
    """
    agents = agents_of(mention, known)
    if len(agents) == 1 and not is_place(agents[0], known):
        return agents[0]
    names = [name for name in mention.candidates if name in known and not known[name].is_place]
    if names:
        return known_agent(names[0], known, mention.span)
    if mention.proposal is not None and mention.target is None:
        return _proposed(mention.proposal, mention.span)
    return None


def known_agent(name: str, known: Mapping[str, Entity], words: Span | None = None) -> Agent:
    """Return a known thing by its id. words: that mean it."""
    label = known[name].label if name in known else name
    return Agent(name, label, words)


def kind_of(agent: Agent, known: Mapping[str, Entity]) -> str:
    """Return the class of the ontology that an agent is of, "" where that is not told."""
    return known[agent.id].type if agent.id in known else agent.kind


def is_place(agent: Agent, known: Mapping[str, Entity]) -> bool:
    """Tell whether an agent is known to be a place that is no actor."""
    return agent.id in known and known[agent.id].is_place


def _proposed(proposal: Proposal, words: Span) -> Agent:
    name = local_name(proposal.label)
    return Agent(name, proposal.label, words, True, proposal.kind, proposal.of)
