"""Lists of claims in parts: by somebody, or about a thing, with readers' comments apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from demarche_ontology.terms import CLAIM_CONTENT, DEM, RDF, VOC, concept
from demarche_server.pages import asking
from demarche_server.pages.cells import Cell
from demarche_server.pages.things.generic_page import Showing
from demarche_server.pages.things.sheets import Asked
from demarche_server.readers.tables import Table, Term

PER_PAGE: Final = 25
"""Claims of a list on one page; further ones on the next."""
ROWS: Final = 8 * PER_PAGE
"""Rows read for a part of a list: a claim has one for each of its roles and sources."""
TALLIES: Final = 60
"""Sources, kinds and issues by which a list is counted, at most."""
COMMENT: Final = concept("voice", "reader-comment")
KINDS: Final = ("EventClaim", "RelationClaim", "AttributeClaim", "StanceClaim")
ROLES: Final = tuple(
    DEM[name]
    for name in dict.fromkeys(name for names in CLAIM_CONTENT.values() for name in names)
    if name not in {"category", "mode", "context", "comparator", "numericValue", "unit"}
)
"""Properties by which a claim speaks of a thing."""
_PLAIN: Final = frozenset({"certain", "positive", "actual", "author"})
"""Ways of saying that go without being told."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """How claims have to do with a thing, in SPARQL.

    triples: patterns of `?claim`. condition: what else holds of them. role: binds `?role` of one
    claim, to each property by which it has to do with the thing.
    """

    triples: str
    condition: str
    role: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Which claims a list holds. name: of the parameter that says where it begins.

    narrowed: triple patterns that `?claim` has to meet besides. by_readers: whether these are
    claims in readers' comments, or all others. kept: parameters of the page that the links of the
    list keep.
    """

    name: str
    speaking: Speaking
    narrowed: str = ""
    by_readers: bool = False
    kept: tuple[tuple[str, str], ...] = ()

    def scope(self, more: str = "") -> str:
        """Return the pattern of the claims. more: triple patterns of them that bind variables.

        All triple patterns stand together, and what only has to hold is a filter: so the engine
        begins with the thing, and looks the rest up for each of its claims.
        """
        comment = f"EXISTS {{ ?claim {DEM['voice']} {COMMENT} }}"
        return f"""{self.speaking.triples} {self.narrowed} {more}
      {self.speaking.condition}
      FILTER {"" if self.by_readers else "NOT "}{comment}
      FILTER EXISTS {{ ?claim a {DEM["Claim"]} }}"""

    def query(self, offset: int) -> str:
        """Return the query for a part of the list: the newest first, by the time spoken of."""
        return f"""
SELECT ?claim ?role ?source ?edtf ?uttered ?voice ?certainty ?polarity ?modality ?presupposed
WHERE {{
  {{
    SELECT DISTINCT ?claim ?day
    WHERE {{
      {self.scope()}
      OPTIONAL {{ ?claim {DEM["latest"]} ?latest }}
      OPTIONAL {{ ?claim {DEM["earliest"]} ?earliest }}
      BIND(COALESCE(?latest, ?earliest) AS ?day)
    }}
    ORDER BY DESC(?day) ?claim OFFSET {offset} LIMIT {PER_PAGE + 1}
  }}
  {self.speaking.role}
  OPTIONAL {{ ?claim {DEM["attributedTo"]} ?source }}
  OPTIONAL {{ ?claim {DEM["edtf"]} ?edtf }}
  OPTIONAL {{ ?claim {DEM["utteredOn"]} ?uttered }}
  OPTIONAL {{ ?claim {DEM["voice"]} ?voice }}
  OPTIONAL {{ ?claim {DEM["certainty"]} ?certainty }}
  OPTIONAL {{ ?claim {DEM["polarity"]} ?polarity }}
  OPTIONAL {{ ?claim {DEM["modality"]} ?modality }}
  OPTIONAL {{ ?claim {DEM["presupposed"]} ?presupposed }}
}}
ORDER BY DESC(?day) ?claim ?role ?source LIMIT {ROWS}"""


@dataclass(frozen=True, slots=True)
class Row:
    """A claim of a list. when: the time it speaks of, in EDTF. manner: how it is said."""

    claim: Cell
    role: Cell
    sources: tuple[Cell, ...]
    when: str
    manner: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list. earlier, later: where further parts are, "" for none. query: its path.

    is_narrowed: whether the reader chose some of the claims.
    """

    rows: tuple[Row, ...]
    offset: int
    earlier: str
    later: str
    query: str
    is_narrowed: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How many claims of a list go by one value. link: to the list of these only."""

    value: Cell
    count: int
    link: str
    is_chosen: bool


def asserted(thing: NamedNode) -> Speaking:
    """Return the claims that somebody makes."""
    by = DEM["attributedTo"]
    return Speaking(f"?claim {by} {thing} .", "", f"BIND({by} AS ?role)")


def about(thing: NamedNode, roles: Iterable[NamedNode] = ROLES) -> Speaking:
    """Return the claims that speak of a thing, in some of the roles."""
    among = ", ".join(map(str, roles))
    return Speaking(
        f"?claim ?how {thing} .",
        f"FILTER(?how IN ({among}))",
        f"OPTIONAL {{ ?claim ?role {thing} FILTER(?role IN ({among})) }}",
    )


def part(asked: Asked, listing: Listing, table: Table, shown: Showing) -> Part:
    """Return a part of a list from the rows of its query."""
    offset = asked.offset(listing.name)
    found: dict[str, list[tuple[Term | None, ...]]] = {}
    for row in table.rows:
        if row[0] is not None:
            found.setdefault(row[0].value, []).append(row)
    rows = [_row(some, shown) for some in list(found.values())[:PER_PAGE]]

    def link(to: int) -> str:
        return f"?{urlencode([*listing.kept, (listing.name, to)])}#{listing.name}"

    return Part(
        rows=tuple(rows),
        offset=offset,
        earlier=link(max(0, offset - PER_PAGE)) if offset else "",
        later=link(offset + PER_PAGE) if len(found) > PER_PAGE else "",
        query=asking.path(listing.query(offset), asked.engine),
        is_narrowed=bool(listing.kept),
    )


def _row(rows: list[tuple[Term | None, ...]], shown: Showing) -> Row:
    claim, role, _, edtf, uttered, *ways = rows[0]
    sources = dict.fromkeys(shown.cell(row[2]) for row in rows if row[2])
    when = edtf.value if edtf else ""
    said = (f"said on {uttered.value}",) if uttered and uttered.value != when else ()
    manner = (*said, *manner_of(ways))
    return Row(shown.cell(claim), shown.cell(role), tuple(sources), when, manner)


def manner_of(ways: Iterable[Term | None]) -> tuple[str, ...]:
    """Return how a claim is said: what is worth a word of voice, certainty, polarity, modality.

    ways: these and whether it is presupposed, in this order.
    """
    words = []
    for term, scheme in zip(ways, ("voice", "certainty", "polarity", "modality", ""), strict=True):
        value = term.value.removeprefix(f"{VOC}{scheme}-") if term else ""
        if scheme and value and value not in _PLAIN:
            words.append("denied" if value == "negative" else value.replace("-", " "))
        elif not scheme and value in {"true", "1"}:
            words.append("taken for granted")
    return tuple(words)


def tally_query(listing: Listing, by: str, triples: str, condition: str = "") -> str:
    """Return the query that counts the claims of a list. by: a variable that `triples` bind."""
    return f"""
SELECT {by} (COUNT(DISTINCT ?claim) AS ?claims)
WHERE {{
      {listing.scope(triples)} {condition}
}}
GROUP BY {by} ORDER BY DESC(?claims) {by} LIMIT {TALLIES}"""


def tallies(
    table: Table, name: str, chosen: str, kept: Mapping[str, str], shown: Showing
) -> tuple[Tally, ...]:
    """Return how often each value occurs, with links that choose it, or choose it no more."""
    found = []
    for value, count in table.rows:
        if value is None or count is None or value.kind != "iri":
            continue
        is_chosen = value.value == chosen
        more = {} if is_chosen else {name: value.value}
        link = "?" + urlencode({**kept, **more})
        found.append(Tally(shown.cell(value), int(count.value), link, is_chosen))
    return tuple(found)


def chosen(asked: Asked, name: str) -> str:
    """Return the IRI that a parameter of the page chooses, "" for none or what is no IRI."""
    value = asked.request.query_params.get(name, "")
    try:
        return NamedNode(value).value if value else ""
    except ValueError:
        return ""


BY_KIND: Final = (
    f"?claim {RDF['type']} ?kind .",
    f"FILTER(?kind IN ({', '.join(str(DEM[one]) for one in KINDS)}))",
)
"""With VALUES, the engine would read the kinds of all claims there are."""
BY_ISSUE: Final = f"?claim {DEM['position']} ?position . ?position {DEM['onIssue']} ?issue ."
BY_SOURCE: Final = f"?claim {DEM['attributedTo']} ?by ."
