"""Words as the English treebanks of Universal Dependencies divide them.

spaCy's rules for English, changed where the treebanks have it otherwise: `non-NATO` and `e-mail`
are one word (but `long-term` three), `and/or` is three, telephone numbers are one, runs of one mark
(`!!!`, `---`) are one, contractions are divided wherever they stand.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from demarche_ingest.parsing.pieces import encodable

if TYPE_CHECKING:
    from spacy.tokenizer import Tokenizer

Pair = tuple[int, int]
"""Where a word starts and ends, in code points."""

_CHUNK = re.compile("[^\\s\u200b\u2060\ufeff]{1,500}")
"""What stands between white space. A longer run is taken apart every 500 characters, since the time
that the rules take grows faster than what they are given."""
_DASHES = re.compile(
    "(—+|―+|–(?!\\d)|-{2,}|[.!?…]{2,}|<{2,}|>{2,}|={2,}|_{2,}|\\*{2,}|~{2,}|#{2,})"
)
_KEPT = re.compile(
    r"""(?xi)
    (?:https?://|ftp://|www\.)\S*[^\s.,;:!?'")\]>}’”»]   # an address of the web
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                         # an e-mail address
    """
)
_PREFIXES = (
    "non e re anti co pro pre mid post over cross multi ex counter sub semi mini socio intra"
    " inter ultra pseudo trans extra hyper micro macro meta para proto un vice bi tri"
)
_CONTRACTIONS = [
    r"(?<=[a-zA-Z])n['’]t",
    r"(?<=[a-zA-Z])N['’]T",
    r"(?<=\w)['’`](?:s|S|re|RE|ve|VE|ll|LL|d|D|m|M)",
]
_ABBREVIATIONS = (
    "etc. Ft. Lt. Wed. Sat. Fri. Thu. Thur. Thurs. Tue. Tues. div. al. Mlle. Mme. c. Ltd. Vol. vol."
    " Ed. Maj. Capt. Cmdr. Sgt. Amb. Hon. Sec. Dept. Govt. Supt. Brig. Col. Gen. Gov. Sen. Sens."
    " Rep. Reps. Rev. Pres. Prof. Adm. Atty. Fr. Sr. Jr. Mt. Ave. Blvd. Rd. est. approx. cf. Art."
    " art. Ch. ch. pp. p. para. Para. vs. Vs. ca. Esp. esp. fig. Fig. ed. eds. trans. Messrs. Univ."
)
_FINAL = re.compile(r"(?:[^\W\d_]{2,}|[ap]\.?m)\.", re.IGNORECASE)
"""Abbreviations whose point ends the sentence, so that the point is a word; not U.S."""

_MOST = 20_000
"""How many different pieces of text are remembered, by us and by what divides them."""


class Tokeniser:
    """Divides sentences into words."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Pair, ...]] = {}

    @cached_property
    def _rules(self) -> Tokenizer:
        return _tokenizer()

    def spans(self, text: str) -> list[Pair]:
        """Return where the words of a sentence are; white space is in none of them."""
        found: list[Pair] = []
        for chunk in _CHUNK.finditer(text):
            start, string = chunk.start(), chunk.group()
            pairs = self._seen.get(string)
            if pairs is None:
                pairs = self._divide(string)
            found += [(start + a, start + z) for a, z in pairs]
        return _join_numbers(text, _end(text, found))

    def _divide(self, string: str) -> tuple[Pair, ...]:
        if len(self._seen) >= _MOST:
            self._seen.clear()
            self.__dict__.pop("_rules", None)  # spaCy keeps each string that it has ever seen
        made: list[Pair] = []
        at = 0
        for kept in _KEPT.finditer(string):
            made += self._pieces(string, at, kept.start())
            made.append(kept.span())
            at = kept.end()
        made += self._pieces(string, at, len(string))
        self._seen[string] = tuple(made)
        return self._seen[string]

    def _pieces(self, string: str, start: int, end: int) -> list[Pair]:
        made: list[Pair] = []
        at = start
        for piece in _DASHES.split(string[start:end]):
            if _DASHES.fullmatch(piece):
                made.append((at, at + len(piece)))
            elif piece:
                made += [(at + t.idx, at + t.idx + len(t)) for t in self._rules(encodable(piece))]
            at += len(piece)
        return made


def _end(text: str, words: list[Pair]) -> list[Pair]:
    """Divide the point from an abbreviation that ends the sentence."""
    for at in range(len(words) - 1, max(-1, len(words) - 4), -1):
        start, end = words[at]
        if _FINAL.fullmatch(text, start, end):
            words[at : at + 1] = [(start, end - 1), (end - 1, end)]
            break
        if text[start:end].isalnum():
            break
    return words


def _join_numbers(text: str, words: list[Pair]) -> list[Pair]:
    """Join the point to `No` before a number, where it is no end."""
    for at in range(len(words) - 2):
        (start, middle), (point, end), (after, _) = words[at : at + 3]
        if text[start:end] in {"No.", "Nos.", "no.", "nos."} and text[after].isdigit():
            if middle == point and end < after:
                words[at : at + 2] = [(start, end)]
            return words
    return words


def _tokenizer() -> Tokenizer:
    from spacy.lang.char_classes import (
        ALPHA,
        ALPHA_LOWER,
        ALPHA_UPPER,
        CONCAT_QUOTES,
        LIST_ELLIPSES,
        LIST_ICONS,
    )
    from spacy.lang.en import English
    from spacy.tokenizer import Tokenizer
    from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex
    from spacy.vocab import Vocab

    defaults = English.Defaults
    whole = "".join(rf"(?<!\b{one})" for one in _PREFIXES.split())
    infixes = [
        *LIST_ELLIPSES,
        *LIST_ICONS,
        r"(?<=[0-9])[+*^](?=[0-9-])",
        r"(?<=[0-9])-(?=[0-9])",
        rf"(?<=[{ALPHA_LOWER}{CONCAT_QUOTES}])\.(?=[{ALPHA_UPPER}{CONCAT_QUOTES}])",
        rf"(?<=[{ALPHA}]),(?=[{ALPHA}])",
        rf"(?i:{whole})(?<=[{ALPHA}0-9])(?:-|–)(?=[{ALPHA}])",
        rf"(?<=[{ALPHA}])(?:-|–)(?=[0-9])",
        r"(?<=[0-9])–(?=[0-9])",
        rf"(?<=[{ALPHA}0-9])[:<>=/](?=[{ALPHA}])",
        rf"(?<=[{ALPHA}])[([)\]](?=[{ALPHA}])",
    ]
    exceptions = {
        key: value for key, value in defaults.tokenizer_exceptions.items() if key != "and/or"
    }
    exceptions |= {one: [{65: one}] for one in _ABBREVIATIONS.split()}
    telephone = re.compile(r"(?:\d-)?(?:\d{3}[-/])?\d{3}-\d{4}|\d{1,2}-\d{1,2}-\d{2,4}")
    return Tokenizer(
        Vocab(),
        rules=exceptions,
        prefix_search=compile_prefix_regex([*(defaults.prefixes or ()), "``"]).search,
        suffix_search=compile_suffix_regex(
            [
                *_CONTRACTIONS,
                *(defaults.suffixes or ()),
                r"(?<=\d)(?:[ap]\.?m\.?|[AP]\.?M\.?)",
                "''",
            ]
        ).search,
        infix_finditer=compile_infix_regex(infixes).finditer,
        token_match=telephone.fullmatch,
    )
