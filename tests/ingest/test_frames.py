"""The packaged frames: every example of every frame comes out as it says."""

from pathlib import Path

import pytest
from ingest.frame_examples import failures

from demarche_ingest.extractors.rules.frames import frames, read_frames
from demarche_ontology.errors import InputError


def test_every_example_of_every_frame_comes_out() -> None:
    assert failures() == []


def test_every_category_has_frames() -> None:
    assert len({pattern.category for pattern in frames().patterns}) == 16


GOOD = """category: consult
frames:
- id: meet
  verbs: meet
  examples: ["Kenya met Uganda. | kenya > uganda"]
"""


def refused(folder: Path, content: str) -> str:
    (folder / "consult.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_frames(folder)
    return "\n".join(str(problem) for problem in raised.value.problems)


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "consult.yaml").write_text(GOOD, encoding="utf-8")
    assert [pattern.rule for pattern in read_frames(tmp_path).patterns] == ["consult/meet"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("category: consult", "category: chat", "'chat' is no category"),
        ("verbs: meet", "verb: meet", "did you mean verbs"),
        ("verbs: meet", "modes: dine\n  verbs: meet", "'dine' is no mode"),
        ("verbs: meet", "needs: helpers\n  verbs: meet", "'helpers' is no role"),
        ("verbs: meet", "where: {object: '@tea'}\n  verbs: meet", "no class @tea"),
        (
            "verbs: meet",
            "where: {object: '=Club'}\n  verbs: meet",
            "Club is no class of the ontology",
        ),
        ("verbs: meet", "actors: subject!\n  verbs: meet", "is no slot"),
        ('examples: ["Kenya', 'examples: []\n  note: ["Kenya', "examples"),
    ],
)
def test_a_mistake_is_told_with_its_file(tmp_path: Path, old: str, new: str, told: str) -> None:
    problem = refused(tmp_path, GOOD.replace(old, new))
    assert told in problem
    assert "consult.yaml" in problem
