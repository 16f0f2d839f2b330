"""Seeds that cannot be taken: each fault is told with file, line, record and what to do."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest
import yaml

from demarche_ingest.seeds.library import read_seeds
from demarche_ontology.errors import InputError

CLAIMS = "articles/norland/claims.yaml"
ARTICLE = "articles/norland/article.yaml"
REFERENCE = "reference/all.yaml"


def spoil(seeds, file, old, new, record=""):
    """Replace the first `old` after `record`; returns the line on which `new` begins."""
    path = seeds / file
    content = path.read_text(encoding="utf-8")
    start = content.index(record)
    at = content.index(old, start)
    path.write_text(content[:at] + new + content[at + len(old) :], encoding="utf-8")
    lead = len(new) - len(new.lstrip())
    return content.count("\n", 0, at) + new.count("\n", 0, lead) + 1


@dataclasses.dataclass(frozen=True)
class Fault:
    """One edit that spoils the seeds, and what must be said of it."""

    file: str
    old: str
    new: str
    message: str
    remedy: str
    record: str = ""
    subject: str = ""
    exact: bool = False


_FILE = Path(__file__).parent / "fixtures" / "faults.yaml"
FAULTS = {name: Fault(**fault) for name, fault in yaml.safe_load(_FILE.read_text("utf-8")).items()}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_file_line_record_and_remedy(norland, problems, name):
    fault = FAULTS[name]
    line = spoil(norland, fault.file, fault.old, fault.new, fault.record)
    found = [p for p in problems(norland) if fault.message in p.message]
    assert found, [str(p) for p in problems(norland)]
    assert all(p.file == fault.file for p in found)
    assert fault.subject in {p.subject for p in found}
    assert fault.remedy in found[0].remedy
    content = (norland / fault.file).read_text("utf-8")
    first = content.count("\n", 0, content.index(fault.record)) + 1
    assert first <= found[0].line <= line + 1
    assert found[0].line == line or not fault.exact


def test_the_untouched_seeds_have_no_fault(norland, problems):
    assert problems(norland) == []


def test_claims_without_an_iri_are_to_be_pinned(norland, problems):
    path = norland / CLAIMS
    kept = [row for row in path.read_text("utf-8").splitlines() if "iri: claim-" not in row]
    path.write_text("\n".join(kept), "utf-8")
    found = problems(norland)
    assert len(found) == 14
    assert {p.message for p in found} == {"has no iri yet"}
    assert {p.remedy for p in found} == {"run `demarche claims pin`"}
    assert len({p.line for p in found}) == 14


def test_two_claims_with_one_id(norland, problems):
    line = spoil(norland, CLAIMS, "id: c06", "id: c03")
    (problem,) = [p for p in problems(norland) if "two claims" in p.message]
    assert (problem.file, problem.line, problem.subject) == (CLAIMS, line, "c03")
    assert problem.remedy == "rename one"


def test_two_claims_that_say_the_same(norland, problems):
    path = norland / CLAIMS
    content = path.read_text("utf-8")
    copy = content[content.index("- id: c04") : content.index("- id: c05")]
    path.write_text(content + copy.replace("c04", "c90"), "utf-8")
    (problem,) = problems(norland)
    assert (problem.file, problem.subject) == (CLAIMS, "c90")
    assert problem.line == content.count("\n") + 1
    assert "says exactly what c04 says" in problem.message
    assert "drop one" in problem.remedy


def test_broken_yaml_and_encoding_and_more_in_one_run(norland, problems):
    shutil.copytree(norland / "articles" / "norland", norland / "articles" / "second")
    line = spoil(norland, CLAIMS, "voice: author", "voice: author: x", "c03")
    path = norland / "articles/second/claims.yaml"
    path.write_bytes(path.read_bytes().replace(b"A caption calls", "Überall".encode("latin-1")))
    spoil(norland, REFERENCE, "type: State", "type: Sate")
    found = {p.file: p for p in problems(norland)}
    assert "not YAML" in found[CLAIMS].message
    assert found[CLAIMS].line == line
    assert "not UTF-8" in found["articles/second/claims.yaml"].message
    assert "'Sate' is no kind of actor" in found[REFERENCE].message
    assert found[REFERENCE].subject == "norland"
    assert all(p.remedy and p.line for p in found.values())


def test_all_problems_between_records_in_one_run(norland, problems):
    spoil(norland, CLAIMS, "- ada-norling", "- nobody", "c04")
    spoil(norland, CLAIMS, "place: port-merrow", "place: no-place", "c08")
    spoil(norland, ARTICLE, "publisher: norland-gazette", "publisher: no-paper")
    spoil(norland, REFERENCE, "office_of: norland", "office_of: no-land")
    said = " ".join(p.message for p in problems(norland))
    for name in ("nobody", "no-place", "no-paper", "no-land"):
        assert f"'{name}'" in said
    assert problems(norland) == sorted(problems(norland))


def test_a_missing_claims_file(norland, problems):
    (norland / CLAIMS).unlink()
    (problem,) = [p for p in problems(norland) if "missing" in p.message]
    assert problem.file == CLAIMS
    assert "claims-format" in problem.remedy


def test_a_claims_file_that_is_a_list(norland, problems):
    (norland / CLAIMS).write_text("[]\n")
    assert CLAIMS in {p.file for p in problems(norland)}


def test_two_articles_that_describe_one_file_differently(norland, problems):
    shutil.copytree(norland / "articles" / "norland", norland / "articles" / "second")
    spoil(norland, "articles/second/article.yaml", "id: norland", "id: second")
    line = spoil(norland, "articles/second/article.yaml", "length: 711", "length: 712") - 3
    (problem,) = [p for p in problems(norland) if "describes the same file" in p.message]
    assert (problem.file, problem.subject) == ("articles/second/article.yaml", "second")
    assert problem.line == line
    assert "equal" in problem.remedy


def test_a_folder_that_is_no_seeds_folder(tmp_path):
    with pytest.raises(InputError, match="is no seeds folder") as caught:
        read_seeds(tmp_path / "nothing")
    assert caught.value.problems[0].remedy
