"""Whether what a predicate says is said to hold, as the rules of acts tell it (codebook §4)."""

from __future__ import annotations

from typing import Final

from demarche_ingest.extractors.rules.frames import Effect, frames
from demarche_ingest.extractors.rules.kept import kept
from demarche_ingest.extractors.rules.manner import Manner, manner
from demarche_ingest.extractors.rules.words import Words

SURE: Final = Manner()
"""Of what is taken for granted, or said without any doubt."""

_APPLIES: Final = frozenset(("apply",))


@kept
def held(words: Words, at: int) -> Manner | None:
    """Return how what a predicate says is told; none where it is only talked about."""
    return manner(words, at, _effects(words, at))


def _effects(words: Words, at: int) -> dict[int, Effect]:
    """Return what the verbs above a predicate make of the clauses that it stands in."""
    found: dict[int, Effect] = {}
    here = at
    for above in words.above(at):
        if words.lemmas[above] in _APPLIES and words.tokens[here].deprel in ("xcomp", "advcl"):
            found[here] = "drop"  # who applies to join is an applicant, which is another claim
        patterns = frames().of("verb", words.lemmas[above])
        if patterns and words.tokens[here].deprel in ("ccomp", "xcomp", "advcl"):
            effects = {pattern.frame.clause for pattern in patterns}
            if len(effects) == 1:
                found.setdefault(here, effects.pop())
        here = above
    return found
