"""What sentences tell outright of who says what: "X said that …", "…, according to X"."""

from __future__ import annotations

from demarche_ingest.attribution.asides import by_asides, by_headline, by_plain
from demarche_ingest.attribution.other_cues import (
    by_hearsay,
    by_mark,
    by_nouns,
    by_prepositions,
    by_views,
    is_quoted_first,
)
from demarche_ingest.attribution.phrases import (
    by_grounds,
    by_held_nouns,
    by_openings,
    by_owned_views,
    by_phrases,
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
    found += [*by_openings(sentence, speakers), *by_phrases(sentence, speakers)]
    found += [*by_owned_views(sentence, speakers), *by_held_nouns(sentence, speakers)]
    found += [*by_grounds(sentence, speakers), *by_hearsay(sentence)]
    told = {report.cue for report in found if report.content}
    others = [*by_asides(sentence, speakers), *by_plain(sentence, speakers)]
    if is_headline and not told:
        others += by_headline(sentence, speakers)
    surer = {report.cue for report in others if len(report.content) == 1 or report.cue not in told}
    found = [report for report in found if report.cue not in surer]
    found += [report for report in others if report.cue in surer]
    return sorted(found, key=lambda one: one.cue.start)
