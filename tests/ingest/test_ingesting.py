"""Files become kept candidates and a graph of their own, once each, whatever happens between."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Triple

from demarche_ingest.candidates.keeping import Keeping
from demarche_ingest.candidates.records import DocumentCandidates
from demarche_ingest.mapping.candidates import map_things
from demarche_ingest.pipeline import crew
from demarche_ingest.pipeline.ingesting import Job, ingest
from demarche_ingest.pipeline.recipe import Recipe
from demarche_ingest.pipeline.report import Report
from demarche_ontology import terms
from demarche_ontology.errors import InputError, LockedError
from demarche_ontology.validation import Context, failures, validate
from demarche_store.home import Home
from demarche_store.lock import writer_lock

OF = {terms.DEM["bodyOf"], terms.DEM["officeOf"]}
TINY = Recipe(extractors=("ingest.tiny_extractor:make",))
HEAD = "{title}\n\nTHE ESKER POST\n{date} May 2031\n\n"
TALKS = (
    "Peru visits Chile\n\nBy Ola Berg\nThe Esker Post, 3 May 2031\n\n"
    "Peru accused Chile on Friday of closing the pass, and the road stayed empty all day.\n\n"
    "Bolivia thanked Peru for its help, and promised to send lorries when the snow is gone.\n"
)
PLEA = (
    "Kenya asks Uganda\n\nThe Esker Post, 4 May 2031\n\n"
    "Kenya asked Uganda to open the bridge, and nobody knew when that would be.\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "talks.txt").write_text(TALKS, encoding="utf-8")
    (folder / "plea.txt").write_text(PLEA, encoding="utf-8")
    return folder


@pytest.fixture(scope="module", autouse=True)
def workshop_once() -> None:
    """Load parser and linker once for all recipes alike; they keep nothing of a document."""
    opened: dict[str, object] = {}
    original = Recipe.open
    patch = pytest.MonkeyPatch()
    patch.setattr(Recipe, "open", lambda self: opened.setdefault(self.key(), original(self)))
    yield
    patch.undo()


def run(home: Home, *paths: Path, **how: object) -> Report:
    return ingest(home, Job(paths, TINY, workers=0, **how))


def test_files_become_candidates_with_evidence(home: Home, texts: Path) -> None:
    report = run(home, texts)
    assert (report.files, report.new, report.articles) == (2, 2, 2)
    assert report.candidates == {"event": 3}
    keeping = Keeping.of(home)
    documents = {sha: keeping.document(sha) for sha in keeping.documents()}
    assert len(documents) == 2
    for document in documents.values():
        assert document is not None
        text = TALKS if len(document.articles[0].candidates) == 2 else PLEA
        for candidate in document.articles[0].candidates:
            (span,) = candidate.claim.evidence
            words = text[span.start : span.end]
            assert text[candidate.trigger.start : candidate.trigger.end] in words
            assert candidate.claim.statement.rstrip(".") not in text


def test_the_graph_of_candidates_answers_and_conforms(home: Home, texts: Path) -> None:
    report = run(home, texts)
    with home.candidates.open() as view:
        assert view.info.id == report.commit
        rows = list(
            view.query(
                "PREFIX dem: <https://w3id.org/demarche/ontology#>"
                "PREFIX prov: <http://www.w3.org/ns/prov#>"
                "PREFIX voc: <https://w3id.org/demarche/vocabulary/>"
                "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
                "SELECT ?who ?whom ?sure WHERE { ?claim dem:category voc:category-request ;"
                " dem:reviewStatus voc:review-candidate ; dem:confidence ?sure ;"
                " dem:proposedBy 'tiny/1' ; dem:rule 'tiny.asked' ; dem:trigger ?trigger ;"
                " prov:wasGeneratedBy ?run ; dem:actor/skos:prefLabel ?who ;"
                " dem:recipient/skos:prefLabel ?whom . ?run a dem:Run ; dem:software ?program ;"
                " dem:setting ?setting FILTER (STRSTARTS(?program, 'demarche ')) }"
            ).rows()
        )
        assert {tuple(cell.value for cell in row) for row in rows} == {("Kenya", "Uganda", "0.75")}
        context = Context.of(triple for iri in view.graphs() for triple in view.graph(iri))
        documents = [iri for iri in view.graphs() if "/document/" in iri or "/run/" in iri]
        assert len(documents) == 3
        for iri in documents:
            assert not failures(validate(view.graph(iri), context)), iri


def test_unchanged_files_are_not_even_read(home: Home, texts: Path, monkeypatch) -> None:
    first = run(home, texts)
    monkeypatch.setattr(Recipe, "open", None)
    monkeypatch.setattr("demarche_ingest.pipeline.ingesting.read_kept", None)
    again = run(home, texts)
    assert (again.run, again.unchanged, again.worked) == ("", 2, 0)
    assert again.commit == first.commit


def test_another_home_gets_the_same_bytes(tmp_path: Path, texts: Path) -> None:
    from datetime import UTC, datetime

    def clock() -> datetime:
        return datetime(2031, 5, 5, 12, tzinfo=UTC)

    kept = []
    for name in ("one", "two"):
        home = Home(tmp_path / name)
        ingest(home, Job((texts,), TINY, workers=0), clock=clock)
        folder = home.path / "candidates" / "documents"
        kept.append({path.name: path.read_bytes() for path in folder.rglob("*.json")})
    assert kept[0] == kept[1]


def test_what_fails_is_set_aside_and_the_rest_goes_on(home: Home, texts: Path) -> None:
    (texts / "bad.txt").write_text(f"boom\n\n{PLEA}", encoding="utf-8")
    (texts / "empty.txt").write_bytes(b"")
    report = run(home, texts)
    assert report.new == 2
    assert sorted(Path(one.file).name for one in report.quarantined) == ["bad.txt", "empty.txt"]
    told = {one["reasons"][0] for one in Keeping.of(home).quarantined()}
    assert told == {
        "a fault while working on it, RuntimeError: boom was there",
        "the file is empty",
    }
    again = run(home, texts)
    assert (again.unchanged, again.worked, len(again.quarantined)) == (2, 0, 2)
    assert all("in quarantine" in one.message for one in again.quarantined)
    assert len(run(home, texts, again=True).quarantined) == 2


def test_mended_files_leave_quarantine(home: Home, texts: Path, monkeypatch) -> None:
    path = texts / "bad.txt"
    path.write_text(f"boom\n\n{PLEA}", encoding="utf-8")
    run(home, path)
    monkeypatch.setattr("ingest.tiny_extractor.Tiny.extract", lambda *_: iter(()))
    report = run(home, path, again=True)
    assert (report.new, report.quarantined) == (1, [])
    assert list(Keeping.of(home).quarantined()) == []


def test_rows_that_stand_twice_are_one_document(home: Home, tmp_path: Path) -> None:
    rows = [{"text": PLEA, "date": "2031-05-04"}] * 2 + [{"text": TALKS}]
    table = tmp_path / "rows.jsonl"
    table.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    report = run(home, table)
    assert (report.new, report.repeated) == (2, 1)
    again = run(home, table)
    assert (again.unchanged, again.repeated, again.worked) == (2, 1, 0)


def test_a_run_that_was_ended_goes_on(home: Home, texts: Path, monkeypatch) -> None:
    attempt, given = crew.attempt, []

    def ends_early(source, workshop, run_):
        given.append(source)
        if len(given) > 1:
            raise KeyboardInterrupt
        return attempt(source, workshop, run_)

    monkeypatch.setattr(crew, "attempt", ends_early)
    with pytest.raises(KeyboardInterrupt):
        run(home, texts)
    assert len(list(Keeping.of(home).documents())) == 1
    monkeypatch.setattr(crew, "attempt", attempt)
    report = run(home, texts)
    assert (report.new, report.unchanged) == (1, 1)
    with home.candidates.open() as view:
        graphs = [iri for iri in view.graphs() if iri.startswith(terms.document_graph("").value)]
        assert len(graphs) == 2


def test_another_setting_has_everything_done_once_more(home: Home, texts: Path) -> None:
    first = run(home, texts)
    recipe = replace(TINY, rules=replace(TINY.rules, confidence=0.9))
    report = ingest(home, Job((texts,), recipe, workers=0))
    assert (report.changed, report.unchanged) == (2, 0)
    assert report.refusals == {"unsure": 3}
    assert report.commit != first.commit


def test_one_ingestion_at_a_time(home: Home, texts: Path) -> None:
    from demarche_store.home import utc_now

    folder = home.path / "candidates"
    folder.mkdir(parents=True)
    lock = writer_lock(folder / "ingest.lock", "demarche ingest", utc_now())
    with lock, pytest.raises(LockedError, match="demarche ingest"):
        run(home, texts)


def test_what_holds_no_documents_is_refused(home: Home, texts: Path, norland: Path) -> None:
    run(home, texts)
    for path, told in (
        (norland, "seeds folder"),
        (home.path / "candidates", "in the home itself"),
        (texts / "nothing", "no such file"),
    ):
        with pytest.raises(InputError, match=told):
            run(home, path)


def test_what_something_new_belongs_to_is_told_only_where_it_is_described() -> None:
    record = json.loads(
        '{"source_sha256": "' + "0" * 64 + '", "run": "r", "articles": [], "things": ['
        '{"id": "board-of-norland", "label": "Board", "type": "GovernmentBody", "of": "norland"},'
        '{"id": "board-of-peru", "label": "Board", "type": "GovernmentBody", "of": "peru"},'
        '{"id": "chair", "label": "Chair", "type": "Office", "of": "board-of-peru"}]}'
    )
    out: set[Triple] = set()
    document = DocumentCandidates.model_validate(record)
    map_things(out, document, known={"peru"})
    told = {(one.subject.value, one.object.value) for one in out if one.predicate in OF}
    assert told == {
        (terms.ID["board-of-peru"].value, terms.ID["peru"].value),
        (terms.ID["chair"].value, terms.ID["board-of-peru"].value),
    }


def test_a_run_without_work_loads_nothing_to_work_with(home: Home, texts: Path) -> None:
    (texts / "page.html").write_text(f"<article><p>{PLEA}</p><p>{TALKS}</p></article>")
    (texts / "notes.md").write_text(f"# A note\n\n{TALKS}")
    assert ingest(home, Job((texts,), workers=0)).new == 4
    program = (
        "import sys; from pathlib import Path\n"
        "from demarche_ingest.pipeline.ingesting import Job, ingest\n"
        "from demarche_store.home import Home\n"
        "print(ingest(Home(Path(sys.argv[1])), Job((Path(sys.argv[2]),), workers=0)).unchanged)\n"
        "print(*sorted(sys.modules))\n"
    )
    words = [sys.executable, "-c", program, str(home.path), str(texts)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    unchanged, modules = done.stdout.splitlines()
    assert unchanged == "4"
    heavy = {"numpy", "spacy", "pydantic", "demarche_ingest.analysis", "demarche_ingest.seeds"}
    readers = {"trafilatura", "lxml", "markdown_it", "charset_normalizer"}
    assert not (heavy | readers) & set(modules.split())
