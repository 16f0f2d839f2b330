"""A sitting of a reviewer at the terminal: claim after claim, each with one key."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import yaml
from rich.text import Text as Styled

from demarche.cli.judging import Labels, detail, head, lit, source
from demarche.names import printable
from demarche_ingest.candidates.records import NewThing
from demarche_ingest.review.desk import Desk
from demarche_ingest.review.editing import from_yaml, to_yaml
from demarche_ingest.review.queue import Item
from demarche_ingest.review.things import KINDS
from demarche_ingest.seeds.claims import ClaimRecord
from demarche_ingest.texts import Text
from demarche_ontology.errors import InputError, UnknownClaimError

KEYS: Final = {
    "a": "accept it as it stands",
    "e": "edit it, then accept what it became",
    "r": "reject it: its passage does not say this",
    "s": "skip it; Enter does the same",
    "u": "undo your last decision, and see that claim again",
    "n": "accept or reject with a note",
    "q": "quit; what you decided goes into the graph",
    "?": "this help",
}
_PROMPT: Final = "[a]ccept  [e]dit  [r]eject  [s]kip  [u]ndo  [n]ote  [q]uit  [?] help"
_VAGUE: Final = frozenset({"Thing", "Actor", ""})
"""Classes of new things that say little: a person is asked for a better one."""


class Terminal(Protocol):
    """What a sitting needs of a terminal."""

    def show(self, text: str | Styled = "") -> None:
        """Write a line, or styled text."""

    def key(self, prompt: str) -> str:
        """Return the key that is pressed; "" for Enter. Raises KeyboardInterrupt, EOFError."""

    def line(self, prompt: str, default: str = "") -> str:
        """Return the line that is typed, the default for an empty one."""

    def edit(self, text: str) -> str | None:
        """Return a text as it was edited, None where it was left; needs an editor."""


def has_editor() -> bool:
    """Say whether this user has an editor of their own."""
    return bool(os.environ.get("VISUAL") or os.environ.get("EDITOR"))


@dataclass(frozen=True, slots=True)
class Ways:
    """How a sitting goes. after: told, after each decision, how many there were, to commit.

    others: whether other coders' decisions are shown. editor: whether claims are edited in the
    user's own editor; field by field, if not.
    """

    after: Callable[[int], None] = lambda _: None
    others: bool = True
    editor: bool = field(default_factory=has_editor)


class Sitting:
    """Goes through claims. text_of: finds the text of a claim's document, None if it is gone."""

    def __init__(
        self,
        desk: Desk,
        terminal: Terminal,
        text_of: Callable[[Item], Text | None],
        ways: Ways,
    ) -> None:
        self._desk = desk
        self._terminal = terminal
        self._text_of = text_of
        self._ways = ways
        self._labels = Labels(desk)
        self._called: dict[str, str] = {}
        self._done: list[Item] = []
        self._note: str | None = None

    def run(self, items: Sequence[Item]) -> int:
        """Judge claims until they end or the reviewer quits; return how many were decided."""
        at: int | None = 0
        while at is not None and at < len(items):
            try:
                at = self._judge(items, at)
            except EOFError:  # the terminal is gone
                break
        if at == len(items):
            self._terminal.show("That was the last.")
        return len(self._done)

    def _judge(self, items: Sequence[Item], at: int) -> int | None:
        """Show a claim and do what a key says; return which claim is next, None to quit."""
        item = items[at]
        self._show(item, f"{at + 1} of {len(items)}")
        key = self._key()
        if key == "q":
            return None
        if key == "u":
            return self._undo(items, at)
        return at + 1 if key in ("s", "") or self._decide(key, item) else at

    def _show(self, item: Item, place: str) -> None:
        show = self._terminal.show
        show()
        show(Styled(head(item, place), style="bold"))
        show(Styled(source(item), style="dim"))
        show()
        show(lit(item, self._text_of(item)))
        show()
        for line in detail(item, self._labels, self._ways.others):
            show(line)
        show()

    def _key(self) -> str:
        while True:
            key = self._terminal.key(_PROMPT).lower()
            if key in ("h", "?"):
                for name, told in KEYS.items():
                    self._terminal.show(f"  {name}  {told}")
            elif key == "n":
                self._note = self._terminal.line("note") or None
            elif not key or key in KEYS:
                return key
            else:
                self._terminal.show(f"{printable(key)!r} does nothing here; ? tells what does")

    def _decide(self, key: str, item: Item) -> bool:
        """Take a decision; say whether it stands."""
        note, self._note = self._note, None
        try:
            if key == "r":
                self._desk.reject(item, note)
            elif key == "e":
                if not self._edit(item, note):
                    return False
            elif not self._accept(item, note):
                return False
        except InputError as error:
            self._tell(error)
            return False
        self._done.append(item)
        self._ways.after(len(self._done))
        return True

    def _tell(self, error: InputError) -> None:
        for line in str(error).splitlines():
            self._terminal.show(Styled(printable(line), style="red"))

    def _undo(self, items: Sequence[Item], at: int) -> int:
        """Take back the last decision of the sitting, or of the claim that is shown."""
        item = self._done.pop() if self._done else items[at]
        try:
            one = self._desk.undo(item.iri)
        except UnknownClaimError as error:
            self._terminal.show(error.message)
            return at
        self._terminal.show(f"undone: {one.claim}")
        return next((n for n, other in enumerate(items) if other.iri == item.iri), at)

    # --- Accepting, with what is new -----------------------------------------------------------

    def _accept(self, item: Item, note: str | None) -> bool:
        names, things = self._new(item)
        if names is None:
            return False
        if names or things:
            self._desk.name_otherwise(item, names, tuple(things), note)
        else:
            self._desk.accept(item, note)
        return True

    def _new(self, item: Item) -> tuple[dict[str, str] | None, list[NewThing]]:
        """Ask what the new things of a claim are; None where the reviewer breaks off.

        Returns what is to be called otherwise, and the things that are new but not as read.
        """
        names: dict[str, str] = {}
        things: list[NewThing] = []
        for thing in self._desk.unknown(item):
            if thing.id in self._called:
                names[thing.id] = self._called[thing.id]
                continue
            answer = self._ask(thing, item)
            if answer is None:
                return None, []
            if isinstance(answer, str):
                names[thing.id] = self._called[thing.id] = answer
            elif answer != thing:
                things.append(answer)
        return names, things

    def _ask(self, thing: NewThing, item: Item) -> NewThing | str | None:
        of = f", of {thing.of}" if thing.of else ""
        show = self._terminal.show
        show(printable(f"{thing.label} ({thing.id}) is not known. It reads as: {thing.type}{of}"))
        for number, near in enumerate(thing.near, start=1):
            show(printable(f"  {number}  it is {self._labels.of(near, item)}"))
        show("  n  it is new, as it reads; Enter does the same")
        show("  k  it is new, of another class or label")
        show("  i  it is a known thing, by its id")
        show("  b  back")
        while True:
            key = self._terminal.key("which").lower()
            if key == "b":
                return None
            if key.isdigit() and 1 <= int(key) <= len(thing.near):
                return thing.near[int(key) - 1]
            if key == "i":
                if name := self._known():
                    return name
            elif key == "k" or (key in ("n", "") and thing.type in _VAGUE):
                return self._described(thing)
            elif key in ("n", ""):
                return thing

    def _known(self) -> str:
        name = self._terminal.line("id").removeprefix("id:")
        if not name or self._labels.knows(name):
            return name
        self._terminal.show(f"nothing is known by the id {printable(name)!r}")
        return ""

    def _described(self, thing: NewThing) -> NewThing:
        label = self._terminal.line("label", thing.label)
        while True:
            kind = self._terminal.line("class", thing.type)
            if kind in KINDS:
                break
            self._terminal.show(f"one of {', '.join(KINDS)}")
        of = self._terminal.line("of (an id; - for none)", thing.of or "-")
        of = "" if of == "-" else of
        return NewThing(id=thing.id, label=label, type=kind, of=of or None, near=thing.near)

    # --- Editing -------------------------------------------------------------------------------

    def _edit(self, item: Item, note: str | None) -> bool:
        told = to_yaml(item.claim, _editable(item))
        while True:
            changed = self._terminal.edit(told) if self._ways.editor else self._fields(item.claim)
            if changed is None:
                self._terminal.show("not edited")
                return False
            try:
                record, things = from_yaml(changed, item.claim, item.document, self._text_of(item))
                self._desk.edit(item, record, things, note)
            except InputError as error:
                self._tell(error)
                told = changed
                if self._terminal.key("edit again? [y/n]").lower() not in ("y", ""):
                    return False
            else:
                return True

    def _fields(self, claim: ClaimRecord) -> str | None:
        """Return the YAML of a claim whose fields were asked for one by one."""
        self._terminal.show("Enter keeps a value, - takes it away; lists are separated by ;")
        content: dict[str, Any] = yaml.safe_load(to_yaml(claim))
        for name, value in _asked(content, claim):
            typed = self._terminal.line(".".join(name), _cell(value))
            _put(content, name, typed, value)
        return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def _editable(item: Item) -> tuple[NewThing, ...]:
    return tuple(thing for thing in item.things if thing.type != "Event")


_ASKED: Final = ("statement", "chain", "voice", "certainty", "polarity", "modality", "basis")
_ALWAYS: Final = {
    "event": ("category", "modes", "contexts", "actors", "recipients", "affected", "place"),
    "relation": ("subject", "predicate", "object", "status"),
    "attribute": ("subject", "attribute", "number", "unit", "comparator", "text"),
    "stance": ("actor", "on_behalf_of", "position", "value"),
}
_LISTS: Final = frozenset({"chain", "modes", "contexts", "actors", "recipients", "affected"})


def _asked(content: dict[str, Any], claim: ClaimRecord) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in _ASKED:
        yield (name,), content.get(name, getattr(claim, name))
    for name in ("edtf", "basis"):
        yield ("when", name), content.get("when", {}).get(name, "")
    for name in _ALWAYS[claim.type]:
        yield (claim.type, name), content[claim.type].get(name, "")


def _cell(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _put(content: dict[str, Any], name: tuple[str, ...], typed: str, value: Any) -> None:
    """Put what was typed where it belongs, unless it is what was there."""
    if typed == _cell(value):
        return
    within = content.setdefault(name[0], {}) if len(name) > 1 else content
    if typed == "-":
        within.pop(name[-1], None)
        if len(name) > 1 and not within:
            content.pop(name[0])
        return
    new: Any = typed
    if name[-1] in _LISTS:
        new = [part.strip() for part in typed.split(";") if part.strip()]
    elif name[-1] == "number":
        new = yaml.safe_load(typed)
    within[name[-1]] = new
