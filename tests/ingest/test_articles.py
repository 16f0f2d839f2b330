"""Articles of a text, their zones, and what they say of themselves."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche_ingest.documents import Details, Source, Wishes, Zone, read_data
from demarche_ingest.segment import Article, Segments, segment
from demarche_ingest.texts import Span, Text, sha256

BODY = (
    "The ministers of Norland and Sarn met in the port and spoke about the ferry for two hours.\n\n"
    "They will meet again next week, a spokeswoman said, and the ferry stays closed until then.\n"
)
OTHER = (
    "Fishermen of the lower islands went to sea again after a strike of nine days, they said.\n\n"
    "Nobody knows who will pay for the days that were lost, or for the fish that was not caught.\n"
)


def source_of(content: str, details: Details | None = None, zones: tuple[Zone, ...] = ()) -> Source:
    text = Text(content, sha256(content), sha256(content))
    return Source(text, "text/plain", "utf-8/1", "utf-8", details or Details(), zones)


def read(content: str, today: date | None = None) -> Segments:
    return segment(source_of(content), today)


def one(content: str) -> Article:
    (article,) = read(content).articles
    return article


def titles(content: str) -> list[str]:
    return [article.details.title for article in read(content).articles]


def zones(content: str, article: Article) -> list[tuple[str, str]]:
    return [(zone.kind, content[zone.span.start : zone.span.end]) for zone in article.zones]


# --- Digests ---------------------------------------------------------------------------------

DIGESTS = {
    "headline, outlet, date": (
        f"Ferry talks end without result\n\nThe Sarn Courier\nMay 3 2031\n\n{BODY}\n\n"
        f"Fishermen go to sea again\n\nNorland Daily\nMay 4 2031\nBy Ada Orr\n\n{OTHER}"
    ),
    "one block for the head": (
        f"Ferry talks end without result\nThe Sarn Courier\n3 May 2031\n\n{BODY}\n"
        f"Fishermen go to sea again\nNorland Daily, 4 May 2031\n\n{OTHER}"
    ),
    "items under the date": (
        f"Ferry talks end without result\n\nMay 3 2031\n  • The Courier\n  • Sarn\n\n{BODY}\n\n"
        f"Fishermen go to sea again\n\nMay 4 2031\n  • Norland Daily\n\n{OTHER}"
    ),
    "the date above": (
        f"3 May 2031\n\nFerry talks end without result\n\nBy Ada Orr\n\n{BODY}\n"
        f"4 May 2031\n\nFishermen go to sea again\n\nBy Ole Dahl\n\n{OTHER}"
    ),
    "lines that part": (
        f"Ferry talks end without result\nBy Ada Orr\n\n{BODY}\n----------\n\n"
        f"Fishermen go to sea again\nBy Ole Dahl\n\n{OTHER}\n* * *\n"
    ),
    "addresses": (
        f"Ferry talks end without result\nhttps://courier.example/2031/05/03/ferry\n\n{BODY}\n"
        f"Fishermen go to sea again\nhttps://daily.example/a?id=7\n\n{OTHER}"
    ),
    "labels": (
        f"Title: Ferry talks end without result\nSource: The Courier\nDate: 2031-05-03\n\n{BODY}\n"
        f"Title: Fishermen go to sea again\nSource: Norland Daily\nDate: 2031-05-04\n\n{OTHER}"
    ),
    "mails": (
        "From: Press Office <press@norland.example>\nSent: Saturday, 3 May 2031 10:15\nTo: all\n"
        f"Subject: Ferry talks end without result\n\n{BODY}\n"
        "From: Press Office <press@norland.example>\nSent: Sunday, 4 May 2031 09:00\nTo: all\n"
        f"Subject: Fishermen go to sea again\n\n{OTHER}"
    ),
    "a newer database": (
        "Ferry talks end without result\n\nThe Courier(London)\n\nMay 3, 2031 Saturday\n\n"
        "Copyright 2031 Courier Limited All Rights Reserved\n\nSection: WORLD NEWS; Version:1\n"
        f"Length: 40 words\nByline: Ada Orr\nBody\n\n\n{BODY}\nLoad-Date: May 3, 2031\n\n\n"
        "End of Document\n\nFishermen go to sea again\n\nNorland Daily\n\nMay 4, 2031 Sunday\n\n"
        f"Length: 42 words\nBody\n\n\n{OTHER}\nLoad-Date: May 4, 2031\n\n\nEnd of Document\n"
    ),
    "a database": (
        "1 of 2 DOCUMENTS\n\nThe Courier\n\nMay 3, 2031\n\nFerry talks end without result\n\n"
        f"BYLINE: Ada Orr\n\nLENGTH: 40 words\n\n{BODY}\nEnd of Document\n\n"
        "2 of 2 DOCUMENTS\n\nNorland Daily\n\nMay 4, 2031\n\nFishermen go to sea again\n\n"
        f"LENGTH: 42 words\n\n{OTHER}\nEnd of Document\n"
    ),
}


@pytest.mark.parametrize("content", DIGESTS.values(), ids=DIGESTS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_digest_is_taken_apart(content: str, end: str) -> None:
    content = content.replace("\n", end)
    found = read(content)
    assert [article.details.title for article in found.articles] == [
        "Ferry talks end without result",
        "Fishermen go to sea again",
    ]
    for article, words in zip(found.articles, (BODY, OTHER), strict=True):
        body = [shown for kind, shown in zones(content, article) if kind == "body"]
        assert "".join(body).split() == words.split()


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("Ada Orr, diplomatic correspondent", "Ada Orr, diplomatic correspondent"),
        ("Ada Orr | Senior Analyst", "Ada Orr | Senior Analyst"),
        ("ADA ORR, Senior Fellow, Arctic Programme", "ADA ORR, Senior Fellow, Arctic Programme"),
        ("Interview by Ada Orr", "Ada Orr"),
        ("Analysis by Ada Orr", "Ada Orr"),
        ("Words: Ada Orr", "Ada Orr"),
        ("Ada Orr reports from Sarn", "Ada Orr"),
    ],
)
def test_who_wrote_an_article_stands_below_its_headline(line: str, byline: str) -> None:
    content = (
        f"The Sarn Courier\n3 May 2031\n\nFerry talks end without result\n\n{line}\n\n{BODY}\n"
    )
    (article,) = read(content).articles
    assert article.details.byline == byline
    assert article.details.title == "Ferry talks end without result"


def test_a_holder_of_an_office_below_a_headline_did_not_write_it() -> None:
    content = (
        "The Sarn Courier\n3 May 2031\n\nFerry talks end without result\n\n"
        f"Ada Orr, minister of transport\n\n{BODY}\n"
    )
    (article,) = read(content).articles
    assert article.details.byline == ""


def test_each_article_tells_of_itself() -> None:
    content = DIGESTS["headline, outlet, date"]
    first, second = read(content).articles
    assert (first.details.outlet, first.details.byline) == ("The Sarn Courier", "")
    assert (second.details.outlet, second.details.byline) == ("Norland Daily", "Ada Orr")
    assert first.date is not None
    assert first.date.where is not None
    assert (first.date.edtf, first.date.basis) == ("2031-05-03", "stated")
    assert content[first.date.where.start : first.date.where.end] == "May 3 2031"
    first, second = read(DIGESTS["labels"]).articles
    assert (second.details.outlet, second.date and second.date.edtf) == (
        "Norland Daily",
        "2031-05-04",
    )
    first, _ = read(DIGESTS["addresses"]).articles
    assert first.details.url == "https://courier.example/2031/05/03/ferry"
    assert first.date is not None
    assert (first.date.edtf, first.date.basis) == ("2031-05-03", "inferred")


def test_the_date_of_a_review_is_not_that_of_its_first_article() -> None:
    content = (
        "PRESS REVIEW, 5 May 2031\n\n1. Ferry talks end without result\nThe Courier, 3 May 2031\n\n"
        f"{BODY}\n2. Fishermen go to sea again\nNorland Daily, 4 May 2031\n\n{OTHER}"
    )
    first, second = read(content).articles
    assert (first.details.outlet, first.date and first.date.edtf) == ("The Courier", "2031-05-03")
    assert (second.details.outlet, second.date and second.date.edtf) == (
        "Norland Daily",
        "2031-05-04",
    )


def test_a_masthead_is_part_of_no_article() -> None:
    content = f"Press review\n\nAll that was printed\n\n{DIGESTS['headline, outlet, date']}"
    found = read(content)
    assert len(found.articles) == 2
    assert [content[zone.span.start : zone.span.end] for zone in found.outside] == [
        "Press review\n\nAll that was printed"
    ]


NO_DIGESTS = {
    "subheadings": f"Ferry talks end\n\n3 May 2031\n\n{BODY}\nWhat comes next\n\n{OTHER}",
    "stars between sections": f"Ferry talks end\n\n3 May 2031\n\n{BODY}\n* * *\n\n{OTHER}",
    "a chronology": (
        f"How the strike went\n\nBy Ada Orr\n\n{BODY}\n3 May 2031\nThe strike began in the "
        "port.\n\n"
        "4 May 2031\nIt went on.\n\n9 May 2031\nIt ended, and nobody knew why it had begun "
        "at all.\n"
    ),
    "a date at the end": f"Ferry talks end\n\n{BODY}\n{OTHER}\nThe Courier\n3 May 2031\n",
    "an address in between": f"Ferry talks end\n\n{BODY}\nhttps://courier.example/x\n\n{OTHER}",
    "production data": (
        f"Court hears Norland and Sarn about the ferry\n\nThe Court\nMay 3 2031\n\nCategories\n"
        f"Meetings\nProduction Date\n4 May 2031\nLanguage\nEnglish\nSummary\n{BODY}"
    ),
    "dated comments": (
        f"Ferry talks end without result\n\nMay 3, 2031\n\n{BODY}\nComments\n\nAda Orr\nMay "
        "4, 2031 "
        "at 5:00 pm\nI have waited for that ferry since last year and will not wait any longer.\n\n"
        "Ole Dahl\nMay 5, 2031 at 6:00 pm\nThe ministers should take a boat, all of us do, "
        "you know.\n"
    ),
}


@pytest.mark.parametrize("content", NO_DIGESTS.values(), ids=NO_DIGESTS)
def test_what_is_not_surely_a_digest_is_one_article(content: str) -> None:
    assert len(read(content).articles) == 1


# --- Zones -----------------------------------------------------------------------------------


def test_the_zones_of_an_article() -> None:
    content = (
        "Skip to content\nWorld | Islands\n\nThe Courier\n\nFerry talks end without result\n\n"
        "Both sides blame the weather for it\n\nBy Ada Orr\nMay 3, 2031\n\nThe ferry in the "
        "port of "
        "Sarn. Photo: Ole Dahl / Courier\n\nSARN (Island Wire) — The ministers met in the port and "
        "spoke about the ferry for two hours.\n\nShare on Facebook | Twitter\n\nThis site "
        "uses cookies "
        "to improve your experience.\n\nNothing came of it, a spokeswoman said, and the "
        "ferry stays "
        "closed until further notice.\n\nRead also: Why ferries sink\n\nWhat comes "
        "next\n\nThey will "
        "meet again next week, she said, although nobody believes that this will change "
        "anything.\n\n"
        "Sign up for our newsletter\n\n© 2031 The Courier. All rights reserved.\nPrivacy "
        "policy | Terms\n"
    )
    article = one(content)
    assert zones(content, article) == [
        ("boilerplate", "Skip to content\nWorld | Islands\n\nThe Courier"),
        ("headline", "Ferry talks end without result\n\nBoth sides blame the weather for it"),
        ("boilerplate", "By Ada Orr\nMay 3, 2031"),
        ("caption", "The ferry in the port of Sarn. Photo: Ole Dahl / Courier"),
        ("boilerplate", "SARN (Island Wire) —"),
        (
            "body",
            "The ministers met in the port and spoke about the ferry for two hours.",
        ),
        (
            "boilerplate",
            "Share on Facebook | Twitter\n\nThis site uses cookies to improve your experience.",
        ),
        (
            "body",
            (
                "Nothing came of it, a spokeswoman said, and the ferry stays closed until "
                "further notice."
            ),
        ),
        ("promotion", "Read also: Why ferries sink"),
        ("headline", "What comes next"),
        (
            "body",
            "They will meet again next week, she said, although nobody believes that this "
            "will change "
            "anything.",
        ),
        ("promotion", "Sign up for our newsletter"),
        ("boilerplate", "© 2031 The Courier. All rights reserved.\nPrivacy policy | Terms"),
    ]
    assert article.details == Details(
        "Ferry talks end without result", "The Courier", "Ada Orr", "May 3, 2031", language="en"
    )
    assert article.place == "SARN"


@pytest.mark.parametrize(
    ("begins", "place"),
    [
        ("PORT SARN — The ministers met", "PORT SARN"),
        ("PORT SARN, Norland (AP) -- The ministers met", "PORT SARN, Norland"),
        ("SARN, May 3 (Island Wire) - The ministers met", "SARN"),
        ("Port Sarn, May 3 – The ministers met", "Port Sarn"),
        ("Sarn, IWA- The ministers met", "Sarn"),
        ("PORT SARN, May 3. /IWA/. The ministers met", "PORT SARN"),
        ("The ministers — of both sides — met", ""),
        ("Ole Dahl – The minister – met", ""),
        ("NATO — an alliance — met", ""),
    ],
)
def test_a_dateline_gives_the_place(begins: str, place: str) -> None:
    content = f"Ferry talks end without result\n\n{begins} in the port and spoke for two hours.\n"
    article = one(content)
    assert article.place == place
    body = next(shown for kind, shown in zones(content, article) if kind == "body")
    assert body.startswith("The ministers met" if place else begins[:12])


def test_a_text_without_a_headline_is_body() -> None:
    assert zones(BODY, one(BODY)) == [("body", BODY.strip())]
    assert one(BODY).details.title == ""


@pytest.mark.parametrize("content", ["Hello", "The ministers met.", "Two\n\nwords"])
def test_little_is_body(content: str) -> None:
    assert {kind for kind, _ in zones(content, one(content))} == {"body"}


def test_what_the_format_gives_is_kept() -> None:
    content = f"Our headline.\n\n{BODY}\n\nA caption of the ferry\n\nRead also: more\n\n{OTHER}"
    caption = content.index("A caption")
    given = (
        Zone("headline", Span(0, 13)),
        Zone("caption", Span(caption, caption + len("A caption of the ferry"))),
    )
    article = segment(source_of(content, Details(title="Our headline"), given)).articles[0]
    kinds = [kind for kind, _ in zones(content, article)]
    assert kinds == ["headline", "body", "caption", "promotion", "body"]
    assert article.details.title == "Our headline"


def test_a_page_is_taken_apart_with_the_zones_of_its_elements() -> None:
    page = (
        "<html><head><title>Ferry talks end</title></head><body><article><h1>Ferry talks end</h1>"
        f"<p>{'</p><p>'.join(BODY.split(chr(10) * 2))}</p><p>Read also: Why ferries sink</p>"
        f"<p>{'</p><p>'.join(OTHER.split(chr(10) * 2))}</p></article></body></html>"
    )
    (source,) = read_data(page.encode(), "page.html", Wishes()).sources
    (article,) = segment(source).articles
    assert [zone.kind for zone in article.zones] == ["headline", "body", "promotion", "body"]


# --- Comments --------------------------------------------------------------------------------


def test_numbered_comments_and_answers() -> None:
    content = (
        f"Ferry talks end without result\n\n{BODY}\nDiscussion Policy\n\nComments are welcome "
        "and read "
        "before they appear here, which may take some time on most days.\n\n\n  1. ada said:\n\n"
        "    About time.\n    I waited.\n\n    A second paragraph.\n\n    • Ole D. said:\n\n"
        "      You did not!\n\n  2. Pingback: Ferries | A Blog\n\n  3. third said:\n\n    Well.\n"
    )
    article = one(content)
    comments = [zone for zone in article.zones if zone.kind == "comment"]
    shown = [content[zone.span.start : zone.span.end] for zone in comments]
    assert [zone.author for zone in comments] == ["ada", "Ole D.", "third"]
    assert [zone.reply_to for zone in comments] == ["", "ada", ""]
    assert shown[0].startswith("About time.")
    assert shown[0].endswith("A second paragraph.")
    assert shown[1:] == ["You did not!", "Well."]


@pytest.mark.parametrize(
    ("heads", "authors", "answers"),
    [
        (("ada wrote on May 4, 2031:", "ole replied to ada:"), ["ada", "ole"], ["", "ada"]),
        (
            ("Ada Orr · 3 hours ago", "Ole → Ada Orr · 2 hours ago"),
            ["Ada Orr", "Ole"],
            ["", "Ada Orr"],
        ),
        (("Ada Orr\nMay 4, 2031 at 5:00 pm", "Ole\nMay 4, 2031"), ["Ada Orr", "Ole"], ["", ""]),
        (
            ("Posted by ada on 4 May 2031", "Posted by ole\nIn reply to ada"),
            ["ada", "ole"],
            ["", "ada"],
        ),
    ],
)
def test_comments_of_other_forms(heads, authors, answers) -> None:
    content = (
        f"Ferry talks end without result\n\n{BODY}\n2 Comments\n\n{heads[0]}\nI waited for it.\n"
        f"Reply\n\n{heads[1]}\nSo did I, my friend.\n\nLoad more comments\n"
    )
    comments = [zone for zone in one(content).zones if zone.kind == "comment"]
    assert [zone.author for zone in comments] == authors
    assert [zone.reply_to for zone in comments] == answers
    assert [content[zone.span.start : zone.span.end] for zone in comments] == [
        "I waited for it.",
        "So did I, my friend.",
    ]


def test_said_in_the_body_is_no_comment() -> None:
    content = f"Ferry talks end without result\n\n{BODY}\nThe minister said:\n\n{OTHER}"
    assert {kind for kind, _ in zones(content, one(content))} == {"headline", "body"}


def test_the_next_article_ends_the_comments() -> None:
    content = (
        "Ferry talks end without result\n\nThe Courier\nMay 3 "
        f"2031\n\n{BODY}\nComments\n\nada said:\n\n"
        f"About time.\n\nFishermen go to sea again\n\nNorland Daily\nMay 4 2031\n\n{OTHER}"
    )
    first, second = read(content).articles
    assert [zone.author for zone in first.zones if zone.kind == "comment"] == ["ada"]
    assert all(zone.kind != "comment" for zone in second.zones)


# --- Dates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "edtf"),
    [
        ("May 3, 2031", "2031-05-03"),
        ("Saturday, 3 May 2031, 06.15 BST", "2031-05-03"),
        ("2031-05-03", "2031-05-03"),
        ("Updated: May 9, 2031 | Published: May 3, 2031", "2031-05-03"),
        ("May 3, 2031 - Ada Orr - Articles", "2031-05-03"),
    ],
)
def test_the_date_of_an_article(line: str, edtf: str) -> None:
    told = one(f"Ferry talks end without result\n\n{line}\n\n{BODY}").date
    assert told is not None
    assert (told.edtf, told.basis) == (edtf, "stated")


def test_a_date_that_is_not_told_is_none() -> None:
    article = one(f"Ferry talks end without result\n\n{BODY}")
    assert article.date is None
    assert article.notes == ("no date is told",)


def test_a_date_in_the_future_is_noted() -> None:
    content = f"Ferry talks end without result\n\nMay 3, 2031\n\n{BODY}"
    assert read(content, date(2031, 5, 3)).articles[0].notes == ()
    assert read(content, date(2031, 5, 2)).articles[0].notes == (
        "the date 2031-05-03 lies in the future",
    )


def test_what_the_source_says_counts_where_the_article_says_nothing() -> None:
    given = Details("", "The Courier", "Ada Orr", "2031-05-03", "https://courier.example/x", "en")
    article = segment(source_of(f"Ferry talks end without result\n\n{BODY}", given)).articles[0]
    assert article.details.outlet == "The Courier"
    assert article.details.url == "https://courier.example/x"
    assert article.date is not None
    assert (article.date.edtf, article.date.basis) == ("2031-05-03", "stated")


# --- Copies, and odd input -------------------------------------------------------------------


def test_an_article_that_comes_twice_is_kept_twice_and_told() -> None:
    changed = BODY.replace("two hours", "three hours")
    content = (
        f"Ferry talks end without result\n\nThe Courier\nMay 3 2031\n\n{BODY}\n\n"
        f"Talks on the ferry end in nothing\n\nNorland Daily\nMay 3 2031\n\n{changed}\n\n"
        f"Fishermen go to sea again\n\nNorland Daily\nMay 4 2031\n\n{OTHER}"
    )
    found = read(content)
    first, second, third = found.articles
    assert found.notes == ("1 pair of articles with nearly the same words",)
    (note,) = first.notes
    assert note.startswith(f"nearly the same words as the article at {second.span.start}-")
    assert second.notes
    assert not third.notes


@pytest.mark.parametrize("content", ["", " \n\t\r\n", "\u2028\u2029"])
def test_a_text_without_words_has_no_article(content: str) -> None:
    assert read(content) == Segments((), notes=("the text has no words",))


@pytest.mark.parametrize(
    "content",
    [
        "محادثات العبّارة تنتهي بلا نتيجة\n\nالتقى الوزراء. هل يلتقون ثانية؟ لا أحد يعلم.\n" * 3,
        "שיחות המעבורת הסתיימו\n\nהשרים נפגשו בנמל. הם ייפגשו שוב בשבוע הבא.\n",
        "👍🏽 🇳🇴🇸🇪 👩‍👩‍👧\n\n" + BODY,
        "Cafe\u0301 talks end without a result\n\n" + BODY,
        "\ufeffFerry talks end without result\n\n" + BODY,
        "日本と諸島の会談\n\n大臣は港で会った。来週また会う。\n",
    ],
)
def test_other_scripts_are_read_like_any(content: str) -> None:
    (article,) = read(content).articles
    assert _uncovered(content, read(content)) == ""
    assert any(zone.kind == "body" for zone in article.zones)


def _uncovered(content: str, found: Segments) -> str:
    """Return what is in no zone, and check that zones are in order and within their articles."""
    covered = [False] * len(content)
    last = 0
    for article in found.articles:
        assert last <= article.span.start
        at = article.span.start
        for zone in article.zones:
            assert at <= zone.span.start < zone.span.end <= article.span.end
            assert not content[zone.span.start].isspace()
            assert not content[zone.span.end - 1].isspace()
            covered[zone.span.start : zone.span.end] = [True] * len(zone.span)
            at = zone.span.end
        last = article.span.end
    for zone in found.outside:
        covered[zone.span.start : zone.span.end] = [True] * len(zone.span)
    return "".join(char for at, char in enumerate(content) if not covered[at]).strip()


PIECES = st.sampled_from(
    [
        *DIGESTS["headline, outlet, date"].split("\n\n"),
        *DIGESTS["a database"].split("\n\n"),
        "May 3 2031",
        "By Ada Orr",
        "https://x.example/1",
        "-----",
        "Comments",
        "1. ada said:",
        "2. ole said:",
        "SARN — The",
        "Title: A",
        "Date: May 3 2031",
        "Read also: x",
        "© 2031 X | Terms",
        "\ufeff",
        "👍",
        "• item",
    ]
)


@given(
    st.lists(st.tuples(PIECES, st.sampled_from(["\n", "\n\n", "\r\n", "\n\n\n", " "])), max_size=25)
)
def test_all_words_are_in_a_zone(pieces) -> None:
    content = "".join(piece + end for piece, end in pieces)
    assert _uncovered(content, read(content)) == ""


@given(st.text(max_size=200))
def test_any_text_is_taken_apart(content) -> None:
    assert _uncovered(content, read(content)) == ""


@pytest.mark.parametrize(
    "unit",
    ["a | ", "| ", "A ", "said ", "A. ", "(", "12 May 2031 ", "A said:\n", "3 May 2031\n", "- \n"],
)
def test_long_runs_are_taken_apart_in_time(unit: str) -> None:
    content = unit * (30_000 // len(unit))
    assert _uncovered(content, read(content)) == ""
