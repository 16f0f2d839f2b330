"""`demarche publish`: a commit copied to another SPARQL engine."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from demarche.cli.common import ReleaseOption, view_of
from demarche.cli.console import count, echo
from demarche.names import graph_name
from demarche_ontology.terms import GRAPH_DEFAULT

if TYPE_CHECKING:
    import httpx

    from demarche_store.endpoint import Endpoint

PASSWORD: Final = "DEMARCHE_PUBLISH_PASSWORD"  # noqa: S105 - the variable, not a password
Scheme = Literal["basic", "digest"]
Engine = Literal["oxigraph", "fuseki", "virtuoso", "graphdb", "neptune"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("publish")(publish)


def publish(  # noqa: PLR0913, PLR0917 - one parameter for each option
    context: typer.Context,
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL", help="With --engine its base address; else that of its queries."
        ),
    ],
    engine: Annotated[
        Engine | None,
        typer.Option("--engine", help="Take the other addresses from what this engine has."),
    ] = None,
    update: Annotated[
        str | None, typer.Option("--update", metavar="URL", help="Where it takes SPARQL updates.")
    ] = None,
    graph_store: Annotated[
        str | None,
        typer.Option(
            "--graph-store", metavar="URL", help="Where it takes the Graph Store Protocol."
        ),
    ] = None,
    default_graph: Annotated[
        str | None,
        typer.Option(
            "--default-graph",
            metavar="IRI",
            help="The named graph for the default graph, where the engine has none of its own; "
            "'default' for graph/default.",
        ),
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(
            "--user",
            metavar="NAME",
            help="User; the password is read from --password-file, the environment or the "
            "terminal.",
        ),
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(
            "--password-file", metavar="FILE", help="A file with the password on its first line."
        ),
    ] = None,
    auth: Annotated[
        Scheme | None,
        typer.Option(
            "--auth", help="How to log in; digest for Virtuoso, else basic, if not given."
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option("--timeout", min=0.1, metavar="SECONDS", help="How long to wait for it."),
    ] = 60.0,
    release: ReleaseOption = None,
) -> None:
    """Copy a commit to another SPARQL engine; only graphs that changed are sent.

    Graphs there that did not come from here are left alone. If it breaks off, run it again.

    For example:

        demarche publish http://localhost:7879 --engine oxigraph

        demarche publish http://localhost:8890 --engine virtuoso --user dba --password-file dba.txt

        demarche publish http://host/sparql --update http://host/update --release 2024-1
    """
    from demarche_store.publish import publish  # httpx takes a third of a second to import

    endpoint = endpoint_of(url, engine, update, graph_store, default_graph)
    if user is not None:
        scheme = auth or ("digest" if engine == "virtuoso" else "basic")
        login = _login(user, password(password_file, os.environ), scheme)
        endpoint = dataclasses.replace(endpoint, auth=login)
    endpoint = dataclasses.replace(endpoint, timeout=timeout)
    with view_of(context, release) as view:
        sent = publish(view, endpoint)
        echo(told(view.info.id, sent))


def endpoint_of(
    url: str,
    engine: Engine | None,
    update: str | None,
    graph_store: str | None,
    default_graph: str | None,
) -> Endpoint:
    """Return the addresses: the engine's usual ones, and in their place what is given."""
    from demarche_store.endpoint import ENGINES, Endpoint

    base = ENGINES[engine](url.rstrip("/")) if engine else Endpoint(url)
    named = GRAPH_DEFAULT.value if default_graph == "default" else default_graph
    return Endpoint(
        base.query,
        base.update if update is None else update,
        base.graph_store if graph_store is None else graph_store,
        default_graph=named or base.default_graph,
    )


def password(file: Path | None, environ: Mapping[str, str]) -> str:
    """Return the password: of the file, of the environment, or as typed at the terminal.

    Raises OSError for a file that cannot be read, BadParameter when there is none to be had.
    """
    if file is not None:
        return next(iter(file.read_text(encoding="utf-8").splitlines()), "")
    if (found := environ.get(PASSWORD)) is not None:
        return found
    if sys.stdin.isatty():
        return str(typer.prompt("password", hide_input=True, err=True))
    raise typer.BadParameter(f"--user needs a password: --password-file, or {PASSWORD}")


def _login(user: str, word: str, scheme: Scheme) -> httpx.Auth | tuple[str, str]:
    import httpx

    return httpx.DigestAuth(user, word) if scheme == "digest" else (user, word)


def told(commit: str, sent: tuple[str, ...]) -> str:
    """Return what is said of a publication."""
    if not sent:
        return f"unchanged: it holds commit {commit}"
    names = ", ".join(map(graph_name, sent))
    return f"published commit {commit}: {count(len(sent), 'graph')} sent or removed: {names}"
