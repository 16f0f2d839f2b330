"""Short forms of people and organisations, resolved to the long form that the article has."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from demarche_ingest.mentions.folding import fold
from demarche_ingest.mentions.gazetteer import Gazetteer
from demarche_ingest.mentions.model import Mention, Proposal
from demarche_ingest.mentions.reading import Reading
from demarche_ingest.mentions.spans import Spans
from demarche_ingest.mentions.vocabulary import (
    HONORIFICS,
    ORGANISATIONS,
    PARTICLES,
    PERSON_NAMES,
    PLAIN_VERBS,
    SPEECH,
)
from demarche_ingest.texts import Span

_LONGEST: Final = 5
"""Words of the longest name that may be a person's."""
_DEFINED: Final = re.compile(
    r"\s*\((?:the |or |hereafter |hereinafter )?[\"'“‘]?([A-Z][A-Za-z-]{1,11})[\"'”’]?[),]"
    r"|,?\s+(?:or|known as|abbreviated)\s+(?:the\s+)?([A-Z]{2,8})\b"
)
_LETTERS: Final = re.compile(r"[A-Z]{2,7}")
_BEFORE: Final = 24
_ORGANISED: Final = frozenset({"Company", "Organization", "MediaOutlet", "PoliticalParty"})
_PARTICLES: Final = re.compile(rf"(?<!\w)(?:(?:{'|'.join(sorted(PARTICLES))})\s)+$", re.IGNORECASE)
_WATERS: Final = re.compile(
    r"\b(?:into|across|along|down|up|beyond|cross(?:ed|ing)?|over|upstream|downstream"
    r"|(?:side|banks?|mouth|headwaters|tributary|tributaries|valley|basin|waters|bend|flow)\s+of"
    r"|flow\s+(?:in)?to)\s+the\s+$"
)
"""What comes before the name of a river: "across the Naryn"."""
_GROUP_AFTER: Final = re.compile(
    r"\s+(?:bloc|party|group|movement|militia|union|coalition|alliance|network|gang|cartel|brigade"
    r"|faction|newspaper|agency|company|bank|foundation|institute|consortium|rebels|militants"
    r"|insurgents|fighters)\b"
)
_HALVES: Final = frozenset({"north", "south", "east", "west"})
_AT: Final = frozenset(
    ("in", "at", "near", "from", "into", "towards", "outside", "inside", "off", "reached")
)
_OF_PLACE: Final = re.compile(
    r"\b(?:north|south|east|west|northeast|northwest|southeast|southwest|mouth|banks?|shores?|coast"
    r"|port|harbou?r|settlement|hamlet|town|city|village|waters?|island|islets?|families|people|mayor|residents|capital|suburbs?"
    r"|outskirts|streets|province|district|region|governor|airport)\s+(?:of|in)\s+(?:the\s+)?(?:northern\s+|southern\s+|eastern\s+|western\s+|central\s+)?$",
    re.IGNORECASE,
)
_FEATURES: Final = frozenset(
    (
        *("cape", "mount", "lake", "river", "strait", "straits", "channel", "bay", "gulf", "sea"),
        *("valley", "pass", "bend", "shelf", "peninsula", "canal", "reservoir", "dam", "bridge"),
        *("plateau", "desert", "delta", "harbour", "harbor", "port", "airport", "street", "square"),
    )
)
"""Words in names of places that are no actors."""
_SAYS: Final = "|".join(sorted(SPEECH - PLAIN_VERBS))
_PERSON_AFTER: Final = re.compile(rf",?\s+who\b|\s+(?:{_SAYS})\b")
_DATELINE: Final = re.compile(
    r"(?:,\s*[\w. ]{3,20})?\s*(?:\([^)\n]{2,30}\)\s*)?(?:—|–|--|-)\s"
    r"|,\s*(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]{2,8})\b"
)
_PLACE_AFTER: Final = re.compile(
    r"\s+(?:\d+\s+)?(?:crossing|port|airport|province|region|district|river|lake|city|town|village|islands?"
    r"|valley|border|mountains|corridor|dam|bridge|plateau|coast|strait|basin|channel|terminal"
    r"|tunnel|barrage|railway|railroad|rail|road|pass|pier|halt|station|sluices?|reef|approach"
    r"|checkpoint|canal|refinery|mine|base|camp|reservoir|aquifer|wetlands?|forest|oilfield|gasfield"
    r"|plant|depot|barracks|highway|neighbou?rhood|quarter|suburb|prefecture|county|municipality"
    r"|governorate|oasis|glacier|peak|hills|desert|delta|estuary|settlement|enclave|market|stadium"
    r"|hospital|prison|gauge|gorge|plain|steppe)\b"
)


def key(mention: Mention) -> str:
    """Return what a mention refers to, for comparison: an id, or the label of what is new."""
    if mention.target is not None:
        return mention.target
    return f"new {fold(mention.proposal.label).text}" if mention.proposal else ""


def is_person(mention: Mention, gazetteer: Gazetteer) -> bool:
    """Say whether a mention is of a person."""
    if mention.how == "title":
        return True
    if mention.target is not None:
        return gazetteer.entities[mention.target].type == "Person"
    return mention.proposal is not None and mention.proposal.kind == "Person"


def may_be_person(mention: Mention, gazetteer: Gazetteer) -> bool:
    """Say whether a mention is of a person, or of something that nothing tells the kind of."""
    proposal = mention.proposal
    return is_person(mention, gazetteer) or (
        mention.target is None
        and mention.how == "unknown"
        and proposal is not None
        and proposal.kind == ""
        and not proposal.of
    )


def united(mentions: Sequence[Mention]) -> list[Mention]:
    """Give all mentions of something new what any of them tells of it."""
    best: dict[str, Proposal] = {}
    for mention in mentions:
        if (proposal := mention.proposal) is not None:
            known = best.setdefault(proposal.label, proposal)
            kind, of = known.kind or proposal.kind, known.of or proposal.of
            best[proposal.label] = replace(known, kind=kind, of=of)
    return [
        replace(mention, proposal=best[mention.proposal.label]) if mention.proposal else mention
        for mention in mentions
    ]


def short_forms(
    reading: Reading, mentions: Sequence[Mention], gazetteer: Gazetteer
) -> list[Mention]:
    """Link surnames, "Mr Y", "the Council" and abbreviations that the article explains."""
    found = _kinds(reading, _groups(_abbreviations(reading, mentions)))
    return _surnames(reading, _heads(reading, found), gazetteer)


def _kinds(reading: Reading, mentions: Sequence[Mention]) -> list[Mention]:
    """Tell places and people apart among the unknown, by the words around all their mentions."""
    signs: dict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        if mention.proposal is not None and mention.proposal.kind == "":
            signs[mention.proposal.label].add(_sign(reading, mention))
    return [
        replace(mention, proposal=replace(mention.proposal, kind=kind))
        if mention.proposal
        and mention.proposal.kind == ""
        and (kind := _settled(signs[mention.proposal.label]))
        else mention
        for mention in mentions
    ]


def _groups(mentions: Sequence[Mention]) -> list[Mention]:
    """Give "Houthi" the name of "the Houthis", where an article has both."""
    labels = {mention.proposal.label for mention in mentions if mention.proposal}
    return [
        replace(mention, proposal=replace(mention.proposal, label=f"{mention.proposal.label}s"))
        if mention.how == "unknown"
        and mention.proposal
        and " " not in mention.proposal.label
        and f"{mention.proposal.label}s" in labels
        else mention
        for mention in mentions
    ]


def _settled(signs: set[str]) -> str:
    told = signs - {""}
    return told.pop() if len(told) == 1 else ""


def _sign(reading: Reading, mention: Mention) -> str:
    start, end = mention.span.start, mention.span.end
    tail = reading.text[max(0, start - _BEFORE) : start]
    before = tail.split()
    if _is_polite(reading, mention) or _is_like_person(reading, mention, before):
        return "Person"
    if _GROUP_AFTER.match(reading.text, end):
        return "Organization"
    is_dateline = start == reading.line_at(start).span.start and _DATELINE.match(reading.text, end)
    if is_dateline or _WATERS.search(tail):
        return "Place"
    if (before and before[-1].lower() in _AT) or _PLACE_AFTER.match(reading.text, end):
        return "Place"
    words = reading.text[start:end].lower().split()
    if _OF_PLACE.search(tail) or (len(words) > 1 and {words[0], words[-1]} & _FEATURES):
        return "Place"
    return ""


def _is_like_person(reading: Reading, mention: Mention, before: Sequence[str]) -> bool:
    """Say whether a name does what people do, and looks like theirs: two words, without "the"."""
    match = _PERSON_AFTER.match(reading.text, mention.span.end)
    words = reading.text[mention.span.start : mention.span.end].split()
    if match is None or (before and before[-1].lower() == "the"):
        return False
    return "who" in match.group() or (len(words) > 1 and not any(w.isupper() for w in words[1:]))


def _heads(reading: Reading, mentions: Sequence[Mention]) -> list[Mention]:
    """Link "the Council" to the one organisation of the article with a Council in its name."""
    full: dict[str, dict[str, Mention]] = defaultdict(dict)
    for mention in mentions:
        words = _words(reading, mention)
        if len(words) > 1 and mention.how in {"name", "unknown"}:
            for word in words:
                if word in ORGANISATIONS:
                    full[word].setdefault(key(mention), mention)
    full.update(_halves(reading, mentions))
    found = []
    for mention in mentions:
        words = _words(reading, mention)
        named = list(full.get(words[0], {}).values()) if len(words) == 1 else []
        if mention.how == "unknown" and len(named) == 1 and key(named[0]):
            whole = named[0]
            found.append(
                replace(
                    whole,
                    span=mention.span,
                    how="description",
                    chain=(whole.span,),
                    rule="head-of-name",
                )
            )
        else:
            found.append(mention)
    return found


def _halves(reading: Reading, mentions: Sequence[Mention]) -> dict[str, dict[str, Mention]]:
    """Return "north" and "south" with the states of an article that names both halves."""
    found: dict[str, dict[str, dict[str, Mention]]] = defaultdict(lambda: defaultdict(dict))
    for mention in mentions:
        words = _words(reading, mention)
        if mention.how == "name" and len(words) == 2 and words[0] in _HALVES:
            found[words[1]][words[0]].setdefault(key(mention), mention)
    pairs = [halves for halves in found.values() if len(halves) == 2]
    return dict(pairs[0]) if len(pairs) == 1 else {}


def _surnames(reading: Reading, mentions: Sequence[Mention], gazetteer: Gazetteer) -> list[Mention]:
    last: dict[str, dict[str, Mention]] = defaultdict(dict)
    parts: dict[str, dict[str, Mention]] = defaultdict(dict)
    for mention in mentions:
        words = _surname(reading, mention)
        if 1 < len(words) <= _LONGEST and may_be_person(mention, gazetteer):
            last[words[-1]].setdefault(key(mention), mention)
            for word in words:
                parts[word].setdefault(key(mention), mention)
    firsts = _first_words(reading, mentions)
    known = gazetteer.surnames
    spoken_of = _spoken_of(mentions, gazetteer)
    found = []
    for mention in mentions:
        made = mention
        if mention.how == "unknown" and len(words := _surname(reading, mention)) == 1:
            made = _short(mention, words[0], last, parts, _is_polite(reading, mention))
            made = _with_particles(reading, _named_after(made, firsts.get(words[0], {})))
            if made.how == "unknown" and not made.chain and (ids := known.get(words[0])):
                made = replace(made, candidates=tuple(sorted(ids)), rule="surname-known")
        elif mention.how == "name" and mention.target is not None:
            addressed = reading.text[mention.span.end : mention.span.end + 1] == ","
            if mention.target in spoken_of and not addressed:
                found.append(mention)
                continue
            made = _namesake(reading, mention, parts, gazetteer)
        found.append(made)
    return found


def _first_words(reading: Reading, mentions: Sequence[Mention]) -> dict[str, dict[str, Mention]]:
    """Return companies by the first word of their names: "Kestrel" of "Kestrel Mining Plc"."""
    found: dict[str, dict[str, Mention]] = defaultdict(dict)
    for mention in mentions:
        words = _words(reading, mention)
        is_company = mention.proposal is not None and mention.proposal.kind == "Company"
        if is_company and len(words) > 1 and words[0] not in ORGANISATIONS:
            found[words[0]].setdefault(key(mention), mention)
    return found


def _named_after(mention: Mention, among: dict[str, Mention]) -> Mention:
    """Return a company by the first word of its name, once it was named in full."""
    full = next(iter(among.values()), None)
    is_open = mention.rule == "capitals" and mention.proposal and not mention.proposal.kind
    if full is None or not is_open or len(among) > 1 or full.span.start > mention.span.start:
        return mention
    return replace(
        mention,
        target=full.target,
        chain=(full.span,),
        rule="part-of-name",
        proposal=full.proposal,
    )


def _with_particles(reading: Reading, mention: Mention) -> Mention:
    """Return a surname with the "de la" or "van den" before it that the full name has too."""
    if mention.rule != "surname":
        return mention
    full = reading.text[mention.chain[0].start : mention.chain[0].end]
    before = _PARTICLES.search(
        reading.text, max(0, mention.span.start - _BEFORE), mention.span.start
    )
    if before is None:
        return mention
    own = reading.text[before.start() : mention.span.end]
    if not fold(full).text.endswith(f" {fold(own).text}"):
        return mention
    return replace(mention, span=Span(before.start(), mention.span.end))


def _spoken_of(mentions: Sequence[Mention], gazetteer: Gazetteer) -> set[str]:
    """Return the states that an article speaks of by their adjective or their capital too."""
    found = {m.target for m in mentions if m.how == "demonym" and m.target is not None}
    for mention in mentions:
        for place in (mention.target, *mention.candidates):
            found.update(gazetteer.metonyms.get(place or "", ()))
    return found


def _namesake(
    reading: Reading,
    mention: Mention,
    parts: dict[str, dict[str, Mention]],
    gazetteer: Gazetteer,
) -> Mention:
    """Leave a state's name open in an article on somebody of the same name."""
    words = _words(reading, mention)
    if len(words) != 1 or words[0] not in parts or mention.target is None:
        return mention
    if gazetteer.entities[mention.target].type != "State" or words[0] not in PERSON_NAMES:
        return mention
    people = [person for person in parts[words[0]].values() if person.span != mention.span]
    if not people:
        return mention
    ids = tuple(person.target for person in people if person.target is not None)
    proposal = people[0].proposal
    return replace(
        mention,
        target=None,
        candidates=(mention.target, *ids),
        chain=(people[0].span,),
        rule="person-or-state",
        proposal=proposal,
    )


def _short(
    mention: Mention,
    word: str,
    last: dict[str, dict[str, Mention]],
    parts: dict[str, dict[str, Mention]],
    polite: bool,
) -> Mention:
    full = list(last.get(word, {}).values())
    rule = "surname"
    if not full:
        full, rule = list(parts.get(word, {}).values()), "part-of-name"
    if len(full) == 1:
        proposal = _as_person(full[0].proposal) if polite else full[0].proposal
        how = "unknown" if full[0].target is None else "name"
        return replace(
            mention,
            how=how,  # type: ignore[arg-type]
            target=full[0].target,
            chain=(full[0].span,),
            rule=rule,
            proposal=proposal,
        )
    if full:
        ids = tuple(m.target for m in full if m.target is not None)
        return replace(mention, candidates=ids, rule="surname-of-several")
    if polite and mention.proposal is not None:
        return replace(mention, proposal=_as_person(mention.proposal))
    return mention


def _as_person(proposal: Proposal | None) -> Proposal | None:
    return replace(proposal, kind="Person") if proposal and not proposal.kind else proposal


def _words(reading: Reading, mention: Mention) -> list[str]:
    span = mention.span
    return fold(reading.text[span.start : span.end]).text.split()


def _surname(reading: Reading, mention: Mention) -> list[str]:
    """Return the words of a mention, of "De la Cruz" the last."""
    words = _words(reading, mention)
    return words[-1:] if all(word in PARTICLES for word in words[:-1]) else words


def _is_polite(reading: Reading, mention: Mention) -> bool:
    before = reading.text[max(0, mention.span.start - _BEFORE) : mention.span.start].split()
    return bool(before) and before[-1].lower().rstrip(".") in HONORIFICS


def _abbreviations(reading: Reading, mentions: Sequence[Mention]) -> list[Mention]:
    """Link "NFD" once a text says "National Front for Dialogue (NFD)", or has one of its letters.

    What a text explains counts wherever it stands, whether it looks like a name there or not.
    """
    defined, own = _defined(reading, mentions)
    for mention in mentions:
        form = reading.text[mention.span.start : mention.span.end]
        if mention.how == "unknown" and form not in defined and _LETTERS.fullmatch(form):
            full = _of_letters(reading, form, mentions)
            if full is not None:
                defined[form] = full
    if not defined:
        return list(mentions)
    found = []
    for mention in mentions:
        form = reading.text[mention.span.start : mention.span.end]
        full = defined.get(form)
        if full is None or full.span == mention.span or mention.how not in {"name", "unknown"}:
            found.append(mention)
        else:
            found.append(_abbreviated(full, mention.span))
    there = Spans(mention.span for mention in mentions)
    for form, full in defined.items():
        for match in re.finditer(rf"(?<![\w-]){re.escape(form)}(?![\w])", reading.text):
            span = Span(match.start(), match.end())
            if form in own and reading.is_within(span) and not there.touch(span):
                found.append(_abbreviated(full, span))
    return sorted(found, key=lambda mention: (mention.span.start, -mention.span.end))


def _abbreviated(full: Mention, span: Span) -> Mention:
    return replace(full, span=span, chain=(full.span,), rule="abbreviation")


def _defined(
    reading: Reading, mentions: Sequence[Mention]
) -> tuple[dict[str, Mention], frozenset[str]]:
    """Return the abbreviations that a text explains, and those of them in capitals."""
    defined: dict[str, Mention] = {}
    for mention in mentions:
        match = _DEFINED.match(reading.text, mention.span.end)
        if match is None or mention.how not in {"name", "unknown"}:
            continue
        short = match[1] or match[2]
        name = reading.text[mention.span.start : mention.span.end]
        if _abbreviates(short, name) or _is_foreign(short, mention):
            defined.setdefault(short, mention)
    return defined, frozenset(short for short in defined if short.isupper())


def _is_foreign(short: str, mention: Mention) -> bool:
    """Say whether letters may be those of a name in another language: "Workers' Party (PT)"."""
    kind = mention.proposal.kind if mention.proposal else ""
    return (
        short.isupper() and len(short) > 1 and kind in {*_ORGANISED, "GovernmentBody", "ArmedGroup"}
    )


def _of_letters(reading: Reading, form: str, mentions: Sequence[Mention]) -> Mention | None:
    """Return the one thing of a text whose name has just these initials."""
    full: dict[str, Mention] = {}
    for mention in mentions:
        if mention.how not in {"name", "unknown"}:
            continue
        name = reading.text[mention.span.start : mention.span.end]
        words = [word for word in re.split(r"[\s-]+", name) if word]
        letters = ("".join(w[0] for w in words if w[0].isupper()), "".join(w[0] for w in words))
        if len(words) > 1 and form in {letters[0], letters[1].upper()}:
            full.setdefault(key(mention), mention)
    return next(iter(full.values())) if len(full) == 1 else None


def _abbreviates(short: str, name: str) -> bool:
    """Say whether the letters of an abbreviation are initials of a name, in their order."""
    initials = "".join(word[0] for word in re.split(r"[\s-]+", name) if word).upper()
    at = 0
    for letter in (letter for letter in short if letter.isupper()):
        at = initials.find(letter, at) + 1
        if not at:
            return False
    return True
