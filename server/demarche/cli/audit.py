"""`audit`: whose claims are in, on each contested matter."""

from __future__ import annotations

import typer

from demarche import audit as auditing
from demarche.cli.common import ReleaseOption, view_of
from demarche.cli.console import echo


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("audit")(audit)


def audit(context: typer.Context, release: ReleaseOption = None) -> None:
    """Show whose claims are in on each issue, by position, side and source, as a Markdown table.

    For example:

        demarche audit

        demarche audit --release 2026-11 > audit.md
    """
    with view_of(context, release) as view:
        for line in auditing.markdown(auditing.audit(view)):
            echo(line)
