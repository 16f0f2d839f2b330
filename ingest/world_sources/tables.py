"""The rows of the tables while they are made."""

from __future__ import annotations

import re
from typing import Any

from anyascii import anyascii

Rows = list[dict[str, str]]


class Tables:
    """The rows of each table, by its name."""

    def __init__(self) -> None:
        self.actors: Rows = []
        self.places: Rows = []
        self.names: Rows = []
        self.codes: Rows = []
        self.metonyms: Rows = []
        self.memberships: Rows = []
        self.offices: Rows = []
        self.tenures: Rows = []
        self._seen: set[tuple[str, ...]] = set()

    def name(self, key: str, form: str, source: str, lang: str = "en", use: str = "name") -> None:
        """Add a name once, whichever source was first to have it."""
        form = " ".join(form.replace("\u2019", "'").split()) if lang == "en" else form.strip()
        entry = (key, form, lang, use)
        if form and entry not in self._seen:
            self._seen.add(entry)
            self.names.append({"id": key, "form": form, "lang": lang, "use": use, "source": source})

    def place(self, key: str, kind: str, label: str, definition: str, source: str) -> None:
        """Add a place once."""
        if ("place", key) in self._seen:
            return
        self._seen.add(("place", key))
        row = {"id": key, "type": kind, "label": label, "definition": definition, "source": source}
        self.places.append(row)
        self.name(key, label, source)
        self.name(key, anyascii(label), source)

    def actor(self, key: str, kind: str, label: str, source: str, **more: str) -> None:
        """Add an actor."""
        row = {"id": key, "type": kind, "label": label, "definition": "", "body_of": ""}
        self.actors.append({**row, "source": source, **more})
        self.name(key, label, source)
        self.name(key, anyascii(label), source)


def slug(label: str) -> str:
    """Return the id for a label."""
    return re.sub(r"[^a-z0-9]+", "-", anyascii(label).lower().replace("'", "")).strip("-")


def english_states(tables: Tables, decisions: dict[str, Any]) -> dict[str, str]:
    """Return the ids of states by their lower-case English names, where one state has the name."""
    states = {row["id"] for row in tables.actors if row["type"] == "State"}
    found: dict[str, set[str]] = {}
    own = ((key, form) for key, forms in decisions["spellings"].items() for form in forms)
    uses = {"name", "abbreviation"}
    told = (
        (row["id"], row["form"])
        for row in tables.names
        if row["lang"] == "en" and row["use"] in uses
    )
    for key, form in (*told, *own):
        if key in states:
            found.setdefault(form.lower(), set()).add(key)
    return {form: keys.pop() for form, keys in found.items() if len(keys) == 1}
