"""Which extractors there are, by name, and a user's own."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from demarche_ontology.errors import InputError, Problem

if TYPE_CHECKING:
    from demarche_ingest.extractors.protocol import Extractor

RULES: Final = "rules"
LLM: Final = "llm"
FACTS: Final = "facts"
EXTRACTORS: Final[dict[str, str]] = {
    RULES: "demarche_ingest.extractors.rules:Rules",
    FACTS: "demarche_ingest.extractors.facts:Facts",
}
"""Module and function that opens each."""
USUAL: Final = (RULES, FACTS)
"""Those that work where none are named: events, and all else."""


def open_extractor(name: str) -> Extractor:
    """Return an extractor: one of `EXTRACTORS`, or a user's own as `module:function`.

    The function takes nothing and returns what follows `protocol.Extractor`. Those of the package
    are as sure of a claim as such claims were found to be (`confidence`); by module and function
    they are opened as they are. Raises InputError.
    """
    module, colon, function = EXTRACTORS.get(name, name).partition(":")
    if not colon:
        raise _refused(name, "there is no such extractor")
    try:
        extractor: Extractor = getattr(import_module(module), function)()
    except (ImportError, AttributeError) as error:
        raise _refused(name, f"it cannot be loaded: {error}") from error
    if name not in EXTRACTORS:
        return extractor
    from demarche_ingest.extractors.confidence import Calibrated, packaged

    return Calibrated(extractor, packaged())


def _refused(name: str, why: str) -> InputError:
    known = ", ".join((*EXTRACTORS, LLM))
    remedy = f"name one of {known}, or one of your own as module:function"
    return InputError("An extractor cannot be used.", [Problem("", 0, name, why, remedy)])
