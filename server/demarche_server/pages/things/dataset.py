"""The data set in the words of schema.org, for those who collect data sets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request

from demarche_ontology.terms import DATASET
from demarche_server.description.addresses import VOID_PATH, is_ours
from demarche_server.endpoint import PATH
from demarche_server.pages import citing, structured
from demarche_server.pages.frame import Frame
from demarche_server.pages.things import generic_page
from demarche_server.pages.things.sheets import Asked, Sheet
from demarche_server.settings import Settings
from demarche_server.versions import wanted_by
from demarche_store.formats import GRAPH_FORMATS
from demarche_store.protocol import CommitInfo

ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
"""All of the default graph."""
_OURS: Final = (
    "Claims about states, leaders, treaties, organisations and events: who makes each, through "
    "whom, how certainly, and which characters of which document carry it; with what is derived "
    "from them, in RDF."
)
_THEIRS: Final = "A data set in RDF, with a SPARQL endpoint and a page for everything it describes."


async def build(asked: Asked) -> Sheet:
    """Make the sheet of a data set: what is known of a thing. Raises QueryError, BusyError."""
    sheet = await generic_page.build(asked)
    if asked.place.iri != DATASET.value:
        return sheet
    frame: Frame = asked.request.app.state.frame
    return replace(sheet, data=describe(asked.request, frame.settings, asked.engine.info))


def describe(request: Request, settings: Settings, info: CommitInfo) -> dict[str, Any]:
    """Return the data set of a commit as a `Dataset` (https://schema.org/Dataset).

    request: of the page that says so; the version that it names is the one to be downloaded.
    """
    base = str(request.base_url).rstrip("/")
    version = wanted_by(request.scope)
    same = dict([version.pair]) if version else {}
    citation = citing.DatasetCitation.of(settings.title, base, info)
    ours = is_ours(info)
    return structured.filled(
        {
            "@type": "Dataset",
            "@id": DATASET.value if ours else f"{base}{VOID_PATH}#dataset",
            "name": settings.title,
            "description": _OURS if ours else _THEIRS,
            "url": f"{base}/",
            "license": settings.license if ours else "",
            "version": info.release or info.id,
            "identifier": [info.id, *([f"sha256:{info.rdfc10}"] if info.rdfc10 else [])],
            "dateModified": info.created.isoformat(),
            "creator": {"@type": "Organization", "name": settings.title, "url": f"{base}/"},
            "citation": citation.reference(),
            "isAccessibleForFree": True,
            "includedInDataCatalog": {
                "@type": "DataCatalog",
                "name": settings.title,
                "url": f"{base}{VOID_PATH}",
            },
            "distribution": [
                {
                    "@type": "DataDownload",
                    "name": f"The default graph, {one.label}",
                    "encodingFormat": one.media_type,
                    "contentUrl": f"{base}{PATH}?"
                    + urlencode({"query": ALL, "format": one.name, **same}),
                }
                for one in GRAPH_FORMATS
            ],
        }
    )
