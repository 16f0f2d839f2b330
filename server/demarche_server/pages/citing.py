"""How to cite a claim: a reference in words, and one for BibTeX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from demarche_server.pages import dates
from demarche_store.protocol import CommitInfo

_BIBTEX: Final = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        "\n": " ",
        **{one: f"\\{one}" for one in "{}%&$#_"},
    }
)
"""Characters with a meaning of their own in LaTeX."""


@dataclass(frozen=True, slots=True)
class Citation:
    """What is cited. site: the title of this server. source: who asserts the claim.

    document, publisher, date: of what the claim stands in; "" where not known.
    where: the passage in words. version: of the data set, in words.
    """

    site: str
    iri: str
    statement: str
    source: str
    document: str
    publisher: str
    date: str
    where: str
    version: str
    year: int

    @property
    def key(self) -> str:
        return f"demarche-{self.iri.rpartition('/')[2]}"

    @property
    def place(self) -> str:
        """The document in words."""
        title = f"“{self.document}”" if self.document else ""
        return ", ".join(part for part in (title, self.publisher, self.date, self.where) if part)

    def reference(self) -> str:
        """Return the reference in words."""
        said = f", attributed to {self.source}" if self.source else ""
        place = f" In: {self.place}." if self.place else ""
        claim = f"Claim: “{self.statement}”{said}." if self.statement else "Claim."
        return f"{self.site}, {self.version}. {claim}{place} {self.iri}"

    def bibtex(self) -> str:
        """Return an entry for BibTeX; IRIs stand as they are, for the package url."""
        fields = {
            "author": f"{{{_tex(self.site)}}}",
            "title": f"{{{_tex(self.statement or self.key)}}}",
            "year": str(self.year),
            "version": _tex(self.version),
            "note": _tex(self._note()),
            "url": self.iri,
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return "\n".join([f"@misc{{{self.key},", ",\n".join(lines), "}"])

    def _note(self) -> str:
        said = f"Claim attributed to {self.source}" if self.source else "Claim"
        return f"{said}. In: {self.place}" if self.place else said


def version(info: CommitInfo) -> str:
    """Return which version of the data set answers, in words."""
    release = f"release {info.release}, " if info.release else ""
    return f"{release}commit {info.id}, {dates.day(info.created.date().isoformat())}"


def _tex(text: str) -> str:
    return text.translate(_BIBTEX)
