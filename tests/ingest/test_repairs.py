"""What is put right in parses, made up: as a parser has given them, and as they should be."""

import pytest

from demarche_ingest.parsing.model import Token
from demarche_ingest.parsing.repairs import repaired
from demarche_ingest.texts import Span

XPOS = {"VERB": "VBD", "PROPN": "NNP", "NOUN": "NN", "AUX": "VBD", "ADJ": "JJ", "NUM": "CD"}


def read(lines: str) -> list[Token]:
    """Return the tokens of a sentence written as "form/UPOS/relation>head" with spaces between."""
    made, at = [], 0
    for one in lines.split():
        form, upos, rest = one.split("/")
        deprel, _, head = rest.partition(">")
        xpos = XPOS.get(upos, upos)
        span = Span(at, at + len(form))
        made.append(Token(span, form, form.lower(), upos, xpos, "", int(head), deprel))
        at += len(form) + 1
    return made


def written(tokens: tuple[Token, ...]) -> str:
    return " ".join(f"{one.text}/{one.upos}/{one.deprel}>{one.head}" for one in tokens)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "Chad/AUX/aux>1 signed/VERB/root>1 ./PUNCT/punct>1",
            "Chad/PROPN/nsubj>1 signed/VERB/root>1 ./PUNCT/punct>1",
        ),
        (
            "Oman/PROPN/nsubj>1 gave/VERB/root>1 assurances/NOUN/iobj>1 ./PUNCT/punct>1",
            "Oman/PROPN/nsubj>1 gave/VERB/root>1 assurances/NOUN/obj>1 ./PUNCT/punct>1",
        ),
        (
            "ten/NUM/nummod>1 thousand/NUM/obj>3 people/NOUN/nsubj>3 fled/VERB/root>3",
            "ten/NUM/nummod>1 thousand/NUM/nummod>2 people/NOUN/nsubj>3 fled/VERB/root>3",
        ),
        (
            "NATO/PROPN/compound>1 member/NOUN/nsubj>3 Portugal/PROPN/nsubj>3 left/VERB/root>3",
            "NATO/PROPN/compound>1 member/NOUN/nmod:desc>2 Portugal/PROPN/nsubj>3 left/VERB/root>3",
        ),
        (
            "Norway/PROPN/compound>1 made/VERB/amod>2 contact/NOUN/root>2 ./PUNCT/punct>2",
            "Norway/PROPN/nsubj>1 made/VERB/root>1 contact/NOUN/obj>1 ./PUNCT/punct>1",
        ),
        (
            "The/DET/det>1 ministers/NOUN/root>1 signed/VERB/acl>1 deals/NOUN/obj>2"
            " ./PUNCT/punct>1",
            "The/DET/det>1 ministers/NOUN/nsubj>2 signed/VERB/root>2 deals/NOUN/obj>2"
            " ./PUNCT/punct>2",
        ),
    ],
)
def test_what_is_wrong_for_sure_is_put_right(before: str, after: str) -> None:
    found = read(before)
    assert written(tuple(found)) == before
    assert written(repaired(found)) == after


@pytest.mark.parametrize(
    "right",
    [
        "Has/AUX/aux>2 Oman/PROPN/nsubj>2 signed/VERB/root>2 ?/PUNCT/punct>2",
        "Oman/PROPN/nsubj>1 gave/VERB/root>1 rebels/NOUN/iobj>1 arms/NOUN/obj>1",
        "Soldiers/NOUN/root>0 deployed/VERB/acl>0 in/ADP/case>3 Kabul/PROPN/obl>1 ./PUNCT/punct>0",
        "The/DET/det>2 wounded/VERB/amod>2 soldiers/NOUN/root>2 ./PUNCT/punct>2",
        "A/DET/det>2 disputed/VERB/amod>2 strait/NOUN/nsubj>3 closed/VERB/root>3",
    ],
)
def test_what_may_be_right_stays(right: str) -> None:
    found = read(right)
    assert repaired(found) == tuple(found)
    assert written(tuple(found)) == right
