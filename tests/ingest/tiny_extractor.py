"""An extractor for tests: a fixed verb between two mentions of one sentence is an event."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from itertools import pairwise

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.attribution import Attributions
from demarche_ingest.candidates.agents import actor_of
from demarche_ingest.candidates.model import Candidate, EventFound, Time
from demarche_ingest.texts import Span

VERBS = {
    "accused": ("accuse", ("allege",)),
    "asked": ("request", ()),
    "visited": ("consult", ("visit",)),
    "attacked": ("assault", ()),
    "thanked": ("support", ()),
}
_VERB = re.compile(r"\s*\b(" + "|".join(VERBS) + r")\b\s*(?:the\s+)?")


class Tiny:
    """Proposes what it sees. A document with the word "boom" has it fail, "die" kills it."""

    name = "tiny/1"

    def extract(self, read: ReadArticle, told: Attributions) -> Iterator[Candidate]:
        words = read.text[read.article.span]
        if "boom" in words:
            raise RuntimeError("boom was there")
        if "die at once" in words:
            os.kill(os.getpid(), signal.SIGKILL)
        for sentence in read.sentences:
            inside = [one for one in read.mentions if sentence.span.covers(one.span)]
            for first, second in pairwise(inside):
                between = read.text.content[first.span.end : second.span.start]
                match = _VERB.fullmatch(between)
                actor, recipient = actor_of(first, read.known), actor_of(second, read.known)
                if match is None or actor is None or recipient is None:
                    continue
                category, modes = VERBS[match[1]]
                at = first.span.end + match.start(1)
                date = read.article.date
                yield Candidate(
                    sentence.span,
                    Span(at, at + len(match[1])),
                    EventFound(category, modes, (), (actor,), (recipient,)),
                    told.telling(sentence.span),
                    f"tiny.{match[1]}",
                    self.name,
                    0.75,
                    time=Time(date.edtf, "inferred") if date else None,
                )


def make() -> Tiny:
    return Tiny()
