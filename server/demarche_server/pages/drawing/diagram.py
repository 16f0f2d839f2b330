"""A drawing of the main classes of the ontology and of what leads from one to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from demarche_ontology.glossary import Glossary, Term

WIDTH: Final = 184
HEIGHT: Final = 58
COLUMN: Final = 300
"""From the left of a box to the left of the next, in user units of the drawing."""
LINE: Final = 128
"""From the top of a box to the top of the one below."""
MARGIN: Final = 6
_LETTERS: Final = 27
"""Letters of the second line of a box."""

PLACES: Final = {
    "DerivationPolicy": (1, 0),
    "DerivedStatement": (2, 0),
    "DatedRelation": (3, 0),
    "Document": (0, 1),
    "Passage": (1, 1),
    "Claim": (2, 1),
    "Actor": (3, 1),
    "Issue": (0, 2),
    "Position": (1, 2),
    "Event": (2, 2),
    "Place": (3, 2),
    "Treaty": (1, 3),
    "Provision": (2, 3),
}
"""The main classes, each with its column and line."""
ARROWS: Final = (
    ("DerivedStatement", "underPolicy", "under", "DerivationPolicy"),
    ("DerivedStatement", "", "derived from", "Claim"),
    ("DatedRelation", "", "member, holder, party", "Actor"),
    ("Passage", "", "of", "Document"),
    ("Claim", "evidence", "", "Passage"),
    ("Claim", "attributedTo", "", "Actor"),
    ("Claim", "aboutEvent", "", "Event"),
    ("Claim", "position", "", "Position"),
    ("Position", "onIssue", "", "Issue"),
    ("Event", "actor", "actor, recipient", "Actor"),
    ("Event", "place", "", "Place"),
    ("Event", "invokes", "", "Provision"),
    ("Provision", "provisionOf", "", "Treaty"),
)
"""From a class by a property to a class; words instead of the label where several, or one of
another vocabulary, lead there."""


@dataclass(frozen=True, slots=True)
class Box:
    """A class. kinds: some of its subclasses, in words."""

    name: str
    label: str
    kinds: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """From the edge of a box to the edge of another; `x`, `y` is where its words stand."""

    words: str
    source: str
    target: str
    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def x(self) -> float:
        return round((self.x1 + self.x2) / 2, 1)

    @property
    def y(self) -> float:
        return round((self.y1 + self.y2) / 2, 1)

    @property
    def room(self) -> int:
        """The width of what keeps the words clear of the line."""
        return 6 * len(self.words) + 10


@dataclass(frozen=True, slots=True)
class Drawing:
    """The drawing, in user units."""

    width: int
    height: int
    box_width: int
    box_height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(glossary: Glossary) -> Drawing:
    """Return the drawing of the packaged ontology."""
    columns, lines = (max(place[at] for place in PLACES.values()) for at in (0, 1))
    return Drawing(
        width=columns * COLUMN + WIDTH + 2 * MARGIN,
        height=lines * LINE + HEIGHT + 2 * MARGIN,
        box_width=WIDTH,
        box_height=HEIGHT,
        boxes=tuple(_box(glossary, glossary.terms[name]) for name in PLACES),
        arrows=tuple(_arrow(glossary, *one) for one in ARROWS),
    )


def _box(glossary: Glossary, term: Term) -> Box:
    x, y = _corner(term.name)
    kinds = ""
    for name in term.subs:
        more = ", ".join(filter(None, (kinds, glossary.terms[name].label)))
        if len(more) > _LETTERS:
            kinds += " …"
            break
        kinds = more
    return Box(term.name, term.label, kinds, x, y)


def _corner(name: str) -> tuple[int, int]:
    column, line = PLACES[name]
    return MARGIN + column * COLUMN, MARGIN + line * LINE


def _arrow(glossary: Glossary, source: str, name: str, words: str, target: str) -> Arrow:
    (ax, ay), (bx, by) = (_centre(one) for one in (source, target))
    x1, y1 = _edge(ax, ay, bx, by)
    x2, y2 = _edge(bx, by, ax, ay)
    told = words or glossary.terms[name].label
    start, end = (glossary.terms[one].label for one in (source, target))
    return Arrow(told, start, end, x1, y1, x2, y2)


def _centre(name: str) -> tuple[float, float]:
    x, y = _corner(name)
    return x + WIDTH / 2, y + HEIGHT / 2


def _edge(x: float, y: float, to_x: float, to_y: float) -> tuple[float, float]:
    """Return where the line from the centre of a box to another point leaves the box."""
    across, down = to_x - x, to_y - y
    share = min(
        (half / abs(way) for half, way in ((WIDTH / 2, across), (HEIGHT / 2, down)) if way),
        default=0.0,
    )
    return round(x + across * share, 1), round(y + down * share, 1)
