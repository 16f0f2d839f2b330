"""Names for commits, how long commits are kept, and what a reference means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demarche_ontology.errors import (
    NoCommitError,
    ReleaseExistsError,
    StoreError,
    UnknownReleaseError,
)
from demarche_store.home import Home

START = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def days(tmp_path: Path, clock: Clock, commit, fact) -> Home:
    """A home with a commit on each of five days."""
    home = Home(tmp_path / "home", clock)
    for number in range(5):
        clock.now = START + number * DAY
        commit(home, {"g": [fact("a", number)]}, str(number))
    return home


def test_a_release_names_a_commit_for_ever(days: Home, commit, fact) -> None:
    release = days.create_release("2024-1", description="the first")
    assert release.commit == days.commits()[-1].id
    assert release.rdfc10 == days.commits()[-1].rdfc10
    assert release.created == START + 4 * DAY
    commit(days, {"g": [fact("a", "later")]}, "later")
    assert days.releases() == (release,)
    with days.open("2024-1") as view:
        assert view.info.release == "2024-1"
        assert list(view.graph(None)) == [fact("a", 4)]
    assert days.resolve("2024-1").id == release.commit


def test_an_older_commit_can_be_released(days: Home) -> None:
    older = days.commits()[1].id
    assert days.create_release("older", commit=older[:6]).commit == older
    assert days.create_release("same", commit="older").commit == older
    assert {release.name for release in days.releases()} == {"older", "same"}


def test_releases_never_change(days: Home) -> None:
    first = days.create_release("one", commit=days.commits()[0].id)
    with pytest.raises(ReleaseExistsError, match=first.commit):
        days.create_release("one")
    assert days.releases() == (first,)


@pytest.mark.parametrize("name", ["", "a/b", "../x", ".hidden", "-x", "ü", "a b", "x" * 101])
def test_bad_names(days: Home, name: str) -> None:
    with pytest.raises(StoreError, match="cannot name"):
        days.create_release(name)
    assert days.releases() == ()


def test_a_release_cannot_pose_as_a_commit(days: Home) -> None:
    with pytest.raises(StoreError, match="like the id"):
        days.create_release(days.commits()[0].id, commit=days.commits()[1].id)


def test_releasing_what_is_not_there(days: Home, home: Home, tmp_path: Path) -> None:
    with pytest.raises(UnknownReleaseError):
        days.create_release("x", commit="nothing")
    with pytest.raises(NoCommitError):
        Home(tmp_path / "empty").create_release("x")


def test_references(days: Home) -> None:
    commits = days.commits()
    assert days.resolve().id == commits[-1].id
    assert days.resolve(commits[2].id).id == commits[2].id
    assert days.resolve("000003").id == commits[2].id
    assert days.resolve(commits[0].id).release is None
    with pytest.raises(UnknownReleaseError, match="5 commits"):
        days.resolve("0000")
    with pytest.raises(UnknownReleaseError, match="no release"):
        days.open("2031")
    with pytest.raises(UnknownReleaseError):
        days.open("")
    with pytest.raises(UnknownReleaseError):
        days.open("../commits")


def test_pruning_keeps_the_current_and_the_released(days: Home, clock: Clock, fact) -> None:
    commits = days.commits()
    days.create_release("kept", commit=commits[1].id)
    clock.now = START + 100 * DAY
    assert days.prune(2 * DAY) == (commits[0].id, commits[2].id, commits[3].id)
    assert days.commits() == (commits[1], commits[4])
    with days.open("kept") as view:
        assert list(view.graph(None)) == [fact("a", 1)]
    with pytest.raises(UnknownReleaseError):
        days.open(commits[0].id)


def test_what_was_worked_out_of_a_commit_goes_with_it(days: Home, clock: Clock) -> None:
    commits = days.commits()
    days.cache.mkdir()
    files = [days.cache / f"names-{commit.id}-1.sqlite" for commit in commits]
    for file in files:
        file.write_bytes(b"")
    clock.now = START + 100 * DAY
    days.prune(2 * DAY)
    assert [file.exists() for file in files] == [False, False, False, False, True]


def test_pruning_keeps_the_young(days: Home) -> None:
    commits = days.commits()
    assert days.prune(2 * DAY, now=START + 4 * DAY) == (commits[0].id, commits[1].id)
    assert days.prune(2 * DAY, now=START + 4 * DAY) == ()


def test_pruning_keeps_what_is_being_read(days: Home, clock: Clock, fact) -> None:
    clock.now = START + 100 * DAY
    commits = days.commits()
    with days.open(commits[0].id) as view:
        assert days.prune(DAY) == tuple(info.id for info in commits[1:4])
        assert list(view.graph(None)) == [fact("a", 0)]
    assert days.prune(DAY) == (commits[0].id,)


def test_ids_are_not_used_again_after_pruning(days: Home, clock: Clock, commit, fact) -> None:
    clock.now = START + 100 * DAY
    days.prune(DAY)
    assert commit(days, {"g": [fact("a", "new")]}, "new").id.startswith("000006-")


def test_pruning_an_empty_home(home: Home) -> None:
    assert home.prune(DAY) == ()
    assert not home.path.exists()


def test_a_damaged_release_says_so(days: Home) -> None:
    days.create_release("one")
    (days.path / "releases" / "one.json").write_text("{}")
    with pytest.raises(StoreError, match=r"one\.json"):
        days.open("one")
