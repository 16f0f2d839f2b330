"""The corpus is what its README says. Failures name documents, never words of held-out texts."""

from __future__ import annotations

import json
from collections import Counter

import pytest
import yaml
from corpus import pinning
from corpus.pinning import CORPUS, HALVES, GoldError, Row, documents, pin

from demarche_ingest.texts import sha256

READ = {"headline", "body", "caption", "comment"}
"""Zones in which mentions and times are marked."""


@pytest.fixture(scope="module")
def golds() -> dict[str, dict[str, list[Row]]]:
    return {half: {one.name: pin(one) for one in documents(half)} for half in HALVES}


@pytest.mark.parametrize("half", HALVES)
def test_the_offsets_are_those_of_the_quotes(half):
    assert not pinning.stale(half), "run `python -m corpus.pinning` in tests/"


@pytest.mark.parametrize("half", HALVES)
def test_the_index_has_the_hashes_of_texts_and_golds(half):
    index = json.loads((CORPUS / half / "index.json").read_text(encoding="utf-8"))
    assert sorted(index["documents"]) == [folder.name for folder in documents(half)]
    for folder in documents(half):
        lines = (folder / "gold.jsonl").read_text(encoding="utf-8")
        head = json.loads(lines.splitlines()[0])
        name = head["file"]
        assert index["documents"][folder.name]["gold"] == sha256(lines)
        assert head["source_sha256"] == sha256((folder / name).read_bytes()), folder.name


@pytest.mark.parametrize("half", HALVES)
def test_every_document_is_marked_as_invented(golds, half):
    assert golds[half]
    assert not [name for name, rows in golds[half].items() if rows[0]["invented"] is not True]


@pytest.mark.parametrize("half", HALVES)
def test_layers_lie_within_each_other(golds, half):
    within = {"zone": "article", "sentence": "zone", "mention": "sentence", "time": "sentence"}
    within["quotation"] = "zone"
    for name, rows in golds[half].items():
        for row in rows[1:]:
            outer = within.get(row["layer"])
            if outer and not (outer == "article" and _outside(rows, row)):
                assert any(_covers(one, row) for one in rows if one["layer"] == outer), name


def _covers(outer: Row, inner: Row) -> bool:
    return outer["start"] <= inner["start"] and inner["end"] <= outer["end"]


def _outside(rows: list[Row], row: Row) -> bool:
    """Whether a row stands outside of all articles, wholly."""
    articles = [one for one in rows if one["layer"] == "article"]
    return all(row["end"] <= one["start"] or one["end"] <= row["start"] for one in articles)


@pytest.mark.parametrize("half", HALVES)
def test_mentions_and_times_stand_where_people_read(golds, half):
    for name, rows in golds[half].items():
        zones = [one for one in rows if one["layer"] == "zone"]
        for row in rows:
            if row["layer"] in ("mention", "time"):
                zone = next(one for one in zones if _covers(one, row))
                assert zone["kind"] in READ, name


@pytest.mark.parametrize("half", HALVES)
def test_nothing_is_marked_twice(golds, half):
    for name, rows in golds[half].items():
        seen = Counter(
            (row["layer"], row["start"], row["end"], row.get("target"))
            for row in rows
            if row["layer"] in ("sentence", "quotation", "mention", "time")
        )
        assert max(seen.values()) == 1, name


def _write(folder, text: str, sentences: list[Row], **more) -> None:
    (folder / "text.txt").write_text(text, encoding="utf-8")
    zone = {"kind": "body", "sentences": sentences}
    gold = {"file": "text.txt", "invented": True, "kind": "news", "region": "nowhere"}
    gold |= {"complete": [], "parts": [{"zones": [zone]}], **more}
    (folder / "gold.yaml").write_text(yaml.safe_dump(gold), encoding="utf-8")


def _mention(quote: str, **more) -> Row:
    return {"quote": quote, "target": "kenya", "kind": "name", **more}


def test_a_sentence_is_found_over_line_ends_and_a_mention_by_its_occurrence(tmp_path):
    mention = _mention("Kenya", occurrence=2)
    second = {"text": "Kenya is not only Kenya.", "mentions": [mention]}
    text = "First.\n\nKenya is\nnot only\n Kenya.\n"
    _write(tmp_path, text, [{"text": "First."}, second])
    found = next(row for row in pin(tmp_path) if row["layer"] == "mention")
    assert (found["start"], found["end"]) == (27, 32)
    assert text[27:32] == "Kenya"


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ([{"text": "Kenya met Kenyo."}], "the text goes on 'Kenya met Kenya.'"),
        ([], "a zone without sentences"),
        ([{"text": "Kenya met"}], "the gold ends before 'Kenya.'"),
        ([{"text": "Kenya met Kenya.", "mentions": [_mention("Kenya")]}], "2 times"),
        ([{"text": "Kenya met Kenya.", "mentions": [_mention("Chad")]}], "'Chad'"),
        (
            [{"text": "Kenya met Kenya.", "mentions": [_mention("Kenya met", target="kenia")]}],
            "'kenia' is neither",
        ),
        (
            [{"text": "Kenya met Kenya.", "times": [{"quote": "met", "edtf": "2031-02-30"}]}],
            "2031-02-30 is not a day",
        ),
        (
            [
                {
                    "text": "Kenya met Kenya.",
                    "times": [{"quote": "met", "kind": "set", "edtf": "2"}],
                }
            ],
            "only a date has an edtf",
        ),
    ],
)
def test_gold_that_does_not_fit_is_refused_with_its_words(tmp_path, sentences, message):
    _write(tmp_path, "Kenya met Kenya.\n", sentences)
    with pytest.raises(GoldError, match=message):
        pin(tmp_path)


CLAIM = {
    "id": "c01",
    "quote": "Kenya met Chad",
    "chain": ["kenya"],
    "voice": "author",
    "basis": "act-reported",
    "event": "meeting",
    "category": "consult",
    "actors": ["kenya", "chad"],
}


def test_a_claim_gets_the_offsets_of_its_evidence(tmp_path):
    _write(tmp_path, "Kenya met Chad.\n", [{"text": "Kenya met Chad."}], claims=[CLAIM])
    assert pin(tmp_path)[-1]["evidence"] == [{"start": 0, "end": 14}]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quote": "Kenya met Niger"}, "c01|Niger"),
        ({"voice": "shouted"}, "no voice: 'shouted'"),
        ({"modes": ["strike"]}, "no modes of consult"),
        ({"category": "aid"}, "aid without a recipient"),
        ({"actors": ["kenia"]}, "'kenia' is neither"),
        ({"reason_for": ["c02"]}, "reason_for names no claim"),
        ({"attribute": "name"}, "not one of event"),
        ({"presupposed": True}, "presupposed and its basis"),
        ({"when": "2031-13"}, "not an EDTF date"),
    ],
)
def test_a_claim_that_breaks_the_codebook_is_refused(tmp_path, changes, message):
    _write(tmp_path, "Kenya met Chad.\n", [{"text": "Kenya met Chad."}], claims=[CLAIM | changes])
    with pytest.raises(GoldError, match=message):
        pin(tmp_path)


@pytest.mark.parametrize("half", HALVES)
def test_documents_with_claims_say_so(golds, half):
    for name, rows in golds[half].items():
        claims = [row for row in rows if row["layer"] == "claim"]
        assert ("claims" in rows[0]["complete"]) == bool(claims), name
