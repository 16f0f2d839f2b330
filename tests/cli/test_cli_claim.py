"""claim: one claim by every name it has, down to the passage."""

from __future__ import annotations

import json

import pytest
from pyoxigraph import RdfFormat, parse

from demarche.asking import find_claim
from demarche.cli.exits import Code
from demarche.dossier import dossier
from demarche_ingest.seeds.library import read_seeds
from demarche_ontology.errors import UnknownClaimError
from demarche_ontology.terms import DEM, ID, RDF


@pytest.fixture(scope="module")
def view(norland_home):
    with norland_home.open() as view:
        yield view


@pytest.fixture(scope="module")
def claims(norland_made):
    (article,) = read_seeds(norland_made / "seeds").articles
    return {claim.id: claim for claim in article.claims}


@pytest.fixture(scope="module")
def files(norland_texts):
    return (norland_texts / "norland.txt").read_bytes().decode()


def test_every_form_of_a_name_finds_the_claim(view, claims):
    local = claims["c05"].iri
    iri = f"{ID}{local}"
    names = [iri, f"<{iri}>", f"id:{local}", local, local[:14], local.removeprefix("claim-")[:9]]
    for name in [*names, "norland/c05", "c05", "  c05 "]:
        assert find_claim(view, name) == iri


def test_every_claim_is_found_by_its_article_and_id(view, claims):
    assert {find_claim(view, f"norland/{name}"): claim.iri for name, claim in claims.items()} == {
        f"{ID}{claim.iri}": claim.iri for claim in claims.values()
    }


@pytest.mark.parametrize(
    "name",
    ["nix", "norland/c99", "claim-0000000000000000", "https://example.org/x", "id:norland", 'c"05',
     "claim with a space", "https://a b", "c05\\", "}"],
)  # fmt: skip
def test_an_unknown_claim(invoke, norland_home, name):
    result = invoke("claim", name, home=norland_home)
    assert result.exit_code == Code.UNKNOWN
    assert result.stderr.startswith("error: There is no claim ")


@pytest.mark.parametrize("name", ["claim-", "", "<>", "c"])
def test_a_beginning_of_several_lists_some(view, name):
    with pytest.raises(UnknownClaimError, match=r"may be 14 claims: .* and 4 more"):
        find_claim(view, name)


def test_everything_about_every_claim_is_what_the_seeds_say(view, claims):
    for claim in claims.values():
        found = dossier(view, f"{ID}{claim.iri}")
        assert (found.kind, found.statement) == (claim.type, claim.statement)
        assert [(p.start, p.end, p.sha256) for p in found.passages] == [
            (span.start, span.end, span.sha256) for span in claim.evidence
        ]
        manner = {name: value.text for name, value in found.manner}
        for name in ("voice", "certainty", "polarity", "modality", "basis"):
            assert manner[name] == getattr(claim, name)
        assert len(found.chain) == len(claim.chain)
        assert (found.time.edtf if found.time else None) == (
            claim.when.edtf if claim.when else None
        )


def test_what_people_read(invoke, norland_home, claims):
    result = invoke("claim", "norland/c05", home=norland_home)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == f"{claims['c05'].iri}  (norland/c05)"
    assert lines[1] == claims["c05"].statement
    assert (
        "who says so   Norland Gazette (id:norland-gazette) > Ada Norling (id:ada-norling)" in lines
    )
    assert "type          attribute claim" in lines
    assert any(line.startswith("  embeddedIn norland/c04: ") for line in lines)
    assert lines[-1] == f"from commit {norland_home.resolve().id}"


def test_the_other_end_of_a_relation_is_told_too(view):
    found = dossier(view, find_claim(view, "norland/c04"))
    assert ("inverse of embeddedIn", "norland/c05") in {
        (r.name, r.local_id) for r in found.relations
    }


def test_computed_relations_are_those_of_the_graph_with_their_reasons(view, claims):
    computed = {name: set() for name in ("contradicts", "corroborates", "refines")}
    for claim in claims.values():
        for relation in dossier(view, f"{ID}{claim.iri}").relations:
            if relation.name in computed:
                assert relation.note
                assert relation.policies
                computed[relation.name].add((f"{ID}{claim.iri}", relation.iri))
    for name, pairs in computed.items():
        query = f"SELECT DISTINCT ?a ?b WHERE {{ GRAPH ?g {{ ?a {DEM[name]} ?b }} }}"
        assert pairs == {(a.value, b.value) for a, b in view.query(query).rows()}
    assert any(computed.values())


def test_a_refinement_is_told_from_both_ends(view):
    c03, c01 = (dossier(view, find_claim(view, f"norland/{name}")) for name in ("c03", "c01"))
    assert ("refines", c01.iri) in {(r.name, r.iri) for r in c03.relations}
    assert ("inverse of refines", c03.iri) in {(r.name, r.iri) for r in c01.relations}


def test_what_is_derived_is_told_by_policy(view, claims):
    found = dossier(view, find_claim(view, "norland/c07"))
    assert {one.policy for one in found.derived} >= {"default"}
    assert {(one.subject.iri, one.predicate) for one in found.derived} >= {
        (ID["norland"].value, "supports"), (ID["ada-norling"].value, "supports")
    }  # fmt: skip
    assert all(one.claims >= one.origins >= 1 for one in found.derived)


def test_every_claim_of_the_project_can_be_shown(invoke, seed_home):
    with seed_home.open() as view:
        iris = [
            row[0].value
            for row in view.query(f"SELECT ?c WHERE {{ ?c a {DEM['Claim']} }} ORDER BY ?c").rows()
        ]
        found = [dossier(view, iri) for iri in iris]
    assert len(found) > 100
    assert all(one.statement and one.chain and one.passages and one.document for one in found)
    shown = invoke("claim", found[0].local_id, home=seed_home)
    assert shown.exit_code == 0


def test_json_holds_the_same(invoke, norland_home, norland_texts, claims, files):
    command = ["claim", "c12", "--format", "json", "--texts", norland_texts]
    found = json.loads(invoke(*command, home=norland_home).stdout)
    assert found["iri"] == f"{ID}{claims['c12'].iri}"
    (shown,) = found["copy"]
    (span,) = claims["c12"].evidence
    assert shown["status"] == "verified"
    assert shown["passage"] == files[span.start : span.end]
    assert "🚢" in shown["passage"]
    assert files.index(shown["passage"]) == shown["start"]


def test_turtle_holds_the_claim_and_what_it_needs(invoke, norland_home, claims):
    result = invoke("claim", "c11", "--format", "turtle", home=norland_home)
    triples = {quad.triple for quad in parse(result.stdout_bytes, format=RdfFormat.TURTLE)}
    with norland_home.open() as view:
        graph = {triple for iri in view.graphs() for triple in view.graph(iri)}
    assert triples <= graph
    types = {t.object.value.removeprefix(DEM) for t in triples if t.predicate == RDF["type"]}
    assert types >= {"RelationClaim", "ReportingStep", "Passage", "Document", "DocumentPart"}
    assert f"id:{claims['c11'].iri} a dem:Claim" in result.stdout


# --- the passage in one's own copy ---------------------------------------------------------------


def test_the_passage_stands_out_from_its_context(invoke, norland_home, norland_texts, claims):
    result = invoke("claim", "c14", "--texts", norland_texts, home=norland_home)
    (span,) = claims["c14"].evidence
    assert f"  verified at {span.start}-{span.end} of norland.txt\n" in result.stdout
    assert "Tiller replies: [[Port Merrow belongs to Norland.]]" in result.stdout


def test_passages_of_one_claim_are_all_shown(invoke, norland_home, norland_texts):
    result = invoke("claim", "c11", "--texts", norland_texts, home=norland_home)
    assert result.stdout.count("  verified at ") == 2


def test_a_copy_with_other_line_breaks(invoke, norland):
    text = norland / "texts" / "norland.txt"
    text.write_bytes(text.read_bytes().replace(b"\n", b"\r\n"))
    result = invoke("claim", "c03", "--texts", text.parent, home=norland / "home")
    assert "  relocated at " in result.stdout
    assert "[[Premier Ada Norling of Norland on Monday refused to  reopen the strait]]" in (
        result.stdout
    )


def test_no_copy(invoke, norland_home, tmp_path):
    result = invoke("claim", "c03", "--texts", tmp_path, home=norland_home)
    assert result.exit_code == 0
    assert "\nin your copy\n  no copy\n" in result.stdout
    assert invoke("claim", "c03", "--texts", tmp_path / "nix", home=norland_home).exit_code == 3


# --- superseded ----------------------------------------------------------------------------------


@pytest.fixture
def edited(invoke, norland):
    """The folder after an edit of c11 was pinned with --revise; and the old name of c11."""
    path = norland / "seeds/articles/norland/claims.yaml"
    (article,) = read_seeds(norland / "seeds").articles
    (before,) = [claim.iri for claim in article.claims if claim.id == "c11"]
    changed = path.read_text(encoding="utf-8").replace("edtf: '1989'", "edtf: '1988'")
    path.write_text(changed, encoding="utf-8")
    assert invoke("claims", "pin", path.parent, "--revise").stdout.endswith("1 claim changed\n")
    return norland, before


def test_an_edited_claim_is_still_found_by_its_old_name(script, invoke, edited):
    norland, before = edited
    home = norland / "home"
    done = script("build", norland / "seeds", "--workers", 1, home=home)
    assert done.returncode == 0, done.stderr
    old = invoke("claim", before, home=home)
    new = invoke("claim", "norland/c11", home=home)
    assert f"superseded by {new.stdout.split()[0]}\n" in old.stdout
    assert ["revises", before] in [line.split() for line in new.stdout.splitlines()]
    assert new.stdout.split()[0] != before
