"""The catalog at /.well-known/void: the served commit and every release, in VoID and DCAT 3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode, Triple

from demarche_ontology.terms import (
    DCAT,
    DCTERMS,
    FORMATS,
    RDF,
    RDFS,
    RELEASE,
    SPDX,
    VOID,
    XSD,
    Namespace,
)
from demarche_server.description.addresses import Addresses, is_ours
from demarche_server.description.counting import Counted
from demarche_server.description.service import FORMAT_NAMES
from demarche_server.releases.dumps import FORMATS as DUMPS
from demarche_server.releases.dumps import MEDIA_TYPE as GZIP
from demarche_server.settings import Settings
from demarche_store.differences import KINDS
from demarche_store.formats import GRAPH_FORMATS
from demarche_store.protocol import CommitInfo, ReleaseInfo

_ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_MEDIA_TYPES: Final = Namespace("https://www.iana.org/assignments/media-types/")
_DUMP: Final = "ntriples"


def describe_catalog(
    at: Addresses,
    settings: Settings,
    info: CommitInfo,
    releases: Sequence[ReleaseInfo],
    counted: Counted,
) -> Iterator[Triple]:
    """Yield the catalog, without blank nodes."""
    catalog, dataset = at.catalog(), at.dataset(info)
    yield Triple(catalog, RDF["type"], DCAT["Catalog"])
    yield Triple(catalog, DCTERMS["title"], Literal(settings.title))
    yield Triple(catalog, DCAT["dataset"], dataset)
    yield Triple(catalog, DCAT["service"], at.service())
    yield from _service(at, settings, dataset)
    yield from _dataset(at, settings, info)
    yield from _distribution(at, info)
    for release in releases:
        version = version_iri(at, info, release)
        yield Triple(catalog, DCAT["dataset"], version)
        yield Triple(dataset, DCAT["hasVersion"], version)
        yield Triple(version, DCAT["isVersionOf"], dataset)
        yield from _release(at, settings, info, release, version)
        if release.commit == info.id:
            yield Triple(version, DCAT["distribution"], at.catalog("default-graph"))
    yield from counted.described(dataset)
    if counted.missing:
        yield Triple(dataset, RDFS["comment"], Literal(counted.missing, language="en"))


def _service(at: Addresses, settings: Settings, dataset: NamedNode) -> Iterator[Triple]:
    service = at.service()
    yield Triple(service, RDF["type"], DCAT["DataService"])
    yield Triple(service, DCTERMS["title"], Literal(f"{settings.title}: SPARQL endpoint"))
    yield Triple(service, DCAT["endpointURL"], at.endpoint)
    yield Triple(service, DCAT["endpointDescription"], at.endpoint)
    yield Triple(service, DCAT["servesDataset"], dataset)


def _dataset(at: Addresses, settings: Settings, info: CommitInfo) -> Iterator[Triple]:
    """Describe the dataset as this server has it now: one commit."""
    dataset = at.dataset(info)
    yield Triple(dataset, RDF["type"], DCAT["Dataset"])
    yield Triple(dataset, RDF["type"], VOID["Dataset"])
    yield Triple(dataset, DCTERMS["title"], Literal(settings.title))
    yield Triple(dataset, DCTERMS["identifier"], Literal(info.id))
    yield Triple(dataset, DCTERMS["modified"], _moment(info.created))
    yield Triple(dataset, DCAT["version"], Literal(info.release or info.id))
    yield Triple(dataset, DCAT["landingPage"], at.home)
    yield Triple(dataset, VOID["sparqlEndpoint"], at.endpoint)
    yield from _license(dataset, settings, info)
    for one in GRAPH_FORMATS:
        yield Triple(dataset, VOID["feature"], FORMATS[FORMAT_NAMES[one.name]])


def _distribution(at: Addresses, info: CommitInfo) -> Iterator[Triple]:
    """Describe how to have the default graph of the served commit, whole or by queries."""
    dataset, dump = at.dataset(info), at.catalog("default-graph")
    (form,) = (one for one in GRAPH_FORMATS if one.name == _DUMP)
    address = NamedNode(f"{at.endpoint.value}?{urlencode({'query': _ALL, 'format': form.name})}")
    yield Triple(dataset, DCAT["distribution"], dump)
    yield Triple(dataset, VOID["dataDump"], address)
    yield Triple(dump, RDF["type"], DCAT["Distribution"])
    title = f"The default graph of commit {info.id}, {form.label}"
    yield Triple(dump, DCTERMS["title"], Literal(title, language="en"))
    yield Triple(dump, DCAT["accessURL"], at.endpoint)
    yield Triple(dump, DCAT["accessService"], at.service())
    yield Triple(dump, DCAT["downloadURL"], address)
    yield Triple(dump, DCAT["mediaType"], _MEDIA_TYPES[form.media_type])


def version_iri(at: Addresses, info: CommitInfo, release: ReleaseInfo) -> NamedNode:
    """Return what names a release: an IRI of the project, or an address of this server."""
    return RELEASE[release.name] if is_ours(info) else at.catalog(f"release-{release.name}")


def _release(
    at: Addresses, settings: Settings, info: CommitInfo, release: ReleaseInfo, node: NamedNode
) -> Iterator[Triple]:
    title = f"{settings.title}, release {release.name}"
    yield Triple(node, RDF["type"], DCAT["Dataset"])
    yield Triple(node, DCTERMS["title"], Literal(title, language="en"))
    yield Triple(node, DCTERMS["identifier"], Literal(release.commit))
    yield Triple(node, DCTERMS["issued"], _moment(release.created))
    yield Triple(node, DCAT["version"], Literal(release.name))
    yield Triple(node, DCAT["landingPage"], at.release(release.name))
    if release.description:
        yield Triple(node, DCTERMS["description"], Literal(release.description))
    yield from _license(node, settings, info)
    yield from _checksum(at, release, node)
    yield from _dumps(at, release, node)


def describe_release(  # noqa: PLR0913, PLR0917
    at: Addresses,
    settings: Settings,
    info: CommitInfo,
    release: ReleaseInfo,
    previous: ReleaseInfo | None,
    numbers: Mapping[str, int],
) -> Iterator[Triple]:
    """Yield the description of one release, without blank nodes.

    info: its commit. previous: the release before. numbers: its things by kind, where counted.
    """
    node = version_iri(at, info, release)
    dataset = at.dataset(info)
    yield Triple(dataset, DCAT["hasVersion"], node)
    yield Triple(node, DCAT["isVersionOf"], dataset)
    yield Triple(node, RDF["type"], VOID["Dataset"])
    yield Triple(node, VOID["triples"], _number(info.default_graph_triples))
    yield Triple(node, DCTERMS["modified"], _moment(info.created))
    if previous is not None:
        yield Triple(node, DCAT["previousVersion"], version_iri(at, info, previous))
    for kind, number in numbers.items():
        part = NamedNode(f"{at.release(release.name).value}#{kind}")
        yield Triple(node, VOID["classPartition"], part)
        yield Triple(part, VOID["class"], KINDS[kind])
        yield Triple(part, VOID["entities"], _number(number))
    yield from _release(at, settings, info, release, node)


def _dumps(at: Addresses, release: ReleaseInfo, node: NamedNode) -> Iterator[Triple]:
    """Describe the files that hold all graphs of a release, and where it is asked."""
    asked = NamedNode(f"{at.endpoint.value}?{urlencode({'release': release.name})}")
    yield Triple(node, VOID["sparqlEndpoint"], asked)
    for suffix, form in DUMPS.items():
        address = at.dump(release.name, suffix)
        dump = at.catalog(f"dump-{release.name}-{suffix}")
        yield Triple(node, DCAT["distribution"], dump)
        yield Triple(node, VOID["dataDump"], address)
        yield Triple(dump, RDF["type"], DCAT["Distribution"])
        title = f"Release {release.name}, all graphs, {form.label}"
        yield Triple(dump, DCTERMS["title"], Literal(title, language="en"))
        yield Triple(dump, DCAT["accessURL"], at.release(release.name))
        yield Triple(dump, DCAT["downloadURL"], address)
        yield Triple(dump, DCAT["mediaType"], _MEDIA_TYPES[form.media_type])
        yield Triple(dump, DCAT["compressFormat"], _MEDIA_TYPES[GZIP])


def _checksum(at: Addresses, release: ReleaseInfo, node: NamedNode) -> Iterator[Triple]:
    """Give the digest of the content: sha-256 over the canonical forms of its named graphs."""
    checksum = at.catalog(f"checksum-{release.name}")
    value = Literal(release.rdfc10, datatype=XSD["hexBinary"])
    yield Triple(node, SPDX["checksum"], checksum)
    yield Triple(checksum, RDF["type"], SPDX["Checksum"])
    yield Triple(checksum, SPDX["algorithm"], SPDX["checksumAlgorithm_sha256"])
    yield Triple(checksum, SPDX["checksumValue"], value)


def _license(node: NamedNode, settings: Settings, info: CommitInfo) -> Iterable[Triple]:
    if not settings.license or not is_ours(info):
        return ()
    return (Triple(node, DCTERMS["license"], NamedNode(settings.license)),)


def _number(number: int) -> Literal:
    return Literal(str(number), datatype=XSD["integer"])


def _moment(moment: datetime) -> Literal:
    return Literal(moment.isoformat(), datatype=XSD["dateTime"])
