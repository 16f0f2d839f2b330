"""Titles and offices: who "the foreign minister of Y" is, and whose title stands before a name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from demarche_ingest.literals import Rare
from demarche_ingest.mentions.focus import Focus
from demarche_ingest.mentions.folding import fold
from demarche_ingest.mentions.gazetteer import Gazetteer
from demarche_ingest.mentions.model import Mention, Proposal
from demarche_ingest.mentions.people import is_person, key, may_be_person
from demarche_ingest.mentions.reading import Line, Reading
from demarche_ingest.mentions.spans import Spans
from demarche_ingest.mentions.vocabulary import (
    BODIES,
    NOT_NAMES,
    SINGULAR_OFFICES,
    SOLE_BODIES,
    SPEECH,
    office,
)
from demarche_ingest.texts import Span

_BODIES: Final = Rare(BODIES)
_POSSESSIVE: Final = re.compile(r"(?:['’]s?)?\s{1,2}(?:([a-z-]+)\s)?(?:([a-z-]+)\s)?")
_REACH: Final = 30
"""Code points before a title within which its owner is looked for."""
_OF: Final = re.compile(r"\s+of\s+(?:the\s+)?")
_OF_OR_FOR: Final = re.compile(r"\s+(?:of|for|at)\s+(?:the\s+)?")
_REST: Final = re.compile(r"(?:['’]s)?(?:\s+[a-z-]+){1,3}(?=\s*[,.;)])")
_IN: Final = re.compile(r"\s+in\s+")
_SIDE: Final = re.compile(r"\s+side\b")
_COMMA: Final = re.compile(
    r",\s+(?:(?:an?|the|its|his|her|their|then|former|now|who\s+is|who\s+was|[\w-]+['’]s?)\s+)*"
    r"(?:[a-z][a-z-]+\s+){0,2}$"
)
_CLOSED: Final = re.compile(r"\s*(?:[,.;:)—–]|$)")
_BARE: Final = frozenset({"police", "parliament"})
"""Organs that English names without an article."""
_TELLING: Final = frozenset(("det", "nmod:poss", "amod", "compound", "nummod", "case", "conj"))
_IN_SEAT: Final = frozenset({"government", "regime"})
_STATELY: Final = re.compile(r"(?:^|-)(?:minister|premier)$|^president$|^cabinet-secretary")
_POSSESSED: Final = re.compile(r"(?:['’]s?|\b(?:its|his|her|their))\s+(?:[a-z-]+\s+){0,2}$")
_GONE: Final = re.compile(r"\b(?:former|ex|late|then|incoming|deputy|vice)\b", re.IGNORECASE)
_THE: Final = re.compile(
    r"(?:\b(?:the|its|his|her|their|an?)|\w['’]s?)\s+(?:[a-z][a-z-]+\s+){0,2}$", re.IGNORECASE
)
_WHOSE: Final = re.compile(r"\b(?:its|his|her|their|my|our|an?)\s+$", re.IGNORECASE)
_LONGEST: Final = 60
_ABROAD: Final = re.compile(r"embassy|high commission|consulate|mission", re.IGNORECASE)
"""What a state has in the capitals of others."""


@dataclass(frozen=True, slots=True)
class _Title:
    """A title in the text. span: with whose it is. owner: an id, "" where the text leaves it."""

    span: Span
    words: Span
    office: str
    owner: str
    chain: tuple[Span, ...] = ()


def titled(
    reading: Reading, mentions: Sequence[Mention], gazetteer: Gazetteer, focus: Focus
) -> list[Mention]:
    """Return the mentions with those that titles make, and with what titles tell of people.

    focus: tells whose an office or an organ is where nothing beside it does.
    """
    return _Titles(reading, mentions, gazetteer, focus).mentions()


class _Titles:
    def __init__(
        self,
        reading: Reading,
        mentions: Sequence[Mention],
        gazetteer: Gazetteer,
        focus: Focus,
    ) -> None:
        self.reading, self.gazetteer, self.focus = reading, gazetteer, focus
        self.found = list(mentions)
        self._number()
        self.roles: dict[tuple[str, str], dict[str, Mention]] = defaultdict(dict)

    def _number(self) -> None:
        """Note where mentions start and end; of several at a place, the longest counts."""
        order = sorted(range(len(self.found)), key=lambda n: len(self.found[n].span))
        self.starts = {self.found[n].span.start: n for n in order}
        self.ends = {self.found[n].span.end: n for n in order}

    def mentions(self) -> list[Mention]:
        """Return all mentions, those of titles after the others."""
        bodies = list(self._bodies())
        idle = Spans(body.span for body in bodies)  # "Ministry of …" inside "Peru's Ministry of …"
        self.found = [
            mention
            for mention in self.found
            if mention.how != "unknown" or not idle.cover(mention.span)
        ] + bodies
        self._number()
        added: list[Mention] = []
        open_titles = []
        taken = Spans(mention.span for mention in self.found if mention.how == "unknown")
        for title in self._titles():
            if taken.cover(title.words):
                continue
            holder, is_apposition = self._holder(title)
            if holder is None:
                open_titles.append(title)
                continue
            person = self._learn(holder, title)
            rule = "apposition" if is_apposition else "title-beside-name"
            added.append(_same(self._with_whose(title), person, rule, (person.span,)))
        added.extend(mention for title in open_titles for mention in self._office(title))
        return [*self.found, *added, *self._sides()]

    # --- finding ---

    def _titles(self) -> Iterator[_Title]:
        for line in self.reading.lines:
            for words in self.reading.titles[line.span.start]:
                title = self.reading.text[words.start : words.end]
                yield self._owned(words, office(title), _OF_OR_FOR)

    def _owned(self, words: Span, name: str, of: re.Pattern[str] = _OF) -> _Title:
        """Find whose a title is: "Kazakh", "Kazakhstan's" before it, "of Kazakhstan" behind."""
        text = self.reading.text
        for gap in range(1, _REACH):
            number = self.ends.get(words.start - gap)
            if number is None:
                continue
            owner = self.found[number]
            between = _POSSESSIVE.fullmatch(text, owner.span.end, words.start)
            if between and _only_qualifies(between) and self._may_own(owner):
                span = Span(owner.span.start, words.end)
                return _Title(span, words, name, key(owner), (owner.span,))
        match = of.match(text, words.end)
        number = self.starts.get(match.end()) if match else None
        if number is not None and self._may_own(owner := self.found[number]):
            end = owner.span.end
            rest = _REST.match(text, end)
            if rest is not None and (owner.how == "demonym" or rest.group().startswith(("'", "’"))):
                end = rest.end()  # "leader of the Peruvian delegation"
            return _Title(Span(words.start, end), words, name, key(owner), (owner.span,))
        return _Title(words, words, name, "")

    def _may_own(self, mention: Mention) -> bool:
        return bool(key(mention)) and not is_person(mention, self.gazetteer)

    def _holder(self, title: _Title) -> tuple[int | None, bool]:
        """Return the place of the mention of who holds a title, and whether it is an apposition."""
        text = self.reading.text
        if title.span.end == title.words.end:
            number = self._person_at(self.starts.get(title.span.end + 1))
            if number is not None and text[title.span.end].isspace():
                return number, False
        if text.startswith(", ", title.span.end) and (title.owner or self._has_the(title)):
            number = self._person_at(self.starts.get(self._after_rank(title.span.end + 2)))
            if number is not None and _CLOSED.match(text, self.found[number].span.end):
                return number, True
        comma = _COMMA.search(text, max(0, title.span.start - 40), title.span.start)
        if comma and _CLOSED.match(text, title.span.end) and (title.owner or self._has_the(title)):
            number = self._person_at(self.ends.get(comma.start()))
            if number is not None:
                return number, True
        return None, False

    def _after_rank(self, place: int) -> int:
        """Return where a name begins: behind the rank or title that stands before it, if any."""
        line = self.reading.line_at(place)
        for words in self.reading.titles[line.span.start]:
            if words.start == place and self.reading.text[words.end : words.end + 1] == " ":
                return words.end + 1
        return place

    def _person_at(self, number: int | None) -> int | None:
        if number is None or not may_be_person(self.found[number], self.gazetteer):
            return None
        return number

    def _has_the(self, title: _Title) -> bool:
        before = self.reading.text[max(0, title.span.start - _REACH) : title.span.start]
        return _THE.search(before) is not None

    def _is_the(self, title: _Title) -> bool:
        """Say whether an organ is spoken of as such: "the police", not "the police station"."""
        text, words = self.reading.text, title.words
        before = text[max(0, words.start - 12) : words.start].lower().split()
        line = self.reading.line_at(words.start)
        if before[-1:] != ["the"] and not self._is_bare(title, line, before):
            return False
        token = line.tokens.get(text.rfind(" ", words.start, words.end) + 1 or words.start)
        token = token or line.tokens.get(words.start)
        return token is None or token.deprel not in {"compound", "amod", "flat"}

    def _is_bare(self, title: _Title, line: Line, before: Sequence[str]) -> bool:
        """Say whether "police" stands without anything that tells which, as English has it."""
        if title.office.lower() not in _BARE:
            return False
        if title.words.start == line.span.start:
            return True
        token = line.tokens.get(title.words.start)
        if token is None:
            return before[-1:] == ["and"] or before[-1:] == ["but"]
        tokens = list(line.tokens.values())
        return not any(
            other.deprel in _TELLING and tokens[other.head] is token
            for other in tokens
            if other.head < len(tokens)
        )

    def _with_whose(self, title: _Title) -> _Title:
        """Return a title with the "its" or "a" before it."""
        before = self.reading.text[max(0, title.span.start - 7) : title.span.start]
        match = _WHOSE.search(before)
        if title.owner or match is None:
            return title
        start = title.span.start - len(match.group())
        return replace(title, span=Span(start, title.span.end))

    def _learn(self, number: int, title: _Title) -> Mention:
        """Take in what a title says of a person; return the person's mention."""
        person = self.found[number]
        if person.target is None and person.proposal is not None:
            of = person.proposal.of or self._whose(title) or self._of_office(title)
            proposal = replace(person.proposal, kind="Person", of=of)
            person = self.found[number] = replace(person, proposal=proposal)
            person = self.found[number] = self._by_office(person, title)
        # "Prime Minister Hale" is the prime minister of the state in question, told later as such.
        owner = title.owner or (person.proposal.of if person.proposal is not None else "")
        if title.owner or (owner and _STATELY.search(title.office)):
            self.roles[owner, title.office].setdefault(key(person), person)
        return person

    def _whose(self, title: _Title) -> str:
        """Return the id of the state or organisation that a title is of, through its organ too."""
        if not title.owner.startswith("new "):
            return title.owner
        for mention in self.found:
            if mention.proposal is not None and key(mention) == title.owner:
                return mention.proposal.of
        return ""

    def _of_office(self, title: _Title) -> str:
        """Return the state in question, where a title is an office that only states have."""
        if title.owner or _POSSESSED.search(
            self.reading.text, max(0, title.span.start - _REACH), title.span.start
        ):
            return ""
        return self.focus.at(title.span.start) if _STATELY.search(title.office) else ""

    def _by_office(self, person: Mention, title: _Title) -> Mention:
        """Settle a surname that one known person has who held that office on that day."""
        surname = fold(self.reading.text[person.span.start : person.span.end]).text.split()[-1]
        holders = [
            holder
            for holder in self._holders(title)
            if any(surname in fold(form).text.split() for form in self._forms_of(holder))
        ]
        if len(holders) != 1:
            return person
        return replace(
            person,
            how="name",
            target=holders[0],
            candidates=(),
            proposal=None,
            rule="surname-and-office",
        )

    def _forms_of(self, person: str) -> list[str]:
        return [self.gazetteer.entities[person].label, *self.gazetteer.names(person)]

    # --- resolving ---

    def _office(self, title: _Title) -> Iterator[Mention]:
        """Yield what a title alone refers to: "the Kazakh president"."""
        if not title.owner and (before := self._named_before(title)) is not None:
            yield _same(title, before, "office-named-before", (before.span,))
            return
        is_one = self._is_sole(title) and len(title.span) <= _LONGEST
        if not is_one and len(self.roles.get((title.owner, title.office), {})) != 1:
            return
        if not title.owner:
            yield from self._bare(title)
            return
        people = list(self.roles.get((title.owner, title.office), {}).values())
        if len(people) == 1:
            yield _same(title, people[0], "office-in-article", (people[0].span, *title.chain))
            return
        ids = [] if people else self._holders(title)
        label = self._label(title)
        if len(ids) == 1:
            is_own = self.gazetteer.offices.is_users(ids[0], self._offices(title))
            rule = "office-on-day" if is_own else "office-as-listed"
            yield Mention(title.span, "title", ids[0], chain=title.chain, rule=rule)
            return
        candidates = tuple(ids) or tuple(key(person) for person in people if person.target)
        yield Mention(
            title.span,
            "title",
            None,
            candidates or self._offices(title),
            chain=title.chain,
            rule="office",
            proposal=Proposal(label, "Office", _known(title.owner)),
        )

    def _named_before(self, title: _Title) -> Mention | None:
        """Return whom "the minister" goes back to: the only one named so before."""
        if title.office in SINGULAR_OFFICES or not self._is_the_one(title):
            return None
        held = {
            key(person): person
            for (_, name), people in self.roles.items()
            if name.endswith(f"-{title.office}")
            for person in people.values()
            if person.span.start < title.span.start
        }
        return next(iter(held.values())) if len(held) == 1 else None

    def _is_the_one(self, title: _Title) -> bool:
        before = self.reading.text[max(0, title.span.start - 4) : title.span.start]
        return before.lower() == "the "

    def _bare(self, title: _Title) -> Iterator[Mention]:
        """Yield "the president" where the article has one president only."""
        if not self._has_the(title):
            return
        held = [people for (_, name), people in self.roles.items() if name == title.office]
        people = {key(person): person for found in held for person in found.values()}
        if len(held) == 1 and len(people) == 1:
            person = next(iter(people.values()))
            if person.span.start < title.span.start:
                yield _same(title, person, "only-office-of-article", (person.span,))
                return
        state = self.focus.at(title.span.start)
        people = self.roles.get((state, title.office), {}) if state else {}
        if len(people) == 1:
            person = next(iter(people.values()))
            yield _same(title, person, "office-in-article", (person.span,))
            return
        words = " ".join(self.reading.text[title.words.start : title.words.end].lower().split())
        label = f"{words} of {self.gazetteer.entities[state].label}" if state else words
        proposal = Proposal(label, "Office", state)
        rule = "office-of-state-in-question" if state else "office-open"
        yield Mention(title.span, "title", rule=rule, proposal=proposal)

    def _label(self, title: _Title) -> str:
        words = " ".join(self.reading.text[title.words.start : title.words.end].split())
        entity = self.gazetteer.entities.get(title.owner)
        owner = entity.label if entity else title.owner.removeprefix("new ")
        return f"{words} of {owner}"

    def _offices(self, title: _Title) -> tuple[str, ...]:
        """Return the ids of the known offices that a title names."""
        return self.gazetteer.offices.named(title.owner, title.office)

    def _holders(self, title: _Title) -> list[str]:
        """Return who held an office on the day of the article, as far as the tenures know."""
        first, last = self.reading.first_day, self.reading.last_day
        before = self.reading.text[max(0, title.span.start - 12) : title.span.start].split()
        words = f"{before[-1] if before else ''} {title.office.replace('-', ' ')}"
        if not first or not last or _GONE.search(words):
            return []
        return self.gazetteer.offices.holders(self._offices(title), first, last)

    def _is_sole(self, title: _Title) -> bool:
        """Tell whether one actor has an office at a time, as all know or a user says."""
        if title.office in SINGULAR_OFFICES:
            return True
        return self.gazetteer.offices.are_sole(self._offices(title)) and bool(self._holders(title))

    # --- bodies of states ---

    def _bodies(self) -> Iterator[Mention]:
        """Yield "the Kazakh foreign ministry": an organ by its kind and whose it is."""
        owned: dict[str, dict[str, Mention]] = defaultdict(dict)
        bare = []
        for line in self.reading.lines:
            for match in _BODIES.finditer(self.reading.text, line.span.start, line.span.end):
                title = self._owned(Span(match.start(), match.end()), match.group())
                if not title.owner:
                    title = self._seated(title)
                if title.office.lower() == "authorities" and self._is_de_facto(title.owner):
                    continue
                if title.owner and title.owner in self.gazetteer.entities:
                    body = self._body(title)
                    owned[_body_key(title.office)].setdefault(key(body), body)
                    yield body
                else:
                    bare.append(title)
        for title in bare:
            yield from self._bare_body(title, owned[_body_key(title.office)])

    def _is_de_facto(self, owner: str) -> bool:
        entity = self.gazetteer.entities.get(owner)
        return entity is not None and entity.type == "DeFactoAuthority"

    def _bare_body(self, title: _Title, owned: dict[str, Mention]) -> Iterator[Mention]:
        """Yield "the foreign ministry": the one of the article, or of the state in question."""
        kind = " ".join(title.office.lower().split())
        if title.owner or not self._is_the(title) or not SOLE_BODIES.fullmatch(kind):
            return
        known = [body for body in owned.values() if body.span.start < title.span.start]
        state = self.focus.at(title.span.start)
        if len(known) == 1 and state in {"", *known[0].candidates, known[0].target}:
            yield replace(
                known[0],
                span=title.span,
                how="description",
                chain=(known[0].span,),
                rule="body-in-article",
            )
            return
        if state:
            rule = "body-of-state-in-question"
            yield replace(self._body(replace(title, owner=state, office=kind)), rule=rule)
        elif "ministry" in kind:
            proposal = Proposal(kind, "GovernmentBody")
            yield Mention(title.span, "description", rule="body-open", proposal=proposal)

    def _seated(self, title: _Title) -> _Title:
        """Find whose "the foreign ministry in Amman" is: the state's whose capital that is."""
        match = _IN.match(self.reading.text, title.span.end)
        number = self.starts.get(match.end()) if match else None
        if _ABROAD.search(title.office) is not None:
            return title
        if number is None or self.found[number].how != "place":
            return title
        place = self.found[number]
        actors = self.gazetteer.metonyms.get(place.target or "", ())
        if len(actors) != 1:
            return title
        end = place.span.end if title.office.lower() in _IN_SEAT else title.span.end
        span = Span(title.span.start, end)
        return replace(title, span=span, owner=actors[0], chain=(place.span,))

    def _sides(self) -> Iterator[Mention]:
        """Yield "the Peruvian side": the state."""
        for mention in self.found:
            match = _SIDE.match(self.reading.text, mention.span.end)
            if match is not None and mention.how == "demonym" and mention.target is not None:
                span = Span(mention.span.start, match.end())
                chain = (mention.span,)
                yield Mention(span, "description", mention.target, (), (), chain, "side-of-state")

    def _body(self, title: _Title) -> Mention:
        kind = " ".join(title.office.split())
        if kind.lower() == "government":
            rule = "government-of-state"
            return Mention(title.span, "description", title.owner, (), (), title.chain, rule)
        known = _known_bodies(self.gazetteer, title.owner, kind)
        if len(known) == 1:
            return Mention(title.span, "name", known[0], chain=title.chain, rule="body-known")
        label = f"{kind} of {self.gazetteer.entities[title.owner].label}"
        proposal = Proposal(label, "GovernmentBody", title.owner)
        candidates = (*known, title.owner) if known else (title.owner,)
        return Mention(
            title.span, "description", None, candidates, (), title.chain, "body-of-state", proposal
        )


def _known_bodies(gazetteer: Gazetteer, owner: str, kind: str) -> list[str]:
    """Return the known organs of an owner that are of this kind: "Foreign Ministry of …"."""
    wanted = _body_key(kind)
    return [
        entity.id
        for entity in gazetteer.organs(owner)
        if _body_key(re.split(r" of (?=[A-Z])(?!Foreign|Def|Int|Fin)", entity.label)[0]) == wanted
    ]


def _body_key(kind: str) -> str:
    words = kind.lower().replace("defense", "defence")
    moved = re.fullmatch(r"ministry of (?:the )?(\w+)(?: affairs)?", words)
    return f"{moved[1]} ministry" if moved else words


def _known(owner: str) -> str:
    """Return an owner's id, "" for one that is new."""
    return "" if owner.startswith("new ") else owner


def _only_qualifies(between: re.Match[str]) -> bool:
    """Say whether the words between an owner and a title belong to the title: "junta leader"."""
    return not any(word in NOT_NAMES | SPEECH for word in between.groups() if word)


def _same(title: _Title, person: Mention, rule: str, chain: tuple[Span, ...]) -> Mention:
    return Mention(title.span, "title", person.target, (), (), chain, rule, person.proposal)
