"""A file is read once; what was made of it is found again, whole."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from demarche_ingest.documents import Wishes, extractors, keeping, reading
from demarche_ingest.documents.keeping import key_of, read_kept
from demarche_ontology.errors import StoreError
from demarche_store.archive import Archive

PAGE = b"""<html lang="en"><head><title>Ferry talks</title><meta charset="utf-8"></head><body>
<article><h1>Ferry talks</h1>
<p>The ministers met in the port and spoke about the ferry for two hours.</p>
<p>They will meet again next week, a spokeswoman said, and the ferry stays closed until then.</p>
<figure><figcaption>The ferry. Photo: Ole Dahl</figcaption></figure></article></body></html>"""
ROWS = b"text,title\nThe ministers met.,Talks\n,Nothing\nThey met again.,More talks\n"
FILES = {
    "page.html": PAGE,
    "rows.csv": ROWS,
    "talks.md": b"# Talks\n\nThe ministers met.\n",
    "talks.txt": "\ufeffThe ministers met — caf\u00e9.\r\n".encode(),
    "old.txt": "The ministers met \u2013 caf\u00e9.\n".encode("windows-1252"),
}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.mark.parametrize("name", FILES)
def test_what_was_read_is_found_again(archive: Archive, name: str, monkeypatch) -> None:
    first = read_kept(archive, FILES[name], name, Wishes())
    assert first == reading.read_data(FILES[name], name, Wishes())
    monkeypatch.setattr(keeping, "read_data", None)  # nothing is read a second time
    assert read_kept(archive, FILES[name], name, Wishes()) == first
    (digest,) = archive.files()
    assert archive.file(digest) == FILES[name]


def test_it_has_the_name_of_this_time(archive: Archive) -> None:
    read_kept(archive, ROWS, "rows.csv", Wishes())
    again = read_kept(archive, ROWS, "other.csv", Wishes())
    assert [source.text.path for source in again.sources] == ["other.csv#1", "other.csv#3"]
    assert [problem.file for problem in again.problems] == ["other.csv"]


def test_another_version_of_a_reader_makes_a_record_beside_the_first(
    archive: Archive, monkeypatch
) -> None:
    first = read_kept(archive, PAGE, "page.html", Wishes())
    before = key_of(PAGE, "page.html", Wishes())
    with monkeypatch.context() as patch:
        patch.setitem(extractors.MADE_WITH, "html", ("html/2", "trafilatura"))
        extractors.extractor_of.cache_clear()
        second = read_kept(archive, PAGE, "page.html", Wishes())
    extractors.extractor_of.cache_clear()
    now = f"html/2 (trafilatura {version('trafilatura')})"
    assert second.sources[0].extractor == now
    (digest,) = archive.files()
    made = {record["sources"][0]["extractor"] for record in archive.records(digest)}
    assert made == {first.sources[0].extractor, now}
    assert archive.record(digest, before) is not None
    assert len(list(archive.records(digest))) == 2
    assert archive.text(first.sources[0].text.text_sha256) == first.sources[0].text.content


def test_other_columns_are_another_reading(archive: Archive) -> None:
    rows = b"text,other\nThe ministers met.,They sang.\n"
    one = read_kept(archive, rows, "rows.csv", Wishes())
    two = read_kept(archive, rows, "rows.csv", Wishes(columns={"text": "other"}))
    assert one.sources[0].text.content == "The ministers met."
    assert two.sources[0].text.content == "They sang."


@pytest.mark.parametrize(
    ("name", "data"), [("a.pdf", b"%PDF-1.7 broken"), ("a.txt", b" \n"), ("a.docx", b"PK\x03\x04")]
)
def test_what_cannot_be_read_is_not_kept(archive: Archive, name: str, data: bytes) -> None:
    batch = read_kept(archive, data, name, Wishes())
    assert batch.problems
    assert list(archive.files()) == []


def test_a_text_that_is_gone_is_told(archive: Archive, tmp_path: Path) -> None:
    read_kept(archive, PAGE, "page.html", Wishes())
    (path,) = (tmp_path / "archive" / "texts").rglob("*.txt")
    path.unlink()
    with pytest.raises(StoreError, match="which a record names"):
        read_kept(archive, PAGE, "page.html", Wishes())


def test_a_file_that_is_too_large_is_not_kept(archive: Archive) -> None:
    limits = replace(Wishes().limits, file_bytes=10)
    batch = read_kept(archive, PAGE, "page.html", Wishes(limits=limits))
    assert "more than" in batch.problems[0].message
    assert list(archive.files()) == []
