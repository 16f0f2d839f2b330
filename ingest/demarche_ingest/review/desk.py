"""The desk of a reviewer: what there is to judge, and each decision written down at once.

Decisions stand in the journal as soon as they are made; the graph follows when
`publishing.publish` is asked to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property

from demarche_ingest.candidates.records import DocumentCandidates, NewThing
from demarche_ingest.review.composing import Accepted, faults, known_entries
from demarche_ingest.review.editing import changed
from demarche_ingest.review.journal import Journal
from demarche_ingest.review.model import Assessment, Coder
from demarche_ingest.review.queue import Choice, Item, items, ordered
from demarche_ingest.review.standing import Standing, last_standing, standings
from demarche_ingest.review.things import named, needed
from demarche_ingest.seeds.claims import ClaimRecord
from demarche_ingest.seeds.library import Entry
from demarche_ontology import terms
from demarche_ontology.errors import InputError, Problem, UnknownClaimError
from demarche_store.home import Home, utc_now


class Desk:
    """What one coder does with the candidates of a home.

    documents: yields all candidates, each time it is called. clock: gives the time of decisions.
    Raises StoreError for a journal that is damaged.
    """

    def __init__(
        self,
        home: Home,
        coder: Coder,
        documents: Callable[[], Iterable[DocumentCandidates]],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.home = home
        self.coder = coder
        self.journal = Journal.of(home)
        self._documents = documents
        self._clock = clock
        self._assessments = self.journal.assessments()
        self._standing = standings(self._assessments)

    # --- What there is ------------------------------------------------------------------------

    def items(self, choice: Choice) -> list[Item]:
        """Return the claims that are chosen, as they stand now."""
        return ordered(self._all(), choice)

    def _all(self) -> Iterator[Item]:
        yield from items(self._documents(), self.journal, self._standing)

    def find(self, names: Iterable[str]) -> list[Item]:
        """Return claims by their IRIs, local names, or beginnings of these that fit just one.

        Raises UnknownClaimError, naming all that are not there or not only one.
        """
        wanted = [name.removeprefix(terms.ID).removeprefix("id:") for name in names]
        there = {item.iri: item for item in self._all()}
        found, unknown = [], []
        for name in wanted:
            fitting = [name] if name in there else [iri for iri in there if iri.startswith(name)]
            if name and len(fitting) == 1:
                found.append(there[fitting[0]])
            else:
                unknown.append(f"{name} ({len(fitting)} claims)" if len(fitting) > 1 else name)
        if unknown:
            raise UnknownClaimError(
                f"There is no such candidate to review: {', '.join(unknown)}",
                remedy="`demarche review --list --all` tells which there are",
            )
        return found

    def standing(self, claim: str) -> Standing:
        """Return where a claim stands now."""
        return self._standing.get(claim, Standing())

    @cached_property
    def known(self) -> Mapping[str, Entry]:
        """What the graph of the home describes, by id; nothing in an empty home."""
        if self.home.current() is None:
            return {}
        with self.home.open() as view:
            if terms.GRAPH_REFERENCE.value not in view.graphs():
                return {}
            return known_entries([view.graph(terms.GRAPH_REFERENCE.value)])

    # --- Decisions ----------------------------------------------------------------------------

    def accept(self, item: Item, note: str | None = None) -> Assessment:
        """Accept a claim as it stands. Raises InputError with what is wrong with it."""
        one = self._deciding(item, "accept", note, item.claim, item.things)
        return self._write(one)

    def accept_all(
        self, chosen: Iterable[Item], note: str
    ) -> tuple[list[Assessment], list[Problem]]:
        """Accept claims, leaving out those that something is wrong with; return both."""
        by_document: defaultdict[str, list[Item]] = defaultdict(list)
        for item in chosen:
            by_document[item.document].append(item)
        made: list[Assessment] = []
        problems: list[Problem] = []
        for found in by_document.values():
            told = [
                self._assessment(item, "accept", note, item.claim, item.things) for item in found
            ]
            together = zip(found, told, strict=True)
            sound = not faults(
                [Accepted(item.claim, one, item.kept) for item, one in together], self.known
            )
            for item, one in zip(found, told, strict=True):
                wrong = [] if sound else self.faults(item)
                problems += wrong
                if not wrong:
                    made.append(self._kept(item, one))
        self._write_all(made)
        return made, problems

    def edit(
        self,
        item: Item,
        record: ClaimRecord,
        things: tuple[NewThing, ...] | None = None,
        note: str | None = None,
    ) -> Assessment:
        """Accept what an edit made of a claim. things: new things that it names now.

        Raises InputError with what is wrong with it.
        """
        offered = {thing.id: thing for thing in (*item.things, *(things or ()))}
        kept = needed(named(record), offered)
        return self._write(self._deciding(item, "edit", note, record, kept))

    def name_otherwise(
        self,
        item: Item,
        names: Mapping[str, str],
        things: tuple[NewThing, ...] = (),
        note: str | None = None,
    ) -> Assessment:
        """Accept a claim with some of what it names being other things, known or new.

        names: what each is to become, by what it is called now.
        """
        renamed = {old: new for old, new in names.items() if old != new}
        record = changed(item.claim, renamed, item.document) if renamed else item.claim
        return self.edit(item, record, things, note)

    def reject(self, item: Item, note: str | None = None) -> Assessment:
        """Turn a claim down."""
        return self._write(self._deciding(item, "reject", note))

    def undo(self, claim: str, note: str | None = None) -> Assessment:
        """Take back this coder's last decision about a claim that still stands.

        Raises UnknownClaimError where there is none.
        """
        name = claim.removeprefix(terms.ID).removeprefix("id:")
        before = last_standing(self._assessments, name, self.coder.id)
        if before is None:
            raise UnknownClaimError(
                f"{self.coder.name} decided nothing about {name} that could be undone",
                remedy="`demarche review --list --all` tells who decided what",
            )
        return self._write(
            Assessment(
                claim=name,
                document=before.document,
                decision="undo",
                coder=self.coder,
                at=self._clock(),
                note=note,
            )
        )

    def faults(self, item: Item, record: ClaimRecord | None = None) -> list[Problem]:
        """Return what is wrong with a claim, or with what an edit makes of it."""
        told = record if record is not None else item.claim
        one = self._assessment(item, "accept", None, told, item.things)
        return faults([Accepted(told, one, item.kept)], self.known)

    def unknown(self, item: Item) -> tuple[NewThing, ...]:
        """Return those things that a claim names and nothing describes, events left aside."""
        return tuple(
            thing
            for thing in item.things
            if thing.type != "Event" and thing.id not in self.known and thing.id not in self._told
        )

    @cached_property
    def _told(self) -> set[str]:
        """Things that were taken as new with an earlier claim."""
        return {thing.id for one in self._assessments for thing in one.things}

    # --- Writing down -------------------------------------------------------------------------

    def _deciding(
        self,
        item: Item,
        decision: str,
        note: str | None,
        record: ClaimRecord | None = None,
        things: tuple[NewThing, ...] = (),
    ) -> Assessment:
        told = self._assessment(item, decision, note, record, things)
        if record is None:
            return told
        if problems := faults([Accepted(record, told, item.kept)], self.known):
            raise InputError(f"{item.iri} cannot be accepted.", problems)
        return self._kept(item, told)

    def _kept(self, item: Item, one: Assessment) -> Assessment:
        """Return a decision with the document as it is described now, which is kept."""
        return one.model_copy(update={"kept": self.journal.keep(item.kept)})

    def _assessment(
        self,
        item: Item,
        decision: str,
        note: str | None,
        record: ClaimRecord | None = None,
        things: tuple[NewThing, ...] = (),
    ) -> Assessment:
        return Assessment(
            claim=item.iri,
            document=item.document,
            decision=decision,
            coder=self.coder,
            at=self._clock(),
            note=note,
            record=record,
            article=item.article.id,
            things=things,
            made=item.made,
        )

    def _write(self, one: Assessment) -> Assessment:
        self._write_all([one])
        return one

    def _write_all(self, made: list[Assessment]) -> None:
        self.journal.add(made)
        self._assessments.extend(made)
        self._told.update(thing.id for one in made for thing in one.things)
        self._standing = standings(self._assessments)
