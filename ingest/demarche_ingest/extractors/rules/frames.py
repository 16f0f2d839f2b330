"""Frames: which words tell of which act, and where in the sentence those who take part stand.

They are data, `frames/*.yaml`, one file a category; docs/claims-from-text.md tells how to add one.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Final, Literal

import yaml
from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from demarche_ingest.seeds import yamlfile
from demarche_ingest.seeds.fields import Record, Slug
from demarche_ingest.seeds.yamlfile import YamlFile
from demarche_ontology import terms
from demarche_ontology.errors import InputError, Problem

Effect = Literal["keep", "drop", "deny", "charge", "plan", "ask"]
"""What becomes of the acts in a clause that a frame takes.

keep: they are told as if by themselves; drop: they are only talked about and no claims; deny: said
not to hold; charge: what the accused is said to have done; plan: still to come; ask: to be done.
"""

_SLOT: Final = re.compile(r"[a-z]+(?:\.[a-z]+)*(?:\+[a-z]+(?:\.[a-z]+)*)*")


_SURE_OF_LIGHT: Final = 0.7
"""How often a noun with a light verb tells the act, where the noun alone does so less often."""


def _split(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""Words with white space between them; a verb's particle is joined to it: `turn_down`."""


class Frame(Record):
    """One frame."""

    id: Slug
    """Its name within the category."""
    verbs: Words = ()
    nouns: Words = ()
    adjectives: Words = ()
    modes: Words = ()
    actors: Words = ("subject",)
    """Slots, of which the first that holds an actor counts; `+` joins slots that count together."""
    recipients: Words = ("object",)
    affected: Words = ()
    where: dict[str, Words] = Field(default_factory=dict)
    """What must stand in slots: lemmas, @classes, =kinds, `actor`, `place`, `any` or `none`."""
    light: Words = ()
    """Verbs with which its nouns tell the act of their subject: "made a request to"."""
    got: Words = ()
    """Verbs with which its nouns tell what was done to their subject: "got a request from"."""
    clause: Effect = "keep"
    """What becomes of acts in the clause that it takes."""
    needs: Words = ("actors",)
    """Which roles must be filled."""
    least: int = 1
    """How many actors there must be, where there must be any."""
    directed: bool = False
    """Whether it always has a recipient, which the article tells where the sentence does not."""
    mutual: bool = False
    """Whether all actors are recipients too."""
    polarity: Literal["positive", "negative"] = "positive"
    fixed: bool = False
    """Whether the category stays what it is when the act is still to come."""
    sure: float = Field(default=0.8, gt=0, le=1)
    """How often what it finds is right, other things being equal."""
    examples: tuple[str, ...] = Field(min_length=1)
    """`sentence | actors > recipients; words`, which are its tests."""

    @field_validator("actors", "recipients", "affected")
    @classmethod
    def _are_slots(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for slot in value:
            if not _SLOT.fullmatch(slot):
                raise ValueError(f"{slot!r} is no slot; write subject, object, with, object.owner")
        return value

    @field_validator("needs")
    @classmethod
    def _are_roles(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for role in value:
            if role not in ("actors", "recipients", "affected"):
                raise ValueError(f"{role!r} is no role; actors, recipients or affected")
        return value

    @model_validator(mode="after")
    def _has_words(self) -> Frame:
        if not (self.verbs or self.nouns or self.adjectives):
            raise ValueError("it has no words; give verbs, nouns or adjectives")
        if (self.light or self.got) and not self.nouns:
            raise ValueError("light and got are verbs beside its nouns; give nouns")
        return self


class FrameFile(Record):
    """A file of frames, all of one category."""

    category: str
    frames: tuple[Frame, ...]

    @field_validator("category")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in terms.SCHEMES["category"]:
            known = ", ".join(terms.SCHEMES["category"])
            raise ValueError(f"{value!r} is no category; one of {known}")
        return value

    @model_validator(mode="after")
    def _has_known_modes(self) -> FrameFile:
        known = terms.PLOVER_MODES.get(self.category, ())
        for frame in self.frames:
            for mode in frame.modes:
                if mode not in known:
                    raise ValueError(f"{frame.id}: {mode!r} is no mode of {self.category}")
        return self


@dataclass(frozen=True, slots=True)
class Pattern:
    """A frame with its category. rule: its name among all frames, which does not change."""

    category: str
    frame: Frame

    @property
    def rule(self) -> str:
        return f"{self.category}/{self.frame.id}"


@dataclass(frozen=True)
class Frames:
    """All frames, found by a word. Each list is in the order in which they are tried."""

    patterns: tuple[Pattern, ...]
    classes: dict[str, frozenset[str]]
    index: dict[tuple[str, str], tuple[Pattern, ...]]

    @cached_property
    def lemmas(self) -> frozenset[str]:
        """All verbs of the frames, without particles."""
        return frozenset(word for kind, word in self.index if kind == "verb" and "_" not in word)

    def wanted(self, words: Words) -> tuple[frozenset[str], frozenset[str]]:
        """Return the lemmas that a slot may hold, of classes too, and the kinds of names."""
        if words not in self._wanted:
            classes = [self.classes[one[1:]] for one in words if one.startswith("@")]
            plain = [one for one in words if not one.startswith(("@", "="))]
            kinds = frozenset(one[1:] for one in words if one.startswith("="))
            # With the plurals: a noun that only begins a sentence is parsed as a name.
            plurals = (f"{one}s" for some in classes for one in some)
            self._wanted[words] = (frozenset(plain).union(plurals, *classes), kinds)
        return self._wanted[words]

    @cached_property
    def _wanted(self) -> dict[Words, tuple[frozenset[str], frozenset[str]]]:
        return {}

    def of(self, kind: str, lemma: str) -> tuple[Pattern, ...]:
        """Return the patterns of a word; of a verb with its particle as `turn_down`.

        kind: verb, noun or adjective.
        """
        return self.index.get((kind, lemma), ())


@cache
def frames() -> Frames:
    """Return the packaged frames."""
    return read_frames(files("demarche_ingest.extractors.rules") / "frames")


def read_frames(folder: Traversable) -> Frames:
    """Read a folder of frames, and the classes of words beside them.

    Raises InputError with every problem: file, line, what to do.
    """
    problems: list[Problem] = []
    patterns: list[Pattern] = []
    classes: dict[str, frozenset[str]] = {}
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.name == "classes.yaml":
            lists = yaml.safe_load(entry.read_text("utf-8"))
            classes = {name: frozenset(words.split()) for name, words in lists.items()}
        elif entry.name.endswith(".yaml"):
            patterns += _read(Path(str(entry)), problems)
    problems += _unknown_classes(patterns, classes)
    if problems:
        raise InputError("The frames cannot be read.", problems)
    spelled = tuple(_spelled_out(pattern, classes) for pattern in patterns)
    return Frames(spelled, classes, _index(spelled))


def _read(path: Path, problems: list[Problem]) -> Iterator[Pattern]:
    try:
        file = yamlfile.read(path, path.name)
    except InputError as error:
        problems += error.problems
        return
    try:
        made = FrameFile.model_validate(file.content)
    except ValidationError as error:
        problems += _explain(file, error)
        return
    seen: set[str] = set()
    for place, frame in enumerate(made.frames):
        if frame.id in seen:
            message = f"the name {frame.id!r} stands twice"
            problems.append(file.problem(("frames", place), frame.id, message, "give it another"))
        seen.add(frame.id)
        yield from (Pattern(made.category, one) for one in _with_light(frame))


def _with_light(frame: Frame) -> Iterator[Frame]:
    """Yield a frame, and what its nouns say as objects of verbs that say little themselves."""
    yield frame
    where = {_of_verb(slot): words for slot, words in frame.where.items()}
    without = ("nouns", "adjectives", "light", "got", "examples")
    plain = frame.model_copy(
        update={**dict.fromkeys(without, ()), "where": {**where, "object": frame.nouns}}
    )
    if frame.light:
        yield plain.model_copy(
            update={
                "verbs": frame.light,
                "actors": ("subject",),
                "recipients": (*map(_of_verb, frame.recipients), "indirect"),
                "needs": ("actors",),
                "sure": max(frame.sure, _SURE_OF_LIGHT),
            }
        )
    if frame.got:
        yield plain.model_copy(
            update={
                "verbs": frame.got,
                "actors": ("from", "object.owner", "object.by", "object.of"),
                "recipients": ("subject",),
                "needs": ("actors", "recipients"),
            }
        )


def _of_verb(slot: str) -> str:
    """Return a slot of a noun as one of the verb whose object the noun is."""
    inner = {"of": "object.of", "object": "object.of", "owner": "subject", "by": "subject"}
    paths = ((path, *path.partition(".")) for path in slot.split("+"))
    return "+".join(inner.get(first, first) + dot + rest for _, first, dot, rest in paths)


def _explain(file: YamlFile, error: ValidationError) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        at = tuple(item["loc"])
        key = next((str(part) for part in reversed(at) if isinstance(part, str)), "the file")
        message = item["msg"].removeprefix("Value error, ")
        remedy = "see docs/claims-from-text.md"
        if item["type"] == "extra_forbidden":
            near = difflib.get_close_matches(key, [*Frame.model_fields, *FrameFile.model_fields])
            message = "there is no such key"
            remedy = f"did you mean {near[0]}?" if near else remedy
        yield file.problem(at, key, f"{key}: {message}", remedy)


def _unknown_classes(
    patterns: list[Pattern], classes: dict[str, frozenset[str]]
) -> Iterator[Problem]:
    for pattern in patterns:
        frame = pattern.frame
        for words in (*frame.where.values(), frame.verbs, frame.nouns, frame.adjectives):
            for word in words:
                if word.startswith("@") and word[1:] not in classes:
                    message = f"{pattern.rule}: there is no class {word}"
                    remedy = "add it to classes.yaml, or correct its name"
                    yield Problem(f"{pattern.category}.yaml", 0, pattern.rule, message, remedy)
                if word.startswith("=") and word[1:] not in terms.CLASSES:
                    message = f"{pattern.rule}: {word[1:]} is no class of the ontology"
                    remedy = "see `terms.CLASSES`"
                    yield Problem(f"{pattern.category}.yaml", 0, pattern.rule, message, remedy)


def _spelled_out(pattern: Pattern, classes: dict[str, frozenset[str]]) -> Pattern:
    """Return a pattern with the words of classes in place of their names."""

    def spelled(words: Words) -> Iterator[str]:
        for word in words:
            yield from sorted(classes[word[1:]]) if word.startswith("@") else (word,)

    kinds = ("verbs", "nouns", "adjectives")
    update = {kind: tuple(spelled(getattr(pattern.frame, kind))) for kind in kinds}
    return Pattern(pattern.category, pattern.frame.model_copy(update=update))


def _index(patterns: Iterable[Pattern]) -> dict[tuple[str, str], tuple[Pattern, ...]]:
    found: dict[tuple[str, str], list[tuple[int, Pattern]]] = {}
    for pattern in patterns:
        frame = pattern.frame
        for kind, words in (
            ("verb", frame.verbs),
            ("noun", frame.nouns),
            ("adjective", frame.adjectives),
        ):
            for word in words:
                found.setdefault((kind, word.partition("_")[0]), [])
                found.setdefault((kind, word), []).append((_weight(frame), pattern))
    return {
        word: tuple(pattern for _, pattern in sorted(some, key=lambda pair: -pair[0]))
        for word, some in found.items()
    }


def _weight(frame: Frame) -> int:
    """Return how much a frame asks for: the one that asks for the most is tried first."""
    weight = 1 if frame.least > 1 else 0
    for wanted in frame.where.values():
        if wanted != ("none",):
            vague = 2 if wanted[0] in ("any", "actor", "place") else 5
            weight += vague if wanted[0].startswith("@") or vague == 2 else 6
    return weight
