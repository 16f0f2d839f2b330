"""Every IRI of the project, each with where it comes from. Everything else uses these names.

The namespaces hang on one setting, `BASE`. It is not registered with w3id.org yet, so
documentation must not present these IRIs as resolving on the web; a Demarche server answers
them on its own host.
"""

from typing import Final

from pyoxigraph import NamedNode


class Namespace(str):
    """An IRI prefix; attribute or item access mints a `NamedNode` below it."""

    __slots__ = ()

    def __getitem__(self, local: object) -> NamedNode:  # type: ignore[override]
        return NamedNode(f"{self!s}{local}")

    def term(self, local: str) -> NamedNode:
        return NamedNode(f"{self!s}{local}")


BASE: Final = "https://w3id.org/demarche/"
DEM: Final = Namespace(BASE + "ontology#")
"""Classes and properties."""
ID: Final = Namespace(BASE + "id/")
"""Entities, claims, documents: flat local names, so that SPARQL prefixes work."""
VOC: Final = Namespace(BASE + "vocabulary/")
"""Concepts of the controlled lists, local name `<scheme>-<notation>`."""
GRAPH: Final = Namespace(BASE + "graph/")
"""Named graphs."""
SHAPE: Final = Namespace(BASE + "shapes#")
QUERY: Final = Namespace(BASE + "query/")
"""Competency queries (`sh:SPARQLExecutable`)."""
RELEASE: Final = Namespace(BASE + "release/")
ONTOLOGY: Final = NamedNode(BASE + "ontology")
ONTOLOGY_VERSION: Final = NamedNode(BASE + "ontology/0.1.0")
"""The version of the packaged ontology (`owl:versionIRI`)."""

# --- Standards -------------------------------------------------------------------------------
RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")  # RDF 1.1
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#")  # RDF Schema 1.1
OWL: Final = Namespace("http://www.w3.org/2002/07/owl#")  # OWL 2
XSD: Final = Namespace("http://www.w3.org/2001/XMLSchema#")  # XML Schema Part 2
SKOS: Final = Namespace("http://www.w3.org/2004/02/skos/core#")  # SKOS Reference
SKOSXL: Final = Namespace("http://www.w3.org/2008/05/skos-xl#")  # SKOS-XL, SKOS Reference app. B
PROV: Final = Namespace("http://www.w3.org/ns/prov#")  # PROV-O
OA: Final = Namespace("http://www.w3.org/ns/oa#")  # Web Annotation Vocabulary
DCTERMS: Final = Namespace("http://purl.org/dc/terms/")  # DCMI Metadata Terms
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")  # DCAT 3
VANN: Final = Namespace("http://purl.org/vocab/vann/")
SH: Final = Namespace("http://www.w3.org/ns/shacl#")  # SHACL
VOID: Final = Namespace("http://rdfs.org/ns/void#")  # VoID, W3C Interest Group Note
VOID_EXT: Final = Namespace("http://ldf.fi/void-ext#")  # datatype partitions, beside VoID
SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")  # SPARQL 1.1 SD
FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")  # Unique URIs for File Formats
GEOF: Final = Namespace("http://www.opengis.net/def/function/geosparql/")  # GeoSPARQL 1.1
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")  # checksums, as DCAT 3 uses them
SCHEMA: Final = Namespace("https://schema.org/")
SCHEMA_HTTP: Final = Namespace("http://schema.org/")  # as older data write it
FOAF: Final = Namespace("http://xmlns.com/foaf/0.1/")  # FOAF Vocabulary
DC: Final = Namespace("http://purl.org/dc/elements/1.1/")  # Dublin Core, DCMES 1.1
WD: Final = Namespace("http://www.wikidata.org/entity/")
GN: Final = Namespace("https://sws.geonames.org/")

PREFIXES: Final[dict[str, str]] = {
    "dem": DEM,
    "id": ID,
    "voc": VOC,
    "graph": GRAPH,
    "query": QUERY,
    "release": RELEASE,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "skosxl": SKOSXL,
    "prov": PROV,
    "oa": OA,
    "dcterms": DCTERMS,
    "dcat": DCAT,
    "void": VOID,
    "sd": SD,
    "sh": SH,
    "schema": SCHEMA,
    "wd": WD,
}
"""The prefixes every export, editor and example uses."""

# --- Named graphs (design: graph layout) -----------------------------------------------------
GRAPH_ONTOLOGY: Final = GRAPH["ontology"]
GRAPH_VOCABULARY: Final = GRAPH["vocabulary"]
GRAPH_REFERENCE: Final = GRAPH["reference"]
GRAPH_REVIEW: Final = GRAPH["review"]
GRAPH_LINKS: Final = GRAPH["links"]
GRAPH_DESCRIPTION: Final = GRAPH["description"]
"""What the other published graphs hold, counted by class and property (VoID)."""
DATASET: Final = NamedNode(BASE + "dataset")
"""The union of the published graphs, which `GRAPH_DESCRIPTION` describes."""
GRAPH_DEMONSTRATION: Final = GRAPH["demonstration"]
"""An invented document with all that it needs; never part of the default graph."""
GRAPH_COMMIT: Final = GRAPH["commit"]
"""Only in remote engines: the manifest of the commit that was published there."""
GRAPH_DEFAULT: Final = GRAPH["default"]
"""Only in remote engines without a default graph of their own: what stands for it."""
GRAPH_NONE: Final = GRAPH["none"]
"""Never filled: names an empty graph where SPARQL Protocol cannot say "no graph"."""


def document_graph(sha12: str) -> NamedNode:
    """Return the graph of one document, named by the first 12 hex digits of its sourceSha256."""
    return GRAPH[f"document/{sha12}"]


def derived_graph(policy: str) -> NamedNode:
    """Return the graph that a derivation policy fills."""
    return GRAPH[f"derived/{policy}"]


def run_graph(run: str) -> NamedNode:
    """Return the graph that describes one run of an extractor or a build."""
    return GRAPH[f"run/{run}"]


# --- Classes ---------------------------------------------------------------------------------
ACTOR_KINDS: Final[tuple[str, ...]] = (
    "State",
    "Person",
    "Organization",
    "InternationalOrganization",
    "MilitaryAlliance",
    "EconomicUnion",
    "Court",
    "GovernmentBody",
    "NonStateActor",
    "DeFactoAuthority",
    "PoliticalParty",
    "MediaOutlet",
    "NewsAgency",
    "ArmedGroup",
    "Company",
    "CivilSocietyOrganization",
    "Public",
)
"""Classes that reference data give an actor. A `Commenter` is none: it follows from a comment."""

PLACE_KINDS: Final[tuple[str, ...]] = ("Place", "Territory")
"""Classes that reference data give a place."""

CLASSES: Final[tuple[str, ...]] = (
    "Actor",
    *ACTOR_KINDS,
    "Commenter",
    "Office",
    # Names and identifiers
    "AttributedName",
    "Identifier",
    "ReferenceSource",
    # Dated relations
    "DatedRelation",
    "Tenure",
    "Membership",
    "TreatyParty",
    "TerritorialStatus",
    # Treaties, places, events, issues
    "Treaty",
    "Provision",
    *PLACE_KINDS,
    "Event",
    "Invocation",
    "Issue",
    "Position",
    # Claims
    "Claim",
    "EventClaim",
    "RelationClaim",
    "AttributeClaim",
    "StanceClaim",
    "ReportingStep",
    # Documents and evidence
    "Document",
    "DocumentPart",
    "Passage",
    # Derivation
    "DerivationPolicy",
    "DerivedStatement",
    "ClaimRelation",
    "Contradiction",
    "Corroboration",
    "Refinement",
    "Tension",
    # Reviews and runs
    "Assessment",
    "Coder",
    "Run",
)

# --- Properties ------------------------------------------------------------------------------
OBJECT_PROPERTIES: Final[tuple[str, ...]] = (
    # names, identifiers, sources
    "attributedName",
    "nameUsedBy",
    "identifier",
    "identifierScheme",
    # offices and bodies
    "officeOf",
    "bodyOf",
    "territoryOf",
    # dated relations
    "holder",
    "office",
    "onBehalfOf",
    "member",
    "organization",
    "membershipStatus",
    "party",
    "treaty",
    "territory",
    "statusActor",
    "territorialStatus",
    # treaties
    "provisionOf",
    "obligationType",
    "foundingTreatyOf",
    # events
    "category",
    "mode",
    "context",
    "actor",
    "recipient",
    "affected",
    "place",
    "invokes",
    "partOfEvent",
    # issues and positions
    "onIssue",
    "excludes",
    "heldBy",
    # claims: who says so
    "attributedTo",
    "reportedThrough",
    "reportingStep",
    "stepAgent",
    "voice",
    "certainty",
    "polarity",
    "modality",
    "basis",
    "timeBasis",
    "reviewStatus",
    "evidence",
    "trigger",
    "restsOn",
    "inDocument",
    "inPart",
    # claims: what is claimed
    "aboutEvent",
    "claimSubject",
    "claimPredicate",
    "claimObject",
    "attribute",
    "valueConcept",
    "comparator",
    "stanceActor",
    "position",
    "stanceValue",
    # claim to claim, stated by the source
    "givesReasonFor",
    "statesConditionOf",
    "embeddedIn",
    "respondsTo",
    # claim to claim, computed
    "contradicts",
    "corroborates",
    "refines",
    "inTensionWith",
    "relatedClaim",
    # documents
    "partKind",
    "inReplyTo",
    "dateBasis",
    # derivation
    "underPolicy",
    "admitsVoice",
    "admitsCertainty",
    "derivesPredicate",
    # derived, bare relations (only in derived graphs)
    "supports",
    "opposes",
    "isNeutralOn",
    "isAmbiguousOn",
    "memberOf",
    "holdsOffice",
    "partyTo",
    "recognizes",
    "claimsTerritory",
    "controls",
    "locatedIn",
    "alliedWith",
    "inConflictWith",
    "dependsOn",
    "affiliatedWith",
    "controlledBy",
    "borders",
    "mediatesBetween",
    "succeeds",
    "relativeOf",
    "participatesIn",
    # reviews
    "assesses",
    "assessedBy",
    "assessmentDecision",
)

CODE_PROPERTIES: Final[tuple[str, ...]] = (
    "iso3166Alpha2",
    "iso3166Alpha3",
    "iso3166Numeric",
    "unM49",
    "geonamesId",
    "cowCode",
    "cowAbbreviation",
    "gwCode",
    "vdemCode",
)
"""Codes that other systems have for a state or place."""

DATATYPE_PROPERTIES: Final[tuple[str, ...]] = (
    "nameForm",
    "notation",
    *CODE_PROPERTIES,
    # time
    "validFrom",
    "validUntil",
    "attestedFrom",
    "attestedUntil",
    "signedOn",
    "inForceFrom",
    "earliest",
    "latest",
    "edtf",
    "utteredOn",
    "dateNote",
    # claims
    "statement",
    "localId",
    "presupposed",
    "numericValue",
    "textValue",
    "unit",
    "confidence",
    "rule",
    "proposedBy",
    "origin",
    "stepOrder",
    "note",
    # documents and evidence
    "sourceSha256",
    "textSha256",
    "lengthInCodePoints",
    "extractor",
    "fullText",
    "passageSha256",
    "foldedSha256",
    "foldedLength",
    # derivation
    "independentOrigins",
    "claimCount",
    "contested",
    "admitsPresupposed",
    # reviews and runs
    "assessedOn",
    "rationale",
    "software",
    "setting",
)

# --- Controlled lists: scheme -> notations (each a SKOS concept voc:<scheme>-<notation>) ----------
SCHEMES: Final[dict[str, tuple[str, ...]]] = {
    "voice": (
        "author",
        "quoted",
        "paraphrased",
        "official-document",
        "reader-comment",
        "headline",
        "caption",
    ),
    "certainty": ("certain", "probable", "possible", "underspecified"),  # FactBank
    "polarity": ("positive", "negative", "underspecified"),  # FactBank
    "modality": (
        "actual",
        "future",
        "hypothetical",
        "conditional",
        "normative",
        "interrogative",
    ),
    "basis": ("act-reported", "own-words", "characterisation", "inference", "presupposition"),
    "stance": ("supports", "opposes", "neutral", "ambiguous"),
    "membership": ("member", "observer", "suspended", "applicant", "former"),
    "obligation": ("defense", "offense", "neutrality", "nonaggression", "consultation", "other"),
    "territorial": ("claimed-by", "controlled-by", "recognised-as"),
    "review": ("curated", "candidate", "accepted", "rejected", "superseded"),
    "date-basis": ("stated", "inferred", "curated"),
    "comparator": ("exactly", "about", "more-than", "at-least", "less-than", "at-most"),
    "attribute": (
        "characterisation",
        "name",
        "status",
        "motive",
        "troops",
        "displaced-people",
        "casualties",
        "detainees",
        "population",
        "area",
        "quantity",
        "duration",
        "frequency",
        "founding-date",
        "age",
        "rank",
        "equipment",
        "route",
        "wording",
        "existence",
    ),
    "part": (
        "article",
        "headline",
        "body",
        "caption",
        "comment",
        "boilerplate",
        "promotion",
        "pingback",
    ),
    "decision": ("accept", "edit", "reject", "undo"),
    "identifier": (
        "iso3166-alpha2",
        "iso3166-alpha3",
        "iso3166-numeric",
        "un-m49",
        "geonames",
        "wikidata",
        "cow",
        "cow-abbreviation",
        "gw",
        "vdem",
    ),
    # PLOVER (manual of 2024-02-04): codes only, definitions are our own (vocabularies/plover.ttl)
    "category": (
        "agree",
        "consult",
        "support",
        "concede",
        "cooperate",
        "aid",
        "retreat",
        "request",
        "accuse",
        "reject",
        "threaten",
        "protest",
        "sanction",
        "mobilize",
        "coerce",
        "assault",
    ),
    "context": (
        "military",
        "intelligence",
        "executive",
        "legislative",
        "election",
        "political-institutions",
        "pro-democracy",
        "pro-autocracy",
        "economic",
        "legal",
        "reparations",
        "human-rights",
        "rights-freedoms",
        "repression",
        "human-security",
        "gender",
        "lgbt",
        "religion-ethnicity",
        "inequality",
        "diplomatic",
        "territory",
        "peacekeeping",
        "health",
        "asylum",
        "migration",
        "disasters",
        "natural-resource",
        "environment",
        "technology",
        "terrorism",
        "cbrn",
        "cyber",
        "misinformation",
        "crime",
        "corruption",
        "illegal-drugs",
        "trafficking",
    ),
}

PLOVER_MODES: Final[dict[str, tuple[str, ...]]] = {
    "consult": ("visit", "third-party", "multilateral", "phone"),
    "retreat": ("withdraw", "release", "disarm", "ceasefire", "access", "resign"),
    "request": ("assist", "change", "yield", "meet"),
    "accuse": ("disapprove", "investigate", "allege"),
    "reject": ("assist", "change", "yield", "meet"),
    "threaten": ("restrict", "arrest", "relations", "expel", "territory", "violence"),
    "protest": ("demo", "riot", "strike", "hunger", "boycott", "obstruct", "vandalize"),
    "sanction": ("convict", "expel", "withdraw", "discontinue"),
    "mobilize": ("troops", "weapons", "police", "militia"),
    "coerce": (
        "seize",
        "restrict",
        "censor",
        "curfew",
        "martial-law",
        "arrest",
        "deport",
        "withhold",
        "misinformation",
        "cyber",
    ),
    "assault": (
        "abduct",
        "beat",
        "torture",
        "sexual",
        "targeted",
        "destroy",
        "primitive",
        "firearms",
        "explosives",
        "suicide-attack",
        "aerial",
        "drone",
        "heavy-weapons",
        "crowd-control",
        "unconventional",
    ),
}
"""PLOVER modes by category; the concept is `voc:mode-<category>-<mode>`."""

REQUIRES_RECIPIENT: Final = frozenset({"cooperate", "aid", "sanction"})
"""PLOVER categories without meaning when no recipient is known."""

NEVER_DERIVED: Final = frozenset(
    {"claimsTerritory", "controls", "locatedIn", "controlledBy", "dependsOn"}
)
"""Relations about territory, and judgements of who is under whom: they stay claims.

Derived as bare triples they would read as this graph's own verdict.
"""

RELATION_PREDICATES: Final[tuple[str, ...]] = (
    "heldBy",
    "memberOf",
    "holdsOffice",
    "partyTo",
    "recognizes",
    "claimsTerritory",
    "controls",
    "locatedIn",
    "alliedWith",
    "inConflictWith",
    "dependsOn",
    "affiliatedWith",
    "controlledBy",
    "borders",
    "mediatesBetween",
    "succeeds",
    "relativeOf",
    "participatesIn",
)
"""What a RelationClaim may claim between its subject and object."""

EVENT_PREDICATES: Final[tuple[str, ...]] = (
    "category",
    "mode",
    "context",
    "actor",
    "recipient",
    "affected",
    "place",
    "invokes",
)
"""What claims about an event say of it; derived onto the event under a policy."""

EVENT_DATES: Final[tuple[str, ...]] = ("earliest", "latest")
"""The outer bounds of what claims about an event say of its time; derived onto the event."""

CLAIM_CONTENT: Final[dict[str, tuple[str, ...]]] = {
    "event": ("aboutEvent", *EVENT_PREDICATES),
    "relation": ("claimSubject", "claimPredicate", "claimObject", "membershipStatus"),
    "attribute": (
        "claimSubject",
        "attribute",
        "comparator",
        "numericValue",
        "unit",
        "textValue",
        "valueConcept",
    ),
    "stance": ("stanceActor", "onBehalfOf", "position", "stanceValue"),
}
"""What each type of claim says, in reading order (docs/model.md)."""

CLAIM_MANNER: Final[tuple[str, ...]] = (
    "voice",
    "certainty",
    "polarity",
    "modality",
    "presupposed",
    "basis",
    "origin",
    "utteredOn",
    "reviewStatus",
)
"""How a claim is made, and who looked at it."""

STATED_RELATIONS: Final[tuple[str, ...]] = (
    "givesReasonFor",
    "statesConditionOf",
    "embeddedIn",
    "respondsTo",
)
"""How claims of one source lean on each other, by the source's own word."""

COMPUTED_RELATIONS: Final[dict[str, str]] = {
    "contradicts": "Contradiction",
    "corroborates": "Corroboration",
    "refines": "Refinement",
    "inTensionWith": "Tension",
}
"""How claims stand to each other, as a policy found it, and the class of the node that says why."""

STANCE_PREDICATES: Final[dict[str, str]] = {
    "supports": "supports",
    "opposes": "opposes",
    "neutral": "isNeutralOn",
    "ambiguous": "isAmbiguousOn",
}


def concept(scheme: str, notation: str) -> NamedNode:
    """Return the concept of a controlled list, e.g. `concept("voice", "quoted")`."""
    return VOC[f"{scheme}-{notation}"]


def mode(category: str, name: str) -> NamedNode:
    """Return the concept of a PLOVER mode, e.g. `mode("request", "meet")`."""
    return VOC[f"mode-{category}-{name}"]
