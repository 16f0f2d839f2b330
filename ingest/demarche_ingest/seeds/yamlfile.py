"""YAML with the line of every value, so that a problem can be pointed at.

YAML 1.2's core schema where it matters to annotators: a date stays text, only `true` and `false`
are booleans (YAML 1.1 would read the country code NO as false), and numbers are decimal (1.1 would
read the code 051 as forty-one and the time 12:30 as seven hundred and fifty).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from demarche_ingest.texts import not_utf8
from demarche_ontology.errors import InputError, Problem

Location = tuple[str | int, ...]

_DROPPED = {f"tag:yaml.org,2002:{name}" for name in ("timestamp", "bool", "int", "float")}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The C loader where there is one, with the resolvers of the core schema."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _DROPPED]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
# After YAML 1.2.2 section 10.3.2, but 0 first stays text: a code, never a number.
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]*(?:[eE][-+]?[0-9]+)?$"),  # 7e5 may be a code
    list("-+0123456789"),
)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file's content and the 1-based line of each value, by its path from the root."""

    path: Path
    name: str
    content: Any
    lines: dict[Location, int]

    def line(self, location: Location) -> int:
        """Return the line of a value, or of the nearest enclosing one that has a line."""
        for length in range(len(location), -1, -1):
            if (line := self.lines.get(location[:length])) is not None:
                return line
        return 0

    def problem(self, location: Location, subject: str, message: str, remedy: str = "") -> Problem:
        return Problem(self.name, self.line(location), subject, message, remedy)


def read(path: Path, name: str) -> YamlFile:
    """Read one YAML file; `name` is what problems call it.

    Raises InputError when it is not UTF-8, not YAML, nested too deeply, or has a key twice.
    """
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("A seed file cannot be read.", [not_utf8(data, error, name)]) from None
    try:
        return _compose(path, name, text)
    except yaml.YAMLError as error:
        raise InputError("A seed file cannot be read.", [_not_yaml(name, error)]) from None
    except RecursionError:  # an alias to what encloses it, or thousands of brackets
        problem = Problem(name, 0, "", "nested too deeply, or in itself", "drop the `*` aliases")
        raise InputError("A seed file cannot be read.", [problem]) from None


def _compose(path: Path, name: str, text: str) -> YamlFile:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return YamlFile(path, name, None, {(): 1})
        lines: dict[Location, int] = {}
        twice: list[Problem] = []
        _walk(node, (), name, lines, twice)
        if twice:
            raise InputError("A seed file cannot be read.", twice)
        return YamlFile(path, name, loader.construct_document(node), lines)
    finally:
        loader.dispose()


def _walk(
    node: yaml.Node, at: Location, name: str, lines: dict[Location, int], twice: list[Problem]
) -> None:
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            _walk(child, (*at, index), name, lines, twice)
    elif isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            location = (*at, str(key.value))
            if location in lines:
                line = key.start_mark.line + 1
                message = f"the key {key.value!r} stands twice"
                twice.append(Problem(name, line, "", message, "keep one of the two"))
            _walk(child, location, name, lines, twice)
            lines[location] = key.start_mark.line + 1


def _not_yaml(name: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 0
    column = f" (column {mark.column + 1})" if mark else ""
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    remedy = "mend the YAML; a colon, quotation mark or indentation is the usual cause"
    return Problem(name, line, "", f"not YAML: {what}{column}", remedy)
