"""Where the boxes of a network stand: a layout that is the same for the same network.

Each connected part is laid out by stress majorisation (Gansner, Koren and North 2004), which draws
things as far apart as there are steps between them; then boxes that overlap are moved apart, and
the parts are set beside each other, the largest first. Nothing is left to chance.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan2, cos, hypot, pi, sin
from typing import Final

MARGIN: Final = 44.0
"""Room around all boxes, for arrows that bend."""
_WIDTH: Final = 1000.0
_STEP: Final = (185.0, 72.0)
"""Between things one step apart, across and down."""
_GAP: Final = (62.0, 32.0)
"""Between boxes, across and down, at least; between parts of the network likewise."""
_STEPS: Final = 60
_MOVES: Final = 80
_STILL: Final = 1e-3
"""A smaller overlap, in units of the drawing, is none."""
_SETTLED: Final = 0.02
"""Things that move less than this, in steps, are where they belong."""

Size = tuple[float, float]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Places:
    """The middles of the boxes, in the order they were given, within `width` by `height`."""

    points: tuple[tuple[float, float], ...]
    width: float
    height: float


@lru_cache(maxsize=64)
def places(sizes: tuple[Size, ...], pairs: tuple[Pair, ...]) -> Places:
    """Place boxes of the given sizes. pairs: which are joined, by their numbers."""
    near = _neighbours(len(sizes), pairs)
    blocks = [_Block.of(part, near, sizes) for part in _parts(near)]
    return _side_by_side(blocks, len(sizes))


def _neighbours(count: int, pairs: Iterable[Pair]) -> list[list[int]]:
    near: list[set[int]] = [set() for _ in range(count)]
    for one, other in pairs:
        if one != other:
            near[one].add(other)
            near[other].add(one)
    return [sorted(some) for some in near]


def _parts(near: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the connected parts, the largest first, each in an order that keeps kin together."""
    found: list[list[int]] = []
    seen: set[int] = set()
    for start in sorted(range(len(near)), key=lambda one: (-len(near[one]), one)):
        if start in seen:
            continue
        part: list[int] = []
        stack = [start]
        while stack:
            one = stack.pop()
            if one not in seen:
                seen.add(one)
                part.append(one)
                stack.extend(reversed(near[one]))
        found.append(part)
    return sorted(found, key=lambda part: -len(part))


def _distances(start: int, near: Sequence[Sequence[int]]) -> dict[int, int]:
    found = {start: 0}
    queue = deque([start])
    while queue:
        one = queue.popleft()
        for other in near[one]:
            if other not in found:
                found[other] = found[one] + 1
                queue.append(other)
    return found


@dataclass(slots=True)
class _Block:
    """A part of the network: which boxes, their middles from the corner of the part, its size."""

    boxes: list[int]
    x: list[float]
    y: list[float]
    width: float = 0.0
    height: float = 0.0

    @classmethod
    def of(cls, part: list[int], near: Sequence[Sequence[int]], sizes: Sequence[Size]) -> _Block:
        x, y = _turned(*_stressed(part, near))
        across = min(1.0, (_WIDTH - 200) / (_STEP[0] * ((max(x) - min(x)) or 1)))
        block = cls(part, [one * _STEP[0] * across for one in x], [one * _STEP[1] for one in y])
        mine = [sizes[one] for one in part]
        _spread(block.x, block.y, mine)
        block.settle(mine)
        return block

    def settle(self, sizes: Sequence[Size]) -> None:
        """Count from the upper left corner, and know how large it is."""
        left = min(x - w / 2 for x, (w, _) in zip(self.x, sizes, strict=True))
        top = min(y - h / 2 for y, (_, h) in zip(self.y, sizes, strict=True))
        self.x = [one - left for one in self.x]
        self.y = [one - top for one in self.y]
        self.width = max(x + w / 2 for x, (w, _) in zip(self.x, sizes, strict=True))
        self.height = max(y + h / 2 for y, (_, h) in zip(self.y, sizes, strict=True))


def _stressed(
    part: Sequence[int], near: Sequence[Sequence[int]]
) -> tuple[list[float], list[float]]:
    count = len(part)
    turn = 2 * pi / count
    radius = count / (2 * pi)
    x = [radius * cos(turn * n) for n in range(count)]
    y = [radius * sin(turn * n) for n in range(count)]
    steps = [_distances(one, near) for one in part]
    apart = [[float(steps[i][other]) for other in part] for i in range(count)]
    for _ in range(_STEPS):
        if max((_moved(i, x, y, apart[i]) for i in range(count)), default=0.0) < _SETTLED:
            break
    return x, y


def _moved(i: int, x: list[float], y: list[float], apart: Sequence[float]) -> float:
    """Move one to where the others would have it, and return how far that was."""
    weight = across = down = 0.0
    for j, ideal in enumerate(apart):
        if j != i:
            # Of two in one place, the one behind is taken to lie a little to the right.
            dx, dy = (x[i] - x[j]) or 1e-6 * (i - j), y[i] - y[j]
            share = ideal / hypot(dx, dy)
            pull = 1 / (ideal * ideal)
            weight += pull
            across += pull * (x[j] + share * dx)
            down += pull * (y[j] + share * dy)
    if not weight:
        return 0.0
    before = x[i], y[i]
    x[i], y[i] = across / weight, down / weight
    return hypot(x[i] - before[0], y[i] - before[1])


def _turned(x: list[float], y: list[float]) -> tuple[list[float], list[float]]:
    """Turn it so that it is widest across, as screens and words are."""
    cx, cy = sum(x) / len(x), sum(y) / len(y)
    flat = [(a - cx, b - cy) for a, b in zip(x, y, strict=True)]
    across = sum(a * a - b * b for a, b in flat)
    angle = atan2(2 * sum(a * b for a, b in flat), across) / 2
    c, s = cos(angle), sin(angle)
    return [a * c + b * s for a, b in flat], [b * c - a * s for a, b in flat]


def _spread(x: list[float], y: list[float], sizes: Sequence[Size]) -> None:
    """Move boxes apart until none is too near another, or for long enough."""
    for _ in range(_MOVES):
        moved = False
        for i in range(len(x)):
            for j in range(i):
                wide = (sizes[i][0] + sizes[j][0]) / 2 + _GAP[0] - abs(x[i] - x[j])
                high = (sizes[i][1] + sizes[j][1]) / 2 + _GAP[1] - abs(y[i] - y[j])
                if wide > _STILL and high > _STILL:
                    moved = True
                    along, by = (x, wide) if wide < high else (y, high)
                    push = by / 2 if along[i] >= along[j] else -by / 2
                    along[i] += push
                    along[j] -= push
        if not moved:
            return


def _side_by_side(blocks: Sequence[_Block], count: int) -> Places:
    points = [(0.0, 0.0)] * count
    left = top = MARGIN
    row = widest = 0.0
    for block in blocks:
        if left > MARGIN and left + block.width > _WIDTH - MARGIN:
            left, top, row = MARGIN, top + row + _GAP[1] * 1.5, 0.0
        for one, x, y in zip(block.boxes, block.x, block.y, strict=True):
            points[one] = (round(left + x, 1), round(top + y, 1))
        left += block.width + _GAP[0]
        row = max(row, block.height)
        widest = max(widest, left - _GAP[0])
    return Places(tuple(points), round(widest + MARGIN, 1), round(top + row + MARGIN, 1))
