"""Lines that hold a text are found alike in the quick and in the plain way."""

from __future__ import annotations

import sys
from array import array
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche_server.columns import looking
from demarche_server.columns.looking import QuickLines
from demarche_server.readers.texts import Lines

LINES = st.lists(st.text('abcé \x00"', max_size=12), max_size=30)


def both(lines: list[str]) -> tuple[Lines, QuickLines]:
    written = [line.encode() + b"\n" for line in lines]
    text, starts = b"".join(written), array("I", accumulate(map(len, written), initial=0))
    return Lines(text, starts), QuickLines(text, starts)


@given(
    LINES,
    st.text('abcé \x00"', max_size=4),
    st.tuples(st.integers(0, 30), st.integers(0, 30)),
    st.sampled_from([0, 1, 3, sys.maxsize]),
    st.sampled_from([1, 2, 5, 1 << 18]),
)
def test_the_same_lines_are_found(lines, needle, bounds, most, block):
    plain, quick = both(lines)
    first, end = sorted(min(one, len(lines)) for one in bounds)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(looking, "BLOCK", block)
        if needle:
            asked = needle.encode(), first, end, most
            assert quick.holding(*asked) == plain.holding(*asked)


def test_what_is_long_or_not_there_is_looked_for_too():
    plain, quick = both(["a" * 2000, "b", "ab" * 600, ""])
    for needle in (b"a" * 1001, b"a" * 1000, b"zz", b"ab" * 501, b"b"):
        asked = needle, 0, 4, sys.maxsize
        assert quick.holding(*asked) == plain.holding(*asked)
