"""Who the words mean that stand where a source stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.attribution.cues import agencies, is_outlet_name, words
from demarche_ingest.attribution.words import Word, Words
from demarche_ingest.candidates.agents import actor_of, kind_of, known_agent
from demarche_ingest.candidates.model import Agent
from demarche_ingest.identity import local_name
from demarche_ingest.mentions.folding import fold as folded
from demarche_ingest.mentions.model import Mention
from demarche_ingest.texts import Span, fold

_AMOUNTS: Final = frozenset(
    {"number", "majority", "handful", "dozens", "some", "many", "several", "most", "one", "two"}
)
_FIRST: Final = frozenset({"i", "we", "me", "us"})
_OTHERS: Final = frozenset({"he", "she", "it", "they"})
_ARTICLE: Final = re.compile(
    r"^(?:(?:the|an?|some|many|several|various|other|both|these|those|all|its|his|her|their)\s+)+",
    re.IGNORECASE,
)
_SPOKES: Final = re.compile(r"\bspokes(?:man|woman|person|people)\b", re.IGNORECASE)
_LONGEST: Final = 60
_BETWEEN: Final = re.compile(
    r"(?:\s+(?:of|from|in|at|with)\s[^,.;:\"“”]{2,60})?(?:,[^,.;:\"“”]{2,80})?,?\s+"
    r"(?:\w+ly,?\s+|also\s+|has\s+|had\s+|have\s+|then\s+|later\s+|meanwhile,\s+){0,2}"
)
"""What may stand between who speaks and the verb: a place, an apposition, an adverb."""
_OPENS: Final = re.compile(
    r"(?:^|[,;:\"“”’–—-]\s*|\b(?:but|and|that|while|when|as|meanwhile)\s+)(?:the\s+)?$",
    re.IGNORECASE,
)
"""What stands before who speaks: the beginning of a clause, no preposition."""
_AFTER: Final = re.compile(r"\s+(?:[^\s,.;:\"“”]+\s+){0,6}")
_LISTED: Final = 12
_HUMAN: Final = frozenset({"Person", "Office"})
_FAR: Final = 1500
"""Code points back to where "the statement" was told of."""
_AGENCY: Final = 4
"""Words of the name of an agency, at most, less one."""
_SLACK: Final = 4
"""Code points that words around a mention may take where it is all that is named."""
_LEARNED: Final = frozenset(
    {"analyst", "expert", "scientist", "scholar", "researcher", "commentator", "specialist"}
)
"""Words that texts use of the same person by turns."""
_TITLES: Final = words("people") | {"pm", "fm", "ceo", "mp", "mps", "scientist", "governor", "king"}
_MEDIA: Final = frozenset({"MediaOutlet", "NewsAgency"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks. agent: none for "I" and "we", who speak already, and for nobody that is told.

    is_self: for "I" and "we". is_written: it is a document that says it, its owner being the agent.
    """

    agent: Agent | None
    is_self: bool = False
    is_written: bool = False


class Speakers:
    """Tells who speaks, by the mentions of an article; remembers who spoke last.

    signed: people who signed parts of the article, whose surnames mean them.
    """

    def __init__(self, read: ReadArticle, signed: Iterable[Agent] = ()) -> None:
        self.known = read.known
        self._signed = {one.label.split()[-1]: one for one in signed}
        self._content = read.text.content
        self._mentions = sorted(read.mentions, key=lambda m: (m.span.start, -m.span.end))
        self._targets = {one.target for one in self._mentions if one.target is not None}
        self._quoted = [one.inner for one in read.quotations if one.is_closed]
        self._starts = [mention.span.start for mention in self._mentions]
        self.last_person: Agent | None = None
        self.last: Agent | None = None

    def heard(self, agent: Agent, cue: Span) -> None:
        """Remember who spoke, as the narrator tells; not who is told of in somebody's words."""
        if any(span.covers(cue) for span in self._quoted):
            return
        self.last = agent
        if kind_of(agent, self.known) in {"Person", "Office", "Public", ""}:
            self.last_person = agent

    def around(self, span: Span) -> list[Mention]:
        """Return the mentions that hold a stretch, the widest first."""
        end = bisect_right(self._starts, span.start)
        near = self._mentions[max(0, end - 40) : end]
        return [mention for mention in near if mention.span.covers(span)]

    def before(self, offset: int, start: int) -> Span | None:
        """Return the mention that stands before a verb with at most an apposition between them.

        It has to begin a clause: after a comma, a mark of quotation, or what the sentence opens.
        """
        end = bisect_right(self._starts, offset - 1)
        for mention in reversed(self._mentions[max(0, end - 6) : end]):
            span = mention.span
            if span.start < start or span.end > offset:
                continue
            opening = self._content[max(start, span.start - _LISTED) : span.start]
            if _BETWEEN.fullmatch(self._content, span.end, offset) and _OPENS.search(opening):
                return span
        return None

    def after(self, offset: int, end: int) -> Span | None:
        """Return the person who stands right after a verb: "said the envoy Ada Olanyi"."""
        for mention in self.within(Span(offset, end))[:4]:
            agent = self._actor(mention)
            if agent is None or kind_of(agent, self.known) not in {"Person", ""}:
                continue
            if _AFTER.fullmatch(self._content, offset, mention.span.start):
                return mention.span
        return None

    def within(self, span: Span) -> list[Mention]:
        """Return the mentions within a stretch, in their order."""
        start = bisect_right(self._starts, span.start - 1)
        end = bisect_right(self._starts, span.end)
        return [one for one in self._mentions[start:end] if span.covers(one.span)]

    def ending(self, offset: int) -> list[Mention]:
        """Return the mentions that end at an offset, the widest first."""
        end = bisect_right(self._starts, offset)
        return [one for one in self._mentions[max(0, end - 12) : end] if one.span.end == offset]

    def of_head(self, sentence: Words, head: int) -> Speaker | None:
        """Return who a noun means, none where it is nobody that could speak."""
        word = sentence.all[head]
        if word.low in _AMOUNTS and sentence.has_tree:
            counted = sentence.below(head, "nmod")
            return self.of_head(sentence, counted[0]) if counted else None
        if word.low in _FIRST:
            return Speaker(None, is_self=True)
        phrase = sentence.phrase(head) if sentence.has_tree else word.span
        mentioned = self._mentioned(sentence, head) or self._agency(sentence, head)
        if mentioned is not None:
            return self._named(mentioned, phrase)
        if word.low in _OTHERS:
            return self._earlier(sentence, word)
        if word.deprel == "appos" and word.head != head:
            agent = self._mentioned(sentence, word.head)
            if agent is not None:
                return Speaker(agent)
        return self._described(sentence, head, phrase)

    def _mentioned(self, sentence: Words, head: int) -> Agent | None:
        beside = [head]
        if sentence.has_tree:
            beside += sentence.below(head, "appos", "flat")
            beside += [c for c in sentence.below(head, "compound") if c == head - 1]
        for place in beside:
            if place != head and sentence.all[head].low in words("documents"):
                continue
            for mention in self.around(sentence.all[place].span):
                if place != head and not self._is_person(mention):
                    continue
                if (agent := self._actor(mention)) is not None:
                    return agent
        return None

    def _agency(self, sentence: Words, head: int) -> Agent | None:
        """Return the news agency that a word names, as the list of the cues has it."""
        start = max(0, head - _AGENCY)
        for first in range(start, head + 1):
            span = Span(sentence.all[first].span.start, sentence.all[head].span.end)
            told = sentence.text(span)
            name = agencies().get(folded(told).text)
            if name is not None and told[0].isupper():
                return Agent(local_name(name), name, span, True, "NewsAgency")
        return None

    def _is_person(self, mention: Mention) -> bool:
        agent = self._actor(mention)
        return agent is not None and kind_of(agent, self.known) in {"Person", "Office"}

    def _named(self, agent: Agent, phrase: Span) -> Speaker:
        """Return an agent; a spokesman without a name is whom he speaks for."""
        if kind_of(agent, self.known) == "Office" and _SPOKES.search(agent.label):
            owner = self.owner(phrase) or self._of(agent)
            return Speaker(owner or agent)
        return Speaker(agent)

    def _of(self, agent: Agent) -> Agent | None:
        return self.agent(agent.of) if agent.of else None

    def titled(self, span: Span) -> Agent | None:
        """Return whom a headline means by a few words: a name, or a title that the article tells.

        The title is one that stands beside a name anywhere in the article ("political scientist").
        """
        for mention in self.within(span):
            agent = self._actor(mention)
            whole = len(mention.span) >= len(span) - _SLACK
            if agent is not None and (whole or kind_of(agent, self.known) == "Person"):
                return agent
        words_of = self._content[span.start : span.end].lower().split()
        if not words_of or words_of[-1] not in _TITLES:
            return None
        return self._titled(self._mentions, words_of[-1])

    def _titled(self, mentions: Iterable[Mention], noun: str) -> Agent | None:
        """Return the first person whom one of some mentions calls by a noun, or the like."""
        nouns = _LEARNED if noun in _LEARNED else {noun}
        for mention in mentions:
            called = self._content[mention.span.start : mention.span.end].lower().split()
            agent = self._actor(mention) if nouns.intersection(called) else None
            if agent is not None and kind_of(agent, self.known) == "Person":
                return agent
        return None

    def _actor(self, mention: Mention) -> Agent | None:
        """Return whom a mention means; a surname that is known of one whom the article names so."""
        named = self._targets.intersection(mention.candidates)
        if mention.target is None and mention.rule == "surname-known" and len(named) == 1:
            return known_agent(next(iter(named)), self.known, mention.span)
        agent = actor_of(mention, self.known)
        if agent is not None and agent.is_new and agent.label in self._signed:
            return replace(self._signed[agent.label], words=mention.span)
        return agent

    def possessor(self, span: Span) -> Agent | None:
        """Return whom "his" or "their" means, else who spoke last."""
        for mention in self.around(span):
            if (agent := self._actor(mention)) is not None:
                return agent
        return self.last_person

    def agent(self, name: str) -> Agent:
        """Return a known thing by its id."""
        label = self.known[name].label if name in self.known else name
        return Agent(name, label)

    def owner(self, phrase: Span) -> Agent | None:
        """Return the widest body, state or person that is mentioned within a phrase."""
        inside = sorted(self.within(phrase), key=lambda m: (-len(m.span), m.span.start))
        agents = (self._actor(mention) for mention in inside)
        told = [a for a in agents if a is not None and kind_of(a, self.known) != "Office"]
        return told[0] if told else None

    def _earlier(self, sentence: Words, pronoun: Word) -> Speaker | None:
        """Return whom a pronoun means that no mention tells: who spoke, whom the sentence is on."""
        if pronoun.low in {"he", "she"}:
            if (before := self._before_colon(sentence, pronoun)) is not None:
                return before
            person = self.last_person or self._person_before(pronoun.span.start)
            return Speaker(person) if person is not None else None
        for mention in self.within(Span(sentence.span.start, pronoun.span.start)):
            agent = self._actor(mention)
            if agent is not None and kind_of(agent, self.known) not in _HUMAN:
                return Speaker(agent)
        last = self.last
        fits = last is not None and kind_of(last, self.known) not in _HUMAN
        return Speaker(last) if fits else None

    def _before_colon(self, sentence: Words, pronoun: Word) -> Speaker | None:
        """Return the subject in front of a colon: "The envoy refused: it was, he said …"."""
        told = sentence.content[sentence.span.start : pronoun.span.start]
        colon = sentence.span.start + told.rfind(": ")
        if not sentence.has_tree or ": " not in told:
            return None
        for place, word in enumerate(sentence.all):
            is_person = word.low in words("people") and not word.low.endswith("s")
            if word.span.end <= colon and word.deprel == "nsubj" and is_person:
                return self._described(sentence, place, sentence.phrase(place))
        return None

    def _person_before(self, offset: int) -> Agent | None:
        """Return the person who was named last before an offset."""
        end = bisect_right(self._starts, offset - 1)
        for mention in reversed(self._mentions[:end]):
            agent = self._actor(mention)
            kind = kind_of(agent, self.known) if agent is not None else "Place"
            if agent is not None and (kind == "Person" or (not kind and " " in agent.label)):
                return agent
        return None

    def _described(self, sentence: Words, head: int, phrase: Span) -> Speaker | None:
        low = sentence.all[head].low
        if low in words("documents") or low in words("writings"):
            return self._written(sentence, head, phrase)
        is_definite = _is_definite(sentence.text(phrase))
        if is_definite and (meant := self._meant(low, phrase)) is not None:
            return Speaker(meant)
        if low not in words("people"):
            return None
        if low in words("kinds") and (owner := self.owner(phrase)) is not None:
            return Speaker(self._body(phrase, owner))
        if low in words("for_their_own") and (owner := self.owner(phrase)) is not None:
            return Speaker(owner)
        return Speaker(self._unnamed(phrase))

    def _written(self, sentence: Words, head: int, phrase: Span) -> Speaker:
        """Return whose words a document is: its owner's, of "the statement" whoever spoke last."""
        owner = self.owner(phrase) or self.owner(sentence.whole(head))
        owner = owner or self._giver(sentence, head)
        if owner is None and _is_definite(sentence.text(phrase)):
            owner = self._issuer(sentence.all[head].low, phrase.start) or self.last
        is_written = sentence.all[head].low in words("documents")
        if owner is not None and self.is_outlet(owner):
            is_written = False
        return Speaker(owner or self._thing(phrase), is_written=is_written)

    def _giver(self, sentence: Words, head: int) -> Agent | None:
        """Return who gives a document out by the verb that it hangs on: "X issued a statement"."""
        if not sentence.has_tree:
            return None
        for place in sentence.upwards(head):
            if place == head or sentence.all[place].upos != "VERB":
                continue
            subject = sentence.subject(place)
            if subject is not None and not sentence.whole(subject).covers(sentence.all[head].span):
                speaker = self.of_head(sentence, subject)
                return speaker.agent if speaker is not None else None
            return None
        return None

    def _issuer(self, noun: str, before: int) -> Agent | None:
        """Return who is named right before the place where a document was first told of."""
        far = max(0, before - _FAR)
        words_before = self._content[far:before]
        for match in reversed(list(re.finditer(re.escape(noun), words_before, re.IGNORECASE))):
            at = far + match.start()
            start = max(self._content.rfind(". ", 0, at), self._content.rfind("\n", 0, at)) + 1
            for mention in reversed(self.within(Span(start, at))):
                agent = self._actor(mention)
                kind = kind_of(agent, self.known) if agent is not None else ""
                if kind in {"Person", "State", "GovernmentBody", "Organization"}:
                    return agent
        return None

    def _meant(self, low: str, phrase: Span) -> Agent | None:
        """Return who is meant by "the analyst", "the ministry", "the country": named before."""
        before = [m for m in self._mentions if m.span.end <= phrase.start]
        if low in words("states"):
            return self._last_state(before)
        if low not in words("people") or low.endswith("s"):
            return None
        if low in _LEARNED and (learned := self._titled(reversed(before), low)) is not None:
            return learned
        for mention in reversed(before):
            agent = self._actor(mention)
            if agent is None or kind_of(agent, self.known) == "Office":
                continue
            called = self._content[mention.span.start : mention.span.end].lower().split()
            if low in words("kinds"):
                called += agent.label.lower().split()
            if low in called and (len(called) > 1 or agent.label.lower() != low):
                return agent
        return self._heard_as(low)

    def _heard_as(self, low: str) -> Agent | None:
        """Return who spoke last, for a noun that is no office and that the text has called them."""
        if low in words("kinds"):
            last = self.last
            fits = last is not None and kind_of(last, self.known) not in {
                "Person",
                "State",
                "Office",
            }
            return last if fits else None
        return self.last_person

    def _last_state(self, before: list[Mention]) -> Agent | None:
        last = self.last
        if last is not None and kind_of(last, self.known) == "State":
            return last
        if last is not None and last.of in self.known and self.known[last.of].type == "State":
            return self.agent(last.of)
        for mention in reversed(before):
            agent = self._actor(mention)
            if agent is not None and kind_of(agent, self.known) == "State":
                return agent
        return None

    def _body(self, phrase: Span, owner: Agent) -> Agent:
        """Return "Baku's foreign ministry" as the foreign ministry of Azerbaijan."""
        text = fold(self._content[phrase.start : phrase.end])
        own = re.split(r"['’]s?\s+", text, maxsplit=1)[-1]
        if own == text:
            return self._unnamed(phrase)
        label = f"{own} of {owner.label}"
        return Agent(local_name(label), label, phrase, True, "GovernmentBody", owner.id)

    def _unnamed(self, phrase: Span) -> Agent:
        """Return people without a name, by how the text calls them."""
        label = _ARTICLE.sub("", fold(self._content[phrase.start : phrase.end]))[:_LONGEST]
        owner = self.owner(phrase)
        return Agent(local_name(label), label, phrase, True, "Public", owner.id if owner else "")

    def _thing(self, phrase: Span) -> Agent:
        label = _ARTICLE.sub("", fold(self._content[phrase.start : phrase.end]))[:_LONGEST]
        return Agent(local_name(label), label, phrase, True)

    def is_outlet(self, agent: Agent) -> bool:
        """Tell whether an agent passes news on."""
        kind = kind_of(agent, self.known)
        if agent.is_new and folded(agent.label).text in agencies():
            return True
        return kind in _MEDIA or (kind != "Person" and agent.is_new and is_outlet_name(agent.label))

    def medium(self, spans: Iterable[Span]) -> Agent | None:
        """Return the first outlet that is mentioned within some stretches."""
        for span in spans:
            for mention in self.within(span):
                agent = self._actor(mention)
                if agent is not None and self.is_outlet(agent):
                    return agent if not agent.is_new else replace(agent, kind=_kind(agent))
            match = _agencies().search(self._content, span.start, span.end)
            if match is not None:
                name = agencies()[folded(match[0]).text]
                return Agent(local_name(name), name, Span(*match.span()), True, "NewsAgency")
        return None


@cache
def _agencies() -> re.Pattern[str]:
    """Return what finds the name of an agency as it is written; one in small letters is none."""
    names = sorted(agencies().values(), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")


def _is_definite(words: str) -> bool:
    return words.lower().split()[:1] == ["the"]


def _kind(agent: Agent) -> str:
    return agent.kind if agent.kind in _MEDIA else "MediaOutlet"
