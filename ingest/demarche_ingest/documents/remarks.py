"""Comments of readers on a page: who wrote each, and whom it answers, by the classes of elements.

Forums and blogs mark them alike: an element of the class `comment` holds one of a class like
`comment-author`, the words, and the answers, which are comments again.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml.etree import _Element
from lxml.html import HtmlElement

from demarche_ingest.documents.naming import as_text

_AUTHOR: Final = re.compile(
    r"^(?:comment[-_]*)?(?:author|user|poster|commenter|nick)(?:[-_]*(?:name|link))?$"
    r"|^(?:username|fn|c-author|display-name)$",
    re.IGNORECASE,
)
_COMMENT: Final = re.compile(
    r"^(?:reader-|user-)?comment(?:[-_]+(?:item|body|wrap|wrapper|node|inner|entry|single|\d+))?$"
    r"|^depth-\d+$|^reply$",
    re.IGNORECASE,
)
_SECTION: Final = re.compile(
    r"^(?:comments?[-_]*(?:list|area|section|thread|threads|container)|comments|commentlist)$",
    re.IGNORECASE,
)
_SAID: Final = re.compile(r"\s*(?:says?|said|wrote|writes)?\s*:?\s*$", re.IGNORECASE)
_BLOCKS: Final = frozenset({"p", "div", "li", "td", "blockquote", "article", "section"})
_LONGEST: Final = 60
"""Characters of a name."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Who wrote a comment, and whom it answers; "" where the page does not mark it.

    place: of its element among those of the page, the same for each paragraph of a comment.
    """

    author: str = ""
    reply_to: str = ""
    place: int = -1


def remarks_of(tree: HtmlElement, paragraphs: list[str]) -> Iterator[Remark]:
    """Yield whose each paragraph of the comments is, in their order."""
    page = _Page(tree) if paragraphs else None
    for paragraph in paragraphs:
        element = page.next_with(paragraph) if page else None
        yield page.remark(element) if page and element is not None else Remark()


class _Page:
    """The elements of a page by their places, so that none is looked through again and again."""

    def __init__(self, tree: HtmlElement) -> None:
        elements = [one for one in tree.iter() if isinstance(one.tag, str)]
        self._places = {element: place for place, element in enumerate(elements)}
        self._ends: dict[_Element, int] = {}
        for element in reversed(elements):
            inner = [self._ends[one] for one in element if one in self._ends]
            self._ends[element] = max(inner, default=self._places[element])
        self._authors = [element for element in elements if _is_author(element)]
        self._author_places = [self._places[element] for element in self._authors]
        self._holders: dict[str, list[_Element]] = {}
        for element in elements:
            if element.tag in _BLOCKS and not any(one.tag in _BLOCKS for one in element):
                told = as_text("".join(map(str, element.itertext())))
                self._holders.setdefault(told, []).append(element)

    def next_with(self, words: str) -> _Element | None:
        """Return the next element that holds just these words; each once."""
        found = self._holders.get(words)
        return found.pop(0) if found else None

    def remark(self, element: _Element) -> Remark:
        """Return whose comment an element is part of."""
        own: _Element | None = None
        place = -1
        for around in element.iterancestors():
            if _has(around, _SECTION):
                break
            author = self._first_author(around)
            if author is None:
                continue
            if own is None:
                own, place = author, self._places[around]
            elif author is not own and _has(around, _COMMENT):
                return Remark(_name(own), _name(author), place)
        return Remark() if own is None else Remark(_name(own), "", place)

    def _first_author(self, around: _Element) -> _Element | None:
        at = bisect_left(self._author_places, self._places[around])
        if at < len(self._authors) and self._author_places[at] <= self._ends[around]:
            return self._authors[at]
        return None


def _is_author(element: _Element) -> bool:
    return isinstance(element.tag, str) and (
        _has(element, _AUTHOR) or element.get("itemprop") == "author"
    )


def _has(element: _Element, rule: re.Pattern[str]) -> bool:
    named = f"{element.get('class') or ''} {element.get('id') or ''}".split()
    return any(rule.match(name) for name in named)


def _name(element: _Element) -> str:
    told = _SAID.sub("", as_text("".join(map(str, element.itertext()))))
    return told if len(told) <= _LONGEST else ""
