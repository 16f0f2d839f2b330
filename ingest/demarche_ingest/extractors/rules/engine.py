"""Event claims from frames that fit the parses of an article's sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.attribution import Attributions
from demarche_ingest.candidates.model import Agent, Candidate, EventFound, Telling, Time
from demarche_ingest.extractors.rules.agents import Agents
from demarche_ingest.extractors.rules.contexts import contexts_of
from demarche_ingest.extractors.rules.crowds import Crowds
from demarche_ingest.extractors.rules.directing import Directing
from demarche_ingest.extractors.rules.frames import Effect, Frames, frames
from demarche_ingest.extractors.rules.granted import is_granted
from demarche_ingest.extractors.rules.manner import Manner, is_refusal, manner
from demarche_ingest.extractors.rules.matching import Lexical, Match, Matcher
from demarche_ingest.extractors.rules.parties import Found, Parties
from demarche_ingest.extractors.rules.passages import passage
from demarche_ingest.extractors.rules.places import place_of
from demarche_ingest.extractors.rules.recall import Act, Recall
from demarche_ingest.extractors.rules.sharing import sentences
from demarche_ingest.extractors.rules.timing import Timing
from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.segment.model import Sentence
from demarche_ingest.texts import Span
from demarche_ontology import terms

NAME: Final = "rules/1"
_REFUSED: Final = frozenset(
    ("agree", "aid", "concede", "consult", "cooperate", "support", "retreat")
)
"""What an act is that somebody says they will not do: a refusal (codebook §4.2)."""
_TO_COME: Final = {
    "consult": "agree",
    "cooperate": "agree",
    "aid": "agree",
    "support": "agree",
    "retreat": "concede",
}
"""What an act is that is still to come (codebook §6.1.2)."""


class Rules:
    """Proposes event claims by frames. patterns: other frames than the packaged ones."""

    name = NAME

    def __init__(self, patterns: Frames | None = None) -> None:
        self._frames = patterns if patterns is not None else frames()

    def extract(self, read: ReadArticle, told: Attributions) -> Iterator[Candidate]:
        """Yield the event claims of an article, in the order of the text."""
        parties = Parties(read.mentions, read.sentences, read.known, read.offices)
        article = _Article(read, told, Agents(read.mentions, read.known, parties, read.text))
        acts = [
            act
            for sentence, words in sentences(read, self._frames.lemmas)
            for act in self._acts(article, sentence, words)
        ]
        recall = Recall((act.told for act in acts), parties)
        directing, crowds = Directing(parties, recall), Crowds(parties)
        before: _Act | None = None
        for act in acts:
            match = act.match
            whole = _directed(act, directing.recipients(act.words, match, act.category))
            whole = _directed(whole, crowds.recipients(whole.told, match.pattern.frame.modes))
            whole = replace(whole, as_told=_time_in_body(act, acts))
            recall.note(whole.told)
            crowds.note(whole.told)
            if before is not None and _is_same_protest(whole, before):
                continue
            before = whole
            candidate = _candidate(whole, told)
            if candidate is not None:
                yield candidate

    def _acts(self, article: _Article, sentence: Sentence, words: Words) -> Iterator[_Act]:
        """Yield the acts that a sentence tells, with the parties that it names."""
        here = article.agents.sentence(words, article.speaker)
        if not self._may_match(words):
            return
        matcher = Matcher(self._frames, words, here)
        matches = matcher.matches()
        if not matches:
            return
        timing = article.timing(words, sentence)
        effects = _effects(words, matcher.lexical)
        for match in matches:
            made = manner(words, match.at, effects)
            if made is not None:
                together = max(match.actors, match.recipients, key=len)
                article.agents.note(together, words.tokens[match.at].span)
                yield _Act(
                    words,
                    match,
                    timing.to_come(match.at, made),
                    timing,
                    place_of(words, here, match.at),
                )

    def _may_match(self, words: Words) -> bool:
        index = self._frames.index
        return any(
            (kind, lemma) in index
            for lemma in words.lemmas
            for kind in ("verb", "noun", "adjective")
        )


@dataclass(frozen=True, slots=True)
class _Article:
    """An article, with what its sentences are read with."""

    read: ReadArticle
    told: Attributions
    agents: Agents

    def speaker(self, place: Span) -> Agent | None:
        """Return who says what stands at a place."""
        chain = self.told.telling(place).chain
        return chain[-1] if chain else None

    def timing(self, words: Words, sentence: Sentence) -> Timing:
        times = [one for one in self.read.times if sentence.span.covers(one.span)]
        is_headline = sentence.zone.kind == "headline"
        is_record = self.told.telling(sentence.span).voice == "official-document"
        return Timing(
            words, times, self.read.article.date, is_headline=is_headline, is_record=is_record
        )


def _is_same_protest(act: _Act, before: _Act) -> bool:
    """Tell whether a sentence goes on to tell of a protest ("marched and threw stones")."""
    if act.words is not before.words or {act.category, before.category} != {"protest"}:
        return False
    who, whom = act.told.actors, act.told.recipients
    by = {one.agent.id for one in before.match.actors}
    against = {one.agent.id for one in before.match.recipients}
    return {one.agent.id for one in who} == by and {one.agent.id for one in whom} <= against


def _directed(act: _Act, recipients: tuple[Found, ...]) -> _Act:
    return replace(act, match=replace(act.match, recipients=recipients))


def _time_in_body(act: _Act, acts: Iterable[_Act]) -> Time | None:
    """Return when the body says that the act of a headline was; None for what it does not tell."""
    if not act.timing.is_headline or act.made.modality != "actual":
        return None
    actors = {one.agent.id for one in act.match.actors}
    for other in acts:
        manner = (other.category, other.made.polarity, other.made.modality)
        if other.timing.is_headline or manner != (act.category, act.made.polarity, "actual"):
            continue
        if actors & {one.agent.id for one in other.match.actors}:
            return other.timing.of(other.match.at, other.made.modality)
    return None


@dataclass(frozen=True, slots=True)
class _Act:
    """An act that a sentence tells, and how. as_told: when it was, as the body tells it."""

    words: Words
    match: Match
    made: Manner
    timing: Timing
    place: Agent | None
    as_told: Time | None = None

    @property
    def time(self) -> Time | None:
        return self.as_told or self.timing.of(self.match.at, self.made.modality)

    @property
    def category(self) -> str:
        return _category(self.words, self.match, self.made)

    @property
    def told(self) -> Act:
        """The act as the article remembers it."""
        at = self.match.at
        word, span = self.words.lemmas[at], self.words.tokens[at].span
        return Act(self.category, word, span, self.match.actors, self.match.recipients)


def _category(words: Words, match: Match, made: Manner) -> str:
    """Return the category of an act, which is another where it is still to come."""
    category = match.pattern.category
    if made.modality != "future" or match.pattern.frame.fixed:
        return category
    if category in _REFUSED and made.polarity == "negative" and is_refusal(words, match.at):
        return "reject"
    return _TO_COME.get(category, category)


def _effects(words: Words, lexical: list[Lexical]) -> dict[int, Effect]:
    """Return what frames make of the clauses that they take, whoever takes part."""
    found: dict[int, Effect] = {}
    for one in lexical:
        effect = one.pattern.frame.clause
        for clause in words.clauses(one.at):
            is_purpose = effect in ("charge", "keep") and words.mark(clause) == "to"
            if not is_purpose:
                found.setdefault(clause, effect)
        for used in one.used:
            for clause in words.clauses(used):
                found.setdefault(clause, effect)
    return found


def _candidate(act: _Act, told: Attributions) -> Candidate | None:
    words, match, made = act.words, act.match, act.made
    frame = match.pattern.frame
    polarity = made.polarity if frame.polarity == "positive" else _flipped(made.polarity)
    category = act.category
    modes = frame.modes if category == match.pattern.category else ()
    refuses = category == "reject" != match.pattern.category
    if refuses:
        polarity, made = "positive", replace(made, modality="actual")
    if category in terms.REQUIRES_RECIPIENT and not match.recipients:
        return None
    if match.is_shared and category not in (match.pattern.category, *terms.REQUIRES_RECIPIENT):
        match = replace(match, recipients=_no_actors(match))  # codebook 6.1.7
    where = passage(words, match.at, match.used)
    granted = made.modality == "actual" and is_granted(words, match.at, category)
    # Who says that they will not refuses by saying so: whoever reports it asserts that they did.
    telling = told.telling(words.tokens[match.at].span, presupposed=granted or refuses)
    roles = (*match.actors, *match.recipients, *match.affected)
    event = EventFound(
        category,
        modes,
        contexts_of(words, match.at),
        _agents(match.actors),
        _agents(match.recipients),
        _agents(match.affected),
        act.place,
    )
    return Candidate(
        passage=where,
        trigger=words.tokens[match.at].span,
        content=event,
        telling=telling,
        rule=match.pattern.rule,
        extractor=NAME,
        confidence=_confidence(match, made),
        polarity=polarity,
        certainty=_certainty(made, telling),
        modality=made.modality,
        presupposed=granted,
        basis="presupposition" if granted else _basis(made, telling, match),
        time=act.time,
        rests_on=_rests_on(where, roles),
    )


def _no_actors(match: Match) -> tuple[Found, ...]:
    acting = {one.agent.id for one in match.actors}
    return tuple(one for one in match.recipients if one.agent.id not in acting)


def _flipped(polarity: str) -> str:
    return "negative" if polarity == "positive" else "positive"


def _agents(found: tuple[Found, ...]) -> tuple[Agent, ...]:
    return tuple(one.agent for one in found)


def _rests_on(where: Span, roles: tuple[Found, ...]) -> tuple[Span, ...]:
    spans = {span for one in roles for span in one.beyond if not where.covers(span)}
    return tuple(sorted(spans, key=lambda span: (span.start, span.end)))


def _certainty(made: Manner, telling: Telling) -> str:
    levels = terms.SCHEMES["certainty"]
    if telling.certainty == "certain" or telling.certainty not in levels:
        return made.certainty
    return telling.certainty if made.certainty == "certain" else made.certainty


def _basis(made: Manner, telling: Telling, match: Match) -> str:
    if made.modality in ("future", "conditional", "hypothetical", "normative"):
        speaker = telling.chain[-1].id if telling.chain else ""
        speaks = {one.agent.id for one in match.actors} | {one.agent.of for one in match.actors}
        return "own-words" if speaker in speaks else "inference"
    return "act-reported"


def _confidence(match: Match, made: Manner) -> float:
    """Return how likely a claim is right, by its frame, its actors and how deep it stands."""
    sure = match.pattern.frame.sure
    for role in (match.actors, match.recipients):
        sure *= min((one.certainty for one in role), default=1.0)
    sure *= 0.97**made.depth
    if made.modality not in ("actual", "future"):
        sure *= 0.85
    return round(min(max(sure, 0.01), 0.99), 3)
