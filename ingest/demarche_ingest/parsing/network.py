"""The trained network, run with numpy alone. `ingest/training/network.py` says what it is.

Words of all sentences stand in one array, step by step: the first words of all sentences, then the
second words of those that have one, and so on. Sentences are in falling order of length, so that a
step's rows continue the first rows of the step before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from demarche_ingest.parsing import forms

Floats = NDArray[np.float32]
Whole = NDArray[np.int64]

WINDOW = 5
"""Letters that are seen together."""

_MOST_FORMS = 10_000
"""How many words are remembered as vectors, which take 12 MB then."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What the network finds for sentences, in the order they were given.

    analyses, xpos, edits: [word], numbers of labels. arcs: for each sentence [word, word + 1], the
    first column for the root. relations: gives for heads of all words (as in `arcs`, sentences one
    after another) the numbers of their relations.
    """

    analyses: Whole
    xpos: Whole
    edits: Whole
    arcs: list[Floats]
    relations: Callable[[Whole], Whole]


class Steps:
    """Where the words of sentences stand in the array of steps."""

    def __init__(self, lengths: Sequence[int]) -> None:
        long = np.asarray(lengths)
        order = np.argsort(-long, kind="stable")
        fallen = long[order]
        self.sizes = [int((fallen > t).sum()) for t in range(int(fallen[0]))]
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)])
        rank = np.empty(len(long), np.int64)
        rank[order] = np.arange(len(long))
        self.places = np.concatenate(
            [self.starts[:n] + r for n, r in zip(lengths, rank.tolist(), strict=True)]
        )
        """[word], sentences one after another: its row in the array of steps."""


class Lstm:
    """A bidirectional LSTM."""

    def __init__(self, w_in: Floats, w_own: Floats, bias: Floats) -> None:
        hidden = w_own.shape[2]
        gate = np.arange(4 * hidden).reshape(4, hidden)
        turned = gate[[0, 1, 3, 2]].ravel()  # in, forget, out, candidate
        scale = np.ones((4 * hidden, 1), np.float32)
        scale[: 3 * hidden] = 0.5  # sigmoid(x) = (tanh(x / 2) + 1) / 2
        self.hidden = hidden
        self.w_in = [np.ascontiguousarray((w[turned] * scale).T) for w in w_in]
        self.w_own = [np.ascontiguousarray((w[turned] * scale).T) for w in w_own]
        self.bias = [b[turned] * scale[:, 0] for b in bias]

    def run(self, data: Floats, steps: Steps) -> Floats:
        """data: [row, feature]. Return [row, 2 · hidden]."""
        out = np.empty((len(data), 2 * self.hidden), np.float32)
        for way in (0, 1):
            self._pass(data, steps, way, out[:, way * self.hidden : (way + 1) * self.hidden])
        return out

    def _pass(self, data: Floats, steps: Steps, way: int, out: Floats) -> None:
        h = self.hidden
        gates = data @ self.w_in[way]
        gates += self.bias[way]
        order = range(len(steps.sizes))
        last_h = last_c = np.zeros((0, h), np.float32)
        for t in reversed(order) if way else order:
            start, n = int(steps.starts[t]), steps.sizes[t]
            g = gates[start : start + n]
            known = min(n, len(last_h))
            if known:
                g[:known] += last_h[:known] @ self.w_own[way]
            np.tanh(g, out=g)
            s = g[:, : 3 * h]
            s *= 0.5
            s += 0.5
            c = s[:, :h] * g[:, 3 * h :]
            if known:
                c[:known] += s[:known, h : 2 * h] * last_c[:known]
            last_h = np.tanh(c)
            last_h *= s[:, 2 * h :]
            out[start : start + n] = last_h
            last_c = c


class Network:
    """Reads what training wrote: weights by name and, as JSON, the vocabulary."""

    def __init__(self, data: bytes) -> None:
        with np.load(BytesIO(data), allow_pickle=False) as stored:
            vocabulary = json.loads(stored["vocabulary"].tobytes())
            weights = {
                name: stored[name].astype(np.float32)
                for name in stored.files
                if name != "vocabulary"
            }
        self.labels: Mapping[str, list[str]] = vocabulary
        self.weights = weights
        self._numbers = {
            name: {one: at for at, one in enumerate(vocabulary[name])}
            for name in ("words", "letters", "suffixes", "shapes")
        }
        self._lstms = [
            Lstm(*(weights[f"{name}.{part}"] for part in ("w_in", "w_own", "bias")))
            for name in ("lower", "middle", "upper")
        ]
        upos = [one.partition("|")[0] for one in vocabulary["analyses"]]
        self._upos_of = np.array([[one == tag for tag in vocabulary["upos"]] for one in upos])
        self._rows: dict[str, int] = {}
        self._vectors = np.zeros((0, self._width), np.float32)
        window = weights["window.weight"]
        letters = weights["letter.weight"]
        size = letters.shape[1]
        # What each letter adds to the filters from each place of the window.
        self._spelling = np.stack(
            [letters @ window[:, i * size : (i + 1) * size].T for i in range(WINDOW)]
        )

    @property
    def _width(self) -> int:
        names = ("word.weight", "suffix.weight", "shape.weight")
        width: int = sum(self.weights[n].shape[1] for n in names)
        return width + len(self.weights["window.bias"])

    def score(self, sentences: Sequence[Sequence[str]]) -> Scores:
        """Score sentences, none of them empty, each a list of its words' forms."""
        w = self.weights
        steps = Steps([len(one) for one in sentences])
        x = np.empty((len(steps.places), self._width), np.float32)
        x[steps.places] = self._forms([form for one in sentences for form in one])
        low = self._lstms[0].run(x, steps)
        mid = self._lstms[1].run(low, steps)
        mid += low
        t = np.maximum(_linear(w, "tagger", mid), 0)
        analysis, xpos = _linear(w, "analysis", t), _linear(w, "xpos", t)
        edits = _linear(w, "edit", np.concatenate([t, x], 1))
        tags = _softmax(xpos) @ w["tag.weight"].T
        top = self._lstms[2].run(np.concatenate([mid, tags], 1), steps)
        top += mid
        m = np.maximum(_linear(w, "mlp", top), 0)[steps.places]
        lengths = [len(one) for one in sentences]
        return Scores(
            self._analyses(analysis)[steps.places],
            xpos.argmax(1)[steps.places],
            edits.argmax(1)[steps.places],
            self._arcs(m, lengths),
            partial(self._relations, m, lengths),
        )

    def _analyses(self, scores: Floats) -> Whole:
        """Return for each word the best analysis that has the best part of speech."""
        p = _softmax(scores)
        upos = (p @ self._upos_of.astype(np.float32)).argmax(1)
        best: Whole = np.where(self._upos_of.T[upos], p, -1).argmax(1)
        return best

    def _arcs(self, m: Floats, lengths: list[int]) -> list[Floats]:
        u = self.weights["arc"]
        size = u.shape[1]
        dependents = m[:, :size] @ u[:-1] + u[-1]
        heads = m[:, size : 2 * size]
        root = self.weights["root"][:size]
        made, at = [], 0
        for n in lengths:
            scores = np.empty((n, n + 1), np.float32)
            scores[:, 0] = dependents[at : at + n] @ root
            np.matmul(dependents[at : at + n], heads[at : at + n].T, out=scores[:, 1:])
            made.append(scores)
            at += n
        return made

    def _relations(self, m: Floats, lengths: list[int], heads: Whole) -> Whole:
        u, arc = self.weights["bilinear"], self.weights["arc"].shape[1]
        size = u.shape[0] - 1
        dependents = m[:, 2 * arc : 2 * arc + size]
        first = np.repeat(np.cumsum([0, *lengths[:-1]]), lengths)
        chosen = m[np.maximum(first + heads - 1, 0), 2 * arc + size :]
        chosen[heads == 0] = self.weights["root"][arc:]
        mixed = dependents @ u[:-1].reshape(size, -1)
        mixed += u[-1].ravel()  # in place, since it is large: 10 kB a word
        mixed = mixed.reshape(len(m), u.shape[1], size + 1)
        scores = (mixed[:, :, :-1] @ chosen[:, :, None])[:, :, 0] + mixed[:, :, -1]
        best: Whole = scores.argmax(1)
        return best

    def _forms(self, words: list[str]) -> Floats:
        new = sorted({one for one in words if one not in self._rows})
        if len(self._rows) + len(new) > _MOST_FORMS:
            self._rows, self._vectors = {}, self._vectors[:0]
            new = sorted(set(words))
        if new:
            for form in new:
                self._rows[form] = len(self._rows)
            self._vectors = np.concatenate([self._vectors, self._new_forms(new)])
        rows = self._rows
        found: Floats = self._vectors[[rows[one] for one in words]]
        return found

    def _new_forms(self, new: list[str]) -> Floats:
        w, of = self.weights, self._numbers
        spelt = [[of["letters"].get(c, 0) + 1 for c in forms.letters(one)] for one in new]
        longest = max(len(one) for one in spelt)
        side = WINDOW // 2
        letters = np.zeros((len(new), longest + 2 * side), np.int64)
        for row, one in zip(letters, spelt, strict=True):
            row[side : side + len(one)] = one
        seen = sum(self._spelling[i][letters[:, i : i + longest]] for i in range(WINDOW))
        seen += np.where(letters[:, side : side + longest] == 0, np.float32(-1e4), 0)[:, :, None]
        filters = np.maximum(seen.max(1) + w["window.bias"], 0)

        def table(name: str, many: str, key: Callable[[str], str]) -> Floats:
            found: Floats = w[f"{name}.weight"][[of[many].get(key(one), 0) for one in new]]
            return found

        made: Floats = np.concatenate(
            [
                table("word", "words", forms.word),
                filters,
                table("suffix", "suffixes", forms.suffix),
                table("shape", "shapes", forms.shape),
            ],
            1,
        )
        return made


def _linear(weights: Mapping[str, Floats], name: str, x: Floats) -> Floats:
    made: Floats = x @ weights[f"{name}.weight"].T
    made += weights[f"{name}.bias"]
    return made


def _softmax(scores: Floats) -> Floats:
    p: Any = np.exp(scores - scores.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    made: Floats = p
    return made
