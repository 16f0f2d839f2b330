"""Every error of the tree has an exit code, and is told in one way."""

from __future__ import annotations

import errno
import os

import pytest
import typer

from demarche.cli import exits
from demarche.cli.exits import ERROR_CODES, MEANINGS, Code, code_of, told
from demarche_ontology import errors
from demarche_ontology.errors import DemarcheError, InputError, Problem, UnknownClaimError


def every_error(kind: type[DemarcheError] = DemarcheError) -> list[type[DemarcheError]]:
    below = kind.__subclasses__()
    return [*below, *(one for child in below for one in every_error(child))]


ERRORS = [kind for kind in every_error() if not kind.__name__.startswith("_")]


def made(kind: type[DemarcheError]) -> DemarcheError:
    error = kind.__new__(kind)
    DemarcheError.__init__(error, "it went wrong", "put it right")
    return error


def test_the_tree_is_not_empty():
    assert {errors.InputError, errors.RemoteStoreError, errors.QuerySyntaxError} <= set(ERRORS)


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_code_of_its_own_kind(kind):
    code = code_of(made(kind))
    assert code not in (Code.DONE, Code.PROBLEMS, Code.FAULT)
    expected = {
        errors.InputError: Code.INPUT,
        errors.QueryError: Code.QUERY,
        errors.StoreError: Code.STORE,
        errors.TryLaterError: Code.SERVER,
        errors.ModelError: Code.MODEL,
    }
    if kind not in ERROR_CODES:
        ((_, inherited),) = [(a, c) for a, c in expected.items() if issubclass(kind, a)]
        assert code == inherited


def test_every_code_has_a_meaning():
    assert set(MEANINGS) == set(Code)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UnknownClaimError("No such claim", "give another"), Code.UNKNOWN),
        (InputError("Bad.", [Problem("a.yaml", 3, "x", "is wrong")]), Code.INPUT),
        (FileNotFoundError(2, "No such file", "nix.tsv"), Code.INPUT),
        (KeyboardInterrupt(), Code.INTERRUPTED),
    ],
)
def test_what_goes_wrong_becomes_a_code_and_a_message(error, code, capsys):
    with pytest.raises(typer.Exit) as caught, told():
        raise error
    assert caught.value.exit_code == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")


def test_the_remedy_stands_on_its_own_line(capsys):
    exits.tell(str(UnknownClaimError("No such claim", "give another")))
    assert capsys.readouterr().err == "error: No such claim\n  -> give another\n"


def test_each_problem_keeps_its_line(capsys):
    problems = [Problem("a.yaml", 3, "x", "is wrong", "mend it"), Problem("b.yaml", 1, "", "too")]
    exits.tell(str(InputError("2 problems.", problems)))
    lines = capsys.readouterr().err.splitlines()
    assert lines[1:] == ["  a.yaml:3: x: is wrong -> mend it", "  b.yaml:1: too"]


def test_a_fault_of_ours_is_no_finding_of_a_check(script, tmp_path):
    """A bug must not be taken for exit code 1; the traceback is shown."""
    broken = tmp_path / "sitecustomize.py"
    broken.write_text(
        "import demarche.cli.releases as r\n"
        "def bang(*_): raise ZeroDivisionError('bang')\n"
        "r.home_of = bang\n"
    )
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = script("releases", home=tmp_path, env=env)
    assert done.returncode == Code.FAULT
    assert "ZeroDivisionError: bang" in done.stderr


def test_what_processes_share_is_not_said_to_be_the_output(capsys):
    with pytest.raises(typer.Exit) as raised, told():
        raise PermissionError(errno.EACCES, "Permission denied")  # as a lock without /dev/shm
    said = capsys.readouterr().err
    assert raised.value.exit_code == Code.STORE
    assert "The system refused what processes share: Permission denied" in said
    assert "/dev/shm" in said
