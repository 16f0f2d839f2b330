"""Gold: what people say stands in documents, of the corpus and of the seeds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from demarche_ingest.documents import read_data
from demarche_ingest.documents.model import Details, Source, Wishes, Zone, ZoneKind
from demarche_ingest.evaluate.claims.model import GoldClaim, of_record, of_row
from demarche_ingest.identity import local_name
from demarche_ingest.seeds.library import Article as SeedArticle
from demarche_ingest.seeds.library import Seeds
from demarche_ingest.seeds.reference import NamedRecord
from demarche_ingest.segment.model import Article, Dateline
from demarche_ingest.texts import Span, Text
from demarche_ontology.errors import InputError, Problem

Half = Literal["dev", "held-out"]
READ: Final = frozenset({"headline", "body", "caption", "comment"})
"""Zones that people read; in the others sentences, mentions and times are worth little."""


@dataclass(frozen=True, slots=True)
class GoldMention:
    """Words that refer to an actor. target: its slug. is_new: it is invented. of: its owner.

    is_optional: who finds it is not wrong, and who does not misses nothing.
    """

    span: Span
    target: str
    is_new: bool = False
    of: str = ""
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class GoldTime:
    """Words of a time. kind: date, duration or set. edtf and bound: "" for none."""

    span: Span
    kind: str
    edtf: str = ""
    bound: str = ""


@dataclass(frozen=True, slots=True)
class GoldActor:
    """An actor that the gold names by a slug.

    names: as local names. owners: offices that it holds, the state or body that it belongs to.
    kind: "person", "group" (of unnamed people) or whatever else the gold says.
    """

    names: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Gold:
    """A document and what is in it. layers: those that were marked in full."""

    name: str
    kind: str
    region: str
    source: Source
    layers: frozenset[str]
    articles: tuple[Article, ...] = ()
    zones: tuple[Zone, ...] = ()
    sentences: tuple[Span, ...] = ()
    quotations: tuple[Span, ...] = ()
    mentions: tuple[GoldMention, ...] = ()
    times: tuple[GoldTime, ...] = ()
    claims: tuple[GoldClaim, ...] = ()
    actors: Mapping[str, GoldActor] = field(default_factory=dict)

    def read_zones(self) -> list[Span]:
        """Return the zones that people read."""
        return [zone.span for zone in self.zones if zone.kind in READ]

    def zone_of(self, span: Span) -> str:
        """Return the kind of the zone that a span begins in; "" outside of all."""
        inside = (z.kind for z in self.zones if z.span.start <= span.start < z.span.end)
        return next(inside, "")


def corpus_hash(folder: Path, half: Half) -> str:
    """Return the hash of all texts and gold of a half of the corpus, as its index has it.

    Raises InputError where there is no index.
    """
    path = folder / half / "index.json"
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["corpus"])
    except (OSError, ValueError, KeyError, TypeError):
        raise _refused(path, "there is no index of a corpus", "name the corpus") from None


def read_corpus(folder: Path, half: Half) -> Iterator[Gold]:
    """Yield the documents of a half of the corpus, by name.

    Targets that `same.yaml` of the corpus has stand under the id that it gives. Raises InputError
    for a document whose text is not the one that its gold counts in, and where there is no such
    half.
    """
    files = sorted((folder / half).glob("*/gold.jsonl"))
    if not files:
        raise _refused(folder / half, "there is no document with a gold.jsonl", "name the corpus")
    same = _same(folder / "same.yaml")
    for path in files:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        yield _gold(path, rows, same)


def _same(path: Path) -> dict[str, str]:
    """Return the ids of the world's tables by the slugs of the corpus that are others."""
    if not path.is_file():
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {str(slug): str(key) for slug, key in content.items()}
    except (yaml.YAMLError, AttributeError):
        raise _refused(path, "it is no table of slugs and ids", "write lines slug: id") from None


def _refused(path: Path, message: str, remedy: str) -> InputError:
    problem = Problem(str(path), 0, "", message, remedy)
    return InputError("The gold cannot be read.", [problem])


def _gold(path: Path, rows: list[dict[str, Any]], same: dict[str, str]) -> Gold:
    head, *rest = rows
    source = _source(path, head)
    zones = tuple(
        Zone(row["kind"], _span(row), row.get("author", "")) for row in _layer(rest, "zone")
    )
    return Gold(
        head["id"],
        head["kind"],
        head["region"],
        source,
        frozenset(head["complete"]),
        tuple(_article(row, zones) for row in _layer(rest, "article")),
        zones,
        tuple(_span(row) for row in _layer(rest, "sentence")),
        tuple(_span(row) for row in _layer(rest, "quotation")),
        tuple(_mention(row, same) for row in _layer(rest, "mention")),
        tuple(
            GoldTime(_span(row), row["kind"], row.get("edtf") or "", row.get("bound") or "")
            for row in _layer(rest, "time")
        ),
        tuple(of_row(row) for row in _layer(rest, "claim")),
        {
            slug: GoldActor(
                frozenset({local_name(actor["label"])}),
                frozenset(filter(None, [actor.get("of")])),
                actor.get("type", ""),
            )
            for slug, actor in head.get("actors", {}).items()
        },
    )


def _mention(row: dict[str, Any], same: dict[str, str]) -> GoldMention:
    target = same.get(row["target"], row["target"])
    of = row.get("of") or ""
    return GoldMention(
        _span(row), target, bool(row.get("new")), same.get(of, of), bool(row.get("optional"))
    )


def _source(path: Path, head: dict[str, Any]) -> Source:
    name = head["file"]
    batch = read_data((path.parent / name).read_bytes(), name, Wishes())
    if len(batch.sources) != 1 or batch.sources[0].text.text_sha256 != head["text_sha256"]:
        message = f"{name} is not read as the text that the gold counts in"
        raise _refused(path, message, "pin the gold again: cd tests && python -m corpus.pinning")
    return batch.sources[0]


def _layer(rows: list[dict[str, Any]], name: str) -> Iterator[dict[str, Any]]:
    return (row for row in rows if row["layer"] == name)


def _span(row: dict[str, Any]) -> Span:
    return Span(row["start"], row["end"])


def _article(row: dict[str, Any], zones: tuple[Zone, ...]) -> Article:
    span, date = _span(row), row["date"]
    dateline = None
    if date:
        where = _span(date) if "start" in date else None
        dateline = Dateline(date["edtf"], date["basis"], where)
    details = Details(row["title"], row["outlet"], row["byline"], "", row["url"])
    inside = tuple(zone for zone in zones if span.covers(zone.span))
    return Article(span, details, row["place"], dateline, inside)


_KINDS: Final[dict[str, ZoneKind]] = {
    "headline": "headline",
    "body": "body",
    "caption": "caption",
    "comment": "comment",
    "boilerplate": "boilerplate",
    "promotion": "promotion",
    "pingback": "boilerplate",
}
"""The zone that a part of the seeds is."""


@dataclass
class _File:
    """The articles of one file of the seeds."""

    text: Text
    articles: list[SeedArticle] = field(default_factory=list)


def read_seed_gold(seeds: Seeds, texts: Path) -> Iterator[Gold]:
    """Yield what the seeds say of each text in a folder: bounds, parts, titles, dates, claims.

    Texts are known by their hash; articles whose text is not there are passed over. Dates that
    were curated are no matter of reading and are left out.
    """
    copies = [Text.read(path) for path in sorted(texts.glob("*.txt"))]
    files = {copy.text_sha256: _File(copy) for copy in copies}
    actors = _seed_actors(seeds)
    for article in seeds.articles:
        if article.record.document.text_sha256 in files:
            files[article.record.document.text_sha256].articles.append(article)
    for file in files.values():
        if file.articles:
            yield _seed_gold(file, actors)


def _seed_actors(seeds: Seeds) -> dict[str, GoldActor]:
    """Return what the seeds know of things, by id."""
    offices: dict[str, set[str]] = {}
    for _, reference in seeds.references:
        for tenure in reference.tenures:
            offices.setdefault(tenure.holder, set()).add(tenure.office)
    actors = {}
    for slug, entry in seeds.entries.items():
        record = entry.record
        if isinstance(record, NamedRecord):
            forms = {record.label, *(name.form for name in record.names)}
            of = {getattr(record, key, None) for key in ("body_of", "office_of")}
            owners = {owner for owner in of if owner} | offices.get(slug, set())
            names = frozenset(map(local_name, forms))
            kind = "person" if getattr(record, "type", "") == "Person" else ""
            actors[slug] = GoldActor(names, frozenset(owners), kind)
    return actors


def _seed_gold(file: _File, actors: Mapping[str, GoldActor]) -> Gold:
    articles = sorted(file.articles, key=lambda article: article.record.span.start)
    read = [_seed_article(article) for article in articles]
    source = Source(file.text, "text/plain", articles[0].record.document.extractor, "utf-8")
    return Gold(
        articles[0].id,
        "seeds: digest" if len(articles) > 1 else "seeds: article",
        "seeds",
        source,
        frozenset({"articles", "zones", "dates", "claims"}),
        tuple(read),
        tuple(zone for article in read for zone in article.zones),
        claims=tuple(of_record(claim) for article in articles for claim in article.claims),
        actors=actors,
    )


def _seed_article(article: SeedArticle) -> Article:
    record = article.record
    date = record.date
    told = None
    if date.basis != "curated":
        told = Dateline(date.edtf, "stated" if date.basis == "stated" else "inferred")
    zones = tuple(Zone(_KINDS[part.kind], Span(part.start, part.end)) for part in record.parts)
    span = Span(record.span.start, record.span.end)
    return Article(span, Details(title=record.title), date=told, zones=zones)
