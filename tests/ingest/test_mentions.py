"""Mentions: sentences of our own about all parts of the world, and what each expression is."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demarche_ingest.documents.model import Details, Zone
from demarche_ingest.mentions.folding import fold
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.mentions.model import Mention
from demarche_ingest.mentions.spans import Spans
from demarche_ingest.parsing.model import Parse, Parser, Token
from demarche_ingest.parsing.opening import open_parser
from demarche_ingest.seeds.library import read_seeds
from demarche_ingest.segment import sentences
from demarche_ingest.segment.model import Article, Dateline, Sentence
from demarche_ingest.texts import Span, Text, sha256
from demarche_ontology.errors import InputError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def linker() -> Linker:
    return Linker()


def mentions(linker: Linker, text: str, day: str = "", language: str = "") -> list[Mention]:
    dateline = Dateline(day, "stated") if day else None
    article = Article(Span(0, len(text)), Details(language=language), date=dateline)
    return linker.mentions(text, article)


def told(linker: Linker, text: str, day: str = "") -> list[str]:
    """Return each mention as "words how target", with candidates as a|b and members as a+b."""
    found = []
    for mention in mentions(linker, text, day):
        words = text[mention.span.start : mention.span.end]
        new = f"new:{mention.proposal.label}" if mention.proposal else ""
        what = mention.target or "+".join(mention.members) or new or "|".join(mention.candidates)
        found.append(f"{words} {mention.how} {what}")
    return found


SENTENCES = {
    "Central Asia": (
        "Kazakh and Uzbek officials met in Tashkent. Astana said it would not send troops.",
        [
            "Kazakh demonym kazakhstan",
            "Uzbek demonym uzbekistan",
            "Tashkent place tashkent",
            "Astana metonym kazakhstan",
            "it pronoun kazakhstan",
        ],
    ),
    "East Africa": (
        "Kenyan Foreign Minister Amani Otieno flew to Kampala. Otieno said Kenya backed Uganda.",
        [
            "Kenyan Foreign Minister title new:Amani Otieno",
            "Kenyan demonym kenya",
            "Amani Otieno unknown new:Amani Otieno",
            "Kampala place kampala",
            "Otieno unknown new:Amani Otieno",
            "Kenya name kenya",
            "Uganda name uganda",
        ],
    ),
    "West Africa": (
        "The Economic Community of West African States (ECOWAS) met. ECOWAS urged Bamako to talk.",
        [
            "Economic Community of West African States name ecowas",
            "ECOWAS name ecowas",
            "ECOWAS name ecowas",
            "Bamako metonym mali",
        ],
    ),
    "two unions": (
        "An African Union–European Union summit opened.",
        ["African Union name african-union", "European Union name european-union"],
    ),
    "South America": (
        "Brazil’s President Caio Duarte met Argentine President Inés Molina. "
        "The two presidents signed a treaty.",
        [
            "Brazil’s President title new:Caio Duarte",
            "Brazil name brazil",
            "Caio Duarte unknown new:Caio Duarte",
            "Argentine President title new:Inés Molina",
            "Argentine demonym argentina",
            "Inés Molina unknown new:Inés Molina",
            "The two presidents description ",
        ],
    ),
    "Middle East": (
        "The Jordanian foreign ministry denied it. Beirut and Damascus agreed on the border.",
        [
            "Jordanian foreign ministry description new:foreign ministry of Jordan",
            "Jordanian demonym jordan",
            "Beirut metonym lebanon",
            "Damascus metonym syria",
        ],
    ),
    "South Asia": (
        "Talks between New Delhi and Islamabad stalled. India blamed Pakistan for its part.",
        [
            "New Delhi metonym india",
            "Islamabad metonym pakistan",
            "India name india",
            "Pakistan name pakistan",
        ],
    ),
    "East Asia": (
        "Taiwan said that China had sent ships through the Taiwan Strait. Ships docked in Taiwan.",
        [
            "Taiwan metonym authorities-of-taiwan",
            "China name china",
            "Taiwan Strait place taiwan-strait",
            "Taiwan place taiwan",
        ],
    ),
    "South-East Asia": (
        "Viet Nam’s Ministry of Foreign Affairs protested. ASEAN hopes the bloc can mediate.",
        [
            "Viet Nam’s Ministry of Foreign Affairs description "
            "new:Ministry of Foreign Affairs of Vietnam",
            "Viet Nam name vietnam",
            "ASEAN name asean",
            "the bloc description asean",
        ],
    ),
    "Europe": (
        "Côte d’Ivoire and Türkiye signed an accord with Czechia in the Hague.",
        [
            "Côte d’Ivoire name ivory-coast",
            "Türkiye name turkey",
            "Czechia name czechia",
            "the Hague place the-hague",
        ],
    ),
    "Pacific": (
        "The Solomon Islands and Papua New Guinea joined the Pacific Islands Forum.",
        [
            "Solomon Islands name solomon-islands",
            "Papua New Guinea name papua-new-guinea",
            "Pacific Islands Forum name pacific-islands-forum",
        ],
    ),
    "North Atlantic": (
        "NATO Secretary-General Jan Visser said the alliance stood by the U.S. and the UK.",
        [
            "NATO Secretary-General title new:Jan Visser",
            "NATO name nato",
            "Jan Visser unknown new:Jan Visser",
            "the alliance description nato",
            "U.S. name united-states",
            "UK name united-kingdom",
        ],
    ),
    "Caucasus": (
        "Armenia, Georgia and Azerbaijan sent envoys. Officials accused Baku of delay.",
        [
            "Armenia name armenia",
            "Georgia name georgia",
            "Azerbaijan name azerbaijan",
            "Baku metonym azerbaijan",
        ],
    ),
}


@pytest.mark.parametrize("region", SENTENCES)
def test_sentences_of_all_regions(linker: Linker, region: str) -> None:
    text, expected = SENTENCES[region]
    assert told(linker, text) == expected


def one(linker: Linker, text: str, words: str) -> Mention:
    start = text.index(words)
    span = Span(start, start + len(words))
    return next(mention for mention in mentions(linker, text) if mention.span == span)


# --- names that mean several things ----------------------------------------------------------


def test_small_letters_are_no_name(linker: Linker) -> None:
    assert told(linker, "They ate turkey from good china, and a polish cook was there.") == []


def test_a_state_of_the_same_name_leaves_a_name_open(linker: Linker) -> None:
    mention = one(linker, "Police in Atlanta, Georgia found the car.", "Georgia")
    assert (mention.target, mention.candidates) == (None, ("georgia",))


def test_the_adjective_settles_a_shared_name(linker: Linker) -> None:
    mention = one(linker, "Georgia objected. Georgian diplomats left.", "Georgia")
    assert mention.target == "georgia"


def test_a_person_with_the_name_of_a_state_is_a_person(linker: Linker) -> None:
    text = "Reporters met Michael Jordan on Monday. Jordan said nothing."
    first, second = mentions(linker, text)
    assert first.proposal is not None
    assert first.proposal.label == "Michael Jordan"
    assert second.target is None
    assert second.candidates == ("jordan",)
    assert second.chain == (first.span,)


def test_a_name_that_may_be_a_persons_is_settled_by_the_state_in_the_article(
    linker: Linker,
) -> None:
    text = "Michael Jordan met reporters. Jordan said nothing."
    assert [mention.target for mention in mentions(linker, text)] == [None, None]
    text = "Landlocked Chad met donors. Chad said the Chadian army would help."
    assert {mention.target for mention in mentions(linker, text) if mention.how == "name"} == {
        "chad"
    }


def test_two_states_of_one_adjective_are_both_told(linker: Linker) -> None:
    text = "The Korean delegation left."
    assert one(linker, text, "Korean").candidates == ("north-korea", "south-korea")
    text = "The Korean delegation left. South Korea had sent it."
    assert one(linker, text, "Korean").target == "south-korea"


def test_capitals_of_a_headline_need_the_name_elsewhere(linker: Linker) -> None:
    headline = "TURKEY PRICES RISE AGAIN\n\n"
    assert one(linker, headline + "Shops are full.", "TURKEY").target is None
    assert one(linker, headline + "Turkey has much of it.", "TURKEY").target == "turkey"


def test_a_place_with_several_actors_is_left_open(linker: Linker) -> None:
    mention = one(linker, "Brussels rejected the plan.", "Brussels")
    assert mention.target is None
    assert set(mention.candidates) == {"belgium", "european-union", "nato"}


def test_a_place_in_no_telling_position_is_left_open(linker: Linker) -> None:
    mention = one(linker, "The road past Yerevan is closed.", "Yerevan")
    assert (mention.target, mention.candidates) == (None, ("yerevan", "armenia"))


def test_jerusalem_is_never_settled(linker: Linker) -> None:
    mention = one(linker, "Jerusalem rejected the plan.", "Jerusalem")
    assert mention.target is None
    assert set(mention.candidates) == {"israel", "authorities-of-palestine"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He banks with the Bank of Ghana these days.", "Bank of Ghana"),
        ("They read the Jordan Times over tea.", "Jordan Times"),
        ("Voters chose Georgian Dream this year.", "Georgian Dream"),
        ("They fly with Turkish Airlines each week.", "Turkish Airlines"),
        ("A letter from the Russian Orthodox Church came.", "Russian Orthodox Church"),
    ],
)
def test_a_longer_name_is_no_state(linker: Linker, text: str, words: str) -> None:
    mention = one(linker, text, words)
    assert mention.how == "unknown"
    assert mention.proposal is not None
    assert mention.proposal.label == words


def test_names_of_other_scripts_and_spellings(linker: Linker) -> None:
    assert told(linker, "Казахстан, 中国 и Türkiye.")[:3] == [
        "Казахстан name kazakhstan",
        "中国 name china",
        "Türkiye name turkey",
    ]
    decomposed = "They met in Tu\u0308rkiye\u2019s south."
    mention = mentions(linker, decomposed)[0]
    assert mention.target == "turkey"
    assert decomposed[mention.span.start : mention.span.end] == "Tu\u0308rkiye"


def test_names_of_another_language_count_in_its_texts(linker: Linker) -> None:
    text = "Die Türkei und Österreich berieten."
    assert [m.target for m in mentions(linker, text, language="de")] == ["turkey", "austria"]


# --- chains ----------------------------------------------------------------------------------


def test_a_pronoun_is_settled_where_one_person_is_near(linker: Linker) -> None:
    text = "Chad’s prime minister, Idris Nour, resigned. He left N’Djamena on Monday."
    mention = one(linker, text, "He")
    assert mention.proposal is not None
    assert mention.proposal.label == "Idris Nour"
    assert mention.rule == "only-person-near"
    assert mention.chain


def test_a_pronoun_between_two_people_is_left_alone(linker: Linker) -> None:
    text = "President Idris Nour met President Omar Saleh. He was late."
    assert not [m for m in mentions(linker, text) if m.how == "pronoun"]


def test_an_apposition_tells_who_holds_an_office(linker: Linker) -> None:
    text = (
        "Lina Haddad, the foreign minister of Lebanon, spoke. The Lebanese foreign minister left."
    )
    apposition = one(linker, text, "foreign minister of Lebanon")
    later = one(linker, text, "Lebanese foreign minister")
    assert apposition.proposal == later.proposal
    assert later.proposal is not None
    assert (later.proposal.label, later.proposal.kind, later.proposal.of) == (
        "Lina Haddad",
        "Person",
        "lebanon",
    )
    assert later.rule == "office-in-article"


def test_a_rank_may_stand_between_an_office_and_who_holds_it(linker: Linker) -> None:
    text = "Mali's defence minister, Colonel Sekou Barry, spoke. The minister left Chile."
    office = one(linker, text, "Mali's defence minister")
    (later,) = (m for m in mentions(linker, text) if m.rule == "office-named-before")
    assert office.proposal == later.proposal
    assert office.proposal is not None
    assert (office.proposal.label, office.proposal.of) == ("Sekou Barry", "mali")


def test_the_minister_is_open_where_two_were_named(linker: Linker) -> None:
    text = (
        "Mali's defence minister, Sekou Barry, met Chile's trade minister, Ana Soto. "
        "Then the minister left."
    )
    assert not [m for m in mentions(linker, text) if m.rule == "office-named-before"]


def test_a_prime_minister_named_by_title_holds_the_office_of_the_state_in_question(
    linker: Linker,
) -> None:
    text = "Peru closed its border. Prime Minister Ana Soto spoke in Lima. The prime minister left."
    later = one(linker, text, "prime minister")
    assert later.proposal is not None
    assert later.proposal.label == "Ana Soto"


def test_an_abbreviation_is_what_the_text_says_it_is(linker: Linker) -> None:
    text = "The National Front for Dialogue (NFD) met. The NFD wants talks."
    found = [m.proposal.label for m in mentions(linker, text) if m.proposal]
    assert found == ["National Front for Dialogue"] * 3


@pytest.mark.parametrize(
    ("text", "words", "what", "rule"),
    [
        ("Peru closed its border.", "its", "peru", "only-actor-of-sentence"),
        ("If Peru wants a port, it must ask.", "it", "peru", "only-actor-of-sentence"),
        ("Peru left; Chile kept its seat.", "its", "chile", "only-actor-of-sentence"),
        ("Peru said on Monday that it had left.", "it", "peru", "speaker-of-sentence"),
        ("Peru rejected the plan. It urged others to.", "It", "peru", "speaker-before"),
        ("The Arab League met. The League has no army.", "League", "arab-league", "head-of-name"),
        (
            "The Arab League met. The league has no army.",
            "The league",
            "arab-league",
            "head-of-name",
        ),
    ],
)
def test_words_for_what_was_named(
    linker: Linker, text: str, words: str, what: str, rule: str
) -> None:
    start = text.rindex(words)
    found = [m for m in mentions(linker, text) if m.span == Span(start, start + len(words))]
    assert [(m.target, m.rule) for m in found] == [(what, rule)]


@pytest.mark.parametrize(
    "text",
    [
        "Peru met Chile and closed its border.",
        "Relations with Peru are at their worst, and its border is shut.",
        "It is raining in Peru. It has rained for weeks.",
        "Peru said it.",
    ],
)
def test_words_for_nobody_in_particular(linker: Linker, text: str) -> None:
    assert [m for m in mentions(linker, text) if m.how == "pronoun"] == []


@pytest.mark.parametrize(
    ("text", "words", "target", "of"),
    [
        ("North Korea and South Korea met. The South left.", "South", "south-korea", ""),
        ("The foreign ministry in Lima denied it.", "foreign ministry", None, "peru"),
        ("The Peruvian side signed.", "Peruvian side", "peru", ""),
        ("They asked the High Dune Watch Trust.", "High Dune Watch Trust", None, ""),
        ("Syria’s river directorate denied it.", "Syria’s river directorate", None, "syria"),
    ],
)
def test_other_ways_to_name(
    linker: Linker, text: str, words: str, target: str | None, of: str
) -> None:
    start = text.rindex(words)
    span = Span(start, start + len(words))
    mention = next(m for m in mentions(linker, text) if m.span == span)
    assert mention.target == target
    assert (mention.proposal.of if mention.proposal else "") == of


def test_who_speaks_in_a_quotation(linker: Linker) -> None:
    text = "“We leave when I say so,” said Peru’s defence minister, Rosa Quispe."
    mine, ours = one(linker, text, "I"), one(linker, text, "We")
    assert mine.proposal is not None
    assert mine.proposal.label == "Rosa Quispe"
    assert (ours.target, ours.rule) == ("peru", "side-of-speaker")


def test_likeness_only_proposes(seeded: Linker) -> None:
    text = "Talks with Ada Bergh went on."
    mention = mentions(seeded, text)[0]
    assert mention.target is None
    assert mention.proposal is not None
    assert mention.proposal.near == ("ada-berg",)


@pytest.mark.parametrize(
    ("text", "words", "state"),
    [
        ("Lima has promised to help.", "Lima", "peru"),
        ("Officials gave Lima until May.", "Lima", "peru"),
        ("Leave was granted by Lima on Monday.", "Lima", "peru"),
        ("Lima, mindful of its coast, said no.", "Lima", "peru"),
        ("The embassy said that Lima had sent a note.", "Lima", "peru"),
        ("Lima’s refusal surprised all.", "Lima", "peru"),
    ],
)
def test_a_capital_that_acts(linker: Linker, text: str, words: str, state: str) -> None:
    mention = one(linker, text, words)
    assert (mention.how, mention.target) == ("metonym", state)


@pytest.mark.parametrize(
    "text",
    [
        "It rains in Lima.",
        "The mayor of Lima said so.",
        "Lima is a large city.",
        "Lima has a port.",
        "Lima has grown.",
        "LIMA (Altiplano Wire) — A road was closed.",
    ],
)
def test_a_capital_that_does_not(linker: Linker, text: str) -> None:
    found = [m for m in mentions(linker, text) if m.span == Span(m.span.start, m.span.start + 4)]
    places = [m for m in found if text[m.span.start : m.span.end].lower() == "lima"]
    assert [m.target in {"lima", None} for m in places] == [True]


def test_both_countries_are_the_two_just_named(linker: Linker) -> None:
    text = "Peru and Chile met. Both countries agreed."
    assert one(linker, text, "Both countries").members == ("peru", "chile")
    text = "Peru, Bolivia and Chile met. Both countries agreed."
    assert not [m for m in mentions(linker, text) if m.how == "description"]


# --- what a user knows -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Linker:
    """Return a linker with a seeds folder about an invented republic's office."""
    root = tmp_path_factory.mktemp("seeds")
    (root / "reference").mkdir()
    (root / "reference" / "all.yaml").write_text(
        """
sources:
  - {id: almanac, title: An Almanac, publisher: Almanac, licence: CC0}
actors:
  - {id: norland, type: State, label: Norland, names: [{form: Norlandia}]}
  - {id: ada-berg, type: Person, label: Ada Berg}
  - {id: bo-lund, type: Person, label: Bo Lund}
  - {id: foreign-ministry-of-norland, type: GovernmentBody, label: Foreign Ministry of Norland,
     body_of: norland}
offices:
  - {id: premier-of-norland, label: Prime Minister of Norland, office_of: norland}
tenures:
  - {holder: ada-berg, office: premier-of-norland, from: 1990-01-01, until: 1991-12-31,
     source: almanac}
  - {holder: bo-lund, office: premier-of-norland, from: 1992-01-01, until: 1993-12-31,
     source: almanac}
""",
        encoding="utf-8",
    )
    return Linker(read_seeds(root))


@pytest.mark.parametrize(
    ("day", "holder"),
    [("1990-05-07", "ada-berg"), ("1993-02", "bo-lund"), ("1991/1992", None), ("", None)],
)
def test_an_office_is_its_holder_on_the_day(seeded: Linker, day: str, holder: str | None) -> None:
    text = "Norlandia’s prime minister flew to Lima."
    found = mentions(seeded, text, day)[0]
    assert found.how == "title"
    assert found.target == holder
    if holder is None:
        assert found.candidates == ("premier-of-norland",)


def test_the_worlds_tables_know_heads_of_states_on_days(linker: Linker) -> None:
    text = "The Kazakh president met the president of Kenya."
    found = [m for m in mentions(linker, text, "2025-05-07") if m.how == "title"]
    assert [m.target for m in found] == ["kassym-jomart-tokayev", "william-ruto"]
    assert {m.rule for m in found} == {"office-as-listed"}
    found = [m for m in mentions(linker, text, "2033-05-07") if m.how == "title"]
    assert [m.target for m in found] == [None, None]


def test_a_surname_beside_a_listed_office_is_its_holder(linker: Linker) -> None:
    text = "South African President Cyril Ramaphosa spoke. Ramaphosa left."
    found = [m for m in mentions(linker, text, "2025-05-07") if m.how == "name"]
    assert {m.target for m in found} == {"matamela-cyril-ramaphosa"}
    later = [m for m in mentions(linker, text, "2035-05-07") if m.how == "name"]
    assert later == []


def test_a_former_holder_is_not_the_holder(seeded: Linker) -> None:
    found = mentions(seeded, "The former Norlandia prime minister spoke.", "1990-05-07")
    assert [mention.target for mention in found if mention.how == "title"] in ([], [None])


def test_a_surname_alone_is_only_proposed_without_a_title(seeded: Linker) -> None:
    text = "Talks with Berg went on."
    found = mentions(seeded, text, "1990-05-07")[0]
    assert (found.target, found.candidates) == (None, ("ada-berg",))
    titled = "Norlandia Prime Minister Berg went on."
    found = [m for m in mentions(seeded, titled, "1990-05-07") if m.target == "ada-berg"]
    assert [mention.rule for mention in found] == ["title-beside-name", "surname-and-office"]


def test_a_known_body_is_itself(linker: Linker) -> None:
    text = "The Norlandia foreign ministry denied it."
    assert mentions(linker, text)[0].target is None


def test_a_body_that_the_seeds_have_is_known(seeded: Linker) -> None:
    found = {m.target for m in mentions(seeded, "Norlandia’s foreign ministry denied it.")}
    assert found == {"norland", "foreign-ministry-of-norland"}


def test_a_sheet_adds_actors(tmp_path: Path) -> None:
    sheet = tmp_path / "actors.tsv"
    sheet.write_text(
        "id\ttype\tlabel\tnames\tadjectives\tbody_of\n"
        "sudria\tState\tSudria\tSudrian Republic; SR\tSudrian\t\n"
        "sudrian-diet\tGovernmentBody\tSudrian Diet\t\t\tsudria\n",
        encoding="utf-8",
    )
    linker = Linker(actors=[sheet])
    assert told(linker, "The SR and Sudrian envoys met the Sudrian Diet.") == [
        "SR name sudria",
        "Sudrian demonym sudria",
        "Sudrian Diet name sudrian-diet",
    ]


def test_a_sheet_with_mistakes_tells_all_with_their_lines(tmp_path: Path) -> None:
    sheet = tmp_path / "actors.tsv"
    sheet.write_text(
        "id\ttype\tlabel\tbody_of\tlang\n"
        "Sudria\tState\tSudria\t\t\n"
        "diet\tParliament\t\tnobody\t\n"
        "league\tState\tLeague\t\tEnglish, I think\n"
        "league\tState\tLeague\t\t\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        Linker(actors=[sheet])
    told_ = [(problem.line, problem.message) for problem in caught.value.problems]
    assert [line for line, _ in told_] == [2, 3, 3, 3, 4, 5]
    text = " ".join(message for _, message in told_)
    for part in ("id: not lower-case", "there is no Parliament", "label: is missing"):
        assert part in text
    assert "nothing has the id nobody" in text
    assert "not a language tag" in text
    assert "this id is taken" in text


# --- with sentences and parses ---------------------------------------------------------------


def test_given_sentences_bound_the_names(linker: Linker) -> None:
    text = "South\nKorea left. Skip Peru."
    zone = Zone("body", Span(0, len(text)))
    sentence = Sentence(Span(0, 17), zone)
    article = Article(Span(0, len(text)))
    found = linker.mentions(text, article, [sentence])
    assert [(m.span, m.target) for m in found] == [(Span(0, 11), "south-korea")]


def test_a_parse_tells_a_verb_from_a_name(linker: Linker) -> None:
    text = "Rising prices hurt."
    article = Article(Span(0, len(text)))
    sentence = Sentence(article.span, Zone("body", article.span))
    token = Token(Span(0, 6), "Rising", "rise", "VERB", "VBG", "", 0, "root")
    parse = Parse(article.span, (token,))
    assert linker.mentions(text, article, [sentence], [parse]) == []


# --- offsets ---------------------------------------------------------------------------------

_PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *("Kazakhstan", "TURKEY", "Türkiye", "Tu\u0308rkiye", "the president of Mali"),
                *("Mr Jordan", "he", "its", "both countries", "(ECOWAS)", "Baku", "said", "of"),
                *("Georgia", "Foreign Ministry", "Bank of", "\n\n", ". ", ", ", "’s", "–", "İ"),
                *("中国", "Казахстан", "the two presidents", "Côte d’Ivoire", "\u00a0", "UN"),
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=40,
)


@settings(max_examples=300, deadline=None)
@given(_PIECES, st.booleans())
def test_spans_lie_in_the_text_and_never_cross(pieces: list[str], spaced: bool) -> None:
    text = (" " if spaced else "").join(pieces)
    article = Article(Span(0, len(text)), date=Dateline("2020-05-07", "stated"))
    found = SHARED.mentions(text, article)
    assert found == SHARED.mentions(text, article)
    for mention in found:
        span = mention.span
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end].strip() == text[span.start : span.end]
        assert mention.rule
        assert mention.target is None or mention.target in SHARED.gazetteer.entities
        assert set(mention.candidates) <= set(SHARED.gazetteer.entities)
        for earlier in mention.chain:
            assert earlier != span
    for first in found:
        for second in found:
            a, b = first.span, second.span
            assert a.end <= b.start or b.end <= a.start or a.covers(b) or b.covers(a)


SHARED = Linker()


_SPANS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 9)).map(lambda t: Span(t[0], t[0] + t[1]))
)


@settings(max_examples=300, deadline=None)
@given(_SPANS, st.integers(0, 25), st.integers(1, 9))
def test_spans_answer_as_if_each_was_looked_at(spans: list[Span], start: int, size: int) -> None:
    asked = Span(start, start + size)
    assert Spans(spans).cover(asked) == any(span.covers(asked) for span in spans)
    touching = [span for span in spans if span.start < asked.end and asked.start < span.end]
    assert Spans(spans).touch(asked) == bool(touching)


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    folded = fold(text)
    if folded.places is None:
        assert len(folded.text) == len(text)
    else:
        assert len(folded.text) == len(folded.places)
        assert list(folded.places) == sorted(set(folded.places))
    assert folded.end(len(folded.text), len(text)) in {len(text), len(folded.text)}


def test_the_documentation_lists_the_rules(linker: Linker) -> None:
    """Every rule that decides anything in the sentences here is explained."""
    page = (ROOT / "docs" / "actors.md").read_text(encoding="utf-8")
    found = {mention.rule for text, _ in SENTENCES.values() for mention in mentions(linker, text)}
    assert len(found) > 10
    assert {rule for rule in found if f"`{rule}`" not in page} == set()


TRANSCRIPT = """Interview

Ferry & Fen: Foreign Minister Oriane Maltravel of Mauritius joins us. Did you sign?

Oriane Maltravel: I signed it myself. We told Nairobi.

F&F: Will you go back?

OM: That is for my cabinet. "I never promised," as my grandmother said.
"""


def test_who_speaks_in_a_transcript(linker: Linker) -> None:
    found = mentions(linker, TRANSCRIPT)
    by_rule = [
        (TRANSCRIPT[m.span.start : m.span.end], m.rule, m.proposal.label if m.proposal else "")
        for m in found
        if m.rule in {"speaker-of-turn", "addressee-of-turn"}
    ]
    name = "Oriane Maltravel"
    assert by_rule == [
        ("you", "addressee-of-turn", name),
        ("I", "speaker-of-turn", name),
        ("myself", "speaker-of-turn", name),
        ("you", "addressee-of-turn", name),
        ("my", "speaker-of-turn", name),
        ("my", "speaker-of-turn", name),
    ]
    labels = {TRANSCRIPT.index(label) for label in ("Oriane Maltravel:", "F&F:", "OM:")}
    assert not labels & {mention.span.start for mention in found}


def test_one_line_with_a_colon_is_no_transcript(linker: Linker) -> None:
    text = "Voss: I was there.\n\nThe ferry left. I missed it."
    assert "speaker-of-turn" not in {mention.rule for mention in mentions(linker, text)}


def test_a_quotation_goes_on_over_paragraphs(linker: Linker) -> None:
    text = (
        '"For four years I have waited.\n\n"My farmers have too," Health Minister Rosa Quispe '
        "said.\n\nThe hall was half full."
    )
    said = {
        text[m.span.start : m.span.end]: m for m in mentions(linker, text) if m.how == "pronoun"
    }
    assert set(said) == {"I", "My"}
    assert all(m.proposal and m.proposal.label == "Rosa Quispe" for m in said.values())


def test_who_signs_a_piece_is_its_first_person(linker: Linker) -> None:
    text = 'The tunnel is a mistake, I think. "I disagree," a miner said.'
    span = Span(0, len(text))
    article = Article(span, Details(byline="Arpine Vardenut"), zones=(Zone("body", span),))
    (mine,) = [m for m in linker.mentions(text, article) if m.rule == "who-signs"]
    assert mine.span.start == text.index("I think")
    assert mine.proposal is not None
    assert (mine.proposal.label, mine.proposal.kind) == ("Arpine Vardenut", "Person")
    desk = replace(article, details=Details(byline="Reporting by the Lima desk and agencies"))
    assert "who-signs" not in {m.rule for m in linker.mentions(text, desk)}


@pytest.fixture(scope="module")
def parser() -> Parser:
    return open_parser()


def parsed(linker: Linker, parser: Parser, text: str) -> dict[str, Mention]:
    """Return the last mention of each form of a text that is parsed."""
    whole = Text(text, sha256(text), sha256(text))
    zone = Zone("body", Span(0, len(text)))
    article = Article(zone.span, zones=(zone,))
    lines = list(sentences(whole, (zone,)))
    parses = list(parser.parse(whole, [line.span for line in lines]))
    found = linker.mentions(whole, article, lines, parses)
    return {text[m.span.start : m.span.end]: m for m in found}


@pytest.mark.parametrize(
    ("text", "words", "target"),
    [
        ("Kenya told Uganda that its army had left.", "its", None),
        ("Kenya recalled its envoy from Uganda.", "its", "kenya"),
        ("Ghana has signed the treaty with Togo. It wants a second one.", "It", "ghana"),
        ("Ghana praised Togo. Its army had left the border.", "Its", "ghana"),
        ("Ghana praised Togo. It is a pity that nobody came.", "It", None),
        ("Malta signed the protocol, and Tunisia signed it.", "it", None),
    ],
)
def test_what_it_takes_up_by_the_parse(
    linker: Linker, parser: Parser, text: str, words: str, target: str | None
) -> None:
    mention = parsed(linker, parser, text).get(words)
    assert (mention.target if mention else None) == target


@pytest.mark.parametrize(
    ("text", "words", "how"),
    [
        ("The crossing, which Addis Ababa closed last month, is empty.", "Addis Ababa", "metonym"),
        ("Licences were granted by Paramaribo in May.", "Paramaribo", "metonym"),
        ("Nairobi sits on a plateau and slept through the night.", "Nairobi", "place"),
    ],
)
def test_capitals_that_do_what_places_do_not(
    linker: Linker, parser: Parser, text: str, words: str, how: str
) -> None:
    mention = parsed(linker, parser, text)[words]
    assert mention.how == how
    assert (mention.rule == "place-or-actor") == (how == "place")


@pytest.mark.parametrize(
    "text",
    [
        "The ferry sank off Quilmarra.",
        "The mouth of the Quilmarra is closed.",
        "They met at the Quilmarra barrage.",
        "Waves hit Cape Quilmarra.",
        "The Quilmarra Strait is narrow.",
    ],
)
def test_unknown_places_are_told_by_the_words_around(linker: Linker, text: str) -> None:
    (found,) = [m for m in mentions(linker, text) if "Quilmarra" in text[m.span.start : m.span.end]]
    assert found.proposal is not None
    assert found.proposal.kind == "Place"


def test_a_state_is_itself_though_somebody_has_its_name(linker: Linker) -> None:
    text = "By Colette Jordan\n\nJordan summoned the envoy. The Jordanian minister was angry."
    found = [m for m in mentions(linker, text) if text[m.span.start : m.span.end] == "Jordan"]
    assert [m.target for m in found] == ["jordan"]
    text = "Chad Ellery asked about Chad. Chadian troops left. Chad, I cannot say."
    found = [m for m in mentions(linker, text) if text[m.span.start : m.span.end] == "Chad"]
    assert [m.target for m in found] == ["chad", None]


def test_every_rule_of_the_code_is_explained() -> None:
    page = (ROOT / "docs" / "actors.md").read_text(encoding="utf-8")
    folder = ROOT / "ingest" / "demarche_ingest" / "mentions"
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    rules = set(re.findall(r'rule="([a-z-]+)"', code))
    assert len(rules) > 10
    assert {rule for rule in rules if f"`{rule}`" not in page} == set()


def test_the_example_of_the_documentation_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "actors.md").read_text(encoding="utf-8")
    example = r"```python actors\n(.*?)```\n\n```\n(.*?)```"
    code, answer = re.search(example, page, re.DOTALL).groups()
    exec(code, {})
    assert capsys.readouterr().out == answer


def test_an_office_behind_a_pronoun_is_of_whom_the_pronoun_means(linker: Linker) -> None:
    """Though the text is about another state most of the time."""
    text = (
        "Chile shut the pass. Chile said that lorries had to wait. Chile was firm. "
        "Bolivia objected through its prime minister, Wilka Amaru. Amaru was angry."
    )
    (named,) = [
        one
        for one in mentions(linker, text)
        if one.how == "unknown" and text[one.span.start : one.span.end] == "Wilka Amaru"
    ]
    assert named.proposal is not None
    assert named.proposal.of == "bolivia"
