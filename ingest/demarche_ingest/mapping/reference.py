"""The reference graph: actors, names, codes, dated relations, treaties, issues, positions."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from demarche_ingest.identity import claim_name, digest16
from demarche_ingest.mapping.build_triples import Node, english
from demarche_ingest.seeds.library import Seeds
from demarche_ingest.seeds.reference import (
    CodeRecord,
    Dated,
    NamedRecord,
    NameRecord,
    PartyRecord,
    PositionRecord,
    ReferenceFile,
    Sourced,
    TreatyRecord,
)
from demarche_ontology import terms
from demarche_ontology.terms import DCTERMS, ID, PROV, RDF, SKOS, WD

_CODE_PROPERTY = {
    "iso3166-alpha2": "iso3166Alpha2",
    "iso3166-alpha3": "iso3166Alpha3",
    "iso3166-numeric": "iso3166Numeric",
    "un-m49": "unM49",
    "geonames": "geonamesId",
    "cow": "cowCode",
    "cow-abbreviation": "cowAbbreviation",
    "gw": "gwCode",
    "vdem": "vdemCode",
}
_LINK_BASE = {"wikidata": str(WD), "geonames": str(terms.GN)}
_DISPUTED = frozenset({"Territory", "DeFactoAuthority"})
"""Kinds whose identity with another data set's entity is itself contested: closeMatch only."""


class ReferenceMapper:
    """Maps the reference records of a seeds folder; `links` go to a graph of their own."""

    def __init__(self, seeds: Seeds) -> None:
        self.seeds = seeds
        self.claims = seeds.claim_index()
        self.reference: set[Triple] = set()
        self.links: set[Triple] = set()

    def map(self) -> None:
        """Fill `reference` and `links`."""
        for _, file in self.seeds.references:
            self._sources(file)
            self._entities(file)
            self._dated(file)
            for treaty in file.treaties:
                self._treaty(treaty)

    # --- provenance ---

    def _node(self, iri: NamedNode, *classes: str) -> Node:
        return Node(self.reference, iri, *classes)

    def _sourced(self, node: Node, record: Sourced) -> Node:
        if record.source is not None:
            node.add(DCTERMS["source"], _source_iri(record.source))
        node.add(PROV["wasDerivedFrom"], *self._claim_iris(record.claims))
        return node.add("note", english(record.note))

    def _claim_iris(self, names: Iterable[str]) -> list[NamedNode]:
        found = [self.claims[name] for name in names]
        return [
            ID[claim_name(article.record.document.source_sha256, claim)] for article, claim in found
        ]

    def _sources(self, file: ReferenceFile) -> None:
        for source in file.sources:
            node = self._node(_source_iri(source.id), "ReferenceSource")
            node.add(DCTERMS["title"], english(source.title))
            node.add(DCTERMS["publisher"], source.publisher)
            node.add(DCTERMS["license"], source.licence)
            node.add(DCTERMS["date"], source.retrieved).add("note", english(source.note))
            if source.url:
                node.add(DCTERMS["references"], NamedNode(source.url))

    # --- entities ---

    def _entities(self, file: ReferenceFile) -> None:
        for actor in file.actors:
            node = self._named(actor, actor.type).entities("bodyOf", _given(actor.body_of))
            node.add(RDF["type"], *[terms.DEM[name] for name in actor_classes(actor.type)])
        for place in file.places:
            self._named(place, place.type)
        for office in file.offices:
            self._named(office, "Office").entities("officeOf", [office.office_of])
        for event in file.events:
            self._named(event, "Event").entities("partOfEvent", _given(event.part_of))
        for issue in file.issues:
            self._named(issue, "Issue")
        for position in file.positions:
            self._position(position)

    def _position(self, position: PositionRecord) -> None:
        node = self._named(position, "Position").entities("onIssue", [position.issue])
        node.entities("excludes", position.excludes)
        for other in position.excludes:  # symmetric: one of the two records is enough
            self._node(ID[other]).entities("excludes", [position.id])

    def _named(self, record: NamedRecord, kind: str) -> Node:
        node = self._sourced(self._node(ID[record.id], kind), record)
        node.add(SKOS["prefLabel"], english(record.label))
        if record.definition:
            node.add(SKOS["definition"], english(record.definition))
        for name in record.names:
            node.add(SKOS["altLabel"], Literal(name.form, language=name.lang))
            if name.used_by:
                node.add("attributedName", self._name(record, name))
        for code in record.codes:
            self._code(node, record, kind, code)
        return node

    def _name(self, record: NamedRecord, name: NameRecord) -> NamedNode:
        iri = ID[f"name-{digest16([record.id, name.lang, name.form])}"]
        node = self._node(iri, "AttributedName").entities("nameUsedBy", name.used_by)
        node.add("nameForm", Literal(name.form, language=name.lang))
        self._sourced(node, name)
        return iri

    def _code(self, node: Node, record: NamedRecord, kind: str, code: CodeRecord) -> None:
        if (name := _CODE_PROPERTY.get(code.scheme)) is not None:
            node.add(name, code.value)
        identifier = self._node(ID[f"{record.id}-{code.scheme}"], "Identifier")
        identifier.concept("identifierScheme", "identifier", code.scheme)
        identifier.add("notation", code.value)
        self._sourced(identifier, code)
        node.add("identifier", identifier.iri)
        if (base := _LINK_BASE.get(code.scheme)) is not None:
            match = "closeMatch" if kind in _DISPUTED else "exactMatch"
            tail = "/" if code.scheme == "geonames" else ""
            link = NamedNode(f"{base}{code.value}{tail}")
            self.links.add(Triple(node.iri, SKOS[match], link))

    # --- dated relations ---

    def _dated(self, file: ReferenceFile) -> None:
        for tenure in file.tenures:
            office = self.seeds.entries[tenure.office].record
            node = self._relation("Tenure", tenure, "tenure", tenure.office, tenure.holder)
            node.entities("holder", [tenure.holder]).entities("office", [tenure.office])
            node.entities("onBehalfOf", [getattr(office, "office_of", "")])
        for membership in file.memberships:
            parts = ("membership", membership.organization, membership.member, membership.status)
            node = self._relation("Membership", membership, *parts)
            node.entities("member", [membership.member])
            node.entities("organization", [membership.organization])
            node.concept("membershipStatus", "membership", membership.status)
        for status in file.statuses:
            parts = ("status", status.territory, status.actor, status.status)
            node = self._relation("TerritorialStatus", status, *parts)
            node.entities("territory", [status.territory]).entities("statusActor", [status.actor])
            node.concept("territorialStatus", "territorial", status.status)

    def _relation(self, kind: str, record: Dated, *parts: str) -> Node:
        first, last = record.attested
        iri = ID["-".join([*parts, str(first)])]
        node = self._sourced(self._node(iri, "DatedRelation", kind), record)
        node.add("attestedFrom", first).add("attestedUntil", last)
        node.add("validFrom", record.valid_from).add("validUntil", record.valid_until)
        return node.add(SKOS["prefLabel"], english(self._relation_label(parts)))

    def _relation_label(self, parts: tuple[str, ...]) -> str:
        """Return "tenure: President of Kazakhstan, Nursultan Nazarbayev"."""
        entries = self.seeds.entries
        named = [entries[part].record for part in parts[1:3]]
        labels = ", ".join(record.label for record in named if isinstance(record, NamedRecord))
        return f"{parts[0]}: {labels}" + (f" ({parts[3]})" if len(parts) > 3 else "")

    # --- treaties ---

    def _treaty(self, treaty: TreatyRecord) -> None:
        node = self._named(treaty, "Treaty").entities("foundingTreatyOf", _given(treaty.founds))
        node.add("signedOn", treaty.signed).add("inForceFrom", treaty.in_force)
        for provision in treaty.provisions:
            part = self._named(provision, "Provision").entities("provisionOf", [treaty.id])
            part.concept("obligationType", "obligation", provision.obligation)
        for party in treaty.parties:
            self._party(treaty, party)

    def _party(self, treaty: TreatyRecord, party: PartyRecord) -> None:
        iri = ID[f"party-{treaty.id}-{party.party}"]
        node = self._sourced(self._node(iri, "DatedRelation", "TreatyParty"), party)
        node.entities("treaty", [treaty.id]).entities("party", [party.party])
        node.add("signedOn", party.signed).add("inForceFrom", party.in_force)
        node.add("validFrom", party.in_force).add("validUntil", party.until)
        first = party.in_force or party.signed or party.until
        node.add("attestedFrom", first).add("attestedUntil", party.until or first)
        label = self._relation_label(("party", treaty.id, party.party))
        node.add(SKOS["prefLabel"], english(label))


def _source_iri(name: str) -> NamedNode:
    return ID[f"source-{name}"]


def _given(name: str | None) -> list[str]:
    return [name] if name else []


_SUPERCLASSES = {
    "State": ("Place",),  # things happen in a state; the ontology leaves the two not disjoint
    "MilitaryAlliance": ("InternationalOrganization", "Organization"),
    "EconomicUnion": ("InternationalOrganization", "Organization"),
    "Court": ("Organization",),
    "InternationalOrganization": ("Organization",),
    "GovernmentBody": ("Organization",),
    "DeFactoAuthority": ("NonStateActor",),
    "PoliticalParty": ("NonStateActor", "Organization"),
    "MediaOutlet": ("NonStateActor", "Organization"),
    "NewsAgency": ("MediaOutlet", "NonStateActor", "Organization"),
    "ArmedGroup": ("NonStateActor",),
    "Company": ("NonStateActor", "Organization"),
    "CivilSocietyOrganization": ("NonStateActor", "Organization"),
    "Public": ("NonStateActor",),
}


def actor_classes(kind: str) -> tuple[str, ...]:
    """Return the classes above an actor's own, so that queries need no inference."""
    return (*_SUPERCLASSES.get(kind, ()), "Actor")
