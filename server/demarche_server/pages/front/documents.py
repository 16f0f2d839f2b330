"""The documentation as pages: the Markdown of `docs/`, and the licences.

They come with the wheel in a folder of the package; in a checkout they are read where they lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_PACKAGED: Final = Path(str(files("demarche_server"))) / "documents"
_CHECKOUT: Final = Path(__file__).parents[4]
ORDER: Final = (
    "model",
    "codebook",
    "neutrality",
    "claims-format",
    "reading",
    "actors",
    "claims-from-text",
    "evaluation",
    "comparison",
    "server",
    "cli",
    "operations",
    "parser",
    "conformance",
)
"""Documents by name, in the order of the list; others follow, the licences last."""
LICENCES: Final = {
    "LICENSE": ("licence", "Licence of the code"),
    "LICENSE-DATA": ("licence-data", "Licence of the data"),
}
"""Files that are no Markdown: name and title of each."""
_DEEPEST: Final = 3
"""Headings down to this level stand in the list of contents."""
_COMMENT: Final = re.compile(r"^<!--.*?-->\n", re.MULTILINE)
_ELSEWHERE: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NOT_IN_ANCHORS: Final = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading. level: 2 or 3. anchor: its id on the page."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Document:
    """One document. name: the last part of its address. html: all but its title."""

    name: str
    title: str
    html: Markup
    contents: tuple[Heading, ...]


@cache
def titles() -> Mapping[str, str]:
    """Return the titles of the documents there are by name, in the order of their list."""
    places = {name: place for place, name in enumerate(ORDER)}
    found = sorted(_files(), key=lambda path: (places.get(path.stem, len(places)), path.stem))
    licences = [LICENCES[name] for name in LICENCES if (_folder(name) / name).is_file()]
    return {path.stem: _first_heading(path) for path in found} | dict(licences)


@cache
def document(name: str) -> Document:
    """Return a document that is among `titles`."""
    for file, (known, title) in LICENCES.items():
        if name == known:
            text = (_folder(file) / file).read_text(encoding="utf-8")
            html = Markup('<pre class="whole" tabindex="0">{}</pre>').format(text)
            return Document(name, title, html, ())
    path = _folder("docs") / f"{name}.md"
    return render(name, path.read_text(encoding="utf-8"), titles())


def _folder(what: str) -> Path:
    """Return where documents lie. what: "docs", or the file of a licence."""
    if _PACKAGED.is_dir():
        return _PACKAGED
    return _CHECKOUT / "docs" if what == "docs" else _CHECKOUT


def _files() -> Iterator[Path]:
    return _folder("docs").glob("*.md")


def _first_heading(path: Path) -> str:
    with path.open(encoding="utf-8") as lines:
        found = (line[2:].strip() for line in lines if line.startswith("# "))
        return next(found, path.stem)


# --- Markdown --------------------------------------------------------------------------------


def render(name: str, text: str, names: Mapping[str, object]) -> Document:
    """Return a document as HTML. names: of the documents that links may lead to.

    HTML in the text is shown as text. Links to documents lead to their pages; those to other
    files, which no page stands for, become their words.
    """
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("fence", _fence)
    markdown.add_render_rule("code_block", _fence)
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("table_close", lambda *_: "</table>\n</div>\n")
    tokens = markdown.parse(_COMMENT.sub("", text))
    title, tokens = _title(name, tokens)
    contents = tuple(_headings(tokens))
    tables = (token for token in tokens if token.type == "table_open")
    for number, token in enumerate(tables, start=1):
        token.meta["number"] = number
    for token in tokens:
        # A style attribute, which aligns columns, is refused by the policy of the pages.
        token.attrs.pop("style", None)
        if token.children:
            token.children = list(_linked(token.children, names))
    _head_tables(tokens)
    html = markdown.renderer.render(tokens, markdown.options, {})
    return Document(name, title, Markup(html), contents)  # noqa: S704 - made by markdown-it


def _head_tables(tokens: Sequence[Token]) -> None:
    """Say of each heading of a table what it heads; an empty one is no heading."""
    for begin, inline, end in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if begin.type != "th_open":
            continue
        if inline.content:
            begin.attrs["scope"] = "col"
        else:
            begin.tag = end.tag = "td"


def _title(name: str, tokens: list[Token]) -> tuple[str, list[Token]]:
    """Return the text of the first heading, and the tokens after it."""
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        return _words(tokens[1]), tokens[3:]
    return name, tokens


def _headings(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Yield the headings for the contents; give each heading its anchor."""
    taken: dict[str, int] = {}
    for token, inline in pairwise(tokens):
        if token.type != "heading_open":
            continue
        text = _words(inline)
        anchor = _anchor(text)
        times = taken[anchor] = taken.get(anchor, -1) + 1
        token.attrs["id"] = f"{anchor}-{times}" if times else anchor
        if int(token.tag[1]) <= _DEEPEST:
            yield Heading(int(token.tag[1]), text, str(token.attrs["id"]))


def _words(inline: Token) -> str:
    return "".join(child.content for child in inline.children or ())


def _anchor(text: str) -> str:
    """Return the anchor of a heading as GitHub makes it, so that links hold here and there."""
    return _NOT_IN_ANCHORS.sub("", text.casefold()).replace(" ", "-")


def _linked(children: Sequence[Token], names: Mapping[str, object]) -> Iterator[Token]:
    """Yield the tokens of a line with links as they are here."""
    kept: list[bool] = []
    for token in children:
        if token.type == "link_open":
            address = _address(str(token.attrs["href"]), names)
            kept.append(bool(address))
            if not address:
                continue
            token.attrs["href"] = address
            if _ELSEWHERE.match(address):
                token.attrs["rel"] = "noreferrer noopener external"
        elif token.type == "link_close" and not kept.pop():
            continue
        yield token


def _address(href: str, names: Mapping[str, object]) -> str:
    """Return where a link leads, "" where there is no page for that."""
    if href.startswith("#") or _ELSEWHERE.match(href):
        return href
    path, mark, fragment = href.partition("#")
    last = path.rpartition("/")[2]
    if last in LICENCES:
        return LICENCES[last][0]
    name = last.removesuffix(".md")
    here = path in (last, f"docs/{last}", f"../docs/{last}")
    return f"{name}{mark}{fragment}" if here and last.endswith(".md") and name in names else ""


def _fence(_: Any, tokens: Sequence[Token], at: int, *__: Any) -> str:
    return f'<pre tabindex="0"><code>{escape(tokens[at].content)}</code></pre>\n'


def _table_open(_: Any, tokens: Sequence[Token], at: int, *__: Any) -> str:
    label = f"Table {tokens[at].meta['number']}"
    return f'<div class="scroll" role="region" aria-label="{label}" tabindex="0">\n<table>\n'
