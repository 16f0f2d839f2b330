"""Answers about the words of a sentence that are asked for many times, and worked out once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

_NOT_YET: Final = object()


class Keeping(Protocol):
    """What keeps answers: it does not change, and lives no longer than they are wanted.

    kept: answers by the question and what it was asked about.
    """

    kept: dict[tuple[Any, ...], Any]


K = TypeVar("K", bound=Keeping)
P = ParamSpec("P")
T = TypeVar("T")


def kept(question: Callable[Concatenate[K, P], T]) -> Callable[Concatenate[K, P], T]:
    """Have a question answered once for the same arguments; nobody may change what it returns.

    Not for questions whose answers depend on others that are being answered just then.
    """
    name = question.__qualname__

    @wraps(question)
    def asked(of: K, /, *args: P.args, **kwargs: P.kwargs) -> T:
        key = (name, *args)
        found = of.kept.get(key, _NOT_YET)
        if found is _NOT_YET:
            found = of.kept[key] = question(of, *args, **kwargs)
        answer: T = found
        return answer

    return asked
