"""Reviews: what decisions make of candidates, and what of it stands in the graph."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest.reviewkit import ENVOY, document, text_of
from pyoxigraph import BlankNode, Triple
from seedkit import make_seeds

from demarche_ingest.annotate import pin
from demarche_ingest.build import build
from demarche_ingest.candidates.records import DocumentCandidates
from demarche_ingest.publishing import GRAPH_THINGS
from demarche_ingest.review.desk import Desk
from demarche_ingest.review.editing import changed, from_yaml, to_yaml
from demarche_ingest.review.journal import Journal
from demarche_ingest.review.model import Assessment, Coder
from demarche_ingest.review.publishing import publish
from demarche_ingest.review.queue import Choice, Item
from demarche_ingest.review.standing import standings
from demarche_ingest.seeds.claims import ClaimRecord
from demarche_ingest.seeds.library import DEMONSTRATION
from demarche_ontology import terms
from demarche_ontology.errors import InputError, StoreError, UnknownClaimError
from demarche_store.home import Home

ANA = Coder(id="ana", name="Ana", kind="person")
BEN = Coder(id="ben", name="Ben", kind="person")
BOT = Coder(id="bot", name="A rule of thumb", kind="software")
SEEDS = Path(__file__).parents[2] / "seeds"
START = datetime(2031, 4, 1, 12, tzinfo=UTC)
_PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in terms.PREFIXES.items())


class Clock:
    """A clock that goes on by a second with each look."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


CLOCK = Clock()


def desk_of(home: Home, coder: Coder = ANA, *documents: DocumentCandidates) -> Desk:
    return Desk(home, coder, lambda: documents or (document(),), CLOCK)


def graph(home: Home, iri: str) -> set[Triple]:
    """Return a graph of the current commit."""
    with home.open() as view:
        return set(view.graph(iri))


def first(desk: Desk, type_: str = "relation") -> Item:
    return desk.items(Choice(type=type_, reviewed=True))[0]


def ask(home: Home, query: str) -> list[tuple[str, ...]]:
    with home.open() as view:
        rows = view.query(f"{_PREFIXES}{query}").rows()
        return sorted(tuple(getattr(term, "value", "") for term in row) for row in rows)


def statuses(home: Home) -> dict[str, str]:
    rows = ask(home, "SELECT ?c ?s { ?c a dem:Claim ; dem:reviewStatus ?s }")
    return {c.removeprefix(terms.ID): s.rpartition("review-")[2] for c, s in rows}


# --- from an empty home to an answer -----------------------------------------------------------


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home without seeds: one claim accepted, one edited, one rejected, one left alone."""
    home = Home(tmp_path_factory.mktemp("review-home"))
    desk = desk_of(home)
    talks, backing = desk.items(Choice(type="event"))
    desk.accept(talks, "read twice")
    relation = first(desk)
    record, _ = from_yaml(
        to_yaml(relation.claim).replace("alliedWith", "dependsOn"),
        relation.claim,
        relation.document,
        text_of(),
    )
    desk.edit(relation, record)
    desk.reject(backing, "nobody says so")
    publish(home)
    return home


def test_accepted_and_edited_claims_are_in_the_default_graph(reviewed: Home) -> None:
    assert sorted(statuses(reviewed).values()) == ["accepted", "accepted", "superseded"]
    rows = ask(
        reviewed,
        "SELECT ?p ?old { ?c dem:claimPredicate ?p ; prov:wasRevisionOf ?old ."
        " ?old dcterms:isReplacedBy ?c }",
    )
    assert [row[0] for row in rows] == [f"{terms.DEM}dependsOn"]


def test_reviews_stand_in_their_graph_with_who_and_when(reviewed: Home) -> None:
    rows = ask(
        reviewed,
        "SELECT ?decision ?name ?kind ?why { GRAPH graph:review { ?a a dem:Assessment ;"
        " dem:assessmentDecision ?decision ; dem:assessedBy ?who ; dem:assessedOn ?day ."
        " ?who skos:prefLabel ?name ; a ?kind . FILTER(?kind != dem:Coder)"
        " OPTIONAL { ?a dem:rationale ?why } } }",
    )
    kind = "http://www.w3.org/ns/prov#Person"
    voc = f"{terms.VOC}decision-"
    assert rows == [
        (f"{voc}accept", "Ana", kind, "read twice"),
        (f"{voc}edit", "Ana", kind, ""),
    ]


def test_rejected_and_undecided_claims_are_not_in_the_graph(reviewed: Home) -> None:
    assert ask(reviewed, "SELECT ?c { ?c dem:attribute ?a }") == []
    assert not any("ana-quispe" in row[0] for row in ask(reviewed, "SELECT ?s { ?s a ?c }"))


def test_new_things_and_those_of_the_world_are_described_with_what_they_rest_on(
    reviewed: Home,
) -> None:
    rows = ask(
        reviewed,
        f"SELECT DISTINCT ?label ?known {{ GRAPH <{GRAPH_THINGS.value}> {{"
        " ?s skos:prefLabel ?label ; a ?class . VALUES ?class { dem:MediaOutlet dem:State }"
        " ?s dcterms:source|prov:wasDerivedFrom ?from } ?from a ?known"
        " FILTER(?known IN (dem:Claim, dem:ReferenceSource)) }",
    )
    claim, source = f"{terms.DEM}Claim", f"{terms.DEM}ReferenceSource"
    assert rows == [("Ecuador", source), ("Lima Post", claim), ("Peru", source)]


def test_derived_statements_rest_on_accepted_claims(reviewed: Home) -> None:
    rows = ask(
        reviewed,
        "SELECT ?s ?o { ?d a dem:DerivedStatement ; prov:wasDerivedFrom ?c . ?c dem:reviewStatus"
        " voc:review-accepted . ?c dem:actor ?s . ?c dem:aboutEvent ?o }",
    )
    assert rows


def test_graphs_have_their_owners(reviewed: Home) -> None:
    current = reviewed.current()
    assert current is not None
    owners = {info.iri.removeprefix(terms.GRAPH): info.owner for info in current.graphs}
    sha12 = document().source_sha256[:12]
    assert owners[f"document/{sha12}"] == owners["reference/ingestion"] == "ingestion"
    assert owners["review"] == "reviews"
    assert owners["derived/default"] == owners["ontology"] == "seeds"


def test_publishing_twice_does_nothing(reviewed: Home) -> None:
    report = publish(reviewed)
    assert report.changed == ()
    assert (report.documents, report.claims) == (1, 2)


def test_undoing_everything_withdraws_the_document(tmp_path: Path) -> None:
    home = Home(tmp_path)
    desk = desk_of(home)
    item = first(desk)
    desk.accept(item)
    publish(home)
    desk.undo(item.iri)
    report = publish(home)
    assert report.claims == 0
    current = home.current()
    assert current is not None
    names = {info.iri.removeprefix(terms.GRAPH) for info in current.graphs}
    assert not {name for name in names if name.startswith("document/")}
    assert {"review", "reference/ingestion"}.isdisjoint(names)
    assert statuses(home) == {}


# --- beside seeds ------------------------------------------------------------------------------


def test_a_build_keeps_reviews_and_reviews_keep_the_seeds(tmp_path: Path) -> None:
    seeds, home = make_seeds(tmp_path, 1, 4), Home(tmp_path / "home")
    build(seeds, home)
    built = home.current()
    assert built is not None
    desk = desk_of(home)
    desk.accept(first(desk))
    publish(home)
    assert sorted(statuses(home).values()) == ["accepted", *["curated"] * 4]
    assert build(seeds, home).unchanged
    build(seeds, home, force=True)
    assert sorted(statuses(home).values()) == ["accepted", *["curated"] * 4]
    desk.undo(first(desk).iri)
    publish(home)
    after = home.current()
    assert after is not None
    assert after.rdfc10 == built.rdfc10


def test_a_home_with_the_demonstration_takes_reviews(tmp_path: Path) -> None:
    seeds, home = make_seeds(tmp_path / "made"), Home(tmp_path / "home")
    shutil.copytree(SEEDS / DEMONSTRATION, seeds / DEMONSTRATION)
    build(seeds, home)
    shown = graph(home, terms.GRAPH_DEMONSTRATION.value)
    desk = desk_of(home)
    desk.accept(first(desk))
    assert publish(home).claims == 1
    assert graph(home, terms.GRAPH_DEMONSTRATION.value) == shown
    assert build(seeds, home, force=True).changed == ()
    assert shown


def test_what_the_seeds_describe_later_is_described_once(tmp_path: Path) -> None:
    seeds, home = make_seeds(tmp_path, 1, 4), Home(tmp_path / "home")
    desk = desk_of(home)
    desk.accept(first(desk))
    publish(home)
    own = seeds / "reference" / "own.yaml"
    own.write_text(
        "actors:\n- {id: peru, label: The Republic of Peru, type: State, source: atlas}\n"
    )
    build(seeds, home)
    labels = "SELECT ?l { id:peru skos:prefLabel ?l }"
    assert ask(home, labels) == [("The Republic of Peru",)]
    publish(home)
    assert ask(home, labels) == [("The Republic of Peru",)]


def test_a_document_of_the_seeds_cannot_be_reviewed_into_the_graph(tmp_path: Path) -> None:
    seeds, home = make_seeds(tmp_path, 1, 4), Home(tmp_path / "home")
    build(seeds, home)
    taken = terms.document_graph(document().source_sha256[:12])
    with home.writer("a test") as writer:
        writer.replace_graph(taken, [], "seeds")
        writer.commit("taken", "", [])
    before = home.current()
    desk = desk_of(home)
    desk.accept(first(desk))
    with pytest.raises(InputError, match="belongs to seeds") as error:
        publish(home)
    assert "the seeds code this document" in str(error.value)
    assert home.current() == before


# --- decisions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [(1, 2, 3), (3, 1, 2)])
def test_documents_come_by_their_dates_and_claims_as_they_stand(
    tmp_path: Path, given: tuple[int, ...]
) -> None:
    desk = desk_of(Home(tmp_path), ANA, *map(document, given))
    found = [(item.article.id, item.claim.id) for item in desk.items(Choice())]
    days = [f"lima-post-2031-03-{number:02d}" for number in (1, 2, 3)]
    assert found == [(day, f"c{at:03d}") for day in days for at in (1, 2, 3, 4)]
    surest = [item.made.confidence for item in desk.items(Choice(by_confidence=True))]
    assert surest == sorted(surest, reverse=True)


def test_several_coders_who_agree_and_who_do_not(tmp_path: Path) -> None:
    home = Home(tmp_path)
    ana = desk_of(home, ANA)
    item = first(ana)
    ana.accept(item)
    ben = desk_of(home, BEN)
    assert item.iri not in {one.iri for one in ben.items(Choice())}
    assert item.iri in {one.iri for one in ben.items(Choice(coder="ben"))}
    ben.reject(item)
    assert ben.standing(item.iri).status == "disputed"
    ben.undo(item.iri)
    assert ben.standing(item.iri).status == "accepted"
    ben.accept(item)
    assert set(ben.standing(item.iri).decisions) == {"ana", "ben"}


def test_what_a_program_decided_gives_way_to_a_person(tmp_path: Path) -> None:
    home = Home(tmp_path)
    bot = desk_of(home, BOT)
    item = first(bot)
    bot.accept(item)
    assert bot.standing(item.iri).status == "accepted"
    ana = desk_of(home, ANA)
    ana.reject(item)
    assert ana.standing(item.iri).status == "rejected"


def test_an_edit_can_be_edited_and_undone_step_by_step(tmp_path: Path) -> None:
    home = Home(tmp_path)
    desk = desk_of(home)
    item = first(desk)
    once = desk.name_otherwise(item, {"ecuador": "brazil"}).record
    assert once is not None
    (edited,) = desk.find([str(once.iri)])
    twice = desk.name_otherwise(edited, {"peru": "chile"}).record
    assert twice is not None
    assert twice.revises == (item.iri, once.iri)
    stands = [desk.standing(str(name)).status for name in (item.iri, once.iri, twice.iri)]
    assert stands == ["superseded", "superseded", "accepted"]
    publish(home)
    assert sorted(statuses(home).values()) == ["accepted", "superseded", "superseded"]
    desk.undo(str(once.iri))
    assert desk.standing(str(once.iri)).status == "accepted"
    desk.undo(item.iri)
    stands = [desk.standing(str(name)).status for name in (item.iri, once.iri, twice.iri)]
    assert stands == ["candidate"] * 3


def test_an_edit_back_to_what_it_was_is_refused(tmp_path: Path) -> None:
    desk = desk_of(Home(tmp_path))
    item = first(desk)
    once = desk.name_otherwise(item, {"ecuador": "brazil"}).record
    assert once is not None
    with pytest.raises(InputError, match="before it was edited"):
        changed(once, {"brazil": "ecuador"}, item.document)


def test_an_edit_of_the_statement_keeps_the_claim(tmp_path: Path) -> None:
    home = Home(tmp_path)
    desk = desk_of(home)
    item = first(desk)
    told = item.claim.model_copy(update={"statement": "The Post calls the two allies."})
    desk.edit(item, told)
    publish(home)
    assert statuses(home) == {item.iri: "accepted"}
    rows = ask(home, "SELECT ?s { ?c dem:statement ?s }")
    assert rows == [("The Post calls the two allies.",)]


def test_undoing_what_was_never_decided_is_refused(tmp_path: Path) -> None:
    desk = desk_of(Home(tmp_path))
    with pytest.raises(UnknownClaimError, match="decided nothing"):
        desk.undo(first(desk).iri)


def test_a_claim_that_is_not_there_is_told(tmp_path: Path) -> None:
    desk = desk_of(Home(tmp_path))
    with pytest.raises(UnknownClaimError, match="claim-0000"):
        desk.find(["id:claim-0000"])
    with pytest.raises(UnknownClaimError, match=r"\(4 claims\)"):
        desk.find(["claim-"])
    item = first(desk)
    assert desk.find([f"{terms.ID}{item.iri}", item.iri[:14]])[0].iri == item.iri


def test_what_is_accepted_stands_though_a_later_ingestion_does_not_find_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    desk = desk_of(home)
    item = first(desk)
    desk.accept(item)
    empty = document().model_copy(update={"articles": ()})
    later = desk_of(home, BEN, empty)
    (told,) = later.items(Choice(reviewed=True))
    assert told.iri == item.iri
    later.accept(told)
    publish(home)
    assert statuses(home) == {item.iri: "accepted"}


def test_a_text_read_otherwise_later_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    desk = desk_of(home)
    desk.accept(first(desk))
    raw = document().model_dump_json().replace(text_of().text_sha256, "0" * 64)
    clash = json.loads(raw.replace(f'"source_sha256":"{"0" * 64}"', '"source_sha256":"x"'))
    source = document().source_sha256
    clash["source_sha256"] = clash["articles"][0]["article"]["document"]["source_sha256"] = source
    later = desk_of(home, ANA, DocumentCandidates.model_validate(clash))
    later.accept(first(later, "attribute"))
    with pytest.raises(InputError, match="read anew"):
        publish(home)
    assert home.current() is None


# --- what is wrong -----------------------------------------------------------------------------


def test_a_new_thing_without_a_class_must_get_one(tmp_path: Path) -> None:
    raw = document().model_dump(mode="json")
    raw["things"][0]["type"] = "Thing"
    desk = desk_of(Home(tmp_path), ANA, DocumentCandidates.model_validate(raw))
    _, backing = desk.items(Choice(type="event"))
    assert [thing.id for thing in desk.unknown(backing)] == ["ana-quispe", "lima-post"]
    with pytest.raises(InputError, match="no class that a new thing can have"):
        desk.accept(backing)
    made, problems = desk.accept_all(desk.items(Choice()), "all at once")
    assert len(made) == 3
    assert any(problem.subject == "ana-quispe" for problem in problems)
    desk.name_otherwise(backing, {}, (ENVOY,))
    publish(desk.home)
    assert len(statuses(desk.home)) == 4


def test_a_new_position_gets_an_issue_and_an_actor_may_be_of_any_kind(tmp_path: Path) -> None:
    found = document()
    raw = found.model_dump(mode="json")
    raw["things"][0]["type"] = "Actor"
    raw["things"].append({"id": "canal", "label": "That the canal be dug", "type": "Position"})
    (claims,) = (one["candidates"] for one in raw["articles"])
    told = claims[2]["claim"] | {"relation": None, "iri": None}
    told["stance"] = {"actor": "ana-quispe", "position": "canal", "value": "supports"}
    record = pin.renew(found.source_sha256, ClaimRecord.model_validate(told))
    claims[2]["claim"] = record.model_dump(mode="json")
    desk = desk_of(Home(tmp_path), ANA, DocumentCandidates.model_validate(raw))
    desk.accept(first(desk, "stance"))
    publish(desk.home)
    rows = ask(
        desk.home,
        "SELECT ?issue ?who { ?c dem:position ?p ; dem:stanceActor/skos:prefLabel ?who ."
        " ?p dem:onIssue/skos:prefLabel ?issue }",
    )
    assert rows == [("What is to be said to: That the canal be dug", "Ana Quispe")]


def test_a_home_without_seeds_is_brought_up_to_this_version(tmp_path: Path) -> None:
    home = Home(tmp_path)
    desk = desk_of(home)
    desk.accept(first(desk))
    publish(home)
    with home.writer("an older version") as writer:
        writer.replace_graph(terms.GRAPH_VOCABULARY, [], "seeds")
        writer.commit("older", "", [])
    desk.accept(first(desk, "attribute"))
    publish(home)
    assert ask(home, "SELECT ?n { voc:decision-undo skos:notation ?n }") == [("undo",)]


def test_a_new_thing_can_be_a_known_one(tmp_path: Path) -> None:
    desk = desk_of(Home(tmp_path))
    _, backing = desk.items(Choice(type="event"))
    record = desk.name_otherwise(backing, {"ana-quispe": "peru"}).record
    assert record is not None
    assert record.event is not None
    assert record.event.actors == ("peru",)
    publish(desk.home)
    assert sorted(statuses(desk.home).values()) == ["accepted", "superseded"]


def test_an_unknown_name_in_an_edit_is_told(tmp_path: Path) -> None:
    desk = desk_of(Home(tmp_path))
    item = first(desk)
    with pytest.raises(InputError, match="unknown name 'atlantis'"):
        desk.name_otherwise(item, {"ecuador": "atlantis"})


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("alliedWith", "likes", "is no relation"),
        ("relation:", "relation: {", "not YAML"),
        ("statement:", "statment:", "did you mean statement"),
        ("end: 133", "end: 99999", "is not in the text"),
        ("voice: author", "voice: shouted", "is no value of the list"),
    ],
)
def test_an_edit_that_cannot_be_taken_says_why(
    tmp_path: Path, was: str, becomes: str, told: str
) -> None:
    item = first(desk_of(Home(tmp_path)))
    yaml = to_yaml(item.claim)
    assert was in yaml
    with pytest.raises(InputError) as error:
        from_yaml(yaml.replace(was, becomes), item.claim, item.document, text_of())
    assert told in str(error.value)


def test_a_passage_can_be_moved_where_the_text_is_there(tmp_path: Path) -> None:
    item = first(desk_of(Home(tmp_path)))
    span = item.claim.evidence[0]
    moved = to_yaml(item.claim).replace(f"end: {span.end}", f"end: {span.end - 1}")
    record, _ = from_yaml(moved, item.claim, item.document, text_of())
    assert record.evidence[0].end == span.end - 1
    assert record.evidence[0].sha256 != span.sha256
    assert record.revises == (item.iri,)
    with pytest.raises(InputError, match="text of the document is not there"):
        from_yaml(moved, item.claim, item.document, None)


# --- the journal -------------------------------------------------------------------------------


def test_a_line_that_a_killed_writer_left_half_is_no_assessment(tmp_path: Path) -> None:
    home = Home(tmp_path)
    desk = desk_of(home)
    desk.accept(first(desk))
    path = tmp_path / "reviews" / "ana.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    assert len(Journal.of(home).assessments()) == 1
    desk_of(home).reject(first(desk, "attribute"))
    assert path.read_bytes().startswith(whole)
    assert [one.decision for one in Journal.of(home).assessments()] == ["accept", "reject"]


def test_a_damaged_journal_is_told_with_its_line(tmp_path: Path) -> None:
    home = Home(tmp_path)
    desk = desk_of(home)
    desk.reject(first(desk))
    path = tmp_path / "reviews" / "ana.jsonl"
    path.write_bytes(path.read_bytes() + b"{}\n")
    with pytest.raises(StoreError, match=r"ana\.jsonl:2"):
        desk_of(home)


def test_a_damaged_description_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    desk = desk_of(home)
    desk.accept(first(desk))
    (path,) = (tmp_path / "reviews" / "documents").iterdir()
    path.write_text("{}")
    with pytest.raises(StoreError, match="missing or damaged"):
        publish(home)


def test_reviews_made_elsewhere_are_joined_by_copying_their_files(tmp_path: Path) -> None:
    here, there = Home(tmp_path / "here"), Home(tmp_path / "there")
    ana, ben = desk_of(here, ANA), desk_of(there, BEN)
    relation = first(ana)
    ana.accept(relation)
    ben.accept(relation)
    ben.accept(first(ben, "attribute"))
    shutil.copytree(there.path / "reviews", here.path / "reviews", dirs_exist_ok=True)
    joined = desk_of(here, ANA)
    assert set(joined.standing(relation.iri).decisions) == {"ana", "ben"}
    assert publish(here).claims == 2


def test_commit_by_commit_comes_to_what_one_commit_of_all_makes(tmp_path: Path) -> None:
    seeds = make_seeds(tmp_path / "made", 1, 4)
    slowly, at_once = Home(tmp_path / "slowly"), Home(tmp_path / "at-once")
    for home in (slowly, at_once):
        build(seeds, home)
    documents = document(1), document(2)
    desk = desk_of(slowly, ANA, *documents)
    for item in desk.items(Choice(reviewed=True)):
        desk.accept(item)
        publish(slowly)
    desk.undo(desk.items(Choice(reviewed=True))[0].iri)
    publish(slowly)
    shutil.copytree(slowly.path / "reviews", at_once.path / "reviews")
    publish(at_once)
    first_, second = slowly.current(), at_once.current()
    assert first_ is not None
    assert second is not None
    assert (first_.rdfc10, first_.graphs) == (second.rdfc10, second.graphs)
    assert first_.default_graph_triples == second.default_graph_triples
    with slowly.open() as one, at_once.open() as other:
        assert _named(one.graph(None)) == _named(other.graph(None))


def _named(triples: Iterable[Triple]) -> list[str]:
    """Return the triples that name no blank node, whose labels are each home's own."""
    told = (triple for triple in triples if not isinstance(triple.object, BlankNode))
    return sorted(str(triple) for triple in told if not isinstance(triple.subject, BlankNode))


def test_several_may_write_at_a_time(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "reviews")
    desk = desk_of(Home(tmp_path / "home"))
    one = desk.reject(first(desk))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: journal.add([one]), range(40)))
    assert journal.assessments() == [one] * 40


_STEPS = st.lists(
    st.tuples(st.sampled_from([ANA, BEN, BOT]), st.sampled_from(["accept", "reject", "undo"])),
    max_size=12,
)


@given(_STEPS)
def test_undo_is_the_opposite_of_the_decision_before(steps: list[tuple[Coder, str]]) -> None:
    claim = "claim-0123456789abcdef"

    def told(coder: Coder, decision: str, number: int) -> Assessment:
        at = START + timedelta(seconds=number)
        return Assessment(claim=claim, document="0" * 64, decision=decision, coder=coder, at=at)

    made = [told(coder, decision, n) for n, (coder, decision) in enumerate(steps)]
    before = standings(made)
    for coder in (ANA, BEN):
        more = [told(coder, "reject", len(steps)), told(coder, "undo", len(steps) + 1)]
        after = standings([*made, *more])
        assert after[claim].decisions == before.get(claim, after[claim]).decisions
        assert after[claim].status == (before[claim].status if claim in before else "candidate")
