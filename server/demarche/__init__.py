"""Demarche: who claimed what, as a graph that can be queried and cited.

::

    import demarche

    dataset = demarche.open("2024-1")  # an rdflib Dataset, read-only
    with demarche.view() as view:  # the engine itself, faster
        known = view.query("ASK { ?s ?p ?o }").boolean()

The graph is made by the command `demarche build`. Raises the errors of
`demarche_ontology.errors`.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from demarche.homes import open_home

if TYPE_CHECKING:
    import rdflib

    from demarche_store.embedded import EmbeddedView

__all__ = ["__version__", "open", "view"]

__version__ = version("demarche")


def open(release: str | None = None, home: Path | str | None = None) -> rdflib.Dataset:  # noqa: A001
    """Open a release, or the current commit for None, as a read-only rdflib Dataset.

    release: a release, a commit id, or the beginning of just one. home: see `demarche.homes`.
    Closing the dataset closes the commit.
    Raises NoCommitError, UnknownReleaseError, StoreError.
    """
    from demarche_store.rdflib_view import open_rdflib  # rdflib takes half a second to import

    return open_rdflib(open_home(home, os.environ), release)


def view(release: str | None = None, home: Path | str | None = None) -> EmbeddedView:
    """Open a release, or the current commit for None, for queries of the engine itself.

    What it returns is a `demarche_store.protocol.View` and a context manager. Parameters and
    errors as for `open`.
    """
    return open_home(home, os.environ).open(release)
