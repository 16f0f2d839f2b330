"""Lemmas as edits of a form, which a classifier can choose among.

An edit is `case|cut|add` (`l|3|y`: lower case, three letters off the end, `y` on), or `=lemma`
where form and lemma share too little (`went`, `go`).
"""

from __future__ import annotations

from functools import lru_cache


def edit(form: str, lemma: str) -> str:
    """Return the smallest edit that makes the lemma of the form."""
    best = f"={lemma}"
    least = len(lemma) + 1
    for case, start in (("k", form), ("l", form.lower()), ("t", form.capitalize())):
        shared = 0
        for one, other in zip(start, lemma, strict=False):
            if one != other:
                break
            shared += 1
        cut, add = len(start) - shared, lemma[shared:]
        cost = cut + len(add)
        if shared and cost < least and cost <= len(lemma):
            best, least = f"{case}|{cut}|{add}", cost
    return best


@lru_cache(maxsize=16_384)
def apply(form: str, made: str) -> str:
    """Return the form edited; the form in lower case where the edit does not fit it."""
    if made.startswith("="):
        return made[1:]
    case, cut, add = made.split("|", 2)
    start = {"k": form, "l": form.lower(), "t": form.capitalize()}[case]
    keep = len(start) - int(cut)
    return start[:keep] + add if keep > 0 else form.lower()
