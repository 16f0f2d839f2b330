"""Families of expressions: names of any region, organs of states, what has no name beside it."""

import pytest

from demarche_ingest.documents.model import Details
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.segment.model import Article, Dateline
from demarche_ingest.texts import Span


@pytest.fixture(scope="module")
def linker() -> Linker:
    return Linker()


def told(linker: Linker, text: str, outlet: str = "") -> dict[str, str]:
    """Return whom a text's mentions mean, by their words: an id, or a label of what is new."""
    article = Article(
        Span(0, len(text)), Details(outlet=outlet), date=Dateline("2034-05-06", "stated")
    )
    found = {}
    for mention in linker.mentions(text, article):
        if mention.proposal is not None and mention.proposal.kind in {"Issue", "Event"}:
            continue
        words = text[mention.span.start : mention.span.end]
        new = mention.proposal.label if mention.proposal else ""
        found[words] = mention.target or new or "|".join(mention.candidates)
    return found


NAMES = {
    "Soldiers met Ana María de la Cruz in Tumbes. De la Cruz said no.": {
        "Ana María de la Cruz": "Ana María de la Cruz",
        "De la Cruz": "Ana María de la Cruz",
    },
    "Police questioned Ruud van den Heuvel on Monday.": {
        "Ruud van den Heuvel": "Ruud van den Heuvel"
    },
    "Sheikh Abdulrahman bin Saleh al-Awlaqi spoke. Then al-Awlaqi left.": {
        "Abdulrahman bin Saleh al-Awlaqi": "Abdulrahman bin Saleh al-Awlaqi",
        "al-Awlaqi": "Abdulrahman bin Saleh al-Awlaqi",
    },
    "The order was given by Maj. Gen. Aivar Kuusk on Friday.": {"Aivar Kuusk": "Aivar Kuusk"},
    "Members of the Jaffna Fishermen's Federation marched.": {
        "Jaffna Fishermen's Federation": "Jaffna Fishermen's Federation"
    },
    "Votes went to the General People's Congress again.": {
        "General People's Congress": "General People's Congress"
    },
    "A note came from the Rally for Democracy and Water on Sunday.": {
        "Rally for Democracy and Water": "Rally for Democracy and Water"
    },
    "They asked the ECOWAS Court of Justice to rule.": {
        "ECOWAS Court of Justice": "ECOWAS Court of Justice"
    },
    "It was signed by the Union of Myanmar and the Kingdom of Tonga.": {
        "Union of Myanmar": "myanmar",
        "Kingdom of Tonga": "tonga",
    },
    "Banks have lent Lusaka $4 billion.": {"Lusaka": "lusaka|zambia"},
    "A crowd cheered the Ecuadoreans and the Iraqis.": {
        "Ecuadoreans": "ecuador",
        "Iraqis": "iraq",
    },
}


@pytest.mark.parametrize("text", NAMES)
def test_names_of_any_shape_are_whole(linker: Linker, text: str) -> None:
    found = told(linker, text)
    assert {words: found.get(words) for words in NAMES[text]} == NAMES[text]


SHORT = {
    "The Front for the Liberation of Azawad took a town. Later the FLA left.": (
        "FLA",
        "Front for the Liberation of Azawad",
    ),
    "The Workers' Party (PT) won. Rivals of the PT complained.": ("PT", "Workers' Party"),
    "The Alliance of Lake States, or ALS, met. Members of the ALS disagreed.": (
        "ALS",
        "Alliance of Lake States",
    ),
    "Kestrel Deep Mining Plc halted work. Shares of Kestrel fell.": (
        "Kestrel",
        "Kestrel Deep Mining Plc",
    ),
    "A Houthi boat came. Omanis met the Houthis.": ("Houthi", "Houthis"),
}


@pytest.mark.parametrize("text", SHORT)
def test_short_forms_mean_what_the_article_names(linker: Linker, text: str) -> None:
    words, label = SHORT[text]
    assert told(linker, text)[words] == label


NOBODY = (
    "The tanker Sorrento Star sank off the coast.",
    "Parts of the Convention of 1988 do not apply.",
    "Jamming of GPS signals went on.",
    "A crowd gathered. [Inaudible] was all they heard.",
    "The deal was welcomed by the Member States.",
    "Eleven of them left.",
    "A view is common. Mine is simple.",
    "Talks on the Code of Conduct went on.",
)


@pytest.mark.parametrize("text", NOBODY)
def test_ships_documents_and_remarks_are_nobody(linker: Linker, text: str) -> None:
    assert told(linker, text) == {}


def test_documents_and_islands_are_told_from_actors(linker: Linker) -> None:
    text = "They invoked the Mekong Treaty near Delft Island."
    article = Article(Span(0, len(text)))
    kinds = {
        mention.proposal.label: mention.proposal.kind
        for mention in linker.mentions(text, article)
        if mention.proposal
    }
    assert kinds == {"Mekong Treaty": "Treaty", "Delft Island": "Territory"}


BODIES = {
    "The Sri Lanka Navy fired.": ("Sri Lanka Navy", "Navy of Sri Lanka"),
    "Peru's Congress voted.": ("Peru's Congress", "Congress of Peru"),
    "Kenya waited. The defence ministry said nothing.": (
        "defence ministry",
        "defence ministry of Kenya",
    ),
    "Ghana's energy ministry and Togo met. Later the energy ministry denied it.": (
        "energy ministry",
        "energy ministry of Ghana",
    ),
    "Bolivia has a plan. The president signed it.": ("president", "president of Bolivia"),
    "Fiji's trade and industry ministry closed.": (
        "Fiji's trade and industry ministry",
        "trade and industry ministry of Fiji",
    ),
    "Tonga has an envoy. The kingdom is proud.": ("The kingdom", "tonga"),
    "Nauru has an envoy. The small island nation is proud.": ("The small island nation", "nauru"),
    "Chad accused Niger. Chad says its neighbour lies, and Niger waits.": (
        "its neighbour",
        "niger",
    ),
    "Tern Risk Group, a consultancy, asked Oman for more.": ("a consultancy", "Tern Risk Group"),
}


BODIES |= {
    "Kenya said its foreign ministry was shut.": (
        "its foreign ministry",
        "foreign ministry of Kenya",
    ),
    "Kigali recalled its ambassador to Kinshasa.": (
        "its ambassador to Kinshasa",
        "ambassador of Rwanda to Kinshasa",
    ),
    "Peru is calm. Police arrested nobody.": ("Police", "police of Peru"),
    "Peru is calm. The government said so.": ("government", "peru"),
    "Troops met the government in Tripoli.": ("government in Tripoli", "libya"),
    "The Itombwe Liberation Front left. Chad praised the rebels.": (
        "the rebels",
        "Itombwe Liberation Front",
    ),
    "Yerevan has no say in it.": ("Yerevan", "armenia"),
    "Many oppose the Lernagir bloc. The bloc marched.": ("The bloc", "Lernagir"),
}


@pytest.mark.parametrize("text", BODIES)
def test_organs_and_descriptions_are_of_the_state_in_question(linker: Linker, text: str) -> None:
    words, meant = BODIES[text]
    assert told(linker, text).get(words) == meant


UNSAID = (
    "Kenya and Ethiopia met. The army has moved.",
    "Uganda has police stations. A police station burnt.",
    "Malta waits. The embassy in Valletta is shut.",
)


@pytest.mark.parametrize("text", UNSAID)
def test_organs_of_nobody_in_particular_stay_open(linker: Linker, text: str) -> None:
    assert not any(" of " in meant for meant in told(linker, text).values())


METONYMS = {
    "Talks with Amman failed.": "jordan",
    "There is pressure on Tbilisi.": "georgia",
    "Yerevan wants Baku to pay.": "azerbaijan",
    "He sent a message to Harare.": "zimbabwe",
    "He flew to Harare.": "harare",
    "COLOMBO, March 3: Boats left.": "colombo",
}


@pytest.mark.parametrize("text", METONYMS)
def test_capitals_act_where_somebody_deals_with_them(linker: Linker, text: str) -> None:
    assert METONYMS[text] in told(linker, text).values()


def test_brussels_is_the_body_that_the_article_names(linker: Linker) -> None:
    found = told(linker, "The European Union has a plan. Brussels said it would wait.")
    assert found["Brussels"] == "european-union"


COUNCILS = {
    "Gabon asked the Security Council for time.": "un-security-council",
    "Iran's Supreme National Security Council met.": "Supreme National Security Council",
    "The Russian Security Council met.": "Security Council of Russia",
    "Nurses of the Kenya Red Cross came.": "Kenya Red Cross",
    "Nurses of the Red Cross came.": "icrc",
    "Votes in the Riigikogu are due.": "riigikogu",
    "Aid from UNDP and the OECS came.": "oecs",
}


@pytest.mark.parametrize("text", COUNCILS)
def test_councils_are_those_of_whom_the_words_beside_them_name(linker: Linker, text: str) -> None:
    assert COUNCILS[text] in told(linker, text).values()


def test_who_speaks_for_a_state_says_we_for_it(linker: Linker) -> None:
    text = 'Belize waited. "We are ready," said Foreign Minister Irma del Solar.'
    assert told(linker, text)["We"] == "belize"


VOICES = {
    ("Embassy of Peru in Ecuador", "We reject the charge. Quito knows it."): ("We", "peru"),
    ("ASEAN Secretariat", "We have sent a mission."): ("We", "asean"),
    ("Ministry of Foreign Affairs of Fiji", "Our position is known."): ("Our", "fiji"),
    ("The Harbour Gazette", "The minister told us nothing."): ("us", "The Harbour Gazette"),
    ("The Harbour Gazette", "A note seen by this newspaper says so."): (
        "this newspaper",
        "The Harbour Gazette",
    ),
    ("The Harbour Gazette", "Sir - You are wrong about Malta."): ("You", "The Harbour Gazette"),
}


@pytest.mark.parametrize(("outlet", "text"), VOICES)
def test_who_gives_a_text_out_says_we_in_it(linker: Linker, outlet: str, text: str) -> None:
    words, meant = VOICES[outlet, text]
    assert told(linker, text, outlet).get(words) == meant


@pytest.mark.parametrize("outlet", ["Kenya News Agency", "The Peru Times", ""])
def test_newspapers_are_no_states(linker: Linker, outlet: str) -> None:
    assert "We" not in told(linker, "We need rain.", outlet)
