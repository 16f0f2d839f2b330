"""From one text to its articles, their zones, sentences and quotations."""

from demarche_ingest.segment.model import Article, Dateline, Quotation, Sentence
from demarche_ingest.segment.quotes import quotations
from demarche_ingest.segment.sentences import sentences

__all__ = ["Article", "Dateline", "Quotation", "Sentence", "quotations", "sentences"]
