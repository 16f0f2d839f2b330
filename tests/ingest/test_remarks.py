"""Comments on pages: who wrote each, and whom it answers."""

from __future__ import annotations

import pytest

from demarche_ingest.documents import Wishes, Zone, read_data
from demarche_ingest.segment import segment

BODY = "".join(
    f"<p>The ministers met in the port for the {time} time and spoke about the ferry at length.</p>"
    for time in ("first", "second", "third", "fourth")
)
WORDPRESS = """<div id="comments" class="comments-area"><h2>3 comments</h2><ol class="comment-list">
<li class="comment depth-1"><div class="comment-author vcard"><b class="fn">Ada Orr</b> says:</div>
<div class="comment-content"><p>I have waited for that ferry since last year.</p>
<p>And I shall not wait any longer.</p></div>
<ul class="children"><li class="comment depth-2"><div class="comment-author"><b class="fn">Ole</b>
<span>says:</span></div>
<div class="comment-content"><p>You do not have to, there is a bus.</p></div>
</li></ul></li>
<li class="comment depth-1"><div class="comment-author"><b class="fn">third</b></div>
<div class="comment-content"><p>What a waste of good paper this is.</p></div></li></ol></div>"""
PLAIN = """<section id="comments"><div class="comment"><span class="username">ada</span>
<p>I have waited for that ferry since last year.</p></div>
<div class="comment"><span class="username">ole</span>
<p>You do not have to, there is a bus.</p></div>
</section>"""
UNMARKED = """<div id="comments"><p>I have waited for that ferry since last year.</p></div>"""


def comments(section: str) -> list[tuple[str, str, str]]:
    page = (
        f"<html><head><title>Ferry talks</title></head><body><article><h1>Ferry talks</h1>{BODY}"
        f"</article>{section}</body></html>"
    )
    (source,) = read_data(page.encode(), "page.html", Wishes()).sources
    (article,) = segment(source).articles
    given = [zone for zone in source.zones if zone.kind == "comment"]
    kept: list[Zone] = [zone for zone in article.zones if zone.kind == "comment"]
    assert kept == given
    text = source.text
    return [(zone.author, zone.reply_to, " ".join(text[zone.span].split())) for zone in kept]


def test_authors_and_answers() -> None:
    assert comments(WORDPRESS) == [
        (
            "Ada Orr",
            "",
            "I have waited for that ferry since last year. And I shall not wait any longer.",
        ),
        ("Ole", "Ada Orr", "You do not have to, there is a bus."),
        ("third", "", "What a waste of good paper this is."),
    ]


def test_comments_side_by_side_answer_nobody() -> None:
    assert [found[:2] for found in comments(PLAIN)] == [("ada", ""), ("ole", "")]


def test_a_page_that_marks_no_authors_has_none() -> None:
    assert [found[:2] for found in comments(UNMARKED)] in ([], [("", "")])


@pytest.mark.parametrize("name", ["article:published_time", "datePublished"])
def test_a_page_of_a_day_to_come_keeps_its_date(name: str) -> None:
    page = (
        f'<html><head><title>Ferry talks</title><meta property="{name}" '
        f'content="2093-05-03T09:20:00+02:00"></head><body><article><h1>Ferry talks</h1>{BODY}'
        "</article></body></html>"
    )
    (source,) = read_data(page.encode(), "page.html", Wishes()).sources
    assert source.details.date == "2093-05-03"
    (article,) = segment(source).articles
    assert article.date is not None
    assert (article.date.edtf, article.date.basis) == ("2093-05-03", "stated")
