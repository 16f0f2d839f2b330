"""`demarche claims …`: article folders, and the sheets that annotators fill in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from demarche.cli.common import SEEDS, JsonOption, SeedsOption, article_folder
from demarche.cli.console import columns, count, echo
from demarche.names import printable
from demarche_ontology.errors import InputError, Problem

if TYPE_CHECKING:
    from demarche_ingest.annotate.compare import Comparison
    from demarche_ingest.seeds.claims import ClaimsFile
    from demarche_ingest.texts import Text

SHEETS: Final = frozenset({".tsv", ".xlsx"})

TextOption = Annotated[
    Path | None,
    typer.Option("--text", metavar="FILE", help="Your own copy of the article's text."),
]
ArticleArgument = Annotated[
    str, typer.Argument(metavar="ARTICLE", help="The article's id, or its folder.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(name="claims", no_args_is_help=True, help="Code articles: sheets, claims.")
    for name, command in (("new", new), ("pin", pin), ("sheet", sheet), ("compare", compare)):
        group.command(name)(command)
    app.add_typer(group)


def new(  # noqa: PLR0913, PLR0917 - one parameter for each option
    article: Annotated[str, typer.Argument(metavar="ID", help="Its id, which names its folder.")],
    text: Annotated[Path, typer.Option("--text", metavar="FILE", help="The text, UTF-8.")],
    parts: Annotated[
        Path,
        typer.Option("--parts", metavar="SHEET", help="A sheet of its parts, TSV or XLSX."),
    ],
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="The article's title.")],
    publisher: Annotated[
        str, typer.Option("--publisher", metavar="ID", help="The outlet, an actor's id.")
    ],
    date: Annotated[
        str, typer.Option("--date", metavar="EDTF", help="When it was published, as EDTF.")
    ],
    rights: Annotated[
        str,
        typer.Option(
            "--rights", metavar="TEXT", help="Who holds the rights, and what is published."
        ),
    ],
    date_basis: Annotated[
        str,
        typer.Option(
            "--date-basis", metavar="BASIS", help="How it is known: stated, inferred, curated."
        ),
    ] = "stated",
    date_note: Annotated[
        str | None, typer.Option("--date-note", metavar="TEXT", help="Why that date.")
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", metavar="ID", help="Who signed it, an actor's id.")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="Where it was published.")
    ] = None,
    language: Annotated[
        str, typer.Option("--language", metavar="TAG", help="Language of the text (BCP 47).")
    ] = "en",
    start: Annotated[
        int | None,
        typer.Option(
            "--start", min=0, metavar="N", help="Where it begins in the file, in code points."
        ),
    ] = None,
    end: Annotated[
        int | None,
        typer.Option(
            "--end", min=1, metavar="N", help="Where it ends in the file, in code points."
        ),
    ] = None,
    seeds: SeedsOption = SEEDS,
) -> None:
    """Make an article's folder from a text and a sheet of its parts; no claims yet.

    The columns of a parts sheet are part, kind, begins, ends, commenter, in_reply_to, date,
    date_basis, date_note. No words of the text are stored.

    For example:

        demarche claims new gazette-1990-05-08 --text gazette.txt --parts parts.tsv
        --title "Norland Keeps the Strait Shut" --publisher norland-gazette --date 1990-05-08
        --rights "Norland Gazette; only stand-off annotation is published here"
    """
    from demarche_ingest.annotate import files, sheet
    from demarche_ingest.texts import Text

    source = Text.read(text)
    about: dict[str, Any] = {
        "title": title,
        "publisher": publisher,
        "author": author,
        "url": url,
        "rights": rights,
        "date": {"edtf": date, "basis": date_basis, "note": date_note},
        "language": language,
        "span": {"start": start or 0, "end": end or len(source)},
    }
    folder = _new_folder(seeds, article)
    rows = sheet.read(parts, sheet.PART_COLUMNS)
    files.new_article(folder, source, about, rows)
    echo(f"{folder}: made, {count(len(rows), 'part')}, no claims yet")


def _new_folder(seeds: Path, article: str) -> Path:
    if Path(article).name != article or article in {".", ".."}:
        raise typer.BadParameter(f"'{article}' is no id: no slashes, please")
    return seeds / "articles" / article


def pin(
    article: ArticleArgument,
    sheet: Annotated[
        Path | None,
        typer.Option("--sheet", metavar="SHEET", help="The sheet of claims, TSV or XLSX."),
    ] = None,
    text: TextOption = None,
    revise: Annotated[
        bool,
        typer.Option(
            "--revise", help="Keep the IRIs that claims had before, so that they still resolve."
        ),
    ] = False,
    seeds: SeedsOption = SEEDS,
) -> None:
    """Pin a sheet into an article: its quotations become offsets and hashes.

    Without a sheet, the claims' IRIs are brought up to date with what claims.yaml says now; with
    --revise the old ones are kept as earlier versions.

    For example:

        demarche claims pin gazette-1990-05-08 --sheet claims.xlsx --text gazette.txt

        demarche claims pin gazette-1990-05-08 --revise
    """
    from demarche_ingest.annotate import files
    from demarche_ingest.texts import Text

    folder = article_folder(article, seeds)
    if (sheet is None) != (text is None):
        raise typer.BadParameter("--sheet and --text go together")
    if sheet is None or text is None:
        changed = files.renew_iris(folder, revise)
        echo(f"{folder}: {count(changed, 'claim')} changed")
        return
    if revise:
        raise typer.BadParameter("--revise is for editing claims.yaml, not for pinning a sheet")
    pinned = files.pin_sheet(folder, sheet, Text.read(text))
    echo(f"{folder}: {count(len(pinned.claims), 'claim')} pinned")


def sheet(
    article: ArticleArgument,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The sheet, .tsv or .xlsx.")
    ],
    text: TextOption = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a sheet that exists.")] = False,
    seeds: SeedsOption = SEEDS,
) -> None:
    """Make the sheet of an article's claims again, with quotations from your copy of the text.

    For example:

        demarche claims sheet gazette-1990-05-08 --text gazette.txt -o claims.xlsx
    """
    from demarche_ingest.annotate import files, sheet

    if output.suffix.lower() not in SHEETS:
        raise typer.BadParameter(f"{output} ends neither in .tsv nor in .xlsx")
    if output.exists() and not force:
        raise typer.BadParameter(f"{output} exists; --force writes over it")
    folder = article_folder(article, seeds)
    copy = None if text is None else own_copy(folder, text)
    rows = files.sheet_rows(files.read_claims(folder), copy)
    sheet.write(output, rows)
    echo(f"{output}: {count(len(rows), 'claim')}" + ("" if copy else ", without quotations"))


def own_copy(folder: Path, path: Path) -> Text:
    """Read a text that must be the one an article was made from. Raises InputError."""
    from demarche_ingest.annotate import files
    from demarche_ingest.texts import Text

    copy, wanted = Text.read(path), files.read_article(folder).document.source_sha256
    if copy.source_sha256 != wanted:
        message = f"not the text of {folder.name}"
        remedy = f"give the copy with the sha-256 {wanted[:12]}…"
        raise InputError("The text does not fit.", [Problem(str(path), 0, "", message, remedy)])
    return copy


def compare(  # noqa: PLR0913, PLR0917 - one parameter for each option
    first: Annotated[
        str, typer.Argument(metavar="A", help="An article, a claims.yaml, or a sheet.")
    ],
    second: Annotated[str, typer.Argument(metavar="B", help="The other coding of that article.")],
    text: TextOption = None,
    differences: Annotated[
        bool, typer.Option("--differences", help="List every field in which a pair differs.")
    ] = False,
    as_json: JsonOption = False,
    seeds: SeedsOption = SEEDS,
) -> None:
    """Set two codings of one article side by side; sheets need --text.

    Claims are paired by type and overlap of their passages. Agreement measures reliability only
    where the coders were independent.

    For example:

        demarche claims compare gazette-1990-05-08 second/claims.yaml

        demarche claims compare mine.xlsx yours.tsv --text gazette.txt --differences
    """
    from demarche_ingest.annotate.compare import compare

    copy = None if text is None else _text(text)
    found = compare(read_coding(first, copy, seeds), read_coding(second, copy, seeds))
    shown = [as_text(found)] if as_json else lines(found, differences)
    for line in shown:
        echo(line)


def _text(path: Path) -> Text:
    from demarche_ingest.texts import Text

    return Text.read(path)


def read_coding(name: str, text: Text | None, seeds: Path) -> ClaimsFile:
    """Return the claims of a sheet, a claims.yaml or an article. Raises InputError."""
    from demarche_ingest.annotate import files, sheet
    from demarche_ingest.annotate.pin import pin

    path = Path(name)
    if path.suffix.lower() in SHEETS:
        if text is None:
            raise typer.BadParameter(f"{name} is a sheet: give the text it codes with --text")
        return pin(sheet.read(path), text, name)
    if path.name == "claims.yaml" and path.is_file():
        return files.read_claims(path.parent)
    return files.read_claims(article_folder(name, seeds))


def lines(found: Comparison, differences: bool) -> Iterator[str]:
    """Yield the pairs, the agreement of each field, and what only one coding has."""
    overlap = sum(pair.overlap for pair in found.pairs) / (len(found.pairs) or 1)
    yield f"{count(len(found.pairs), 'pair')}, mean overlap of their passages {overlap:.2f}"
    header = ["field", "agreement", "pairs"]
    fields = found.agreement.items()
    yield from columns([header, *([name, f"{mean:.2f}", str(n)] for name, (mean, n) in fields)])
    yield f"only in the first: {', '.join(found.only_first) or 'none'}"
    yield f"only in the second: {', '.join(found.only_second) or 'none'}"
    if not differences:
        yield f"{count(len(found.differences), 'difference')} (--differences lists them)"
    for one in found.differences if differences else ():
        values = " | ".join(one.values)
        yield printable(f"{one.first} / {one.second}  {one.field}: {values}")


def as_text(found: Comparison) -> str:
    """Return a comparison as JSON: pairs by claim id."""
    pairs = [
        {"first": pair.first.id, "second": pair.second.id, "overlap": pair.overlap}
        for pair in found.pairs
    ]
    content = {
        "pairs": pairs,
        "only_first": found.only_first,
        "only_second": found.only_second,
        "agreement": {
            name: {"mean": mean, "pairs": n} for name, (mean, n) in found.agreement.items()
        },
        "differences": [asdict(one) for one in found.differences],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)
