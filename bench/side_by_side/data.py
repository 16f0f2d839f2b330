"""Graphs in the shape of ours, of any size, the same every time; N-Triples, written fast.

One claim brings what a claim of the seeds brings (about 62 triples, see `docs/model.md`): its own
properties, two reporting steps, a passage with its selector, and its share of events and derived
statements. Names and sentences are made up.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DEM = "https://w3id.org/demarche/ontology#"
ID = "https://w3id.org/demarche/id/"
VOC = "https://w3id.org/demarche/vocabulary/"
OA = "http://www.w3.org/ns/oa#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"

SOURCES, ACTORS, DOCUMENT_CLAIMS, EVENT_CLAIMS = 400, 600, 100, 4
CATEGORIES = ("consult", "accuse", "agree", "support", "reject", "coerce", "assault", "yield")
CERTAINTIES = ("certain", "probable", "possible", "underspecified")
VOICES = ("author", "quoted", "paraphrased", "official-document")
_SYLLABLES = ("ba", "den", "kor", "lis", "mar", "no", "pel", "ran", "sul", "tov", "uri", "zem")
WORDS = tuple(a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in ("", "n", "sk"))


@dataclass(frozen=True)
class Made:
    """A generated file. claims: claim n of 0 … claims - 1 is `claim(n)`."""

    path: Path
    claims: int
    triples: int


def claim(number: int) -> str:
    """Return the IRI of a claim."""
    return f"{ID}claim-{number:08d}"


def make(path: Path, triples: int) -> Made:
    """Write at least `triples` triples, a claim's worth more at most."""
    chance = random.Random(20261125)
    count = claims = 0
    with path.open("w", encoding="utf-8", buffering=1 << 20) as out:
        for line in _world():
            out.write(line)
            count += 1
        while count < triples or not claims:
            lines = _claim(claims, chance)
            out.write("".join(lines))
            count += len(lines)
            claims += 1
    return Made(path, claims, count)


def _world() -> Iterator[str]:
    for kind, number in (("source", SOURCES), ("actor", ACTORS)):
        for n in range(number):
            node = f"<{ID}{kind}-{n}>"
            yield f"{node} <{RDF}type> <{DEM}Actor> .\n"
            yield f'{node} <{SKOS}prefLabel> "{kind.capitalize()} {WORDS[n % len(WORDS)]}"@en .\n'


def _claim(n: int, chance: random.Random) -> list[str]:
    """Return the lines of one claim and of what comes with it."""
    me = f"<{claim(n)}>"
    document = n // DOCUMENT_CLAIMS
    # Some sources speak far more often than others, as in the seeds.
    source = int(SOURCES * chance.random() ** 2)
    through = int(SOURCES * chance.random() ** 2)
    actor, other = chance.randrange(ACTORS), chance.randrange(ACTORS)
    event = n // EVENT_CLAIMS
    category = CATEGORIES[chance.randrange(len(CATEGORIES))]
    day = f"{1990 + event % 35}-{1 + event % 12:02d}-{1 + event % 28:02d}"
    words = " ".join(chance.choices(WORDS, k=12))
    own = [
        f"<{RDF}type> <{DEM}Claim>",
        f"<{RDF}type> <{DEM}EventClaim>",
        f"<{DEM}aboutEvent> <{ID}event-{event}>",
        f"<{DEM}actor> <{ID}actor-{actor}>",
        f"<{DEM}recipient> <{ID}actor-{other}>",
        f"<{DEM}attributedTo> <{ID}source-{source}>",
        f"<{DEM}reportedThrough> <{ID}source-{through}>",
        f"<{DEM}basis> <{VOC}basis-act>",
        f"<{DEM}category> <{VOC}category-{category}>",
        f"<{DEM}certainty> <{VOC}certainty-{CERTAINTIES[chance.randrange(4)]}>",
        f"<{DEM}voice> <{VOC}voice-{VOICES[chance.randrange(4)]}>",
        f"<{DEM}polarity> <{VOC}polarity-positive>",
        f"<{DEM}modality> <{VOC}modality-asserted>",
        f"<{DEM}reviewStatus> <{VOC}review-curated>",
        f"<{DEM}timeBasis> <{VOC}date-basis-stated>",
        f'<{DEM}presupposed> "false"^^<{XSD}boolean>',
        f'<{DEM}origin> "source-{source}"',
        f'<{DEM}localId> "document-{document}/c{n % DOCUMENT_CLAIMS:03d}"',
        f'<{DEM}edtf> "{day}"',
        f'<{DEM}earliest> "{day}"^^<{XSD}date>',
        f'<{DEM}latest> "{day}"^^<{XSD}date>',
        f'<{DEM}statement> "Source {source} says that {words}."@en',
        f"<{DEM}inDocument> <{ID}document-{document}>",
        f"<{DEM}inPart> <{ID}part-{document}-body>",
        f"<{DEM}evidence> <{ID}passage-{n:08d}>",
        f"<{DEM}reportingStep> <{claim(n)}-step-1>",
        f"<{DEM}reportingStep> <{claim(n)}-step-2>",
    ]
    lines = [f"{me} {line} .\n" for line in own]
    lines += _steps(n, (source, through)) + _passage(n, document, chance)
    lines += _derived(n, actor, other, category)
    if n % EVENT_CLAIMS == 0:
        lines += _event(event, day)
    return lines


def _steps(n: int, agents: tuple[int, int]) -> list[str]:
    lines = []
    for order, agent in enumerate(agents, start=1):
        step = f"<{claim(n)}-step-{order}>"
        lines += [
            f"{step} <{RDF}type> <{DEM}ReportingStep> .\n",
            f'{step} <{DEM}stepOrder> "{order}"^^<{XSD}integer> .\n',
            f"{step} <{DEM}stepAgent> <{ID}source-{agent}> .\n",
        ]
    return lines


def _passage(n: int, document: int, chance: random.Random) -> list[str]:
    passage, selector = f"<{ID}passage-{n:08d}>", f"<{ID}selector-{n:08d}>"
    start = n % DOCUMENT_CLAIMS * 150
    return [
        f"{passage} <{RDF}type> <{DEM}Passage> .\n",
        f"{passage} <{RDF}type> <{OA}SpecificResource> .\n",
        f"{passage} <{OA}hasSource> <{ID}document-{document}> .\n",
        f"{passage} <{OA}hasSelector> {selector} .\n",
        f'{passage} <{DEM}passageSha256> "{chance.getrandbits(256):064x}" .\n',
        f'{passage} <{DEM}foldedSha256> "{chance.getrandbits(256):064x}" .\n',
        f'{passage} <{DEM}foldedLength> "120"^^<{XSD}integer> .\n',
        f"{selector} <{RDF}type> <{OA}TextPositionSelector> .\n",
        f'{selector} <{OA}start> "{start}"^^<{XSD}integer> .\n',
        f'{selector} <{OA}end> "{start + 120}"^^<{XSD}integer> .\n',
    ]


def _derived(n: int, actor: int, other: int, category: str) -> list[str]:
    statement = f"<{ID}derived-{n:08d}>"
    predicate = f"<{DEM}{category}>"
    return [
        f"<{ID}actor-{actor}> {predicate} <{ID}actor-{other}> .\n",
        f"{statement} <{RDF}type> <{DEM}DerivedStatement> .\n",
        f"{statement} <{RDF}subject> <{ID}actor-{actor}> .\n",
        f"{statement} <{RDF}predicate> {predicate} .\n",
        f"{statement} <{RDF}object> <{ID}actor-{other}> .\n",
        f"{statement} <{DEM}underPolicy> <{ID}policy-default> .\n",
        f'{statement} <{DEM}claimCount> "1"^^<{XSD}integer> .\n',
        f'{statement} <{DEM}independentOrigins> "1"^^<{XSD}integer> .\n',
        f'{statement} <{DEM}contested> "false"^^<{XSD}boolean> .\n',
        f"{statement} <{PROV}wasDerivedFrom> <{claim(n)}> .\n",
    ]


def _event(event: int, day: str) -> list[str]:
    node = f"<{ID}event-{event}>"
    return [
        f"{node} <{RDF}type> <{DEM}Event> .\n",
        f'{node} <{SKOS}prefLabel> "Event {WORDS[event % len(WORDS)]} {event}"@en .\n',
        f'{node} <{DEM}earliest> "{day}"^^<{XSD}date> .\n',
        f'{node} <{DEM}latest> "{day}"^^<{XSD}date> .\n',
        f"{node} <{DEM}place> <{ID}place-{event % 90}> .\n",
    ]
