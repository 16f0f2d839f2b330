"""The best tree of a sentence, from scores of heads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_MOST_ROOTS = 4


def heads(scores: NDArray[np.float32]) -> list[int]:
    """Return the head of each word (0 for the root, else place + 1) in a tree of one root.

    Where the best head of each word makes no such tree, the best tree is sought for each word that
    would be root (where none would, for the likeliest), and the best of these is taken.
    scores: [word, word + 1], the first column for the root; words are at least one. The diagonal
    (a word as its own head) is overwritten.
    """
    np.fill_diagonal(scores[:, 1:], -np.inf)
    best: list[int] = scores.argmax(1).tolist()
    roots = [at for at, head in enumerate(best) if head == 0]
    if len(roots) == 1 and _ring(best) is None:
        return best
    order = np.argsort(-scores[:, 0], kind="stable").tolist()
    tried = sorted(roots, key=order.index)[:_MOST_ROOTS] or order[:1]
    trees = [_rooted(scores, root) for root in tried]
    return max(trees, key=lambda pair: pair[0])[1]


def _rooted(scores: NDArray[np.float32], root: int) -> tuple[float, list[int]]:
    wide = np.full((len(scores) + 1, len(scores) + 1), -np.inf)
    wide[1:, 1:] = scores[:, 1:]
    wide[root + 1] = -np.inf
    wide[root + 1, 0] = scores[root, 0]
    found = _best_tree(wide)[1:]
    return float(wide[np.arange(1, len(wide)), found].sum()), found


def _ring(found: list[int]) -> list[int] | None:
    """Return words (counted from 1) that hang on each other in a ring, if any do."""
    state = [0] * (len(found) + 1)  # 1: on the way, 2: leads to the root
    state[0] = 2
    for start in range(1, len(found) + 1):
        way, at = [], start
        while state[at] == 0:
            state[at] = 1
            way.append(at)
            at = found[at - 1]
        if state[at] == 1:
            return way[way.index(at) :]
        for one in way:
            state[one] = 2
    return None


def _best_tree(scores: NDArray[np.float64]) -> list[int]:
    """Return the heads of the best tree: Chu and Liu 1965, Edmonds 1967.

    scores: [node, head], node 0 the root, whose own head is given as 0.
    """
    best: list[int] = [0, *scores[1:].argmax(1).tolist()]
    ring = _ring(best[1:])
    if ring is None:
        return best
    inside = np.zeros(len(scores), bool)
    inside[ring] = True
    rest = np.flatnonzero(~inside)
    k = len(rest)
    # The ring as one node, the last: who enters it breaks the ring there.
    small = np.full((k + 1, k + 1), -np.inf)
    outer = scores[rest]
    leaving = outer[:, ring]
    small[:k, :k] = outer[:, rest]
    small[1:k, k] = leaving[1:].max(1)
    inner = scores[ring]
    entering = inner[:, rest] - inner[np.arange(len(ring)), [best[one] for one in ring]][:, None]
    small[k, :k] = entering.max(0)
    found = _best_tree(small)
    made = list(best)
    for at, node in enumerate(rest.tolist()):
        head = found[at]
        made[node] = ring[int(leaving[at].argmax())] if head == k else int(rest[head])
    made[0] = 0
    outside = found[k]
    made[ring[int(entering[:, outside].argmax())]] = int(rest[outside])
    return made
