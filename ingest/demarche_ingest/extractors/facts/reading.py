"""An article as the rules of facts ask it: who a word means, when, how sure, who says so."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Final

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.attribution import Attributions
from demarche_ingest.candidates.agents import actor_of, agents_of, kind_of, known_agent
from demarche_ingest.candidates.model import Agent, Telling, Time
from demarche_ingest.dating import Expression
from demarche_ingest.extractors.facts.kinds import fits
from demarche_ingest.extractors.rules.sharing import sentences
from demarche_ingest.extractors.rules.timing import Timing
from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.mentions.model import Mention
from demarche_ingest.mentions.offices import Office
from demarche_ingest.mentions.reading import days
from demarche_ingest.segment.model import Sentence
from demarche_ingest.texts import Span

_HANGING: Final = frozenset(
    (
        *("acl", "acl:relcl", "advcl", "parataxis", "conj", "cc", "appos", "punct", "discourse"),
        *("dislocated", "list", "nsubj", "nsubj:pass", "cop", "aux", "mark", "expl", "csubj"),
    )
)
"""What hangs on a phrase without being of it."""


class Reading:
    """One article with what rules ask of it. lemmas: that rules look for."""

    def __init__(self, read: ReadArticle, told: Attributions, lemmas: frozenset[str]) -> None:
        self.read, self.told, self.known = read, told, read.known
        self._lemmas = lemmas
        self._days = days(read.article)
        self.text = read.text.content
        self._mentions = sorted(read.mentions, key=lambda one: (one.span.start, -one.span.end))
        self._starts = [mention.span.start for mention in self._mentions]

    def sentences(self) -> Iterator[Clauses]:
        """Yield the sentences that claims are read in."""
        for sentence, words in sentences(self.read, self._lemmas):
            yield Clauses(self, sentence, words)

    def mentions_in(self, span: Span) -> list[Mention]:
        """Return the mentions within a span, in the order of the text, wider ones first."""
        found = []
        for place in range(bisect_left(self._starts, span.start), len(self._mentions)):
            mention = self._mentions[place]
            if mention.span.start >= span.end:
                break
            if mention.span.end <= span.end:
                found.append(mention)
        return found

    def agent_of(self, mention: Mention) -> Agent | None:
        """Return what a mention means, none where that is open or several."""
        alone = replace(mention, candidates=()) if mention.proposal else mention
        found = agents_of(alone, self.known)
        if len(found) == 1:
            return found[0]
        return None if mention.members else actor_of(mention, self.known)

    def office(self, owner: str, title: str) -> Office | None:
        """Return the known office of an owner that a title names by its key, if there is one."""
        named = self.read.offices.named(owner, title)
        return self.read.offices[named[-1]] if named else None

    def held(self, holder: str, title: str) -> Office | None:
        """Return the known office that somebody has held, best on the day of the article."""
        return self.read.offices.held(holder, title, *self._days)

    def kind(self, agent: Agent) -> str:
        """Return the class of a thing, "" where it is not known."""
        return kind_of(agent, self.known)

    def day(self, sentence: Sentence) -> str:
        """Return the date of the part that a sentence stands in, as EDTF, "" for none."""
        if sentence.zone.kind == "comment" and self.read.article.date is not None:
            return f"{self.read.article.date.edtf}/.."
        return self.read.article.date.edtf if self.read.article.date else ""


class Clauses:
    """One sentence with its words, asked for the things that its words mean."""

    def __init__(self, reading: Reading, sentence: Sentence, words: Words) -> None:
        self.reading, self.sentence, self.words = reading, sentence, words
        self.tokens = words.tokens
        self.mentions = reading.mentions_in(sentence.span)

    # --- phrases ---

    def text(self, span: Span) -> str:
        """Return words of the text on one line."""
        return " ".join(self.reading.text[span.start : span.end].split())

    def inside(self, at: int, without: frozenset[str] = _HANGING) -> list[int]:
        """Return the places of a phrase: its head and what belongs to it."""
        found, waiting = [], [at]
        while waiting:
            here = waiting.pop()
            found.append(here)
            left_out = without if here == at else without - _JOINED
            waiting += [
                kid for kid in self.words.kids[here] if self.tokens[kid].deprel not in left_out
            ]
        return sorted(found)

    def phrase(self, at: int) -> Span:
        """Return the span of a noun phrase, without its preposition and what only hangs on it."""
        own = set(self.words.of(at, "case"))
        return self.run(at, set(self.inside(at)) - own)

    def whole(self, at: int) -> Span:
        """Return the span of a phrase with clauses and appositions."""
        return self.run(at, set(self.words.subtree(at)))

    def run(self, at: int, wanted: set[int]) -> Span:
        """Return the span of the run of some words around one, marks between them too."""
        first = last = at
        while first - 1 in wanted or self._is_joint(first - 1, first - 2 in wanted):
            first -= 1
        while last + 1 in wanted or self._is_joint(last + 1, last + 2 in wanted):
            last += 1
        return self.words.span(first, last)

    def _is_joint(self, at: int, goes_on: bool) -> bool:
        """Say whether a place is a mark within a phrase: a hyphen, a quotation mark."""
        return goes_on and 0 <= at < len(self.tokens) and self.tokens[at].text in _JOINTS

    def states(self) -> list[Agent]:
        """Return the states that a sentence names, each once."""
        found = {
            agent.id: agent
            for mention in self.mentions
            if mention.how in ("name", "demonym", "metonym")
            and (agent := self.reading.agent_of(mention)) is not None
            and self.kind(agent) == "State"
        }
        return list(found.values())

    def clause(self, at: int, without: Iterable[int] = ()) -> Span:
        """Return the span of what a predicate says: from its subject to its last complement."""
        left = set(without)
        places = [at]
        for kid in self.words.kids[at]:
            relation = self.tokens[kid].deprel
            if kid in left or relation in _LOOSE or (relation == "conj" and kid > at):
                continue
            places += self.words.subtree(kid)
        span = self.words.span(*places)
        return Span(span.start, max(span.end, self.tokens[at].span.end))

    def asserted(self, at: int, *agents: Agent) -> Span:
        """Return the passage of a claim: the clause, from where things outside it are named."""
        span = self.clause(at)
        for agent in agents:
            if agent.words is not None and self.sentence.span.covers(agent.words):
                span = Span(min(span.start, agent.words.start), max(span.end, agent.words.end))
        return span

    def is_time(self, at: int) -> bool:
        """Say whether a word stands in an expression of time."""
        token = self.tokens[at].span
        return any(one.span.covers(token) for one in self._times)

    def is_negation(self, at: int) -> bool:
        return self.words.lemmas[at] in ("not", "n't", "never", "no")

    def predicate(self, at: int) -> int | None:
        """Return the predicate that a noun is an argument of, none where it is of none."""
        if self.words.is_verb(at):
            return at
        for above in self.words.above(at):
            if self.words.is_verb(above) or any(self.words.of(above, "cop")):
                return above
        return None

    # --- things ---

    def mention_at(self, at: int) -> Mention | None:
        """Return the widest mention that a word is the head of."""
        token = self.tokens[at].span
        inner = {self.tokens[one].span.start for one in self.inside(at)}
        for mention in self.mentions:
            if mention.span.covers(token) and mention.span.start in inner:
                return mention
            if mention.span.covers(token) and mention.span.start == token.start:
                return mention
        return None

    def agent(self, at: int) -> Agent | None:
        """Return what a word and its phrase mean, none where it means nothing known or named."""
        mention = self.mention_at(at)
        if mention is not None and (found := self.reading.agent_of(mention)) is not None:
            return found
        if mention is None:
            for kid in self.words.of(at, "appos", "flat"):
                named = self.mention_at(kid)
                if named is not None and named.how in ("name", "unknown"):
                    return self.reading.agent_of(named)
        return None

    def agents(self, places: Iterable[int]) -> list[Agent]:
        """Return what some words mean, each once; of "both states" each."""
        found: dict[str, Agent] = {}
        for at in places:
            mention = self.mention_at(at)
            if mention is not None and mention.members:
                for member in agents_of(mention, self.reading.known):
                    found.setdefault(member.id, member)
            elif (agent := self.agent(at)) is not None:
                found.setdefault(agent.id, agent)
        return list(found.values())

    def meant(self, mention: Mention) -> list[Agent]:
        """Return all that a mention may mean, the likeliest first."""
        known = self.reading.known
        if mention.candidates and not mention.target and not mention.proposal:
            return [known_agent(name, known, mention.span) for name in mention.candidates]
        found = self.reading.agent_of(mention)
        return [] if found is None else [found]

    def things(self, places: Iterable[int]) -> Iterator[list[Agent]]:
        """Yield all that each word may mean, the likeliest first; of "both states" one by one."""
        for at in places:
            mention = self.mention_at(at)
            if mention is not None and mention.members:
                yield from ([one] for one in agents_of(mention, self.reading.known))
            elif (
                mention is not None
                and mention.candidates
                and not mention.target
                and not mention.proposal
            ):
                known = self.reading.known
                yield [known_agent(name, known, mention.span) for name in mention.candidates]
            elif (agent := self.agent(at)) is not None:
                yield [agent]

    def kind(self, agent: Agent) -> str:
        return self.reading.kind(agent)

    def fits(self, agent: Agent, wanted: str) -> bool:
        """Say whether a thing is of a kind (`kinds.KINDS`)."""
        return fits(agent, self.kind(agent), wanted)

    # --- who says so, and when ---

    def telling(self, trigger: Span, *, granted: bool = False) -> Telling:
        """Return who tells what some words show, or what they take for granted."""
        return self.reading.told.telling(trigger, granted)

    def spoken(self, content: Span, trigger: Span, speaker: Agent) -> Telling:
        """Return the telling of words that a verb ascribes to somebody: "calls it a sham"."""
        told = self.telling(trigger)
        if told.chain and told.chain[-1].id == speaker.id:
            return told
        inner = any(
            quotation.span.start < content.end and content.start < quotation.span.end
            for quotation in self.reading.read.quotations
        )
        voice = told.voice
        if voice in ("author", "quoted", "paraphrased"):
            voice = "quoted" if inner else "paraphrased"
        return replace(told, chain=(*told.chain, speaker), voice=voice)

    def is_past(self, at: int) -> bool:
        """Say whether a predicate, or its copula, stands in the past."""
        helping = [self.tokens[kid] for kid in self.words.of(at, "cop", "aux", "aux:pass")]
        past = [token for token in (*helping, self.tokens[at]) if "Tense=Past" in token.feats]
        finite = [token for token in past if "VerbForm=Fin" in token.feats]
        return bool(finite)

    def today(self) -> Time | None:
        """Return the date of the part as the time of a lasting state (codebook §5.3)."""
        day = self.reading.day(self.sentence)
        return Time(day, "inferred") if day else None

    def before(self) -> Time | None:
        """Return the time of what was before the day of the part."""
        day = self.reading.day(self.sentence).removesuffix("/..")
        return Time(f"../{day.rpartition('/')[2]}", "inferred") if day else None

    def time(self, at: int) -> Time | None:
        """Return the time that is told beside a predicate, none where none is."""
        return self._timing.of(at, "future")

    @cached_property
    def _times(self) -> list[Expression]:
        return [one for one in self.reading.read.times if self.sentence.span.covers(one.span)]

    @cached_property
    def _timing(self) -> Timing:
        is_headline = self.sentence.zone.kind == "headline"
        return Timing(
            self.words, self._times, self.reading.read.article.date, is_headline=is_headline
        )


_JOINED: Final = frozenset(("conj", "cc"))
"""What belongs to a phrase where it is joined to a part of it: "between Chad and Niger"."""
_LOOSE: Final = frozenset({"punct", "parataxis", "discourse", "cc", "advcl", "mark", "vocative"})
_JOINTS: Final = frozenset("-–'\"’‘“”«»")
