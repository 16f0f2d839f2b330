"""What is shown of a claim that is to be judged: its words in their context, what it says, why."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text as Styled

from demarche.cli.console import columns
from demarche.names import printable
from demarche_ingest.annotate.files import claim_yaml
from demarche_ingest.review.queue import Item
from demarche_ingest.texts import Span, Text

if TYPE_CHECKING:
    from demarche_ingest.review.desk import Desk
    from demarche_ingest.seeds.claims import SpanRecord

CONTEXT: Final = 240
"""Code points shown on either side of a passage, at most; words are not cut."""

_MANNER: Final = ("voice", "certainty", "polarity", "modality", "basis", "uttered", "origin")
_ORDINARY: Final = {"certainty": "certain", "polarity": "positive", "modality": "actual"}
"""Values that go without saying."""
_LISTED: Final = ("category", "modes", "contexts", "predicate", "status", "attribute", "value")
"""Members of a content that are no names of things."""
_PLAIN: Final = (*_LISTED, "number", "unit", "comparator", "text")


class Labels:
    """Labels of what claims name: new things, what the graph has, what the world's tables have."""

    def __init__(self, desk: Desk) -> None:
        from demarche_ingest.world import world

        tables = world()
        self._world = {one.id: one.label for one in (*tables.actors, *tables.places)}
        self._desk = desk

    def of(self, name: str, item: Item) -> str:
        """Return a label with the id, the id alone where nothing is known of it."""
        label = self.plain(name, item)
        return f"{label} ({name})" if label else name

    def plain(self, name: str, item: Item | None = None) -> str:
        """Return the label of a thing, "" where nothing is known of it."""
        for thing in (*item.things, *item.kept.things) if item else ():
            if thing.id == name:
                return thing.label
        entry = self._desk.known.get(name)
        return getattr(entry.record, "label", "") if entry else self._world.get(name, "")

    def knows(self, name: str) -> bool:
        """Say whether the graph or the world's tables describe a thing."""
        return name in self._desk.known or name in self._world


def head(item: Item, place: str = "") -> str:
    """Return what a claim is, in a line: where in the queue, its type, how sure, by which rule."""
    made = item.made
    told = f"{item.claim.type} claim · confidence {made.confidence:.2f} · {made.rule}"
    return printable(" · ".join(part for part in (place, told, made.extractor) if part))


def source(item: Item) -> str:
    """Return the article that a claim stands in."""
    article = item.article
    return printable(f"{article.title} · {article.date.edtf} · {article.id}")


def lit(item: Item, text: Text | None) -> Styled:
    """Return a claim's passages lit in their context, the trigger and what it rests on marked."""
    if text is None:
        return Styled("The text of this document is not in this home.", style="italic")
    shown = Styled()
    for number, passage in enumerate(item.claim.evidence):
        if number:
            shown.append("\n")
        shown.append_text(_passage(item, passage, text))
    for span in _elsewhere(item):
        shown.append(f"\nrests on: {_clean(text.content[span.start : span.end])}", style="dim")
    return shown


def _passage(item: Item, passage: SpanRecord, text: Text) -> Styled:
    start, end = _context(passage, text.content)
    shown = Styled(_clean(text.content[start:end]))
    shown.stylize("reverse", passage.start - start, passage.end - start)
    for span in item.rests_on:
        if start <= span.start and span.end <= end:
            shown.stylize("underline", span.start - start, span.end - start)
    if (trigger := item.trigger) is not None and passage.start <= trigger.start < passage.end:
        shown.stylize("bold underline", trigger.start - start, trigger.end - start)
    before = Styled("… " if start else "")
    return before + shown + Styled(" …" if end < len(text.content) else "")


def _context(passage: SpanRecord, content: str) -> tuple[int, int]:
    start, end = max(0, passage.start - CONTEXT), min(len(content), passage.end + CONTEXT)
    while 0 < start < passage.start and not content[start - 1].isspace():
        start += 1
    while passage.end < end < len(content) and not content[end].isspace():
        end -= 1
    return start, end


def _elsewhere(item: Item) -> Iterator[SpanRecord]:
    shown = [(one.start - CONTEXT, one.end + CONTEXT) for one in item.claim.evidence]
    for span in item.rests_on:
        if not any(start <= span.start and span.end <= end for start, end in shown):
            yield span


def _clean(words: str) -> str:
    """Return words as long as they are, with what could steer a terminal replaced."""
    return "".join(
        " "
        if character.isspace()
        else "\N{REPLACEMENT CHARACTER}"
        if unicodedata.category(character) in {"Cc", "Cf"}
        else character
        for character in words
    )


def words_of(item: Item, text: Text | None) -> str:
    """Return the words of a claim's passages, "" without the text."""
    if text is None:
        return ""
    return " … ".join(text[Span(one.start, one.end)] for one in item.claim.evidence)


def rows(item: Item, labels: Labels) -> Iterator[list[str]]:
    """Yield what a claim says, role by role, and who says so."""
    claim = item.claim
    yield ["says so", " > ".join(labels.of(name, item) for name in claim.chain)]
    for name, value in claim.content.model_dump(mode="json", exclude_defaults=True).items():
        yield [name.replace("_", " "), _told(name, value, labels, item)]
    if claim.when is not None:
        yield ["when", f"{claim.when.edtf} ({claim.when.basis})"]
    for name in _MANNER:
        value = getattr(claim, name)
        if value is not None and _ORDINARY.get(name) != value:
            yield [name, str(value)]
    if claim.presupposed:
        yield ["presupposed", "yes"]


def _told(name: str, value: Any, labels: Labels, item: Item) -> str:
    if isinstance(value, list):
        return "; ".join(_told(name, one, labels, item) for one in value)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if name in _PLAIN else labels.of(str(value), item)


def detail(item: Item, labels: Labels, others: bool = True) -> Iterator[str]:
    """Yield the lines below the passage: the statement, the roles, new things, who decided.

    others: whether other coders' decisions are shown.
    """
    yield printable(item.claim.statement)
    yield from columns(list(rows(item, labels)), indent="  ")
    for thing in item.things:
        if not labels.knows(thing.id) and thing.type != "Event":
            of = f", of {thing.of}" if thing.of else ""
            yield printable(f"  new here: {thing.label} ({thing.id}), {thing.type}{of}")
    if others:
        for line in decided(item):
            yield printable(f"  {line}")


def decided(item: Item) -> Iterator[str]:
    """Yield who decided what about a claim."""
    for _, one in sorted(item.standing.decisions.items()):
        why = f": {one.note}" if one.note else ""
        kind = "" if one.coder.kind == "person" else " (software)"
        yield f"{one.coder.name}{kind}: {one.decision} on {one.at:%Y-%m-%d}{why}"


def members(item: Item, text: Text | None, others: bool = True) -> dict[str, Any]:
    """Return a claim to be judged as JSON has it. others: whether to tell who decided what."""
    decisions: Mapping[str, Any] = item.standing.decisions if others else {}
    return {
        "claim": item.iri,
        "status": item.standing.status if others else None,
        "document": item.document,
        "article": item.article.id,
        "type": item.claim.type,
        "confidence": item.made.confidence,
        "rule": item.made.rule,
        "extractor": item.made.extractor,
        "run": item.made.run,
        "statement": item.claim.statement,
        "passage": words_of(item, text) or None,
        "record": claim_yaml(item.claim),
        "things": [one.model_dump(mode="json", exclude_defaults=True) for one in item.things],
        "decisions": [
            {
                "coder": one.coder.name,
                "kind": one.coder.kind,
                "decision": one.decision,
                "at": one.at.isoformat(),
                "note": one.note,
            }
            for one in decisions.values()
        ],
    }
