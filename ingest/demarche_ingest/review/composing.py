"""From accepted claims to graphs: each document's, what its claims name, and the reviews.

What is composed is held to the same checks as the seeds (`seeds.crosscheck`, the shapes).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from demarche_ingest.candidates.records import NewThing
from demarche_ingest.identity import digest16
from demarche_ingest.mapping.build_triples import Node, english
from demarche_ingest.mapping.candidates import run_iri
from demarche_ingest.mapping.documents import map_document
from demarche_ingest.mapping.reference import ReferenceMapper
from demarche_ingest.publishing import GRAPH_THINGS
from demarche_ingest.review.model import Assessment, Coder, KeptDocument
from demarche_ingest.review.things import named, needed, reference
from demarche_ingest.seeds.claims import ArticleFile, ClaimRecord
from demarche_ingest.seeds.crosscheck import crosscheck
from demarche_ingest.seeds.known import with_world
from demarche_ingest.seeds.library import Article, Entry, Seeds, entries_of
from demarche_ingest.seeds.reference import NamedRecord
from demarche_ingest.seeds.yamlfile import YamlFile
from demarche_ontology import terms
from demarche_ontology.errors import Problem
from demarche_ontology.terms import DEM, ID, PROV, RDF, SKOS, XSD

_FILE: Final = YamlFile(Path(), "reviewed claims", None, {})
_LINKS: Final = ("reason_for", "condition_of", "embedded_in", "responds_to")
_ENTRY_KINDS: Final[dict[str, str]] = {
    **dict.fromkeys(terms.PLACE_KINDS, "place"),
    "Office": "office",
    "Event": "event",
    "Issue": "issue",
    "Position": "position",
    "Treaty": "treaty",
    "Provision": "provision",
    **dict.fromkeys((*terms.ACTOR_KINDS, "Actor"), "actor"),
}
"""Kinds as the cross-checks call them, by class; of several classes the last here counts."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted claim. by: the decision that says how it stands. document: as it was kept."""

    claim: ClaimRecord
    by: Assessment
    document: KeptDocument

    @property
    def article(self) -> str:
        """The article that it stands in."""
        return self.by.article or ""


@dataclass(frozen=True, slots=True)
class Composed:
    """Graphs by IRI, and what is wrong with them, if anything."""

    graphs: dict[str, set[Triple]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    claims: int = 0


def known_entries(graphs: Iterable[Iterable[Triple]]) -> dict[str, Entry]:
    """Return what reference graphs describe, as far as claims may name it, by id."""
    rank = {name: number for number, name in enumerate(_ENTRY_KINDS)}
    kinds: dict[str, str] = {}
    labels: dict[str, str] = {}
    for triple in (triple for graph in graphs for triple in graph):
        subject = triple.subject
        if not isinstance(subject, NamedNode) or not subject.value.startswith(ID):
            continue
        name = subject.value.removeprefix(ID)
        if triple.predicate == RDF["type"] and isinstance(triple.object, NamedNode):
            kind = triple.object.value.removeprefix(DEM)
            if kind in rank and rank[kind] >= rank.get(kinds.get(name, ""), -1):
                kinds[name] = kind
        elif triple.predicate == SKOS["prefLabel"] and isinstance(triple.object, Literal):
            labels[name] = triple.object.value
    return {
        name: Entry(
            NamedRecord(id=name, label=(labels.get(name) or name)[:300]),
            _ENTRY_KINDS[kind],
            _FILE,
            (),
        )
        for name, kind in kinds.items()
    }


def compose(
    accepted: Sequence[Accepted],
    assessments: Sequence[Assessment],
    known: Mapping[str, Entry],
) -> Composed:
    """Return the graphs of all accepted claims.

    known: what other graphs describe. Nothing is composed of what has problems.
    """
    problems: list[Problem] = []
    seeds = _seeds(accepted, known, problems)
    problems += crosscheck(seeds)
    if problems:
        return Composed(problems=tuple(sorted(set(problems))))
    mapper = ReferenceMapper(seeds)
    mapper.map()
    graphs = {
        terms.document_graph(source[:12]).value: map_document(articles, "accepted")
        for source, articles in seeds.documents().items()
    }
    for one in accepted:
        _how_made(graphs[terms.document_graph(one.by.document[:12]).value], one)
    if things := mapper.reference | mapper.links:
        graphs[GRAPH_THINGS.value] = things
    if reviews := _reviews(accepted, assessments):
        graphs[terms.GRAPH_REVIEW.value] = reviews
    return Composed(graphs, claims=len(accepted))


def faults(accepted: Sequence[Accepted], known: Mapping[str, Entry]) -> list[Problem]:
    """Return what is wrong with claims, each by itself, their links to others left aside."""
    problems: list[Problem] = []
    return sorted({*crosscheck(_seeds(accepted, known, problems)), *problems})


def _seeds(
    accepted: Sequence[Accepted], known: Mapping[str, Entry], problems: list[Problem]
) -> Seeds:
    """Return accepted claims as a seeds folder would be read, with the world's rows they name."""
    articles = tuple(_articles(accepted, problems))
    bare = Seeds(Path("reviews"), (), articles, dict(known))
    there = with_world(bare).entries
    things = _things(accepted, there)
    issues = {name for name, entry in there.items() if entry.kind == "issue"}
    issues |= {thing.id for thing in things.values() if thing.type == "Issue"}
    made = reference(things.values(), _resting(bare, things), issues, problems)
    references = ((_FILE, made),)
    entries = {**known, **{entry.record.id: entry for entry in entries_of(references)}}
    return with_world(Seeds(Path("reviews"), references, articles, entries))


def _things(accepted: Sequence[Accepted], known: Mapping[str, Entry]) -> dict[str, NewThing]:
    """Return the new things that are named; as they were accepted last."""
    offered: dict[str, NewThing] = {}
    names: list[str] = []
    for one in sorted(accepted, key=lambda one: one.by.at):
        offered |= {thing.id: thing for thing in (*one.document.things, *one.by.things)}
        names += named(one.claim)
        for article in one.document.articles:
            names += [article.publisher, *([article.author] if article.author else [])]
    new = {name: thing for name, thing in offered.items() if name not in known}
    return {thing.id: thing for thing in needed(names, new)}


def _resting(seeds: Seeds, things: Mapping[str, NewThing]) -> dict[str, list[str]]:
    """Return the claims that each thing rests on, as "<article>/<claim>".

    An outlet or author rests on the first claim of its document, what is only named by another new
    thing on the claims of that.
    """
    claims: defaultdict[str, list[str]] = defaultdict(list)
    for articles in seeds.documents().values():
        own = [f"{article.id}/{claim.id}" for article in articles for claim in article.claims]
        for article in articles:
            for claim in article.claims:
                for name in named(claim):
                    claims[name].append(f"{article.id}/{claim.id}")
            for name in (article.record.publisher, article.record.author or ""):
                if name not in claims:
                    claims[name] += own[:1]
    for thing in things.values():
        if thing.of is not None and thing.of not in claims:
            claims[thing.of] = claims[thing.id]
    return claims


# --- articles ---


def _articles(accepted: Sequence[Accepted], problems: list[Problem]) -> Iterable[Article]:
    by_document: defaultdict[str, list[Accepted]] = defaultdict(list)
    for one in accepted:
        by_document[one.by.document].append(one)
    for _, claims in sorted(by_document.items()):
        latest = max(claims, key=lambda one: one.by.at).document
        records = {record.id: record for record in latest.articles}
        fitting = [one for one in claims if _fits(one, records, problems)]
        for record in latest.articles:
            own = [one.claim for one in fitting if one.article == record.id]
            yield Article(record, _in_order(own), _FILE, _FILE)


def _fits(one: Accepted, records: Mapping[str, ArticleFile], problems: list[Problem]) -> bool:
    """Say whether a claim stands in the document as it is described now."""
    record = records.get(one.article)
    own = next((article for article in one.document.articles if article.id == one.article), None)
    if record and own and record.document.text_sha256 == own.document.text_sha256:
        return True
    message = "other claims of this document were accepted after it was read anew, otherwise"
    remedy = "undo this acceptance or those, and review what the last ingestion found"
    problems.append(Problem("", 0, one.claim.iri or one.claim.id, message, remedy))
    return False


def _in_order(claims: Sequence[ClaimRecord]) -> tuple[ClaimRecord, ...]:
    """Return claims in the order of the text, each with an id of its own, links only to these."""
    ordered = sorted(claims, key=lambda one: (one.evidence[0].start, one.id, one.iri or ""))
    several = Counter(claim.id for claim in ordered)
    ids = frozenset(several)
    return tuple(
        claim.model_copy(
            update={
                "id": claim.id if several[claim.id] == 1 else f"{claim.id}-{_short(claim)}",
                **{
                    role: tuple(
                        name
                        for name in getattr(claim, role)
                        if name in ids and several[name] == 1 and name != claim.id
                    )
                    for role in _LINKS
                },
            }
        )
        for claim in ordered
    )


def _short(claim: ClaimRecord) -> str:
    return (claim.iri or "")[-6:]


# --- what made them ---


def _how_made(out: set[Triple], one: Accepted) -> None:
    """Say what proposed a claim; what an edit made of one was proposed by nobody but its coder."""
    made = one.by.made
    if made is None or one.claim.revises:
        return
    node = Node(out, ID[str(one.claim.iri)]).add("confidence", float(made.confidence))
    node.add("rule", made.rule).add("proposedBy", made.extractor)
    node.add(PROV["wasGeneratedBy"], run_iri(made.run))


def runs_of(accepted: Iterable[Accepted]) -> set[str]:
    """Return the runs that proposed claims."""
    return {one.by.made.run for one in accepted if one.by.made and not one.claim.revises}


# --- reviews ---


def _reviews(accepted: Sequence[Accepted], assessments: Sequence[Assessment]) -> set[Triple]:
    """Return the assessments of claims that stand in the graph, and their coders."""
    out: set[Triple] = set()
    present = {name for one in accepted for name in (one.claim.iri, *one.claim.revises)}
    numbers: Counter[tuple[str, str]] = Counter()
    for one in assessments:
        numbers[one.claim, one.coder.id] += 1
        if one.claim in present:
            _assessment(out, one, numbers[one.claim, one.coder.id])
            _coder(out, one.coder)
    return out


def _assessment(out: set[Triple], one: Assessment, number: int) -> None:
    at = one.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    name = digest16([one.claim, one.coder.id, number, one.decision, at])
    node = Node(out, ID[f"assessment-{name}"], "Assessment")
    node.add("assesses", ID[one.claim]).add("assessedBy", coder_iri(one.coder))
    node.concept("assessmentDecision", "decision", one.decision)
    node.add(SKOS["prefLabel"], english(f"{one.decision}: {one.coder.name}, {at[:10]}"))
    node.add("assessedOn", Literal(at, datatype=XSD["dateTime"]))
    node.add("rationale", english(one.note))


def coder_iri(coder: Coder) -> NamedNode:
    """Return a coder's IRI."""
    return ID[f"coder-{coder.id}"]


def _coder(out: set[Triple], coder: Coder) -> None:
    kind = "Person" if coder.kind == "person" else "SoftwareAgent"
    node = Node(out, coder_iri(coder), "Coder").add(RDF["type"], PROV[kind])
    node.add(SKOS["prefLabel"], english(coder.name))
