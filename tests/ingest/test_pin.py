"""From sheets to claims and back: the words go, everything else stays."""

from __future__ import annotations

import csv
import shutil
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seedkit import ABOUT_NORLAND, NORLAND, texts_of

from demarche_ingest.annotate import files, pin, sheet
from demarche_ingest.annotate.locate import FoldedText, relocate
from demarche_ingest.seeds import yamlfile
from demarche_ingest.seeds.claims import ClaimRecord, ClaimsFile
from demarche_ingest.texts import Span, Text, fold, sha256
from demarche_ontology.errors import InputError


@pytest.fixture
def article(norland):
    return norland / "articles" / "norland"


@pytest.fixture
def claims(norland_seeds):
    return ClaimsFile(claims=norland_seeds.articles[0].claims)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def write_rows(path, rows):
    sheet.write(path, rows)
    return path


def test_evidence_is_the_passage_without_its_words(norland_text, claims):
    for claim in claims.claims:
        for passage in claim.evidence:
            words = norland_text[Span(passage.start, passage.end)]
            assert passage.sha256 == sha256(words)
            assert passage.folded == sha256(fold(words))
            assert passage.folded_length == len(fold(words))


def test_no_word_of_the_text_is_kept(article, norland_text):
    written = (article / "claims.yaml").read_text("utf-8") + (article / "article.yaml").read_text()
    words = norland_text.content.split()
    runs = {" ".join(words[i : i + 6]) for i in range(len(words) - 5)}
    assert not [run for run in runs if run in " ".join(written.split())]


def test_quotes_are_what_the_sheet_asked_for(norland_text, claims):
    quotes = {row["id"]: row["quote"] for row in rows_of(NORLAND / "sheet.tsv")}
    found = {
        c.id: norland_text[Span(c.evidence[0].start, c.evidence[0].end)] for c in claims.claims
    }
    assert fold(found["c03"]) == quotes["c03"]
    assert found["c08"] == "asked Sudria to\nsend 1\u202f200 tonnes\u00a0of grain back"
    assert found["c12"].endswith("\U0001f6a2")
    assert len(claims.claims[10].evidence) == 2


def test_sheet_to_claims_to_sheet_to_claims(tmp_path, norland_text, claims):
    for name in ("again.tsv", "again.xlsx"):
        path = write_rows(tmp_path / name, files.sheet_rows(claims, norland_text))
        assert pin.pin(sheet.read(path), norland_text, name) == claims


def test_a_sheet_without_the_text_has_everything_but_quotes(claims, norland_text):
    with_text, without = files.sheet_rows(claims, norland_text), files.sheet_rows(claims, None)
    quoted = {"quote", "occurrence"}
    assert [{k: v for k, v in row.items() if k not in quoted} for row in with_text] == [
        {k: v for k, v in row.items() if k not in quoted} for row in without
    ]
    assert {row["quote"] for row in without} == {""}


def test_writing_claims_and_reading_them_again(article, claims, tmp_path):
    files.write_claims(tmp_path, claims)
    assert files.read_claims(tmp_path) == claims == files.read_claims(article)


def test_a_quote_that_stands_there_twice_keeps_its_place(norland_text, claims):
    second = norland_text.content.index("Port Merrow", 200)
    evidence = pin.evidence(norland_text, Span(second, second + 11))
    moved = claims.claims[0].model_copy(update={"iri": None, "voice": "reader-comment"})
    moved = ClaimRecord.model_validate({**moved.model_dump(), "evidence": [evidence]})
    coded = ClaimsFile(claims=(pin.renew(norland_text.source_sha256, moved),))
    (row,) = files.sheet_rows(coded, norland_text)
    assert row["occurrence"] == "2"
    assert pin.pin([sheet.Row(2, {k: v for k, v in row.items() if v})], norland_text, "s") == coded


CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30).map(str.strip)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4))
def test_tsv_and_xlsx_say_the_same(tmp_path_factory, cells):
    folder = tmp_path_factory.mktemp("sheets")
    columns = ("id", "quote", "note")
    rows = [dict(zip(columns, values, strict=True)) for values in cells]
    for name in ("a.tsv", "a.xlsx"):
        sheet.write(folder / name, rows, columns)
    read = [sheet.read(folder / name, columns) for name in ("a.tsv", "a.xlsx")]
    assert read[0] == read[1]
    assert [row.cells for row in read[0]] == [
        filled for row in rows if (filled := {k: v for k, v in row.items() if v})
    ]


NAMES = st.text(string.ascii_letters + string.digits + " .,:;-#'\"%&*!|>{}[]?=~é\u202f", min_size=1)


@given(st.lists(NAMES, min_size=1, max_size=5))
def test_what_is_dumped_is_read_as_the_same_text(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("yaml") / "a.yaml"
    path.write_text(files.dump("claims", {"claims": texts}), encoding="utf-8")
    assert yamlfile.read(path, "a.yaml").content == {"claims": texts}


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1,200", 1200),
        ("1234567", 1234567),
        ("1\u202f000.5", 1000.5),
        ("-3", -3),
        ("0.000001", 1e-6),
    ],
)
def test_numbers_survive_the_sheet(claims, norland_text, value, number):
    (row,) = [r for r in files.sheet_rows(claims, norland_text) if r["id"] == "c09"]
    for _ in range(2):
        cells = {key: cell for key, cell in {**row, "value": value}.items() if cell}
        coded = pin.pin([sheet.Row(2, cells)], norland_text, "s")
        assert coded.claims[0].attribute.number == number
        (row,) = files.sheet_rows(coded, norland_text)
        value = row["value"]


@pytest.mark.parametrize("value", ["1,5", "dozens", "infinity", "nan", "1.000.000", "12 or 13"])
def test_what_is_no_plain_number_stays_text(claims, norland_text, value):
    row = next(r for r in files.sheet_rows(claims, norland_text) if r["id"] == "c05")
    cells = {key: cell for key, cell in {**row, "value": value}.items() if cell}
    attribute = pin.pin([sheet.Row(2, cells)], norland_text, "s").claims[0].attribute
    assert (attribute.number, attribute.text) == (None, value)


def test_all_rows_that_cannot_be_pinned_are_told(article, tmp_path, norland_text):
    before = (article / "claims.yaml").read_bytes()
    rows = rows_of(NORLAND / "sheet.tsv")
    rows[0]["quote"] = "Norland Opens the Strait"
    rows[1]["occurrence"] = ""
    rows[2]["category"] = "refuse"
    rows[3]["occurrence"] = "first"
    rows[4]["id"] = "c04"
    path = write_rows(tmp_path / "bad.tsv", rows)
    with pytest.raises(InputError) as caught:
        files.pin_sheet(article, path, norland_text)
    told = [(p.line, p.subject, p.message) for p in caught.value.problems]
    expected = [
        (2, "c01", "agrees up to 'Norland '"),
        (3, "c02", "say which `occurrence`"),
        (4, "c03", "'refuse' is no value of the list 'category'"),
        (5, "c04", "'first' is no number"),
        (6, "c04", "two claims have this id"),
    ]
    assert len(told) == len(expected)
    for (line, subject, message), found in zip(expected, told, strict=True):
        assert found[:2] == (line, subject)
        assert message in found[2]
    assert all(p.file == str(path) and p.remedy for p in caught.value.problems)
    assert (article / "claims.yaml").read_bytes() == before


def test_each_quotation_may_have_its_own_number(norland_text, claims):
    row = next(r for r in files.sheet_rows(claims, norland_text) if r["id"] == "c03")
    base = {key: cell for key, cell in row.items() if cell}

    def starts(**cells):
        coded = pin.pin([sheet.Row(2, {**base, **cells})], norland_text, "s")
        return [e.start for e in coded.claims[0].evidence]

    first, second = starts(quote="Port Merrow || Port Merrow", occurrence="2; 1")
    assert first > second
    assert len(set(starts(quote="Sudria || Port Merrow", occurrence="2"))) == 2
    with pytest.raises(InputError, match="3 numbers for 2 quotation"):
        starts(quote="Sudria || Port Merrow", occurrence="1; 1; 1")


def test_another_text_is_refused(article):
    with pytest.raises(InputError, match="not the text that the article was made from") as caught:
        files.pin_sheet(article, NORLAND / "sheet.tsv", Text.decode(b"another"))
    assert "sha-256" in caught.value.problems[0].remedy


def test_an_edit_that_is_a_revision_keeps_the_old_iri(article, tmp_path, norland_text):
    before = {claim.id: claim for claim in files.read_claims(article).claims}
    rows = rows_of(NORLAND / "sheet.tsv")
    rows[5]["certainty"] = "probable"
    rows[6]["statement"] = "Ada Norling declared that Norland is for the plan."
    path = write_rows(tmp_path / "edited.tsv", rows)
    after = {c.id: c for c in files.pin_sheet(article, path, norland_text, revise=True).claims}
    assert after["c06"].iri != before["c06"].iri
    assert after["c06"].revises == (before["c06"].iri,)
    assert after["c07"].iri == before["c07"].iri  # the statement is editorial
    assert [c.id for c in after.values() if c.revises] == ["c06"]
    again = {c.id: c for c in files.pin_sheet(article, path, norland_text).claims}
    assert again == after


def test_renewing_iris_after_an_edit_by_hand(article):
    path = article / "claims.yaml"
    old = {c.id: c.iri for c in files.read_claims(article).claims}
    path.write_text(path.read_text("utf-8").replace("polarity: negative", "polarity: positive"))
    assert files.renew_iris(article, revise=True) == 1
    (claim,) = [c for c in files.read_claims(article).claims if c.iri != old[c.id]]
    assert (claim.id, claim.revises) == ("c10", (old["c10"],))
    assert files.renew_iris(article, revise=True) == 0


def test_an_article_is_never_overwritten(article, norland_text):
    with pytest.raises(InputError, match="the article exists"):
        files.new_article(article, norland_text, ABOUT_NORLAND, [])


def test_parts_that_are_not_in_the_text_are_all_told(tmp_path, norland_text):
    rows = [
        sheet.Row(2, {"part": "headline", "kind": "headline", "begins": "No such line"}),
        sheet.Row(3, {"part": "body", "kind": "body", "begins": "PORT MERROW", "ends": "gone"}),
    ]
    with pytest.raises(InputError) as caught:
        files.new_article(tmp_path / "new", norland_text, ABOUT_NORLAND, rows)
    assert [(p.line, p.subject) for p in caught.value.problems] == [(2, "headline"), (3, "body")]
    assert not (tmp_path / "new").exists()


def test_a_part_with_a_wrong_commenter_is_told(tmp_path, norland_text):
    cells = {"part": "c", "kind": "comment", "begins": "Comments", "commenter": "Tiller"}
    with pytest.raises(InputError, match="commenter"):
        files.new_article(tmp_path / "new", norland_text, ABOUT_NORLAND, [sheet.Row(2, cells)])


def test_every_passage_is_found_in_a_near_copy(norland_text, claims):
    near_copy = "Reprinted.\r\n\r\n" + norland_text.content.replace("\n", "\r\n  ")
    folded = FoldedText.of(near_copy)
    for claim in claims.claims:
        for passage in claim.evidence:
            spans = relocate(folded, passage.folded, passage.folded_length)
            words = {fold(near_copy[span.start : span.end]) for span in spans}
            assert words == {fold(norland_text[Span(passage.start, passage.end)])}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id\tquote\tcolour\nc1\tx\ty\n", "unknown column(s) colour"),
        ("id\tid\nc1\tc1\n", "column(s) id twice"),
        ("", "no rows"),
        ('id\tquote\nc1\t"so-called" trap\nc2\tx\n', "not a TSV row"),
        ('id\tquote\nc1\t"so-called\nc2\tx\n', "not a TSV row"),
    ],
)
def test_sheets_that_cannot_be_read(tmp_path, content, message):
    path = tmp_path / "sheet.tsv"
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        sheet.read(path)
    (problem,) = caught.value.problems
    assert problem.file == str(path)
    assert message in problem.message
    assert problem.remedy


def test_a_sheet_that_is_no_workbook_or_not_utf8(tmp_path):
    shutil.copy(NORLAND / "text.txt", tmp_path / "sheet.xlsx")
    (tmp_path / "sheet.tsv").write_bytes(b"id\tquote\nc1\tStra\xdfe\n")
    for name, message in (("sheet.xlsx", "not an XLSX workbook"), ("sheet.tsv", "not UTF-8")):
        with pytest.raises(InputError, match=message):
            sheet.read(tmp_path / name)


def test_made_seeds_have_their_texts_beside_them(norland):
    assert Text.read(texts_of(norland) / "norland.txt").content
