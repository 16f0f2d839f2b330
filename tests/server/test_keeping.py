"""The links of a page that is looked at as of a release lead on within that release."""

from __future__ import annotations

import pytest

from demarche_server.pages.keeping import keep
from demarche_server.protocol import Version

RELEASE = Version(release="2024-1")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="/id/x">', '<a href="/id/x?release=2024-1">'),
        ('<a href="/query?query=ASK">', '<a href="/query?query=ASK&amp;release=2024-1">'),
        ('<a href="/problems#quota">', '<a href="/problems?release=2024-1#quota">'),
        ('<a href="?from=100" rel="next">', '<a href="?from=100&amp;release=2024-1" rel="next">'),
        ('<a class="x" href="/a" title="b">', '<a class="x" href="/a?release=2024-1" title="b">'),
        ('<a href="/query?release=other">', None),
        ('<a href="/query?a=b&amp;commit=000001-0">', None),
        ('<a href="/" data-as-it-is>', None),
        ('<a href="#main">', None),
        ('<a href="https://example.org/">', None),
        ('<a href="//example.org/">', None),
        ('<link rel="stylesheet" href="/static/demarche.css?v=1">', None),
        ('<a title="/id/x">', None),
        ("&lt;a href=&#34;/id/x&#34;&gt;", None),
        (
            '<input data-complete="/search/complete">',
            '<input data-complete="/search/complete?release=2024-1">',
        ),
        (
            '<form action="/query" data-endpoint="/sparql" data-names="/search/complete"></form>',
            '<form action="/query" data-endpoint="/sparql?release=2024-1" '
            'data-names="/search/complete?release=2024-1">'
            '<input type="hidden" name="release" value="2024-1"></form>',
        ),
        ('<form><select name="release"></select></form>', None),
        ("<form data-as-it-is></form>", None),
    ],
)
def test_what_leads_on(before, after):
    assert keep(before, RELEASE, "") == (before if after is None else after)


def test_below_the_path_of_a_proxy_files_are_left_alone():
    assert keep('<a href="/kg/static/x.js">', RELEASE, "/kg") == '<a href="/kg/static/x.js">'
    assert keep('<a href="/kg/id/x">', RELEASE, "/kg") == '<a href="/kg/id/x?release=2024-1">'


def test_a_commit_is_kept_like_a_release():
    page = keep('<a href="/id/x"><form></form>', Version(commit="000001-0123456789ab"), "")
    assert 'href="/id/x?commit=000001-0123456789ab"' in page
    assert '<input type="hidden" name="commit" value="000001-0123456789ab">' in page
