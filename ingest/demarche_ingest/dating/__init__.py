"""Dates that English texts tell: of articles (`dateline`) and within them, as EDTF.

A date stays as partial as it is told: "in September" is a month, "last year" a year. What is told
in relation to something is worked out from it; where that is not known, no date is made.
"""

from demarche_ingest.dating.dateline import Reading, dateline, read_dateline
from demarche_ingest.dating.finding import expressions
from demarche_ingest.dating.model import Expression

__all__ = ["Expression", "Reading", "dateline", "expressions", "read_dateline"]
