"""Checking stand-off claims against a user's own copies of the texts.

A copy is recognised by its sha-256. In one that differs (other line breaks, a newer download)
each passage is looked for by its folded hash. Nothing of a text is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from demarche_ingest.annotate.locate import FoldedText, relocate
from demarche_ingest.seeds.claims import ClaimRecord, EvidenceRecord
from demarche_ingest.seeds.library import Article, Seeds
from demarche_ingest.texts import Span, Text, fold, sha256
from demarche_ontology.errors import InputError

Status = Literal["verified", "relocated", "mismatch", "copied", "no copy"]

COPIED_WORDS = 8
"""A statement that shares this many consecutive words with its text is no wording of ours."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one passage: where it stands in the copy, and what is wrong if anything."""

    article: str
    claim: str
    status: Status
    message: str = ""


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """One document: which copy was used ("" for none), and a verdict per passage."""

    sha12: str
    articles: tuple[str, ...]
    copy: str
    exact: bool
    verdicts: tuple[Verdict, ...]

    @property
    def problems(self) -> tuple[Verdict, ...]:
        """Verdicts that say something is wrong."""
        return tuple(v for v in self.verdicts if v.status in {"mismatch", "copied"})


def read_copies(folder: Path) -> tuple[list[Text], list[str]]:
    """Read every file of a folder as a text; returns the texts, and what could not be read."""
    texts: list[Text] = []
    unread: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            texts.append(Text.read(path))
        except InputError as error:
            unread.extend(str(problem) for problem in error.problems)
        except OSError as error:
            unread.append(f"{path}: {error.strerror}")
    return texts, unread


def verify(seeds: Seeds, copies: Iterable[Text]) -> Iterator[DocumentReport]:
    """Yield a report on each document of the seeds, in the order of their hashes."""
    texts = list(copies)
    exact = {text.source_sha256: text for text in texts}
    known = set(seeds.documents())
    strangers = [text for text in texts if text.source_sha256 not in known]
    for source, articles in seeds.documents().items():
        text = exact.get(source)
        if text is not None:
            yield _report(articles, text, exact=True)
        else:
            yield _nearest(articles, strangers)


def _report(articles: list[Article], text: Text, exact: bool) -> DocumentReport:
    folded = None if exact else FoldedText.of(text.content)
    words = _WORD.findall(text.content.lower())
    shingles = set(zip(*(words[i:] for i in range(COPIED_WORDS)), strict=False))
    verdicts = []
    for article in articles:
        for claim in article.claims:
            verdicts.append(_copied(article, claim, shingles))
            verdicts.extend(_passage(article, claim, span, text, folded) for span in claim.evidence)
    found = tuple(verdict for verdict in verdicts if verdict is not None)
    names = tuple(article.id for article in articles)
    return DocumentReport(articles[0].record.sha12, names, text.path, exact, found)


def _copied(article: Article, claim: ClaimRecord, shingles: set[tuple[str, ...]]) -> Verdict | None:
    words = _WORD.findall(claim.statement.lower())
    for run in zip(*(words[i:] for i in range(COPIED_WORDS)), strict=False):
        if run in shingles:
            message = (
                f"the statement has {COPIED_WORDS} words of the text in a row: {' '.join(run)}"
            )
            return Verdict(article.id, claim.id, "copied", message)
    return None


def _passage(
    article: Article,
    claim: ClaimRecord,
    span: EvidenceRecord,
    text: Text,
    folded: FoldedText | None,
) -> Verdict:
    if folded is not None:
        return _relocated(article, claim, span, folded)
    if span.end > len(text):
        message = f"{span.start}-{span.end} runs past the end ({len(text)} code points)"
        return Verdict(article.id, claim.id, "mismatch", message)
    passage = text[Span(span.start, span.end)]
    if sha256(passage) != span.sha256 or sha256(fold(passage)) != span.folded:
        message = f"the passage at {span.start}-{span.end} has another hash than recorded"
        return Verdict(article.id, claim.id, "mismatch", message)
    return Verdict(article.id, claim.id, "verified")


def _relocated(
    article: Article, claim: ClaimRecord, span: EvidenceRecord, folded: FoldedText
) -> Verdict:
    places = relocate(folded, span.folded, span.folded_length)
    if not places:
        message = f"the passage recorded at {span.start}-{span.end} is not in this copy"
        return Verdict(article.id, claim.id, "mismatch", message)
    where = ", ".join(f"{place.start}-{place.end}" for place in places)
    return Verdict(article.id, claim.id, "relocated", f"{span.start}-{span.end} -> {where}")


def _nearest(articles: list[Article], candidates: list[Text]) -> DocumentReport:
    """Report on the copy in which most passages are found; on none when no passage is."""
    best: DocumentReport | None = None
    for text in candidates:
        report = _report(articles, text, exact=False)
        if best is None or _found(report) > _found(best):
            best = report
    if best is not None and _found(best):
        return best
    names = tuple(article.id for article in articles)
    return DocumentReport(articles[0].record.sha12, names, "", False, tuple(_missing(articles)))


def _found(report: DocumentReport) -> int:
    return sum(verdict.status == "relocated" for verdict in report.verdicts)


def _missing(articles: list[Article]) -> Iterator[Verdict]:
    for article in articles:
        for claim in article.claims:
            yield Verdict(article.id, claim.id, "no copy")
