"""Valid SPARQL queries over any graph, drawn from its own triples: the same for the same seed.

Every query is about things that are there: patterns begin as triples that stand in the graph and
have some of their terms made variables, so most answers are not empty. What SPARQL leaves open is
avoided: rows are cut off only in a total order, and no aggregate depends on the order of rows.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from demarche_store.protocol import Dataset

WHOLE = Dataset()
XSD = "http://www.w3.org/2001/XMLSchema#"
DATASETS = 8
"""How many different ones a generator takes."""
MERGED = 6_000
"""Triples of the largest merge of several graphs."""
SKOLEM = "urn:differential:"
"""Where predicates of constructed triples begin."""


@dataclass(frozen=True)
class Query:
    """A query, and what its answer has to be compared by.

    dataset: what its FROM clauses say, for whoever reads them. parameters: the same as parameters
    of the protocol, to be sent instead; then the text has no FROM. ordered: whether the rows come
    in a total order. probe: a query for the rows of its pattern alone, which tells how much work it
    is before it is done.
    """

    text: str
    dataset: Dataset = WHOLE
    parameters: tuple[tuple[str, str], ...] = ()
    ordered: bool = False
    probe: str = ""


class Facts:
    """The triples that queries are drawn from, by graph; "" is the default graph."""

    def __init__(self, graphs: Mapping[str, Iterable[Triple]]) -> None:
        self.graphs = {
            name: sorted(filter(_written, triples), key=str) for name, triples in graphs.items()
        }
        self.names = sorted(name for name, triples in self.graphs.items() if name and triples)
        self.about: dict[str, dict[Any, list[Triple]]] = {}
        for name, triples in self.graphs.items():
            about: defaultdict[Any, list[Triple]] = defaultdict(list)
            for triple in triples:
                about[triple.subject].append(triple)
            self.about[name] = dict(about)


def _written(triple: Triple) -> bool:
    """Whether its terms mean the same in a query, which blank nodes do not."""
    return not any(isinstance(term, BlankNode | Triple) for term in triple)


@dataclass
class _Group:
    """A group graph pattern that grows. shown: an example term of each variable, by its name."""

    parts: list[str] = field(default_factory=list)
    shown: dict[str, Any] = field(default_factory=dict)
    names: dict[Any, str] = field(default_factory=dict)

    def variable(self, term: Any) -> str:
        """Return the variable that stands for a term."""
        if term not in self.names:
            self.names[term] = f"v{len(self.shown)}"
            self.shown[self.names[term]] = term
        return self.names[term]

    def fresh(self, term: Any) -> str:
        """Return a variable that no other pattern has."""
        name = f"v{len(self.shown)}"
        self.shown[name] = term
        return name

    def text(self) -> str:
        return "{ " + " ".join(self.parts) + " }"


class Generator:
    """Draws queries. seed: which ones."""

    def __init__(self, facts: Facts, seed: int) -> None:
        self._facts = facts
        self._random = random.Random(seed)
        self._graph = ""
        self._group_of_query = _Group()
        self._datasets = [self._dataset() for _ in range(DATASETS)] if facts.names else []

    def draw(self) -> Query:
        """Return the next query."""
        kind = self._random.random()
        if kind < 0.88 or not self._datasets:
            self._graph = ""
            return self._form("", WHOLE)
        return self._over_graphs(parameters=kind > 0.94)

    def _over_graphs(self, *, parameters: bool) -> Query:
        """Return a query about graphs of its choice: by FROM, or by parameters."""
        dataset = self._random.choice(self._datasets)
        chosen, named = dataset.default_graphs or (), dataset.named_graphs or ()
        self._graph = self._random.choice(chosen)
        clauses = [f"FROM <{iri}>" for iri in chosen] + [f"FROM NAMED <{iri}>" for iri in named]
        query = self._form("" if parameters else "\n".join(clauses), dataset)
        if not parameters:
            return query
        pairs = [("default-graph-uri", iri) for iri in chosen]
        pairs += [("named-graph-uri", iri) for iri in named]
        return replace(query, parameters=tuple(pairs))

    def _dataset(self) -> Dataset:
        """Return a few graphs, not too large ones together: the server merges them each time."""
        names = self._random.sample(self._facts.names, len(self._facts.names))
        chosen = names[:1]
        for name in names[1:3]:
            if sum(len(self._facts.graphs[one]) for one in (*chosen, name)) <= MERGED:
                chosen.append(name)
        named = tuple(self._random.sample(names, 1)) if self._chance(0.4) else ()
        return Dataset(tuple(chosen), named)

    # --- Forms -------------------------------------------------------------------------------

    def _form(self, clauses: str, dataset: Dataset) -> Query:
        forms = [self._rows, self._ordered, self._aggregate, self._ask, self._construct]
        weights = [5, 3, 4, 1, 3, 1]
        (form,) = self._random.choices([*forms, self._describe], weights)
        text, ordered = form(clauses)
        probe = f"SELECT *\n{clauses}\nWHERE {self._group_of_query.text()}"
        return Query(text, dataset, (), ordered, probe)

    def _rows(self, clauses: str) -> tuple[str, bool]:
        group = self._group()
        distinct = "DISTINCT " if self._chance(0.4) else ""
        shown = "*" if self._chance(0.3) else self._columns(group)
        return f"SELECT {distinct}{shown}\n{clauses}\nWHERE {group.text()}", False

    def _ordered(self, clauses: str) -> tuple[str, bool]:
        group = self._group()
        names = list(group.shown)
        columns = " ".join(f"?{name}" for name in names)
        keys = " ".join(f"{self._direction()}({key})" for name in names for key in total(name))
        cut = f"LIMIT {self._random.randint(1, 20)}" if self._chance(0.8) else ""
        skip = f"OFFSET {self._random.randint(0, 5)}" if self._chance(0.3) else ""
        where = f"{clauses}\nWHERE {group.text()}\nORDER BY {keys}\n{cut} {skip}"
        return f"SELECT {columns}\n{where}", True

    def _aggregate(self, clauses: str) -> tuple[str, bool]:
        group = self._group()
        names = list(group.shown)
        keys = self._random.sample(names, self._random.randint(0, min(2, len(names))))
        columns = " ".join(f"?{name}" for name in keys)
        numbers = " ".join(
            f"({self._sum_of(self._random.choice(names))} AS ?a{n})"
            for n in range(self._random.randint(1, 3))
        )
        by = f"GROUP BY {columns}" if keys else ""
        having = f"HAVING (COUNT(*) > {self._random.randint(0, 3)})" if self._chance(0.4) else ""
        where = f"{clauses}\nWHERE {group.text()}\n{by} {having}"
        return f"SELECT {columns} {numbers}\n{where}", False

    def _sum_of(self, name: str) -> str:
        ways = (
            "COUNT(*)",
            f"COUNT(?{name})",
            f"COUNT(DISTINCT ?{name})",
            f"MIN(STR(?{name}))",
            f"MAX(STR(?{name}))",
            f"SUM(STRLEN(STR(?{name})))",
            f"AVG(STRLEN(STR(?{name})))",
            f'STRLEN(GROUP_CONCAT(STR(?{name}); separator=", "))',
        )
        return self._random.choice(ways)

    def _ask(self, clauses: str) -> tuple[str, bool]:
        return f"ASK\n{clauses}\n{self._group().text()}", False

    def _construct(self, clauses: str) -> tuple[str, bool]:
        group = self._group()
        names = list(group.shown)
        subjects = [f"?{n}" for n in names if isinstance(group.shown[n], NamedNode)] or ["_:b"]
        template = f"{self._random.choice(subjects)} <{SKOLEM}p> ?{self._random.choice(names)} ."
        if self._chance(0.4):
            template += f" _:b <{SKOLEM}q> ?{self._random.choice(names)} ."
            template += f" _:b <{SKOLEM}r> _:c . _:c <{SKOLEM}s> {self._random.choice(subjects)} ."
        return f"CONSTRUCT {{ {template} }}\n{clauses}\nWHERE {group.text()}", False

    def _describe(self, clauses: str) -> tuple[str, bool]:
        triple = self._triple()
        self._group_of_query = _Group()
        if self._chance(0.5):
            return f"DESCRIBE {triple.subject}\n{clauses}", False
        pattern = f"{{ ?v0 {triple.predicate} {triple.object} }}"
        return f"DESCRIBE ?v0\n{clauses}\nWHERE {pattern}", False

    def _columns(self, group: _Group) -> str:
        names = list(group.shown)
        chosen = self._random.sample(names, self._random.randint(1, len(names)))
        return " ".join(f"?{name}" for name in chosen)

    # --- Patterns ----------------------------------------------------------------------------

    def _group(self) -> _Group:
        group = self._group_of_query = _Group()
        self._walk(group, self._triple(), self._random.randint(1, 3))
        more = [
            self._optional,
            self._union,
            self._minus,
            self._exists,
            self._filter,
            self._filter,
            self._bind,
            self._values,
            self._path,
            self._in_graph,
            self._subquery,
        ]
        for _ in range(self._random.choice((0, 1, 1, 2, 2, 3))):
            self._random.choice(more)(group)
        return group

    def _walk(self, group: _Group, triple: Triple, steps: int) -> None:
        """Add a basic graph pattern: a triple, and triples about its terms."""
        seen = [triple]
        for _ in range(steps - 1):
            ends = [term for one in seen for term in (one.subject, one.object)]
            about = self._facts.about[self._graph].get(self._random.choice(ends))
            if about:
                seen.append(self._random.choice(about))
        distinct = list(dict.fromkeys(seen))
        uses = Counter(term for one in distinct for term in (one.subject, one.object))
        for one in distinct:
            group.parts.append(self._pattern(group, one, shared=uses[one.object] > 1))

    def _pattern(self, group: _Group, triple: Triple, *, shared: bool) -> str:
        """Return a triple pattern. shared: its object joins it to another, so is a variable."""
        subject = f"?{group.variable(triple.subject)}"
        predicate = str(triple.predicate)
        if not group.parts and self._chance(0.08):
            group.variable(triple.subject)
            start = f"VALUES {subject} {{ {triple.subject} }}"
            return (
                f"{start} {subject} ?{group.fresh(triple.predicate)} {self._end(group, triple)} ."
            )
        if not shared and self._chance(0.35):
            return f"{subject} {predicate} {triple.object} ."
        return f"{subject} {predicate} {self._end(group, triple)} ."

    @staticmethod
    def _end(group: _Group, triple: Triple) -> str:
        return f"?{group.variable(triple.object)}"

    def _about(self, group: _Group) -> Triple | None:
        """Return a triple about something that a variable of the group may be."""
        about = self._facts.about[self._graph]
        known = [term for term in group.names if term in about]
        return self._random.choice(about[self._random.choice(known)]) if known else None

    def _optional(self, group: _Group) -> None:
        if triple := self._about(group):
            inner = f"?{group.variable(triple.subject)} {triple.predicate} "
            group.parts.append(f"OPTIONAL {{ {inner} ?{group.fresh(triple.object)} }}")

    def _union(self, group: _Group) -> None:
        if triple := self._about(group):
            other = self._random.choice(self._facts.about[self._graph][triple.subject])
            subject, end = group.variable(triple.subject), group.fresh(triple.object)
            texts = [f"{{ ?{subject} {one.predicate} ?{end} }}" for one in (triple, other)]
            group.parts.append(" UNION ".join(texts))

    def _minus(self, group: _Group) -> None:
        if triple := self._about(group):
            end = triple.object if self._chance(0.7) else "?inner"
            subject = group.variable(triple.subject)
            group.parts.append(f"MINUS {{ ?{subject} {triple.predicate} {end} }}")

    def _exists(self, group: _Group) -> None:
        if triple := self._about(group):
            word = "EXISTS" if self._chance(0.5) else "NOT EXISTS"
            end = triple.object if self._chance(0.5) else "?inner"
            subject = group.variable(triple.subject)
            group.parts.append(f"FILTER {word} {{ ?{subject} {triple.predicate} {end} }}")

    def _values(self, group: _Group) -> None:
        name = self._random.choice(list(group.shown))
        others = [self._triple().object, self._triple().subject]
        shown = [str(group.shown[name]), *map(str, others)]
        group.parts.append(f"VALUES ?{name} {{ {' '.join(shown)} }}")

    def _bind(self, group: _Group) -> None:
        name = self._random.choice(list(group.shown))
        ways = (
            f"STRLEN(STR(?{name}))",
            f"UCASE(STR(?{name}))",
            f"IF(isIRI(?{name}), 1, 2.5)",
            f'COALESCE(LANG(?{name}), "none")',
            f"DATATYPE(?{name})",
            f"YEAR(?{name}) + 1",
            f'CONCAT("a", STR(?{name}))',
            f"SHA1(STR(?{name}))",
        )
        text = self._random.choice(ways)
        group.parts.append(f"BIND ({text} AS ?{group.fresh(Literal(1))})")

    def _path(self, group: _Group) -> None:
        """Add a path that begins at one thing, so that it stays small."""
        triple = self._about(group) or self._triple()
        about = self._facts.about[self._graph].get(triple.object)
        first = str(triple.predicate)
        then = str(self._random.choice(about).predicate) if about else first
        ways = (
            f"{first}/{then}",
            f"{first}|{then}",
            f"{first}/{then}?",
            f"({first}|^{then})+",
            f"{first}*",
            f"^{first}/{first}",
            f"!({first}|{then})",
        )
        path = self._random.choice(ways)
        end = group.fresh(triple.object)
        start = triple.object if path.startswith("^") else triple.subject
        written = str(start)
        group.parts.append(f"{written} {path} ?{end} .")

    def _in_graph(self, group: _Group) -> None:
        graph = self._random.choice(self._facts.names) if self._facts.names else ""
        known = [term for term in group.names if term in self._facts.about.get(graph, {})]
        if not known:
            return
        triple = self._random.choice(self._facts.about[graph][self._random.choice(known)])
        name = f"<{graph}>"
        if self._chance(0.4):
            name = f"?{group.fresh(NamedNode(graph))}"
        subject = group.variable(triple.subject)
        end = group.fresh(triple.object)
        group.parts.append(f"GRAPH {name} {{ ?{subject} {triple.predicate} ?{end} }}")

    def _subquery(self, group: _Group) -> None:
        if triple := self._about(group):
            subject = group.variable(triple.subject)
            number = group.fresh(Literal(1))
            inner = f"?{subject} {triple.predicate} ?inner"
            select = f"SELECT ?{subject} (COUNT(*) AS ?{number})"
            group.parts.append(f"{{ {select} WHERE {{ {inner} }} GROUP BY ?{subject} }}")

    # --- Filters -----------------------------------------------------------------------------

    def _filter(self, group: _Group) -> None:
        name = self._random.choice(list(group.shown))
        group.parts.append(f"FILTER ({self._test(name, group.shown[name])})")

    def _test(self, name: str, term: Any) -> str:
        tests = [
            f"?{name} = {term}",
            f"?{name} != {term}",
            f"isLiteral(?{name})",
            f"bound(?{name})",
        ]
        text = term.value
        piece = text[len(text) // 3 : len(text) // 3 + 4] or "a"
        written = Literal(piece)
        tests += [
            f"CONTAINS(STR(?{name}), {written})",
            f"REGEX(STR(?{name}), {Literal(_pattern_of(piece))}, 'i')",
            f"STRSTARTS(STR(?{name}), {Literal(text[:12])})",
            f"STRLEN(STR(?{name})) < {len(text) + 3} || !bound(?{name})",
            f"?{name} IN ({term}, {self._triple().object})",
        ]
        if isinstance(term, Literal):
            tests += self._literal_tests(name, term)
        return self._random.choice(tests)

    @staticmethod
    def _literal_tests(name: str, term: Literal) -> Sequence[str]:
        if term.language:
            return [f'LANGMATCHES(LANG(?{name}), "{term.language}")', f'LANG(?{name}) = "en"']
        if term.datatype.value in {XSD + "date", XSD + "dateTime", XSD + "gYear"}:
            return [f"?{name} <= {term}", f"?{name} > {term}", f"YEAR(?{name}) >= 2000"]
        if term.datatype.value in {XSD + "integer", XSD + "decimal"}:
            return [f"?{name} * 2 >= {term}", f"?{name} - 1 < {term}"]
        return [f"DATATYPE(?{name}) = {term.datatype}", f"STR(?{name}) <= {Literal(term.value)}"]

    # --- Choices -----------------------------------------------------------------------------

    def _triple(self) -> Triple:
        triples = self._facts.graphs[self._graph]
        return triples[self._random.randrange(len(triples))]

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _direction(self) -> str:
        return "DESC" if self._chance(0.3) else "ASC"


def total(name: str) -> tuple[str, ...]:
    """Return expressions that put any terms but blank nodes in a total order."""
    return (
        f'COALESCE(STR(?{name}), "")',
        f'COALESCE(LANG(?{name}), "")',
        f'COALESCE(STR(DATATYPE(?{name})), "")',
        f"COALESCE(isIRI(?{name}), false)",
        f"bound(?{name})",
    )


def _pattern_of(text: str) -> str:
    """Return a regular expression for a text, with whatever is special left open."""
    return "".join(char if char.isalnum() else "." for char in text)
