"""Pronouns and descriptions, where only one reading is open; the rest is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from demarche_ingest.mentions.focus import Focus
from demarche_ingest.mentions.gazetteer import Gazetteer
from demarche_ingest.mentions.model import Mention, Proposal
from demarche_ingest.mentions.people import is_person, key, may_be_person
from demarche_ingest.mentions.reading import Line, Reading
from demarche_ingest.mentions.vocabulary import (
    BODIES,
    OF_PLACES,
    ORGANISATIONS,
    PLAIN_VERBS,
    SPEECH,
)
from demarche_ingest.parsing.model import Token
from demarche_ingest.texts import Span

_PRONOUN: Final = re.compile(
    r"\b(?:he|she|him|his|her|hers|himself|herself|its?|itself)\b", re.IGNORECASE
)
_PERSONAL: Final = frozenset({"he", "she", "him", "his", "her", "hers", "himself", "herself"})
_DESCRIPTION: Final = re.compile(
    r"\b[Tt]he\s+(?:(?:military|defen[cs]e|security|regional|trade|economic|trading|world)\s+)?"
    r"(alliance|bloc|organi[sz]ation|union|court|grouping)\b(?!\s+of\b)"
)
_PAIR: Final = re.compile(
    r"\b(?:[Bb]oth|[Tt]he\s+two|[Tt]hese\s+two|[Tt]he\s+two\s+neighbou?ring)\s+"
    r"(countries|states|nations|neighbou?rs|sides|capitals|republics|governments"
    r"|presidents|leaders|ministers|foreign\s+ministers|prime\s+ministers|men)\b"
)
_PEOPLE: Final = frozenset({"presidents", "leaders", "ministers", "men"})
_KINDS: Final = {
    "alliance": frozenset({"MilitaryAlliance"}),
    "court": frozenset({"Court"}),
    "union": frozenset({"EconomicUnion", "InternationalOrganization"}),
}
_SUBJECTS: Final = frozenset({"nsubj", "nsubj:pass"})
_DEPTH: Final = 8
"""Heads above a pronoun that are looked at."""
_CLAUSE: Final = 200
"""Code points before a pronoun that its clause may take."""
_REMEMBERED: Final = 40
"""Mentions before a sentence that a pronoun may look back to."""
_SAYS: Final = "|".join(sorted(SPEECH - PLAIN_VERBS))
_SAID: Final = re.compile(
    rf"(?:,[^,.;]{{2,80}})?,?\s+(?:(?:has|had|have|also|later|then|on\s+\w+day)\s+){{0,2}}"
    rf"(?:{_SAYS})\b"
)
_SAID_THAT: Final = re.compile(rf"\b(?:{_SAYS})(?:\s+\w+){{0,3}}(?:\s+that)?\s+$")
_IF: Final = re.compile(
    r"\b(?:if|as for|when|once|unless|although|though)\s[^,;]*,\s*$", re.IGNORECASE
)
_DOES: Final = re.compile(
    r"\s+\W?(?:would|will|had|has|could|can|cannot|should|must|may|was|is|did|does|[a-z]+ed)\b"
)
_PREPOSITIONS: Final = frozenset(
    ("of", "over", "with", "to", "against", "from", "in", "by", "for", "at", "on", "near")
)
_SHORTEST: Final = 3
"""Letters that words for organisations have more of where they stand alone."""
_HEADS: Final = "|".join(sorted(word for word in ORGANISATIONS if len(word) > _SHORTEST))
_HEAD: Final = re.compile(rf"\b[Tt]he\s+({_HEADS})\b(?!\s+(?:of|for)\b|-)")
_COUNTRY: Final = re.compile(
    r"\b[Tt]he\s+(?:(?!other\b|neighbou?r|host|first\b|last\b|only\b|same\b|next\b|second\b"
    r"|third\b|[a-z]+est\b|most\b|two\b|three\b|in-)[A-Za-z-]+\s+){0,2}"
    r"(country|nation|kingdom|emirate|sultanate|regime|island\s+(?:nation|state|republic|country))"
    r"\b(?!\s+(?:of|that|which|whose|where|with)\b|-|\s+[A-Z])"
)
_NEIGHBOUR: Final = re.compile(r"\b(?:its|their)\s+(?:neighbou?r|rival)\b(?!['’]?s\s|ing|\s+[A-Z])")
_WORLDWIDE: Final = re.compile(
    r"\b(?:United Nations|International|World|Bank|Fund|Agency|Labour|Food|Office|Programme)\b"
)
_GROUP: Final = re.compile(
    r"\b[Tt]he\s+(group|movement|rebels|militia|militants|insurgents|faction|bloc|coalition)\b"
    r"(?!\s+(?:of|that|which|who)\b|-)"
)
_POSSESSIVES: Final = frozenset(("its", "his", "her", "their", "my", "our"))
_ASKED: Final = re.compile(
    r"ministry|government|parliament|embassy|presidency|navy|army|air\s+force|coast\s+guard|marines"
    r"|border\s+(?:police|guards?)|gendarmerie|general\s+staff|central\s+bank|customs\s+service",
    re.IGNORECASE,
)
"""Organs that are spoken of as those of who was named."""
_OFFICIAL: Final = re.compile(
    r"(?:(?:deputy|prime|foreign|defen[cs]e|interior|finance|water|special|permanent|chief|justice"
    r"|trade|energy|health|economy|transport)\s+){0,3}(?:ambassador|envoy|minister|president|consul"
    r"|commissioner|representative|premier|chancellor|high\s+commissioner|charg[eé]\s+d['’]affaires"
    r"|secretary[- ]general|navy\s+chief|army\s+chief)\b"
    r"(?:\s+(?:to|in)\s+(?:the\s+)?[A-Z][\w-]+(?:\s+[A-Z][\w-]+)*)?(?!\s*,?\s+[A-Z]|\s*,\s+who)"
)
"""Officials that a state has one of."""
_FIGHTING: Final = frozenset(("rebels", "militia", "militants", "insurgents"))
_FORCES: Final = frozenset(
    (
        *("front", "army", "movement", "union", "liberation", "brigade", "brigades", "militia"),
        *("forces", "resistance", "defence", "defense", "corps", "alliance", "coalition"),
    )
)
"""Words in names of armed groups."""
_LEARNED: Final = frozenset(
    (
        *("institute", "university", "foundation", "academy", "centre", "center", "council"),
        *("commission", "agency", "programme", "program", "office", "mission", "church", "forum"),
    )
)
_APPOSED: Final = re.compile(
    r",\s+((?:an?|the)\s+(?:[a-z][\w-]*\s+(?:(?:of|and|for)\s+)?){0,4}?("
    r"consultancy|company|firm|group|bank|party|union|charity|think[ -]tank|bloc|alliance|militia"
    r"|body|agency|coalition|operator|organi[sz]ation|association|federation|council|movement"
    r"|newspaper|broadcaster|network|contractor|producer|exporter|importer|refiner|carrier|airline"
    r"|insurer|lender|manufacturer|conglomerate|watchdog|faction|non-profit|nonprofit|NGO"
    r"|cooperative|consortium|foundation|institute|syndicate|developer|utility|supplier)"
    r"(?:\s+(?:based|led|owned|backed|of|in|for|from|with)\s[^,.;]{2,50})?)(?=[,.;)])"
)
_BODIES: Final = frozenset({"InternationalOrganization", "MilitaryAlliance", "EconomicUnion"})
_ORGANISED: Final = frozenset(
    (
        *("Organization", "MediaOutlet", "Company", "GovernmentBody", "PoliticalParty", "Court"),
        *("ArmedGroup", "CivilSocietyOrganization"),
    )
)
_ACTORS: Final = frozenset({"name", "metonym", "unknown", "demonym", "description"})


def refer(
    reading: Reading, mentions: Sequence[Mention], gazetteer: Gazetteer, focus: Focus
) -> list[Mention]:
    """Return the mentions with the pronouns and descriptions that rules settle.

    focus: tells which state "the country" is.
    """
    return [*mentions, *_References(reading, mentions, gazetteer, focus).mentions()]


class _References:
    def __init__(
        self,
        reading: Reading,
        mentions: Sequence[Mention],
        gazetteer: Gazetteer,
        focus: Focus,
    ) -> None:
        self.reading, self.gazetteer, self.focus = reading, gazetteer, focus
        self.mentions_in = _by_line(reading, mentions)
        self.numbers = {line.span.start: number for number, line in enumerate(reading.lines)}

    def mentions(self) -> Iterator[Mention]:
        """Yield what rules settle; what a pronoun refers to is near for the next."""
        earlier: dict[str, Mention] = {}
        before: list[Mention] = []
        kind = ""
        for line, found in zip(self.reading.lines, self.mentions_in, strict=True):
            here = found
            if line.kind != kind:
                before, kind = [], line.kind
            if not (line.is_heading or line.is_loud):
                described = [
                    *self._descriptions(line, [*earlier.values(), *here]),
                    *self._countries(line, here),
                    *self._apposed(line, here),
                    *self._groups(line, [*earlier.values(), *here], here),
                ]
                yield from described
                here = sorted([*here, *described], key=lambda m: m.span.start)
                pronouns = self._pronouns(line, before, here)
                yield from pronouns
                yield from self._owned(pronouns, here)
                yield from self._pairs(line, before, here)
                here = sorted([*here, *pronouns], key=lambda m: m.span.start)
            for mention in found:
                if self._is_organisation(mention):
                    earlier[f"{key(mention)} {self._form(mention)}"] = mention
            spoken_of = any(is_person(m, self.gazetteer) for m in here)
            before = here if spoken_of else [*before, *here][-_REMEMBERED:]

    def _pronouns(
        self, line: Line, before: Sequence[Mention], here: Sequence[Mention]
    ) -> list[Mention]:
        settled: list[Mention] = []
        for match in _PRONOUN.finditer(self.reading.text, line.span.start, line.span.end):
            span = Span(match.start(), match.end())
            near = [mention for mention in (*here, *settled) if mention.span.end <= span.start]
            near.sort(key=lambda mention: mention.span.start)
            if match[0].lower() in _PERSONAL:
                found, rule = self._person(line, span, before, near)
            else:
                found, rule = self._thing(line, span, before, near)
            if found is not None:
                settled.append(_refers(span, "pronoun", found, rule))
        return settled

    def _person(
        self, line: Line, span: Span, before: Sequence[Mention], near: Sequence[Mention]
    ) -> tuple[Mention | None, str]:
        """Return whom "he" means: the only person near, or who spoke in the sentence before."""
        for window in (near, before, [*before, *near]):
            people = [m for m in window if may_be_person(m, self.gazetteer)]
            if not people:
                continue
            found = _only(people)
            if found is not None and self._surely_person(found, people):
                return found, "only-person-near"
            break
        if span.start == line.span.start or _SAID.match(self.reading.text, span.end):
            speakers = [m for m in before if self._speaks(m) and is_person(m, self.gazetteer)]
            found = _only(speakers)
            others = [m for m in near if is_person(m, self.gazetteer)]
            if found is not None and _only([*others, found]) is not None:
                return found, "speaker-before"
        return None, ""

    def _thing(
        self, line: Line, span: Span, before: Sequence[Mention], near: Sequence[Mention]
    ) -> tuple[Mention | None, str]:
        """Return what "its" means; "it" only where it surely means somebody."""
        text = self.reading.text
        clause = max(text.rfind(mark, line.span.start, span.start) for mark in ";:") + 1
        clause = max(clause, line.span.start)
        inside = [m for m in self._actors(near) if m.span.start >= clause]
        if text[span.start : span.end].lower() != "it":
            found = _only(inside)
            if found is not None and found.how != "demonym" and not self._depends(found):
                return found, "only-actor-of-sentence"
        else:
            found, rule = self._it(line, span, before, inside, clause)
            if found is not None:
                return found, rule
        return self._subject(line, span, before, near), "subject-of-clause"

    def _subject(
        self, line: Line, span: Span, before: Sequence[Mention], near: Sequence[Mention]
    ) -> Mention | None:
        """Return the subject that "it" or "its" takes up, as a parser has it.

        Of "its" in an object, the subject of the same verb; of one that begins its sentence, or is
        its subject, that of the sentence before.
        """
        tree = _Tree(line)
        token = tree.at(span.start)
        if token is None or not tree.is_taken_up(token):
            return None
        subject = tree.subject_above(token)
        if subject is not None and subject.span.start < span.start:
            return self._meant(subject, near)
        return self._main_subject(line, before)

    def _main_subject(self, line: Line, before: Sequence[Mention]) -> Mention | None:
        """Return who is the subject of the sentence before, and surely an actor."""
        number = self.numbers[line.span.start]
        if number == 0:
            return None
        last = self.reading.lines[number - 1]
        if last.is_heading or "\n\n" in self.reading.between(last.span.end, line.span.start):
            return None
        tree = _Tree(last)
        subject = tree.main_subject()
        there = [m for m in before if last.span.covers(m.span)]
        return self._meant(subject, there) if subject is not None else None

    def _meant(self, subject: Token, among: Sequence[Mention]) -> Mention | None:
        """Return the actor whose words end in the subject, if it is one thing and nobody."""
        taken_up = [m for m in among if m.how == "pronoun" and not is_person(m, self.gazetteer)]
        found = [m for m in (*self._actors(among), *taken_up) if m.span.covers(subject.span)]
        sure = [m for m in found if m.how not in {"demonym", "place"} and self._type(m)]
        return sure[0] if len(sure) == 1 else None

    def _it(
        self,
        line: Line,
        span: Span,
        before: Sequence[Mention],
        inside: list[Mention],
        clause: int,
    ) -> tuple[Mention | None, str]:
        text = self.reading.text
        if _SAID.match(text, span.end) and (span.start == line.span.start or not inside):
            return _only([m for m in self._actors(before) if self._speaks(m)]), "speaker-before"
        if not _DOES.match(text, span.end):
            return None, ""
        if _SAID_THAT.search(text[max(line.span.start, span.start - _CLAUSE) : span.start]):
            speakers = [m for m in inside if self._speaks(m)]
            return _only(speakers), "speaker-of-sentence"
        if _IF.search(text[max(clause, span.start - _CLAUSE) : span.start]):
            return _only(inside), "only-actor-of-sentence"
        return None, ""

    def _depends(self, mention: Mention) -> bool:
        """Say whether a mention stands after a preposition, and so is no subject."""
        before = self.reading.text[max(0, mention.span.start - 30) : mention.span.start].lower()
        words = [word for word in before.split() if word != "the"]
        return bool(words) and words[-1] in _PREPOSITIONS

    def _speaks(self, mention: Mention) -> bool:
        """Say whether a verb of saying or deciding follows a mention."""
        return _SAID.match(self.reading.text, mention.span.end) is not None

    def _surely_person(self, found: Mention, people: Sequence[Mention]) -> bool:
        return any(is_person(m, self.gazetteer) for m in people if key(m) == key(found))

    def _actors(self, mentions: Sequence[Mention]) -> list[Mention]:
        """Return what "its" may refer to: states, organisations, what nothing tells the kind of."""
        return [
            mention
            for mention in mentions
            if mention.how in {*_ACTORS, "place"} and not is_person(mention, self.gazetteer)
        ]

    def _descriptions(self, line: Line, earlier: Sequence[Mention]) -> Iterator[Mention]:
        for match in _DESCRIPTION.finditer(self.reading.text, line.span.start, line.span.end):
            span = Span(match.start(), match.end())
            kinds = _KINDS.get(match[1].lower(), _BODIES)
            near = [m for m in earlier if m.span.end <= span.start and self._type(m) in kinds]
            if match[1].lower() in {"bloc", "grouping"}:
                near = [m for m in near if not self._is_worldwide(m)]
            found = _only(near)
            if found is not None and not any(m.span.covers(span) for m in earlier):
                yield _refers(span, "description", found, "only-one-of-its-kind")
        for match in _HEAD.finditer(self.reading.text, line.span.start, line.span.end):
            span = Span(match.start(), match.end())
            near = [m for m in earlier if m.span.end <= span.start and self._has(m, match[1])]
            found = _only(near)
            if found is not None and not any(
                m.span.covers(span) and m.how != "title" for m in earlier
            ):
                yield _refers(span, "description", found, "head-of-name")

    def _countries(self, line: Line, here: Sequence[Mention]) -> Iterator[Mention]:
        """Yield "the island nation": the state that the text speaks of; "its neighbour"."""
        for match in _COUNTRY.finditer(self.reading.text, line.span.start, line.span.end):
            span = Span(match.start(), match.end())
            inside = [m for m in here if span.covers(m.span)]
            state = self.focus.at(span.start)
            if inside or not state or any(m.span.covers(span) for m in here if m.how != "title"):
                continue
            yield Mention(span, "description", state, rule="state-in-question")
        for match in _NEIGHBOUR.finditer(self.reading.text, line.span.start, line.span.end):
            span = Span(match.start(), match.end())
            both = self.focus.both()
            named = {m.target for m in here if m.span.end <= span.start and m.target in both}
            if len(both) == 2 and len(named) == 1:
                (other,) = set(both) - named
                yield Mention(span, "description", other, rule="other-of-two")

    def _owned(self, pronouns: Sequence[Mention], here: Sequence[Mention]) -> Iterator[Mention]:
        """Yield "its foreign ministry", "her government", "its envoy to Mali": whose it is."""
        text = self.reading.text
        for pronoun in pronouns:
            words = text[pronoun.span.start : pronoun.span.end].lower()
            owner = self._state_of(pronoun)
            if words not in _POSSESSIVES or not owner or not text.startswith(" ", pronoun.span.end):
                continue
            place = pronoun.span.end + 1
            body, title = BODIES.match(text, place), _OFFICIAL.match(text, place)
            label = self.gazetteer.entities[owner].label
            if body is not None and _ASKED.search(body.group()):
                span, kind = Span(pronoun.span.start, body.end()), "GovernmentBody"
            elif title is not None:
                span, kind = Span(pronoun.span.start, title.end()), "Office"
            else:
                continue
            crossed = any(m.span.start < span.end < m.span.end for m in here)
            if crossed or any(m.span.start == span.start for m in here):
                continue
            what = " ".join(text[place : span.end].split())
            office, to, where = what.partition(" to ")
            new = Proposal(f"{office} of {label}{to}{where}", kind, owner)
            how = "title" if kind == "Office" else "description"
            if what.lower() == "government":
                yield Mention(span, how, owner, chain=(pronoun.span,), rule="government-of-state")  # type: ignore[arg-type]
                continue
            yield Mention(span, how, chain=(pronoun.span,), rule="whose-organ", proposal=new)  # type: ignore[arg-type]

    def _state_of(self, mention: Mention) -> str:
        """Return the id of the state or organisation that a mention is, or of whose people."""
        entity = self.gazetteer.entities.get(mention.target or "")
        if entity is not None and entity.type in {"State", *_BODIES}:
            return entity.id
        proposal = mention.proposal
        if proposal is not None and proposal.kind == "Person":
            return proposal.of if proposal.of in self.gazetteer.entities else ""
        return ""

    def _groups(
        self, line: Line, earlier: Sequence[Mention], here: Sequence[Mention]
    ) -> Iterator[Mention]:
        """Yield "the rebels", "the movement": the one party or armed group of the article."""
        for match in _GROUP.finditer(self.reading.text, line.span.start, line.span.end):
            span = Span(match.start(), match.end())
            known = [m for m in earlier if m.span.end <= span.start and self._is_group(m)]
            if match[1] in _FIGHTING:
                known = [m for m in known if self._may_fight(m)]
            found = _only(known) if known else None
            if found is not None and not any(
                m.span.covers(span) and m.how != "title" for m in here
            ):
                yield _refers(span, "description", found, "only-one-of-its-kind")

    def _is_group(self, mention: Mention) -> bool:
        proposal = mention.proposal
        return (
            mention.how == "unknown"
            and proposal is not None
            and proposal.kind in {"Organization", "ArmedGroup", "PoliticalParty"}
            and not set(proposal.label.lower().split()) & _LEARNED
        )

    def _may_fight(self, mention: Mention) -> bool:
        proposal = mention.proposal
        if proposal is None:
            return False
        return proposal.kind == "ArmedGroup" or bool(set(proposal.label.lower().split()) & _FORCES)

    def _apposed(self, line: Line, here: Sequence[Mention]) -> Iterator[Mention]:
        """Yield "a consultancy" behind the name of one."""
        for mention in here:
            match = _APPOSED.match(self.reading.text, mention.span.end, line.span.end)
            is_body = self._type(mention) in {"", *_ORGANISED, *_BODIES}
            if match is None or mention.how not in {"name", "unknown"} or not is_body:
                continue
            span = Span(match.start(1), match.end(1))
            if not any(m.span.covers(span) or span.covers(m.span) for m in here):
                yield _refers(span, "description", mention, "apposition")

    def _is_worldwide(self, mention: Mention) -> bool:
        """Say whether an organisation is no bloc of states: a bank, the United Nations."""
        entity = self.gazetteer.entities.get(mention.target or "")
        return entity is not None and _WORLDWIDE.search(entity.label) is not None

    def _form(self, mention: Mention) -> str:
        return self.reading.text[mention.span.start : mention.span.end].lower()

    def _is_organisation(self, mention: Mention) -> bool:
        return self._type(mention) in {*_ORGANISED, *_BODIES}

    def _has(self, mention: Mention, word: str) -> bool:
        """Say whether a name of an organisation has a word: "council"."""
        if mention.how not in {"name", "unknown", "description"}:
            return False
        form = self._form(mention).split()
        return len(form) > 1 and word.lower() in form and form[0] != "the"

    def _pairs(
        self, line: Line, before: Sequence[Mention], here: Sequence[Mention]
    ) -> Iterator[Mention]:
        for match in _PAIR.finditer(self.reading.text, line.span.start, line.span.end):
            span = Span(match.start(), match.end())
            near = [mention for mention in here if mention.span.end <= span.start]
            people = match[1].split()[-1] in _PEOPLE
            for window in (near, [*before, *near]):
                members = self._two(window, people)
                if members:
                    ids = tuple(m.target for m in members if m.target is not None)
                    chain = tuple(m.span for m in reversed(members))
                    yield Mention(span, "description", None, (), ids, chain, "two-near")
                    break

    def _two(self, mentions: Sequence[Mention], people: bool) -> list[Mention]:
        found: dict[str, Mention] = {}
        for mention in mentions:
            fits = is_person(mention, self.gazetteer) if people else self._type(mention) == "State"
            if fits:
                found.setdefault(key(mention), mention)
        return list(found.values()) if len(found) == 2 else []

    def _type(self, mention: Mention) -> str:
        if mention.target is not None:
            return self.gazetteer.entities[mention.target].type
        return mention.proposal.kind if mention.proposal else ""


class _Tree:
    """What a parser says of a sentence; nothing where there is no parse."""

    def __init__(self, line: Line) -> None:
        self.line, self.tokens = line, list(line.tokens.values())

    def at(self, place: int) -> Token | None:
        """Return the word that begins at a place."""
        return self.line.tokens.get(place)

    def subject_above(self, token: Token) -> Token | None:
        """Return the subject of the nearest verb above a word, other than the word itself."""
        place = self.tokens.index(token)
        for _ in range(_DEPTH):
            for other in self.tokens:
                if other.deprel in _SUBJECTS and other.head == place and other is not token:
                    return other
            above = self.tokens[place]
            if above.head == place:
                return None
            place = above.head
        return None

    def is_taken_up(self, token: Token) -> bool:
        """Say whether a word is a possessive, or the subject of what somebody does."""
        if token.deprel == "nmod:poss":
            return True
        verb = self.tokens[token.head] if token.head < len(self.tokens) else token
        return token.deprel == "nsubj" and verb.upos == "VERB" and verb.lemma not in OF_PLACES

    def main_subject(self) -> Token | None:
        """Return the subject of the sentence."""
        for place, token in enumerate(self.tokens):
            if token.head == place:
                subjects = (t for t in self.tokens if t.deprel in _SUBJECTS and t.head == place)
                return next(subjects, None)
        return None


def _only(mentions: Sequence[Mention]) -> Mention | None:
    """Return the last mention, if all refer to one thing."""
    keys = {key(mention) or str(mention.candidates) for mention in mentions}
    return mentions[-1] if len(keys) == 1 and key(mentions[-1]) else None


def _refers(span: Span, how: str, found: Mention, rule: str) -> Mention:
    return Mention(
        span,
        how,  # type: ignore[arg-type]
        found.target,
        chain=(found.span, *found.chain),
        rule=rule,
        proposal=found.proposal,
    )


def _by_line(reading: Reading, mentions: Sequence[Mention]) -> list[list[Mention]]:
    ordered = sorted(mentions, key=lambda m: (m.span.start, -m.span.end))
    found: list[list[Mention]] = [[] for _ in reading.lines]
    place = 0
    for mention in ordered:
        while place < len(reading.lines) and reading.lines[place].span.end < mention.span.end:
            place += 1
        if place < len(reading.lines):
            found[place].append(mention)
    return found
