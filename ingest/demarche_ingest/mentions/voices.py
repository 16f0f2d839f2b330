"""Who "I" and "we" are: who is quoted, who speaks in a transcript, who signs a piece."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from demarche_ingest.documents.model import Details
from demarche_ingest.mentions.folding import fold
from demarche_ingest.mentions.gazetteer import Gazetteer
from demarche_ingest.mentions.model import How, Mention, Proposal
from demarche_ingest.mentions.people import is_person, key
from demarche_ingest.mentions.reading import Line, Reading
from demarche_ingest.mentions.spans import Spans
from demarche_ingest.mentions.vocabulary import ORGANISATIONS, PARTICLES, PLAIN_VERBS, SPEECH
from demarche_ingest.texts import Span

_SAYS: Final = "|".join(sorted(SPEECH - PLAIN_VERBS))
_SAID: Final = re.compile(
    rf"(?:,[^,.;]{{2,80}})?,?\s+(?:(?:has|had|have|also|later|then|on\s+\w+day)\s+){{0,2}}"
    rf"(?:{_SAYS})\b"
)
_SAID_BY: Final = re.compile(
    r"\b(?:said|says|added|wrote|told|asked|predicted|explained|recalled|warned|insisted)\s+"
    r"(?:[\w’'-]+\s+){0,4}$"
)
_QUOTED: Final = re.compile(
    r"\"[^\"\n]+(?:\"|$)|“[^”\n]+(?:”|$)|(?<!\w)‘[^’\n]+(?:’\w[^’\n]*)*’(?!\w)", re.MULTILINE
)
_FIRST: Final = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]yself|[Ww]e|us|[Oo]ur|ourselves)\b")
_ALONE: Final = frozenset({"i", "me", "my", "myself"})
_YOU: Final = re.compile(r"\b[Yy]ou(?:r|rself)?\b")
_LABEL: Final = re.compile(
    r"(?:(?:MR|MS|MRS|DR|AMB|GEN|Mr|Ms|Mrs|Dr|Amb|Gen)\.?[ \u00a0])?"
    r"([A-Z][\w.’'&-]{0,30}(?:[ \u00a0](?:&|[a-z]{2,3}|[A-Z])[\w.’'-]{0,30}){0,4})"
    r"(?:[ \u00a0](?:\[[^\]\n]{2,60}\]|\([^)\n]{2,60}\)))?[:：]\s"
)
"""How a speaker's turn begins in a transcript: "MS. VOSS:", "LT:", "Ada Olanyi [by video]:"."""
_ASKERS: Final = frozenset({"q", "question", "reporter", "journalist", "moderator", "interviewer"})
_ANSWERERS: Final = frozenset({"a", "answer", "spokesperson", "spokesman", "spokeswoman"})
_OWN: Final = re.compile(
    r"\b(?P<paper>[Tt]his\s+(?:newspaper|paper|magazine|website|site|publication|journal|weekly"
    r"|broadcaster|agency))\b"
    r"|\b(?:told|seen\s+by|shown\s+to|sent\s+to|given\s+to|obtained\s+by|spoke\s+to|wrote\s+to"
    r"|shared\s+with)\s+(?P<us>us)\b"
    r"|\b(?P<we>[Ww]e)\s+(?:also\s+|wrongly\s+|incorrectly\s+|have\s+)?(?:reported|apologi[sz]e"
    r"|published|misstated|misspelt|misspelled|misidentified|regret\s+the\s+error)\b"
    r"|\b(?P<our>[Oo]ur)\s+(?:own\s+)?(?:correspondent|reporter|newsroom|readers|leading\s+article"
    r"|editorial)\b"
)
"""Where an outlet speaks of itself."""
_TO_EDITOR: Final = re.compile(
    r"(?:Dear\s+)?(?:Sir|Madam|Editor)s?\b\s*[–—,:-]|To\s+the\s+[Ee]ditor\b"
)
_TURNS: Final = 2
_SIGNED: Final = re.compile(r"[^\W\d_][\w.’'-]*(?:\s[^\W\d_][\w.’'-]*){1,4}")


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one speaker says. span: behind the label. speaker: none where nobody is known."""

    label: Span
    span: Span
    speaker: Mention | None


def voices(
    reading: Reading,
    mentions: Sequence[Mention],
    gazetteer: Gazetteer,
    details: Details,
    issuer: str = "",
) -> list[Mention]:
    """Return the mentions with "I" and "we" where it is clear who speaks.

    Labels of speakers are no mentions: they are taken out. details: of the article. issuer: the
    state or organisation that gives it out, if one does (`issuing.issuer`).
    """
    return _Voices(reading, mentions, gazetteer, details, issuer).all()


class _Voices:
    def __init__(
        self,
        reading: Reading,
        mentions: Sequence[Mention],
        gazetteer: Gazetteer,
        details: Details,
        issuer: str,
    ) -> None:
        self.reading, self.gazetteer = reading, gazetteer
        self.byline, self.outlet, self.issuer = details.byline, details.outlet, issuer
        self.mentions = sorted(mentions, key=lambda m: m.span.start)
        self._starts = [mention.span.start for mention in self.mentions]
        self.quotes: list[Span] = []
        self._home = ""
        """Whom the one who answers in an interview speaks for, where only the heading tells."""

    def all(self) -> list[Mention]:
        """Return what was there and what is found."""
        quoted = list(self._quoted())
        self._all_quotes = Spans(self.quotes)
        turns = self._turns()
        labels = Spans(turn.label for turn in turns)
        kept = [m for m in self.mentions if not labels.cover(m.span)]
        heard = {key(t.speaker): t.speaker for t in turns if t.speaker is not None}
        self._home = self._named_above() if len(heard) == 1 else ""
        spoken = [m for turn in turns for m in self._spoken(turn, heard)]
        if not turns:
            spoken = [*self._written(), *self._issued()]
        return [*kept, *quoted, *spoken, *self._own_voice()]

    # --- who gives a text out ---

    def _issued(self) -> Iterator[Mention]:
        """Yield "we" of a statement, outside quotation marks: who gives it out."""
        if not self.issuer:
            return
        for line in self.reading.lines:
            if line.kind == "body":
                yield from self._plural(line.span)

    def _plural(self, where: Span) -> Iterator[Mention]:
        for match in _FIRST.finditer(self.reading.text, *_ends(where)):
            span = Span(match.start(), match.end())
            if match[0].lower() not in _ALONE and not self._is_quoted(span):
                yield Mention(span, "pronoun", self.issuer, rule="who-issues")

    def _own_voice(self) -> Iterator[Mention]:
        """Yield "this newspaper", "told us" and "we reported": the outlet."""
        label = " ".join(self.outlet.split())
        if not label or self.issuer:
            return
        new = Proposal(label, "MediaOutlet")
        is_letter = any(
            _TO_EDITOR.match(self.reading.text, *_ends(line.span)) for line in self._body()
        )
        for line in self._body():
            for match in _OWN.finditer(self.reading.text, *_ends(line.span)):
                span = Span(match.start(match.lastgroup or 0), match.end(match.lastgroup or 0))
                if not self._is_quoted(span):
                    how: How = "pronoun" if match.lastgroup != "paper" else "description"
                    yield Mention(span, how, rule="own-outlet", proposal=new)
            for match in _YOU.finditer(self.reading.text, *_ends(line.span)) if is_letter else ():
                span = Span(match.start(), match.end())
                if not self._is_quoted(span):
                    yield Mention(span, "pronoun", rule="own-outlet", proposal=new)

    def _body(self) -> Iterator[Line]:
        return (line for line in self.reading.lines if line.kind in {"body", "caption"})

    def _named_above(self) -> str:
        """Return the one state that the heading of a transcript names, "" for none or several."""
        lines = [line.span for line in self.reading.lines if line.kind == "headline"]
        states = {
            mention.target
            for mention in self.mentions
            if mention.how in {"name", "demonym"}
            and mention.target is not None
            and self.gazetteer.entities[mention.target].type == "State"
            and any(line.covers(mention.span) for line in lines)
            and self.reading.text[mention.span.end : mention.span.end + 2] in {"'s", "’s"}
        }
        return next(iter(states)) if len(states) == 1 else ""

    # --- quotations ---

    def _quoted(self) -> Iterator[Mention]:
        """Yield "I" and "we" inside quotation marks, paragraph by paragraph."""
        waiting: list[Span] = []
        before: Mention | None = None
        for span in self._paragraphs():
            text = self.reading.text
            quotes = [Span(m.start(), m.end()) for m in _QUOTED.finditer(text, *_ends(span))]
            self.quotes += quotes
            speaker = self._speaker(span, quotes)
            goes_on = (
                bool(quotes) and quotes[-1].end == span.end and not self._is_closed(quotes[-1])
            )
            if speaker is None and quotes and quotes[0].start == span.start:
                speaker = before  # a quotation that goes on in the next paragraph
            waiting += quotes
            if speaker is not None:
                for quote in waiting:
                    yield from self._first_person(quote, speaker, "speaker-of-quotation")
            if speaker is not None or not goes_on:
                waiting = []
            before = speaker if goes_on else None

    def _speaker(self, paragraph: Span, quotes: Sequence[Span]) -> Mention | None:
        """Return who is said to speak in a paragraph, outside its quotations."""
        said = Spans(quotes)
        first, last = (bisect_left(self._starts, place) for place in _ends(paragraph))
        outside = (m for m in self.mentions[first:last] if not said.cover(m.span))
        people = [m for m in outside if is_person(m, self.gazetteer)]
        return _only([m for m in people if self._attributes(m)])

    def _is_closed(self, quote: Span) -> bool:
        text = self.reading.text[quote.start : quote.end]
        return len(text) > 1 and text[-1] in '"”’'

    def _paragraphs(self) -> Iterator[Span]:
        """Yield runs of sentences with no line break between them."""
        start = end = -1
        for line in self.reading.lines:
            if line.is_heading or line.is_loud:
                continue
            if start < 0 or "\n\n" in self.reading.between(end, line.span.start):
                if start >= 0:
                    yield Span(start, end)
                start = line.span.start
            end = line.span.end
        if start >= 0:
            yield Span(start, end)

    def _attributes(self, mention: Mention) -> bool:
        """Say whether a mention is of who says something: "X said", "said X"."""
        text = self.reading.text
        before = text[max(0, mention.span.start - 40) : mention.span.start]
        return _SAID.match(text, mention.span.end) is not None or bool(_SAID_BY.search(before))

    def _first_person(self, where: Span, speaker: Mention, rule: str) -> Iterator[Mention]:
        for match in _FIRST.finditer(self.reading.text, *_ends(where)):
            span = Span(match.start(), match.end())
            if match[0].lower() in _ALONE:
                yield _refers(span, speaker, rule)
            elif (side := self._side(speaker)) is not None:
                chain = (speaker.span, *speaker.chain)
                yield Mention(span, "pronoun", side, chain=chain, rule="side-of-speaker")

    def _side(self, speaker: Mention) -> str | None:
        """Return whom a speaker stands for: the state or organisation of the office."""
        side = speaker.proposal.of if speaker.proposal is not None else ""
        side = side or self._home
        return side if side in self.gazetteer.entities else None

    # --- transcripts ---

    def _turns(self) -> list[_Turn]:
        """Return the turns of a transcript; none where less than two labels stand."""
        starts = [
            (line, match) for line in self.reading.lines if (match := self._label(line)) is not None
        ]
        if len(starts) < _TURNS:
            return []
        ends = [line.span.start for line, _ in starts[1:]] + [self.reading.lines[-1].span.end]
        people = self._people([match.group(1) for _, match in starts])
        return [
            _Turn(
                Span(match.start(), match.end(1) + 1),
                Span(match.end(), max(match.end(), end)),
                people.get(match.group(1)),
            )
            for (_, match), end in zip(starts, ends, strict=True)
        ]

    def _label(self, line: Line) -> re.Match[str] | None:
        start = line.span.start
        if start and self.reading.text[start - 1] not in "\n\r\u2028":
            return None
        return _LABEL.match(self.reading.text, start, line.span.end)

    def _people(self, labels: Sequence[str]) -> dict[str, Mention]:
        """Return who speaks under each label: by surname, initials, or the whole name."""
        known: dict[str, Mention] = {}
        for mention in self.mentions:
            if is_person(mention, self.gazetteer) and mention.how in {"name", "unknown"}:
                known.setdefault(self._name(mention), mention)
        for label in labels:  # a whole name as a label is a person's
            if _is_a_name(label) and not label.isupper() and fold(label).text not in known:
                known[fold(label).text] = self._named(label)
        found = {}
        for label in dict.fromkeys(labels):
            form = fold(label).text
            if form in _ASKERS | _ANSWERERS:
                continue
            fitting = {key(m): m for name, m in known.items() if _fits(label, form, name)}
            if len(fitting) == 1:
                found[label] = next(iter(fitting.values()))
        return found

    def _named(self, label: str) -> Mention:
        """Return the first mention of a name, or one that only a label has."""
        new = Proposal(label, "Person")
        for mention in self.mentions:
            if mention.proposal is not None and mention.proposal.label == label:
                return replace(mention, proposal=replace(mention.proposal, kind="Person"))
        return Mention(Span(0, 0), "unknown", rule="capitals", proposal=new)

    def _name(self, mention: Mention) -> str:
        if mention.target is not None:
            return fold(self.gazetteer.entities[mention.target].label).text
        return fold(mention.proposal.label).text if mention.proposal else ""

    def _spoken(self, turn: _Turn, heard: Mapping[str, Mention]) -> Iterator[Mention]:
        """Yield who "I" is in a turn, and "you" where one person answers."""
        if self.issuer and self._answers(turn):
            yield from self._plural(turn.span)
        if turn.speaker is not None:
            for mention in self._first_person(turn.span, turn.speaker, "speaker-of-turn"):
                if not self._is_quoted(mention.span):
                    yield mention
        elif len(heard) == 1:
            (answers,) = heard.values()
            for match in _YOU.finditer(self.reading.text, *_ends(turn.span)):
                span = Span(match.start(), match.end())
                if not self._is_quoted(span):
                    yield _refers(span, answers, "addressee-of-turn")

    def _answers(self, turn: _Turn) -> bool:
        """Say whether a turn is of a spokesperson without a name."""
        label = self.reading.text[turn.label.start : turn.label.end].rstrip(" :：")
        return turn.speaker is None and fold(label).text in _ANSWERERS

    def _is_quoted(self, span: Span) -> bool:
        return self._all_quotes.cover(span)

    # --- who signs ---

    def _written(self) -> Iterator[Mention]:
        """Yield "I" of a piece that one person signs, outside quotation marks."""
        if not _is_a_name(self.byline):
            return
        label = " ".join(self.byline.split())
        for line in self.reading.lines:
            if line.kind != "body":
                continue
            for match in _FIRST.finditer(self.reading.text, *_ends(line.span)):
                span = Span(match.start(), match.end())
                if match[0].lower() in _ALONE and not self._is_quoted(span):
                    new = Proposal(label, "Person")
                    yield Mention(span, "pronoun", rule="who-signs", proposal=new)


def _fits(label: str, form: str, name: str) -> bool:
    words = name.split()
    if len(words) > 1 and label.isupper() and form == "".join(word[0] for word in words):
        return True
    return form == name or form == words[-1]


def _is_a_name(byline: str) -> bool:
    words = byline.split()
    return (
        _SIGNED.fullmatch(byline) is not None
        and not {word.lower() for word in words} & {"and", "desk", "staff", *ORGANISATIONS}
        and all(word[0].isupper() or word in PARTICLES for word in words)
        and words[0][0].isupper()
    )


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _only(mentions: Sequence[Mention]) -> Mention | None:
    """Return the last mention, if all refer to one person."""
    return mentions[-1] if len({key(m) for m in mentions}) == 1 and key(mentions[-1]) else None


def _refers(span: Span, found: Mention, rule: str) -> Mention:
    chain = (found.span, *found.chain)
    return Mention(span, "pronoun", found.target, chain=chain, rule=rule, proposal=found.proposal)
