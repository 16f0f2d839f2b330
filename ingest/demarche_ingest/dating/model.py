"""What is told of an expression of time in a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from demarche_ingest.texts import Span

Kind = Literal["date", "interval", "duration", "set"]
"""A date of one unit; a stretch of several; how long without when; something that recurs."""

Basis = Literal[
    "stated", "relative to article date", "relative to an earlier expression", "assumed"
]
"""What the EDTF rests on. Assumed: on a choice that the words leave open, see `reason`."""

Bound = Literal["", "since", "until", "before", "after", "by"]
Part = Literal["", "early", "mid", "late"]


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of time: words of a text without the preposition before them.

    span: code points of the whole text. edtf: "" where it is not known or has none; `reason` says
    why. bound: of what the date is the limit ("since 1991": 1991, since). part: of the date, which
    EDTF cannot say ("late 2013": 2013, late). amount: of a duration, as ISO 8601 has it, "" for a
    vague one. rule: what recognised it.
    """

    span: Span
    words: str
    kind: Kind
    basis: Basis
    rule: str
    edtf: str = ""
    bound: Bound = ""
    part: Part = ""
    amount: str = ""
    reason: str = ""

    @property
    def interval(self) -> str:
        """The EDTF with its bound: 1991/.. for "since 1991", ../2015 for "until 2015"."""
        if not self.bound or not self.edtf or self.edtf.startswith("["):
            return self.edtf
        first, _, last = self.edtf.partition("/")
        if self.bound in ("since", "after"):
            return f"{first.replace('X', '0')}/.."  # EDTF has no interval of decades here
        return f"../{(last or first).replace('X', '9')}"
