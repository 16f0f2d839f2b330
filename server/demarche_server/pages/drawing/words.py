"""Words within a drawing: what may stand in one, cut to what fits, and the room they take."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LETTER: Final = 7.2
"""About the width of a letter of the font of drawings, in their units."""
_WIDE: Final = 13.5
# What XML 1.0 cannot hold (2.2, Char), other controls, and marks that turn the direction of what
# follows: SVG has nothing that would isolate them, and a label is one line.
_UNFIT: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+"
)


def fit(text: str) -> str:
    """Return text as one line without what a drawing cannot hold."""
    return _UNFIT.sub(" ", text).strip()


def cut(text: str, longest: int) -> str:
    """Return text fit for a drawing, of at most `longest` code points."""
    fitting = fit(text)
    return fitting if len(fitting) <= longest else fitting[: longest - 1].rstrip() + "…"


def width(text: str) -> float:
    """Return about how wide text is drawn, in the units of the drawing."""
    return sum(_WIDE if unicodedata.east_asian_width(one) in "WF" else LETTER for one in text)
