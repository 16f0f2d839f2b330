"""YAML as annotators write it: the line of every value, and no surprises about types."""

import pytest

from demarche_ingest.seeds import yamlfile
from demarche_ontology.errors import InputError


@pytest.fixture
def read(tmp_path):
    def read(content):
        path = tmp_path / "a.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return yamlfile.read(path, "a.yaml")

    return read


@pytest.fixture
def refusal(read):
    def refusal(content):
        with pytest.raises(InputError) as caught:
            read(content)
        return caught.value.problems

    return refusal


def test_every_value_has_its_line(read):
    file = read("# one\nclaims:\n  - id: c1\n    chain: [a,\n      b]\n  - {id: c2, note: x}\n")
    assert file.line(("claims",)) == 2
    assert file.line(("claims", 0, "id")) == 3
    assert file.line(("claims", 0, "chain", 1)) == 5
    assert file.line(("claims", 1, "note")) == 6


def test_a_value_without_a_line_has_that_of_what_encloses_it(read):
    file = read("claims:\n  - id: c1\n")
    assert file.line(("claims", 0, "voice", "missing")) == 2
    assert file.line(("nothing",)) == 1


def test_an_empty_file_is_nothing(read):
    assert read("").content is None
    assert read("# only a comment\n").content is None


@pytest.mark.parametrize("word", ["NO", "no", "Yes", "on", "off", "y", "n"])
def test_only_true_and_false_are_booleans(read, word):
    assert read(f"a: {word}").content == {"a": word}
    assert read("a: true\nb: False").content == {"a": True, "b": False}


@pytest.mark.parametrize(
    "scalar", ["1990-05-07", "1990-05", "1990-05-07T10:00:00Z", "12:30", "051", "0x10", "7e5"]
)
def test_dates_times_and_codes_stay_text(read, scalar):
    assert read(f"a: {scalar}").content == {"a": scalar}


@pytest.mark.parametrize(
    ("scalar", "value"),
    [("0", 0), ("42", 42), ("-7", -7), ("1.5", 1.5), ("-0.25", -0.25), ("1.5e3", 1500.0)],
)
def test_numbers_are_decimal(read, scalar, value):
    found = read(f"a: {scalar}").content["a"]
    assert found == value
    assert type(found) is type(value)


def test_a_key_that_stands_twice_is_a_fault_with_its_line(refusal):
    problems = refusal("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 2\n")
    assert [(p.file, p.line) for p in problems] == [("a.yaml", 5), ("a.yaml", 6)]
    assert all("stands twice" in p.message and p.remedy for p in problems)


def test_the_same_key_in_two_records_is_none(read):
    assert len(read("- {a: 1}\n- {a: 2}\n").content) == 2


def test_a_file_that_is_not_utf8(refusal):
    (problem,) = refusal("a: 1\nb: Straße".encode("latin-1"))
    assert (problem.file, problem.line) == ("a.yaml", 2)
    assert "not UTF-8" in problem.message
    assert "UTF-8" in problem.remedy


@pytest.mark.parametrize(
    ("content", "line"),
    [("a: 1\nb: c: d\n", 2), ("a: [1,\n2\nb: 3\n", 3), ("a: 'x\n", 2), ("a: *nowhere\n", 1)],
)
def test_broken_yaml_is_pointed_at(refusal, content, line):
    (problem,) = refusal(content)
    assert (problem.file, problem.line) == ("a.yaml", line)
    assert "not YAML" in problem.message
    assert problem.remedy


@pytest.mark.parametrize("content", ["a: &a [*a]\n", "[" * 5000 + "]" * 5000])
def test_bottomless_yaml_is_refused(refusal, content):
    (problem,) = refusal(content)
    assert problem.file == "a.yaml"
    assert problem.remedy
    assert "deep" in problem.message or "not YAML" in problem.message


def test_control_characters_are_refused(refusal):
    (problem,) = refusal("a: \x07\n")
    assert "not YAML" in problem.message
