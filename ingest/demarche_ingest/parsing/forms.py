"""What is seen of a word by itself, out of its sentence. Training and parsing share this."""

from __future__ import annotations

import re

_TYPOGRAPHY = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u201b": "'",
        "\u02bc": "'",
        "\u2032": "'",
        "`": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u201f": '"',
        "\u00ab": '"',
        "\u00bb": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "\u2013",
        "\u2015": "\u2014",
        "\u00ad": "",
        "\u200b": "",
    }
)
_DIGIT = re.compile(r"\d")

LETTERS = 24
"""How many characters of a word are looked at: of a longer one the first and the last half."""

START, END = "\x02", "\x03"


def plain(form: str) -> str:
    """Return the form with quotation marks and hyphens as on a keyboard, each digit as 0."""
    if form.isascii() and form.isalpha():
        return form
    return _DIGIT.sub("0", form.translate(_TYPOGRAPHY)) or form


def word(form: str) -> str:
    """Return what a form is looked up by among the known words."""
    return plain(form).lower()


def suffix(form: str) -> str:
    """Return the last three letters, in lower case."""
    return plain(form).lower()[-3:]


def letters(form: str) -> str:
    """Return the characters that are read one by one, between marks for start and end."""
    seen = plain(form)
    room = LETTERS - 2
    if len(seen) > room:
        seen = seen[: room // 2] + seen[-(room // 2) :]
    return START + seen + END


def shape(form: str) -> str:
    """Return the kinds of the characters, runs shortened: `Xx` for Kyiv, `X.X.` for U.S."""
    kinds: list[str] = []
    for character in form.translate(_TYPOGRAPHY):
        if character.isalpha():
            kind = "X" if character.isupper() else "x"
        elif character.isdigit():
            kind = "0"
        else:
            kind = character
        if kinds[-1:] != [kind]:
            kinds.append(kind)
    return "".join(kinds[:6])
