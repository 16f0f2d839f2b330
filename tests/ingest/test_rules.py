"""Events by rules: voice, coordination, clauses, negation, modality, passages, times, bad input."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest.frame_examples import candidates, seen

from demarche_ingest.candidates.model import EventFound
from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.extractors.rules.mending import mended
from demarche_ingest.extractors.rules.words import Words
from demarche_ingest.parsing.model import Parse, Token
from demarche_ingest.texts import Span
from demarche_ontology import terms

TOLD = {
    "Chile and Peru blamed each other.": "accuse chile+peru > chile+peru",
    "Mali was accused by Guinea of closing the road.": "accuse guinea > mali",
    "Chile condemned and then expelled the Peruvian envoy.": "sanction chile > peru",
    "Ecuador, which had attacked Peru, fled.": "assault ecuador > peru",
    "Kenya's foreign minister met the president of Uganda.": (
        "consult foreign-minister-of-kenya+president-of-uganda > "
    ),
    "Japan's condemnation of Laos came late.": "accuse japan > laos",
    "Syria denied that it had bombed Jordan.": "assault syria > jordan negative",
    "Peru did not condemn Chile.": "accuse peru > chile negative",
    "Kenya will send aid to Uganda.": "agree kenya > uganda future",
    "Ghana may sign a treaty with Togo.": "agree ghana+togo >  future possible",
    "Peru should apologise to Chile.": "concede peru > chile normative",
    "If Peru attacks Chile, ships will sink.": "assault peru > chile hypothetical",
    "Laos reportedly attacked Vietnam.": "assault laos > vietnam underspecified",
    "Brazil and Chile held talks.": "consult brazil+chile > ",
    "The leaders of ASEAN criticised Laos.": "accuse asean > laos",
    "Ada Quist met Chile's envoy and is due to visit Cairo.": "agree ada-quist > egypt future",
}
DATELINE = "TUNIS (Blue Wire) – Tunisia closed its border with Libya on Friday."
NOT_TOLD = (
    "Peru agreed to attack Chile.",
    "Peru threatened to attack Chile.",
    "Peru would like to visit Chile.",
)


def shown(one) -> str:
    manner = [
        one.polarity if one.polarity == "negative" else "",
        one.modality if one.modality != "actual" else "",
        one.certainty if one.certainty != "certain" else "",
    ]
    roles = f"{'+'.join(sorted(one.actors))} > {'+'.join(sorted(one.recipients))}"
    return " ".join([one.category, roles, *filter(None, manner)])


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    texts = [*TOLD, *NOT_TOLD]
    return dict(zip(texts, ([shown(one) for one in each] for each in seen(texts)), strict=True))


@pytest.mark.parametrize("text", TOLD)
def test_who_does_what_and_how_it_is_told(found: dict[str, list[str]], text: str) -> None:
    assert TOLD[text] in found[text]


@pytest.mark.parametrize("text", NOT_TOLD)
def test_what_is_only_talked_about_is_no_act(found: dict[str, list[str]], text: str) -> None:
    assert not [one for one in found[text] if one.startswith(("assault", "consult"))]


def test_the_passage_is_the_clause_and_what_is_outside_is_told() -> None:
    text = "The army of Kenya, which sent soldiers to the coast, condemned Somalia, it said."
    (each,) = candidates([text])
    passages = {one.rule: text[one.passage.start : one.passage.end] for one in each}
    assert passages["mobilize/deploy"] == "which sent soldiers to the coast"
    assert passages["accuse/condemn"].endswith("condemned Somalia")
    sent = next(one for one in each if one.rule == "mobilize/deploy")
    assert sent.rests_on, "the antecedent lies outside the passage"
    assert text[sent.trigger.start : sent.trigger.end] == "sent"


def test_a_passage_ends_where_another_clause_begins() -> None:
    text = "Peru closed the crossing on Monday and recalled its ambassador from Chile for talks."
    (each,) = candidates([text])
    passages = {one.rule: text[one.passage.start : one.passage.end] for one in each}
    assert passages["coerce/close"] == "Peru closed the crossing on Monday"
    assert passages["sanction/recall"].startswith("recalled its ambassador from Chile")


def test_who_does_something_in_a_clause_that_goes_on_is_not_accused() -> None:
    text = "Kenya has complained that it was not told, and Peru has called for a summit."
    (each,) = candidates([text])
    assert {one.rule for one in each} == {"accuse/complain", "request/call-for-talks"}


def test_what_a_crowd_does_in_one_sentence_is_one_protest() -> None:
    (each,) = candidates(["Hundreds of students marched in Peru and threw stones."])
    assert [one.rule for one in each] == ["protest/demonstrate"]


def test_a_time_is_taken_that_hangs_on_the_verb() -> None:
    (each,) = candidates(["Kenya condemned Somalia on 2 May 2031 after it had met Uganda."])
    condemned = next(one for one in each if one.rule == "accuse/condemn")
    assert condemned.time is not None
    assert (condemned.time.edtf, condemned.time.basis) == ("2031-05-02", "stated")


def test_a_past_act_without_a_date_was_by_that_of_the_article() -> None:
    (each,) = candidates(["Kenya condemned Somalia."])
    assert [one.time.edtf for one in each if one.time] == ["../2031-05-08"]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ('"We thank Peru for that," said Ada Quist, Chile\'s foreign minister.', "chile"),
        (f'{DATELINE} "We condemn Libya," Interior Minister Sami Haddaji said.', "tunisia"),
        (f'{DATELINE} "We condemn Libya," said Sami Haddaji, the union\'s envoy.', "sami-haddaji"),
    ],
)
def test_we_of_somebody_in_an_office_of_state_is_the_state(text: str, who: str) -> None:
    (each,) = candidates([text])
    assert [one.id for one in each[-1].content.actors] == [who]


def test_who_says_that_they_will_not_refuses_and_the_narrator_tells_so() -> None:
    text = "The foreign ministry of Chad said on Friday that it would not attend talks with Sudan."
    (refusal,) = candidates([text])[0]
    assert (refusal.content.category, refusal.rule) == ("reject", "consult/attend")
    assert [one.id for one in refusal.telling.chain] == ["norland-gazette"]


def test_the_other_party_is_filled_in_with_less_certainty() -> None:
    text = "Chile met Peru. Chile rejected the plan. Chile condemned Peru."
    rejected = candidates([text])[0]
    by_rule = {one.rule: one for one in rejected}
    content = by_rule["reject/reject"].content
    assert isinstance(content, EventFound)
    assert [one.id for one in content.recipients] == ["peru"]
    assert by_rule["reject/reject"].confidence < by_rule["accuse/condemn"].confidence


def test_the_same_text_gives_the_same_candidates() -> None:
    text = "Norway and Sweden accused Russia of cutting a cable and expelled two Russian diplomats."
    assert candidates([text]) == candidates([text])


WORDS = st.sampled_from(
    sorted(
        word_set(
            """
            Kenya Uganda Peru attacked condemned met and by of to not will may which that talks
            the two sides agreed denied , . " if each other soldiers on Monday 3 been was
            """
        )
    )
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(WORDS, min_size=1, max_size=14), min_size=1, max_size=6))
def test_any_words_give_claims_of_known_kinds_within_their_sentence(lines) -> None:
    texts = [" ".join(words) for words in lines]
    for text, each in zip(texts, candidates(texts), strict=True):
        for one in each:
            content = one.content
            assert isinstance(content, EventFound)
            assert content.category in terms.SCHEMES["category"]
            assert set(content.modes) <= set(terms.PLOVER_MODES.get(content.category, ()))
            assert one.passage.covers(one.trigger)
            assert 0 < one.confidence < 1
            assert one.modality in terms.SCHEMES["modality"]
            assert len(one.passage) <= len("\n".join(texts))
            assert text


HEADS = st.lists(st.integers(0, 11), min_size=12, max_size=12)
RELATIONS = st.sampled_from(
    sorted(
        word_set(
            """
            root nsubj obj obl conj xcomp ccomp advcl acl acl:relcl nmod compound amod case mark
            """
        )
    )
)


@settings(max_examples=60, deadline=None)
@given(HEADS, st.lists(RELATIONS, min_size=12, max_size=12))
def test_no_tree_however_wrong_makes_the_graph_run_on(heads, relations) -> None:
    """Parses of a user's own model may be anything; rings among them must end too."""
    tokens = tuple(
        Token(Span(at * 4, at * 4 + 3), "met", "meet", "VERB", "VBD", "", head, relation)
        for at, (head, relation) in enumerate(zip(heads, relations, strict=True))
    )
    tree = tuple(_without_rings(tokens))
    words = Words(Parse(Span(0, 48), tree), frozenset(["meet"]))
    for at in range(len(tree)):
        words.subjects(at)
        words.clauses(at)
        words.undergoers(at)
    assert len(mended(tree, frozenset(["meet"]))) == len(tree)


def _without_rings(tokens):
    """Yield tokens of which each hangs on one before it, as a tree does."""
    for at, token in enumerate(tokens):
        head = token.head if token.head < at else 0
        yield replace(token, head=head, deprel="root" if head == at else token.deprel)
