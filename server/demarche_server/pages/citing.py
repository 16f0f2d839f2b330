"""How to cite a claim, or the data set (a release): a reference in words, and one for BibTeX."""

from __future__ import annotations

from collections.abc import Mapping
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
        return _entry(self.key, fields)

    def _note(self) -> str:
        said = f"Claim attributed to {self.source}" if self.source else "Claim"
        return f"{said}. In: {self.place}" if self.place else said


@dataclass(frozen=True, slots=True)
class DatasetCitation:
    """What is cited: one version of the data set, as this server has it.

    name: of the release, or the id of the commit. version: in words. url: of the server.
    digest: SHA-256 over the canonical form of its graphs, "" where there is none.
    """

    site: str
    name: str
    version: str
    year: int
    url: str
    digest: str

    @classmethod
    def of(cls, site: str, base: str, info: CommitInfo) -> DatasetCitation:
        """Return how to cite a commit. base: address of the server, without a slash at its end."""
        name = info.release or info.id
        return cls(site, name, version(info), info.created.year, f"{base}/", info.rdfc10)

    def reference(self) -> str:
        """Return the reference in words."""
        digest = f" SHA-256 of its content: {self.digest}." if self.digest else ""
        return f"{self.site}, {self.version}. {self.url}{digest}"

    def bibtex(self) -> str:
        """Return an entry for BibTeX."""
        fields = {
            "author": f"{{{_tex(self.site)}}}",
            "title": _tex(self.site),
            "year": str(self.year),
            "version": _tex(self.version),
            "note": f"SHA-256 of its content: {self.digest}" if self.digest else "",
            "url": self.url,
        }
        return _entry(f"demarche-{self.name}", fields)


def _entry(key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", ",\n".join(lines), "}"])


def version(info: CommitInfo) -> str:
    """Return which version of the data set answers, in words."""
    release = f"release {info.release}, " if info.release else ""
    return f"{release}commit {info.id}, {dates.day(info.created.date().isoformat())}"


def _tex(text: str) -> str:
    return text.translate(_BIBTEX)
