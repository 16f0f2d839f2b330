"""The forms that stand for known things, and finding them in a text.

Forms come from the world's tables, a user's seeds folder and a user's sheet of actors. An id that
stands in several is one thing: what a user says of it is added, and the user's type and label win.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from ahocorasick_rs import AhoCorasick

from demarche_ingest.mentions.folding import Folded, fold
from demarche_ingest.mentions.offices import Offices, Tenure
from demarche_ingest.seeds.library import Seeds
from demarche_ingest.seeds.reference import ActorRecord, NamedRecord, OfficeRecord, PlaceRecord
from demarche_ingest.texts import Span
from demarche_ingest.world import Use, World
from demarche_ontology import terms

_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f]")
_MONEY: Final = re.compile(r"\s?[$€£¥]")
"""What follows "U.S." where it is a currency."""
_PLURAL: Final = re.compile(r"[a-z](?:an|i|ek|ak|er|ai|ot)$")
"""Endings of adjectives that are nouns too: "Chilean", "Iraqi", "Greek"."""
_CURRENCY: Final = re.compile(r"[A-Z]{1,3}|U\.S\.?")
_WORD: Final = re.compile(r"\w")
_PLACES: Final = frozenset(terms.PLACE_KINDS)
_SHORT: Final = 4
"""Letters of a form in capitals that a headline in capitals may have as a common word."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A known thing. body_of: whose organ it is. is_own: a user's seeds or sheet have it."""

    id: str
    type: str
    label: str
    body_of: str = ""
    is_own: bool = False

    @property
    def is_place(self) -> bool:
        return self.type in _PLACES


@dataclass(frozen=True, slots=True)
class Alias:
    """A form of a thing. lang: BCP 47."""

    id: str
    form: str
    use: Use = "name"
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of a text that is a form of something. aliases: of one reading, or several.

    is_shouted: it stands in capitals where its form does not.
    """

    span: Span
    aliases: tuple[Alias, ...]
    is_shouted: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(alias.id for alias in self.aliases))


@dataclass
class Gazetteer:
    """All forms of all known things.

    metonyms: the actors that a place may stand for. offices: with who held them when.
    """

    entities: dict[str, Entity] = field(default_factory=dict)
    aliases: dict[Alias, None] = field(default_factory=dict)
    metonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    offices: Offices = field(default_factory=Offices)

    # --- what is known ---

    def add_world(self, world: World) -> None:
        """Add the world's tables."""
        for thing in (*world.actors, *world.places):
            self._entity(Entity(thing.id, thing.type, thing.label, thing.body_of))
        for name in world.names:
            self._alias(Alias(name.id, name.form, name.use, name.lang))
        self._add_peoples()
        for row in world.metonyms:
            self.metonyms[row.place] = (*self.metonyms.get(row.place, ()), row.actor)
        for office in world.offices:
            self._entity(Entity(office.id, "Office", office.label, office.office_of))
            self.offices.add(office.id, office.label, office.office_of)
        for held in world.tenures:
            days = (held.valid_from, held.attested_until)
            self.offices.hold(Tenure(held.holder, held.office, *days))

    def _add_peoples(self) -> None:
        """Add the plural of adjectives that have one: "Ecuadoreans"."""
        for alias in list(self.aliases):
            if alias.use == "adjective" and alias.lang == "en" and _PLURAL.search(alias.form):
                self._alias(Alias(alias.id, f"{alias.form}s", "people"))

    def add_seeds(self, seeds: Seeds) -> None:
        """Add the actors, places, offices, treaties and tenures of a seeds folder."""
        for entry in seeds.entries.values():
            if isinstance(entry.record, NamedRecord) and entry.kind in _KINDS:
                self._record(entry.record, _KINDS[entry.kind])
        for _, file in seeds.references:
            for tenure in file.tenures:
                first, last = tenure.attested
                row = Tenure(tenure.holder, tenure.office, str(first), str(last), is_own=True)
                self.offices.hold(row)

    def add(self, entity: Entity, aliases: Iterable[Alias]) -> None:
        """Add a thing of a user's with its forms."""
        self._entity(entity)
        self._alias(Alias(entity.id, entity.label))
        for alias in aliases:
            self._alias(alias)

    def add_office(self, name: str, label: str, owner: str, words: str) -> None:
        """Add an office of a user's that one actor has at a time. words: of its title."""
        self._entity(Entity(name, "Office", label, owner, is_own=True))
        self.offices.add_sole(name, label, owner, words)

    def _record(self, record: NamedRecord, kind: str) -> None:
        if isinstance(record, ActorRecord | PlaceRecord):
            kind = record.type
        of = getattr(record, "body_of", None) or ""
        if isinstance(record, OfficeRecord):
            of = record.office_of
            self.offices.add(record.id, record.label, of)
        self._entity(Entity(record.id, kind, record.label, of, is_own=True))
        if kind == "Office":  # the rules of titles see to them
            return
        self._alias(Alias(record.id, record.label))
        for name in record.names:
            short = name.form.isupper() and " " not in name.form
            self._alias(Alias(record.id, name.form, "abbreviation" if short else "name", name.lang))

    def _entity(self, entity: Entity) -> None:
        known = self.entities.get(entity.id)
        if known is None or entity.is_own or not known.is_own:
            self.entities[entity.id] = entity

    def _alias(self, alias: Alias) -> None:
        self.aliases.setdefault(alias)

    def names(self, key: str, use: Use = "name") -> list[str]:
        """Return the English forms of a thing."""
        return self._forms.get((key, use), [])

    @cached_property
    def _forms(self) -> dict[tuple[str, Use], list[str]]:
        found: dict[tuple[str, Use], list[str]] = defaultdict(list)
        for alias in self.aliases:
            if alias.lang == "en":
                found[alias.id, alias.use].append(alias.form)
        return found

    @cached_property
    def surnames(self) -> dict[str, set[str]]:
        """The ids of people by the last words of their names, folded."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, entity in self.entities.items():
            if entity.type == "Person":
                for form in (entity.label, *self.names(name)):
                    found[fold(form).text.split()[-1]].add(name)
        return dict(found)

    def organs(self, owner: str) -> list[Entity]:
        """Return the known organs of a state or a body."""
        return self._organs.get(owner, [])

    @cached_property
    def _organs(self) -> dict[str, list[Entity]]:
        found: dict[str, list[Entity]] = defaultdict(list)
        for entity in self.entities.values():
            found[entity.body_of].append(entity)
        return found

    def matcher(self, language: str) -> Matcher:
        """Return what finds the forms in texts of a language, and those in other scripts."""
        read = [
            alias
            for alias in self.aliases
            if alias.lang.split("-")[0] in {language, "en"} or not _LATIN.search(alias.form)
        ]
        return Matcher(read)


_KINDS: Final = {"actor": "", "place": "", "office": "Office", "treaty": "Treaty"}


class Matcher:
    """Finds forms, whatever their accents, by Aho-Corasick; case must tell a name."""

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self._by_form: dict[str, list[Alias]] = defaultdict(list)
        for alias in aliases:
            if form := fold(alias.form).text.strip():
                self._by_form[form].append(alias)
        self._forms = list(self._by_form)
        self._automaton = AhoCorasick(self._forms)

    def known(self, form: str) -> list[Alias]:
        """Return what a form may stand for, whatever its case."""
        return self._by_form.get(fold(form).text, [])

    def hits(self, text: str, folded: Folded, shouted: list[Span]) -> list[Hit]:
        """Return the longest forms, none overlapping, in order. shouted: lines in capitals."""
        found = []
        loud = _Within(shouted)
        for number, start, end in self._automaton.find_matches_as_indexes(
            folded.text, overlapping=True
        ):
            if not _is_whole(folded.text, start, end):
                continue
            span = Span(folded.start(start), folded.end(end, len(text)))
            surface, is_loud = text[span.start : span.end], loud(span.start)
            if _CURRENCY.fullmatch(surface) and _MONEY.match(text, span.end):
                continue
            aliases = tuple(
                alias
                for alias in self._by_form[self._forms[number]]
                if _case_fits(alias, surface, is_loud)
            )
            if aliases:
                shout = is_loud and not any(alias.form == surface for alias in aliases)
                found.append(Hit(span, aliases, shout))
        return list(_longest(found))


class _Within:
    """Says whether places, asked in any order, lie in one of few spans."""

    def __init__(self, spans: list[Span]) -> None:
        self._spans = spans

    def __call__(self, place: int) -> bool:
        return any(span.start <= place < span.end for span in self._spans)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Say whether a stretch neither begins nor ends within a word."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    if not text[start].isascii() and "\u3040" <= text[start] <= "\u9fff":
        return True  # scripts that put no spaces between words
    if _WORD.match(before) and _WORD.match(text[start]):
        return False
    return not (_WORD.match(after) and _WORD.match(text[end - 1]))


def _case_fits(alias: Alias, surface: str, is_loud: bool) -> bool:
    """Say whether a surface has the capitals by which a name is told from a common word."""
    form = alias.form
    if not any(char.isupper() for char in form):  # a script without case, or a common word
        return form.upper() == form or surface.lower() == form
    letters = [char for char in form if char.isalpha()]
    if all(char.isupper() for char in letters):  # an abbreviation
        return surface == form and not (is_loud and len(letters) < _SHORT and "." not in form)
    if surface.isupper():
        return is_loud or len(letters) >= _SHORT
    if form.startswith("The "):
        form, surface = form[4:], surface[4:]
    words = zip(form.split(), surface.split(), strict=False)
    return all(mine[:1].isupper() or not theirs[:1].isupper() for theirs, mine in words)


def _longest(hits: list[Hit]) -> Iterator[Hit]:
    """Yield, from the left, the longest hit at each place; of equal stretches all readings."""
    hits.sort(key=lambda hit: (hit.span.start, -hit.span.end))
    end = -1
    for hit in hits:
        if hit.span.start >= end:
            end = hit.span.end
            yield hit
