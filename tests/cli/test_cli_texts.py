"""`demarche texts`: copies are recognised by their hash, kept apart, and refused with a reason."""

from __future__ import annotations

import json
import stat
import textwrap

import pytest

from demarche.cli.exits import Code
from demarche.texts import MOST_BYTES
from demarche_store.home import Home
from demarche_store.vault import Vault


@pytest.fixture
def home(norland) -> Home:
    return Home(norland / "home")


@pytest.fixture
def text(norland) -> str:
    return (norland / "texts" / "norland.txt").read_bytes().decode()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "copies"
    made.mkdir()
    return made


def wrapped(text: str) -> str:
    """The same words with other line breaks."""
    return "\n\n".join(textwrap.fill(part, 40) for part in text.split("\n"))


def test_the_very_text_is_attached_whatever_it_is_called(invoke, home, folder, text):
    (folder / "deep").mkdir()
    (folder / "deep" / "some name").write_bytes(text.encode())
    done = invoke("texts", "add", folder, home=home)
    assert done.exit_code == 0, done.output
    (copy,) = Vault.of(home).all()
    assert copy.is_exact
    assert Vault.of(home).text(copy) == text
    (row,) = json.loads(invoke("texts", "list", "--json", home=home).stdout)
    assert row["text"] == "exact"
    assert row["file"] == "some name"
    assert row["passages"] == row["passages_found"] > 5


def test_only_the_owner_may_read_the_vault(invoke, home, norland):
    assert invoke("texts", "add", norland / "texts", home=home).exit_code == 0
    folder = home.path / "texts"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_near_copy_is_taken_with_the_places_of_its_passages(invoke, home, folder, text):
    other = wrapped(text)
    assert other != text
    (folder / "wrapped.txt").write_text(other, encoding="utf-8")
    done = invoke("texts", "add", folder, home=home)
    assert done.exit_code == 0, done.output
    assert "near copy" in done.stdout
    (copy,) = Vault.of(home).all()
    assert copy.places
    for (start, end), (here, there) in copy.places.items():
        assert text[start:end].split() == other[here:there].split()


def test_words_that_stand_twice_are_found_where_the_passages_around_them_are(
    invoke, home, folder, text
):
    other = f"{text}\n{'=' * 40}\n{text}"
    (folder / "twice.txt").write_text(other, encoding="utf-8")
    assert invoke("texts", "add", folder, home=home).exit_code == 0
    (copy,) = Vault.of(home).all()
    assert all(was == now for was, now in copy.places.items())


def test_an_exact_copy_takes_the_place_of_a_near_one_and_never_the_other_way(
    invoke, home, folder, norland, text
):
    (folder / "wrapped.txt").write_text(wrapped(text), encoding="utf-8")
    for source in (folder, norland / "texts"):
        assert invoke("texts", "add", source, home=home).exit_code == 0
    (copy,) = Vault.of(home).all()
    assert copy.is_exact
    again = invoke("texts", "add", folder, home=home)
    assert again.exit_code == Code.PROBLEMS
    assert Vault.of(home).all() == (copy,)
    texts = [path for path in (home.path / "texts").iterdir() if path.suffix == ".txt"]
    assert len(texts) == 1


BAD = {
    "binary": (b"\x00\x01\xff\xfe" * 100, "not UTF-8"),
    "latin1": ("Café in Port Merrow".encode("latin-1"), "not UTF-8: byte 0xe9 at byte 3"),
    "other": (b"Something else altogether, which nobody coded.\n", "no passage"),
    "empty": (b"", "no passage"),
    "huge": (b" " * (MOST_BYTES + 1), "larger than a text may be"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_copy_is_refused_with_the_reason(invoke, home, folder, name):
    content, reason = BAD[name]
    (folder / f"{name}.txt").write_bytes(content)
    done = invoke("texts", "add", folder, home=home)
    assert done.exit_code == Code.PROBLEMS
    assert reason in done.stdout
    assert Vault.of(home).all() == ()
    assert not (home.path / "texts").exists()


def test_a_text_with_few_of_the_passages_is_another_text(invoke, home, folder, text):
    (folder / "part.txt").write_text(text[: len(text) // 3], encoding="utf-8")
    done = invoke("texts", "add", folder, home=home)
    assert done.exit_code == Code.PROBLEMS
    assert "another text: only" in done.stdout


def test_a_good_file_is_taken_beside_bad_ones(invoke, home, folder, text):
    (folder / "a.bin").write_bytes(BAD["binary"][0])
    (folder / "b.txt").write_bytes(text.encode())
    done = invoke("texts", "add", folder, home=home)
    assert done.exit_code == 0
    assert "1 document of 2 files attached" in done.stdout


def test_texts_are_in_no_commit_and_no_export(invoke, home, norland, text):
    assert invoke("texts", "add", norland / "texts", home=home).exit_code == 0
    assert invoke("build", norland / "seeds", "--force", home=home).exit_code == 0
    words = max(text.split("\n"), key=len)[:60]
    exported = invoke("export", home=home)
    assert exported.exit_code == 0
    assert words not in exported.stdout
    for path in home.path.rglob("*"):
        if path.is_file() and path.parent.name != "texts":
            assert words.encode() not in path.read_bytes(), path
    assert len(Vault.of(home).all()) == 1


def test_a_claim_shows_its_passage_from_the_vault(invoke, home, folder, norland, text):
    assert "in your copy" not in invoke("claim", "c10", home=home).stdout
    (folder / "wrapped.txt").write_text(wrapped(text), encoding="utf-8")
    for source, status in ((folder, "relocated"), (norland / "texts", "verified")):
        assert invoke("texts", "add", source, home=home).exit_code == 0
        shown = invoke("claim", "c10", home=home).stdout
        assert status in shown
        assert "[[Sudrian foreign minister Emil Sudek denied" in shown


def test_removed_texts_are_gone(invoke, home, norland):
    assert invoke("texts", "add", norland / "texts", home=home).exit_code == 0
    (copy,) = Vault.of(home).all()
    vault = Vault.of(home)
    assert vault.find(copy.document) == copy
    done = invoke("texts", "remove", copy.document[:8], home=home)
    assert done.exit_code == 0, done.output
    assert vault.find(copy.document) is None
    assert vault.text(copy) is None
    assert not list((home.path / "texts").glob("*.txt"))


def test_removing_what_is_not_there_says_so(invoke, home):
    done = invoke("texts", "remove", "0123", home=home)
    assert done.exit_code == Code.UNKNOWN
    assert "no text of '0123'" in done.stderr
    assert invoke("texts", "remove", home=home).exit_code == Code.USAGE
    assert invoke("texts", "remove", "--all", home=home).exit_code == 0


def test_a_damaged_index_or_text_is_told(invoke, home, norland):
    assert invoke("texts", "add", norland / "texts", home=home).exit_code == 0
    folder = home.path / "texts"
    (copy,) = Vault.of(home).all()
    (folder / f"{copy.text_sha256}.txt").write_text("other words")
    with pytest.raises(Exception, match="not what its name says"):
        Vault.of(home).text(copy)
    index = json.loads((folder / "index.json").read_text())
    index["texts"][0]["text_sha256"] = "../../secret"
    (folder / "index.json").write_text(json.dumps(index))
    done = invoke("texts", "list", home=home)
    assert done.exit_code == Code.STORE
    assert "damaged" in done.stderr
