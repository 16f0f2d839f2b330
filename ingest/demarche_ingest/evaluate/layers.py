"""What is counted of a document, layer by layer.

Layers that a document's gold does not have in full are not counted. Mentions, times and sentences
count in the zones that people read (`gold.READ`), since nothing is marked in the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, Protocol, TypeVar

from demarche_ingest.analysis import Analysis
from demarche_ingest.dating import Expression
from demarche_ingest.evaluate.gold import Gold, GoldMention, GoldTime
from demarche_ingest.evaluate.scores import Counts, of_sets
from demarche_ingest.mentions.model import Mention
from demarche_ingest.segment.model import Article
from demarche_ingest.texts import Span, fold

DETAILS: Final = ("title", "outlet", "byline", "url")


def count(gold: Gold, found: Analysis, given: Sequence[Expression]) -> dict[str, Counts]:
    """Count what was found in a document. given: the times found with its articles known."""
    counts: dict[str, Counts] = {}
    if "articles" in gold.layers:
        counts |= _articles(gold, found)
    if "zones" in gold.layers:
        counts |= _zones(gold, found)
    read = _within(gold.read_zones())
    if "sentences" in gold.layers:
        counts |= _sentences(gold, found, read)
    if "quotations" in gold.layers:
        spans = [quotation.span for quotation in found.quotations]
        counts["quotations"] = of_sets(gold.quotations, spans)
    if "mentions" in gold.layers:
        counts |= _mentions(gold, found, read)
    if "times" in gold.layers:
        counts |= _times(gold.times, [one for one in found.times if read(one.span)])
        known = _times(gold.times, [one for one in given if read(one.span)])
        counts["times: date, articles given"] = known["times: date"]
    return counts


def _within(zones: Sequence[Span]) -> Callable[[Span], bool]:
    return lambda span: any(zone.start <= span.start < zone.end for zone in zones)


# --- Articles and zones ----------------------------------------------------------------------


def _articles(gold: Gold, found: Analysis) -> dict[str, Counts]:
    content = gold.source.text.content
    counts = {
        "articles": of_sets(
            (_trimmed(content, article.span) for article in gold.articles),
            (_trimmed(content, article.span) for article in found.segments.articles),
        )
    }
    pairs = _paired(gold.articles, found.segments.articles)
    if "dates" not in gold.layers:  # the seeds say no more than dates as the text has them
        for name in DETAILS:
            counts[f"details: {name}"] = _of_values(_detail(pair, name) for pair in pairs)
        counts["details: place"] = _of_values((a.place, b.place if b else "") for a, b in pairs)
    counts["article dates"] = _of_values((_date(a), _date(b) if b else "") for a, b in pairs)
    return counts


_Pair = tuple[Article, Article | None]


def _detail(pair: _Pair, name: str) -> tuple[str, str]:
    gold, found = pair
    return getattr(gold.details, name), getattr(found.details, name) if found else ""


def _date(article: Article) -> str:
    return article.date.edtf if article.date else ""


def _trimmed(content: str, span: Span) -> Span:
    """Return a span without the white space at its ends."""
    words = content[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, max(start, span.end - (len(words) - len(words.rstrip()))))


def _paired(gold: Sequence[Article], found: Sequence[Article]) -> list[_Pair]:
    """Return the articles of the gold, each with the one found that shares the most with it."""
    free = list(found)
    pairs: list[_Pair] = []
    for article in gold:
        best = max(free, key=lambda one: _shared(one.span, article.span), default=None)
        if best is not None and _shared(best.span, article.span) > 0:
            free.remove(best)
            pairs.append((article, best))
        else:
            pairs.append((article, None))
    return pairs


def _shared(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _of_values(pairs: Iterable[tuple[str, str]]) -> Counts:
    """Count values that are right if they are the same; white space does not matter."""
    hits = wrong = missed = 0
    for there, told in ((fold(gold), fold(found)) for gold, found in pairs):
        hits += bool(there) and there == told
        wrong += bool(told) and there != told
        missed += bool(there) and there != told
    return Counts(hits, wrong, missed)


def _zones(gold: Gold, found: Analysis) -> dict[str, Counts]:
    """Count characters that are no white space by the kind of zone that they are of."""
    content = gold.source.text.content
    zones = [zone for article in found.segments.articles for zone in article.zones]
    there = _kinds(content, ((zone.kind, zone.span) for zone in gold.zones))
    told = _kinds(content, ((zone.kind, zone.span) for zone in (*zones, *found.segments.outside)))
    marked = set(there)
    counts = {}
    for kind in sorted({*there.values(), *(told[place] for place in marked & set(told))}):
        of_gold = {place for place, one in there.items() if one == kind}
        of_found = {place for place, one in told.items() if one == kind and place in marked}
        counts[f"zones: {kind}"] = of_sets(of_gold, of_found)
    return {"zones": sum(counts.values(), Counts()), **counts}


def _kinds(content: str, zones: Iterable[tuple[str, Span]]) -> dict[int, str]:
    """Return the kind of zone of each character in one that is no white space."""
    return {
        place: kind
        for kind, span in zones
        for place in range(span.start, span.end)
        if not content[place].isspace()
    }


def _sentences(gold: Gold, found: Analysis, read: Callable[[Span], bool]) -> dict[str, Counts]:
    """Count the ends of sentences, and sentences as a whole."""
    there = [span for span in gold.sentences if read(span)]
    told = [sentence.span for sentence in found.sentences if read(sentence.span)]
    return {
        "sentence ends": of_sets((span.end for span in there), (span.end for span in told)),
        "sentences": of_sets(there, told),
    }


# --- Mentions and times ----------------------------------------------------------------------


class _Spanned(Protocol):
    @property
    def span(self) -> Span: ...


_Gold = TypeVar("_Gold", bound=_Spanned)
_Found = TypeVar("_Found", bound=_Spanned)
_Mention = TypeVar("_Mention", GoldMention, Mention)


def _matched(gold: Sequence[_Gold], found: Sequence[_Found]) -> Iterator[tuple[_Gold, _Found]]:
    """Yield gold with what was found that overlaps it, each once, the best first."""
    pairs = [
        (-_shared(a.span, b.span), abs(len(a.span) - len(b.span)), i, j)
        for i, a in enumerate(gold)
        for j, b in enumerate(found)
        if _shared(a.span, b.span)
    ]
    used_gold: set[int] = set()
    used_found: set[int] = set()
    for *_, i, j in sorted(pairs):
        if i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            yield gold[i], found[j]


def _of_hits(hits: int, gold: Sequence[object], found: Sequence[object]) -> Counts:
    return Counts(hits, len(found) - hits, len(gold) - hits)


def _mentions(gold: Gold, found: Analysis, read: Callable[[Span], bool]) -> dict[str, Counts]:
    """Count mentions, without the articles before them.

    What overlaps an optional one best is counted neither way.
    """
    content = gold.source.text.content
    marked = [_bare(content, one) for one in gold.mentions]
    told = [_bare(content, one) for one in found.mentions if read(one.span) and _is_actor(one)]
    pairs = list(_matched(marked, told))
    free = {id(b) for a, b in pairs if a.is_optional}
    told = [one for one in told if id(one) not in free]
    pairs = [(a, b) for a, b in pairs if not a.is_optional]
    wanted = [one for one in marked if not one.is_optional]
    linked = sum(a.span == b.span and _is_linked(a, b) for a, b in pairs)
    return {
        "mentions: span": of_sets((a.span for a in wanted), (b.span for b in told)),
        "mentions: overlap": _of_hits(len(pairs), wanted, told),
        "mentions: linked": _of_hits(linked, wanted, told),
    }


_ARTICLE: Final = re.compile(r"(?:the|an?)\s+(?=\S)", re.IGNORECASE)


def _bare(content: str, mention: _Mention) -> _Mention:
    """Return a mention without its article: whether it is within the words tells nobody apart."""
    article = _ARTICLE.match(content, mention.span.start, mention.span.end)
    if article is None:
        return mention
    return replace(mention, span=Span(article.end(), mention.span.end))


_NO_ACTORS: Final = frozenset({"Place", "Treaty", "Event", "Issue"})


def _is_actor(mention: Mention) -> bool:
    """Tell whether the gold would mark a mention: no places, no treaties, none of several."""
    is_other = mention.proposal is not None and mention.proposal.kind in _NO_ACTORS
    return mention.how != "place" and not mention.members and not is_other


def _is_linked(gold: GoldMention, found: Mention) -> bool:
    """Tell whether a mention is linked rightly: an actor that is new has nothing to link to."""
    if found.target is not None:
        return found.target == gold.target
    proposed = found.proposal.of if found.proposal else ""
    return gold.is_new or bool(gold.of and gold.of == proposed)


def _times(gold: Sequence[GoldTime], found: Sequence[Expression]) -> dict[str, Counts]:
    told = [one for one in found if one.rule != "age"]  # ages are not marked
    pairs = list(_matched(gold, told))
    dated = [one for one in gold if one.kind == "date"]
    dates = [one for one in told if _kind(one) == "date" and one.edtf]
    right = sum(
        a.kind == "date" and (a.edtf, a.bound) == (b.edtf, b.bound) and bool(b.edtf)
        for a, b in pairs
    )
    kinds = sum(a.kind == _kind(b) for a, b in pairs)
    return {
        "times: span": of_sets((a.span for a in gold), (b.span for b in told)),
        "times: overlap": _of_hits(len(pairs), gold, told),
        "times: kind": _of_hits(kinds, gold, told),
        "times: date": _of_hits(right, dated, dates),
    }


def _kind(expression: Expression) -> str:
    return "date" if expression.kind == "interval" else expression.kind
