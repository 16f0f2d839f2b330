"""The trained network, run with numpy alone. `ingest/training/network.py` says what it is.

The words of all sentences stand in one array, one sentence after another. An LSTM reads them step
by step: the first words of all sentences, then the second words of those that have one, and so on;
backwards, the last words first. Sentences are in falling order of length, so that a step's rows
continue the first rows of the step before, and both ways have the same steps.
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

_ONE, _HALF = np.float32(1), np.float32(0.5)

WINDOW = 5
"""Letters that are seen together."""

_MOST_FORMS = 8_000
"""How many words are remembered as vectors, which take 48 MB then."""

_AT_ONCE = 16
"""Words whose vectors are made by one product, always as many: what comes of it depends, in the
last bit, on how many there are."""


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
    """The order in which an LSTM reads the words of sentences.

    sizes: how many words each step has. order: [way, row], for the rows of all steps the numbers of
    their words; forwards and backwards.
    """

    def __init__(self, lengths: Sequence[int]) -> None:
        long = np.asarray(lengths)
        by_length = np.argsort(-long, kind="stable")
        fallen = long[by_length]
        last = np.cumsum(long)[by_length] - 1
        first = last - fallen + 1
        at = np.arange(fallen[0])[:, None]
        has = at < fallen  # [step, sentence]
        self.sizes: list[int] = has.sum(1).tolist()
        self.order = np.stack([(first + at)[has], (last - at)[has]])


class Lstm:
    """A bidirectional LSTM.

    w_in: [feature, 2 · 4 · hidden], what the features of words add to the gates of both ways (the
    bias too): `gates` of a run.
    """

    def __init__(self, w_in: Floats, w_own: Floats, bias: Floats) -> None:
        hidden = w_own.shape[2]
        gate = np.arange(4 * hidden).reshape(4, hidden)
        turned = gate[[0, 1, 3, 2]].ravel()  # in, forget, out, candidate
        scale = np.ones((4 * hidden, 1), np.float32)
        scale[: 3 * hidden] = 0.5  # sigmoid(x) = (tanh(x / 2) + 1) / 2
        self.hidden = hidden
        self.w_in = np.concatenate([(w[turned] * scale).T for w in w_in], 1)
        self.bias = np.concatenate([b[turned] * scale[:, 0] for b in bias])
        # [way, gate, hidden, hidden]: small products are the quicker ones for some tens of rows.
        own = np.stack([w[turned] * scale for w in w_own]).reshape(2, 4, hidden, hidden)
        self.w_own = np.ascontiguousarray(own.transpose(0, 1, 3, 2)) * _HALF  # as it is twice

    def gates(self, data: Floats) -> Floats:
        """data: [word, feature]. Return [word, 2 · 4 · hidden]."""
        made: Floats = data @ self.w_in
        made += self.bias
        return made

    def run(self, gates: Floats, steps: Steps, rows: Whole | None = None) -> Floats:
        """Return [word, 2 · hidden].

        gates: [row, 2 · 4 · hidden]. rows: the row of each word; without, words are the rows.
        """
        h = self.hidden
        order = steps.order if rows is None else rows[steps.order]
        blocks = order[:, None] * 8 + np.arange(8).reshape(2, 4, 1)
        by_step = np.empty((*blocks.shape, h), np.float32)
        np.take(gates.reshape(-1, h), blocks, 0, by_step, "clip")  # "raise" would write a copy
        read = self._read(by_step, steps.sizes)
        out = np.empty((blocks.shape[2], 2 * h), np.float32)
        for way, words in enumerate(steps.order):
            out[words, way * h : (way + 1) * h] = read[way]
        return out

    def _read(self, rows: Floats, sizes: Sequence[int]) -> Floats:
        """rows: [way, gate, row, hidden], overwritten. Return [way, row, hidden]."""
        most, h = sizes[0], self.hidden
        out = np.empty((2, rows.shape[2], h), np.float32)
        cells = np.zeros((2, most, h), np.float32)
        last, start = out[:, :0], 0
        for n in sizes:
            g = rows[:, :, start : start + n]
            if start:
                g += last[:, None, :n] @ self.w_own
            np.tanh(g, g)
            # Two times the sigmoids, two times the cells: halves are exact, and cheaper at the end.
            s = g[:, :3]
            s += _ONE
            c = cells[:, :n]
            c *= s[:, 1]
            new = g[:, 3]
            new *= s[:, 0]
            c += new
            c *= _HALF
            last = out[:, start : start + n]
            np.tanh(c, last)
            last *= s[:, 2]
            start += n
        out *= _HALF
        return out


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
        # What a form adds to the gates of the lowest LSTM, and to the scores of edits.
        self._of_tags, of_form = np.split(weights["edit.weight"].T, [len(weights["tagger.bias"])])
        self._of_form = np.concatenate([self._lstms[0].w_in, of_form], 1)
        self._bias = np.concatenate([self._lstms[0].bias, weights["edit.bias"]])
        self._forget(_MOST_FORMS)
        window = weights["window.weight"]
        letters = weights["letter.weight"]
        size = letters.shape[1]
        # What each letter adds to the filters from each place of the window.
        self._spelling = np.stack(
            [letters @ window[:, i * size : (i + 1) * size].T for i in range(WINDOW)]
        )

    def score(self, sentences: Sequence[Sequence[str]]) -> Scores:
        """Score sentences, none of them empty, each a list of its words' forms."""
        w = self.weights
        lower, middle, upper = self._lstms
        lengths = [len(one) for one in sentences]
        steps = Steps(lengths)
        rows = self._forms([form for one in sentences for form in one])
        low = lower.run(self._gates, steps, rows)
        mid = middle.run(middle.gates(low), steps)
        mid += low
        t = np.maximum(_linear(w, "tagger", mid), 0)
        analysis, xpos = _linear(w, "analysis", t), _linear(w, "xpos", t)
        edits = t @ self._of_tags
        edits += self._edits[rows]
        tags = _softmax(xpos) @ w["tag.weight"].T
        top = upper.run(upper.gates(np.concatenate([mid, tags], 1)), steps)
        top += mid
        m = np.maximum(_linear(w, "mlp", top), 0)
        return Scores(
            self._analyses(analysis),
            xpos.argmax(1),
            edits.argmax(1),
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

    def _forms(self, words: list[str]) -> Whole:
        """Return for each word the row of its form among `_gates` and `_edits`."""
        rows = self._rows
        new = sorted({one for one in words if one not in rows})
        if len(rows) + len(new) > _MOST_FORMS:
            new = sorted(set(words))
            self._forget(max(_MOST_FORMS, len(new)))
            rows = self._rows
        if new:
            start, end = len(rows), len(rows) + len(new)
            made = self._projected(self._new_forms(new))
            width = self._gates.shape[1]
            self._gates[start:end], self._edits[start:end] = made[:, :width], made[:, width:]
            rows.update(zip(new, range(start, end), strict=True))
        return np.array([rows[one] for one in words])

    def _forget(self, most: int) -> None:
        """Make room for other forms, none of which is known."""
        width = len(self._lstms[0].bias)
        self._rows: dict[str, int] = {}
        self._gates = np.empty((most, width), np.float32)
        self._edits = np.empty((most, len(self._bias) - width), np.float32)

    def _projected(self, features: Floats) -> Floats:
        """features: [form, feature]. Return what they add, whatever other forms are new."""
        many = len(features)
        made = np.empty((many, len(self._bias)), np.float32)
        for at in range(0, many, _AT_ONCE):
            some = np.zeros((_AT_ONCE, features.shape[1]), np.float32)
            known = min(_AT_ONCE, many - at)
            some[:known] = features[at : at + known]
            made[at : at + known] = (some @ self._of_form)[:known]
        made += self._bias
        return made

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
