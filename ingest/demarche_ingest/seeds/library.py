"""Reading a seeds folder: reference records and coded articles, with where each value stands.

::

    seeds/
      reference/*.yaml             see `demarche_ingest.seeds.reference`
      articles/<id>/article.yaml   see `demarche_ingest.seeds.claims`
      articles/<id>/claims.yaml
      articles/<id>/text.txt       only where the document's licence lets everybody read it
      demonstration/               a seeds folder of its own (`demarche_ingest.demonstration`)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from demarche_ingest.seeds import yamlfile
from demarche_ingest.seeds.claims import ArticleFile, ClaimRecord, ClaimsFile
from demarche_ingest.seeds.reference import NamedRecord, ReferenceFile, SourceRecord
from demarche_ingest.seeds.yamlfile import Location, YamlFile
from demarche_ingest.texts import Text
from demarche_ontology.errors import InputError, Problem

_Model = TypeVar("_Model", bound=BaseModel)

NAMED_LISTS = (
    "actors",
    "places",
    "offices",
    "events",
    "issues",
    "positions",
    "treaties",
)
"""Lists of a reference file whose records are entities with an id of their own."""

TEXT = "text.txt"
"""Name of the file that holds a text everybody may read."""
DEMONSTRATION = "demonstration"
"""Name of the folder that holds the seeds of the demonstration."""

_NO_FILE = YamlFile(Path(), "", None, {})


@dataclass(frozen=True, slots=True)
class Entry:
    """One record and the place it was read from."""

    record: NamedRecord | SourceRecord
    kind: str
    """Singular of the list it stands in: "actor", "place", … "provision", "source"."""
    file: YamlFile
    at: Location

    def problem(self, message: str, remedy: str = "", *below: str | int) -> Problem:
        return self.file.problem((*self.at, *below), self.record.id, message, remedy)


@dataclass(frozen=True, slots=True)
class Article:
    """One article and its claims, each with its file."""

    record: ArticleFile
    claims: tuple[ClaimRecord, ...]
    article_file: YamlFile
    claims_file: YamlFile
    text: str | None = None
    """The text of its document, where everybody may read it and it stands here."""

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.record.id

    def problem(self, index: int, message: str, remedy: str = "", *below: str | int) -> Problem:
        """Describe what is wrong with the claim at this index."""
        claim = self.claims[index]
        return self.claims_file.problem(("claims", index, *below), claim.id, message, remedy)


@dataclass(frozen=True, slots=True)
class Seeds:
    """Everything a seeds folder says, in the order of file names."""

    root: Path
    references: tuple[tuple[YamlFile, ReferenceFile], ...]
    articles: tuple[Article, ...]
    entries: dict[str, Entry] = field(default_factory=dict)
    """Entities by id."""
    sources: dict[str, Entry] = field(default_factory=dict)

    def claim(self, reference: str) -> tuple[Article, ClaimRecord] | None:
        """Find a claim by "<article>/<claim>"."""
        return self.claim_index().get(reference)

    def claim_index(self) -> dict[str, tuple[Article, ClaimRecord]]:
        """All claims by "<article>/<claim>"."""
        return {
            f"{article.id}/{claim.id}": (article, claim)
            for article in self.articles
            for claim in article.claims
        }

    def documents(self) -> dict[str, list[Article]]:
        """Articles by the sourceSha256 of the file they stand in, in order of their spans."""
        found: dict[str, list[Article]] = {}
        for article in sorted(self.articles, key=lambda a: (a.record.span.start, a.id)):
            found.setdefault(article.record.document.source_sha256, []).append(article)
        return dict(sorted(found.items()))


def seed_files(root: Path) -> list[Path]:
    """Return every file that a build would read, sorted."""
    found = sorted(root.glob("reference/**/*.yaml")) + sorted(root.glob("articles/*/*.yaml"))
    found += sorted(root.glob(f"articles/*/{TEXT}"))
    below = root / DEMONSTRATION
    return found + (seed_files(below) if below.is_dir() else [])


def read_seeds(root: Path) -> Seeds:
    """Read a seeds folder.

    Raises InputError with every problem of form found in any file: YAML, encoding, unknown
    keys and values, ids used twice. What records say of each other is
    `demarche_ingest.seeds.crosscheck`'s matter.
    """
    if not (root / "reference").is_dir():
        raise InputError(
            f"{root} is no seeds folder.",
            [Problem(str(root), 0, "", "no folder `reference` in it", "name the seeds folder")],
        )
    problems: list[Problem] = []
    references = tuple(_references(root, problems))
    articles = tuple(_articles(root, problems))
    seeds = Seeds(root, references, articles)
    for entry in entries_of(references):
        index = seeds.sources if entry.kind == "source" else seeds.entries
        if (first := index.get(entry.record.id)) is not None:
            where = f"{first.file.name}:{first.file.line(first.at)}"
            problems.append(entry.problem("this id is taken", f"choose another; see {where}"))
        index.setdefault(entry.record.id, entry)
    if problems:
        raise InputError(f"{len(problems)} problem(s) in {root}.", sorted(problems))
    return seeds


def _references(root: Path, problems: list[Problem]) -> Iterator[tuple[YamlFile, ReferenceFile]]:
    for path in sorted(root.glob("reference/**/*.yaml")):
        loaded = _load(path, root, ReferenceFile, problems)
        if loaded is not None:
            yield loaded


def _articles(root: Path, problems: list[Problem]) -> Iterator[Article]:
    for folder in sorted(path for path in root.glob("articles/*") if path.is_dir()):
        article = _load(folder / "article.yaml", root, ArticleFile, problems)
        claims = _load(folder / "claims.yaml", root, ClaimsFile, problems)
        if article is None or claims is None:
            continue
        file, record = article
        if record.id != folder.name:
            remedy = f"call the folder {record.id}, or the article {folder.name}"
            problems.append(
                file.problem(("id",), record.id, f"stands in the folder {folder.name}", remedy)
            )
        text = _text(folder / TEXT, file, record, problems)
        yield Article(record, claims[1].claims, file, claims[0], text)


def _text(path: Path, file: YamlFile, record: ArticleFile, problems: list[Problem]) -> str | None:
    """Return the text beside an article, if it may stand there and is the one that was coded."""
    if not path.is_file():
        return None
    if record.document.licence is None:
        remedy = "remove the text, or state the licence that lets everybody read it"
        problems.append(file.problem(("document",), record.id, f"{TEXT} without a licence", remedy))
        return None
    try:
        text = Text.read(path)
    except InputError as error:
        problems.extend(error.problems)
        return None
    if text.text_sha256 != record.document.text_sha256:
        remedy = "put the text there that the offsets count in"
        problems.append(file.problem(("document",), record.id, f"{TEXT} is another text", remedy))
    return text.content


def _load(
    path: Path, root: Path, model: type[_Model], problems: list[Problem]
) -> tuple[YamlFile, _Model] | None:
    name = path.relative_to(root).as_posix()
    if not path.is_file():
        problems.append(Problem(name, 0, "", "the file is missing", "see docs/claims-format.md"))
        return None
    try:
        file = yamlfile.read(path, name)
        content = {} if file.content is None else file.content
        return file, model.model_validate(content, by_alias=True)
    except InputError as error:
        problems.extend(error.problems)
    except ValidationError as error:
        problems.extend(explain(file, model, error))
    return None


def explain(file: YamlFile, model: type[BaseModel], error: ValidationError) -> Iterator[Problem]:
    """Yield what a file's content lacks to be records of a model."""
    for item in error.errors(include_url=False):
        at: Location = tuple(item["loc"])
        field_name = ".".join(str(part) for part in at if isinstance(part, str)) or "the file"
        message, remedy = item["msg"].removeprefix("Value error, "), _SEE_FORMAT
        if item["type"] == "extra_forbidden":
            message, remedy = "there is no such key", _near_key(str(at[-1]), model)
        elif item["type"] == "missing":
            message, remedy = "is missing", f"add it; {_SEE_FORMAT}"
        yield file.problem(at, _subject(file, at), f"{field_name}: {message}", remedy)


_SEE_FORMAT = "see docs/claims-format.md"


def _near_key(key: str, model: type[BaseModel]) -> str:
    """Propose the keys of a file's records that look like a misspelt one."""
    schema = model.model_json_schema(by_alias=True)
    records = [schema, *schema.get("$defs", {}).values()]
    known = {name for record in records for name in record.get("properties", {})}
    near = difflib.get_close_matches(key, sorted(known), n=2, cutoff=0.6)
    return f"did you mean {' or '.join(near)}?" if near else f"drop it; {_SEE_FORMAT}"


def _subject(file: YamlFile, at: Location) -> str:
    """Return the id of the record a location lies in, or ""."""
    value, found = file.content, ""
    for step in at:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            found = value["id"]
    return found


def entries_of(references: tuple[tuple[YamlFile, ReferenceFile], ...]) -> Iterator[Entry]:
    """Yield the entities and sources of reference files, each with where it stands."""
    for file, reference in references:
        for index, source in enumerate(reference.sources):
            yield Entry(source, "source", file, ("sources", index))
        for name in NAMED_LISTS:
            for index, record in enumerate(getattr(reference, name)):
                yield Entry(record, _singular(name), file, (name, index))
        for index, treaty in enumerate(reference.treaties):
            for number, provision in enumerate(treaty.provisions):
                yield Entry(provision, "provision", file, ("treaties", index, "provisions", number))


def _singular(name: str) -> str:
    return "treaty" if name == "treaties" else name.removesuffix("s")
