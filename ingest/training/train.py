"""Train the parser: `python train.py TREEBANK OUT` (`make parser`).

The training parts of EWT and GUM; the best epoch by the dev parts; the test parts are not read.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

import treebank
from network import Batch, Network, Sizes
from treebank import Sentence
from vocabulary import Numbers, learn


def batches(
    sentences: Sequence[Sentence], words: int, rng: random.Random | None
) -> Iterator[list[Sentence]]:
    """Yield sentences of like length, about so many words at a time, in random order."""
    jitter = (lambda: rng.uniform(-2, 2)) if rng else (lambda: 0.0)
    ordered = sorted(sentences, key=lambda s: len(s.words) + jitter())
    made: list[list[Sentence]] = [[]]
    for one in ordered:
        made[-1].append(one)
        if sum(len(s.words) for s in made[-1]) >= words:
            made.append([])
    made = [one for one in made if one]
    if rng:
        rng.shuffle(made)
    for one in made:
        yield sorted(one, key=lambda s: -len(s.words))


@torch.no_grad()
def score(network: Network, numbers: Numbers, sentences: Sequence[Sentence]) -> dict[str, float]:
    """Return shares of words that are right, in percent. Heads are the best of each word."""
    network.eval()
    hits = dict.fromkeys(("upos", "xpos", "feats", "lemma", "uas", "las"), 0)
    total = 0
    for chosen in batches(sentences, 3000, None):
        b = numbers.batch(chosen)
        analysis, xpos, edit, arcs, rel_dep, rel_head = network(b)
        there = b.places.new_zeros(b.places.shape, dtype=torch.bool)
        for row, length in enumerate(b.lengths.tolist()):
            there[row, :length] = True
        heads = arcs.argmax(2)
        rels = network.relations(rel_dep, rel_head, heads).argmax(2)
        right = heads == b.head
        for name, found in (
            ("upos", network.upos(analysis).argmax(2) == numbers.gold_upos(b)),
            ("xpos", xpos.argmax(2) == b.xpos),
            ("feats", analysis.argmax(2) == b.analysis),
            ("lemma", edit.argmax(2) == b.edit),
            ("uas", right),
            ("las", right & (rels == b.relation)),
        ):
            hits[name] += int((found & there).sum())
        total += int(there.sum())
    network.train()
    return {name: round(100 * n / total, 2) for name, n in hits.items()}


def averaging(decay: float) -> Callable[[list[Tensor], list[Tensor], Tensor], None]:
    """Return an exponential mean of weights that forgets faster at the start."""

    @torch.no_grad()
    def mean(averaged: list[Tensor], current: list[Tensor], seen: Tensor) -> None:
        n = float(seen)
        kept = min(decay, (1 + n) / (20 + n))
        torch._foreach_lerp_(averaged, current, 1 - kept)

    return mean


def train(args: argparse.Namespace) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    sentences = treebank.part(args.treebank, "train")
    dev = {name: treebank.part(args.treebank, "dev", (name,)) for name in ("ewt", "gum")}
    vocabulary = learn(sentences)
    numbers = Numbers(vocabulary)
    sizes = Sizes(**json.loads(args.sizes))
    network = Network(vocabulary.counts, sizes, vocabulary.upos_of(), args.dropout)
    average = torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=averaging(args.average))
    steps = args.epochs * sum(1 for _ in batches(sentences, args.batch, rng))
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=args.rate, betas=(0.9, 0.95), weight_decay=args.decay
    )

    begun = time.monotonic()

    def spent(step: int) -> float:
        passed = (time.monotonic() - begun) / (60 * args.minutes) if args.minutes else 0.0
        return min(1.0, max(step / steps, passed))

    def pace(step: int) -> float:
        warm = min(1.0, (step + 1) / 200)
        return warm * max(0.01, 0.5 * (1 + math.cos(math.pi * spent(step))))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, pace)
    parameters = sum(p.numel() for p in network.parameters())
    print(f"{steps} steps, {parameters} parameters", flush=True)
    best, step = 0.0, 0
    for epoch in range(args.epochs):
        lost, words = 0.0, 0
        for chosen in batches(sentences, args.batch, rng):
            b: Batch = numbers.batch(chosen)
            upos = numbers.gold_upos(b)
            numbers.forget(b, args.forget)
            loss = network.loss(b, upos)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            step += 1
            average.update_parameters(network)
            lost += loss.item()
            words += int(b.lengths.sum())
            if step % 50 == 0:
                took = time.monotonic() - begun
                print(f"step {step} loss {lost / 50:.3f} words {words} {took:.0f}s", flush=True)
                lost = 0.0
            if spent(step) >= 1:
                break
        scores = {name: score(average.module, numbers, part) for name, part in dev.items()}
        print(f"epoch {epoch + 1} {time.monotonic() - begun:.0f}s {json.dumps(scores)}", flush=True)
        mean = sum(one["las"] + one["upos"] for one in scores.values())
        if mean > best:
            best = mean
            record = {
                "vocabulary": asdict(vocabulary),
                "sizes": asdict(sizes),
                "dev": scores,
                "epoch": epoch + 1,
                "steps": step,
                "arguments": {
                    k: str(v) for k, v in vars(args).items() if k not in ("treebank", "out")
                },
                "treebank": treebank.fingerprint(args.treebank),
                "state": average.module.state_dict(),
            }
            torch.save(record, args.out.with_suffix(".new"))
            args.out.with_suffix(".new").rename(args.out)
        if spent(step) >= 1:
            break


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("treebank", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--batch", type=int, default=800, help="words")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--decay", type=float, default=1e-3)
    parser.add_argument("--dropout", type=float, default=0.25)
    parser.add_argument("--forget", type=float, default=0.5)
    parser.add_argument("--average", type=float, default=0.998)
    parser.add_argument("--minutes", type=float, default=0, help="end by then; 0: all epochs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sizes", default="{}", help="JSON of network.Sizes that differ")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
