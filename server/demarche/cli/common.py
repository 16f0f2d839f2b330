"""What several commands share: the home, their options, and how an article is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from demarche.homes import open_home
from demarche_ontology.errors import InputError, Problem
from demarche_store.embedded import EmbeddedView
from demarche_store.home import Home

SEEDS: Final = Path("seeds")

SeedsArgument = Annotated[Path, typer.Argument(metavar="SEEDS", help="The seeds folder.")]
SeedsOption = Annotated[Path, typer.Option("--seeds", metavar="DIR", help="The seeds folder.")]
ReleaseOption = Annotated[
    str | None,
    typer.Option(
        "--release",
        metavar="NAME",
        help="A release, a commit, or the beginning of a commit's id; the current commit if not "
        "given.",
    ),
]
TextsOption = Annotated[
    Path | None,
    typer.Option("--texts", metavar="DIR", help="A folder with your own copies of the texts."),
]
WorkersOption = Annotated[
    int,
    typer.Option("--workers", min=1, metavar="N", help="Processes that validate at a time."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON instead of text.")]


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def home_of(context: typer.Context) -> Home:
    """Return the home the command was told of. Raises StoreError."""
    return open_home(context.find_root().params.get("home"), os.environ)


@contextmanager
def view_of(context: typer.Context, release: str | None) -> Iterator[EmbeddedView]:
    """Open a commit of the home. Raises NoCommitError, UnknownReleaseError, StoreError."""
    with home_of(context).open(release) as view:
        yield view


def article_folder(name: str, seeds: Path) -> Path:
    """Return an article's folder, named by its id or its path. Raises InputError."""
    for folder in (Path(name), seeds / "articles" / name):
        if (folder / "article.yaml").is_file():
            return folder
    message = f"there is no article '{name}', neither in {seeds / 'articles'} nor as a folder"
    problem = Problem("", 0, "", message, "name its folder, or the seeds with --seeds")
    raise InputError("An article cannot be found.", [problem])


def existing_folder(path: Path, what: str) -> Path:
    """Return a folder that is there. Raises InputError."""
    if path.is_dir():
        return path
    problem = Problem(str(path), 0, "", "no such folder", f"name {what}")
    raise InputError("A folder cannot be read.", [problem])
