"""Relations, attributes and stances: every example comes out as it says."""

import re
from pathlib import Path

import pytest
import yaml
from ingest.fact_examples import content, facts, lines_of, read_facts, sections, told
from ingest.frame_examples import articles_of

from demarche_ingest.candidates.gate import Gate
from demarche_ingest.candidates.model import AttributeFound, RelationFound, StanceFound
from demarche_ingest.candidates.statements import statement
from demarche_ingest.extractors.facts.figures import figures
from demarche_ingest.extractors.facts.relating import Relation, read_relations, relations
from demarche_ingest.extractors.facts.sides import sides
from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.mentions.linker import Linker
from demarche_ontology import terms
from demarche_ontology.errors import InputError


def failures(lines: list[str], kind: type = RelationFound) -> list[str]:
    """Return which examples come out otherwise than they say."""
    parted = [line.rpartition(" | ") for line in lines]
    wanted = [want.strip() for _, _, want in parted]
    found = [
        told([one for one in some if isinstance(one.content, kind)])
        for some in facts([text for text, _, _ in parted])
    ]
    return [
        f"{text} → {got or 'nothing'}, not {want or 'nothing'}"
        for (text, _, _), want, got in zip(parted, wanted, found, strict=True)
        if want.removeprefix("nothing") != got
    ]


# --- relations ---


def test_every_example_of_every_pattern_comes_out() -> None:
    assert failures([line for one in relations().all for line in one.examples]) == []


def test_the_pattern_in_the_documentation_is_the_packaged_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "claims-from-text.md").read_text("utf-8")
    (block,) = re.findall(r"```yaml\n(- id: is-observer\n.*?)```", page, re.DOTALL)
    (shown,) = yaml.safe_load(block)
    (packaged,) = [one for one in relations().all if one.id == "is-observer"]
    assert Relation.model_validate(shown) == packaged


def test_relations_are_known_ones() -> None:
    used = {one.predicate for one in relations().all}
    assert used <= set(terms.RELATION_PREDICATES)
    assert len(used) >= 15


GOOD = """relations:
- id: joins
  predicate: memberOf
  verbs: join
  subjects: member
  objects: organisation
  examples: ["Ghana joined ECOWAS. | ghana memberOf ecowas"]
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("memberOf\n", "membership\n", "'membership' is no relation"),
        ("verbs: join", "status: guest\n  verbs: join", "'guest' is no kind of membership"),
        ("subjects: member", "subjects: clubs", "'clubs' is no kind of thing"),
        ("verbs: join", "verb: join", "verb"),
        ("  verbs: join\n", "", "it has no words"),
        ("examples: [", "examples: []\n  note: [", "examples"),
    ],
)
def test_a_mistake_is_told_with_its_file(tmp_path: Path, old: str, new: str, expected: str) -> None:
    path = tmp_path / "relations.yaml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_relations(path)
    problem = "\n".join(str(one) for one in raised.value.problems)
    assert expected in problem
    assert "relations.yaml" in problem


def test_a_name_that_stands_twice_is_told(tmp_path: Path) -> None:
    path = tmp_path / "relations.yaml"
    path.write_text(GOOD + GOOD.removeprefix("relations:\n"), encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read") as raised:
        read_relations(path)
    assert "'joins' stands twice" in str(raised.value.problems[0])


# --- offices ---


def test_titles_tell_offices() -> None:
    assert failures(lines_of("offices")) == []


def test_a_former_holder_held_the_office_before() -> None:
    text = "Mira Sahlberg, a former head of Sweden's ice office, disagrees."
    (found,) = facts([text])[0]
    assert found.time is not None
    assert found.time.edtf == "../2031-05-08"
    assert (found.basis, found.presupposed) == ("presupposition", True)
    assert text[found.passage.start : found.passage.end] == text.partition(", disagrees")[0]


def test_an_office_is_told_once_for_an_article() -> None:
    text = "Norwegian Foreign Minister Mira Sahlberg met Norwegian Foreign Minister Mira Sahlberg."
    assert len({content(one) for one in facts([text])[0]}) == len(facts([text])[0])


def test_names_tell_what_they_take_for_granted() -> None:
    assert failures(lines_of("names")) == []


def test_what_a_disputed_territory_is_called_is_told_once_for_each_name() -> None:
    (found,) = facts(["Norway spoke of Crimea. Crimea is far, Sweden said."])
    names = [content(one) for one in found if one.rule == "description/name"]
    assert names == ["crimea name: Crimea"]


def test_what_people_are_by_calling_is_their_status() -> None:
    assert failures(lines_of("callings"), AttributeFound) == []


# --- numbers ---


def test_numbers_are_told_with_what_they_count() -> None:
    assert failures(lines_of("numbers"), AttributeFound) == []


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("1,50,000 readings", 150_000),
        ("2,036.5 tonnes", 2036.5),
        ("ninety-one men", 91),
        ("ten thousand men", 10_000),
        ("70 million dollars", 70_000_000),
        ("a hundred men", 100),
    ],
)
def test_numbers_are_read_as_texts_write_them(words: str, value: float) -> None:
    (read,) = articles_of([f"Kenya sent {words} to the border."])
    parsed = Words(read.parses[0])
    assert [figure.value for figure in figures(parsed)] == [value]


# --- stances ---


def test_every_example_of_every_stance_comes_out() -> None:
    assert failures([line for one in sides().all for line in one.examples], StanceFound) == []


def test_stances_tell_for_whom_and_what_is_none() -> None:
    assert failures(lines_of("stances"), StanceFound) == []


def test_a_stance_always_has_a_time_and_whoever_declares_it_tells_it() -> None:
    (found,) = facts(["Jordan insists on a new survey of the border."])[0]
    assert found.time is not None
    assert [agent.id for agent in found.telling.chain] == ["norland-gazette", "jordan"]
    assert (found.basis, found.telling.voice) == ("own-words", "paraphrased")


# --- descriptions ---


def test_what_things_are_called_is_told_of_the_right_thing() -> None:
    assert failures(lines_of("descriptions"), AttributeFound) == []


def test_who_calls_a_thing_something_says_so() -> None:
    (found,) = facts(['Kenya called the vote a "sham".'])[0]
    assert [agent.id for agent in found.telling.chain] == ["norland-gazette", "kenya"]
    assert found.telling.voice == "quoted"


# --- all ---


def every_text() -> list[str]:
    lines = [line for name in sections() for line in lines_of(name)]
    lines += [line for one in (*relations().all, *sides().all) for line in one.examples]
    return [line.rpartition(" | ")[0] for line in lines]


def test_every_fact_of_every_example_passes_the_gate() -> None:
    entities = Linker().gazetteer.entities
    for read, found in read_facts(every_text()):
        gate = Gate(read, entities)
        for one in found:
            gate.check(one)
            assert statement(one, one.certainty, "").endswith("."), one.rule


def test_every_pattern_has_a_name_of_its_own_among_all() -> None:
    names = [one.rule for one in (*relations().all, *sides().all)]
    assert len(names) == len(set(names))


ODD = [
    "???",
    "12 12 12 12, 5-5-5 - - 7 thousand thousand",
    "and and of of the the. Of.",
    "“““ ’’’ called called ‘as as’ as.",
    "KENYA CALLED CALLED CALLED THE VOTE VOTE.",
    "President President of of Kenya, president of president of Kenya, 5,",
    "Kenya, Kenya, Kenya, Kenya; Kenya-led Kenya-held Kenya.",
    "It is it that it is, and it should should not not be it?",
    "1,2,3,4 people per 5 people of 6 of 7 of 8",
    "x" * 3000,
    "Kenya supports " + "the plan of " * 60 + "Chad.",
]


@pytest.mark.parametrize("text", ODD)
def test_odd_sentences_break_nothing(text: str) -> None:
    (found,) = facts([text])
    for one in found:
        assert text[one.passage.start : one.passage.end].strip()
        assert one.passage.covers(one.trigger)
        assert 0 < one.confidence < 1
