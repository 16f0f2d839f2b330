"""Which parser is used."""

from __future__ import annotations

from importlib.resources import files

from demarche_ingest.parsing.model import Parser
from demarche_ingest.texts import sha256


def weights() -> bytes:
    """Return the file of the packaged parser's network."""
    return (files("demarche_ingest.parsing") / "weights" / "english.npz").read_bytes()


def packaged_name(data: bytes) -> str:
    """Return the name of the packaged parser with its version, which its network tells."""
    return f"demarche-english/{sha256(data)[:12]}"


def open_parser(model: str = "") -> Parser:
    """Return the packaged parser, or a user's own spaCy model (a folder or a package's name).

    Nothing is loaded before this is called. Raises InputError if the model cannot be used.
    """
    if model:
        from demarche_ingest.parsing.own_model import own_model

        return own_model(model)
    from demarche_ingest.parsing.english import english

    return english()
