"""The network that is trained; `demarche_ingest.parsing.network` runs the same without torch.

Words (an embedding, a convolution over letters, ending, shape) → two bidirectional LSTMs → tags,
features and lemma edits → a third bidirectional LSTM that also sees the tags → heads and relations
by biaffine attention (Dozat and Manning 2017, arXiv:1611.01734).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, nll_loss, one_hot, pad
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from lstm import BiLSTM

IGNORED = -100
WINDOW = 5


@dataclass(frozen=True)
class Sizes:
    """Widths of the layers."""

    word: int = 128
    letter: int = 32
    filters: int = 128
    suffix: int = 32
    shape: int = 16
    hidden: int = 144
    tag: int = 32
    tagger: int = 128
    arc: int = 144
    relation: int = 48

    @property
    def form(self) -> int:
        return self.word + self.filters + self.suffix + self.shape


@dataclass(frozen=True)
class Counts:
    """How many there are of each; 0 is the unknown among the first four."""

    words: int
    letters: int
    suffixes: int
    shapes: int
    analyses: int
    upos: int
    xpos: int
    edits: int
    relations: int


@dataclass
class Batch:
    """Sentences side by side. Forms are given once, `places` says where they stand.

    words, suffixes, shapes: [form]. letters: [form, letter], 0 for none. places: [sentence, word].
    lengths: [sentence], falling. Gold, [sentence, word], IGNORED where there is none: analysis,
    xpos, edit, head (0 for the root, else place + 1), relation.
    """

    words: Tensor
    letters: Tensor
    suffixes: Tensor
    shapes: Tensor
    places: Tensor
    lengths: Tensor
    analysis: Tensor
    xpos: Tensor
    edit: Tensor
    head: Tensor
    relation: Tensor


class Dropout(nn.Module):
    """Drops the same features at each word of a sentence."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.rate:
            return x
        mask = torch.empty(x.shape[0], 1, x.shape[2]).bernoulli_(1 - self.rate)
        return x * (mask / (1 - self.rate))


class Network(nn.Module):
    """All of it. upos_of: [analysis], which part of speech each analysis has."""

    def __init__(self, counts: Counts, sizes: Sizes, upos_of: Tensor, dropout: float) -> None:
        super().__init__()
        self.counts, self.sizes = counts, sizes
        s, c, wide = sizes, counts, 2 * sizes.hidden
        self.register_buffer("upos_of", one_hot(upos_of, c.upos).float())
        self.word = nn.Embedding(c.words, s.word)
        self.letter = nn.Embedding(c.letters + 1, s.letter, padding_idx=0)
        self.window = nn.Linear(WINDOW * s.letter, s.filters)
        self.suffix = nn.Embedding(c.suffixes, s.suffix)
        self.shape = nn.Embedding(c.shapes, s.shape)
        self.lower = BiLSTM(s.form, s.hidden)
        self.middle = BiLSTM(wide, s.hidden)
        self.upper = BiLSTM(wide + s.tag, s.hidden)
        self.tagger = nn.Linear(wide, s.tagger)
        self.analysis = nn.Linear(s.tagger, c.analyses)
        self.xpos = nn.Linear(s.tagger, c.xpos)
        self.edit = nn.Linear(s.tagger + s.form, c.edits)
        self.tag = nn.Linear(c.xpos, s.tag, bias=False)
        self.mlp = nn.Linear(wide, 2 * (s.arc + s.relation))
        self.root = nn.Parameter(torch.zeros(s.arc + s.relation))
        self.arc = nn.Parameter(torch.zeros(s.arc + 1, s.arc))
        self.bilinear = nn.Parameter(torch.zeros(s.relation + 1, c.relations, s.relation + 1))
        self.drop, self.flat = Dropout(dropout), nn.Dropout(dropout)
        for table in (self.word, self.suffix, self.shape):
            nn.init.normal_(table.weight, std=0.3)
        nn.init.normal_(self.root, std=0.1)
        nn.init.xavier_uniform_(self.arc)
        nn.init.normal_(self.bilinear, std=0.05)

    def forms(self, batch: Batch) -> Tensor:
        side = WINDOW // 2
        letters = pad(self.letter(batch.letters), (0, 0, side, side))
        long = batch.letters.shape[1]
        seen = self.window(torch.cat([letters[:, i : i + long] for i in range(WINDOW)], 2))
        gaps = (batch.letters == 0).unsqueeze(2)
        spelt = seen.masked_fill(gaps, -1e4).amax(1).relu()
        return torch.cat(
            [self.word(batch.words), spelt, self.suffix(batch.suffixes), self.shape(batch.shapes)],
            1,
        )

    def run(self, lstm: BiLSTM, x: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(x, lengths, batch_first=True)
        made = packed._replace(data=lstm(packed.data, packed.batch_sizes.tolist()))
        return pad_packed_sequence(made, batch_first=True)[0]

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Return analyses, xpos, edits, arcs [s, w, w+1], and both sides of relations."""
        x = self.forms(batch)[batch.places]
        low = self.run(self.lower, self.drop(x), batch.lengths)
        mid = self.run(self.middle, self.drop(low), batch.lengths) + low
        t = self.flat(self.tagger(self.drop(mid)).relu())
        analysis, xpos = self.analysis(t), self.xpos(t)
        edit = self.edit(torch.cat([t, self.flat(x)], 2))
        tags = self.tag(xpos.detach().softmax(2))
        joined = torch.cat([self.drop(mid), tags], 2)
        top = self.run(self.upper, joined, batch.lengths) + mid
        s = self.sizes
        m = self.flat(self.mlp(self.drop(top)).relu())
        dep, head, rel_dep, rel_head = m.split([s.arc, s.arc, s.relation, s.relation], 2)
        root = self.root.expand(len(m), 1, -1)
        head = torch.cat([root[..., : s.arc], head], 1)
        rel_head = torch.cat([root[..., s.arc :], rel_head], 1)
        arcs = (dep @ self.arc[:-1] + self.arc[-1]) @ head.transpose(1, 2)
        beyond = torch.arange(arcs.shape[2])[None] > batch.lengths[:, None]
        return (
            analysis,
            xpos,
            edit,
            arcs.masked_fill(beyond[:, None], -1e4),
            rel_dep,
            rel_head,
        )

    def relations(self, rel_dep: Tensor, rel_head: Tensor, heads: Tensor) -> Tensor:
        """Return the scores of relations [s, w, relation] to the given heads."""
        index = heads.clamp(min=0).unsqueeze(2).expand(-1, -1, rel_head.shape[2])
        chosen = rel_head.gather(1, index)
        ones = torch.ones(*chosen.shape[:2], 1)
        d, h = torch.cat([rel_dep, ones], 2), torch.cat([chosen, ones], 2)
        u = self.bilinear
        mixed = (d.reshape(-1, u.shape[0]) @ u.reshape(u.shape[0], -1)).view(-1, *u.shape[1:])
        return (mixed @ h.reshape(-1, u.shape[2], 1)).view(*d.shape[:2], -1)

    def upos(self, analysis: Tensor) -> Tensor:
        """Return the logarithms of the probabilities of parts of speech."""
        return (analysis.softmax(-1) @ self.upos_of).clamp(min=1e-9).log()

    def loss(self, batch: Batch, upos: Tensor) -> Tensor:
        analysis, xpos, edit, arcs, rel_dep, rel_head = self(batch)
        rels = self.relations(rel_dep, rel_head, batch.head)

        def one(scores: Tensor, gold: Tensor) -> Tensor:
            return cross_entropy(scores.flatten(0, 1), gold.flatten(), ignore_index=IGNORED)

        marginal = nll_loss(self.upos(analysis).flatten(0, 1), upos.flatten(), ignore_index=IGNORED)
        tagging = one(analysis, batch.analysis) + one(xpos, batch.xpos) + marginal
        return (
            one(arcs, batch.head)
            + one(rels, batch.relation)
            + 0.5 * tagging
            + 0.3 * one(edit, batch.edit)
        )

    def settings(self) -> dict[str, dict[str, int]]:
        return {"counts": asdict(self.counts), "sizes": asdict(self.sizes)}
