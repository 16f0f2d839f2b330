"""Which questions a reader lets columns answer, and what becomes of the answers."""

from __future__ import annotations

import json
import socket

import pytest
from server.columns.asking import PREFIX, Both, store_of

from demarche_server.columns import Columns
from demarche_server.readers import wire
from demarche_server.readers.reader import Reader
from demarche_server.readers.wire import Question, ReaderConfig
from demarche_store.protocol import Dataset

BOTH = Both(store_of(":a :p :b, :c ; :q 1 . :b :p :c . :g { :d :p :e ; :q 2 . :e :p :f }"))
JOIN = PREFIX + "SELECT ?s ?x { ?s :p ?o . ?o :p ?x }"


class Watched(Columns):
    """Columns that remember how often they answered."""

    answered = 0

    def answer(self, *arguments):
        found = super().answer(*arguments)
        self.answered += found is not None
        return found


def asked(question: Question, config: ReaderConfig | None = None):
    """Return the kinds and payloads of a reader's frames, and how often columns answered."""
    columns = Watched(BOTH.graph, few=0)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        Reader(BOTH.store, config or ReaderConfig(), None, columns).answer(question, theirs)
        frames = wire.Decoder().feed(ours.recv(1 << 16))
    return frames, columns.answered


@pytest.mark.parametrize(
    "query",
    [
        JOIN,
        JOIN + "#",
        JOIN.replace("}", "FILTER(?s != ?x) }"),
        JOIN.replace("?s ?x", "DISTINCT ?s"),
    ],
)
def test_joins_are_answered_by_columns(query):
    frames, answered = asked(Question(query))
    assert answered == 1
    assert [kind for kind, _ in frames] == [wire.HEAD, wire.END]
    found = json.loads(frames[1][1])["results"]["bindings"]
    assert [row["s"]["value"][-1] for row in found] == ["a"]


@pytest.mark.parametrize(
    "question",
    [
        Question(JOIN, rows=10),
        Question(JOIN, rows=10, ours=True),
        Question(JOIN, Dataset(("http://example.org/g",), None)),
        Question(JOIN.replace("{", "FROM :g {", 1)),
        Question(JOIN.replace("SELECT ?s ?x", "ASK")),
        Question(JOIN.replace("}", "FILTER(" + "!" * 500 + "STRLEN(?s)) }")),
        Question(JOIN.replace("}", "FILTER(" + "(" * 30 + "?s" + ")" * 30 + " != ?x) }")),
        Question(JOIN.replace("?o :p ?x", "?o :p+ ?x")),
    ],
)
def test_what_is_not(question):
    frames, answered = asked(question)
    assert answered == 0
    assert wire.ERROR not in dict(frames)


def test_other_formats_limits_and_errors():
    frames, answered = asked(Question(JOIN, format="csv"))
    assert (answered, frames[1][1]) == (1, b"s,x\r\nhttp://example.org/a,http://example.org/c\r\n")
    frames, _ = asked(Question(JOIN), ReaderConfig(max_answer_bytes=20))
    assert [kind for kind, _ in frames] == [wire.ERROR]
    frames, answered = asked(Question(JOIN.replace("}", "FILTER(STRLEN(?s, 4) > 1) }")))
    assert answered == 0
    unreadable, answered = asked(Question(JOIN.replace("}", "FILTER(?s != 'x) }")))
    assert answered == 0
    assert [kind for kind, _ in unreadable] == [wire.ERROR]
    error = json.loads(frames[0][1])
    assert "line 1, column" in json.dumps(error)
