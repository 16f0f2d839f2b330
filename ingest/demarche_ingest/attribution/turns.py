"""Interviews and transcripts: who speaks after a label at the beginning of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.candidates.agents import actor_of, kind_of
from demarche_ingest.candidates.model import Agent
from demarche_ingest.identity import local_name
from demarche_ingest.mentions.folding import fold
from demarche_ingest.texts import Span

_LABEL: Final = re.compile(
    r"^[ \t*_>]*((?:(?:Mr|Mrs|Ms|Dr|MR|MRS|MS|DR|Prof|PROF)\.?[ ])?[A-Z][\w.&'’-]*"
    r"(?:[ ](?:[A-Z&][\w.&'’-]*|of|the|de|al|bin|van|von)){0,4})"
    r"[ \t*_]*(?:[\[(][^\])\n]{1,60}[\])])?[ \t]*:[ \t*_]+(?=\S)",
    re.MULTILINE,
)
_ASKING: Final = frozenset({"q", "question", "questioner", "interviewer", "moderator", "host"})
_ANSWERING: Final = frozenset({"a", "answer"})
_TITLED: Final = re.compile(r"^(?:mr|mrs|ms|dr|prof)\.? ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaks after a label. agent: none for whoever gives the document out.

    is_narrator: it is the outlet or its author that speaks, as they do elsewhere.
    """

    agent: Agent | None
    label: Span
    content: Span
    is_narrator: bool = False


def turns(read: ReadArticle, outlet: Agent, author: Agent | None) -> tuple[Turn, ...]:
    """Return the turns of an article that is told in turns, else none.

    It is where labels stand at the beginning of at least two paragraphs, and one of them twice or
    one of them asks; so that "Time: noon" makes no transcript.
    """
    found = list(_labelled(read))
    names = [fold(label).text for label, _, _ in found]
    asks = any(name in _ASKING for name in names)
    if len(found) < 2 or not (asks or len(set(names)) < len(names)):
        return ()
    if not asks and not _is_mostly(read, found):
        return ()
    labels = dict(zip(names, (label for label, _, _ in found), strict=True))
    who = {name: _who(name, label, read) for name, label in labels.items()}
    return tuple(_turns(names, found, who, outlet, author))


def _labelled(read: ReadArticle) -> Iterator[tuple[str, Span, Span]]:
    """Yield each label with its place and that of what follows it in its zone."""
    content = read.text.content
    for zone in read.article.zones:
        if zone.kind != "body":
            continue
        matches = [
            match
            for match in _LABEL.finditer(content, zone.span.start, zone.span.end)
            if match.start() == zone.span.start or content[match.start() - 1] == "\n"
        ]
        ends = [match.start() for match in matches[1:]] + [zone.span.end]
        for match, end in zip(matches, ends, strict=False):
            last = len(content[match.end() : end].rstrip()) + match.end()
            yield match[1], Span(match.start(1), match.end(1)), Span(match.end(), last)


def _is_mostly(read: ReadArticle, found: Sequence[tuple[str, Span, Span]]) -> bool:
    length = sum(len(zone.span) for zone in read.article.zones if zone.kind == "body")
    return sum(len(span) for _, _, span in found) > length / 2


def _turns(
    names: Sequence[str],
    found: Sequence[tuple[str, Span, Span]],
    who: dict[str, Agent],
    outlet: Agent,
    author: Agent | None,
) -> Iterator[Turn]:
    asked = Agent("questioner", "Questioner", None, True, "Person")
    for name, (_, label, content) in zip(names, found, strict=True):
        if name in _ANSWERING:
            yield Turn(None, label, content)
        elif name in _ASKING:
            yield Turn(None if author else asked, label, content, is_narrator=author is not None)
        elif _is_outlet(name, outlet):
            yield Turn(None, label, content, is_narrator=True)
        else:
            yield Turn(who[name], label, content)


def _is_outlet(name: str, outlet: Agent) -> bool:
    label = re.sub(r"^the ", "", fold(outlet.label).text)
    initials = "".join(word[0] for word in re.findall(r"[\w&]+", label))
    return name in {label, initials} or name.replace(".", "") == initials


def _who(name: str, label: str, read: ReadArticle) -> Agent:
    """Return whom a label means: a person of the article, by full name, surname or initials."""
    plain = _TITLED.sub("", name)
    told = [actor_of(mention, read.known) for mention in read.mentions]
    people = [one for one in told if one and kind_of(one, read.known) in {"Person", ""}]
    people += [
        Agent(local_name(other), other, None, True, "Person")
        for other, _, _ in _labelled(read)
        if not _TITLED.match(other)
    ]
    people = [agent for agent in people if " " in agent.label]
    for agent in people:
        words = re.findall(r"[\w'’-]+", fold(agent.label).text)
        initials = "".join(word[0] for word in words)
        if plain in {fold(agent.label).text, words[-1]} or plain.replace(".", "") == initials:
            return agent
    shown = _TITLED.sub("", label)
    shown = shown.title() if shown.isupper() and len(shown) > 3 else shown
    return Agent(local_name(shown), shown, None, True, "Person")
