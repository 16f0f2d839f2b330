"""`token create`, `token list`, `token revoke`: who may write over HTTP."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from demarche.cli.common import home_of
from demarche.cli.console import columns, echo, note
from demarche_ontology.errors import InputError, Problem
from demarche_store.home import utc_now

if TYPE_CHECKING:
    from demarche_server.tokens import Tokens


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        name="token", no_args_is_help=True, help="Say who may write to a served graph."
    )
    group.command("create")(create)
    group.command("list")(list_)
    group.command("revoke")(revoke)
    app.add_typer(group)


def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose it is; the log shows it.")],
    expires: Annotated[
        str | None,
        typer.Option(
            "--expires",
            metavar="DATE|DAYS",
            help="The last day it is valid (2031-05-01), or for how many days; for ever if not "
            "given.",
        ),
    ] = None,
) -> None:
    """Make a token that allows writes over HTTP, and show it once.

    Only its digest is kept. A server takes it from the next request on.

    For example:

        demarche token create anna

        demarche token create visitor --expires 30
    """
    now = utc_now()
    text = _tokens(context).create(name, now, _end(expires, now))
    echo(text)
    note(
        f"This is the token of {name}. It is not shown again. Send it as 'Authorization: Bearer …'."
    )


def list_(context: typer.Context) -> None:
    """List the tokens: names, and from when to when they are valid.

    For example:

        demarche token list
    """
    tokens = _tokens(context).all()
    if not tokens:
        echo("no tokens: writes over HTTP are switched off")
        return
    now = utc_now()
    rows = [["name", "created", "expires"]]
    for token in tokens:
        expires = token.expires.isoformat() if token.expires else "never"
        ended = "" if token.is_valid(now) else " (expired)"
        rows.append([token.name, token.created.isoformat(), expires + ended])
    for line in columns(rows):
        echo(line)


def revoke(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose token.")],
) -> None:
    """Take a token back; servers refuse it from the next request on.

    For example:

        demarche token revoke visitor
    """
    _tokens(context).revoke(name)
    echo(f"the token of {name} is revoked")


def _tokens(context: typer.Context) -> Tokens:
    from demarche_server.tokens import Tokens

    return Tokens.of(home_of(context))


def _end(expires: str | None, now: datetime) -> datetime | None:
    """Return when a token ends: after its last day, or so many days from now."""
    if expires is None:
        return None
    try:
        if expires.isdecimal():
            return now + timedelta(days=int(expires))
        last = date.fromisoformat(expires)
        return datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        problem = Problem(
            "--expires", 0, "", f"'{expires}' is neither a date nor a number of days", "2031-05-01"
        )
        raise InputError("No token was made.", [problem]) from error
