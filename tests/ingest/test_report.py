"""What a run says that it did, over any number of documents."""

from __future__ import annotations

import pytest
from ingest.reviewkit import document

from demarche_ingest.candidates.records import NewThing
from demarche_ingest.pipeline import report as module
from demarche_ingest.pipeline.coding import Coded
from demarche_ingest.pipeline.report import Report


def coded(*names: str) -> Coded:
    things = tuple(NewThing(id=name, label=name.title(), type="Person") for name in names)
    return Coded(document().model_copy(update={"things": things}))


def test_unknown_actors_are_counted_by_documents() -> None:
    report = Report()
    for names in (("ada", "bo"), ("ada",), ("cy", "ada")):
        report.add(coded(*names), "a.txt")
    assert report.most_unknown(2) == [(("ada", "Ada"), 3), (("bo", "Bo"), 1)]
    assert not report.is_cut


def test_names_without_end_take_no_memory_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HELD", 20)
    report = Report()
    for number in range(100):
        report.add(coded("ada", f"bo-{number % 2}", f"once-{number:03d}"), "a.txt")
        assert len(report.unknown) <= 20
    assert report.is_cut
    named = [(name, count) for (name, _), count in report.most_unknown(3)]
    assert named == [("ada", 100), ("bo-0", 50), ("bo-1", 50)]
