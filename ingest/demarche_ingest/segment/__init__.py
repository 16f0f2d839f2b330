"""From one text to its articles, their zones, sentences and quotations."""

from demarche_ingest.segment.articles import segment
from demarche_ingest.segment.model import Article, Dateline, Quotation, Segments, Sentence
from demarche_ingest.segment.quotes import quotations
from demarche_ingest.segment.sentences import sentences

__all__ = [
    "Article",
    "Dateline",
    "Quotation",
    "Segments",
    "Sentence",
    "quotations",
    "segment",
    "sentences",
]
