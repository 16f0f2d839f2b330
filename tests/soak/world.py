"""What the server of a soak serves, and who changes it meanwhile.

Every change touches two graphs at once, so that half of one could be seen.
"""

from __future__ import annotations

import threading
from pathlib import Path

from pyoxigraph import NamedNode, Triple
from server.running_server import build, many, triples
from soak.pace import Pace

from demarche_ontology.errors import LockedError
from demarche_ontology.terms import GRAPH
from demarche_store.home import Home

LEFT, RIGHT, SHEET = "urn:soak:left", "urn:soak:right", "urn:soak:sheet"
KEPT = 40
"""Notes kept in the graphs of users; older ones are taken out with each new one."""
NUMBER = NamedNode("urn:soak:build")


def make(path: Path) -> Home:
    """Make the home: a few things, a large graph, a release."""
    return build(path)


def note(number: int) -> str:
    """Return an update that adds a note to both graphs, and takes an old one out of both."""
    line = f"<urn:note:{number}> <urn:number> {number}"
    old = f"<urn:note:{number - KEPT}> ?p ?o"
    return (
        f"INSERT DATA {{ GRAPH <{LEFT}> {{ {line} }} GRAPH <{RIGHT}> {{ {line} }} }} ;\n"
        f"DELETE WHERE {{ GRAPH <{LEFT}> {{ {old} }} }} ;\n"
        f"DELETE WHERE {{ GRAPH <{RIGHT}> {{ {old} }} }}"
    )


def lonely() -> str:
    """Return a query for what stands in one of two graphs that change together; nothing does."""
    users = f"GRAPH <{LEFT}> {{ ?s ?p ?o }} FILTER NOT EXISTS {{ GRAPH <{RIGHT}> {{ ?s ?p ?o }} }}"
    back = f"GRAPH <{RIGHT}> {{ ?s ?p ?o }} FILTER NOT EXISTS {{ GRAPH <{LEFT}> {{ ?s ?p ?o }} }}"
    one, two = GRAPH["reference"].value, GRAPH["links"].value
    built = (
        f"GRAPH <{one}> {{ ?s <{NUMBER.value}> ?o }} "
        f"FILTER NOT EXISTS {{ GRAPH <{two}> {{ ?s <{NUMBER.value}> ?o }} }}"
    )
    return f"SELECT (COUNT(*) AS ?n) {{ {{ {users} }} UNION {{ {back} }} UNION {{ {built} }} }}"


class Builder(threading.Thread):
    """Makes a commit every so many requests, as a build does.

    made: how many. failure: what ended it before its time, None if nothing did.
    """

    def __init__(self, home: Home, pace: Pace, requests: int) -> None:
        super().__init__(daemon=True)
        self.made = 0
        self.failure: BaseException | None = None
        self._home = home
        self._pace = pace
        self._requests = requests

    def run(self) -> None:
        try:
            due = 0
            while self._pace.come_to(due := due + self._requests):
                self.build()
        except BaseException as error:  # told by whoever started it
            self.failure = error

    def build(self) -> None:
        """Make one commit, unless an update is at work."""
        number = self.made + 1
        marks = [Triple(NUMBER, NUMBER, one) for one in _numbers(number)]
        names = [GRAPH["reference"], GRAPH["links"], NamedNode("urn:many")]
        try:
            with self._home.writer("a soak") as writer:
                writer.replace_graph(names[0], [*triples(), *marks], "seeds")
                writer.replace_graph(names[1], [*triples(), *marks], "seeds")
                writer.replace_graph(names[2], many(), "seeds")
                writer.commit("for the soak", f"digest {self.made} {id(self)}", names)
        except LockedError:
            return  # an update is at work
        self.made = number


def _numbers(number: int) -> list[NamedNode]:
    """Return a few things that only this build has."""
    return [NamedNode(f"urn:build:{number}:{place}") for place in range(5)]
