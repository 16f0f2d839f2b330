"""Accounts of an event: what each chain of sources says of it, agreeing and contradicting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from demarche_ontology import terms
from demarche_ontology.terms import DEM
from demarche_server.pages.cells import Cell
from demarche_server.pages.things import claim_lists
from demarche_server.pages.things.generic_page import Showing
from demarche_server.readers.tables import Table, Term

CLAIMS: Final = 60
"""Claims about an event on one page; further ones on the next."""
ROLES: Final = (
    "category",
    "mode",
    "actor",
    "recipient",
    "affected",
    "place",
    "context",
    "invokes",
)
"""What a claim says of an event, in the order of the rows."""
_MANNER: Final = ("voice", "certainty", "polarity", "modality", "presupposed")
_READ: Final = (
    *ROLES,
    *_MANNER,
    "edtf",
    "attributedTo",
    "reportedThrough",
    "inDocument",
    "inPart",
    *terms.COMPUTED_RELATIONS,
)
ROWS: Final = 60 * (CLAIMS + 1)
"""Statements of claims that the page reads: 60 for each claim, on average."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value in a source's account. is_denied: whether the source says that it was not so.

    alike, against: how many other sources say the same of it, and the opposite.
    """

    cell: Cell
    is_denied: bool
    alike: int
    against: int


@dataclass(frozen=True, slots=True)
class Told:
    """One claim of an account. manner: how it is said.

    against, alike: how many of the claims on this page contradict and corroborate it.
    """

    claim: Cell
    manner: tuple[str, ...]
    against: int
    alike: int


@dataclass(frozen=True, slots=True)
class Account:
    """What one chain of sources says of the event. chain: from the paper to who asserts it.

    values: by what they say, in the order of the rows. by_readers: in readers' comments.
    """

    chain: tuple[Cell, ...]
    claims: tuple[Told, ...]
    values: dict[str, tuple[Value, ...]]
    times: tuple[str, ...]
    is_denied: bool
    by_readers: bool


@dataclass(frozen=True, slots=True)
class EventClaim:
    """A claim as read: values by the local name of the property."""

    iri: str
    said: dict[str, tuple[Term, ...]]

    def one(self, name: str) -> Term | None:
        return next(iter(self.said.get(name, ())), None)

    @property
    def chain(self) -> tuple[str, ...]:
        """The IRIs of its sources, from who publishes it to who asserts it."""
        steps = tuple(term.value for term in self.said.get("stepAgent", ()))
        through = (term.value for term in self.said.get("reportedThrough", ()))
        return steps or (*through, *(term.value for term in self.said.get("attributedTo", ())))

    @property
    def is_comment(self) -> bool:
        voice = self.one("voice")
        return voice is not None and voice.value == claim_lists.COMMENT.value

    @property
    def is_denied(self) -> bool:
        polarity = self.one("polarity")
        return polarity is not None and polarity.value.endswith("polarity-negative")


@dataclass(frozen=True, slots=True)
class _Said:
    """Who asserts and who denies which value: sources by property, value and whether denied."""

    sources: dict[tuple[str, str, bool], set[str]]

    @classmethod
    def of(cls, claims: Iterable[EventClaim]) -> _Said:
        sources: dict[tuple[str, str, bool], set[str]] = {}
        for one in claims:
            for name in ROLES:
                for value in one.said.get(name, ()):
                    key = (name, value.value, one.is_denied)
                    sources.setdefault(key, set()).update(one.chain[-1:])
        return cls(sources)

    def others(
        self, chain: tuple[str, ...], name: str, value: str, is_denied: bool
    ) -> tuple[int, int]:
        """Return how many sources other than the last of a chain say the same, and the opposite."""
        alike = self.sources.get((name, value, is_denied), set()) - {*chain[-1:]}
        against = self.sources.get((name, value, not is_denied), set()) - {*chain[-1:]}
        return len(alike), len(against)


def query(event: NamedNode, offset: int) -> str:
    """Return the query for the claims about an event, with what they say, how, and through whom."""
    read = " ".join(str(DEM[name]) for name in _READ)
    return f"""
SELECT ?claim ?p ?o
WHERE {{
  {{
    SELECT DISTINCT ?claim
    WHERE {{ ?claim {DEM["aboutEvent"]} {event} }}
    ORDER BY ?claim OFFSET {offset} LIMIT {CLAIMS + 1}
  }}
  {{ VALUES ?p {{ {read} }} ?claim ?p ?o }}
  UNION {{
    ?claim {DEM["reportingStep"]} ?step . ?step {DEM["stepAgent"]} ?o ; {DEM["stepOrder"]} ?order
    BIND({DEM["stepAgent"]} AS ?p)
  }}
}}
ORDER BY ?claim ?p ?order ?o LIMIT {ROWS}"""


def read(table: Table) -> list[EventClaim]:
    """Return the claims that the query found, in their order."""
    found: dict[str, dict[str, tuple[Term, ...]]] = {}
    for claim, name, value in table.rows:
        if claim and name and value:
            said = found.setdefault(claim.value, {})
            local = name.value.removeprefix(str(DEM))
            said[local] = (*said.get(local, ()), value)
    return [EventClaim(iri, said) for iri, said in found.items()]


def accounts(claims: Sequence[EventClaim], shown: Showing) -> list[Account]:
    """Return an account for each chain of sources, those with most claims first.

    Readers' comments make accounts of their own.
    """
    groups: dict[tuple[bool, tuple[str, ...]], list[EventClaim]] = {}
    for one in claims:
        groups.setdefault((one.is_comment, one.chain), []).append(one)
    maker = _Maker(shown, _Said.of(claims), frozenset(one.iri for one in claims))
    made = [maker.account(chain, some) for (_, chain), some in groups.items()]
    return sorted(made, key=lambda one: (-len(one.claims), [c.text for c in one.chain]))


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes accounts. said: who says what on the page. here: the IRIs of its claims."""

    shown: Showing
    said: _Said
    here: frozenset[str]

    def account(self, chain: tuple[str, ...], claims: Sequence[EventClaim]) -> Account:
        """Return what the claims of one chain of sources say."""
        times = dict.fromkeys(when.value for one in claims if (when := one.one("edtf")))
        return Account(
            chain=tuple(self.shown.cell(Term("iri", iri)) for iri in chain),
            claims=tuple(map(self._told, claims)),
            values={name: found for name in ROLES if (found := self._values(name, chain, claims))},
            times=tuple(times),
            is_denied=any(one.is_denied for one in claims),
            by_readers=any(one.is_comment for one in claims),
        )

    def _values(
        self, name: str, chain: tuple[str, ...], claims: Iterable[EventClaim]
    ) -> tuple[Value, ...]:
        given = dict.fromkeys(
            (value, one.is_denied) for one in claims for value in one.said.get(name, ())
        )
        return tuple(
            Value(self.shown.cell(value), no, *self.said.others(chain, name, value.value, no))
            for value, no in given
        )

    def _told(self, one: EventClaim) -> Told:
        def count(name: str) -> int:
            return sum(value.value in self.here for value in one.said.get(name, ()))

        return Told(
            claim=self.shown.cell(Term("iri", one.iri)),
            manner=claim_lists.manner_of(one.one(name) for name in _MANNER),
            against=count("contradicts"),
            alike=count("corroborates"),
        )
