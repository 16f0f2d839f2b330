"""What is asked about words many times is worked out once."""

from __future__ import annotations

from typing import Any

from demarche_ingest.extractors.rules.kept import kept


class Asked:
    """Counts how often it worked something out."""

    def __init__(self) -> None:
        self.kept: dict[tuple[Any, ...], Any] = {}
        self.worked = 0

    @kept
    def twice(self, at: int) -> int:
        self.worked += 1
        return 2 * at

    @kept
    def joined(self, at: int, *names: str) -> str:
        self.worked += 1
        return f"{at}{''.join(names)}"


def test_an_answer_is_worked_out_once_for_the_same_arguments():
    asked = Asked()
    assert [asked.twice(2), asked.twice(2), asked.twice(3)] == [4, 4, 6]
    assert asked.worked == 2


def test_questions_and_arguments_are_told_apart():
    asked = Asked()
    assert [asked.joined(1, "a"), asked.joined(1, "b"), asked.joined(1)] == ["1a", "1b", "1"]
    assert asked.twice(1) == 2


def test_nothing_is_shared_between_sentences():
    first, second = Asked(), Asked()
    assert first.twice(2) == second.twice(2)
    assert (first.worked, second.worked) == (1, 1)
