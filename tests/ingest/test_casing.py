"""Headlines in title case and in capitals are parsed as a sentence would be written."""

import re
from collections.abc import Iterable

import pytest
from ingest.frame_examples import read_whole

from demarche_ingest.parsing.casing import lowered
from demarche_ingest.texts import Span


def named(line: str) -> Iterable[Span]:
    """Stand for a gazetteer that knows two countries and one of their adjectives."""
    return [Span(*one.span()) for one in re.finditer(r"(?i)\b(?:kenyan?|peru)\b", line)]


def read(headline: str, body: str = "") -> str:
    content = f"{headline}\n{body}"
    start = len(headline) + 1
    lines = [Span(0, len(headline)), *([Span(start, len(content))] if body else [])]
    made = lowered(content, lines, named)
    assert len(made) == len(content)
    assert made[start:] == body
    return made[: start - 1]


@pytest.mark.parametrize(
    ("headline", "wanted"),
    [
        ("Kenya Condemns Peru Over Border Raids", "Kenya condemns Peru over border raids"),
        ("KENYAN TRAWLERS SEIZED OFF PERU", "Kenyan trawlers seized off Peru"),
        ("Kenya condemns the raid in Peru", "Kenya condemns the raid in Peru"),
        ("Kenya Closed Its Border With Peru.", "Kenya Closed Its Border With Peru."),
        ("Kenya and Peru", "Kenya and Peru"),
    ],
)
def test_capitals_stay_on_names_alone(headline: str, wanted: str) -> None:
    assert read(headline) == wanted


def test_the_rest_of_the_text_tells_what_is_a_name() -> None:
    body = "Troops seize lorries, said Tebu Marat, and traders of Garba in Lodwin agreed."
    assert read("Troops Seize Marat Lorries in Lodwin", body) == (
        "troops seize Marat lorries in Lodwin"
    )


def test_tokens_keep_the_letters_of_the_text() -> None:
    text = "Norway Expels Two Russian Diplomats Over Cable"
    tokens = read_whole(text).parses[0].tokens
    assert [token.text for token in tokens] == text.split()
    assert (tokens[1].upos, tokens[1].lemma) == ("VERB", "expel")
