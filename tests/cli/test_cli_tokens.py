"""`demarche token`: shown once, kept as a digest, refused when it ends."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from demarche.cli.app import app
from demarche_server.tokens import PREFIX, Tokens
from demarche_store.home import Home


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def demarche(home):
    return lambda *words: CliRunner().invoke(app, ["--home", str(home.path), *words])


def test_a_token_is_shown_once_and_kept_as_a_digest(home, demarche):
    done = demarche("token", "create", "anna")
    assert done.exit_code == 0, done.output
    token = done.stdout.splitlines()[0]
    assert token.startswith(PREFIX)
    file = home.path / "tokens.json"
    assert token not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Tokens.of(home).find(token, datetime.now(UTC)).name == "anna"
    assert Tokens.of(home).find(token + "x", datetime.now(UTC)) is None
    assert "anna" in demarche("token", "list").stdout
    assert token not in demarche("token", "list").output


@pytest.mark.parametrize(
    ("expires", "valid", "ended"),
    [
        ("2", timedelta(days=1), timedelta(days=3)),
        ("2999-05-01", timedelta(days=300), timedelta(days=500_000)),
    ],
)
def test_a_token_ends_when_it_was_told_to(home, demarche, expires, valid, ended):
    token = demarche("token", "create", "anna", "--expires", expires).stdout.splitlines()[0]
    tokens, now = Tokens.of(home), datetime.now(UTC)
    assert tokens.find(token, now + valid) is not None
    assert tokens.find(token, now + ended) is None


def test_the_last_day_of_a_token_is_a_whole_day(home, demarche):
    token = demarche("token", "create", "anna", "--expires", "2999-05-01").stdout.splitlines()[0]
    tokens = Tokens.of(home)
    assert tokens.find(token, datetime(2999, 5, 1, 23, 59, 59, tzinfo=UTC))
    assert not tokens.find(token, datetime(2999, 5, 2, tzinfo=UTC))


def test_a_token_is_revoked(demarche):
    for name in ("anna", "boris"):
        demarche("token", "create", name)
    assert demarche("token", "revoke", "anna").exit_code == 0
    listed = demarche("token", "list").stdout
    assert "boris" in listed
    assert "anna" not in listed
    again = demarche("token", "revoke", "anna")
    assert again.exit_code == 5
    assert "boris" in again.output


def test_without_tokens_the_list_says_what_that_means(demarche):
    assert "switched off" in demarche("token", "list").stdout


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["anna"], 6, "already"),
        (["two words"], 6, "cannot name"),
        (["carla", "--expires", "soon"], 3, "soon"),
        (["carla", "--expires", "2999-02-30"], 3, "2999-02-30"),
        (["carla", "--expires", "99999999999"], 3, "99999999999"),
    ],
)
def test_what_cannot_be_a_token_is_told(home, demarche, words, code, told):
    demarche("token", "create", "anna")
    before = (home.path / "tokens.json").read_bytes()
    done = demarche("token", "create", *words)
    assert done.exit_code == code
    assert told in done.output
    assert (home.path / "tokens.json").read_bytes() == before


@pytest.mark.parametrize("content", ["", "{}", '{"format": 9, "tokens": []}', "[]"])
def test_a_damaged_file_lets_nobody_write(home, demarche, content):
    home.path.mkdir()
    (home.path / "tokens.json").write_text(content)
    done = demarche("token", "list")
    assert done.exit_code == 6
    assert "damaged" in done.output


def test_what_is_kept_is_what_was_made(home, demarche):
    demarche("token", "create", "anna", "--expires", "2999-05-01")
    (kept,) = json.loads((home.path / "tokens.json").read_text())["tokens"]
    assert set(kept) == {"name", "sha256", "created", "expires"}
    assert len(kept["sha256"]) == 64
