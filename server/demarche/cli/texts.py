"""`texts add`, `texts list`, `texts remove`: a user's own copies of the documents."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from demarche.cli.common import JsonOption, existing_folder, home_of, view_of
from demarche.cli.console import columns, count, echo, note
from demarche.cli.exits import Code
from demarche.names import printable
from demarche_ontology.errors import InputError, Problem, UnknownTextError
from demarche_store.vault import Copy, Vault

if TYPE_CHECKING:
    from demarche.texts import Coded, Found


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        name="texts", no_args_is_help=True, help="Keep your own copies of the documents."
    )
    group.command("add")(add)
    group.command("list")(list_)
    group.command("remove")(remove)
    app.add_typer(group)


def add(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="A folder with your own copies of the texts."),
    ] = None,
    from_archive: Annotated[
        bool,
        typer.Option("--archive", help="Take what `demarche ingest` read into this home."),
    ] = False,
) -> None:
    """Attach your own copies of the documents, so that passages can be shown.

    A file is known by its hash, whatever it is called. One that differs (other line breaks) is
    taken when most passages stand in it. Texts stay in this home: they are part of no commit, no
    export and no publication. Ends with 1 when no file is a copy of a document.

    For example:

        demarche texts add ~/texts

        demarche texts add --archive
    """
    from demarche.texts import add, archived, documents_of, files_below, recognise
    from demarche_store.archive import Archive

    if (folder is None) != from_archive:
        message = "name a folder with your copies, or give --archive; one of the two"
        raise InputError("Nothing was attached.", [Problem("", 0, "", message)])
    paths = files_below(existing_folder(folder, "the folder of your copies")) if folder else []
    home = home_of(context)
    vault = Vault.of(home)
    with view_of(context, None) as view:
        documents = documents_of(view)
    held = {copy.document: copy for copy in vault.all()}
    if folder is None:
        found = list(archived(Archive.of(home), documents, held))
    else:
        found = list(recognise(paths, documents, held))
    add(vault, found)
    for line in outcome(found, folder or Path()):
        echo(line)
    if folder is not None and not any(one.copy for one in found):
        raise typer.Exit(Code.PROBLEMS)
    note("Who may see them is the server's setting texts_for, or `demarche serve --texts-for`.")


def outcome(found: Sequence[Found], folder: Path) -> Iterator[str]:
    """Yield a line for each file, and how many documents have a text now."""
    rows = [["file", "document", "is"]]
    for one in sorted(found, key=lambda one: one.path):
        document = one.document.name if one.document and one.copy else "-"
        rows.append([str(one.path.relative_to(folder)), document, _judgement(one)])
    if found:
        yield from columns(rows)
    taken = {one.copy.document for one in found if one.copy}
    yield f"{count(len(taken), 'document')} of {count(len(found), 'file')} attached"


def _judgement(one: Found) -> str:
    if one.copy is None:
        return f"not taken: {one.reason}"
    return "the very text" if one.copy.is_exact else f"a near copy, {one.reason}"


def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the documents of the current commit, and which of them have a text here.

    For example:

        demarche texts list

        demarche texts list --json
    """
    from demarche.texts import documents_of

    vault = Vault.of(home_of(context))
    with view_of(context, None) as view:
        documents = documents_of(view)
    copies = {copy.document: copy for copy in vault.all()}
    rows = [_row(copies.pop(one.source_sha256, None), one) for one in documents]
    # A text stays when its document leaves the graph: it may come back.
    rows += [_row(copy, None) for copy in copies.values()]
    if as_json:
        echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for line in listing(rows):
        echo(line)


def _row(copy: Copy | None, document: Coded | None) -> dict[str, Any]:
    passages = {(one.start, one.end) for one in document.passages} if document else set()
    found = 0
    if copy is not None:
        found = len(passages if copy.places is None else passages & copy.places.keys())
    return {
        "document": document.source_sha256 if document else copy.document if copy else "",
        "title": document.title if document else "",
        "in_graph": document is not None,
        "text": None if copy is None else "exact" if copy.is_exact else "near copy",
        "file": copy.file if copy else None,
        "length": copy.length if copy else None,
        "passages": len(passages),
        "passages_found": found,
    }


def listing(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield a table of documents and their texts."""
    if not rows:
        yield "this commit has no documents, and this home no texts"
        return
    shown = [["document", "text", "passages", "file", "title"]]
    for row in rows:
        passages = f"{row['passages_found']} of {row['passages']}"
        title = row["title"] if row["in_graph"] else "(not in the current commit)"
        shown.append(
            [row["document"][:12], row["text"] or "-", passages, row["file"] or "-", title]
        )
    yield from columns(shown)


def remove(
    context: typer.Context,
    documents: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DOCUMENT]...", help="The hash of a document, or its beginning."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Remove all of them.")] = False,
) -> None:
    """Forget texts; servers show nothing of them from the next request on.

    For example:

        demarche texts remove d6cefab296ea

        demarche texts remove --all
    """
    if bool(documents) == everything:
        raise typer.BadParameter("name documents, or give --all")
    vault = Vault.of(home_of(context))
    held = [copy.document for copy in vault.all()]
    chosen = held if everything else [_meant(name, held) for name in documents or ()]
    if chosen:
        vault.remove(chosen)
    echo(f"{count(len(set(chosen)), 'text')} removed: {', '.join(name[:12] for name in chosen)}")


def _meant(name: str, held: Sequence[str]) -> str:
    """Return the document whose hash begins so. Raises UnknownTextError."""
    wanted = name.rpartition("document-")[2].lower()
    found = [document for document in held if wanted and document.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(document[:12] for document in held) or "none"
    problem = f"'{name}' begins {len(found)} of them" if found else f"There is no text of '{name}'"
    raise UnknownTextError(printable(problem), remedy=f"documents with a text: {names}")
