"""`demarche claim`: everything about one claim, down to the passage."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from demarche.asking import find_claim
from demarche.bearings import Relation
from demarche.cli.common import ReleaseOption, TextsOption, existing_folder, home_of, view_of
from demarche.cli.console import columns, count, echo
from demarche.cli.output import opened
from demarche.dossier import Dossier, claim_triples, dossier
from demarche.export import write_triples
from demarche.names import printable
from demarche.nodes import Value
from demarche_ontology.terms import ID
from demarche_store.formats import graph_format
from demarche_store.home import Home
from demarche_store.vault import Vault

if TYPE_CHECKING:
    from demarche.passages import Shown

Format = Literal["text", "turtle", "json"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("claim")(claim)


def claim(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="Its IRI, its local name (claim-…) or the beginning of one, or ARTICLE/CLAIM.",
        ),
    ],
    texts: TextsOption = None,
    chosen: Annotated[Format, typer.Option("--format", help="How to write it.")] = "text",
    release: ReleaseOption = None,
) -> None:
    """Show one claim: what it says, who says so and how, where it stands, what rests on it.

    With --texts, or with a text in the vault (`demarche texts add`), its passage is shown as it
    stands in your own copy, checked by hash.

    For example:

        demarche claim asbarez-2014-05-30/c001

        demarche claim claim-8bfc51 --texts ~/texts

        demarche claim claim-8bfc51 --format turtle --release 2024-1
    """
    with view_of(context, release) as view:
        iri = find_claim(view, name)
        if chosen == "turtle":
            with opened(None) as output:
                write_triples(claim_triples(view, iri), graph_format("turtle"), output)
            return
        found = dossier(view, iri)
    passages = _kept(found, home_of(context)) if texts is None else _passages(found, texts)
    shown = [as_text(found, passages)] if chosen == "json" else lines(found, passages)
    for line in shown:
        echo(line)


def _passages(found: Dossier, texts: Path) -> list[Shown]:
    from demarche.passages import show
    from demarche_ingest.verify import read_copies

    folder = existing_folder(texts, "the folder of your copies with --texts")
    copies, _ = read_copies(folder)
    return list(show(found, copies))


def _kept(found: Dossier, home: Home) -> list[Shown] | None:
    """Return the passages as they stand in the vault's copy, None without one."""
    from demarche.passages import show
    from demarche_ingest.texts import Text

    vault = Vault.of(home)
    copy = vault.find(found.document.source_sha256) if found.document else None
    content = vault.text(copy) if copy else None
    if copy is None or content is None:
        return None
    return list(show(found, [Text.decode(content.encode("utf-8"), copy.file)]))


def as_text(found: Dossier, passages: Sequence[Shown] | None) -> str:
    """Return a claim as JSON, passages of a copy under "copy"."""
    content = asdict(found)
    if passages is not None:
        content["copy"] = [asdict(passage) for passage in passages]
    return json.dumps(content, ensure_ascii=False, indent=2)


def lines(found: Dossier, passages: Sequence[Shown] | None) -> Iterator[str]:
    """Yield what people read of a claim."""
    local = f"  ({found.local_id})" if found.local_id else ""
    yield printable(f"{found.local_name}{local}")
    if found.replaced_by:
        successors = ", ".join(iri.removeprefix(ID) for iri in found.replaced_by)
        yield f"superseded by {successors}"
    if found.statement:
        yield printable(found.statement)
    yield ""
    yield from columns(list(_rows(found)))
    yield from _section("in your copy", _copy(passages or ()))
    yield from _section("related claims", map(_relation, found.relations))
    yield from _section("derived from it", _derived(found))
    yield from _section("also rests on it", (printable(_named(node)) for node in found.rests))
    yield ""
    yield f"from commit {found.commit}" + (f", release {found.release}" if found.release else "")


def _section(title: str, content: Iterator[str]) -> Iterator[str]:
    body = list(content)
    if body:
        yield ""
        yield title
        yield from (f"  {line}" for line in body)


def _rows(found: Dossier) -> Iterator[list[str]]:
    if found.kind:
        yield ["type", f"{found.kind} claim"]
    yield from ([name, _named(value)] for name, value in found.content)
    if found.chain:
        yield ["who says so", " > ".join(map(_named, found.chain))]
    yield from ([name, value.text] for name, value in found.manner)
    if found.time:
        note = f": {found.time.note}" if found.time.note else ""
        yield ["time", f"{found.time.edtf} ({found.time.basis}){note}"]
    if found.note:
        yield ["note", found.note]
    yield from _where(found)
    yield from (["revises", iri.removeprefix(ID)] for iri in found.revises)


def _where(found: Dossier) -> Iterator[list[str]]:
    if source := found.document:
        said = ", ".join(part for part in (source.title, source.publisher, source.date) if part)
        yield ["document", f"{said} ({_short(source.iri)})"]
    if found.document and found.document.url:
        yield ["address", found.document.url]
    yield from (["part", _short(part.iri)] for part in found.parts)
    for passage in found.passages:
        yield ["passage", f"code points {passage.start}-{passage.end}, sha-256 {passage.sha256}"]


def _named(value: Value) -> str:
    short = _short(value.iri)
    return f"{value.text} ({short})" if short.startswith("id:") else value.text


def _short(iri: str) -> str:
    return f"id:{iri.removeprefix(ID)}" if iri.startswith(ID) else iri


def _copy(passages: Sequence[Shown]) -> Iterator[str]:
    for shown in passages:
        where = f" at {shown.start}-{shown.end} of {Path(shown.file).name}" if shown.file else ""
        yield f"{shown.status}{where}"
        if shown.passage:
            yield f"  {printable(shown.before)}{_marked(shown.passage)}{printable(shown.after)}"


def _marked(passage: str) -> str:
    """Return a passage set off from its context: in bold on a terminal, else in brackets."""
    if sys.stdout.isatty():
        return typer.style(printable(passage), bold=True, reverse=True)
    return f"[[{printable(passage)}]]"


def _relation(relation: Relation) -> str:
    local = relation.local_id or relation.iri.removeprefix(ID)
    policies = f" ({', '.join(relation.policies)})" if relation.policies else ""
    note = f" [{relation.note}]" if relation.note else ""
    return printable(f"{relation.name} {local}: {relation.statement}{note}{policies}")


def _derived(found: Dossier) -> Iterator[str]:
    for one in found.derived:
        triple = f"{_named(one.subject)} {one.predicate} {_named(one.object)}"
        ground = f"{count(one.claims, 'claim')}, {count(one.origins, 'origin')}"
        contested = ", contested" if one.contested else ""
        yield printable(f"{one.policy}: {triple} ({ground}{contested})")
