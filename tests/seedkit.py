"""Seeds folders for tests and measurements: one small true-to-life article, or any number made up.

`make_norland` pins the short article of `tests/ingest/fixtures/norland` the way an annotator would.
`make_seeds` writes as many synthetic articles as asked, quickly and the same every time: for kill
tests, benchmarks and measurements of growth. Both write invented places only, and put the texts
into a folder `texts` beside the seeds.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from demarche_ingest.annotate import files, pin, sheet
from demarche_ingest.seeds.claims import ArticleFile, ClaimRecord
from demarche_ingest.texts import EXTRACTOR, Span, Text

NORLAND = Path(__file__).parent / "ingest" / "fixtures" / "norland"
ABOUT_NORLAND = {
    "title": "Norland Keeps the Strait Shut",
    "publisher": "norland-gazette",
    "rights": "Invented text of this project, CC0",
    "date": {"edtf": "1990-05-08", "basis": "stated"},
}

STATES = ("norland", "sudria", "estmark", "westria", "highmoor", "lowfen", "merrow", "tarnholm")
FIRST_DAY = date(1990, 1, 1)
_POSITIONS = 4
_ATTRIBUTES = ("quantity", "troops", "equipment", "detainees")
_SOURCE = {"source": "atlas"}


def texts_of(seeds: Path) -> Path:
    """Return the folder with the texts that a made seeds folder was coded from."""
    return seeds.parent / "texts"


def make_norland(folder: Path) -> Path:
    """Write `folder/seeds` and `folder/texts` with the article of the fixture; returns the seeds.

    The article's id is "norland"; it has 14 claims, of every type and in every part.
    """
    seeds = folder / "seeds"
    (seeds / "reference").mkdir(parents=True)
    texts_of(seeds).mkdir()
    shutil.copy(NORLAND / "reference.yaml", seeds / "reference" / "all.yaml")
    shutil.copy(NORLAND / "text.txt", texts_of(seeds) / "norland.txt")
    text = Text.read(NORLAND / "text.txt")
    article = seeds / "articles" / "norland"
    parts = sheet.read(NORLAND / "parts.tsv", sheet.PART_COLUMNS)
    files.new_article(article, text, ABOUT_NORLAND, parts)
    files.pin_sheet(article, NORLAND / "sheet.tsv", text)
    return seeds


def make_seeds(folder: Path, articles: int = 1, claims_per_article: int = 10) -> Path:
    """Write `folder/seeds` and `folder/texts` with synthetic articles; returns the seeds.

    Article n has the id `report-<n, five digits>` and the day 1990-01-01 plus n days; its text
    differs from every other's. Claims are of the four types in turn.
    """
    seeds = folder / "seeds"
    (seeds / "reference").mkdir(parents=True)
    texts_of(seeds).mkdir()
    _write(seeds / "reference" / "world.yaml", _world())
    names = [event for n in range(articles) for event in _events(n, claims_per_article)]
    events = [{"id": name, "label": name.replace("-", " ").capitalize()} for name in names]
    _write(seeds / "reference" / "events.yaml", {"events": events})
    for number in range(articles):
        _article(seeds, number, claims_per_article)
    return seeds


def _write(path: Path, content: dict[str, Any]) -> None:
    """Write YAML with one record a line. JSON is YAML, and written far faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for key, value in content.items():
        records = isinstance(value, list) and value
        lines.append(f"{key}:" if records else f"{key}: {_json(value)}")
        lines.extend(f"- {_json(record)}" for record in (value if records else []))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


# --- the invented world ---


def _world() -> dict[str, list[dict[str, Any]]]:
    year = {"attested_from": "1990-01-01", "attested_until": "1990-12-31", **_SOURCE}
    kinds = [("gazette", "MediaOutlet"), ("agency", "NewsAgency")]
    kinds.append(("league", "InternationalOrganization"))
    return {
        "sources": [
            {"id": "atlas", "title": "Atlas", "publisher": "Demarche", "licence": "CC0-1.0"}
        ],
        "actors": [
            *[_named(state, type="State") for state in STATES],
            *[_named(f"leader-of-{state}", type="Person") for state in STATES],
            *[_named(name, type=kind) for name, kind in kinds],
        ],
        "places": [_named(f"harbour-of-{state}", type="Place") for state in STATES],
        "offices": [_named(f"premier-of-{state}", office_of=state) for state in STATES],
        "tenures": [
            {"holder": f"leader-of-{state}", "office": f"premier-of-{state}", **year}
            for state in STATES
        ],
        "memberships": [{"member": s, "organization": "league", **year} for s in STATES[:4]],
        "issues": [_named("issue-trade", definition="How the states trade.")],
        "positions": [
            _named(f"position-{i}", issue="issue-trade", definition=f"That plan {i} is right.")
            for i in range(_POSITIONS)
        ],
    }


def _named(name: str, **more: str) -> dict[str, Any]:
    return {"id": name, "label": name.replace("-", " ").title(), **_SOURCE, **more}


def _events(article: int, claims: int) -> list[str]:
    """Name the events of an article: one for every two event claims, so that some agree."""
    return [f"talks-{article:05d}-{i:03d}" for i in range((claims + 7) // 8)]


# --- synthetic articles ---


def _article(seeds: Path, number: int, claims: int) -> None:
    sentences = [_sentence(number, i) for i in range(claims)]
    head = f"Report {number} of the Gazette"
    content = "\n\n".join([head, " ".join(sentences) or "Nothing."]) + "\n"
    text = Text.decode(content.encode("utf-8"))
    name = f"report-{number:05d}"
    (texts_of(seeds) / f"{name}.txt").write_bytes(content.encode("utf-8"))
    folder = seeds / "articles" / name
    record = _about(text, name, number, len(head))
    _write(folder / "article.yaml", record.model_dump(mode="json", exclude_none=True))
    spans = _spans(sentences, len(head) + 2)
    pinned = [_claim(text, number, i, span) for i, span in enumerate(spans)]
    _write(folder / "claims.yaml", {"claims": [files.claim_yaml(claim) for claim in pinned]})


def _spans(sentences: list[str], start: int) -> Iterator[Span]:
    for sentence in sentences:
        yield Span(start, start + len(sentence))
        start += len(sentence) + 1


def _sentence(article: int, index: int) -> str:
    one, two = _pair(article, index)
    return f"Item {index} of paper {article}: “{one.title()} and {two.title()} spoke of trade.”"


def _pair(article: int, index: int) -> tuple[str, str]:
    """Choose two different states; claims of one type go through all the pairs."""
    turn, size = index // len(_KINDS), len(STATES)
    one = (article + turn) % size
    return STATES[one], STATES[(one + 1 + turn // size % (size - 1)) % size]


def _round(index: int, options: int) -> int:
    """Choose an option; two claims of one type share state and option, and so can be at odds."""
    return index // (2 * len(STATES) * len(_KINDS)) % options


def _day(article: int) -> str:
    return (FIRST_DAY + timedelta(days=article)).isoformat()


def _about(text: Text, name: str, number: int, head: int) -> ArticleFile:
    return ArticleFile.model_validate(
        {
            "id": name,
            "document": {
                "source_sha256": text.source_sha256,
                "text_sha256": text.text_sha256,
                "length": len(text),
                "extractor": EXTRACTOR,
                "language": "en",
            },
            "title": f"Report {number}",
            "publisher": "gazette",
            "rights": "Invented text of this project, CC0",
            "date": {"edtf": _day(number)},
            "span": {"start": 0, "end": len(text)},
            "parts": [
                {"start": 0, "end": head, "id": "headline", "kind": "headline"},
                {"start": head + 2, "end": len(text), "id": "body", "kind": "body"},
            ],
        }
    )


def _claim(text: Text, article: int, index: int, span: Span) -> ClaimRecord:
    kind, content = _KINDS[index % len(_KINDS)](article, index)
    record = ClaimRecord.model_validate(
        {
            "id": f"c{index:04d}",
            "statement": f"The Gazette asserts {kind} {index} in its report {article}.",
            "evidence": [pin.evidence(text, span)],
            "chain": ["gazette", "agency"] if index % 3 else ["gazette"],
            "voice": "paraphrased" if index % 3 else "author",
            "basis": "act-reported",
            "when": {"edtf": _day(article), "basis": "inferred"},
            kind: content,
        }
    )
    return pin.renew(text.source_sha256, record)


_Content = tuple[str, dict[str, Any]]


def _event(article: int, index: int) -> _Content:
    one, two = _pair(article, index)
    name = f"talks-{article:05d}-{index // 8:03d}"
    place = f"harbour-of-{one}"
    return "event", {
        "event": name,
        "category": "consult",
        "modes": ["visit"],
        "contexts": ["economic"],
        "actors": [f"leader-of-{one}", two],
        "place": place,
    }


def _relation(article: int, index: int) -> _Content:
    one, two = _pair(article, index)
    return "relation", {"subject": one, "predicate": "alliedWith", "object": two}


def _attribute(article: int, index: int) -> _Content:
    one, _ = _pair(article, index)
    attribute = _ATTRIBUTES[_round(index, len(_ATTRIBUTES))]
    number = 100 + index
    return "attribute", {"subject": one, "attribute": attribute, "number": number, "unit": "ships"}


def _stance(article: int, index: int) -> _Content:
    one, _ = _pair(article, index)
    value = "opposes" if index % 5 == 0 else "supports"
    position = f"position-{_round(index, _POSITIONS)}"
    return "stance", {"actor": f"leader-of-{one}", "position": position, "value": value}


_KINDS: tuple[Callable[[int, int], _Content], ...] = (_event, _relation, _attribute, _stance)
