"""From gold that people read to offsets: `gold.yaml` quotes, `gold.jsonl` counts code points.

A document's gold says its text again, sentence by sentence, so that nothing can be left out, and
names what stands within a sentence by quoting it (README.md describes the layers). Run in `tests/`
as `python -m corpus.pinning` this writes the offsets of both halves, with `--check` it only says
whether they are as committed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from demarche_ingest import times
from demarche_ingest.annotate.locate import FoldedText, NotLocatedError, locate
from demarche_ingest.documents import Source, Wishes, read_data
from demarche_ingest.seeds import yamlfile
from demarche_ingest.texts import Span, fold, sha256
from demarche_ontology import terms

CORPUS: Final = Path(__file__).parent
HALVES: Final = ("dev", "held-out")
ZONES: Final = ("headline", "body", "caption", "comment", "boilerplate", "promotion")
MENTIONS: Final = ("name", "demonym", "metonym", "title", "pronoun", "description")
ACTORS: Final = ("state", "organisation", "person", "territory", "office", "group")
TIMES: Final = ("date", "duration", "set")
BOUNDS: Final = ("since", "until", "before", "after", "by")
DETAILS: Final = ("title", "outlet", "byline", "place", "url")

CONTROLLED: Final = {
    "voice": "voice",
    "certainty": "certainty",
    "polarity": "polarity",
    "modality": "modality",
    "basis": "basis",
    "when_basis": "date-basis",
    "category": "category",
    "attribute": "attribute",
    "comparator": "comparator",
    "stance": "stance",
    "status": "membership",
}
"""The keys of a claim that take values of a controlled list, with the list."""
LINKS: Final = ("reason_for", "condition_of", "embedded_in", "responds_to")

Row = dict[str, Any]


class GoldError(ValueError):
    """Gold that does not fit its text. The message names the document and the words."""


@dataclass
class Pinned:
    """The rows of one document's gold, and where the walk through its text has come to."""

    name: str
    content: str
    known: dict[str, Row]
    rows: list[Row] = field(default_factory=list)
    at: int = 0
    folded: dict[Span, FoldedText] = field(default_factory=dict)

    def fail(self, message: str) -> GoldError:
        return GoldError(f"{self.name}: {message}")

    def locate(self, within: Span, quote: str, occurrence: int | None) -> Span:
        """Return where a quotation stands within a span. Raises GoldError."""
        inside = self.folded.get(within)
        if inside is None:
            inside = FoldedText.of(self.content[within.start : within.end])
            self.folded[within] = inside
        try:
            found = locate(inside, quote, occurrence)
        except NotLocatedError as error:
            raise self.fail(f"{quote!r}: {error}") from None
        return Span(within.start + found.start, within.start + found.end)

    def step(self, sentence: str) -> Span:
        """Return where the next sentence stands: after what came before and white space."""
        start = self.at
        while start < len(self.content) and self.content[start].isspace():
            start += 1
        end = start
        for word in sentence.split():
            while end < len(self.content) and self.content[end].isspace():
                end += 1
            if not self.content.startswith(word, end):
                found = fold(self.content[start : start + 80])
                raise self.fail(f"the text goes on {found!r}, not {sentence[:80]!r} (at {word!r})")
            end += len(word)
        if end == start:
            raise self.fail("an empty sentence")
        self.at = end
        return Span(start, end)

    def add(self, layer: str, span: Span, **more: Any) -> None:
        kept = {key: value for key, value in more.items() if value not in (None, "")}
        self.rows.append({"layer": layer, "start": span.start, "end": span.end, **kept})


def read_source(folder: Path, name: str) -> Source:
    """Return the one document of a file as the ingest reads it. Raises GoldError."""
    batch = read_data((folder / name).read_bytes(), name, Wishes())
    if len(batch.sources) != 1 or batch.problems:
        raise GoldError(f"{folder.name}: {name} is not read as one document: {batch.problems}")
    return batch.sources[0]


def pin(folder: Path) -> list[Row]:
    """Return a document's gold as rows with offsets, the first of the document itself.

    Raises GoldError where a quotation is not found, or not at one place only.
    """
    gold = yamlfile.read(folder / "gold.yaml", folder.name).content
    source = read_source(folder, gold["file"])
    known = real_actors() | gold.get("actors", {})
    for slug, actor in known.items():
        if actor["type"] not in ACTORS:
            raise GoldError(f"{folder.name}: no type of an actor: {actor['type']!r} of {slug!r}")
    pinned = Pinned(folder.name, source.text.content, known)
    for part in gold["parts"]:
        _part(pinned, part)
    if pinned.content[pinned.at :].strip():
        raise pinned.fail(f"the gold ends before {fold(pinned.content[pinned.at :])[:60]!r}")
    ids = {claim["id"] for claim in gold.get("claims", [])}
    for claim in gold.get("claims", []):
        _claim(pinned, claim, ids)
    head = {
        "layer": "document",
        "id": folder.name,
        "file": gold["file"],
        "invented": gold["invented"],
        "kind": gold["kind"],
        "region": gold["region"],
        "extractor": source.extractor,
        "source_sha256": source.text.source_sha256,
        "text_sha256": source.text.text_sha256,
        "length": len(source.text),
        "complete": gold["complete"],
        "actors": gold.get("actors", {}),
    }
    return [head, *pinned.rows]


def real_actors() -> dict[str, Row]:
    """Return the real states and organisations that texts of the corpus may name, by slug."""
    content: dict[str, Row] = yamlfile.read(CORPUS / "actors.yaml", "actors.yaml").content
    return content


def _part(pinned: Pinned, part: Row) -> None:
    """Pin an article, or what stands outside of all articles."""
    before = len(pinned.rows)
    spans = [_zone(pinned, zone) for zone in part["zones"]]
    whole = Span(spans[0].start, spans[-1].end)
    if "outside" in part:
        return
    date = part.get("date")
    if date:
        _check_edtf(pinned, date["edtf"])
        if date["basis"] not in ("stated", "inferred"):
            raise pinned.fail(f"no basis of a date: {date['basis']!r}")
        date = {"edtf": date["edtf"], "basis": date["basis"]}
        if "where" in part["date"]:
            where = pinned.locate(whole, part["date"]["where"], part["date"].get("occurrence"))
            date |= {"start": where.start, "end": where.end}
    details = {key: part.get(key, "") for key in DETAILS}
    row = {"layer": "article", "start": whole.start, "end": whole.end, **details, "date": date}
    pinned.rows.insert(before, row)


def _zone(pinned: Pinned, zone: Row) -> Span:
    before = len(pinned.rows)
    if zone["kind"] not in ZONES:
        raise pinned.fail(f"no kind of zone: {zone['kind']!r}")
    spans = [_sentence(pinned, sentence) for sentence in zone["sentences"]]
    if not spans:
        raise pinned.fail(f"a zone without sentences: {zone['kind']!r}")
    whole = Span(spans[0].start, spans[-1].end)
    for quotation in zone.get("quotations", []):
        span = pinned.locate(whole, quotation["quote"], quotation.get("occurrence"))
        closed = quotation.get("closed", True)
        pinned.add("quotation", span, depth=quotation.get("depth", 0), closed=closed)
    row = {"layer": "zone", "start": whole.start, "end": whole.end, "kind": zone["kind"]}
    row |= {key: zone[key] for key in ("author", "reply_to") if key in zone}
    pinned.rows.insert(before, row)
    return whole


def _sentence(pinned: Pinned, sentence: Row) -> Span:
    whole = pinned.step(sentence["text"])
    pinned.add("sentence", whole)
    for mention in sentence.get("mentions", []):
        span = pinned.locate(whole, mention["quote"], mention.get("occurrence"))
        if mention["target"] not in pinned.known:
            raise pinned.fail(f"{mention['target']!r} is neither in actors.yaml nor in `actors`")
        if mention["kind"] not in MENTIONS:
            raise pinned.fail(f"no kind of mention: {mention['kind']!r}")
        actor = pinned.known[mention["target"]]
        more = {"type": actor["type"], "new": actor.get("new"), "of": actor.get("of")}
        more["optional"] = mention.get("optional")
        pinned.add("mention", span, target=mention["target"], kind=mention["kind"], **more)
    for time in sentence.get("times", []):
        span = pinned.locate(whole, time["quote"], time.get("occurrence"))
        _time(pinned, span, time)
    return whole


def _time(pinned: Pinned, span: Span, time: Row) -> None:
    kind, edtf, bound = time.get("kind", "date"), time.get("edtf"), time.get("bound")
    if kind not in TIMES or (bound is not None and bound not in BOUNDS):
        raise pinned.fail(f"{time['quote']!r}: no kind or bound of time: {kind!r}, {bound!r}")
    if edtf is not None and kind != "date":
        raise pinned.fail(f"{time['quote']!r}: only a date has an edtf")
    if edtf is not None:
        _check_edtf(pinned, edtf)
    pinned.add("time", span, kind=kind, edtf=edtf, bound=bound)


def _check_edtf(pinned: Pinned, edtf: str) -> None:
    try:
        times.parse(edtf)
    except ValueError as error:
        raise pinned.fail(str(error)) from None


def _claim(pinned: Pinned, claim: Row, ids: set[str]) -> None:
    """Pin a claim: the pieces of its evidence, joined by ` || `, each within one zone."""
    pieces = [_evidence(pinned, claim, piece) for piece in claim["quote"].split(" || ")]
    for fault in _faults(pinned, claim, ids):
        raise pinned.fail(f"claim {claim['id']}: {fault}")
    if "when" in claim:
        _check_edtf(pinned, claim["when"])
    more = {key: value for key, value in claim.items() if key not in ("quote", "occurrence")}
    evidence = [{"start": span.start, "end": span.end} for span in pieces]
    pinned.rows.append({"layer": "claim", "evidence": evidence, **more})


def _evidence(pinned: Pinned, claim: Row, piece: str) -> Span:
    span = pinned.locate(Span(0, len(pinned.content)), piece, claim.get("occurrence"))
    zones = (row for row in pinned.rows if row["layer"] == "zone")
    if not any(row["start"] <= span.start and span.end <= row["end"] for row in zones):
        raise pinned.fail(f"claim {claim['id']}: {piece!r} lies in no single zone")
    return span


def _faults(pinned: Pinned, claim: Row, ids: set[str]) -> Iterator[str]:
    """Yield what of a claim is not as docs/codebook.md has it."""
    for key, scheme in CONTROLLED.items():
        if key in claim and claim[key] not in terms.SCHEMES[scheme]:
            yield f"no {key}: {claim[key]!r}"
    yield from _faults_of_category(claim)
    for actor in _people(claim):
        if actor not in pinned.known and not actor.startswith("commenter-"):
            yield f"{actor!r} is neither in actors.yaml nor in `actors`"
    for link in LINKS:
        if not set(claim.get(link, ())) <= ids:
            yield f"{link} names no claim: {claim[link]}"
    if sum(key in claim for key in ("event", "predicate", "attribute", "position")) != 1:
        yield "not one of event, relation, attribute and stance"
    if (claim["basis"] == "presupposition") != claim.get("presupposed", False):
        yield "presupposed and its basis do not agree"


def _faults_of_category(claim: Row) -> Iterator[str]:
    category = claim.get("category", "")
    if not set(claim.get("modes", ())) <= set(terms.PLOVER_MODES.get(category, ())):
        yield f"no modes of {category}: {claim['modes']}"
    if category in terms.REQUIRES_RECIPIENT and not claim.get("recipients"):
        yield f"{category} without a recipient"


def _people(claim: Row) -> Iterator[str]:
    for key in ("chain", "actors", "recipients", "affected"):
        yield from claim.get(key, ())
    yield from (claim[key] for key in ("stance_actor", "on_behalf_of") if key in claim)


def documents(half: str) -> list[Path]:
    """Return the folders of a half's documents, by name."""
    return sorted(path.parent for path in (CORPUS / half).glob("*/gold.yaml"))


def as_lines(rows: list[Row]) -> str:
    """Return rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def index(golds: dict[str, str]) -> str:
    """Return a half's index: the sha-256 of each text and gold, and one of all of them."""
    listed = {name: _hashes(lines) for name, lines in golds.items()}
    whole = "".join(f"{name} {one['text']} {one['gold']}\n" for name, one in listed.items())
    return json.dumps({"corpus": sha256(whole), "documents": listed}, indent=1) + "\n"


def _hashes(lines: str) -> dict[str, str]:
    head = json.loads(lines.partition("\n")[0])
    return {"text": head["text_sha256"], "gold": sha256(lines)}


def made(half: str) -> Iterator[tuple[Path, str]]:
    """Yield the files that a half's gold makes, with their content. Raises GoldError."""
    golds: dict[str, str] = {}
    for folder in documents(half):
        golds[folder.name] = as_lines(pin(folder))
        yield folder / "gold.jsonl", golds[folder.name]
    yield CORPUS / half / "index.json", index(golds)


def stale(half: str) -> list[str]:
    """Return the names of a half's files that are not as its gold makes them."""
    return [
        path.relative_to(CORPUS).as_posix()
        for path, content in made(half)
        if not path.is_file() or path.read_text(encoding="utf-8") != content
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Pin the gold of the corpus.")
    parser.add_argument("--check", action="store_true", help="write nothing, name what is stale")
    check = parser.parse_args().check
    old = [name for half in HALVES for name in stale(half)]
    if check:
        print("".join(f"{name}\n" for name in old), end="")
        return 1 if old else 0
    for half in HALVES:
        for path, content in made(half):
            path.write_text(content, encoding="utf-8")
    print(f"{len(old)} files written anew")
    return 0


if __name__ == "__main__":
    sys.exit(main())
