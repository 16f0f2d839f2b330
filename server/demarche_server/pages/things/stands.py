"""Who stands where on positions, as claimed: the claims behind each side, filtered as asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import NamedNode

from demarche_ontology import terms
from demarche_ontology.errors import QueryLimitError
from demarche_ontology.terms import DEM, PROV, RDF, SKOS, VOC
from demarche_server.pages.things.sheets import Asked
from demarche_server.readers.tables import Term

CLAIMS: Final = 500
"""Claims of stances that one page shows; further ones on the next."""
_ROWS: Final = 4 * CLAIMS
"""Rows read for one page: a claim has one for each of its sources."""
NO_POLICY: Final = "none"
"""Instead of a policy: every claim as it was made."""
SIDES: Final[Mapping[str, str]] = {
    DEM["supports"].value: "supports",
    DEM["opposes"].value: "opposes",
    DEM["isNeutralOn"].value: "neutral",
    DEM["isAmbiguousOn"].value: "ambiguous",
}
CERTAINTIES: Final = {"any": "any", "probable": "probable or certain", "certain": "certain"}
COMMENTS: Final = {"with": "as the policy admits them", "without": "left out", "only": "only these"}
_COMMENT: Final = f"{VOC}voice-reader-comment"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader chose in the form. policy: the notation of a policy, or `NO_POLICY`."""

    policy: str
    certainty: str
    comments: str

    @classmethod
    def of(cls, asked: Asked, policies: Iterable[str]) -> Choice:
        """Return what the address says; the first of each list for what it does not know."""
        given = asked.request.query_params

        def chosen(name: str, known: Sequence[str]) -> str:
            value = given.get(name, "")
            return value if value in known else known[0]

        return cls(
            chosen("policy", [*policies, NO_POLICY]),
            chosen("certainty", list(CERTAINTIES)),
            chosen("comments", list(COMMENTS)),
        )


@dataclass(frozen=True, slots=True)
class Stance:
    """A claim that somebody takes a side. Actor, position, claim and source are IRIs.

    side: a value of `SIDES`. manner: what keeps the claim from yielding a statement, "" for
    nothing. earliest, latest: xsd:date, "" where open or not said.
    """

    actor: str
    position: str
    side: str
    claim: str
    source: str
    certainty: str
    voice: str
    earliest: str
    latest: str
    contested: bool = False
    manner: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The stances of one page. offset: of the first. more: whether there are others after it.

    chosen: whether these are some of too many to be put in order, and so no page of a sequence.
    """

    stances: tuple[Stance, ...]
    offset: int = 0
    more: bool = False
    chosen: bool = False


async def policies(asked: Asked) -> dict[str, tuple[str, str]]:
    """Return the policies of the commit by notation: IRI and label; the default one first."""
    table = await asked.ask(
        f"""SELECT ?notation ?policy ?label {{
  ?policy a {DEM["DerivationPolicy"]} ; {SKOS["notation"]} ?notation ; {SKOS["prefLabel"]} ?label
}} ORDER BY (STR(?notation) != "default") ?notation""",
        50,
    )
    rows = [[term.value if term else "" for term in row] for row in table.rows]
    return {notation: (policy, label) for notation, policy, label in rows}


async def stances(asked: Asked, positions: Sequence[str], choice: Choice, policy: str) -> Page:
    """Return the claims about who stands where, of the page that the address asks for.

    positions: in the order in which claims about them come. policy: its IRI, "" for `NO_POLICY`.
    Raises QueryError, BusyError.
    """
    if not positions:
        return Page(())
    pattern = _derived(positions, choice, policy) if policy else _claimed(positions, choice)
    some = Page(())
    # Sorting takes time for tens of thousands of claims, and none is needed where all fit.
    if not asked.offset():
        some = await _page(asked, pattern, "")
        if not some.more:
            return some
    try:
        return await _page(asked, pattern, f"ORDER BY {_ORDER} OFFSET {asked.offset()}")
    except QueryLimitError:
        if asked.offset():
            raise
        return replace(some, chosen=True)


async def _page(asked: Asked, pattern: Pattern, order: str) -> Page:
    """Return one page. order: clauses that make pages of all that fits a sequence."""
    table = await asked.ask(pattern.query(order), _ROWS)
    found: dict[tuple[str, ...], list[Stance]] = {}
    for one in map(_stance, table.rows):
        found.setdefault((one.position, one.actor, one.side, one.claim), []).append(one)
    shown = [one for group in list(found.values())[:CLAIMS] for one in group]
    return Page(tuple(sorted(shown, key=_place)), asked.offset(), len(found) > CLAIMS)


def _place(one: Stance) -> tuple[str, ...]:
    """Return what stances are ordered by within a page: what was said first comes first."""
    return one.position, one.actor, one.side, one.earliest, one.claim


def _stance(row: tuple[Term | None, ...]) -> Stance:
    values = [term.value if term else "" for term in row]
    actor, position, side, claim, source, certainty, voice, *when = values[:9]
    contested, modality, polarity = values[9:]
    side = SIDES.get(side) or side.removeprefix(f"{VOC}stance-")
    ways = (modality.removeprefix(f"{VOC}modality-"), polarity.removeprefix(f"{VOC}polarity-"))
    manner = ", ".join(way for way in ways if way not in {"", "actual", "positive"})
    earliest, latest = when
    return Stance(
        actor=actor,
        position=position,
        side=side,
        claim=claim,
        source=source,
        certainty=certainty,
        voice=voice,
        earliest=earliest,
        latest=latest,
        contested=contested == "true",
        manner=manner,
    )


_HOW: Final = f"""
  ?claim {DEM["attributedTo"]} ?source ; {DEM["modality"]} ?modality ; {DEM["polarity"]} ?polarity .
  OPTIONAL {{ ?claim {DEM["earliest"]} ?earliest }} OPTIONAL {{ ?claim {DEM["latest"]} ?latest }}"""
_COLUMNS: Final = "?claim ?source ?certainty ?voice ?earliest ?latest"
_FOUND: Final = "?rank ?actor ?position ?side ?claim ?certainty ?voice ?contested"
_ORDER: Final = "?rank ?position ?actor ?side ?claim"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What finds stances in the graph. modality, polarity: what stands for them in the answer."""

    found: str
    modality: str
    polarity: str

    def query(self, order: str) -> str:
        """Return the query for claims with their details, which are looked up for those shown only.

        order: of the claims found, and where to begin; "" where it is left to the engine.
        """
        return f"""
SELECT ?actor ?position ?side {_COLUMNS} ?contested {self.modality} {self.polarity} {{
  {{ SELECT DISTINCT {_FOUND} {{ {self.found} }} {order} LIMIT {CLAIMS + 1} }}
  {_HOW}
}} ORDER BY {_ORDER} ?source"""


def _values(positions: Iterable[str]) -> str:
    """Return the positions with their places in the order, which is that of the page."""
    rows = (f"({NamedNode(one)} {rank})" for rank, one in enumerate(positions))
    return f"VALUES (?position ?rank) {{ {' '.join(rows)} }}"


def _asked(choice: Choice) -> str:
    """Return the pattern of the claims that a reader asked for, whatever they say."""
    pattern = f"?claim {DEM['certainty']} ?certainty ; {DEM['voice']} ?voice ."
    certain, probable = (f"<{VOC}certainty-{one}>" for one in ("certain", "probable"))
    admitted = {"any": "", "probable": f"{certain}, {probable}", "certain": certain}
    if admitted[choice.certainty]:
        pattern += f" FILTER(?certainty IN ({admitted[choice.certainty]}))"
    if choice.comments != "with":
        sign = "=" if choice.comments == "only" else "!="
        pattern += f" FILTER(?voice {sign} <{_COMMENT}>)"
    return pattern


def _claimed(positions: Sequence[str], choice: Choice) -> Pattern:
    found = f"""
    {_values(positions)}
    ?claim {DEM["position"]} ?position ; {DEM["stanceActor"]} ?actor ; {DEM["stanceValue"]} ?side .
    BIND(false AS ?contested) {_asked(choice)}"""
    return Pattern(found, "?modality", "?polarity")


def _derived(positions: Sequence[str], choice: Choice, policy: str) -> Pattern:
    statement = f"""
    {_values(positions)}
    ?statement {RDF["object"]} ?position ; {DEM["underPolicy"]} {NamedNode(policy)} ;
      {RDF["subject"]} ?actor ; {RDF["predicate"]} ?side ; {DEM["contested"]} ?contested ;
      {PROV["wasDerivedFrom"]} ?claim"""
    sides = " ".join(f"<{side}>" for side in SIDES)
    graph = terms.derived_graph(choice.policy)
    # The default policy's statements stand in the default graph, those of others only in their own.
    found = f"""
    {{ {statement} }} UNION {{ GRAPH {graph} {{ {statement} }} }}
    VALUES ?side {{ {sides} }}
    {_asked(choice)}"""
    # What was derived is actual and positive.
    return Pattern(found, '("" AS ?m)', '("" AS ?p)')
