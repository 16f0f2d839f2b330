"""`demarche read`, as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

from demarche.cli.seen import Layer, Readers, Seen
from demarche_ingest.documents import Source
from demarche_ingest.segment import articles
from demarche_ingest.texts import Text, sha256

RUN = [sys.executable, "-c", "from demarche.cli import main; main()", "read"]


def run(*arguments: str, given: bytes = b"") -> tuple[int, str, str]:
    done = subprocess.run([*RUN, *arguments], input=given, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_it_shows_what_it_sees_of_a_document(tmp_path: Path) -> None:
    path = tmp_path / "talks.md"
    path.write_text("# The talks\n\nThe ministers met again in Port Sarn.\n", encoding="utf-8")
    status, out, _ = run(str(path))
    assert status == 0
    assert "text/markdown, by utf-8/1, utf-8" in out
    assert "0-11   # The talks" in out
    assert out.endswith("1 document read, 0 problems\n")


def test_what_cannot_be_read_is_told_beside_the_rest(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The ministers met.", encoding="utf-8")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 broken")
    status, out, errors = run(str(tmp_path))
    assert status == 1
    assert "b.pdf: the PDF is broken" in errors
    assert "1 document read, 1 problem" in out


def test_standard_input_and_json() -> None:
    rows = b'{"Inhalt": "Two ministers met.", "title": "Talks"}\n'
    status, out, _ = run("-", "--like", "a.jsonl", "--column", "text=Inhalt", "--json", given=rows)
    assert status == 0
    (line,) = out.splitlines()
    found = json.loads(line)
    assert (found["text"], found["details"]["title"]) == ("Two ministers met.", "Talks")
    assert found["length"] == len(found["text"])


DIGEST = """\
Ferry talks end without result

The Sarn Courier
May 3 2031

PORT SARN (Island Wire) — The ministers met. "It is over," one said, and went home for good.

Comments

ada said:

Good. I waited.

Fishermen go to sea again

Norland Daily
May 4 2031

The fishermen of the islands went to sea after nine days. Nobody knows who will pay for them.
"""


def test_articles_details_and_zones_are_shown() -> None:
    status, out, _ = run("-", given=DIGEST.encode())
    assert status == 0
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "article 1 of 2, 0-191" in lines
    for line in (
        "title Ferry talks end without result",
        "outlet The Sarn Courier",
        "place PORT SARN",
        "date 2031-05-03, stated by “May 3 2031” at 49-59",
        "boilerplate 32-86 The Sarn Courier May 3 2031 PORT SARN (Island Wire) —",
        "comment 176-191 ada: Good. I waited.",
        "note the date 2031-05-03 lies in the future",
    ):
        assert line in lines, line
    assert not any("sentence" in line for line in lines)


def test_layers_are_shown_on_demand() -> None:
    _, out, _ = run("-", "--show", "sentences", "--show", "quotations", given=DIGEST.encode())
    assert "sentence   87-105   The ministers met." in out
    assert 'quotation  106-119  "It is over,"' in out


def test_json_has_all_that_is_seen() -> None:
    _, out, _ = run("-", "--json", given=DIGEST.encode())
    found = json.loads(out)
    first, second = found["articles"]
    assert first["date"] == {
        "edtf": "2031-05-03",
        "basis": "stated",
        "where": {"start": 49, "end": 59},
    }
    assert [zone["kind"] for zone in first["zones"]] == [
        "headline",
        "boilerplate",
        "body",
        "boilerplate",
        "comment",
    ]
    said = [
        found["text"][one["inner"]["start"] : one["inner"]["end"]] for one in first["quotations"]
    ]
    assert said == ["It is over,"]
    assert (
        found["text"][second["start"] : second["end"]] == DIGEST[DIGEST.index("Fisher") :].strip()
    )
    assert len(second["sentences"]) == 5
    _, out, _ = run("-", "--json", "--show", "sentences", given=DIGEST.encode())
    assert "quotations" not in json.loads(out)["articles"][0]


def test_a_layer_that_is_none_is_refused() -> None:
    status, _, errors = run("-", "--show", "everything")
    assert status != 0
    assert "name one of sentences, quotations, mentions, dates, parses" in errors


def test_mentions_are_shown_with_what_they_mean() -> None:
    words = b"Kenya and Ethiopia signed a pact. Nairobi said that it would hold for a year.\n"
    _, out, _ = run("-", "--show", "mentions", given=words)
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "mention 0-5 Kenya = kenya (name, known-name)" in lines
    _, out, _ = run("-", "--show", "mentions", "--json", given=words)
    (article,) = json.loads(out)["articles"]
    assert article["mentions"][0]["target"] == "kenya"
    assert {"start", "end", "how", "rule", "candidates"} <= article["mentions"][0].keys()


def test_words_are_shown_with_what_they_depend_on() -> None:
    words = b"The ministers met in the port, and nobody knew what they had said there.\n"
    _, out, _ = run("-", "--show", "parses", given=words)
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "token 4-13 ministers (minister, NOUN): nsubj of met" in lines
    _, out, _ = run("-", "--show", "parses", "--json", given=words)
    (parse,) = json.loads(out)["articles"][0]["parses"]
    assert [token["lemma"] for token in parse["tokens"][:3]] == ["the", "minister", "meet"]


def test_a_text_that_is_not_english_is_not_parsed() -> None:
    words = "Die Minister trafen sich im Hafen und sprachen lange über die Fähre nach Norden.\n"
    _, out, _ = run("-", "--json", given=words.encode())
    (article,) = json.loads(out)["articles"]
    assert article["language"] == "de"
    assert article["parses"] == []
    assert article["sentences"]


def test_dates_are_worked_out_against_that_of_the_article() -> None:
    words = DIGEST.replace("The ministers met.", "The ministers met yesterday.").encode()
    _, out, _ = run("-", "--show", "dates", given=words)
    assert "yesterday = 2031-05-02 (date; relative to article date)" in out
    _, out, _ = run("-", "--show", "dates", "--json", given=words)
    first = json.loads(out)["articles"][0]
    assert [time["edtf"] for time in first["times"]] == ["2031-05-02"]
    assert first["date"]["edtf"] == "2031-05-03"


def test_a_column_option_that_says_nothing_is_refused() -> None:
    status, _, errors = run("-", "--column", "inhalt")
    assert status != 0
    assert "write FIELD=NAME" in errors


def test_of_a_text_that_is_too_long_no_layers_are_told(monkeypatch) -> None:
    monkeypatch.setattr(articles, "MOST", 100)
    text = "Kenya met Uganda on Friday. " * 10
    source = Source(Text(text, sha256(text), sha256(text)), "text/plain", "utf-8/1", "utf-8")
    seen = Seen(source, frozenset(Layer), date(2031, 6, 1), Readers())
    lines = list(seen.lines())
    assert any("was not taken apart: split it" in line for line in lines)
    assert not any("= kenya" in line for line in lines)
    (article,) = seen.members()["articles"]
    assert (article["sentences"], article["mentions"], article["times"]) == ([], [], [])
