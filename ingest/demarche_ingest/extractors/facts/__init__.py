"""Relations, attributes and stances by rules over parses."""

from demarche_ingest.extractors.facts.extractor import Facts

__all__ = ["Facts"]
