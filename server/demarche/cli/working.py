"""The options of commands that work on documents, and what is made of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from demarche_ontology.errors import InputError, Problem

if TYPE_CHECKING:
    from demarche_ingest.documents import Wishes
    from demarche_ingest.pipeline.recipe import Recipe
    from demarche_store.home import Home

PathsArgument = Annotated[
    list[Path],
    typer.Argument(metavar="PATH...", help="Files, or folders with files, of documents."),
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="FIELD=NAME",
        help="Which column of a table has the text, title, outlet, byline, date, url or language. "
        "May be given several times.",
    ),
]
ActorsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--actors",
        metavar="SHEET",
        help="A sheet of your own actors, known besides the world's. May be given several times.",
    ),
]
ModelOption = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="NAME",
        help="A spaCy model of your own to parse with, a package or a folder, in place of the "
        "packaged parser.",
    ),
]
KnownOption = Annotated[
    Path | None,
    typer.Option(
        "--seeds",
        metavar="DIR",
        help="A seeds folder, whose actors, offices and positions are known besides the world's.",
    ),
]
ExtractorOption = Annotated[
    list[str] | None,
    typer.Option(
        "--extractor",
        metavar="NAME",
        help="What proposes claims: rules (events), facts (relations, attributes, stances), or one "
        "of your own as module:function. May be given several times; rules and facts if not given.",
    ),
]
LlmOption = Annotated[
    Path | None,
    typer.Option(
        "--llm",
        metavar="FILE",
        help="Ask a language model too: a TOML file says where it is and what it may cost.",
    ),
]
ConfidenceOption = Annotated[
    float,
    typer.Option(
        "--confidence",
        min=0.0,
        max=1.0,
        metavar="N",
        help="Leave out what its extractor is less sure of, from 0 to 1.",
    ),
]
DateOption = Annotated[
    str,
    typer.Option(
        "--date",
        metavar="EDTF",
        help="When documents appeared that do not tell it, such as 2014-05 or 2014/2016.",
    ),
]


def wishes_of(column: Sequence[str] | None) -> Wishes:
    """Return what is asked of the reading. Raises InputError for what names no field."""
    from demarche_ingest.documents import Wishes
    from demarche_ingest.documents.naming import USUAL

    found: dict[str, str] = {}
    for one in column or ():
        field, _, name = one.partition("=")
        if field not in USUAL or not name:
            message = f"--column {one} does not say which column has which field"
            remedy = f"write FIELD=NAME, with one of the fields {', '.join(USUAL)}"
            raise InputError("An option cannot be taken.", [Problem("", 0, "", message, remedy)])
        found[field] = name
    return Wishes(columns=found)


def recipe_of(  # noqa: PLR0913, PLR0917 - one parameter for each option
    extractor: Sequence[str] | None,
    actors: Sequence[Path] | None,
    model: str,
    seeds: Path | None,
    date: str,
    confidence: float,
    llm: tuple[Path | None, Home],
) -> Recipe:
    """Return how documents are worked on.

    llm: the file of a language model's settings, if one is asked, and the home that keeps what it
    answers. Raises InputError.
    """
    from demarche_ingest.candidates.gate import Rules
    from demarche_ingest.extractors.opening import LLM, USUAL
    from demarche_ingest.pipeline.recipe import Recipe

    file, home = llm
    names = [*(extractor or USUAL)]
    settings = None
    if file is not None:
        from demarche_ingest.candidates.keeping import Keeping
        from demarche_ingest.extractors.llm.configuring import read_settings

        settings = read_settings(file, Keeping.of(home).folder / "replies", os.environ)
        names += [LLM] if LLM not in names else []
    return Recipe(
        tuple(names),
        tuple(actors or ()),
        model,
        seeds,
        date,
        Rules(confidence=confidence),
        settings,
    )
