"""Write what the package ships: `python package.py TREEBANK TRAINED`.

Weights in half precision with the vocabulary, and the card: data, hash, sizes and scores on the
test parts, which are read here for the first time.
"""

from __future__ import annotations

import argparse
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch

from demarche_ingest import parsing
from demarche_ingest.parsing.english import EnglishParser
from demarche_ingest.texts import sha256
from scoring import scores

PAGE = Path(__file__).parents[2] / "docs" / "parser.md"
WEIGHTS = Path(parsing.__file__).parent / "weights"
KEPT = ("words", "letters", "suffixes", "shapes", "analyses", "upos", "xpos", "edits", "relations")


def weights(trained: dict[str, Any]) -> bytes:
    """Return the file that is shipped."""
    state = trained["state"]
    vocabulary = trained["vocabulary"]
    known = json.dumps({name: vocabulary[name] for name in KEPT}, ensure_ascii=False)
    arrays = {
        name: tensor.numpy().astype(np.float16)
        for name, tensor in sorted(state.items())
        if name != "upos_of"
    }
    file = BytesIO()
    np.savez_compressed(
        file, allow_pickle=False, vocabulary=np.frombuffer(known.encode(), np.uint8), **arrays
    )
    return file.getvalue()


def table(card: dict[str, Any]) -> str:
    """Return the scores of a card, and what made them, as Markdown."""
    found = card["test"]
    names = list(next(iter(found.values())))
    rows = [
        f"| {name} | {' | '.join(f'{value:.2f}' for value in one.values())} |"
        for name, one in found.items()
    ]
    arguments = ", ".join(f"{name} {value}" for name, value in card["arguments"].items())
    return "\n".join(
        [
            f"| part | {' | '.join(names)} |",
            f"| --- |{' --- |' * len(names)}",
            *rows,
            "",
            f"{card['parameters']:,} numbers in {card['bytes'] / 1e6:.1f} MB;"
            f" {card['steps']:,} steps, in epoch {card['epoch']} ({arguments}).",
            f"SHA-256 of the weights `{card['weights']}`, of the treebank `{card['treebank']}`",
            "(`treebank.fingerprint`).",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("treebank", type=Path)
    parser.add_argument("trained", type=Path)
    parser.add_argument("--part", default="test", choices=("dev", "test"))
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    trained = torch.load(args.trained, weights_only=True)
    data = weights(trained)
    args.out.mkdir(exist_ok=True)
    (args.out / "english.npz").write_bytes(data)
    found = scores(EnglishParser(data), args.treebank, args.part)
    state = trained["state"]
    card = {
        "weights": sha256(data),
        "bytes": len(data),
        "parameters": sum(t.numel() for name, t in state.items() if name != "upos_of"),
        "treebank": trained["treebank"],
        "arguments": trained["arguments"],
        "sizes": trained["sizes"],
        "epoch": trained["epoch"],
        "steps": trained["steps"],
        args.part: found,
    }
    (args.out / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))
    if args.part == "test":
        page = PAGE.read_text(encoding="utf-8")
        before, start, rest = page.partition("<!-- scores, written by `make parser` -->\n")
        _, end, after = rest.partition("<!-- end of scores -->")
        PAGE.write_text(f"{before}{start}{table(card)}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
