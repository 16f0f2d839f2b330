"""What a seeds folder names and does not describe, taken from the world's tables.

So a claim may name `peru` though no file of the folder has it. Only what is named is taken, with
whose organ it is; what the folder describes itself stays as it is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from demarche_ingest.seeds.crosscheck import claim_names, reference_names
from demarche_ingest.seeds.library import Entry, Seeds
from demarche_ingest.seeds.reference import (
    ActorRecord,
    CodeRecord,
    NamedRecord,
    NameRecord,
    PlaceRecord,
    ReferenceFile,
    SourceRecord,
)
from demarche_ingest.seeds.yamlfile import YamlFile
from demarche_ingest.world import Thing, World, world
from demarche_ontology import terms

_NAMES: Final = frozenset({"name", "abbreviation"})
_FILE: Final = YamlFile(Path(), "the world's tables", None, {})


def with_world(seeds: Seeds) -> Seeds:
    """Return the seeds with the actors and places of the world's tables that they name."""
    tables = world()
    things = {thing.id: thing for thing in (*tables.actors, *tables.places)}
    wanted = sorted(_missing(seeds, things))
    if not wanted:
        return seeds
    made = _file([things[name] for name in wanted], tables, seeds)
    entries, sources = dict(seeds.entries), dict(seeds.sources)
    for index, actor in enumerate(made.actors):
        entries[actor.id] = Entry(actor, "actor", _FILE, ("actors", index))
    for index, place in enumerate(made.places):
        entries[place.id] = Entry(place, "place", _FILE, ("places", index))
    for index, source in enumerate(made.sources):
        sources[source.id] = Entry(source, "source", _FILE, ("sources", index))
    references = (*seeds.references, (_FILE, made))
    return replace(seeds, references=references, entries=entries, sources=sources)


def whole_world(seeds: Seeds | None) -> Seeds:
    """Return seeds that describe all actors and places of the world's tables, and what they had."""
    known = seeds or Seeds(Path(), (), ())
    tables = world()
    things = [one for one in (*tables.actors, *tables.places) if one.id not in known.entries]
    made = _file(sorted(things, key=lambda one: one.id), tables, known)
    return replace(known, references=(*known.references, (_FILE, made)))


def _missing(seeds: Seeds, things: dict[str, Thing]) -> set[str]:
    found: set[str] = set()
    fresh = {name for name in _named(seeds) if name in things and name not in seeds.entries}
    while fresh:
        found |= fresh
        owners = {things[name].body_of for name in fresh}
        fresh = {name for name in owners if name in things} - found - set(seeds.entries)
    return found


def _named(seeds: Seeds) -> Iterator[str]:
    """Yield every name that a record of the seeds gives."""
    for _, reference in seeds.references:
        for _, name, _, _ in reference_names(reference):
            if name is not None:
                yield name
    for article in seeds.articles:
        yield article.record.publisher
        if article.record.author is not None:
            yield article.record.author
        for claim in article.claims:
            for name, _, _ in claim_names(claim):
                if name is not None:
                    yield name


def _file(things: list[Thing], tables: World, seeds: Seeds) -> ReferenceFile:
    named: dict[str, list[NameRecord]] = defaultdict(list)
    coded: dict[str, list[CodeRecord]] = defaultdict(list)
    labels = {thing.id: thing.label for thing in things}
    for name in tables.names:
        own = (labels.get(name.id), "en")
        if name.id in labels and name.use in _NAMES and (name.form, name.lang) != own:
            record = NameRecord(form=name.form, lang=name.lang, source=name.source)
            named[name.id].append(record)
    for code in tables.codes:
        if code.id in labels:
            record_ = CodeRecord(scheme=code.scheme, value=code.value, source=code.source)
            coded[code.id].append(record_)
    made = ReferenceFile(
        actors=tuple(
            ActorRecord.model_validate({**_common(thing, named, coded), "body_of": of})
            for thing in things
            if thing.type in terms.ACTOR_KINDS
            for of in [thing.body_of or None]
        ),
        places=tuple(
            PlaceRecord.model_validate(_common(thing, named, coded))
            for thing in things
            if thing.type in terms.PLACE_KINDS
        ),
    )
    return made.model_copy(update={"sources": tuple(_sources(made, tables, seeds))})


def _common(
    thing: Thing, named: dict[str, list[NameRecord]], coded: dict[str, list[CodeRecord]]
) -> dict[str, object]:
    return {
        "id": thing.id,
        "type": thing.type,
        "label": thing.label,
        "definition": thing.definition or None,
        "source": thing.source,
        "names": tuple(named[thing.id]),
        "codes": tuple(coded[thing.id]),
    }


def _sources(made: ReferenceFile, tables: World, seeds: Seeds) -> Iterator[SourceRecord]:
    """Yield the sources of the records that the seeds do not describe themselves."""
    records: list[NamedRecord] = [*made.actors, *made.places]
    used = {record.source for record in records}
    used |= {part.source for record in records for part in (*record.names, *record.codes)}
    for source in tables.sources:
        if source.id in used and source.id not in seeds.sources:
            yield SourceRecord(
                id=source.id,
                title=source.title,
                publisher=source.publisher,
                url=source.url,
                licence=source.licence,
                note=" ".join(part for part in (source.version, source.note) if part) or None,
            )
