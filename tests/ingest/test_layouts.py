"""Layouts of real kinds of files, with words of our own: each line says what it is.

A file of `layouts/` has what its article tells of itself, a line `----`, and the text with a mark
in front of each line: `H|` headline, `B|` body, `C|` caption, `P|` promotion, `F|` furniture, and
`R name|` or `R name>answered|` a comment. `titles:` has those of several articles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from demarche_ingest.documents import Source
from demarche_ingest.segment import Segments, segment
from demarche_ingest.texts import Text, sha256

LAYOUTS = sorted((Path(__file__).parent / "layouts").glob("*.txt"))
KINDS = {
    "H": "headline",
    "B": "body",
    "C": "caption",
    "P": "promotion",
    "F": "boilerplate",
    "R": "comment",
}
MARK = re.compile(r"([HBCPFR])(?: ([^|>]+))?(?:>([^|]+))?\| ?(.*)")


@dataclass
class Layout:
    """What a file says: of its articles, its text, and each character that is no white space."""

    told: dict[str, str]
    text: str = ""
    kinds: dict[int, str] = field(default_factory=dict)
    comments: list[tuple[str, str]] = field(default_factory=list)


def layout_of(path: Path) -> Layout:
    head, _, marked = path.read_text(encoding="utf-8").partition("----\n")
    layout = Layout(dict(line.split(":", 1) for line in head.splitlines() if ":" in line))
    for line in marked.splitlines():
        match = MARK.fullmatch(line)
        words = match[4] if match else ""
        if match:
            start = len(layout.text)
            shown = (start + at for at, one in enumerate(words) if not one.isspace())
            layout.kinds.update(dict.fromkeys(shown, KINDS[match[1]]))
            if match[2]:
                layout.comments.append((match[2], match[3] or ""))
        layout.text += f"{words}\n"
    return layout


@pytest.fixture(scope="module", params=LAYOUTS, ids=lambda path: path.stem)
def read(request: pytest.FixtureRequest) -> tuple[Layout, Segments]:
    layout = layout_of(request.param)
    text = Text(layout.text, sha256(layout.text), sha256(layout.text))
    return layout, segment(Source(text, "text/plain", "utf-8/1", "utf-8"))


def test_each_line_is_what_it_is(read: tuple[Layout, Segments]) -> None:
    layout, found = read
    zones = [zone for article in found.articles for zone in article.zones]
    kinds = {
        place: zone.kind
        for zone in (*zones, *found.outside)
        for place in range(zone.span.start, zone.span.end)
    }
    wrong: dict[str, str] = {}
    for place, kind in layout.kinds.items():
        if kinds.get(place) != kind:
            start = layout.text.rfind("\n", 0, place) + 1
            line = layout.text[start : layout.text.find("\n", place)]
            wrong[line] = f"{kinds.get(place)}, not {kind}"
    assert wrong == {}


def test_the_first_article_tells_of_itself(read: tuple[Layout, Segments]) -> None:
    layout, found = read
    article = found.articles[0]
    titles = layout.told.get("titles")
    assert len(found.articles) == int(layout.told.get("articles", "1"))
    if titles is not None:
        wanted = [title.strip() for title in titles.split("/")]
        assert [one.details.title for one in found.articles] == wanted
    told = {
        "title": article.details.title,
        "outlet": article.details.outlet,
        "byline": article.details.byline,
        "place": article.place,
        "date": article.date.edtf if article.date else "",
    }
    wanted_of = {name: layout.told[name].strip() for name in told if name in layout.told}
    assert {name: told[name] for name in wanted_of} == wanted_of


def test_comments_have_their_authors(read: tuple[Layout, Segments]) -> None:
    layout, found = read
    zones = [zone for article in found.articles for zone in article.zones]
    comments = [(zone.author, zone.reply_to) for zone in zones if zone.kind == "comment"]
    assert comments == layout.comments
