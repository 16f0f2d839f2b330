"""What a run did, for people and for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from demarche_ingest.candidates.gate import REASONS
from demarche_ontology.errors import Problem

if TYPE_CHECKING:
    from demarche_ingest.pipeline.coding import Coded

SHOWN: Final = 3
"""Refusals of one reason that a report tells in full."""
UNKNOWN: Final = 200
"""Unknown actors that a report tells, those of most documents first."""
HELD: Final = 50_000
"""Unknown actors that are counted at a time, in some 15 MB: texts name new people without end."""


@dataclass
class Report:
    """Counts of one run.

    run: its name, "" where nothing was to be done. unchanged: documents that were done before.
    new, changed, same: those worked on, by whether their candidates are others than before.
    repeated: documents of this run that stand in it twice. candidates: by type. categories: of
    events. refusals: by reason; samples: some of each. unknown: names of actors that reference
    data lacks, by label, with the number of documents; is_cut: rare ones were left out of these,
    because there were more than `HELD`. quarantined: what could not be worked on.
    """

    run: str = ""
    files: int = 0
    unchanged: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    repeated: int = 0
    articles: int = 0
    candidates: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[str]] = field(default_factory=dict)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    is_cut: bool = False
    quarantined: list[Problem] = field(default_factory=list)
    commit: str = ""

    @property
    def worked(self) -> int:
        """How many documents were worked on, with success."""
        return self.new + self.changed + self.same

    @property
    def documents(self) -> int:
        """How many documents there are, those in quarantine left out."""
        return self.unchanged + self.worked

    def add(self, coded: Coded, path: str) -> None:
        """Count what came of a document. path: its file, as problems name it."""
        self.articles += len(coded.document.articles)
        self.candidates += coded.types()
        self.categories += coded.categories()
        self.refusals += coded.reasons()
        for refusal in coded.refusals:
            told = self.samples.setdefault(refusal.code, [])
            if len(told) < SHOWN:
                told.append(
                    f"{path} {refusal.passage.start}-{refusal.passage.end}: {refusal.told}"
                    f" [{refusal.rule}]"
                )
        self.unknown.update(coded.unknown().items())
        if len(self.unknown) > HELD:
            self.unknown = Counter(dict(self.most_unknown(HELD // 2)))
            self.is_cut = True

    def members(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "run": self.run or None,
            "commit": self.commit or None,
            "files": self.files,
            "documents": {
                "new": self.new,
                "changed": self.changed,
                "same": self.same,
                "unchanged": self.unchanged,
                "repeated": self.repeated,
                "quarantined": len(self.quarantined),
            },
            "articles": self.articles,
            "candidates": dict(sorted(self.candidates.items())),
            "categories": dict(sorted(self.categories.items())),
            "refusals": {
                code: {"count": count, "meaning": REASONS[code], "samples": self.samples[code]}
                for code, count in sorted(self.refusals.items(), key=lambda one: (-one[1], one[0]))
            },
            "unknownActors": [
                {"id": name, "label": label, "documents": count}
                for (name, label), count in self.most_unknown(UNKNOWN)
            ],
            "quarantine": [
                {"file": one.file, "reason": one.message, "remedy": one.remedy}
                for one in self.quarantined
            ],
        }

    def most_unknown(self, most: int) -> list[tuple[tuple[str, str], int]]:
        """Return unknown actors with their number of documents, the most frequent first."""
        return sorted(self.unknown.items(), key=lambda one: (-one[1], one[0]))[:most]
