"""Scores of claims: that gold scores full marks, that faults cost what they should."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche_ingest.candidates.making import evidence
from demarche_ingest.candidates.model import (
    Agent,
    AttributeFound,
    Candidate,
    EventFound,
    RelationFound,
    StanceFound,
    Telling,
    Time,
)
from demarche_ingest.candidates.records import CandidateRecord
from demarche_ingest.evaluate.claims import report as of_claims
from demarche_ingest.evaluate.claims.assigning import assign
from demarche_ingest.evaluate.claims.counting import (
    HEADLINE,
    NAMED,
    Claims,
    count_claims,
    judge,
    tally,
)
from demarche_ingest.evaluate.claims.finding import verbatim
from demarche_ingest.evaluate.claims.listing import listing
from demarche_ingest.evaluate.claims.model import GoldClaim, of_row
from demarche_ingest.evaluate.claims.people import People, alike
from demarche_ingest.evaluate.claims.reliability import bins, brier, calibration_error
from demarche_ingest.evaluate.gold import Gold, GoldActor, GoldMention, read_corpus
from demarche_ingest.evaluate.report import (
    Scored,
    as_json,
    claims_of,
    floored,
    grouped,
    totals,
)
from demarche_ingest.evaluate.scores import Counts
from demarche_ingest.seeds.claims import (
    AttributeContent,
    ClaimRecord,
    EventContent,
    EvidenceRecord,
    RelationContent,
    SpanRecord,
    StanceContent,
)
from demarche_ingest.texts import Span, Text, sha256

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


@pytest.fixture(scope="module")
def golds() -> list[Gold]:
    return list(read_corpus(CORPUS, "dev"))


def agents(*slugs: str) -> tuple[Agent, ...]:
    return tuple(Agent(slug, slug, is_new=True) for slug in slugs)


def as_found(claim: GoldClaim) -> Candidate:
    """Return a candidate that says what a gold claim says."""
    return Candidate(
        Span(claim.evidence[0].start, claim.evidence[0].end),
        Span(claim.evidence[0].start, claim.evidence[0].start + 1),
        _content(claim),
        Telling(agents(*claim.chain), claim.voice, uttered=claim.uttered),
        "gold",
        "gold/1",
        1.0,
        claim.polarity,
        claim.certainty,
        claim.modality,
        claim.presupposed,
        claim.basis,
        Time(claim.when, "stated") if claim.when else None,
    )


def _content(claim: GoldClaim) -> EventFound | RelationFound | AttributeFound | StanceFound:
    match claim.content:
        case EventContent() as content:
            roles = (content.actors, content.recipients, content.affected)
            who = [agents(*slugs) for slugs in roles]
            return EventFound(content.category, content.modes, content.contexts, *who)
        case RelationContent() as content:
            ends = [agents(slug)[0] for slug in (content.subject, content.object)]
            return RelationFound(ends[0], content.predicate, ends[1], content.status or "")
        case AttributeContent() as content:
            value = (content.number, content.unit or "", content.comparator or "")
            subject = agents(content.subject)[0]
            return AttributeFound(subject, content.attribute, *value, content.text or "")
        case StanceContent() as content:
            return StanceFound(*agents(content.actor, content.position), content.value)


def judged(gold: Gold, found: Sequence[Candidate]) -> Claims:
    people = People(gold.actors, gold.mentions, gold.claims)
    return judge(gold.claims, found, people, gold.zone_of)


# --- The whole corpus ------------------------------------------------------------------------


def test_gold_turned_into_candidates_is_all_right(golds):
    for gold in golds:
        assert gold.claims
        counts = count_claims(judged(gold, [as_found(claim) for claim in gold.claims]))
        pieces = all(len(claim.evidence) == 1 for claim in gold.claims)
        for name, one in counts.items():
            if pieces or not name.startswith("claims: passage"):
                assert one.f1 in (1.0, None), (gold.name, name)


def test_nothing_found_is_all_missed(golds):
    for gold in golds:
        counts = count_claims(judged(gold, []))
        assert all(not one.hits and not one.wrong for one in counts.values())
        events = [claim for claim in gold.claims if isinstance(claim.content, EventContent)]
        assert counts[HEADLINE] == Counts(0, 0, len(events))


def test_the_order_of_candidates_does_not_matter(golds):
    for gold in golds[:4]:
        found = [as_found(claim) for claim in gold.claims]
        assert count_claims(judged(gold, found)) == count_claims(judged(gold, found[::-1]))


def test_claims_found_twice_are_wrong_once(golds):
    for gold in golds[:4]:
        found = [as_found(claim) for claim in gold.claims]
        one = count_claims(judged(gold, found * 2))[HEADLINE]
        assert one.hits == one.wrong
        assert one.missed == 0


def test_tallies_by_zone_add_up(golds):
    for gold in golds:
        found = [as_found(claim) for claim in gold.claims[::2]]
        claims = judged(gold, found)
        zones = {zone for _, zone in claims.gold} | {one.zone for one in claims.judged}
        for kind in ("event", "relation", "attribute", "stance"):
            whole = sum((tally(claims, kind, zone) for zone in zones), Counts())
            assert whole == tally(claims, kind)


# --- One claim, one fault --------------------------------------------------------------------

GOLD = GoldClaim(
    "c01",
    (Span(10, 30),),
    EventContent(
        event="e", category="accuse", actors=("kenya",), recipients=("ethiopia", "somalia")
    ),
    ("savanna-wire", "kenya"),
    "paraphrased",
    "act-reported",
    when="2032-05",
)
NARRATED = replace(
    GOLD, id="c02", evidence=(Span(90, 99),), chain=("savanna-wire",), voice="author"
)


def counted(found: Candidate, gold: GoldClaim = GOLD) -> dict[str, Counts]:
    people = People({}, (), [gold, NARRATED])
    claims = judge([gold], [found], people, lambda _: "body")
    return count_claims(claims)


def event(**changes: tuple[Agent, ...] | str) -> Candidate:
    found = as_found(GOLD)
    assert isinstance(found.content, EventFound)
    return replace(found, content=replace(found.content, **changes))


FULL, NONE = Counts(1), Counts(0, 1, 1)
BOTH = HEADLINE
CATEGORY = "claims: events: category"
ALL = f"{BOTH}, nobody besides"


def test_one_shared_on_each_side_is_both_and_sets_are_told_beside_it():
    counts = counted(event(recipients=agents("somalia")))
    assert counts[BOTH] == FULL
    assert counts[ALL] == NONE
    assert counts["claims: events: recipients"] == Counts(1, 0, 1)
    more = counted(event(actors=agents("kenya", "uganda")))
    assert (more[BOTH], more[ALL]) == (FULL, NONE)


@pytest.mark.parametrize(
    "changes",
    [
        {"actors": agents("uganda")},
        {"actors": ()},
        {"recipients": ()},
        {"actors": agents("ethiopia"), "recipients": agents("kenya")},
    ],
)
def test_the_wrong_people_cost_both_but_not_the_category(changes):
    counts = counted(event(**changes))
    assert counts[CATEGORY] == FULL
    assert counts[BOTH] == NONE
    named = all(changes.values())
    assert counts[f"{BOTH}, or not named"] == (NONE if named else FULL)


def test_nobody_on_both_sides_agrees():
    assert isinstance(GOLD.content, EventContent)
    alone = replace(GOLD, content=GOLD.content.model_copy(update={"recipients": ()}))
    assert counted(event(recipients=()), alone)[BOTH] == FULL
    assert counted(event(), alone)[BOTH] == NONE


def test_the_wrong_category_costs_category_and_both_but_not_the_passage():
    counts = counted(event(category="request"))
    assert counts["claims: events: passage"] == FULL
    assert counts[CATEGORY] == counts[BOTH] == NONE


def test_passages_that_do_not_touch_are_of_different_claims():
    counts = counted(replace(event(), passage=Span(30, 40)))
    assert counts["claims: events: passage"] == NONE


def test_words_that_nobody_coded_cost_precision_only_where_all_counts():
    counts = counted(replace(event(), passage=Span(30, 40), trigger=Span(31, 33)))
    assert counts[BOTH] == NONE
    assert counts[f"{BOTH}, where coded"] == Counts(0, 0, 1)
    counts = counted(replace(event(category="aid"), trigger=Span(12, 13)))
    assert counts[f"{BOTH}, where coded"] == NONE


def test_passages_are_compared_by_their_characters():
    counts = counted(replace(event(), passage=Span(20, 40)))
    assert counts["claims: passage: exact"] == NONE
    assert counts["claims: passage: half in common"] == NONE
    assert counts["claims: passage: characters"] == Counts(10, 10, 10)


def test_a_speaker_who_is_named_counts_apart():
    outlet = replace(event(), telling=Telling(agents("savanna-wire"), "author"))
    counts = counted(outlet)
    assert counts["claims: speaker"] == NONE
    assert counts[NAMED] == Counts(0, 0, 1)
    other = replace(event(), telling=Telling(agents("savanna-wire", "uganda"), "paraphrased"))
    assert counted(other)[NAMED] == NONE
    assert counted(event())[NAMED] == FULL
    narrated = replace(GOLD, chain=("savanna-wire",), voice="author")
    assert counted(event(), narrated)[NAMED] == Counts(0, 1, 0)
    assert counted(outlet, narrated)[NAMED] == Counts()
    unknown = replace(event(), telling=Telling(agents("unknown-outlet"), "author"))
    assert counted(unknown, narrated)[NAMED] == Counts()
    assert counted(outlet, narrated)["claims: speaker"] == FULL


@pytest.mark.parametrize(
    ("actors", "recipients", "both"),
    [
        (("kenya", "mali"), (), FULL),
        (("kenya",), ("mali",), FULL),
        (("kenya", "mali", "chad"), (), FULL),
        (("kenya",), (), NONE),
        (("kenya", "chad"), (), NONE),
        ((), (), NONE),
    ],
)
def test_two_of_those_who_meet_must_be_right_whatever_their_roles(actors, recipients, both):
    content = EventContent(event="talks", category="consult", actors=("kenya", "mali"))
    gold = replace(GOLD, content=content)
    told = event(category="consult", actors=agents(*actors), recipients=agents(*recipients))
    assert counted(told, gold)[BOTH] == both


def test_a_speaker_of_the_right_state_counts_by_state():
    minister = Agent("ada", "Ada", is_new=True, of="kenya")
    found = replace(event(), telling=Telling((*agents("savanna-wire"), minister), "quoted"))
    counts = counted(found)
    assert counts[NAMED] == NONE
    assert counts[f"{NAMED}, by state"] == FULL
    assert counts["claims: chain"] == NONE


def test_polarity_and_modality_cost_the_event_as_it_is_told():
    for change in ({"polarity": "negative"}, {"modality": "future"}):
        counts = counted(replace(event(), **change))
        assert counts[BOTH] == FULL
        assert counts[f"{BOTH}, as it is told"] == NONE
        (name,) = change
        assert counts[f"claims: {name}"] == NONE


def test_what_is_not_the_usual_value_counts_apart():
    counts = counted(replace(event(), certainty="possible"))
    assert counts["claims: certainty: not certain"] == Counts(0, 1, 0)
    assert counted(event())["claims: certainty: not certain"] == Counts()
    assert counted(replace(event(), presupposed=True))["claims: presupposed"] == Counts(0, 1, 0)


def test_dates_are_equal_or_have_days_in_common():
    day = counted(replace(event(), time=Time("2032-05-11", "stated")))
    assert day["claims: date"] == NONE
    assert day["claims: date: days in common"] == FULL
    assert counted(replace(event(), time=None))["claims: date"] == Counts(0, 0, 1)
    far = counted(replace(event(), time=Time("../2031", "stated")))
    assert far["claims: date: days in common"] == NONE


# --- Relations, attributes, stances ----------------------------------------------------------


def _claim(content: RelationContent | AttributeContent | StanceContent) -> GoldClaim:
    return replace(GOLD, content=content)


def test_relations_count_by_predicate_and_ends():
    gold = _claim(RelationContent(subject="kenya", predicate="memberOf", object="igad"))
    found = as_found(gold)
    assert isinstance(found.content, RelationFound)
    whole = "claims: relations: predicate, subject, object"
    assert counted(found, gold)[whole] == FULL
    turned = RelationFound(found.content.object, "memberOf", found.content.subject)
    counts = counted(replace(found, content=turned), gold)
    assert counts["claims: relations: predicate"] == FULL
    assert counts[whole] == NONE


def _value(subject: str, attribute: str, **value: float | str) -> tuple[GoldClaim, Candidate]:
    content = AttributeContent.model_validate({"subject": subject, "attribute": attribute, **value})
    return _claim(content), as_found(_claim(content))


def test_numbers_and_names_must_be_the_same_and_words_of_ours_need_not():
    whole = "claims: attributes: attribute, subject, number"
    gold, found = _value("lomuru", "casualties", number=9, unit="men")
    _, eight = _value("lomuru", "casualties", number=8, unit="men")
    assert counted(found, gold)[whole] == FULL
    assert counted(eight, gold)[whole] == NONE
    assert counted(eight, gold)["claims: attributes: number"] == NONE
    gold, found = _value("lomuru", "status", text="shut")
    _, closed = _value("lomuru", "status", text="closed")
    _, number = _value("lomuru", "status", number=8)
    assert counted(found, gold)[whole] == counted(closed, gold)[whole] == FULL
    assert counted(number, gold)[whole] == NONE
    gold, found = _value("lomuru", "name", text="The Lomuru")
    _, other = _value("lomuru", "name", text="Omuru")
    assert counted(found, gold)[whole] == FULL
    assert counted(other, gold)[whole] == NONE


def test_numbers_are_the_same_written_out():
    gold, _ = _value("lomuru", "quantity", number=4.5, unit="million dollars")
    _, found = _value("lomuru", "quantity", number=4_500_000, unit="dollars")
    assert counted(found, gold)["claims: attributes: attribute, subject, number"] == FULL


def test_stances_count_by_who_takes_which_side():
    gold = _claim(StanceContent(actor="kenya", position="dam-to-be-built", value="opposes"))
    found = as_found(gold)
    whole = "claims: stances: value and actor"
    assert counted(found, gold)[whole] == FULL
    for content in (
        StanceFound(*agents("kenya", "dam-to-be-built"), "supports"),
        StanceFound(*agents("uganda", "dam-to-be-built"), "opposes"),
    ):
        assert counted(replace(found, content=content), gold)[whole] == NONE


# --- Who is who ------------------------------------------------------------------------------

MENTIONS = (GoldMention(Span(0, 11), "ada-olanyi", is_new=True), GoldMention(Span(20, 25), "kenya"))
WHO = People(
    {
        "ada-olanyi": GoldActor(frozenset({"ada-olanyi"}), kind="person"),
        "army-of-mali": GoldActor(frozenset({"army-of-mali"}), frozenset({"mali"})),
        "soldiers-of-mali": GoldActor(kind="group"),
        "ministry-of-mines-of-mali": GoldActor(owners=frozenset({"mali"})),
        "herders-at-lomuru-crossing": GoldActor(frozenset(), frozenset({"kenya"}), kind="group"),
        "smugglers-in-northern-chad": GoldActor(owners=frozenset({"chad"}), kind="group"),
        "smugglers-in-northern-mali": GoldActor(owners=frozenset({"mali"}), kind="group"),
        "gunmen": GoldActor(frozenset({"the-gunmen", "gunmen-at-lomuru"})),
    },
    MENTIONS,
    [
        _claim(
            RelationContent(subject="ada-olanyi", predicate="holdsOffice", object="envoy-of-kenya")
        ),
        replace(NARRATED, content=EventContent(event="vote-2032", category="reject")),
    ],
)


@pytest.mark.parametrize(
    ("slug", "agent", "same"),
    [
        ("kenya", Agent("kenya", "Kenya"), True),
        ("kenya", Agent("uganda", "Uganda"), False),
        ("kenya", Agent("the-kenyans", "Kenya", Span(20, 25), is_new=True), False),
        ("ada-olanyi", Agent("a-olanyi", "A. Olanyi", Span(4, 11), is_new=True), True),
        ("ada-olanyi", Agent("ada-lovelace", "Ada Lovelace", Span(0, 3), is_new=True), False),
        ("ada-olanyi", Agent("uganda", "Uganda", Span(0, 11)), False),
        ("gunmen", Agent("gunmen-of-lomuru", "gunmen of Lomuru", is_new=True), True),
        ("gunmen", Agent("shepherds", "shepherds", is_new=True), False),
        ("army-of-mali", Agent("x", "the Army of Mali", is_new=True), True),
        ("vote-2032", Agent("it", "that", Span(92, 96), is_new=True, kind="Event"), True),
        ("vote-2032", Agent("it", "that", Span(2, 6), is_new=True, kind="Event"), False),
        ("ada-olanyi", Agent("olanyi", "Olanyi", is_new=True), True),
        ("soldiers-of-mali", Agent("troops-of-mali", "troops", is_new=True, of="mali"), True),
        ("soldiers-of-mali", Agent("troops", "troops", is_new=True), False),
        ("soldiers-of-mali", Agent("mali", "Mali"), False),
        ("soldiers-of-mali", Agent("x", "troops", Span(21, 25), is_new=True, of="mali"), False),
        ("ministry-of-mines-of-mali", Agent("x", "troops", is_new=True, of="mali"), False),
        ("ministry-of-mines-of-mali", Agent("mali", "Mali", is_new=True), False),
        ("envoy-for-refugees-of-kenya", Agent("x", "envoy for refugees", is_new=True), True),
        ("organization-of-american-states", Agent("oas", "OAS"), True),
        ("taiwan", Agent("authorities-of-taiwan", "Authorities of Taiwan"), True),
        ("nicaraguan-fishermen", Agent("x", "fishermen of Nicaragua", is_new=True), True),
        ("nicaraguan-fishermen", Agent("nicaragua", "Nicaragua"), False),
        ("herders-at-lomuru-crossing", Agent("herders", "herders", is_new=True), True),
        ("herders-at-lomuru-crossing", Agent("herders", "herders", is_new=True, of="mali"), False),
        ("smugglers-in-northern-chad", Agent("smugglers", "smugglers", is_new=True), False),
        ("smugglers-in-northern-chad", Agent("x", "smugglers", is_new=True, of="chad"), True),
        ("kenya", Agent("government-of-kenya", "Government of Kenya"), True),
        ("government-of-mali", Agent("mali", "Mali"), True),
        ("government-of-the-gambia", Agent("gambia", "The Gambia"), True),
        ("kenya", Agent("government-of-mali", "Government of Mali"), False),
        ("commenter-old-salt", Agent("commenter-3", "a reader", is_new=True), True),
    ],
)
def test_things_are_the_same_by_id_name_words_or_label(slug, agent, same):
    assert WHO.same(slug, agent) is same


@pytest.mark.parametrize(
    ("slug", "agent"),
    [
        ("army-of-mali", Agent("mali", "Mali")),
        ("kenya", Agent("ada", "Ada", is_new=True, of="kenya")),
        ("ada-olanyi", Agent("kenya", "Kenya")),
        ("diplomats-from-peru", Agent("peru", "Peru")),
        ("un-security-council", Agent("united-nations", "United Nations")),
    ],
)
def test_who_belongs_to_the_same_state_is_on_one_side(slug, agent):
    assert not WHO.same(slug, agent)
    assert WHO.same_side(slug, agent)
    assert not WHO.same_side(slug, Agent("chad", "Chad"))


@pytest.mark.parametrize(
    ("slug", "agent", "same"),
    [
        ("shaft-collapse", Agent("deaths", "deaths of diggers", is_new=True), True),
        ("shaft-collapse", Agent("mali", "Mali"), False),
        ("shaft-collapse", Agent("x", "her", Span(1, 11), is_new=True), False),
        ("gunmen", Agent("deaths", "deaths of diggers", is_new=True), False),
        ("kenya", Agent("deaths", "deaths of diggers", is_new=True), False),
    ],
)
def test_what_only_coders_name_need_not_be_met(slug, agent, same):
    assert WHO.same_thing(slug, agent) is same


def test_labels_are_alike_by_half_of_their_words():
    assert alike("minister-of-transport-of-peru", "transport-minister")
    assert not alike("minister-of-transport-of-peru", "minister-of-mines-of-chad")
    assert not alike("of-the", "of-the")


# --- The assignment --------------------------------------------------------------------------

EDGES = st.dictionaries(
    st.tuples(st.integers(0, 3), st.integers(0, 3)), st.integers(1, 2**50), max_size=12
)


@given(EDGES)
def test_an_assignment_is_one_to_one_and_the_heaviest(weights):
    taken = assign(weights)
    assert len({row for row, _ in taken}) == len({column for _, column in taken}) == len(taken)
    best = max(
        sum(weights.get(pair, 0) for pair in enumerate(columns))
        for columns in permutations(range(4))
    )
    assert sum(weights[pair] for pair in taken) == best


def test_a_hit_is_preferred_to_the_passage_that_fits_best():
    wide = replace(GOLD, id="c03", evidence=(Span(0, 60),))
    near = replace(GOLD, content=EventContent(event="f", category="accuse", actors=("chad",)))
    people = People({}, (), [])
    claims = judge([near, wide], [event()], people, lambda _: "body")
    assert [pair.gold.id for pair in claims.pairs] == ["c03"]


@given(st.data())
def test_counts_stay_within_what_is_there_and_what_is_found(data):
    who = st.sampled_from(["kenya", "chad", "peru"])
    some = st.lists(who, max_size=2, unique=True).map(tuple)

    def claim(number: int) -> GoldClaim:
        start = data.draw(st.integers(0, 40))
        content = EventContent(
            event="e",
            category=data.draw(st.sampled_from(["accuse", "request"])),
            actors=data.draw(some),
            recipients=data.draw(some),
        )
        span = Span(start, start + data.draw(st.integers(1, 20)))
        return replace(GOLD, id=f"c{number}", evidence=(span,), content=content)

    gold = [claim(number) for number in range(data.draw(st.integers(0, 4)))]
    found = [as_found(claim(number)) for number in range(data.draw(st.integers(0, 4)))]
    counts = count_claims(judge(gold, found, People({}), lambda _: "body"))
    both, category = counts[BOTH], counts[CATEGORY]
    for one in (both, category, counts[ALL], counts["claims: events: passage"]):
        assert one.hits + one.missed == len(gold)
        assert one.hits + one.wrong == len(found)
    assert counts[ALL].hits <= both.hits <= category.hits <= min(len(gold), len(found))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20), st.booleans()), max_size=6))
def test_hits_are_symmetric(passages):
    """Whichever of two codings is taken for the gold, they agree in as many claims."""
    claims = [
        replace(GOLD, id=f"c{number}", evidence=(Span(start, start + length),))
        for number, (start, length, _) in enumerate(passages)
    ]
    first = [claim for claim, (*_, one) in zip(claims, passages, strict=True) if one]
    second = [claim for claim, (*_, one) in zip(claims, passages, strict=True) if not one]

    def hits(gold: Sequence[GoldClaim], found: Sequence[GoldClaim]) -> int:
        told = [as_found(claim) for claim in found]
        return count_claims(judge(gold, told, People({}), lambda _: "body"))[BOTH].hits

    assert hits(first, second) == hits(second, first)


# --- Passages --------------------------------------------------------------------------------


def test_a_passage_is_verbatim_by_its_place_and_hashes():
    content = "Kenya met  Chad."
    text = Text(content, sha256(content), sha256(content))

    def counted_of(piece: EvidenceRecord) -> Counts:
        claim = ClaimRecord(
            id="c001",
            statement="Kenya met Chad.",
            evidence=(piece,),
            chain=("x",),
            voice="author",
            basis="act-reported",
            event=EventContent(event="e", category="consult", actors=("kenya", "chad")),
        )
        record = CandidateRecord(
            claim=claim,
            trigger=SpanRecord(start=6, end=9),
            confidence=1,
            rule="r",
            extractor="x/1",
        )
        return verbatim(text, [record])

    piece = evidence(text, Span(0, 15))
    assert counted_of(piece) == FULL
    for change in ({"end": 14}, {"start": 2, "end": 17}, {"sha256": sha256("Kenya met Chad")}):
        assert counted_of(piece.model_copy(update=change)) == NONE


# --- Reading gold ----------------------------------------------------------------------------


def test_values_are_numbers_where_they_can_be():
    row = {"id": "c01", "evidence": [{"start": 0, "end": 4}], "chain": ["x"], "voice": "author"}
    row |= {"basis": "act-reported", "subject": "lake", "attribute": "quantity"}
    number = of_row({**row, "value": "0.33", "unit": "of the water", "comparator": "about"})
    assert isinstance(number.content, AttributeContent)
    assert (number.content.number, number.content.unit) == (0.33, "of the water")
    words = of_row({**row, "value": "dozens"})
    assert isinstance(words.content, AttributeContent)
    assert (words.content.text, words.content.number) == ("dozens", None)


# --- Tables ----------------------------------------------------------------------------------


def _scored(golds: Sequence[Gold], confidence: float = 0.8) -> list[Scored]:
    """Score every second claim of the gold, and one more that nobody coded."""
    scored = []
    for gold in golds:
        found = [replace(as_found(one), confidence=confidence) for one in gold.claims[::2]]
        claims = judged(gold, [*found, replace(event(), confidence=0.2)])
        scored.append(Scored(gold, count_claims(claims), claims))
    return scored


def test_tables_tell_every_figure_and_group(golds):
    scored = _scored(golds)
    table = of_claims.table([one.layers for one in scored])
    for name in scored[0].layers:
        assert f"| {name.removeprefix('claims: ')} |" in table
    assert set(of_claims.FLOORED) - {of_claims.VERBATIM} <= set(scored[0].layers)
    groups = of_claims.groups_table(grouped(scored, lambda gold: gold.region), "region")
    assert "| Sahel |" in groups
    assert "| body |" in of_claims.zones_table(claims_of(scored))
    rules = of_claims.makers_table(claims_of(scored), "rule", of_claims.rule_of)
    assert "| event: gold |" in rules
    widths = {
        line.count("|")
        for text in (table, groups, rules)
        for line in text.splitlines()
        if line.startswith("| ---")
    }
    assert widths == {10, 6 + 4, 7}


def test_a_list_has_every_claim_with_what_differs(golds):
    # Not one in which the made-up claim lies over a coded one that was not found.
    scored = _scored([gold for gold in golds if gold.region == "Caribbean"])[0]
    assert scored.claims is not None
    lines = list(listing(scored.gold.source.text, scored.claims))
    signs = [line[0] for line in lines if not line.startswith(" ")]
    assert (signs.count("="), signs.count("+")) == (len(scored.gold.claims[::2]), 1)
    assert signs.count("-") == len(scored.gold.claims[1::2])
    other = [as_found(GOLD), replace(event(actors=agents("peru")), modality="future")]
    people = People({}, (), [GOLD])
    for found, differ in zip(other, ([], ["    differ who or how many, modality"]), strict=True):
        claims = judge([GOLD], [found], people, lambda _: "body")
        told = list(listing(scored.gold.source.text, claims))
        assert [line for line in told if "differ" in line] == differ


def test_only_main_figures_have_floors(golds):
    layers = totals(_scored(golds))
    kept = floored(layers)
    assert set(kept) == set(of_claims.FLOORED) - {of_claims.VERBATIM}
    assert floored({"times: span": Counts(1)}) == {"times: span": Counts(1)}


def test_confidence_is_set_beside_what_was_right(golds):
    told = as_json(_scored(golds), with_documents=False)["claims"]
    low, high = told["reliability"]
    assert (low["from"], low["found"]) == (0.2, len(golds))
    assert (high["from"], high["right"]) == (0.8, 1.0)
    assert 0 < told["expected calibration error"] < 0.25


def test_thresholds_leave_precision_and_cost_recall(golds):
    scored = claims_of(_scored(golds))
    lines = of_claims.thresholds_table(scored).splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    all_found, *_, surest = rows
    assert (all_found[0], surest[0]) == ("0.0", "0.8")
    assert int(all_found[1]) == int(surest[1]) + len(golds)  # one of 0.2 in each document
    assert float(all_found[2]) < float(surest[2]) == 1
    assert all_found[3] == surest[3] != "0.000"


JUDGED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1)


@given(JUDGED)
def test_bins_hold_all_candidates_and_errors_are_shares(told):
    assert sum(len(one.judgements) for one in bins(told)) == len(told)
    error, squared = calibration_error(told), brier(told)
    assert error is not None
    assert squared is not None
    assert 0 <= error <= 1
    assert error**2 <= squared + 1e-9


def test_confidence_that_means_what_it_says_has_no_error():
    assert calibration_error([(0.5, True), (0.5, False), (1.0, True), (0.0, False)]) == 0
    assert calibration_error([(1.0, False)]) == brier([(1.0, False)]) == 1
    assert calibration_error([]) is brier([]) is None
