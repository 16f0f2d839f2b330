"""`demarche serve`: the endpoint and its pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from demarche.cli.common import ReleaseOption, home_of
from demarche.cli.console import echo


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(  # noqa: PLR0913, PLR0917
    context: typer.Context,
    host: Annotated[
        str, typer.Option("--host", help="The address to listen on; 0.0.0.0 for every one.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")
    ] = 7878,
    release: ReleaseOption = None,
    texts_for: Annotated[
        Literal["nobody", "tokens", "everyone"],
        typer.Option("--texts-for", help="Who sees the words of texts in the vault."),
    ] = "nobody",
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings",
            metavar="FILE",
            help="A TOML file of settings; the other options outrank it.",
        ),
    ] = None,
) -> None:
    """Serve the SPARQL endpoint and its pages until Ctrl-C.

    For example:

        demarche serve

        demarche serve --port 8080 --release 2024-1

        demarche serve --settings server.toml

        demarche serve --texts-for everyone
    """
    from demarche_server.run import serve
    from demarche_server.settings import Settings
    from demarche_server.settings_file import load_settings

    given = {"host": host, "port": port, "texts_for": texts_for}
    if settings is None:
        chosen = Settings(host=host, port=port, texts_for=texts_for)
    else:
        said = {name: value for name, value in given.items() if _is_given(context, name)}
        chosen = load_settings(settings, **said)
    serve(chosen, home_of(context).path, release, announce=echo)


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name not in ("DEFAULT", "DEFAULT_MAP")
