"""Read a treebank: CoNLL-U, with each word's place in the text of its sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PARTS = ("train", "dev", "test")


@dataclass(slots=True)
class Word:
    """A syntactic word. start, end: code points of the sentence's text. head: -1 for the root."""

    form: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: int
    deprel: str
    start: int = 0
    end: int = 0


@dataclass(slots=True)
class Sentence:
    """A sentence of the treebank. is_exact: its words are what its text is made of."""

    text: str
    words: list[Word] = field(default_factory=list)
    is_exact: bool = True


def sentences(path: Path) -> Iterator[Sentence]:
    """Yield the sentences of a file."""
    comments: dict[str, str] = {}
    rows: list[list[str]] = []
    for line in [*path.read_text(encoding="utf-8").split("\n"), ""]:
        if line.startswith("#"):
            name, _, value = line[1:].partition(" = ")
            comments[name.strip()] = value
        elif line:
            rows.append(line.split("\t"))
        elif rows:
            yield _sentence(comments["text"], rows)
            comments, rows = {}, []


def _sentence(text: str, rows: list[list[str]]) -> Sentence:
    made = Sentence(text)
    for row in rows:
        if row[0].isdigit():
            feats = "" if row[5] == "_" else row[5]
            head = int(row[6]) - 1
            made.words.append(Word(row[1], row[2], row[3], row[4], feats, head, row[7]))
    at = 0
    for word in made.words:
        while at < len(text) and text[at].isspace():
            at += 1
        if not text.startswith(word.form, at):
            made.is_exact = False
            break
        word.start, word.end = at, at + len(word.form)
        at = word.end
    return made


def part(folder: Path, name: str, treebanks: tuple[str, ...] = ("ewt", "gum")) -> list[Sentence]:
    """Return the sentences of a part (`train`, `dev`, `test`) of the treebanks."""
    return [one for bank in treebanks for one in sentences(folder / f"{bank}-{name}.conllu")]


def fingerprint(folder: Path) -> str:
    """Return the SHA-256 of all files that training reads or tests, in order of their names."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.conllu")):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
