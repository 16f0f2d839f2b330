"""The pages of a position and of an issue: who supports and opposes what, when, and who says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from demarche_ontology.terms import DEM, VOC
from demarche_server.pages import asking, cells, labels
from demarche_server.pages.cells import Cell
from demarche_server.pages.dates import parsed
from demarche_server.pages.drawing.chart import Chart, Dated, chart
from demarche_server.pages.things import in_pictures, stands
from demarche_server.pages.things.sheets import Asked, Sheet
from demarche_server.pages.things.stands import Choice, Page, Stance
from demarche_server.readers.tables import Term

POSITIONS = 200
"""Positions of an issue, and positions that exclude one, on a page."""
_ORDER = ("supports", "opposes", "ambiguous", "neutral")


@dataclass(frozen=True, slots=True)
class Behind:
    """A claim behind a row. when: its days. manner: how it is put, where that matters."""

    claim: Cell
    source: Cell
    when: str
    manner: str


@dataclass(frozen=True, slots=True)
class Side:
    """One actor on one side of one position, with the claims that say so."""

    actor: Cell
    side: str
    contested: bool
    claims: tuple[Behind, ...]
    sources: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A position and who stands where on it. both: actors who support what excludes it, too."""

    position: Cell
    sides: tuple[Side, ...]
    excludes: tuple[Cell, ...] = ()
    both: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """A source, and how many claims of each side are its own."""

    source: Cell
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Form:
    """The switches and what stands in them: (value, label) each."""

    choice: Choice
    policies: tuple[tuple[str, str], ...]
    certainties: tuple[tuple[str, str], ...]
    comments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows. others: positions beside it on the issue, or those that exclude it."""

    issue: Cell | None
    form: Form
    standings: tuple[Standing, ...]
    others: tuple[Standing, ...]
    voices: tuple[Voice, ...]
    sides: tuple[str, ...]
    chart: Chart | None
    undated: int
    claims: int
    page: Page
    per_page: int
    tensions: tuple[Cell, ...] = field(default=())


async def build_position(asked: Asked) -> Sheet:
    """Make the sheet of a dem:Position. Raises QueryError, BusyError."""
    issue = asked.text(DEM["onIssue"])
    others = [term.value for term in asked.values(DEM["excludes"])][:POSITIONS]
    shown = await _look(asked, [asked.place.iri], others, issue)
    pictures = await in_pictures.shown(asked, in_pictures.of_position(asked.place.iri))
    return Sheet("position.html", {"stand": shown}, pictures=pictures)


async def build_issue(asked: Asked) -> Sheet:
    """Make the sheet of a dem:Issue. Raises QueryError, BusyError."""
    query = f"SELECT ?p {{ ?p {DEM['onIssue']} {asked.thing} }} ORDER BY ?p LIMIT {POSITIONS}"
    positions = list(cells.iris(await asked.ask(query, POSITIONS), 0))
    shown = await _look(asked, positions, [], "")
    pictures = await in_pictures.shown(asked, in_pictures.of_issue(asked.place.iri))
    return Sheet("position.html", {"stand": shown}, pictures=pictures)


async def _look(asked: Asked, positions: Sequence[str], others: Sequence[str], issue: str) -> Shown:
    policies = await stands.policies(asked)
    choice = Choice.of(asked, policies)
    policy = policies.get(choice.policy, ("", ""))[0]
    page = await stands.stances(asked, [*positions, *others], choice, policy)
    found = page.stances
    excluded = await _excluded(asked, positions)
    tensions = await _tensions(asked, found)
    known = await labels.find(
        asked.engine, [*_iris(found), *positions, *others, *tensions, issue or asked.place.iri]
    )
    view = _View(known, found, excluded)
    here = [one for one in found if one.position in positions]
    dated = view.dated(here, by_actor=len(positions) == 1)
    return Shown(
        issue=view.cell(issue) if issue else None,
        form=_form(choice, policies),
        standings=tuple(view.standing(one) for one in positions),
        others=tuple(view.standing(one) for one in others),
        voices=tuple(view.voices(here)),
        sides=tuple(side for side in _ORDER if any(one.side == side for one in here)),
        chart=chart(dated),
        undated=len({one.claim for one in here}) - len({one.claim for one in here if _days(one)}),
        claims=len({one.claim for one in here}),
        page=page,
        per_page=stands.CLAIMS,
        tensions=tuple(view.cell(one) for one in tensions),
    )


@dataclass(frozen=True, slots=True)
class _View:
    """Makes what is shown from stances. excluded: positions by the one they exclude."""

    known: dict[str, str]
    stances: Sequence[Stance]
    excluded: dict[str, tuple[str, ...]]

    def cell(self, iri: str) -> Cell:
        return cells.labelled(cells.cell(Term("iri", iri)), self.known)

    def standing(self, position: str) -> Standing:
        groups: dict[tuple[str, str], list[Stance]] = {}
        for one in self.stances:
            if one.position == position:
                groups.setdefault((one.side, one.actor), []).append(one)
        ordered = sorted(groups, key=lambda key: (_rank(key[0]), self.cell(key[1]).text))
        excludes = self.excluded.get(position, ())
        mine = self._supporters({position})
        return Standing(
            position=self.cell(position),
            sides=tuple(self._side(groups[key]) for key in ordered),
            excludes=tuple(self.cell(one) for one in excludes),
            both=tuple(self.cell(one) for one in sorted(mine & self._supporters(set(excludes)))),
        )

    def _supporters(self, positions: set[str]) -> set[str]:
        return {
            one.actor
            for one in self.stances
            if one.side == "supports" and one.position in positions and not one.manner
        }

    def _side(self, stances: Sequence[Stance]) -> Side:
        first = stances[0]
        return Side(
            actor=self.cell(first.actor),
            side=first.side,
            contested=any(one.contested for one in stances),
            claims=tuple(self._behind(one) for one in stances),
            sources=len({one.source for one in stances}),
        )

    def _behind(self, one: Stance) -> Behind:
        certainty = one.certainty.removeprefix(f"{VOC}certainty-")
        voice = one.voice.removeprefix(f"{VOC}voice-").replace("-", " ")
        ways = (one.manner, "" if certainty == "certain" else certainty, voice)
        when = one.earliest
        if one.latest != one.earliest:
            when = f"{one.earliest or '…'} – {one.latest or '…'}"
        return Behind(
            self.cell(one.claim), self.cell(one.source), when, ", ".join(filter(None, ways))
        )

    def voices(self, stances: Sequence[Stance]) -> list[Voice]:
        counted: dict[str, Counter[str]] = {}
        for source, side, _ in {(one.source, one.side, one.claim) for one in stances}:
            counted.setdefault(source, Counter())[side] += 1
        found = [Voice(self.cell(source), dict(sides)) for source, sides in counted.items()]
        return sorted(found, key=lambda one: (-sum(one.counts.values()), one.source.text))

    def dated(self, stances: Sequence[Stance], *, by_actor: bool) -> list[Dated]:
        rows = []
        for one in stances:
            days = _days(one)
            if days:
                row = self.cell(one.actor if by_actor else one.position).text
                rows.append(Dated(row, one.side, *days))
        return rows


def _days(one: Stance) -> tuple[date, date] | None:
    """Return first and last day; an open end is drawn at the other one."""
    first, last = parsed(one.earliest), parsed(one.latest)
    first, last = first or last, last or first
    return (first, last) if first and last else None


def _rank(side: str) -> int:
    return _ORDER.index(side) if side in _ORDER else len(_ORDER)


def _iris(stances: Iterable[Stance]) -> list[str]:
    return [iri for one in stances for iri in (one.actor, one.position, one.claim, one.source)]


def _form(choice: Choice, policies: dict[str, tuple[str, str]]) -> Form:
    named = tuple((notation, label) for notation, (_, label) in policies.items())
    return Form(
        choice,
        (*named, (stands.NO_POLICY, "No policy: every claim as made")),
        tuple(stands.CERTAINTIES.items()),
        tuple(stands.COMMENTS.items()),
    )


async def _excluded(asked: Asked, positions: Sequence[str]) -> dict[str, tuple[str, ...]]:
    wanted = " ".join(map(asking.written, positions))
    query = f"SELECT ?a ?b {{ VALUES ?a {{ {wanted} }} ?a {DEM['excludes']} ?b }} ORDER BY ?a ?b"
    found: dict[str, tuple[str, ...]] = {}
    for a, b in (await asked.ask(query, POSITIONS * 10)).rows:
        if a and b:
            found[a.value] = (*found.get(a.value, ()), b.value)
    return found


async def _tensions(asked: Asked, stances: Sequence[Stance]) -> list[str]:
    """Return claims by which one source shows one actor on positions that exclude each other."""
    wanted = " ".join(map(asking.written, sorted({one.claim for one in stances})))
    query = f"""
SELECT DISTINCT ?claim {{
  VALUES ?claim {{ {wanted} }} ?claim {DEM["inTensionWith"]} ?other
}} ORDER BY ?claim"""
    return list(cells.iris(await asked.ask(query, POSITIONS), 0)) if wanted else []
