"""`demarche verify`: the claims of a seeds folder against a user's own copies of the texts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from demarche.cli.common import SEEDS, JsonOption, SeedsArgument, existing_folder
from demarche.cli.console import columns, echo
from demarche.cli.exits import Code
from demarche.names import printable

if TYPE_CHECKING:
    from demarche_ingest.verify import DocumentReport


@dataclass(frozen=True, slots=True)
class Summary:
    """claims: how many there are; verified: of how many every passage was found."""

    claims: int
    verified: int
    problems: int

    @property
    def failed(self) -> bool:
        """Something is wrong, or nothing could be verified at all."""
        return self.problems > 0 or (self.claims > 0 and self.verified == 0)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify")(verify)


def verify(
    texts: Annotated[
        Path,
        typer.Option("--texts", metavar="DIR", help="A folder with your own copies of the texts."),
    ],
    seeds: SeedsArgument = SEEDS,
    as_json: JsonOption = False,
) -> None:
    """Check that every claim's passages stand in your own copies of the texts.

    A copy is known by its hash; in one that differs (other line breaks), passages are looked for.
    Statements that copy the words of their text are reported too. Ends with 1 when a passage is
    not what was recorded, a statement is copied, or no claim at all could be verified.

    For example:

        demarche verify --texts ~/texts

        demarche verify --texts ~/texts my-seeds --json
    """
    from demarche_ingest.seeds.library import read_seeds
    from demarche_ingest.verify import read_copies, verify

    folder = existing_folder(texts, "the folder of your copies with --texts")
    copies, unread = read_copies(folder)
    reports = list(verify(read_seeds(seeds), copies))
    summary = summarise(reports)
    shown = [as_text(reports, unread, summary)] if as_json else lines(reports, unread, summary)
    for line in shown:
        echo(line)
    if summary.failed:
        raise typer.Exit(Code.PROBLEMS)


def summarise(reports: Sequence[DocumentReport]) -> Summary:
    """Count claims: one is verified when all its passages stand in the copy."""
    passages: dict[tuple[str, str], bool] = {}
    for report in reports:
        for verdict in report.verdicts:
            if verdict.status != "copied":
                key, found = (verdict.article, verdict.claim), verdict.status in _FOUND
                passages[key] = passages.get(key, True) and found
    problems = sum(len(report.problems) for report in reports)
    return Summary(len(passages), sum(passages.values()), problems)


_FOUND = frozenset({"verified", "relocated"})
_COUNTED = ("verified", "relocated", "mismatch", "copied", "no copy")


def as_text(reports: Sequence[DocumentReport], unread: Sequence[str], summary: Summary) -> str:
    """Return the whole outcome as JSON."""
    content: dict[str, Any] = {
        **asdict(summary),
        "unread": list(unread),
        "documents": [asdict(report) for report in reports],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def lines(
    reports: Sequence[DocumentReport], unread: Sequence[str], summary: Summary
) -> Iterator[str]:
    """Yield a table of documents (passages by how they were found), problems, and the sum."""
    header = ["document", "copy", *_COUNTED, "articles"]
    yield from columns([header, *(_row(report) for report in reports)])
    for report in reports:
        for verdict in report.problems:
            where = f"{verdict.article}/{verdict.claim}"
            yield printable(f"{where}: {verdict.status}: {verdict.message}")
    for message in unread:
        yield printable(f"not read: {message}")
    yield f"{summary.verified} of {summary.claims} claims verified"


def _row(report: DocumentReport) -> list[str]:
    kinds: Counter[str] = Counter(verdict.status for verdict in report.verdicts)
    name = Path(report.copy).name if report.copy else "none"
    copy = name if report.exact or not report.copy else f"{name} (differs)"
    numbers = (str(kinds[status]) for status in _COUNTED)
    return [report.sha12, copy, *numbers, ", ".join(report.articles)]
