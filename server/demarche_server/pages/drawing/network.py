"""Geometry of a network: things as boxes with their names in them, arrows between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot, log2
from typing import Final

from demarche_server.pages.drawing import words
from demarche_server.pages.drawing.layout import Pair, Size, places

NODES: Final = 60
"""Boxes of one drawing; what would need more is said beside it."""
_LONGEST: Final = 28
_HEIGHT: Final = 28.0
_BEND: Final = 30.0
"""Between the bends of arrows that join the same two boxes."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Thing:
    """What a box is for. label: what is read. path: where the box leads, "" for nowhere."""

    label: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Arc:
    """An arrow to be drawn, from one thing to another, by their keys.

    kind: which of the drawing's kinds. count: what its width tells; at least 0.
    told: the arrow in words. path: where it leads, "" for nowhere.
    """

    source: str
    target: str
    kind: str
    count: float
    told: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A thing as it is drawn; x and y are of its upper left corner. title: its whole label."""

    x: float
    y: float
    width: float
    height: float
    label: str
    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow as it is drawn.

    line, head: path data of its line, points of its head. width: of the line.
    at: where its number stands; number: "" for none.
    """

    kind: str
    line: str
    head: str
    width: float
    at: Point
    number: str
    told: str
    path: str


@dataclass(frozen=True, slots=True)
class Network:
    """A whole drawing. left: arcs that are not drawn, for want of room."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: float
    height: float
    left: tuple[Arc, ...] = ()


def network(things: Mapping[str, Thing], arcs: Iterable[Arc], most: int = NODES) -> Network | None:
    """Draw arcs between things, those that count most first; None where there is nothing to draw.

    things: by the keys that arcs name; one that is not there is called by its key.
    most: boxes at the most.
    """
    chosen, left = _chosen(sorted(arcs, key=_rank), most)
    if not chosen:
        return None
    keys = sorted({key for arc in chosen for key in (arc.source, arc.target)})
    numbers = {key: number for number, key in enumerate(keys)}
    named = [things.get(key) or Thing(key) for key in keys]
    labels = [words.cut(thing.label, _LONGEST) or "?" for thing in named]
    sizes = tuple((round(words.width(label) + 20, 1), _HEIGHT) for label in labels)
    pairs = tuple((numbers[arc.source], numbers[arc.target]) for arc in chosen)
    placed = places(sizes, tuple(sorted(set(pairs))))
    boxes = tuple(
        Box(round(x - w / 2, 1), round(y - h / 2, 1), w, h, label, words.fit(one.label), one.path)
        for (x, y), (w, h), label, one in zip(placed.points, sizes, labels, named, strict=True)
    )
    arrows = _arrows(chosen, pairs, placed.points, sizes)
    return Network(boxes, arrows, placed.width, placed.height, left)


def _rank(arc: Arc) -> tuple[float, str, str, str]:
    return -arc.count, arc.source, arc.target, arc.kind


def _chosen(arcs: Sequence[Arc], most: int) -> tuple[list[Arc], tuple[Arc, ...]]:
    """Return the arcs that find room, and those left: arcs among boxes that are there find it."""
    keys: set[str] = set()
    chosen: list[Arc] = []
    left: list[Arc] = []
    for arc in arcs:
        ends = {arc.source, arc.target}
        if len(keys | ends) <= most:
            keys |= ends
            chosen.append(arc)
        else:
            left.append(arc)
    return chosen, tuple(left)


def _arrows(
    arcs: Sequence[Arc], pairs: Sequence[Pair], points: Sequence[Point], sizes: Sequence[Size]
) -> tuple[Arrow, ...]:
    between: dict[Pair, list[int]] = {}
    for number, (one, other) in enumerate(pairs):
        between.setdefault((min(one, other), max(one, other)), []).append(number)
    bends = {
        number: (place - (len(numbers) - 1) / 2) * _BEND
        for numbers in between.values()
        for place, number in enumerate(numbers)
    }
    return tuple(
        _loop(arc, points[one], sizes[one], bends[number])
        if one == other
        else _arrow(arc, (points[one], points[other]), (sizes[one], sizes[other]), bends[number])
        for number, (arc, (one, other)) in enumerate(zip(arcs, pairs, strict=True))
    )


def _arrow(arc: Arc, ends: tuple[Point, Point], sizes: tuple[Size, Size], bend: float) -> Arrow:
    (ax, ay), (bx, by) = _edge(ends[0], sizes[0], ends[1]), _edge(ends[1], sizes[1], ends[0])
    length = hypot(ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]) or 1.0
    ux, uy = (ends[1][0] - ends[0][0]) / length, (ends[1][1] - ends[0][1]) / length
    # Both directions of a pair bend to sides counted from the same end.
    side = bend if ends[0] <= ends[1] else -bend
    # Between the boxes, not their middles: a wide one may reach beyond half the way.
    middle = ((ax + bx) / 2 - uy * side, (ay + by) / 2 + ux * side)
    start, tip = _edge(ends[0], sizes[0], middle), _edge(ends[1], sizes[1], middle)
    wide = _width(arc)
    head, neck = _head(middle, tip, wide)
    line = f"M{_pair(start)} Q{_pair(middle)} {_pair(neck)}"
    at = tuple(start[n] / 4 + middle[n] / 2 + tip[n] / 4 for n in (0, 1))
    return Arrow(arc.kind, line, head, wide, _rounded(at[0], at[1]), _number(arc), *_told(arc))


def _loop(arc: Arc, point: Point, size: Size, bend: float) -> Arrow:
    """Draw an arrow from a thing to itself, above its box."""
    x, top = point[0] + bend, point[1] - size[1] / 2
    start, tip, high = (x - 14, top), (x + 14, top), top - 26
    wide = _width(arc)
    head, neck = _head((tip[0] + 5, high), tip, wide)
    line = (
        f"M{_pair(start)} C{_pair((start[0] - 5, high))} {_pair((tip[0] + 5, high))} {_pair(neck)}"
    )
    at = _rounded(x, top - 20)
    return Arrow(arc.kind, line, head, wide, at, _number(arc), *_told(arc))


def _edge(middle: Point, size: Size, toward: Point) -> Point:
    """Return where the way from the middle of a box to a point leaves the box."""
    dx, dy = toward[0] - middle[0], toward[1] - middle[1]
    across = (size[0] / 2 + 2) / abs(dx) if dx else float("inf")
    down = (size[1] / 2 + 2) / abs(dy) if dy else float("inf")
    share = min(across, down)
    return (middle[0] + dx * share, middle[1] + dy * share) if dx or dy else middle


def _head(before: Point, tip: Point, wide: float) -> tuple[str, Point]:
    """Return the points of an arrow's head, and where its line ends."""
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = hypot(dx, dy) or 1.0
    ux, uy = dx / length, dy / length
    long, half = 8 + wide, 3.5 + wide / 2
    foot = (tip[0] - ux * long, tip[1] - uy * long)
    corners = (
        tip,
        (foot[0] - uy * half, foot[1] + ux * half),
        (foot[0] + uy * half, foot[1] - ux * half),
    )
    return " ".join(_pair(one) for one in corners), (foot[0] + ux, foot[1] + uy)


def _width(arc: Arc) -> float:
    return round(min(6.0, 1.5 + 0.8 * log2(1 + max(0.0, arc.count)) - 0.8), 1)


def _number(arc: Arc) -> str:
    return "" if arc.count == 1 else f"{arc.count:,.10g}"


def _told(arc: Arc) -> tuple[str, str]:
    return words.fit(arc.told), arc.path


def _rounded(x: float, y: float) -> Point:
    return round(x, 1), round(y, 1)


def _pair(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"
