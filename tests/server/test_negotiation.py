"""Content negotiation: RFC 9110, 12.5.1."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche_ontology.errors import NotAcceptableError
from demarche_server import negotiation
from demarche_server.negotiation import Range, choose, negotiate, offers, parse_accept, quality
from demarche_store.formats import formats_of

DEFAULTS = ("json", "turtle")
FORMS = st.sampled_from(["SELECT", "ASK", "GRAPH"])


def name(form, accept, named=None):
    return negotiate(form, accept, named, DEFAULTS).name


@pytest.mark.parametrize(
    ("form", "accept", "expected"),
    [
        ("SELECT", "", "json"),
        ("ASK", "*/*", "json"),
        ("GRAPH", None, "turtle"),
        ("SELECT", "text/csv", "csv"),
        ("SELECT", "TEXT/CSV ; Q=0.5", "csv"),
        ("SELECT", "text/csv;q=0.5, text/tab-separated-values;q=0.501", "tsv"),
        ("SELECT", "text/*", "csv"),
        ("SELECT", "text/*, text/csv;q=0", "tsv"),
        ("SELECT", "*/*;q=0.1, application/sparql-results+xml;q=0.05", "json"),
        ("SELECT", "application/sparql-results+json;q=0, */*", "xml"),
        ("SELECT", "application/json", "json"),
        ("SELECT", "application/xml;q=0.9, text/csv;q=0.8", "xml"),
        ("GRAPH", "application/rdf+xml, */*;q=0.1", "rdfxml"),
        ("GRAPH", "application/n-triples, */*", "ntriples"),
        ("GRAPH", 'application/ld+json;profile="http://www.w3.org/ns/json-ld#flattened"', "jsonld"),
        ("GRAPH", "text/turtle;charset=utf-8", "turtle"),
        ("SELECT", "nonsense, text/csv", "csv"),
        ("SELECT", "text/csv;q=2, text/tab-separated-values;q=0.1", "tsv"),
        ("SELECT", 'x/y;z="a,b", text/csv', "csv"),
    ],
)
def test_choice(form, accept, expected):
    assert name(form, accept) == expected


@pytest.mark.parametrize(
    ("form", "accept"),
    [
        ("SELECT", "text/turtle"),
        ("GRAPH", "text/csv"),
        ("ASK", "text/csv"),
        ("SELECT", "*/*;q=0"),
        ("SELECT", "image/*"),
        ("SELECT", "nonsense"),
    ],
)
def test_nothing_acceptable(form, accept):
    with pytest.raises(NotAcceptableError) as caught:
        name(form, accept)
    assert caught.value.offered == tuple(one.media_type for one in offers(form, ""))
    assert "format=" in caught.value.remedy


def test_the_parameter_outranks_the_header():
    assert name("SELECT", "text/csv", "tsv") == "tsv"
    assert name("GRAPH", "text/csv", "application/trig") == "trig"
    with pytest.raises(NotAcceptableError):
        name("ASK", None, "csv")


def test_defaults_lead():
    assert negotiate("SELECT", "*/*", None, ("csv", "turtle")).name == "csv"
    assert negotiate("GRAPH", None, None, ("csv", "trig")).name == "trig"


def test_a_page_is_for_who_names_it():
    firefox = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert negotiation.prefers_html(parse_accept(firefox))
    assert not negotiation.prefers_html(parse_accept("*/*"))
    assert not negotiation.prefers_html(parse_accept("text/html;q=0"))
    rows = formats_of("SELECT")
    assert not negotiation.prefers_html(parse_accept("text/html;q=0.1, text/csv"), rows)


@given(FORMS, st.text(max_size=60))
def test_no_header_breaks_it(form, accept):
    try:
        chosen = negotiate(form, accept, None, DEFAULTS)
    except NotAcceptableError:
        return
    assert chosen in formats_of(form)


WEIGHTS = st.integers(0, 1000).map(lambda n: n / 1000)
OFFERED = {one.media_type for form in ("SELECT", "GRAPH") for one in formats_of(form)}
TYPES = st.sampled_from([*sorted(OFFERED), "*/*", "text/*", "application/*", "image/png"])


@given(FORMS, st.dictionaries(TYPES, WEIGHTS, min_size=1))
def test_nothing_offered_weighs_more(form, weights):
    header = ", ".join(f"{key};q={weight:.3f}" for key, weight in weights.items())
    ranges = parse_accept(header)
    assert ranges == tuple(Range(*key.split("/"), weight) for key, weight in weights.items())
    expected = {one.name: _weight(one.media_type, weights) for one in formats_of(form)}
    try:
        chosen = choose(ranges, offers(form, "json"))
    except NotAcceptableError:
        # An alias of one format may be the type of another; none here is.
        assert not any(expected.values())
        return
    assert expected[chosen.name] == max(expected.values()) > 0
    assert quality(ranges, chosen.media_type)[0] == expected[chosen.name]


def _weight(media_type: str, weights: dict[str, float]) -> float:
    """The weight by the letter of the RFC: the most specific range that matches."""
    for key in (media_type, media_type.split("/", maxsplit=1)[0] + "/*", "*/*"):
        if key in weights:
            return weights[key]
    return 0.0
