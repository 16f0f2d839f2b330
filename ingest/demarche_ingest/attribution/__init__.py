"""Who asserts what stands where in an article: sources, cues, what they said."""

from demarche_ingest.attribution.attributing import attribute
from demarche_ingest.attribution.model import Attribution, Attributions

__all__ = ["Attribution", "Attributions", "attribute"]
