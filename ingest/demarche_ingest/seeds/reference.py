"""The reference format: `seeds/reference/*.yaml`, each record with where it comes from.

A record's `source` names a public data set or fact sheet of `sources.yaml`; `claims` names seed
claims ("<article>/<claim>") that state it. One of the two is required of every fact.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from demarche_ingest.seeds.fields import (
    Day,
    Line,
    MembershipStatus,
    Obligation,
    OneOf,
    Record,
    Slug,
    Territorial,
)
from demarche_ontology import terms

ClaimRef = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
"""A seed claim: "<article id>/<claim id>"."""


class Sourced(Record):
    """What every fact carries."""

    source: Slug | None = None
    """A source of sources.yaml that the fact is taken from."""
    claims: tuple[ClaimRef, ...] = ()
    """Seed claims that state the fact, each as article/claim."""
    note: Line | None = None
    """Anything a reader of the fact should know."""

    @property
    def sourced(self) -> bool:
        return self.source is not None or bool(self.claims)


class Fact(Sourced):
    """A record that is only taken with its source."""

    @model_validator(mode="after")
    def _has_source(self) -> Self:
        if not self.sourced:
            raise ValueError("no source: name a `source` of sources.yaml, or the `claims`")
        return self


class SourceRecord(Record):
    """A public data set, publication or fact sheet that facts are taken from."""

    id: Slug
    """Name that records give as their `source`."""
    title: Line
    """Title of the data set or publication."""
    publisher: Line
    """Who publishes it."""
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    """Where it is published."""
    licence: Line
    """On what terms, as the publisher states them."""
    retrieved: Day | None = None
    """The day it was read."""
    note: Line | None = None
    """State, gaps and known faults."""


class NameRecord(Sourced):
    """A name, and who uses it where; without users it is a mere spelling."""

    form: Line
    """The name as written."""
    lang: str = Field(default="en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    """Language tag of the name (BCP 47)."""
    used_by: tuple[Slug, ...] = ()
    """Actors who use it; then its `claims` or `source` show where."""

    @model_validator(mode="after")
    def _use_is_shown(self) -> Self:
        if self.used_by and not self.sourced:
            raise ValueError("used_by without a source: name the `claims` where it is used")
        return self


class CodeRecord(Fact):
    """A code of a thing in some scheme."""

    scheme: Annotated[str, OneOf.scheme("identifier")]
    """Which list of codes."""
    value: str = Field(pattern=r"^[A-Za-z0-9-]{1,20}$")
    """The code; in quotation marks, for many look like numbers."""


class NamedRecord(Sourced):
    """Anything with a label: an entity."""

    id: Slug
    """Local name of the entity's IRI; claims name it by this."""
    label: Line
    """Its neutral English label."""
    definition: Line | None = None
    """What it is, in words that every side would accept."""
    names: tuple[NameRecord, ...] = ()
    """Other names and spellings."""
    codes: tuple[CodeRecord, ...] = ()
    """Codes in other data sets."""


class ActorRecord(NamedRecord):
    """An actor; `body_of` names the state or organisation whose organ it is."""

    type: Annotated[str, OneOf(terms.ACTOR_KINDS, "kind of actor")]
    """Class of the ontology."""
    body_of: Slug | None = None
    """The state or organisation whose organ it is."""


class PlaceRecord(NamedRecord):
    """A place; a Territory is one whose status is disputed."""

    type: Annotated[str, OneOf(terms.PLACE_KINDS, "kind of place")]
    """Territory where the status is disputed, else Place."""


class OfficeRecord(NamedRecord):
    """An office and the state or organisation it belongs to."""

    office_of: Slug
    """The state or organisation it belongs to."""


class EventRecord(NamedRecord):
    """An event that claims are about; what happened is theirs to say."""

    part_of: Slug | None = None
    """The larger event that it belongs to."""


class IssueRecord(NamedRecord):
    """What positions are taken on."""


class PositionRecord(NamedRecord):
    """One answer to an issue; who holds it is claimed (`heldBy`) like everything else."""

    issue: Slug
    """What it is an answer to."""
    excludes: tuple[Slug, ...] = ()
    """Other positions on the issue that cannot hold, or be carried out, beside it."""


class Dated(Fact):
    """A dated relation: real ends (`from`, `until`) and the days it is attested for."""

    valid_from: Day | None = Field(default=None, alias="from")
    """First day, where the source gives the real beginning."""
    valid_until: Day | None = Field(default=None, alias="until")
    """Last day, where the source gives the real end."""
    attested_from: Day | None = None
    """First day on which it is known to have held; the real beginning if empty."""
    attested_until: Day | None = None
    """Last day on which it is known to have held; the real end if empty."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError(f"ends {self.valid_until}, before it begins {self.valid_from}")
        begin, end = self.attested
        if begin is None or end is None:
            raise ValueError("no dates: give from/until, or attested_from/attested_until")
        if end < begin:
            raise ValueError(f"attested until {end}, before it is attested from {begin}")
        return self

    @property
    def attested(self) -> tuple[Day | None, Day | None]:
        """First and last day the relation is known to have held."""
        first = self.attested_from or self.valid_from or self.attested_until or self.valid_until
        last = self.attested_until or self.valid_until or self.attested_from or self.valid_from
        return first, last


class TenureRecord(Dated):
    """Somebody in an office."""

    holder: Slug
    """The person in office."""
    office: Slug
    """The office."""


class MembershipRecord(Dated):
    """A membership; `status` tells members from observers, applicants and so on."""

    member: Slug
    """Who belongs to it."""
    organization: Slug
    """What is belonged to."""
    status: MembershipStatus = "member"
    """Member, observer, suspended, applicant or former member."""


class StatusRecord(Dated):
    """What an actor claims, controls or recognises of a territory."""

    territory: Slug
    """The territory."""
    actor: Slug
    """Who claims it, controls it, or is recognised there."""
    status: Territorial
    """Which of these."""


class PartyRecord(Fact):
    """A party to a treaty."""

    party: Slug
    """Who is bound."""
    signed: Day | None = None
    """The day it signed."""
    in_force: Day | None = None
    """The day the treaty began to bind it."""
    until: Day | None = None
    """The last day it was bound."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [day for day in (self.signed, self.in_force, self.until) if day]
        if not days:
            raise ValueError("no dates: give signed, in_force or until")
        if days != sorted(days):
            raise ValueError("signature, entry into force and end are not in this order")
        return self


class ProvisionRecord(NamedRecord):
    """An article or clause of a treaty."""

    obligation: Obligation | None = None
    """What it obliges the parties to."""


class TreatyRecord(NamedRecord):
    """A treaty with its dates, parties and provisions."""

    signed: Day | None = None
    """The day it was signed."""
    in_force: Day | None = None
    """The day it came into force."""
    founds: Slug | None = None
    """The organisation it founds."""
    parties: tuple[PartyRecord, ...] = ()
    """Who signed it or was bound by it."""
    provisions: tuple[ProvisionRecord, ...] = ()
    """Its articles and clauses that claims invoke."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.signed and self.in_force and self.in_force < self.signed:
            raise ValueError(f"in force {self.in_force}, before it was signed {self.signed}")
        return self


class ReferenceFile(Record):
    """Any file of `seeds/reference/`: each may hold any of the lists."""

    sources: tuple[SourceRecord, ...] = ()
    """What facts are taken from."""
    actors: tuple[ActorRecord, ...] = ()
    """States, people, organisations, outlets, publics …"""
    places: tuple[PlaceRecord, ...] = ()
    """Places and territories."""
    offices: tuple[OfficeRecord, ...] = ()
    """Offices that people hold."""
    tenures: tuple[TenureRecord, ...] = ()
    """Who held an office on which days."""
    memberships: tuple[MembershipRecord, ...] = ()
    """Who belonged to what on which days."""
    statuses: tuple[StatusRecord, ...] = ()
    """Who claimed, controlled or was recognised in which territory."""
    treaties: tuple[TreatyRecord, ...] = ()
    """Treaties with their parties and provisions."""
    events: tuple[EventRecord, ...] = ()
    """Happenings that claims are about."""
    issues: tuple[IssueRecord, ...] = ()
    """What positions are taken on."""
    positions: tuple[PositionRecord, ...] = ()
    """Answers to issues."""
