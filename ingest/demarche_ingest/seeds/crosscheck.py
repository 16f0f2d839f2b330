"""What the records of a seeds folder say of each other: every name known, every span in place.

All problems are found in one run; each names file, line, record and remedy.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from demarche_ingest import identity
from demarche_ingest.seeds.claims import ClaimRecord, EventContent, PartRecord, SpanRecord
from demarche_ingest.seeds.library import Article, Seeds
from demarche_ingest.seeds.reference import PositionRecord, ReferenceFile, Sourced
from demarche_ingest.seeds.yamlfile import Location, YamlFile
from demarche_ontology.errors import Problem

ACTORS = frozenset({"actor", "office"})
PLACES = frozenset({"place", "actor"})
"""Where something can happen; of actors only states are places too (the shapes see to it)."""
ANYTHING = frozenset(
    {"actor", "place", "office", "event", "issue", "position", "treaty", "provision"}
)

_VOICE_OF_PART = {
    "comment": {"reader-comment"},
    "headline": {"headline"},
    "caption": {"caption"},
}


def crosscheck(seeds: Seeds) -> list[Problem]:
    """Return every problem between records, sorted by file and line."""
    problems = [
        *_reference_problems(seeds),
        *_exclusion_problems(seeds),
        *_document_problems(seeds),
    ]
    claims = seeds.claim_index()
    for article in seeds.articles:
        problems.extend(_article_problems(seeds, article))
        problems.extend(_claim_problems(seeds, article))
    for file, reference in seeds.references:
        for at, record in _sourced(reference):
            for name in record.claims:
                if name not in claims:
                    remedy = _close(name, claims) or "name it <article>/<claim>"
                    problems.append(file.problem(at, "", f"unknown claim {name}", remedy))
    return sorted(problems)


def _close(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(near)}?" if near else ""


class _Names:
    """Looks names up among the seeds' entities, and says what to do about unknown ones."""

    def __init__(self, seeds: Seeds) -> None:
        self.seeds = seeds

    def fault(self, name: str | None, kinds: frozenset[str], role: str) -> tuple[str, str] | None:
        """Return (message, remedy) when the name is unknown or of a kind that cannot stand here."""
        if name is None:
            return None
        entry = self.seeds.entries.get(name)
        expected = "name" if kinds == ANYTHING else " or ".join(sorted(kinds))
        if entry is None:
            remedy = _close(name, self.seeds.entries) or "add it to seeds/reference/"
            return f"{role}: unknown {expected} {name!r}", remedy
        if entry.kind not in kinds:
            remedy = f"name something of the kind {expected}"
            return f"{role}: {name!r} is of the kind {entry.kind}, not {expected}", remedy
        return None


# --- reference -------------------------------------------------------------------------------


def _reference_problems(seeds: Seeds) -> Iterator[Problem]:
    names = _Names(seeds)
    for file, reference in seeds.references:
        for at, name, kinds, role in reference_names(reference):
            if (fault := names.fault(name, kinds, role)) is not None:
                yield file.problem(at, "", *fault)
        for at, record in _sourced(reference):
            if record.source is not None and record.source not in seeds.sources:
                remedy = _close(record.source, seeds.sources) or "add it to sources"
                yield file.problem(at, "", f"unknown source {record.source!r}", remedy)


def _exclusion_problems(seeds: Seeds) -> Iterator[Problem]:
    """Only another position of the same issue can be excluded; unknown names are told elsewhere."""
    for file, reference in seeds.references:
        for i, position in enumerate(reference.positions):
            for name in position.excludes:
                other = seeds.entries.get(name)
                message = _exclusion_fault(position, other.record if other else None)
                if message:
                    remedy = "name another position of the same issue"
                    yield file.problem(
                        ("positions", i), position.id, f"excludes: {message}", remedy
                    )


def _exclusion_fault(position: PositionRecord, other: object) -> str:
    if not isinstance(other, PositionRecord):
        return ""
    if other.id == position.id:
        return "a position cannot exclude itself"
    if other.issue != position.issue:
        return f"{other.id!r} is on another issue, {other.issue}"
    return ""


_Reference = tuple[Location, str | None, frozenset[str], str]


def reference_names(reference: ReferenceFile) -> Iterator[_Reference]:
    """Yield every name that a reference file mentions: where, the name, allowed kinds, role."""
    yield from _dated_names(reference)
    actor = frozenset({"actor"})
    for i, actor_record in enumerate(reference.actors):
        yield ("actors", i), actor_record.body_of, actor, "body_of"
    for i, office in enumerate(reference.offices):
        yield ("offices", i), office.office_of, actor, "office_of"
    for i, event in enumerate(reference.events):
        yield ("events", i), event.part_of, frozenset({"event"}), "part_of"
    for i, position in enumerate(reference.positions):
        yield ("positions", i), position.issue, frozenset({"issue"}), "issue"
        for other in position.excludes:
            yield ("positions", i), other, frozenset({"position"}), "excludes"
    for i, record in enumerate(reference.treaties):
        yield ("treaties", i), record.founds, actor, "founds"
        for j, party in enumerate(record.parties):
            yield ("treaties", i, "parties", j), party.party, actor, "party"
    yield from _name_users(reference)


def _dated_names(reference: ReferenceFile) -> Iterator[_Reference]:
    actor = frozenset({"actor"})
    for i, tenure in enumerate(reference.tenures):
        yield ("tenures", i), tenure.holder, actor, "holder"
        yield ("tenures", i), tenure.office, frozenset({"office"}), "office"
    for i, membership in enumerate(reference.memberships):
        yield ("memberships", i), membership.member, actor, "member"
        yield ("memberships", i), membership.organization, actor, "organization"
    for i, status in enumerate(reference.statuses):
        yield ("statuses", i), status.territory, frozenset({"place"}), "territory"
        yield ("statuses", i), status.actor, actor, "actor"


def _name_users(reference: ReferenceFile) -> Iterator[_Reference]:
    for name in ("actors", "places", "offices", "events", "issues", "positions", "treaties"):
        for i, record in enumerate(getattr(reference, name)):
            for j, spelling in enumerate(record.names):
                for user in spelling.used_by:
                    yield (name, i, "names", j), user, ACTORS, "used_by"


def _sourced(reference: ReferenceFile) -> Iterator[tuple[Location, Sourced]]:
    """Yield every record of a file that can name a source, nested ones included."""
    for name in type(reference).model_fields:
        for i, record in enumerate(getattr(reference, name)):
            yield from _sourced_below((name, i), record)


def _sourced_below(at: Location, record: object) -> Iterator[tuple[Location, Sourced]]:
    if not isinstance(record, Sourced):
        return
    yield at, record
    for name in type(record).model_fields:
        value = getattr(record, name)
        if isinstance(value, tuple):
            for i, child in enumerate(value):
                yield from _sourced_below((*at, name, i), child)


# --- documents and articles ------------------------------------------------------------------


def _document_problems(seeds: Seeds) -> Iterator[Problem]:
    for articles in seeds.documents().values():
        first = articles[0]
        for article in articles[1:]:
            if article.record.document != first.record.document:
                yield article.article_file.problem(
                    ("document",),
                    article.id,
                    f"describes the same file otherwise than {first.id} does",
                    "make the two `document` blocks equal",
                )


def _article_problems(seeds: Seeds, article: Article) -> Iterator[Problem]:
    record, file = article.record, article.article_file
    names = _Names(seeds)
    for key in ("publisher", "author"):
        fault = names.fault(getattr(record, key), frozenset({"actor"}), key)
        if fault is not None:
            yield file.problem((key,), article.id, *fault)
    if record.span.end > record.document.length:
        yield _past_end(file, ("span",), article.id, record.span, record.document.length)
    yield from _part_problems(file, article)


def _past_end(file: YamlFile, at: Location, who: str, span: SpanRecord, length: int) -> Problem:
    message = f"{span.start}-{span.end} runs past the end of the text ({length} code points)"
    return file.problem(at, who, message, "pin it again from its quotation")


def _part_problems(file: YamlFile, article: Article) -> Iterator[Problem]:
    seen: dict[str, PartRecord] = {}
    span = article.record.span
    for i, part in enumerate(article.record.parts):
        at: Location = ("parts", i)
        if part.id in seen:
            yield file.problem(at, part.id, "two parts have this id", "rename one")
        if part.start < span.start or part.end > span.end:
            message = f"{part.start}-{part.end} is not within the article"
            yield file.problem(at, part.id, message, f"the article is {span.start}-{span.end}")
        if part.in_reply_to is not None and part.in_reply_to not in seen:
            message = f"replies to an unknown part {part.in_reply_to!r}"
            yield file.problem(at, part.id, message, "name an earlier part")
        for other in seen.values():
            if part.start < other.end and other.start < part.end:
                message = f"overlaps the part {other.id}"
                yield file.problem(at, part.id, message, "parts follow each other")
        seen[part.id] = part


# --- claims ----------------------------------------------------------------------------------


def _claim_problems(seeds: Seeds, article: Article) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    iris: dict[str, str] = {}
    ids = {claim.id for claim in article.claims}
    for index, claim in enumerate(article.claims):
        if claim.id in seen:
            first = article.claims_file.line(("claims", seen[claim.id], "id"))
            yield article.problem(
                index, f"two claims have this id; the first on line {first}", "rename one", "id"
            )
        seen.setdefault(claim.id, index)
        yield from _name_problems(seeds, article, index, claim)
        yield from _span_problems(article, index, claim)
        yield from _part_end_problems(article, index, claim)
        yield from _link_problems(article, index, claim, ids)
        yield from _iri_problems(article, index, claim, iris)


def _name_problems(
    seeds: Seeds, article: Article, index: int, claim: ClaimRecord
) -> Iterator[Problem]:
    names = _Names(seeds)
    for name, kinds, role in claim_names(claim):
        match = identity.COMMENTER.fullmatch(name)
        if match and kinds >= {"actor"}:
            if int(match[1]) not in {part.commenter for part in article.record.parts}:
                message = f"{role}: no part of this article is by {name}"
                yield article.problem(index, message, "see `parts` in article.yaml")
        elif (fault := names.fault(name, kinds, role)) is not None:
            yield article.problem(index, *fault)


_Name = tuple[str, frozenset[str], str]


def claim_names(claim: ClaimRecord) -> Iterator[_Name]:
    """Yield every entity a claim names: its id, the kinds allowed there, the role."""
    for name in claim.chain:
        yield name, ACTORS, "chain"
    if claim.event is not None:
        yield from _event_names(claim.event)
    if claim.relation is not None:
        yield claim.relation.subject, ANYTHING, "subject"
        yield claim.relation.object, ANYTHING, "object"
    if claim.attribute is not None:
        yield claim.attribute.subject, ANYTHING, "subject"
    if (stance := claim.stance) is not None:
        yield stance.actor, ACTORS, "stance actor"
        yield stance.position, frozenset({"position"}), "position"
        if stance.on_behalf_of is not None:
            yield stance.on_behalf_of, ACTORS, "on_behalf_of"


def _event_names(event: EventContent) -> Iterator[_Name]:
    yield event.event, frozenset({"event"}), "event"
    for role in ("actors", "recipients", "affected"):
        for name in getattr(event, role):
            yield name, ACTORS, role
    if event.place is not None:
        yield event.place, PLACES, "place"
    if event.invokes is not None:
        yield event.invokes, frozenset({"provision"}), "invokes"


def _span_problems(article: Article, index: int, claim: ClaimRecord) -> Iterator[Problem]:
    record = article.record
    for number, span in enumerate(claim.evidence):
        at = ("evidence", number)
        if span.end > record.document.length:
            location: Location = ("claims", index, *at)
            length = record.document.length
            yield _past_end(article.claims_file, location, claim.id, span, length)
        elif not (record.span.start <= span.start and span.end <= record.span.end):
            message = f"{span.start}-{span.end} is not within the article"
            yield article.problem(index, message, "is it another article of this file?", *at)
        elif (voices := _VOICE_OF_PART.get(part_kind(article, span))) is None:
            if claim.voice in {"reader-comment", "headline", "caption"}:
                message = f"the voice is {claim.voice}, but the passage is in the article's text"
                yield article.problem(index, message, "correct the voice, or the parts", *at)
        elif claim.voice not in voices:
            message = f"a passage in a {part_kind(article, span)} has the voice {min(voices)}"
            yield article.problem(index, message, "correct the voice, or the passage", *at)


def _part_end_problems(article: Article, index: int, claim: ClaimRecord) -> Iterator[Problem]:
    """A passage lies within one part (docs/codebook.md, 2.5)."""
    for number, span in enumerate(claim.evidence):
        for part in article.record.parts:
            if part.start < span.end <= part.end and not part.start <= span.start:
                message = f"{span.start}-{span.end} runs into the part {part.id}"
                remedy = "give one quotation for each part"
                yield article.problem(index, message, remedy, "evidence", number)


def part_of(article: Article, span: SpanRecord) -> PartRecord | None:
    """Return the part that holds a span's first character."""
    for part in article.record.parts:
        if part.start <= span.start < part.end:
            return part
    return None


def part_kind(article: Article, span: SpanRecord) -> str:
    """Return the kind of part that a span begins in; "article" where it is in none."""
    part = part_of(article, span)
    return part.kind if part is not None else "article"


def _link_problems(
    article: Article, index: int, claim: ClaimRecord, ids: set[str]
) -> Iterator[Problem]:
    for role in ("reason_for", "condition_of", "embedded_in", "responds_to"):
        for name in getattr(claim, role):
            if name not in ids:
                remedy = _close(name, ids) or "name a claim of this file"
                yield article.problem(index, f"{role}: unknown claim {name!r}", remedy, role)
            elif name == claim.id:
                message = f"{role}: a claim cannot lean on itself"
                yield article.problem(index, message, "drop it, or name another claim", role)


def _iri_problems(
    article: Article, index: int, claim: ClaimRecord, iris: dict[str, str]
) -> Iterator[Problem]:
    iri = identity.claim_name(article.record.document.source_sha256, claim)
    if iri in iris:
        message = f"says exactly what {iris[iri]} says, of the same passage"
        yield article.problem(index, message, "drop one of the two")
    iris.setdefault(iri, claim.id)
    if claim.iri is None:
        yield article.problem(index, "has no iri yet", "run `demarche claims pin`")
    elif claim.iri != iri:
        yield article.problem(
            index,
            f"its content makes {iri}, but it is recorded as {claim.iri}",
            "run `demarche claims pin --revise` to record a revision",
            "iri",
        )
