"""Files and texts beside the graph: kept once, whole or not at all, damage found."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from demarche_ontology.errors import DiskFullError, StoreError
from demarche_store import disk
from demarche_store.archive import Archive
from demarche_store.home import Home

KEY = "0123456789ab"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.of(Home(tmp_path / "home"))


def all_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_is_added_is_found_by_its_hash(archive: Archive, tmp_path: Path) -> None:
    assert not (tmp_path / "home").exists()
    digest = archive.add_file(b"\xff\x00 bytes")
    text = archive.add_text("words — e\u0301 👍\r\n")
    archive.add_record(digest, KEY, {"texts": [text]})
    assert archive.file(digest) == b"\xff\x00 bytes"
    assert archive.text(text) == "words — e\u0301 👍\r\n"
    assert archive.record(digest, KEY) == {"texts": [text]}
    assert list(archive.files()) == [digest]
    assert list(archive.damages()) == []


def test_what_is_not_there_is_none(archive: Archive) -> None:
    assert archive.file("0" * 64) is None
    assert archive.text("0" * 64) is None
    assert archive.record("0" * 64, KEY) is None
    assert list(archive.records("0" * 64)) == []
    assert list(archive.files()) == []


def test_adding_again_writes_nothing(archive: Archive, tmp_path: Path) -> None:
    digest = archive.add_file(b"a")
    archive.add_record(digest, KEY, {"a": 1})
    before = [(path, path.stat().st_mtime_ns, path.stat().st_ino) for path in all_files(tmp_path)]
    archive.add_file(b"a")
    archive.add_record(digest, KEY, {"a": 2})
    assert archive.record(digest, KEY) == {"a": 1}
    after = [(path, path.stat().st_mtime_ns, path.stat().st_ino) for path in all_files(tmp_path)]
    assert after == before


def test_records_of_several_readers_stand_side_by_side(archive: Archive) -> None:
    digest = archive.add_file(b"a")
    archive.add_record(digest, "b" * 12, {"reader": 2})
    archive.add_record(digest, "a" * 12, {"reader": 1})
    assert list(archive.records(digest)) == [{"reader": 1}, {"reader": 2}]


@pytest.mark.parametrize("kind", ["files", "texts", "records"])
def test_what_is_damaged_is_found(archive: Archive, tmp_path: Path, kind: str) -> None:
    digest = archive.add_file(b"some bytes")
    text = archive.add_text("some words")
    archive.add_record(digest, KEY, {"said": "some words"})
    (path,) = all_files(tmp_path / "home" / "archive" / kind)
    path.write_bytes(path.read_bytes().replace(b"some", b"none"))
    look = {
        "files": lambda: archive.file(digest),
        "texts": lambda: archive.text(text),
        "records": lambda: archive.record(digest, KEY),
    }[kind]
    with pytest.raises(StoreError, match="it is damaged"):
        look()
    (told,) = archive.damages()
    assert str(path) in told


def test_a_write_that_fails_leaves_nothing(archive: Archive, tmp_path: Path, monkeypatch) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "sync_file", full)
    with pytest.raises(DiskFullError):
        archive.add_file(b"a")
    assert all_files(tmp_path) == []


def test_several_may_add_the_same(archive: Archive, tmp_path: Path) -> None:
    data = os.urandom(1 << 16)
    with ThreadPoolExecutor(8) as threads:
        digests = set(threads.map(lambda _: archive.add_file(data), range(32)))
    (digest,) = digests
    assert archive.file(digest) == data
    assert len(all_files(tmp_path)) == 1


def test_only_the_user_may_read_it(archive: Archive, tmp_path: Path) -> None:
    archive.add_text("words")
    (path,) = all_files(tmp_path)
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["", "../x", "A" * 64, "0" * 63])
def test_a_name_that_is_no_hash_leads_nowhere(archive: Archive, name: str) -> None:
    with pytest.raises(ValueError):
        archive.file(name)
