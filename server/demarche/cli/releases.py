"""`releases`, `release create`, `show` and `diff`, `prune`: what is kept, and how to cite it."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Annotated, Literal

import typer

from demarche.cli.common import JsonOption, home_of
from demarche.cli.console import columns, count, echo
from demarche.names import graph_name
from demarche_store import manifest
from demarche_store.differences import HOWS, KINDS, Differences, compare, document, table
from demarche_store.home import Home
from demarche_store.protocol import CommitInfo, ReleaseInfo


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("releases")(releases)
    group = typer.Typer(name="release", no_args_is_help=True, help="Make and show releases.")
    group.command("create")(create)
    group.command("show")(show)
    group.command("diff")(diff)
    app.add_typer(group)
    app.command("prune")(prune)


def releases(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the commits and the releases that name them, the oldest first.

    For example:

        demarche releases

        demarche releases --json
    """
    home = home_of(context)
    commits, named = home.commits(), home.releases()
    current = home.current()
    if as_json:
        echo(_json(commits, named, current))
        return
    for line in listing(commits, named, current):
        echo(line)


def listing(
    commits: Sequence[CommitInfo], named: Sequence[ReleaseInfo], current: CommitInfo | None
) -> Iterator[str]:
    """Yield a line for each commit and one for each release; the whole digest stands last."""
    if not commits:
        yield "no commits yet"
        return
    rows = [["name", "commit", "date", "sha-256 (RDFC-1.0)"]]
    for commit in commits:
        names = [info for info in named if info.commit == commit.id]
        mark = "(current)" if current and commit.id == current.id else "-"
        if not names or mark == "(current)":
            rows.append([mark, commit.id, commit.created.date().isoformat(), commit.rdfc10 or "-"])
        rows += [[n.name, n.commit, n.created.date().isoformat(), n.rdfc10] for n in names]
    yield from columns(rows)


def _json(
    commits: Sequence[CommitInfo], named: Sequence[ReleaseInfo], current: CommitInfo | None
) -> str:
    content = {
        "current": current.id if current else None,
        "commits": [json.loads(manifest.dump_commit(commit)) for commit in commits],
        "releases": [json.loads(manifest.dump_release(info)) for info in named],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, for ever.")],
    commit: Annotated[
        str | None,
        typer.Option("--commit", metavar="ID", help="Which commit; the current one if not given."),
    ] = None,
    description: Annotated[
        str, typer.Option("--description", metavar="TEXT", help="What it is.")
    ] = "",
) -> None:
    """Name a commit, so that it can be cited and is never pruned.

    For example:

        demarche release create 2024-1 --description "First public release"

        demarche release create 2024-0 --commit 000003
    """
    info = home_of(context).create_release(name, commit, description)
    echo(f"release {info.name} is commit {info.commit}")


def show(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="A release or a commit; the current if not given."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a release's or a commit's graphs and digests, and how to cite it.

    For example:

        demarche release show 2024-1

        demarche release show 000003 --json
    """
    home = home_of(context)
    info = home.resolve(name)
    if as_json:
        echo(manifest.dump_commit(info).decode().rstrip())
        return
    for line in description_of(info, _release(home, info)):
        echo(line)


def _release(home: Home, info: CommitInfo) -> ReleaseInfo | None:
    return next((one for one in home.releases() if one.name == info.release), None)


def description_of(info: CommitInfo, release: ReleaseInfo | None) -> Iterator[str]:
    """Yield a commit's manifest, and how to cite it."""
    rows = [["release", release.name], ["about", release.description or "-"]] if release else []
    rows += [
        ["commit", info.id],
        ["created", info.created.isoformat()],
        ["parent", info.parent or "-"],
        ["made by", info.message],
        ["sha-256", digest_of(info, release) or "-"],
        ["default graph", count(info.default_graph_triples, "triple")],
    ]
    yield from columns(rows)
    yield ""
    header = ["graph", "triples", "owner", "in default graph", "sha-256 (RDFC-1.0)"]
    yield from columns([header, *_graphs(info)])
    yield ""
    yield "cite as"
    yield f"  {citation(info, release)}"


def _graphs(info: CommitInfo) -> Iterator[list[str]]:
    for graph in info.graphs:
        within = "yes" if graph.iri in info.default_graphs else "no"
        digest = graph.rdfc10 or "-"
        yield [graph_name(graph.iri), f"{graph.triples:,}", graph.owner, within, digest]


def digest_of(info: CommitInfo, release: ReleaseInfo | None) -> str:
    """Return the digest of the content; "" for a plain dataset that is no release."""
    return release.rdfc10 if release else info.rdfc10


def citation(info: CommitInfo, release: ReleaseInfo | None) -> str:
    """Return a line that says exactly which graph an answer came from."""
    what = f"release {release.name} (commit {info.id})" if release else f"commit {info.id}"
    day = (release.created if release else info.created).date().isoformat()
    advice = "" if release else " Commits are pruned in time: name it by `demarche release create`."
    digest = digest_of(info, release)
    sha256 = f" sha-256 {digest}." if digest else ""
    if info.plain:
        return f"A dataset served by Demarche, {what}, {day}.{sha256}{advice}"
    return (
        f"The Demarche project. Demarche: a knowledge graph of who claimed what, {what}, {day}."
        f"{sha256}{advice}"
    )


def diff(
    context: typer.Context,
    before: Annotated[
        str, typer.Argument(metavar="A", help="A release or a commit: the earlier one.")
    ],
    after: Annotated[
        str | None,
        typer.Argument(metavar="[B]", help="The later one; the current commit if not given."),
    ] = None,
    named: Annotated[
        Literal["text", "json", "csv"],
        typer.Option("--format", help="text, json, or csv with a line for each thing."),
    ] = "text",
    things: Annotated[
        bool, typer.Option("--list", help="List in the text each thing that differs.")
    ] = False,
) -> None:
    """Show what differs between two releases or commits.

    Claims, actors, events, documents, positions and issues that were added, removed, revised or
    changed, and the triples of each graph.

    For example:

        demarche release diff 2024-1

        demarche release diff 2024-1 2024-2 --list

        demarche release diff 2024-1 2024-2 --format csv > changes.csv
    """
    home = home_of(context)
    with home.open(before) as old, home.open(after) as new:
        found = compare(old, new)
    if named == "json":
        echo(json.dumps(document(found), ensure_ascii=False, indent=2))
    elif named == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows(table(found.changes))
    else:
        for line in differences_of(found, things=things):
            echo(line)


def differences_of(found: Differences, *, things: bool) -> Iterator[str]:
    """Yield what differs, as text. things: each thing, too."""
    sides = [(found.before, "from"), (found.after, "to")]
    yield from columns([[word, _called(info), info.created.isoformat()] for info, word in sides])
    yield ""
    if not found.graphs and not found.changes:
        yield "nothing differs"
        return
    counted = found.counts()
    kinds = [kind for kind in KINDS if any(counted.get((kind, how)) for how in HOWS)]
    rows = [[kind, *(f"{counted.get((kind, how), 0):,}" for how in HOWS)] for kind in kinds]
    yield from columns([["things", *HOWS], *rows])
    yield ""
    graphs = [
        [graph_name(one.iri) if one.iri else "default", f"{one.added:,}", f"{one.removed:,}"]
        for one in found.graphs
    ]
    total = ["all", f"{found.added:,}", f"{found.removed:,}"]
    yield from columns([["triples of graph", "added", "removed"], *graphs, total])
    if things:
        yield ""
        yield from columns([[one.how, one.kind, one.label or one.iri] for one in found.changes])


def _called(info: CommitInfo) -> str:
    return f"release {info.release} ({info.id})" if info.release else f"commit {info.id}"


def prune(
    context: typer.Context,
    keep_days: Annotated[
        int,
        typer.Option("--keep-days", min=0, metavar="N", help="Keep commits of the last N days."),
    ],
) -> None:
    """Remove old commits; never the current one, a released one, or one that is being read.

    For example:

        demarche prune --keep-days 30
    """
    removed = home_of(context).prune(timedelta(days=keep_days))
    echo(f"pruned {count(len(removed), 'commit')}" + (": " if removed else "") + ", ".join(removed))
