"""Making spellings comparable: case, accents, scripts, and the ways a name is romanised.

Two forms. The *folded* form of a text is what is compared first: lower-case ASCII words, whatever
the script. The *sound* of a word is what is left where spellings of one name differ: *Toqaev* and
*Tokayev*, *Sarkisian* and *Sargsyan*, *Aliev* and *Əliyev* sound alike. Sounds only propose: what
sounds alike is shown after what is written alike, and merges nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from anyascii import anyascii

LONGEST: Final = 2000
"""Code points of a text that are looked at."""
SHORTEST_SOUND: Final = 4
"""Letters a word needs to be compared by its sound; shorter ones sound like too much."""

_WORDS: Final = re.compile(r"[a-z0-9]+")
_SAID: Final = re.compile(r"\w+(?:['’ʼʻ‘`´]\w+)*")
_POSSESSIVE: Final = re.compile(r"['’ʼ]s(?!\w)", re.IGNORECASE)
_APOSTROPHES: Final = re.compile(r"['’ʼʻ‘`´ʹʺ]")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def fold(text: str) -> str:
    """Return the words of a text in lower-case ASCII, one space between them."""
    return " ".join(_folded_words(text[:LONGEST]))


def _folded_words(text: str) -> Iterator[str]:
    plain = _POSSESSIVE.sub("", unicodedata.normalize("NFKC", text))
    # Apostrophes within a word are dropped, before and after transliteration makes new ones.
    ascii_text = anyascii(_APOSTROPHES.sub("", plain)).replace("'", "").lower()
    return iter(_WORDS.findall(ascii_text))


def words(text: str) -> list[str]:
    """Return the folded words to find a text by: those of `fold`, and parts at apostrophes."""
    found = fold(text).split()
    if _APOSTROPHES.search(text[:LONGEST]):
        found += fold(_APOSTROPHES.sub(" ", text[:LONGEST])).split()
    return list(dict.fromkeys(found))


def readings(text: str) -> list[str]:
    """Return the ways a query may be meant, folded: as it stands, and `CamelCase` as words."""
    return list(dict.fromkeys((fold(text), fold(_CAMEL.sub(" ", text[:LONGEST])))))


def marks(text: str, wanted: list[str]) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it is a word that begins as one wanted does.

    wanted: folded words.
    """
    pieces: list[tuple[str, bool]] = []
    at = 0
    for match in _SAID.finditer(text):
        folded = fold(match[0])
        if any(folded.startswith(word) for word in wanted):
            pieces += [(text[at : match.start()], False), (match[0], True)]
            at = match.end()
    return [piece for piece in (*pieces, (text[at:], False)) if piece[0]]


# --- Sounds -----------------------------------------------------------------------------------

_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(?<=[aeou])j(?![aeiouy])", "i"),
        (r"gh|kh|qu|ck|q", "k"),
        (r"d?t?sch|tch|dzh|dj|cz|[csz]h|[td][sz]|[jz]|c(?=[eiy])", "s"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"^x|x(?![aeiouy])|c", "k"),
        (r"x", "ks"),
        (r"ou|oo", "u"),
        (r"ee", "i"),
    )
)
"""What is written in several ways for one sound, in the order in which it is rewritten.

All that hisses is one sound: *ch* is French, English and German for three of them.
"""
_HARDENED: Final = str.maketrans("bdgvw", "ptkff")
"""Voiced and unvoiced: West and East Armenian, Russian and German spell them differently."""
_GLIDE: Final = re.compile(r"(?<=[aeiou])[yi](?=[aeou])|^y(?=[aeiou])|h(?![aeiou])")
_DOUBLED: Final = re.compile(r"(.)\1+")
_VOWELS: Final = re.compile(r"[aeiou]+")


@lru_cache(maxsize=1 << 14)
def spoken(word: str) -> str:
    """Return a folded word as it is spoken, roughly: one letter for one sound."""
    said = word
    for pattern, sound in _SOUNDS:
        said = pattern.sub(sound, said)
    said = said.translate(_HARDENED)
    said = _GLIDE.sub("", said).replace("y", "i")
    return _DOUBLED.sub(r"\1", said)


def skeleton(word: str) -> str:
    """Return the consonants of a folded word as they are spoken, "a" for a vowel it begins with."""
    said = spoken(word)
    bare = _VOWELS.sub("", said)
    return "a" + bare if _VOWELS.match(said) else bare


def sounds(text: str) -> list[str]:
    """Return the skeletons of the words of a name that are long enough to have one."""
    long_enough = (word for word in words(text) if _has_sound(word))
    return list(dict.fromkeys(map(skeleton, long_enough)))


def _has_sound(word: str) -> bool:
    return len(word) >= SHORTEST_SOUND and word.isalpha() and len(skeleton(word)) > 1


def sound_of(word: str) -> str:
    """Return the skeleton of a folded word, "" if it is too short to be compared by it."""
    return skeleton(word) if _has_sound(word) else ""


def alike(one: str, other: str) -> bool:
    """Return whether two folded words may spell one name: few vowels differ as they are spoken."""
    first, second = spoken(one), spoken(other)
    allowed = 1 if max(len(first), len(second)) <= 6 else 2
    return _distance(first, second, allowed) <= allowed


def begins_alike(word: str, other: str) -> bool:
    """Return whether the beginning of another folded word may spell the same as a word does."""
    first, bones = spoken(word), skeleton(word)
    allowed = 1 if len(bones) > 2 else 0
    if not skeleton(other).startswith(bones):
        return False
    # A vowel more or less moves the end of what is compared.
    beginnings = (spoken(other)[: len(first) + by] for by in range(-allowed, allowed + 1))
    return any(_distance(first, beginning, allowed) <= allowed for beginning in beginnings)


def _distance(one: str, other: str, most: int) -> int:
    """Return how many letters differ (Levenshtein), or `most` + 1 if more than `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        above, row = row, [at]
        for column, against in enumerate(other, start=1):
            same = above[column - 1] + (letter != against)
            row.append(min(same, above[column] + 1, row[-1] + 1))
    return min(row[-1], most + 1)
