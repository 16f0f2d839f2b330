"""`demarche review`: judge candidates, at the terminal or by their names."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from demarche.cli.common import JsonOption, WorkersOption, home_of, processors
from demarche.cli.console import columns, count, echo, note, steps
from demarche.names import graph_name, printable
from demarche_ontology.errors import InputError, Problem
from demarche_store.home import Home

if TYPE_CHECKING:
    from demarche_ingest.candidates.records import DocumentCandidates
    from demarche_ingest.review.desk import Desk
    from demarche_ingest.review.model import Coder
    from demarche_ingest.review.publishing import Report
    from demarche_ingest.review.queue import Choice, Item
    from demarche_ingest.texts import Text

CODER: Final = "DEMARCHE_CODER"
"""The environment variable that names the coder."""
_SHOWN: Final = 100

_Claims = list[str] | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("review")(review)


def review(  # noqa: PLR0913, PLR0917 - one parameter for each option
    context: typer.Context,
    document: Annotated[
        str,
        typer.Option(
            "--document", metavar="NAME", help="Only of this: beginning of a hash, or an article."
        ),
    ] = "",
    type_: Annotated[
        str,
        typer.Option(
            "--type", metavar="TYPE", help="Only claims: event, relation, attribute or stance."
        ),
    ] = "",
    actor: Annotated[
        str, typer.Option("--actor", metavar="ID", help="Only claims that name this.")
    ] = "",
    least: Annotated[
        float,
        typer.Option(
            "--min-confidence", metavar="X", min=0, max=1, help="Only candidates at least so sure."
        ),
    ] = 0.0,
    most: Annotated[
        float,
        typer.Option(
            "--max-confidence", metavar="X", min=0, max=1, help="Only candidates at most so sure."
        ),
    ] = 1.0,
    by_confidence: Annotated[
        bool,
        typer.Option(
            "--by-confidence", help="The surest first, not by date and order of the text."
        ),
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Also claims that were decided already.")
    ] = False,
    second: Annotated[
        bool,
        typer.Option(
            "--second",
            help="A coding of your own: whatever you have not decided, and nobody else's decisions "
            "are shown.",
        ),
    ] = False,
    coder: Annotated[
        str,
        typer.Option(
            "--coder",
            envvar=CODER,
            metavar="NAME",
            help="Who decides. It stands in the graph; a pseudonym will do.",
        ),
    ] = "",
    software: Annotated[
        bool,
        typer.Option("--software", help="The coder is a program that decides by a rule."),
    ] = False,
    accept: Annotated[
        _Claims, typer.Option("--accept", metavar="CLAIM", help="Accept a claim.")
    ] = None,
    edit: Annotated[
        _Claims,
        typer.Option(
            "--edit", metavar="CLAIM=FILE", help="Accept what a file of YAML makes of a claim."
        ),
    ] = None,
    reject: Annotated[
        _Claims, typer.Option("--reject", metavar="CLAIM", help="Reject a claim.")
    ] = None,
    undo: Annotated[
        _Claims,
        typer.Option("--undo", metavar="CLAIM", help="Take back your last decision on a claim."),
    ] = None,
    accept_all: Annotated[
        bool,
        typer.Option("--accept-all", help="Accept all that is chosen, without looking at each."),
    ] = False,
    why: Annotated[
        str, typer.Option("--note", metavar="TEXT", help="Why; it is kept with the decisions.")
    ] = "",
    show: Annotated[
        str, typer.Option("--show", metavar="CLAIM", help="Write a claim as YAML, to be edited.")
    ] = "",
    listed: Annotated[bool, typer.Option("--list", help="List what is chosen.")] = False,
    as_json: JsonOption = False,
    commit_every: Annotated[
        int,
        typer.Option(
            "--commit-every",
            metavar="N",
            min=0,
            help="Bring decisions into the graph after so many; at the end, if 0.",
        ),
    ] = 0,
    workers: WorkersOption = processors(),  # noqa: B008
) -> None:
    """Judge candidates: accept, edit, reject; what is accepted goes into the graph.

    At a terminal each claim is shown with its passage lit in its context, and judged by one key.
    With --accept, --edit, --reject, --undo or --accept-all it works without one. --accept, --edit,
    --reject and --undo may be given several times; a claim is named by its IRI, or the beginning
    of its local name. Decisions are written down at once and never rewritten; the graph follows
    when they end.

    For example:

        demarche review --coder "A. Reader"

        demarche review --list --type stance --json

        demarche review --accept claim-0123456789abcdef --reject claim-123456789abcdef0

        demarche review --accept-all --min-confidence 0.9 --document 5f2b1c0d9e8a
    """
    from demarche_ingest.review.coders import NOBODY
    from demarche_ingest.review.queue import Choice

    home = home_of(context)
    home.require(plain=False)
    _check_type(type_)
    chosen = Choice(document, type_, actor, least, most, "", everything, by_confidence)
    looks = listed or bool(show)
    who = NOBODY if looks and not second else _coder(home, coder, software)
    if second:
        chosen = replace(chosen, coder=who.id)
    desk = _desk(home, who)
    if show:
        echo(_yaml(desk, show))
        return
    if listed:
        _list(desk, chosen, as_json, others=not second)
        return
    asked = Asked(accept or [], edit or [], reject or [], undo or [], why or None)
    if asked.anything:
        decided = _do(desk, asked)
    elif accept_all:
        decided = _accept_all(desk, chosen, why)
    else:
        publish = _publisher(home, workers, commit_every)
        decided = _sit(desk, chosen, publish, others=not second)
    report = _publish(home, workers)
    for line in lines(report, decided, as_json):
        echo(line)


@dataclass(frozen=True, slots=True)
class Asked:
    """Decisions that a command line names. edit: CLAIM=FILE."""

    accept: Sequence[str]
    edit: Sequence[str]
    reject: Sequence[str]
    undo: Sequence[str]
    note: str | None

    @property
    def anything(self) -> bool:
        """Whether there is any decision."""
        return bool(self.accept or self.edit or self.reject or self.undo)


# --- Who, and on what ----------------------------------------------------------------------------


def _desk(home: Home, coder: Coder) -> Desk:
    from demarche_ingest.review.desk import Desk

    return Desk(home, coder, lambda: _documents(home))


def _documents(home: Home) -> Iterator[DocumentCandidates]:
    from demarche_ingest.candidates.keeping import Keeping

    keeping = Keeping.of(home)
    for name in keeping.documents():
        if (document := keeping.document(name)) is not None:
            yield document


def _coder(home: Home, name: str, software: bool) -> Coder:
    """Return who decides: as named, else the only one so far, else whoever says so now."""
    from demarche_ingest.review.coders import coder_named, only_coder

    if not name and (known := only_coder(home)) is not None:
        return known
    if not name and sys.stdin.isatty():
        note("Decisions say who made them, in the graph too; a pseudonym will do.")
        name = typer.prompt("Who decides", err=True)
    return coder_named(home, name, "software" if software else "person")


def _check_type(name: str) -> None:
    from demarche_ingest.seeds.claims import CONTENT_TYPES

    if name and name not in CONTENT_TYPES:
        message = f"--type {name} is no type of claims"
        remedy = f"name one of {', '.join(CONTENT_TYPES)}"
        raise InputError("An option cannot be taken.", [Problem("", 0, "", message, remedy)])


def _text_of(home: Home) -> Callable[[Item], Text | None]:
    """Return what finds the text of a claim's document in the archive."""
    from demarche_ingest.texts import Text
    from demarche_store.archive import Archive

    archive = Archive.of(home)

    @cache
    def found(digest: str, source: str) -> Text | None:
        content = archive.text(digest)
        return None if content is None else Text(content, source, digest)

    return lambda item: found(item.article.document.text_sha256, item.document)


# --- Without a terminal --------------------------------------------------------------------------


def _do(desk: Desk, asked: Asked) -> int:
    """Take the decisions that are named; all claims are looked up before any is taken."""
    edits = [_named_file(told) for told in asked.edit]
    accepted, rejected = desk.find(asked.accept), desk.find(asked.reject)
    edited = desk.find([name for name, _ in edits])
    for item in accepted:
        desk.accept(item, asked.note)
    for item, (_, path) in zip(edited, edits, strict=True):
        _edit(desk, item, path, asked.note)
    for item in rejected:
        desk.reject(item, asked.note)
    for name in asked.undo:
        desk.undo(name, asked.note)
    return len(accepted) + len(edited) + len(rejected) + len(asked.undo)


def _named_file(told: str) -> tuple[str, Path]:
    name, equals, path = told.partition("=")
    if not equals or not path:
        message = f"--edit {told} does not say which file makes what of which claim"
        remedy = "write CLAIM=FILE; `demarche review --show CLAIM` writes such a file"
        raise InputError("An option cannot be taken.", [Problem("", 0, "", message, remedy)])
    return name, Path(path)


def _edit(desk: Desk, item: Item, path: Path, why: str | None) -> None:
    from demarche_ingest.review.editing import from_yaml
    from demarche_ingest.texts import Text

    text = _text_of(desk.home)(item)
    told = Text.read(path).content
    record, things = from_yaml(told, item.claim, item.document, text, str(path))
    desk.edit(item, record, things, why)


def _accept_all(desk: Desk, chosen: Choice, why: str) -> int:
    items = desk.items(chosen)
    note(
        f"warning: {count(len(items), 'claim')} accepted without anybody having looked at each; "
        "their assessments say so"
    )
    told = f"one of {len(items)} accepted without looking at each"
    if chosen.least:
        told += f", as at least {chosen.least:g} sure"
    made, problems = desk.accept_all(items, f"{why}; {told}"[:300] if why else told)
    for problem in problems:
        note(printable(f"left out: {problem}"))
    return len(made)


# --- Showing -------------------------------------------------------------------------------------


def _yaml(desk: Desk, name: str) -> str:
    from demarche_ingest.review.editing import to_yaml

    (item,) = desk.find([name])
    return to_yaml(item.claim, item.things).rstrip()


def _list(desk: Desk, chosen: Choice, as_json: bool, *, others: bool) -> None:
    from demarche.cli.judging import head, members, words_of

    items, text_of = desk.items(chosen), _text_of(desk.home)
    for item in items:
        if as_json:
            echo(json.dumps(members(item, text_of(item), others), ensure_ascii=False))
            continue
        words = " ".join(words_of(item, text_of(item)).split())
        status = f"{item.standing.status}  " if others else ""
        echo(printable(f"{item.iri}  {status}{head(item)}"))
        echo(printable(f"  {item.claim.statement}"))
        if words:
            echo(printable(f"  “{words[:_SHOWN]}{'…' if len(words) > _SHOWN else ''}”"))
    if not as_json:
        note(count(len(items), "claim"))


def lines(report: Report, decided: int, as_json: bool) -> Iterator[str]:
    """Yield what is said of decisions, and of the commit that they made."""
    commit = report.commit.id if report.commit else None
    if as_json:
        told = {
            "decisions": decided,
            "commit": commit,
            "documents": report.documents,
            "claims": report.claims,
            "changed": list(report.changed),
        }
        yield json.dumps(told, ensure_ascii=False)
        return
    rows = [
        ["decisions", f"{decided:,}"],
        [
            "in the graph",
            f"{count(report.claims, 'claim')} of {count(report.documents, 'document')}",
        ],
        ["commit", commit or "none yet"],
    ]
    if report.changed:
        changed = ", ".join(map(graph_name, report.changed))
        rows.append(["changed", f"{len(report.changed)} graphs: {changed}"])
    yield from columns(rows)


# --- At the terminal -----------------------------------------------------------------------------


def _sit(desk: Desk, chosen: Choice, publish: Callable[[int], None], *, others: bool) -> int:
    from demarche.cli.session import Sitting, Ways
    from demarche.cli.tty import Tty

    items = desk.items(chosen)
    if not items:
        note("There is nothing to review of what was chosen.")
        return 0
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        message = f"{count(len(items), 'claim')} to review, and this is no terminal"
        remedy = "use --list, --accept, --edit, --reject or --accept-all"
        raise InputError("Nothing was decided.", [Problem("", 0, "", message, remedy)])
    if desk.coder.kind == "software":
        message = f"{desk.coder.name} is a program, and a person sits at the terminal"
        remedy = "name yourself with --coder"
        raise InputError("Nothing was decided.", [Problem("", 0, "", message, remedy)])
    sitting = Sitting(desk, Tty(), _text_of(desk.home), Ways(publish, others))
    try:
        return sitting.run(items)
    except KeyboardInterrupt:
        note(
            "\nWhat you decided is written down; the next `demarche review` brings it into the "
            "graph."
        )
        raise


def _publisher(home: Home, workers: int, every: int) -> Callable[[int], None]:
    def after(decided: int) -> None:
        if every and decided % every == 0:
            _publish(home, workers)

    return after


def _publish(home: Home, workers: int) -> Report:
    from demarche_ingest.review.publishing import publish

    with steps() as progress:
        return publish(home, progress, workers)
