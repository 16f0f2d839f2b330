"""What is told of who says what. All spans count code points of the whole text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from demarche_ingest.candidates.model import Agent, Telling
from demarche_ingest.documents.model import ZoneKind
from demarche_ingest.texts import Span

Style = Literal["direct", "indirect", "mixed"]
"""Words in quotation marks; their sense; both in one sentence."""

VOICE_OF_ZONE: dict[ZoneKind, str] = {
    "headline": "headline",
    "caption": "caption",
    "comment": "reader-comment",
}
"""Zones that decide the voice of what stands in them (codebook §3.5); elsewhere it is `author`."""

_HALF: Final = 0.5
_MARKS: Final = 2
"""Marks at the end of what was said that a passage may leave out."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """One source with what it is said to have said.

    source: none where the words name nobody that could be told ("reportedly").
    cue: the words that attribute ("told", "according to"). content: what is attributed.
    through: whoever passed it on, from the outside inwards (an agency that heard the speaker).
    certainty: what the cue leaves of it. outer: place, in the article's attributions, of the one
        that this is told inside of; None for none.
    is_written: it is a document that says it. is_act: the words that tell it tell an act of its own
        ("denied that"), which is the narrator's claim (codebook §3.4).
    """

    source: Agent | None
    cue: Span | None
    content: tuple[Span, ...]
    style: Style
    through: tuple[Agent, ...] = ()
    certainty: str = "certain"
    uttered: str = ""
    outer: int | None = None
    is_written: bool = False
    is_act: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """A stretch whose narrator is the same: a zone, or a letter. chain: from the outlet inwards."""

    span: Span
    chain: tuple[Agent, ...]
    voice: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What punctuation sets apart.

    quoted: stretches in quotation marks, with those within others. asides: what stands in square
        brackets and is more than a word that completes a quotation.
    """

    quoted: tuple[Span, ...] = ()
    asides: tuple[Span, ...] = ()


class Attributions:
    """The attributions of one article, asked for any place of it.

    grounds: disjoint, in the order of the text; what none of them holds is the outlet's.
    """

    def __init__(
        self,
        found: Iterable[Attribution],
        grounds: Iterable[Ground],
        outlet: Agent,
        author: Agent | None = None,
        marks: Marks | None = None,
    ) -> None:
        self.found = tuple(found)
        self.grounds = tuple(grounds)
        self._outlet, self._author = outlet, author
        self._marks = marks or Marks()

    @property
    def outlet(self) -> Agent:
        """Who published the article."""
        return self._outlet

    @property
    def author(self) -> Agent | None:
        """Who signed the article and asserts its body, if anybody."""
        return self._author

    def telling(self, span: Span, presupposed: bool = False) -> Telling:
        """Return who asserts what stands at a span, and how.

        presupposed: it is not said there but taken for granted (a name, a title, "the occupied
            coast"): in paraphrase that is the narrator's, in quotation marks the speaker's
            (codebook §6.3.3).

        Ask with the words that show a claim (its trigger). Of a longer passage the source is taken
        that more than half of it is from, or all of whose words it holds; but where saying it is an
        act of its own ("denied that …"), a passage that holds the act is the narrator's.
        """
        ground = self._ground(span)
        at = None if self._is_aside(span) else self._innermost(span)
        if at is None:
            return Telling(ground.chain, ground.voice)
        while presupposed and at is not None and not self._is_quoted(span, at):
            at = self.found[at].outer
        if at is None:
            return Telling(ground.chain, ground.voice)
        said = self.found[at]
        return Telling(
            _joined(ground.chain, self._path(at)),
            self._voice(span, said, ground.voice),
            said.certainty,
            said.uttered,
            said.cue,
        )

    def _ground(self, span: Span) -> Ground:
        for ground in self.grounds:
            if ground.span.covers(span):
                return ground
        return Ground(span, (self._outlet,), "author")

    @cached_property
    def _contents(self) -> Sequence[tuple[Span, int]]:
        return tuple((span, at) for at, one in enumerate(self.found) for span in one.content)

    def _is_aside(self, span: Span) -> bool:
        """Tell whether the narrator puts it in brackets into somebody's words."""
        return any(aside.covers(span) for aside in self._marks.asides)

    def _innermost(self, span: Span) -> int | None:
        best: tuple[int, int] | None = None
        whole: tuple[int, int] | None = None
        for content, at in self._contents:
            shared = min(span.end, content.end) - max(span.start, content.start)
            if shared <= 0 or self._is_told(span, content, at):
                continue
            if shared > _HALF * len(span) and (best is None or len(content) < best[0]):
                best = len(content), at
            if shared >= len(content) - _MARKS and (whole is None or shared > whole[0]):
                whole = shared, at
        found = best or whole
        return found[1] if found is not None else None

    def _is_told(self, span: Span, content: Span, at: int) -> bool:
        """Tell whether a passage tells the act of saying, not what was said."""
        said = self.found[at]
        if content.covers(span) or said.cue is None:
            return False
        return said.is_act and span.covers(said.cue)

    def _path(self, at: int) -> Iterator[Agent]:
        """Yield who passes it on and who says it, from the outside inwards."""
        path: list[int] = []
        place: int | None = at
        while place is not None and place not in path:
            path.insert(0, place)
            place = self.found[place].outer
        for place in path:
            yield from self.found[place].through
            source = self.found[place].source
            if source is not None:
                yield source

    def _voice(self, span: Span, said: Attribution, voice: str) -> str:
        if voice in VOICE_OF_ZONE.values():
            return voice
        if said.source is None:
            return voice
        if said.is_written:
            return "official-document"
        return "quoted" if self._is_quoted(span, self.found.index(said)) else "paraphrased"

    def _is_quoted(self, span: Span, at: int) -> bool:
        """Tell whether the words are the source's own: in quotation marks, or after its label."""
        said = self.found[at]
        inside = [one for one in self._marks.quoted if any(c.covers(one) for c in said.content)]
        covered = sum(max(0, min(span.end, q.end) - max(span.start, q.start)) for q in inside)
        return said.style == "direct" or covered > _HALF * len(span)


def _joined(chain: tuple[Agent, ...], path: Iterable[Agent]) -> tuple[Agent, ...]:
    """Return a chain with who follows; who is in it by then is not put in twice running."""
    joined = list(chain)
    for agent in path:
        if agent.id not in {one.id for one in joined[-1:]} and not (
            len(joined) > 1 and agent.id == joined[0].id
        ):
            joined.append(agent)
    return tuple(joined)
