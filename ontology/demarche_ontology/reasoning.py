"""Consistency of ontology, reference and derived graphs, by HermiT (OWL 2 DL) on Java.

What a claim says is not asserted, so claims are no input: only terms, reference facts and bare
derived triples are. `axioms` leaves out what would make HermiT abort or lead astray:

- dates (`xsd:date` and its kin are outside the OWL 2 datatype map, OWL 2 Syntax 4);
- the parts of reified statements (`rdf:subject`, `rdf:predicate`, `rdf:object`);
- properties used as values (`dem:derivesPredicate`), and imports, which would be fetched.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from tempfile import NamedTemporaryFile, TemporaryDirectory
from threading import Lock
from types import SimpleNamespace
from typing import Any, Final, Literal

import owlready2
from pyoxigraph import Literal as OxLiteral
from pyoxigraph import NamedNode, Triple

from demarche_ontology.errors import CheckError, Problem
from demarche_ontology.rdf import n_triples
from demarche_ontology.terms import DEM, OWL, RDF, XSD

Status = Literal["consistent", "inconsistent", "unsatisfiable", "skipped"]

_ONE_AT_A_TIME: Final = Lock()
_BASE: Final = "urn:demarche:reasoning#"
_PYTHON_MODULE: Final = NamedNode(
    "http://www.lesfleursdunormal.fr/static/_downloads/owlready_ontology.owl#python_module"
)
"""owlready2 imports the Python modules that this annotation names: nothing for data to say."""
_LEFT_OUT: Final = frozenset(
    {
        RDF["subject"],
        RDF["predicate"],
        RDF["object"],
        DEM["derivesPredicate"],
        DEM["claimPredicate"],
        OWL["imports"],
        _PYTHON_MODULE,
    }
)
_DATES: Final = frozenset(
    XSD[name]
    for name in ("date", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay", "duration")
)

_SKIPPED: Final = (
    "skipped: no Java was found. Install a JRE, a Java runtime of version 8 or later (on Debian "
    'default-jre-headless), so that the command "java" is on the PATH, and run the check again.'
)
_INCONSISTENT: Final = (
    "The graph contradicts itself. Look for one node in two classes that are disjoint "
    "(owl:disjointWith, owl:AllDisjointClasses), an asymmetric, irreflexive or functional property "
    "used against its nature, or owl:sameAs beside owl:differentFrom; undo the last change to the "
    "ontology, or halve the reference graph until the fault is found."
)


@dataclass(frozen=True, slots=True)
class ReasoningReport:
    """What the reasoner found.

    unsatisfiable: IRIs of the classes that can have no members, sorted.
    hint: what it means and what to do; "" when all is well.
    """

    status: Status
    unsatisfiable: tuple[str, ...] = ()
    hint: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing was found; a skipped check has found nothing either."""
        return self.status in ("consistent", "skipped")

    def problems(self) -> tuple[Problem, ...]:
        """Return what was found as the `Problem`s that errors carry."""
        if self.ok:
            return ()
        subjects = self.unsatisfiable or ("",)
        return tuple(Problem("", 0, subject, self.status, self.hint) for subject in subjects)


def reason(triples: Iterable[Triple]) -> ReasoningReport:
    """Check ontology, reference and derived triples together.

    Without Java the report is "skipped" and says how to get it. Takes seconds: a Java process
    is started. Raises CheckError when the reasoner itself fails.
    """
    if shutil.which("java") is None:
        return ReasoningReport("skipped", hint=_SKIPPED)
    world = owlready2.World()  # a fresh one: owlready2's default world remembers everything
    try:
        return _reason(world, axioms(triples))
    finally:
        world.close()


def axioms(triples: Iterable[Triple]) -> list[Triple]:
    """Return the triples that are given to the reasoner, sorted."""
    kept = {triple for triple in triples if not _left_out(triple)}
    return sorted(kept, key=str)


def _left_out(triple: Triple) -> bool:
    if triple.predicate in _LEFT_OUT or triple.object in _DATES:
        return True
    return isinstance(triple.object, OxLiteral) and triple.object.datatype in _DATES


def _reason(world: Any, triples: list[Triple]) -> ReasoningReport:
    ontology = world.get_ontology(_BASE)
    ontology.load(fileobj=BytesIO(n_triples(triples)), format="ntriples")
    try:
        with ontology, _own_temporary_folder():
            owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
    except owlready2.OwlReadyInconsistentOntologyError:
        return ReasoningReport("inconsistent", hint=_INCONSISTENT)
    except owlready2.OwlReadyJavaError as error:
        remedy = "look for an axiom outside OWL 2 DL; the message above names it"
        raise CheckError("HermiT failed", [Problem("", 0, "", str(error), remedy)]) from error
    return _classes(world)


@contextmanager
def _own_temporary_folder() -> Iterator[None]:
    """Have owlready2 write its input for HermiT where it is removed in every case.

    It leaves the file behind when HermiT fails, and finding an inconsistency is a failure to it.
    """
    module = owlready2.reasoning
    with _ONE_AT_A_TIME, TemporaryDirectory() as folder:
        original = module.tempfile
        here = partial(NamedTemporaryFile, dir=folder)
        module.tempfile = SimpleNamespace(NamedTemporaryFile=here)
        try:
            yield
        finally:
            module.tempfile = original


def _classes(world: Any) -> ReasoningReport:
    nothing = owlready2.Nothing
    found = tuple(sorted(c.iri for c in world.inconsistent_classes() if c is not nothing))
    if not found:
        return ReasoningReport("consistent")
    hint = (
        "These classes can have no members: they stand below two disjoint classes, or their "
        "axioms contradict each other. Remove one of the superclasses or the disjointness."
    )
    return ReasoningReport("unsatisfiable", found, hint)
