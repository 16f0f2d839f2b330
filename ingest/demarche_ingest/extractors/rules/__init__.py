"""Claims from dependency patterns that are kept as data."""

from demarche_ingest.extractors.rules.engine import Rules

__all__ = ["Rules"]
