"""The access log: every line is JSON, none is lost unseen, and nothing it goes to can stall it."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche_ontology.errors import ServeError
from demarche_server.operations import AccessLog, RequestRecord
from demarche_server.operations import access_log as module
from demarche_server.operations.record import query_hash


def record(**known) -> RequestRecord:
    defaults = {"id": "0123", "client": "192.0.2.77", "method": "GET", "path": "/sparql"}
    return RequestRecord(**defaults | known)


def written(tmp_path, *records, **options) -> list[dict]:
    log = AccessLog(str(tmp_path / "log"), **options)
    for one in records:
        log.write(one)
    log.close()
    return [json.loads(line) for line in (tmp_path / "log").read_bytes().splitlines()]


def test_a_line_has_what_is_known_and_no_more(tmp_path):
    (line,) = written(tmp_path, record(status=200, sent=7, whole=True, query="ASK {}"))
    assert datetime.fromisoformat(line.pop("time")).tzinfo is not None
    assert line.pop("seconds") >= 0
    digest = hashlib.sha256(b"ASK {}").hexdigest()
    assert line.pop("query") == digest[:16] == query_hash("ASK {}")
    assert line == {
        "id": "0123",
        "client": "192.0.2.77",
        "method": "GET",
        "path": "/sparql",
        "status": 200,
        "bytes": 7,
    }


def test_every_field_of_a_record_reaches_the_line(tmp_path):
    known = {
        name: name
        for name in ("agent", "commit", "cache", "limit", "token", "graph", "query", "path")
    }
    (line,) = written(tmp_path, record(**known), query_text=True)
    assert all(line[name] == name for name in known if name != "query")
    assert line["queryText"] == "query"
    assert line["broken"] is True


@pytest.mark.parametrize(
    ("clients", "address", "shown"),
    [
        ("full", "192.0.2.77", "192.0.2.77"),
        ("network", "192.0.2.77", "192.0.2.0/24"),
        ("network", "2001:db8:1:2::3", "2001:db8:1::/48"),
        ("network", "", None),
        ("off", "192.0.2.77", None),
    ],
)
def test_addresses_are_shown_as_far_as_is_said(tmp_path, clients, address, shown):
    (line,) = written(tmp_path, record(client=address), clients=clients)
    assert line.get("client") == shown


@given(text=st.text(), path=st.text())
def test_whatever_is_asked_stays_in_its_line(tmp_path_factory, text, path):
    folder = tmp_path_factory.mktemp("log")
    (line,) = written(folder, record(path=path, query=text, agent=text), query_text=True)
    assert line["path"] == path[: module.MAX_NAME]
    assert line.get("queryText", "") == text[: module.MAX_TEXT]


def test_lines_come_out_without_an_end_or_a_signal(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FLUSH_SECONDS", 0.01)
    log = AccessLog(str(tmp_path / "log"))
    log.write(record())
    until(lambda: log.state().written == 1)
    assert (tmp_path / "log").read_text().count("\n") == 1
    log.close()


def test_the_file_is_opened_anew_when_it_was_rotated_away(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FLUSH_SECONDS", 0.01)
    path = tmp_path / "log"
    log = AccessLog(str(path))
    log.write(record(id="before"))
    until(lambda: log.state().written == 1)
    path.rename(tmp_path / "log.1")
    log.write(record(id="after"))
    log.close()
    assert json.loads((tmp_path / "log.1").read_text())["id"] == "before"
    assert json.loads(path.read_text())["id"] == "after"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_reader_that_stops_reading_costs_lines_and_no_time(tmp_path):
    """A pipe holds some 64 KiB: what nobody takes waits up to its limit, the rest is counted."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    log = AccessLog(str(pipe), max_waiting=1 << 19)
    many = 20_000
    for _ in range(many):
        log.write(record())
    state = log.state()
    assert state.dropped > 0
    assert state.waiting <= 1 << 19
    lines = read_all(reader, until=lambda: log.state().waiting == 0)
    log.close()
    state = log.state()
    assert state.written + state.dropped == many
    assert lines.count(b"\n") == state.written
    assert all(json.loads(line) for line in lines.splitlines())


def test_a_full_disk_costs_lines_and_is_told_once(monkeypatch, caplog):
    """/dev/full fails every write as a full disk does."""
    monkeypatch.setattr(module, "FLUSH_SECONDS", 0.01)
    log = AccessLog("/dev/full")
    for number in range(3):
        log.write(record())
        until(lambda number=number: log.state().dropped == number + 1)
    log.close()
    assert log.state().written == 0
    assert caplog.text.count("cannot be written") == 1


def test_half_a_line_is_never_glued_to_the_next(tmp_path, monkeypatch):
    """A disk that takes half a block and then no more, and later works again."""
    monkeypatch.setattr(module, "FLUSH_SECONDS", 0.01)
    log = AccessLog(str(tmp_path / "log"))
    real, calls = os.write, []

    def failing(descriptor, data):
        calls.append(1)
        if len(calls) == 1:
            return real(descriptor, bytes(data[:10]))
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return real(descriptor, data)

    monkeypatch.setattr(module.os, "write", failing)
    log.write(record(id="lost"))
    until(lambda: log.state().dropped == 1)
    log.write(record(id="kept"))
    log.close()
    half, whole = (tmp_path / "log").read_text().splitlines()
    assert len(half) == 10
    assert json.loads(whole)["id"] == "kept"


def test_a_log_that_is_off_starts_nothing():
    before = threading.active_count()
    log = AccessLog("off")
    log.write(record())
    assert threading.active_count() == before
    assert log.state() == module.LogState(0, 0, 0)
    log.close()


def test_a_file_that_cannot_be_opened_is_said_at_the_start(tmp_path):
    with pytest.raises(ServeError, match="nowhere"):
        AccessLog(str(tmp_path / "nowhere" / "log"))


def until(holds, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def read_all(descriptor: int, until) -> bytes:
    """Read a pipe until `until` holds and it is empty."""
    found = bytearray()
    end = time.monotonic() + 30
    while time.monotonic() < end:
        done = until()
        try:
            found += os.read(descriptor, 1 << 16)
        except BlockingIOError:
            if done:
                break
            time.sleep(0.005)
    os.close(descriptor)
    return bytes(found)
