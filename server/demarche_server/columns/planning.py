"""What of a query columns can answer, read from its tokens: a grammar narrower than SPARQL's.

    SELECT [DISTINCT] (* | (?v | (aggregate AS ?n))+) [WHERE] { patterns, filters, optional parts }
    [GROUP BY ?v+] [ORDER BY (?v | ASC(?v) | DESC(?v))+] [LIMIT n] [OFFSET n]
    aggregate: COUNT(*) | COUNT([DISTINCT] ?v) | MIN(?v) | MAX(?v)

An optional part is OPTIONAL { patterns, filters }; a predicate may be a path of steps, `p/^q`. What
is read is SPARQL in every case: nothing that the engine would refuse is answered. A filter is a
comparison of two variables, or any condition about one, which is kept as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Literal, get_args

from demarche_ontology.terms import RDF
from demarche_server.columns.plan import (
    HIDDEN,
    Aggregate,
    Compared,
    Comparison,
    Condition,
    Group,
    Order,
    Pattern,
    Place,
    Plan,
)
from demarche_server.columns.telling import test_of
from demarche_server.sparql.needles import call_of, needle_of
from demarche_server.sparql.prologue import Prologue, read_prologue
from demarche_server.sparql.structure import Layout, conjuncts
from demarche_server.sparql.triples import NAMED, after_filter

_OF_ONE: Final = frozenset(
    {
        *("STR", "LANG", "LANGMATCHES", "DATATYPE", "BOUND", "ISIRI", "ISURI", "ISLITERAL"),
        *("ISBLANK", "ISNUMERIC", "STRLEN", "SUBSTR", "UCASE", "LCASE", "STRSTARTS", "STRENDS"),
        *("CONTAINS", "STRBEFORE", "STRAFTER", "REGEX", "REPLACE", "YEAR", "MONTH", "DAY"),
        *("HOURS", "MINUTES", "SECONDS", "ABS", "ROUND", "CEIL", "FLOOR", "IF", "COALESCE"),
        *("IN", "NOT", "SAMETERM"),
    }
)
"""Words that may stand in a condition about one variable: what it is depends on that alone."""
_PLAIN: Final = '"', "'"
_COMPARISONS: Final[tuple[Comparison, ...]] = get_args(Comparison)
_AGGREGATES: Final[tuple[Literal["COUNT", "MIN", "MAX"], ...]] = ("COUNT", "MIN", "MAX")
_ABSOLUTE: Final = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*:[^<>"{}|^`\\\x00-\x20]*""")


def read_plan(layout: Layout) -> Plan | None:
    """Read a query; None for what is not within the grammar above."""
    try:
        return _Reading(layout).plan()
    except _OtherError:
        return None


class _OtherError(Exception):
    """Something is not within the grammar."""


class _Part:
    """What a group has so far."""

    def __init__(self) -> None:
        self.patterns: list[Pattern] = []
        self.compared: list[Compared] = []
        self.conditions: list[Condition] = []
        self.optionals: list[Group] = []
        self._known: list[frozenset[str]] = []

    def group(self) -> Group:
        """Return its patterns and filters."""
        return Group(tuple(self.patterns), tuple(self.compared), tuple(self.conditions))

    def add_optional(self, optional: Group) -> None:
        self.optionals.append(optional)
        self._known.append(frozenset(self.group().variables))

    def is_well_designed(self) -> bool:
        """Whether it matters not where its optional parts stand.

        What one shares with other parts, the patterns before it have (Perez, Arenas and Gutierrez,
        Semantics and Complexity of SPARQL, 2009, section 4).
        """
        own = [
            frozenset(one.variables) - known
            for one, known in zip(self.optionals, self._known, strict=True)
        ]
        bound = frozenset(self.group().variables)
        return sum(map(len, own)) == len(frozenset[str]().union(*own) - bound)


class _Reading:
    """Reads tokens one after another. Its methods raise _OtherError."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._at, self._prologue = read_prologue(layout.tokens)
        self._text = layout.text[: layout.tokens[self._at - 1].end] if self._at else ""
        self._aggregates: list[Aggregate] = []
        self._steps = 0

    def plan(self) -> Plan:
        """Read all of it."""
        self._need_word("SELECT")
        distinct = self._word("DISTINCT")
        columns = self._columns()
        self._word("WHERE")
        part = self._group(may_have_optionals=True)
        grouped = tuple(self._variables()) if self._words("GROUP", "BY") else None
        orders = tuple(self._orders()) if self._words("ORDER", "BY") else ()
        limit, offset = self._slice()
        if self._at != len(self._layout.tokens) or not part.patterns:
            raise _OtherError
        if not part.is_well_designed():
            raise _OtherError
        if grouped is None and self._aggregates:
            grouped = ()
        return _checked(
            Plan(
                prologue=self._text,
                columns=columns,
                distinct=distinct,
                group=part.group(),
                optionals=tuple(part.optionals),
                aggregates=tuple(self._aggregates),
                grouped=grouped,
                orders=orders,
                limit=limit,
                offset=offset,
            )
        )

    # --- Tokens ------------------------------------------------------------------------------

    def _word(self, word: str) -> bool:
        found = self._layout.word(self._at) == word
        self._at += found
        return found

    def _words(self, *words: str) -> bool:
        found = all(self._layout.word(self._at + at) == word for at, word in enumerate(words))
        self._at += len(words) * found
        return found

    def _need_word(self, word: str) -> None:
        if not self._word(word):
            raise _OtherError

    def _mark(self, mark: str) -> bool:
        found = self._layout.mark(self._at) == mark
        self._at += found
        return found

    def _need_mark(self, mark: str) -> None:
        if not self._mark(mark):
            raise _OtherError

    def _variable(self) -> str:
        name = self._layout.variable(self._at)
        self._at += bool(name)
        return name

    def _need_variable(self) -> str:
        if name := self._variable():
            return name
        raise _OtherError

    def _variables(self) -> Iterator[str]:
        yield self._need_variable()
        while name := self._variable():
            yield name

    # --- What is asked for -------------------------------------------------------------------

    def _columns(self) -> tuple[str, ...]:
        """Return the names of the columns, none for `*`."""
        if self._mark("*"):
            return ()
        names = list[str]()
        while True:
            if name := self._variable():
                names.append(name)
            elif self._mark("("):
                self._aggregates.append(self._aggregate())
                names.append(self._aggregates[-1].name)
            elif names:
                return tuple(names)
            else:
                raise _OtherError

    def _aggregate(self) -> Aggregate:
        how = next((one for one in _AGGREGATES if self._word(one)), None)
        if how is None:
            raise _OtherError
        self._need_mark("(")
        distinct = how == "COUNT" and self._word("DISTINCT")
        counts_all = how == "COUNT" and not distinct and self._mark("*")
        of = "" if counts_all else self._need_variable()
        self._need_mark(")")
        self._need_word("AS")
        name = self._need_variable()
        self._need_mark(")")
        return Aggregate(name, how, of, distinct)

    def _orders(self) -> Iterator[Order]:
        found = False
        while True:
            way = self._layout.word(self._at)
            if name := self._variable():
                yield Order(name, descending=False)
            elif way in ("ASC", "DESC"):
                self._at += 1
                self._need_mark("(")
                yield Order(self._need_variable(), way == "DESC")
                self._need_mark(")")
            elif found:
                return
            else:
                raise _OtherError
            found = True

    def _slice(self) -> tuple[int | None, int]:
        limit: int | None = None
        offset: int | None = None
        for _ in range(2):
            if limit is None and self._word("LIMIT"):
                limit = self._number()
            elif offset is None and self._word("OFFSET"):
                offset = self._number()
        return limit, offset or 0

    def _number(self) -> int:
        token = self._layout.tokens[self._at] if self._at < len(self._layout.tokens) else None
        if token is None or not (token.text.isascii() and token.text.isdecimal()):
            raise _OtherError
        self._at += 1
        return int(token.text)

    # --- Patterns ----------------------------------------------------------------------------

    def _group(self, *, may_have_optionals: bool) -> _Part:
        end, part = self._layout.partner.get(self._at, -1), _Part()
        self._need_mark("{")
        may_begin = True  # a triple, which only a full stop or a filter parts from the one before
        while self._at < end:
            word = self._layout.word(self._at)
            if word == "FILTER":
                self._filter(part)
            elif word == "OPTIONAL" and may_have_optionals:
                self._at += 1
                part.add_optional(self._group(may_have_optionals=False).group())
            elif may_begin:
                self._statement(part)
                may_begin = self._mark(".")
                continue
            else:
                raise _OtherError
            self._mark(".")
            may_begin = True
        self._need_mark("}")
        return part

    def _statement(self, part: _Part) -> None:
        subject = self._variable() or self._iri()
        while True:
            verb = self._variable() or self._path()
            part.patterns += self._along(subject, verb, self._object())
            while self._mark(","):
                part.patterns += self._along(subject, verb, self._object())
            if not self._mark(";"):
                return
            while self._mark(";"):
                pass
            word = self._layout.word(self._at)
            if self._layout.mark(self._at) in (".", "}") or word in ("FILTER", "OPTIONAL"):
                return

    def _path(self) -> list[tuple[bytes, bool]]:
        """Return the steps of a path: predicates, and whether each leads back."""
        steps = list[tuple[bytes, bool]]()
        while not steps or self._mark("/"):
            leads_back = self._mark("^")
            steps.append((self._type() or self._iri(), leads_back))
        return steps

    def _along(
        self, subject: Place, verb: str | list[tuple[bytes, bool]], object_: Place
    ) -> Iterator[Pattern]:
        """Yield the patterns of a subject, a variable or a path, and an object."""
        if isinstance(verb, str):
            yield Pattern(subject, verb, object_)
            return
        for number, (predicate, leads_back) in enumerate(verb, 1):
            following = object_
            if number < len(verb):
                self._steps += 1
                following = f"{HIDDEN}{self._steps}"
            first, second = (following, subject) if leads_back else (subject, following)
            if isinstance(first, bytes) and first[:1] == b'"':
                raise _OtherError
            yield Pattern(first, predicate, second)
            subject = following

    def _type(self) -> bytes:
        """Return rdf:type for `a`, which is no other way written."""
        if self._at < len(self._layout.tokens) and self._layout.tokens[self._at].text == "a":
            self._at += 1
            return f"<{RDF}type>".encode()
        return b""

    def _iri(self) -> bytes:
        if self._at >= len(self._layout.tokens) or self._layout.tokens[self._at].kind not in NAMED:
            raise _OtherError
        token = self._layout.tokens[self._at]
        self._at += 1
        iri = _resolved(self._prologue, token.text, self._prologue.resolve(token), token.kind)
        return b"<" + iri.encode() + b">"

    def _object(self) -> Place:
        if name := self._variable():
            return name
        if self._at >= len(self._layout.tokens) or self._layout.tokens[self._at].kind != "string":
            return self._iri()
        return self._string()

    def _string(self) -> bytes:
        text = self._layout.tokens[self._at].text
        quote = text[:1]
        if quote not in _PLAIN or "\\" in text or '"' in text[1:-1] or text[1:3] == quote * 2:
            raise _OtherError
        if any(character < " " for character in text):
            raise _OtherError
        self._at += 1
        rest = b""
        if self._at < len(self._layout.tokens):
            token = self._layout.tokens[self._at]
            if token.kind == "language":
                self._at += 1
                rest = token.text.encode()
            elif token.text == "^":
                raise _OtherError
        return b'"' + text[1:-1].encode() + b'"' + rest

    # --- Filters -----------------------------------------------------------------------------

    def _filter(self, part: _Part) -> None:
        first, end = self._at + 1, after_filter(self._layout, self._at)
        if self._layout.mark(first) != "(" and self._layout.word(first) not in _OF_ONE:
            raise _OtherError
        if self._layout.partner.get(end - 1, -1) < first:
            raise _OtherError
        for start, stop in conjuncts(self._layout, first, end):
            self._condition(start, stop, part)
        self._at = end

    def _condition(self, first: int, end: int, part: _Part) -> None:
        layout = self._layout
        if first == end:
            raise _OtherError
        words = {layout.word(at) for at in range(first, end)} - {""}
        variables = layout.variables(first, end)
        if not words <= _OF_ONE or any(layout.mark(at) in ("{", "[") for at in range(first, end)):
            raise _OtherError
        if len(variables) == 1:
            call = call_of(layout, first, end)
            needle = needle_of(call) if call is not None else None
            condition = Condition(
                variables.pop(),
                layout.source(first, end),
                needle,
                test_of(call) if call is not None else None,
            )
            part.conditions.append(condition)
            return
        part.compared.append(_comparison(layout, first, end))


def _checked(plan: Plan) -> Plan:
    """Return the plan with its columns named. Refuses what SPARQL does, and what is unbound."""
    bound, made = plan.group.variables, {one.name for one in plan.aggregates}
    perhaps = [name for one in plan.optionals for name in one.variables]
    everything = tuple(dict.fromkeys([*bound, *perhaps]))
    named = everything if plan.grouped is None else plan.grouped
    # What `*` stands for, the engine orders by name.
    columns = plan.columns or tuple(sorted(everything))
    orders = {order.name for order in plan.orders}
    asked = [name for name in columns if name not in made]
    counted = [one.of for one in plan.aggregates if one.how == "COUNT" and one.of]
    outermost = [one.of for one in plan.aggregates if one.how != "COUNT"]
    if (
        not columns
        or len(set(columns)) < len(columns)
        or not made.isdisjoint(everything)
        or not all(_filters_are_bound(one) for one in (plan.group, *plan.optionals))
        or not set(everything).issuperset([*counted, *(plan.grouped or ())])
        or not set(bound).issuperset(outermost)
        or not set(named).issuperset(asked)
        or not ((set(named) & set(bound)) | made).issuperset(orders)
        or (plan.distinct and not orders.issubset(columns))
        or (plan.grouped is not None and not plan.columns)
    ):
        raise _OtherError
    return replace(plan, columns=columns)


def _filters_are_bound(group: Group) -> bool:
    used = [name for one in group.compared for name in (one.left, one.right)]
    return set(group.variables).issuperset([*used, *(one.variable for one in group.conditions)])


def _resolved(prologue: Prologue, written: str, iri: str, kind: str) -> str:
    """Return an IRI; refuses one of a prefix that is not declared, and what is no absolute one."""
    is_declared = kind != "name" or written.partition(":")[0] in prologue.prefixes
    if prologue.base or not is_declared or _ABSOLUTE.fullmatch(iri) is None:
        raise _OtherError
    return iri


def _comparison(layout: Layout, first: int, end: int) -> Compared:
    left, left_text, at = _side(layout, first)
    how = layout.mark(at)
    at += 1
    if layout.mark(at) == "=" and layout.tokens[at].start == layout.tokens[at - 1].end:
        how += "="
        at += 1
    right, right_text, at = _side(layout, at)
    if at != end or left_text != right_text:
        raise _OtherError
    for comparison in _COMPARISONS:
        if how == comparison:
            return Compared(left, comparison, right, left_text)
    raise _OtherError


def _side(layout: Layout, at: int) -> tuple[str, bool, int]:
    """Return a variable, whether it is in STR, and the position after it."""
    if name := layout.variable(at):
        return name, False, at + 1
    name = layout.variable(at + 2)
    if layout.word(at) != "STR" or layout.mark(at + 1) != "(" or not name:
        raise _OtherError
    if layout.mark(at + 3) != ")":
        raise _OtherError
    return name, True, at + 4
