"""Every class of error has its own kind, and every kind the same shape."""

from __future__ import annotations

import json

import pytest

from demarche_ontology import errors
from demarche_server.problems import KINDS, UNFORESEEN, kind_of, report


def classes(root=errors.DemarcheError):
    yield root
    for child in root.__subclasses__():
        yield from classes(child)


PUBLIC = [one for one in classes() if not one.__name__.startswith("_")]


def make(cls):
    if issubclass(cls, errors._ProblemsError) and cls is not errors.RdfSyntaxError:
        return cls("It is wrong", [errors.Problem("a.tsv", 3, "c1", "bad", "mend it")])
    if cls is errors.NotAcceptableError:
        return cls("It is wrong", ("text/csv",), "do this")
    return cls("It is wrong", "do this")


@pytest.mark.parametrize("cls", PUBLIC)
def test_every_class_is_mapped_by_name(cls):
    assert cls in KINDS
    assert kind_of(make(cls)) is KINDS[cls]


@pytest.mark.parametrize("cls", [*PUBLIC, ValueError])
def test_shape(cls):
    error = make(cls) if cls in KINDS else cls("a secret")
    told = report(error, "id1")
    body = json.loads(told.body())
    assert body["status"] == told.status >= 400
    assert body["type"] == f"/problems#{told.kind.slug}"
    assert body["requestId"] == "id1"
    assert all(isinstance(body[key], str) and body[key] for key in ("type", "title", "detail"))
    outside = (
        errors.QueryLimitError,
        errors.QueryCrashedError,
        errors.TryLaterError,
        errors.FederationError,
    )
    inside = told.status >= 500 and not issubclass(cls, outside)
    assert ("It is wrong" in body["detail"]) != inside
    assert "secret" not in told.body().decode()


def test_slugs_are_unique():
    slugs = [kind.slug for kind in [*KINDS.values(), UNFORESEEN]]
    assert len(slugs) == len(set(slugs))


def test_retry_after_is_told_in_a_header():
    told = report(errors.BusyError("m", "r", retry_after=7), "")
    assert (b"retry-after", b"7") in told.headers()
    assert told.status == 503


def test_extensions():
    place = json.loads(report(errors.QuerySyntaxError("m", "r", 2, 5), "").body())
    assert (place["line"], place["column"], place["remedy"]) == (2, 5, "r")
    listed = json.loads(report(make(errors.InputError), "").body())["problems"]
    assert listed[0] == {
        "file": "a.tsv",
        "line": 3,
        "subject": "c1",
        "message": "bad",
        "remedy": "mend it",
    }
    offered = json.loads(report(make(errors.NotAcceptableError), "").body())["offered"]
    assert offered == ["text/csv"]
    told = report(errors.RequestError("m", status=405, allow=("GET", "POST")), "")
    assert (told.status, told.headers()) == (405, [(b"allow", b"GET, POST")])
