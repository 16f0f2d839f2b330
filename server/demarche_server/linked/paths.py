"""Which path of this server stands for which IRI, and in which format it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from demarche_ontology.terms import (
    BASE,
    CLASSES,
    DATATYPE_PROPERTIES,
    DEM,
    OBJECT_PROPERTIES,
    ONTOLOGY,
    ONTOLOGY_VERSION,
    SHAPE,
)
from demarche_store.formats import GRAPH_FORMATS, GraphFormat

HTML: Final = "html"
FORMATS: Final[dict[str, GraphFormat]] = {
    suffix: one
    for one in GRAPH_FORMATS
    if not one.datasets or one.name == "jsonld"
    for suffix in one.suffixes
}
"""RDF formats by the suffixes of documents. A description is one graph: no N-Quads, no TriG."""
SHOWN: Final = ("ttl", "nt", "rdf", "jsonld")
"""The suffixes that links and choices use, the preferred first."""
ROUTES: Final = (
    "/id/{name:path}",
    "/vocabulary/{name:path}",
    "/query/{name:path}",
    "/graph/{name:path}",
    "/ontology",
    "/ontology.{suffix}",
    "/ontology/{name:path}",
    "/dataset",
    "/dataset.{suffix}",
    "/dataset/{name:path}",
)
"""Routes below which things are named. Hash names (`ontology#Claim`) come as their document."""
_DOCUMENTS: Final = frozenset({ONTOLOGY.value, str(SHAPE).rstrip("#")})
_TERMS: Final = frozenset({*CLASSES, *OBJECT_PROPERTIES, *DATATYPE_PROPERTIES})
_MEANT: Final = {
    ONTOLOGY_VERSION.value: ONTOLOGY.value,
    **{f"{ONTOLOGY.value}/{name}": DEM[name].value for name in _TERMS},
}
"""What addresses stand for besides themselves: the version in force for the ontology, and for
each of its terms, whose IRIs have a fragment and so no address of their own, the page of it."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a path names: a thing, or a document about it.

    iri: of the thing. suffix: of the document, "" for the thing itself.
    """

    iri: str
    suffix: str = ""

    @property
    def whole_namespace(self) -> str:
        """The namespace of hash names this is the document of, "" if it is none."""
        return f"{self.iri}#" if self.iri in _DOCUMENTS else ""

    @property
    def path(self) -> str:
        """Where the thing's documents stand on this server, without their suffix."""
        return term_path(self.iri) or path_of(self.iri)


def place_of(path: str) -> Place:
    """Return what a path below the server's root names. path: decoded, with leading slash."""
    local = path.lstrip("/")
    stem, dot, suffix = local.rpartition(".")
    if dot and stem and (suffix == HTML or suffix in FORMATS):
        return Place(_meant(BASE + stem), suffix)
    return Place(_meant(BASE + local))


def _meant(iri: str) -> str:
    return _MEANT.get(iri, iri)


def term_path(iri: str) -> str:
    """Return where a term of the ontology has a page of its own, "" for anything else."""
    name = iri.removeprefix(DEM)
    return f"/ontology/{name}" if iri.startswith(DEM) and name in _TERMS else ""


def path_of(iri: str) -> str:
    """Return the path of this server that stands for an IRI of the project, "" for any other.

    None stands for an IRI with a segment "." or "..": clients resolve those away (RFC 3986, 5.2.4),
    however they are escaped.
    """
    if not iri.startswith(BASE):
        return ""
    local, mark, fragment = iri[len(BASE) :].partition("#")
    if not {".", ".."}.isdisjoint(local.split("/")):
        return ""
    return f"/{quote(local, safe='/:@!$&()*+,;=~-._')}{mark}{quote(fragment)}" if local else ""
