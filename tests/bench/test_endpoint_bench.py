"""The measurements of the endpoint run through, and their report says what was measured."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

BENCH = Path(__file__).parents[2] / "bench"
sys.path.insert(0, str(BENCH))

from side_by_side import cases, data, load, report  # noqa: E402


def test_generated_graphs_are_the_same_every_time(tmp_path):
    made = [data.make(tmp_path / name, 3000) for name in "ab"]
    assert made[0].path.read_bytes() == made[1].path.read_bytes()
    quads = list(parse(path=made[0].path, format=RdfFormat.N_TRIPLES))
    assert len(quads) == made[0].triples >= 3000
    assert sum(quad.object.value == f"{data.DEM}Claim" for quad in quads) == made[0].claims


def test_even_the_smallest_graph_has_a_claim_to_ask_for(tmp_path):
    assert data.make(tmp_path / "small", 1).claims == 1


def test_no_text_is_asked_twice():
    for case in cases.cases(["urn:a", "urn:b"], ["word", "other"]):
        texts = {case.text(number) for number in range(50)}
        assert len(texts) == 50, case.name


def answer(*rows: dict) -> bytes:
    variables = sorted({name for row in rows for name in row})
    return json.dumps({"head": {"vars": variables}, "results": {"bindings": rows}}).encode()


def test_rows_are_compared_as_multisets():
    one, two = ({"x": {"type": "literal", "value": value}} for value in "12")
    assert load.fingerprint(answer(one, two)) == load.fingerprint(answer(two, one))
    assert load.fingerprint(answer(one, one)) != load.fingerprint(answer(one))
    assert load.fingerprint(answer(one)) != load.fingerprint(answer(two))
    with pytest.raises(load.FailedError):
        load.fingerprint(b'{"head":{},"results":{"bindi')


def test_the_verdicts_follow_from_the_medians():
    measured = report.Measured(kinds={"rate": "uncached", "join, ms": "join"})
    for ours, theirs in ((500, 1000), (700, 1000), (900, 1000)):
        measured.add(10, "rate", report.OURS, ours)
        measured.add(10, "rate", report.DISK, theirs)
    measured.add(10, "join, ms", report.OURS, 60)
    measured.add(10, "join, ms", report.DISK, 120)
    measured.add(10, "join, ms", report.FLOOR, 50)
    text = report.markdown(measured, ["title"])
    assert "| rate | 700 (500–900) | 1,000 (1,000–1,000) | – |" in text
    assert "| 10 | rate | oxigraph disk | 0.70 x | 0.6 x | 1 x | floor met |" in text
    assert "| 10 | join, ms | oxigraph disk | 2.00 x | 3 x |  | below the floor |" in text
    assert "| 10 | join, ms | 50.00 | 60.00 | 1.20 x | 1.15 x | not met |" in text


def test_a_small_run_goes_through(tmp_path):
    done = subprocess.run(
        [
            *(sys.executable, str(BENCH / "endpoint.py"), "--sizes", "5k", "--rounds", "1"),
            *("--servers", "demarche", "--cases", "lookup", "join", "memory", "python"),
            *("--seconds", "1", "--folder", str(tmp_path), "--json", str(tmp_path / "out.json")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    measured = {
        (row[1], row[2]) for row in json.loads((tmp_path / "out.json").read_text())["values"]
    }
    for measure in ("lookup, ms", "join, ms", "memory, MiB", "distinct lookups/s, Python client"):
        assert (measure, "demarche") in measured
    assert "Left out" not in done.stdout
