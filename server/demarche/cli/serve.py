"""`demarche serve`: the endpoint and its pages."""

from __future__ import annotations

from typing import Annotated

import typer

from demarche.cli.common import ReleaseOption, home_of
from demarche.cli.console import echo


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)


def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option("--host", help="The address to listen on; 0.0.0.0 for every one.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")
    ] = 7878,
    release: ReleaseOption = None,
) -> None:
    """Serve the SPARQL endpoint and its pages until Ctrl-C.

    For example:

        demarche serve

        demarche serve --port 8080 --release 2024-1
    """
    from demarche_server.run import serve
    from demarche_server.settings import Settings

    home = home_of(context).path
    serve(Settings(host=host, port=port), home, release, announce=echo)
