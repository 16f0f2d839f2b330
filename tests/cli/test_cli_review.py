"""`demarche review`: decisions by options, by keys, at a real terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli.conftest import SCRIPT, environment
from ingest.reviewkit import document, text_of
from rich.text import Text as Styled
from typer.testing import Result

from demarche.cli.exits import Code
from demarche.cli.session import KEYS, Sitting, Ways
from demarche_ingest.candidates.keeping import Keeping
from demarche_ingest.review.desk import Desk
from demarche_ingest.review.model import Coder
from demarche_ingest.review.queue import Choice
from demarche_ontology import terms
from demarche_store.archive import Archive
from demarche_store.home import Home
from demarche_store.vault import Vault

Invoke = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with the candidates and texts of two reports, and no graph."""
    home = Home(tmp_path / "home")
    for number in (1, 2):
        Keeping.of(home).put(document(number), "0" * 64)
        Archive.of(home).add_text(text_of(number).content)
    return home


def listed(invoke: Invoke, home: Home, *options: str) -> list[dict]:
    done = invoke("review", "--list", "--json", *options, home=home)
    assert done.exit_code == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def first(invoke: Invoke, home: Home, type_: str) -> str:
    return listed(invoke, home, "--type", type_, "--all")[0]["claim"]


def stands(home: Home) -> dict[str, str]:
    query = f"SELECT ?c ?s {{ ?c <{terms.DEM}reviewStatus> ?s }}"
    with home.open() as view:
        return {
            c.value.removeprefix(terms.ID): s.value.rpartition("review-")[2]
            for c, s in view.query(query).rows()
        }


# --- choosing and showing ------------------------------------------------------------------------


def test_claims_are_chosen_by_document_type_actor_and_confidence(invoke: Invoke, home: Home):
    assert len(listed(invoke, home)) == 8
    assert len(listed(invoke, home, "--document", document(2).source_sha256[:9])) == 4
    assert len(listed(invoke, home, "--document", "lima-post-2031-03-01")) == 4
    assert {one["type"] for one in listed(invoke, home, "--type", "stance")} == set()
    assert len(listed(invoke, home, "--actor", "ana-quispe")) == 2
    sure = listed(invoke, home, "--min-confidence", "0.5", "--by-confidence")
    assert [one["confidence"] for one in sure] == [0.8, 0.8, 0.6, 0.6]
    assert len(listed(invoke, home, "--max-confidence", "0.3")) == 2


def test_a_list_for_people_has_the_words(invoke: Invoke, home: Home):
    done = invoke("review", "--list", home=home)
    assert "“Ana Quispe backed the plan.”" in done.stdout
    assert "rule-2" in done.stdout
    assert "8 claims" in done.stderr


def test_nothing_to_review_is_no_fault(invoke: Invoke, tmp_path: Path):
    done = invoke("review", "--coder", "Ana", home=tmp_path / "empty")
    assert done.exit_code == 0
    assert "nothing to review" in done.stderr
    assert "none yet" in done.stdout


# --- by options ----------------------------------------------------------------------------------


def test_claims_are_accepted_rejected_edited_and_undone_by_name(
    invoke: Invoke, home: Home, tmp_path: Path
):
    relation, event, number = (
        first(invoke, home, kind) for kind in ("relation", "event", "attribute")
    )
    shown = invoke("review", "--show", relation, home=home)
    file = tmp_path / "claim.yaml"
    file.write_text(shown.stdout.replace("alliedWith", "dependsOn"), encoding="utf-8")
    options = ("--accept", event, "--reject", f"{terms.ID}{number}", "--edit", f"{relation}={file}")
    done = invoke(
        "review", "--coder", "Ana", "--note", "read", *options, "--json", "--workers", 1, home=home
    )
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["decisions"], told["documents"], told["claims"]) == (3, 1, 2)
    assert sorted(stands(home).values()) == ["accepted", "accepted", "superseded"]
    states = {one["claim"]: one["status"] for one in listed(invoke, home, "--all")}
    assert (states[event], states[number]) == ("accepted", "rejected")
    assert all(one["claim"] not in (event, number, relation) for one in listed(invoke, home))
    undone = invoke("review", "--undo", event, "--undo", relation, "--workers", 1, home=home)
    assert undone.exit_code == 0, undone.stderr
    assert stands(home) == {}


def test_all_that_is_chosen_can_be_accepted_with_a_warning(invoke: Invoke, home: Home):
    done = invoke(
        "review",
        *("--coder", "Filter 1", "--software", "--accept-all", "--min-confidence", "0.5"),
        *("--workers", 1),
        home=home,
    )
    assert done.exit_code == 0, done.stderr
    assert "warning: 4 claims accepted without anybody having looked at each" in done.stderr
    one = listed(invoke, home, "--all", "--type", "relation")[0]
    (decision,) = one["decisions"]
    assert decision["kind"] == "software"
    assert decision["note"] == "one of 4 accepted without looking at each, as at least 0.5 sure"
    assert len(stands(home)) == 4


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        ((), Code.INPUT, "nobody is named who decides"),
        (("--coder", "Ana"), Code.INPUT, "this is no terminal"),
        (("--coder", "Ana", "--type", "rumour"), Code.INPUT, "is no type of claims"),
        (("--coder", "Ana", "--accept", "claim-ffff"), Code.UNKNOWN, "no such candidate"),
        (("--coder", "Ana", "--accept", "claim-"), Code.UNKNOWN, "(8 claims)"),
        (("--coder", "Ana", "--undo", "claim-ffff"), Code.UNKNOWN, "could be undone"),
        (("--coder", "Ana", "--edit", "claim-ffff"), Code.INPUT, "write CLAIM=FILE"),
        (("--min-confidence", "2"), Code.USAGE, "Invalid value"),
    ],
)
def test_what_cannot_be_done_is_told(invoke: Invoke, home: Home, options, code, told):
    done = invoke("review", *options, home=home)
    assert done.exit_code == code, done.stderr
    assert told in " ".join(done.stderr.split())
    assert home.current() is None


def test_an_edit_with_faults_is_told_with_its_line_and_nothing_is_decided(
    invoke: Invoke, home: Home, tmp_path: Path
):
    relation = first(invoke, home, "relation")
    file = tmp_path / "claim.yaml"
    shown = invoke("review", "--show", relation, home=home).stdout
    file.write_text(shown.replace("alliedWith", "likes"), encoding="utf-8")
    done = invoke("review", "--coder", "Ana", "--edit", f"{relation}={file}", home=home)
    assert done.exit_code == Code.INPUT
    assert "claim.yaml:" in done.stderr
    assert "'likes' is no relation" in done.stderr
    assert not (home.path / "reviews").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"- 1\n- 2\n", "is missing"),
        (b"", "is missing"),
        (b"evidence: 3\n", "evidence"),
        (b"evidence: [{start: x, end: 2}]\n", "is not in the text"),
        (b"things: 7\n", "new things cannot be taken"),
        (b"a: &a [*a]\n", "nested too deeply"),
        (None, "No such file"),
    ],
)
def test_a_file_that_is_no_claim_is_told(
    invoke: Invoke, home: Home, tmp_path: Path, content: bytes | None, told: str
):
    file = tmp_path / "claim.yaml"
    if content is not None:
        file.write_bytes(content)
    relation = first(invoke, home, "relation")
    done = invoke("review", "--coder", "Ana", "--edit", f"{relation}={file}", home=home)
    assert done.exit_code == Code.INPUT, done.stderr
    assert told in done.stderr
    assert not (home.path / "reviews").exists()


def test_a_coder_is_of_one_kind(invoke: Invoke, home: Home):
    event = first(invoke, home, "event")
    assert invoke("review", "--coder", "Ana", "--reject", event, home=home).exit_code == 0
    done = invoke("review", "--coder", "Ana", "--software", "--undo", event, home=home)
    assert done.exit_code == Code.INPUT
    assert "known as a person" in done.stderr
    assert invoke("review", "--undo", event, home=home).exit_code == 0


def test_a_second_coding_is_offered_without_the_first(invoke: Invoke, home: Home):
    event = first(invoke, home, "event")
    assert invoke("review", "--coder", "Ana", "--reject", event, home=home).exit_code == 0
    assert event not in {one["claim"] for one in listed(invoke, home)}
    rows = listed(invoke, home, "--second", "--coder", "Ben")
    (one,) = [row for row in rows if row["claim"] == event]
    assert (one["status"], one["decisions"]) == (None, [])
    assert len(listed(invoke, home, "--second", "--coder", "Ana")) == 7


def test_texts_of_the_archive_show_the_passages(invoke: Invoke, home: Home):
    event = first(invoke, home, "event")
    done = invoke("review", "--coder", "Ana", "--accept", event, "--workers", 1, home=home)
    assert done.exit_code == 0, done.stderr
    added = invoke("texts", "add", "--archive", home=home)
    assert "1 document of 1 file attached" in added.stdout
    assert (
        "0 documents of 0 files attached" in invoke("texts", "add", "--archive", home=home).stdout
    )
    assert [copy.is_exact for copy in Vault.of(home).all()] == [True]
    shown = invoke("claim", event, home=home)
    assert "[[Peru and Ecuador held talks on the river.]]" in shown.stdout
    for wrong in (("texts", "add"), ("texts", "add", str(home.path), "--archive")):
        assert invoke(*wrong, home=home).exit_code == Code.INPUT


# --- by keys -------------------------------------------------------------------------------------


class Script:
    """A terminal that is typed beforehand; says what was asked when the script does not fit."""

    def __init__(self, *typed: str) -> None:
        self.typed = list(typed)
        self.shown: list[str] = []

    def show(self, text: str | Styled = "") -> None:
        self.shown.append(text.plain if isinstance(text, Styled) else text)

    def key(self, prompt: str) -> str:
        assert self.typed, f"asked {prompt!r} after {self.shown[-8:]}"
        return self.typed.pop(0)

    def line(self, prompt: str, default: str = "") -> str:
        return self.key(prompt) or default

    def edit(self, text: str) -> str | None:
        was, _, becomes = self.key("edit").partition("=>")
        return text.replace(was, becomes) if was else None


ANA = Coder(id="ana", name="Ana", kind="person")


def sit(home: Home, *typed: str, coder: Coder = ANA, editor: bool = True, **choice) -> Script:
    keeping = Keeping.of(home)
    desk = Desk(home, coder, lambda: [d for n in keeping.documents() if (d := keeping.document(n))])
    script = Script(*typed)
    texts = {text_of(n).source_sha256: text_of(n) for n in (1, 2)}
    sitting = Sitting(desk, script, lambda item: texts[item.document], Ways(editor=editor))
    sitting.run(desk.items(Choice(document="lima-post-2031-03-01", **choice)))
    assert not script.typed
    return script


def decided(home: Home) -> list[tuple[str, str]]:
    desk = Desk(home, ANA, lambda: [document(1)])
    items = desk.items(Choice(reviewed=True))
    return [(one.claim.id, one.standing.status) for one in items if one.standing.decisions]


def test_each_key_does_what_its_help_says(home: Home):
    script = sit(home, "?", "a", "n", "s", "", "n", "no such boats", "r")
    assert all(told in "\n".join(script.shown) for told in KEYS.values())
    assert decided(home) == [("c001", "accepted"), ("c004", "rejected")]
    assert "That was the last." in script.shown


def test_what_is_shown_has_passage_roles_rule_and_confidence(home: Home):
    shown = "\n".join(sit(home, "q").shown)
    assert "1 of 4 · event claim · confidence 0.20 · rule-1 · hand/1" in shown
    assert "Peru and Ecuador held talks on the river. Ana Quispe backed" in shown
    assert "actors    Peru (peru); Ecuador (ecuador)" in shown
    assert "new here: Lima Post (lima-post), MediaOutlet" in shown


def test_a_new_thing_is_asked_about_once(home: Home):
    sit(home, "a", "n", "a", "k", "Ana Q.", "Poet", "Person", "-", "a", "a")
    assert [status for _, status in decided(home)] == ["accepted"] * 4
    desk = Desk(home, ANA, lambda: [document(1)])
    things = [thing for one in desk.items(Choice(reviewed=True)) for thing in one.things]
    assert {thing.label for thing in things} >= {"Lima Post"}


def test_a_new_thing_can_be_a_known_one_or_be_left(home: Home):
    script = sit(home, "a", "n", "a", "i", "atlantis", "i", "peru", "q")
    assert "nothing is known by the id 'atlantis'" in script.shown
    assert decided(home)[1] == ("c002", "superseded")


def test_going_back_from_a_new_thing_decides_nothing(home: Home):
    sit(home, "a", "b", "q")
    assert decided(home) == []


def test_an_edit_that_cannot_be_taken_is_told_and_asked_again(home: Home):
    script = sit(
        home,
        *("e", "alliedWith=>likes", "y", "likes=>dependsOn"),
        type="relation",
    )
    assert any("'likes' is no relation" in line for line in script.shown)
    assert decided(home) == [("c003", "superseded"), ("c003", "accepted")]


def test_fields_are_edited_one_by_one_without_an_editor(home: Home):
    before = ("", "", "", "possible", "", "", "")
    sit(home, "e", *before, "", "", "", "", "50", "", "-", "", editor=False, type="attribute")
    desk = Desk(home, ANA, lambda: [document(1)])
    (told,) = [one for one in desk.items(Choice(reviewed=True)) if one.claim.revises]
    assert told.claim.certainty == "possible"
    assert told.claim.attribute is not None
    assert told.claim.attribute.number == 50


def test_undo_leads_back_to_the_claim(home: Home):
    script = sit(home, "r", "r", "u", "u", "s", "q")
    assert decided(home) == []
    heads = [line.partition(" · ")[0] for line in script.shown if " of 4 · " in line]
    assert heads == ["1 of 4", "2 of 4", "3 of 4", "2 of 4", "1 of 4", "2 of 4"]


# --- at a real terminal --------------------------------------------------------------------------


def typed(command: list[str], keys: Iterator[tuple[bytes, bytes]]) -> bytes:
    """Run a command at a terminal; type each key once its prompt was shown."""
    master, slave = pty.openpty()
    kept = {k: v for k, v in environment(TERM="xterm").items() if k not in ("VISUAL", "EDITOR")}
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=kept) as process:
        os.close(slave)
        seen, after = b"", 0
        wanted = next(keys, None)
        while True:
            ready, _, _ = select.select([master], [], [], 300)
            assert ready, seen[-2000:]
            try:
                data = os.read(master, 65536)
            except OSError:
                break
            if not data:
                break
            seen += data
            while wanted is not None and (at := seen.find(wanted[0], after)) >= 0:
                after = at + len(wanted[0])
                os.write(master, wanted[1])
                wanted = next(keys, None)
        assert process.wait(300) == 0, seen[-2000:]
    os.close(master)
    return seen


def test_a_sitting_at_a_terminal_ends_in_a_commit(home: Home):
    command = [str(SCRIPT), "--home", str(home.path), "review", "--workers", "1"]
    keys = [
        (b"Who decides", b"A. Reader\r"),
        (b"help > ", b"a"),
        (b"which > ", b"\r"),
        (b"help > ", b"r"),
        (b"help > ", b"q"),
    ]
    seen = typed(command, iter(keys))
    assert b"1 claim of 1 document" in seen
    assert list(stands(home).values()) == ["accepted"]
    assert (home.path / "reviews" / "a-reader.jsonl").is_file()
