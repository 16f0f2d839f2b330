"""Files of every kind become texts with exact offsets, or say why not."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche_ingest.documents import Batch, Limits, Source, Wishes, read_data, read_files
from demarche_ingest.documents.decoding import decode
from demarche_ingest.documents.language import language_of
from demarche_ingest.texts import EXTRACTOR, sha256

WISHES = Wishes()
SENTENCES = [
    f"Both sides said in statement {number} that the talks in Port Sarn were useful, and that more"
    " would follow before the end of the year, although no date was set."
    for number in range(8)
]
PAGE = f"""<!doctype html><html lang="en-GB"><head>
<title>Ministers of Norland and Sudria meet</title>
<meta name="author" content="Ada Perl"><meta property="og:site_name" content="Norland Gazette">
<meta property="article:published_time" content="2010-05-08T10:00:00Z"></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>Ministers of Norland and Sudria meet</h1>
<figure><img src="door.png"><figcaption>The two ministers at the door.</figcaption></figure>
{"".join(f"<p>{one}</p>" for one in SENTENCES)}</article>
<section id="comments"><div class="comment"><p>A reader thinks that this comes too late.</p></div>
<div class="comment"><p>Another reader disagrees with the first one.</p></div></section>
<footer>Subscribe to our newsletter</footer></body></html>"""


def only(batch: Batch) -> Source:
    assert not batch.problems
    (source,) = batch.sources
    return source


def problem(data: bytes, name: str, wishes: Wishes = WISHES) -> str:
    batch = read_data(data, name, wishes)
    assert not batch.sources
    (found,) = batch.problems
    assert found.file == name
    assert found.remedy
    return found.message


def zones(source: Source) -> list[tuple[str, str]]:
    at = 0
    for zone in source.zones:
        assert at <= zone.span.start < zone.span.end <= len(source.text)
        at = zone.span.end
    return [(zone.kind, source.text[zone.span]) for zone in source.zones]


def pdf(*pages: str) -> bytes:
    """Return a PDF with a line of text on each page, "" for a page without."""
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for page in pages:
        content = b"BT /F1 12 Tf 72 720 Td (%b) Tj ET" % page.encode("ascii") if page else b""
        parts.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
        font = b"<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
        parts.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
            b" /Resources << /Font %b >> >>" % (len(parts), font)
        )
        kids.append(b"%d 0 R" % len(parts))
    parts[1] = b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(kids), b" ".join(kids))
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(parts) + 1
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, table)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, start)
    return bytes(out)


def word(*paragraphs: tuple[str, str]) -> bytes:
    """Return a Word document. paragraphs: style and text."""
    document = docx.Document()
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


# --- Formats -----------------------------------------------------------------------------------


def test_plain_text_is_the_file() -> None:
    data = "Line one\r\nLine two\u2028 — “quoted”, 🙂, e\u0301\n".encode()
    source = only(read_data(data, "a.txt", WISHES))
    assert source.text.content.encode() == data
    assert source.extractor == EXTRACTOR
    assert source.text.source_sha256 == source.text.text_sha256 == sha256(data)


def test_markdown_tells_details_and_zones_and_stays_the_file() -> None:
    front = "---\ntitle: Talks\nauthor: [Ada Perl, Jon Ode]\n---\n"
    text = f"{front}# The talks\n\nThey met.\n\n```\nx\n```\n"
    source = only(read_data(text.encode(), "a.md", WISHES))
    assert source.text.content == text
    assert (source.details.title, source.details.byline) == ("Talks", "Ada Perl; Jon Ode")
    assert [kind for kind, _ in zones(source)] == ["boilerplate", "headline", "boilerplate"]
    assert zones(source)[1][1] == "# The talks\n"


def test_markdown_without_front_matter_takes_its_title_from_its_heading() -> None:
    source = only(read_data(b"\xef\xbb\xbfTalks\n=====\n\nThey met.\n", "a.md", WISHES))
    assert source.details.title == "Talks"


def test_html_is_the_article_with_captions_and_comments_apart() -> None:
    source = only(read_data(PAGE.encode(), "a.html", WISHES))
    found = zones(source)
    assert found[0] == ("headline", "Ministers of Norland and Sudria meet")
    assert found[1] == ("body", "\n\n".join(SENTENCES))
    assert found[2] == ("caption", "The two ministers at the door.")
    assert [text for kind, text in found if kind == "comment"] == [
        "A reader thinks that this comes too late.",
        "Another reader disagrees with the first one.",
    ]
    assert "newsletter" not in source.text.content
    details = source.details
    assert (details.outlet, details.byline, details.date) == (
        "Norland Gazette",
        "Ada Perl",
        "2010-05-08",
    )
    assert details.language == "en-GB"


def test_html_in_a_declared_encoding() -> None:
    page = PAGE.replace("<head>", '<head><meta charset="windows-1251">').replace("Sarn", "Сарн")
    source = only(read_data(page.encode("cp1251"), "a.html", WISHES))
    assert "Port Сарн" in source.text.content
    assert source.encoding == "cp1251"
    assert any("declares" in one for one in source.notes)


def test_pdf_has_its_text_layer_with_pages() -> None:
    source = only(read_data(pdf("The first page", "", "The third page"), "a.pdf", WISHES))
    starts = {page.number: page.start for page in source.pages}
    assert source.text.content[starts[1] :].startswith("The first page")
    assert source.text.content[starts[3] :].startswith("The third page")
    assert source.notes == ("pages without text: 2",)


def test_word_has_paragraphs_title_and_tables() -> None:
    document = docx.Document(
        BytesIO(word(("Title", "The talks"), ("Normal", "They met."), ("Caption", "At the door")))
    )
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "troops", "120"
    out = BytesIO()
    document.save(out)
    source = only(read_data(out.getvalue(), "no-ending", WISHES))
    assert zones(source) == [
        ("headline", "The talks"),
        ("body", "They met."),
        ("caption", "At the door"),
        ("body", "troops | 120"),
    ]


def test_each_row_of_a_table_is_a_document() -> None:
    data = 'Headline;Inhalt;Source\nOne;"Two ""words""\nand a line";Gazette\nTwo;;Gazette\n'
    batch = read_data(data.encode("utf-8-sig"), "a.csv", Wishes(columns={"text": "Inhalt"}))
    (source,) = batch.sources
    assert source.text.content == 'Two "words"\nand a line'
    assert (source.details.title, source.details.outlet) == ("One", "Gazette")
    assert source.container is not None
    assert source.container.row == 1
    assert [(one.line, one.message) for one in batch.problems] == [
        (4, "the row has no text in its column Inhalt")
    ]


def test_json_lines_are_read_around_broken_ones() -> None:
    lines = [json.dumps({"title": "One", "text": "Ünder"}), "{broken", "[1]", "", '{"text": 3}']
    batch = read_data("\n".join(lines).encode(), "a.jsonl", WISHES)
    assert [source.text.content for source in batch.sources] == ["Ünder"]
    assert [one.line for one in batch.problems] == [2, 3, 5]


def test_a_table_without_a_text_column_says_which_there_are() -> None:
    assert "there are a, b" in problem(b"a,b\n1,2\n", "a.csv")


def test_a_broken_row_does_not_lose_those_before_it() -> None:
    batch = read_data(b'text\nfirst\n"open\n', "a.csv", WISHES)
    assert [source.text.content for source in batch.sources] == ["first"]
    assert [one.line for one in batch.problems] == [3]


# --- Encodings ---------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(TEXTS)
def test_utf_8_is_read_as_it_is(content: str) -> None:
    decoded = decode(content.encode())
    assert decoded is not None
    if not content.encode().startswith((b"\xff\xfe", b"\xfe\xff")):
        assert (decoded.content, decoded.extractor) == (content, EXTRACTOR)


@given(TEXTS.filter(lambda text: not text.startswith("\ufeff")), st.sampled_from(["16", "32"]))
def test_marked_encodings_are_read(content: str, width: str) -> None:
    decoded = decode(content.encode(f"utf-{width}"))
    assert decoded is not None
    assert decoded.content == content


def test_stray_bytes_in_utf_8_are_told_and_lose_nothing() -> None:
    data = "Ünder größeren Bäumen\n".encode() + b"caf\xe9 \x93quoted\x94 \x81\n"
    decoded = decode(data)
    assert decoded is not None
    assert decoded.content == "Ünder größeren Bäumen\ncafé “quoted” \x81\n"
    assert "4 bytes are not UTF-8, the first in line 2" in decoded.notes[0]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("The minister said: “We’ll meet in Genève.” " * 5, "cp1252"),
        ("Министры встретились в столице и договорились о новой встрече. " * 5, "cp1251"),
    ],
)
def test_unstated_encodings_are_guessed_and_told(content: str, encoding: str) -> None:
    decoded = decode(content.encode(encoding))
    assert decoded is not None
    assert decoded.content == content
    assert "guessed" in decoded.notes[0]


# --- Bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.txt", "empty"),
        (b" \r\n\t", "a.html", "empty"),
        (b"\x7fELF\0\1\2\3" * 40, "a.bin", "not a document of a known format"),
        (b"\x7fELF\0\1\2\3" * 40, "a.txt", "not text in any encoding"),
        (b"%PDF-1.7\nbroken", "a.pdf", "the PDF is broken"),
        (b"no pdf", "a.pdf", "no PDF file"),
        (b"PK\x03\x04broken", "a.docx", "the packed file is broken"),
        (b"<html><body></body></html>", "a.html", "no article"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, name: str, message: str) -> None:
    assert message in problem(data, name)


def test_a_scan_says_that_it_has_no_text_layer() -> None:
    assert "no text layer" in problem(pdf("", ""), "a.pdf")


def test_a_truncated_pdf_is_read_or_refused_but_never_a_fault() -> None:
    whole = pdf("The first page", "The second page")
    for end in range(0, len(whole), 37):
        batch = read_data(whole[:end], "a.pdf", WISHES)
        assert bool(batch.sources) != bool(batch.problems)


def test_a_locked_pdf_is_refused() -> None:
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf("Secret")))
    writer.encrypt("key", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    assert "locked" in problem(out.getvalue(), "a.pdf")


def test_a_packed_file_that_holds_too_much_is_not_unpacked() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"0" * 3_000_000)
    wishes = Wishes(limits=Limits(unpacked_bytes=1_000_000))
    assert "holds 3000000 bytes" in problem(out.getvalue(), "a.docx", wishes)


def test_a_packed_file_of_another_kind_is_told() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", "text")
    assert "no Word document" in problem(out.getvalue(), "a.zip")


def test_a_broken_word_document_is_told() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", "<broken")
    assert "the Word document is broken" in problem(out.getvalue(), "a.docx")


def test_too_large_a_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 3_000_000)
    (batch,) = read_files([path], Wishes(limits=Limits(file_bytes=2 << 20)))
    assert "more than 2 MiB" in batch.problems[0].message


def test_an_edited_article_is_another_document() -> None:
    one = only(read_data(PAGE.encode(), "a.html", WISHES))
    other = only(read_data(PAGE.replace("useful", "useless").encode(), "a.html", WISHES))
    assert one.text.source_sha256 != other.text.source_sha256
    assert one.text.text_sha256 != other.text.text_sha256


def test_a_folder_is_read_in_order_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "b.txt").write_text("B", encoding="utf-8")
    (tmp_path / "a.txt").write_text("A", encoding="utf-8")
    (tmp_path / "sub" / "c.pdf").write_bytes(b"broken")
    (tmp_path / ".hidden").write_text("H", encoding="utf-8")
    batches = list(read_files([tmp_path, tmp_path / "missing"], WISHES))
    assert [Path(batch.path).name for batch in batches] == ["a.txt", "b.txt", "c.pdf", "missing"]
    assert [bool(batch.sources) for batch in batches] == [True, True, False, False]


# --- Languages ---------------------------------------------------------------------------------


def test_languages_are_told_where_a_text_tells() -> None:
    assert language_of(SENTENCES[0]).tag == "en"
    assert language_of("Министры встретились в столице и договорились о новой встрече.").tag == "ru"
    assert language_of("42 — 17!").tag == ""
