"""What sentences tell outright of who says what: "X said that …", "…, according to X"."""

from __future__ import annotations

from demarche_ingest.attribution.other_cues import (
    by_hearsay,
    by_mark,
    by_nouns,
    by_prepositions,
    by_views,
    is_quoted_first,
)
from demarche_ingest.attribution.reported import Report
from demarche_ingest.attribution.speakers import Speakers
from demarche_ingest.attribution.telling_verbs import by_verbs
from demarche_ingest.attribution.words import Words


def reports(sentence: Words, speakers: Speakers, is_headline: bool = False) -> list[Report]:
    """Return what a sentence tells of who says what, in the order of the cues."""
    marked = by_mark(sentence, speakers) if is_headline or is_quoted_first(sentence) else None
    if marked is not None:
        return [marked]
    found = [*by_verbs(sentence, speakers), *by_prepositions(sentence, speakers)]
    found += [*by_views(sentence, speakers), *by_nouns(sentence, speakers)]
    found += by_hearsay(sentence)
    return sorted(found, key=lambda one: one.cue.start)
