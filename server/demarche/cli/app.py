"""The application: global options, and the commands in the order of their help."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import demarche
from demarche.cli import (
    audit,
    build,
    check,
    claim,
    claims,
    export,
    extract,
    ingest,
    load,
    publish,
    query,
    read,
    releases,
    review,
    serve,
    texts,
    tokens,
    verify,
)
from demarche.cli.exits import Code, tell_fault, told
from demarche.homes import VARIABLE


class Told(TyperGroup):
    """The root of the commands, below which every error of ours becomes an exit code."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, home_first(args))

    def invoke(self, ctx: Any) -> Any:
        with told():
            return super().invoke(ctx)


def home_first(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with --home before the command, wherever it was given."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    home: list[str] = []
    rest: list[str] = []
    given = iter(arguments[:end])
    for argument in given:
        if argument == "--home" and (value := next(given, None)) is not None:
            home += [argument, value]
        else:
            (home if argument.startswith("--home=") else rest).append(argument)
    return [*home, *rest, *arguments[end:]]


app = typer.Typer(
    name="demarche",
    cls=Told,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"demarche {demarche.__version__}")
        raise typer.Exit


@app.callback()
def root(
    home: Annotated[
        Path | None,
        typer.Option(
            "--home",
            envvar=VARIABLE,
            metavar="DIR",
            help="The folder that holds the graph; otherwise demarche in the user's data folder. "
            "Before or after the command.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    """Build, query and cite a graph of who claimed what."""


for module in (
    build,
    check,
    verify,
    read,
    extract,
    ingest,
    review,
    load,
    serve,
    query,
    export,
    publish,
    claim,
    audit,
):
    module.register(app)
claims.register(app)
releases.register(app)
texts.register(app)
tokens.register(app)


def main() -> None:
    """Run the command line; the console script."""
    try:
        app()
    except Exception:
        tell_fault()
        sys.exit(Code.FAULT)
