"""Documents as nobody should send them, from their bytes to sentences and quotations."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from demarche_ingest import analysis
from demarche_ingest.documents import Batch, Limits, Source, Wishes, read_data
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.segment import Segments, articles, quotations, segment, sentences

SENTENCE = "The ministers of Norland met in the port, and spoke about the ferry for two hours. "
TODAY = date(2031, 6, 1)


def read(data: bytes, name: str = "a.txt", wishes: Wishes | None = None) -> Batch:
    return read_data(data, name, wishes or Wishes())


def seen(data: bytes, name: str = "a.txt") -> tuple[Source, Segments]:
    """Take a document apart, down to its quotations, and look that nothing is lost."""
    (source,) = read(data, name).sources
    found = segment(source, TODAY)
    covered = [False] * len(source.text)
    zones = [zone for article in found.articles for zone in article.zones]
    for one in sentences(source.text, [*zones, *found.outside]):
        covered[one.span.start : one.span.end] = [True] * len(one.span)
    content = source.text.content
    assert all(covered[at] for at, char in enumerate(content) if not char.isspace())
    for quoted in quotations(source.text, zones):
        assert quoted.span.covers(quoted.inner)
    return source, found


def bomb() -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", b"\0" * (4 << 20))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.txt", "the file is empty"),
        (b" \r\n\t", "a.txt", "the file is empty"),
        (bytes(range(256)) * 20, "a.bin", "not a document"),
        (b"\x00\x01\x02\xff" * 500, "a.txt", "not text"),
        (b"%PDF-1.7\n%broken", "a.pdf", "the PDF is broken"),
        (b"PK\x03\x04broken", "a.docx", "broken"),
        (b"<html></html>", "a.html", "the page"),
        (b"{", "a.jsonl", "not JSON"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_remedy(data, name, message) -> None:
    batch = read(data, name)
    assert batch.sources == ()
    assert message in batch.problems[0].message
    assert batch.problems[0].remedy


def test_what_unpacks_to_too_much_is_refused() -> None:
    wishes = Wishes(limits=Limits(unpacked_bytes=1 << 20))
    batch = read(bomb(), "a.docx", wishes)
    assert "more than" in batch.problems[0].message


def test_a_file_that_is_too_large_is_refused() -> None:
    wishes = Wishes(limits=Limits(file_bytes=1 << 20))
    batch = read(SENTENCE.encode() * 20_000, wishes=wishes)
    assert "more than 1 MiB" in batch.problems[0].message


def test_a_text_that_is_too_long_is_not_taken_apart(monkeypatch) -> None:
    monkeypatch.setattr(articles, "MOST", 100)
    _, found = seen(f"Ferry talks end\n\nMay 3 2031\n\n{SENTENCE * 2}\n".encode())
    (article,) = found.articles
    assert [zone.kind for zone in article.zones] == ["body"]
    assert "was not taken apart" in article.notes[0]


def test_nothing_is_looked_for_in_a_text_that_is_too_long(monkeypatch) -> None:
    for module in (articles, analysis):
        monkeypatch.setattr(module, "MOST", 100)
    source, _ = seen(f"Kenya met Uganda on Friday.\n\n{SENTENCE * 2}\n".encode())
    found = analysis.analyse(source, analysis.Tools(Linker()))
    assert len(found.articles) == 1
    assert (found.sentences, found.mentions, found.times) == ((), (), ())


def test_a_long_digest_is_taken_apart() -> None:
    parts = "".join(
        f"Ferry talks of day {day} end\n\nThe Courier\nMay 3 2031\n\n{SENTENCE * 3}\n\n"
        for day in range(300)
    )
    _, found = seen(parts.encode())
    assert len(found.articles) == 300
    # All are copies of the first, and each is told so once.
    assert all(len(article.notes) == 1 for article in found.articles[1:])


def test_a_long_line_is_one_paragraph() -> None:
    _, found = seen(SENTENCE.encode() * 3_000)
    assert [zone.kind for article in found.articles for zone in article.zones] == ["body"]


@pytest.mark.parametrize(
    "content",
    [
        "\u202bהשרים נפגשו בנמל. “הם” ייפגשו שוב.\u202c\n\n" + SENTENCE,
        "محادثات العبّارة تنتهي\n\nالتقى الوزراء في الميناء. قال: «نعم». هل يلتقون؟\n",
        "👩‍👩‍👧 The ministers 🇳🇴 met. “👍🏽” they said 👏\n\n🔥🔥🔥\n",
        "Le\u0301a a dit\u00a0: «\u00a0oui\u00a0». Cafe\u0301!\n",
        "\ufeffOne line\u2028another line\u2029a third\x85a fourth\r\n",
        "a\u200bb\u200c\u200d \ufe0f \U000e0001\n\n" + SENTENCE,
    ],
)
def test_scripts_marks_and_line_ends(content: str) -> None:
    source, _ = seen(content.encode())
    assert source.text.content == content


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig", "windows-1252"])
def test_other_encodings(encoding: str) -> None:
    content = "Ferry talks – an end\n\nThe ministers met. “It is over,” one said and left.\n"
    source, found = seen(content.encode(encoding))
    assert [zone.kind for zone in found.articles[0].zones] == ["headline", "body"]
    assert source.encoding


def test_bytes_of_two_encodings() -> None:
    data = "Ferry talks – café\n\n".encode() + SENTENCE.encode() + "“no” – é\n".encode("cp1252")
    source, found = seen(data)
    assert "“no” – é" in source.text.content
    assert source.notes
    assert len(found.articles) == 1


@pytest.mark.parametrize(
    "content", ["Ferry talks end", "May 3 2031", "https://x.example/", "…", "1."]
)
def test_a_line_alone_is_one_article(content: str) -> None:
    _, found = seen(content.encode())
    assert len(found.articles) == 1


def test_dates_that_are_none_or_lie_ahead() -> None:
    for line, note in (("", "no date is told"), ("June 2 2031", "lies in the future")):
        _, found = seen(f"Ferry talks end\n\n{line}\n\n{SENTENCE * 2}\n".encode())
        assert note in found.articles[0].notes[0]
    _, found = seen(f"Ferry talks end\n\nMay 31 2031\n\n{SENTENCE * 2}\n".encode())
    assert found.articles[0].notes == ()


def test_an_impossible_date_is_none() -> None:
    _, found = seen(f"Ferry talks end\n\n31 February 2031\n\n{SENTENCE * 2}\n".encode())
    assert found.articles[0].date is None


def test_an_article_twice_with_small_changes() -> None:
    head = "Ferry talks end\n\nThe Courier\nMay {} 2031\n\n"
    words = (
        f"{SENTENCE}They agreed on nothing, and will meet again when the ice is gone. Until then "
        "the ferry lies in the harbour of Sarn, where children throw stones at it."
    )
    data = f"{head.format(3)}{words}\n\n{head.format(4)}{words.replace('two', 'three')}\n"
    _, found = seen(data.encode())
    assert len(found.articles) == 2
    assert found.notes == ("1 pair of articles with nearly the same words",)
    assert all("nearly the same words" in article.notes[0] for article in found.articles)
