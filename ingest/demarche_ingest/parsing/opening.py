"""Which parser is used."""

from __future__ import annotations

from demarche_ingest.parsing.model import Parser


def open_parser(model: str = "") -> Parser:
    """Return the packaged parser, or a user's own spaCy model (a folder or a package's name).

    Nothing is loaded before this is called. Raises InputError if the model cannot be used.
    """
    if model:
        from demarche_ingest.parsing.own_model import own_model

        return own_model(model)
    from demarche_ingest.parsing.english import english

    return english()
