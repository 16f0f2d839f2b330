"""What an extractor proposes: a claim with exact evidence, before the gate and before any review.

The words are those of the claims format (`seeds.claims`), whose controlled values hold here too;
what is here besides is where in the text each part was read. All spans count code points of the
whole text of the source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from demarche_ingest.texts import Span


@dataclass(frozen=True, slots=True)
class Agent:
    """Who or what fills a place in a claim.

    id: of the reference data, or a local name made of the label where the thing is new there.
    label: as people read it; of a known thing, its label.
    words: the mention that it was read from, which may stand outside the claim's passage; none for
        an outlet or an author whom only the file's details name.
    is_new: whether reference data lacks it. kind: then, the class of the ontology it seems to be
        ("" where the text does not tell). of: then, the state or organisation it seems to be of.
    """

    id: str
    label: str
    words: Span | None = None
    is_new: bool = False
    kind: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Time:
    """When what a claim speaks of was. basis: stated, inferred or curated. words: that tell it."""

    edtf: str
    basis: str
    words: Span | None = None


@dataclass(frozen=True, slots=True)
class EventFound:
    """Something that happened, with its PLOVER category, modes and contexts, and who took part."""

    category: str
    modes: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    actors: tuple[Agent, ...] = ()
    recipients: tuple[Agent, ...] = ()
    affected: tuple[Agent, ...] = ()
    place: Agent | None = None


@dataclass(frozen=True, slots=True)
class RelationFound:
    """A relation between two things. status: of a membership."""

    subject: Agent
    predicate: str
    object: Agent
    status: str = ""


@dataclass(frozen=True, slots=True)
class AttributeFound:
    """A number with its unit and comparator, or a word, that one thing is given."""

    subject: Agent
    attribute: str
    number: float | None = None
    unit: str = ""
    comparator: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class StanceFound:
    """Who takes which side on a position.

    position: of the reference data, or one proposed, labelled in a few words of ours.
    """

    actor: Agent
    position: Agent
    value: str
    on_behalf_of: Agent | None = None


Content: TypeAlias = "EventFound | RelationFound | AttributeFound | StanceFound"


@dataclass(frozen=True, slots=True)
class Telling:
    """Who asserts what stands at some place of a text, and how they speak there.

    chain: from the outlet inwards, the last one asserts; of a reader comment, its author alone.
    voice: of the list `voice`. certainty: what the words that introduce it leave of it
        ("allegedly": underspecified). uttered: the day it was said as EDTF, "" where not told.
    cue: the words that attribute it ("said", "according to"), if any.
    """

    chain: tuple[Agent, ...]
    voice: str
    certainty: str = "certain"
    uttered: str = ""
    cue: Span | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that an extractor proposes.

    passage: its evidence, within one zone and, of rules, within one sentence.
    trigger: the words that made the extractor see it.
    rests_on: spans outside the passage that an argument was read from (an antecedent, a heading).
    confidence: between 0 and 1, how likely a person would accept it; calibrated per extractor.
    rule: which frame, pattern or prompt made it, by a name that does not change.
    extractor: name and version.
    statement: one sentence of ours that says it; "" to have one made.
    """

    passage: Span
    trigger: Span
    content: Content
    telling: Telling
    rule: str
    extractor: str
    confidence: float
    polarity: str = "positive"
    certainty: str = "certain"
    modality: str = "actual"
    presupposed: bool = False
    basis: str = "act-reported"
    time: Time | None = None
    rests_on: tuple[Span, ...] = ()
    statement: str = ""
