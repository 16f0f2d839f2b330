"""Whose claims are in, on each contested matter: the neutrality audit.

For every issue, each of its positions with the sources that say somebody supports or opposes it.
A source is who asserts the claim; the same person counts once for every claim.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from demarche_ontology.terms import PREFIXES
from demarche_store.protocol import View

_QUERY = (
    "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    + """
SELECT ?issue ?position ?side ?source (COUNT(DISTINCT ?claim) AS ?claims) WHERE {
  ?claim a dem:StanceClaim ; dem:position ?p ; dem:stanceValue ?value ; dem:polarity ?polarity ;
    dem:attributedTo ?s ; dem:voice ?v .
  ?p dem:onIssue ?i ; skos:prefLabel ?position .
  ?i skos:prefLabel ?issue .
  ?s skos:prefLabel ?label .
  BIND (IF(?v = voc:voice-reader-comment, "reader comments", STR(?label)) AS ?source)
  # A denial is no opposite: who is said not to oppose is not said to support.
  BIND (IF(?polarity != voc:polarity-positive, "neither",
        IF(?value = voc:stance-supports, "for",
        IF(?value = voc:stance-opposes, "against", "neither"))) AS ?side)
} GROUP BY ?issue ?position ?side ?source
"""
)


@dataclass(frozen=True, slots=True)
class Row:
    """One position: claims for, against and neither, counted by source."""

    issue: str
    position: str
    sides: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def audit(view: View) -> list[Row]:
    """Return the positions that any claim takes a side on, by issue."""
    found: dict[tuple[str, str], Row] = {}
    for issue, position, side, source, claims in view.query(_QUERY).rows():
        key = (issue.value, position.value)
        row = found.setdefault(key, Row(*key))
        row.sides[side.value][source.value] += int(claims.value)
    return [found[key] for key in sorted(found)]


def markdown(rows: list[Row]) -> Iterator[str]:
    """Yield the audit as the lines of a table."""
    yield (
        "| issue | position | said to be supported, by | said to be opposed, by "
        "| neither, or denied, by |"
    )
    yield "| --- | --- | --- | --- | --- |"
    before = ""
    for row in rows:
        issue = row.issue if row.issue != before else ""
        before = row.issue
        cells = [_counts(row.sides[side]) for side in ("for", "against", "neither")]
        yield f"| {' | '.join([issue, row.position, *cells])} |"


def _counts(sources: Counter[str]) -> str:
    ordered = sorted(sources.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {count}" for name, count in ordered) or "–"
