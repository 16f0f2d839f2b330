"""Who says what: sources, chains and voices, in sentences written for these tests.

`SAID` holds a sentence, words in it, and who asserts what stands there: of the chain the members
after the outlet, then the voice where it is no narrator's.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demarche_ingest.analysis import ReadArticle, Tools, analyse
from demarche_ingest.attribution import Attributions, attribute
from demarche_ingest.attribution.cues import passives, rules, verbs
from demarche_ingest.documents import read_data
from demarche_ingest.documents.model import Wishes
from demarche_ingest.identity import local_name
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.parsing.opening import open_parser
from demarche_ingest.texts import Span

LINKER = Linker()
HEAD = "Sudrian Gazette\n\nA headline of the day\n\n12 May 2031\n\n"


@pytest.fixture(scope="module")
def tools() -> Tools:
    return Tools(LINKER, open_parser())


def read(text: str, tools: Tools, name: str = "text.txt") -> ReadArticle:
    (source,) = read_data(text.encode(), name, Wishes()).sources
    return analyse(source, tools).articles[0]


def told(text: str, words: str, tools: Tools, start: int = 0) -> tuple[str, str]:
    """Return who asserts what stands at some words, after the outlet, and the voice."""
    article = read(text, tools)
    at = article.text.content.index(words, start)
    telling = attribute(article).telling(Span(at, at + len(words)))
    return ";".join(agent.id for agent in telling.chain[1:]), telling.voice


SAID = [
    # What follows, precedes or surrounds "said"; who speaks by name, title, body, pronoun.
    ("Kenya's foreign minister, Ada Olanyi, said the road was shut.", "road", "ada-olanyi"),
    ("The road was shut, Ada Olanyi, a spokeswoman, said on Monday.", "road", "ada-olanyi"),
    ("The road, Ada Olanyi said on Monday, was shut to lorries.", "lorries", "ada-olanyi"),
    ("Ada Olanyi spoke. The road was shut, she said.", "road", "ada-olanyi"),
    ("The Kenyan army said it would leave the camp.", "leave", "army-of-kenya"),
    ("Kenya's foreign ministry said the road was shut.", "road", "foreign-ministry-of-kenya"),
    ("Officials in Accra said the road was shut.", "road", "officials-in-accra"),
    ("A number of analysts think the road is shut.", "road", "analysts"),
    ("What Ghana called a wall, others climbed.", "others", ""),
    # Without a verb; in the passive; nobody named.
    ("According to Ghana, the road was shut on Monday.", "road", "ghana"),
    ("The road was shut on Monday, according to Ghana.", "road", "ghana"),
    ("Togo noted Ghana's statement of Monday that the road was shut.", "road", "togo;ghana"),
    ("Ghana was quoted by Reuters as saying that the road was shut.", "road", "reuters;ghana"),
    ("Reuters reported on Monday, citing Ghana, that the road was shut.", "Ghana", ""),
    ("The road has reportedly been shut.", "road", ""),
    # Acts of saying are the narrator's, what is said in them is the speaker's (codebook 3.4).
    ("Ghana denied that its troops had crossed the river.", "crossed", "ghana"),
    ("Ghana denied that its troops had crossed the river.", "denied", ""),
    ("Ghana said the road was shut and denied that it was mined.", "mined", "ghana"),
    ("Ghana accused Togo of breaking the pact.", "accused", ""),
    ("Ghana accused Togo of breaking the pact.", "breaking", "ghana"),
    ("Ghana refused to open the road, citing the cost of repairs.", "cost", "ghana"),
    # Not said.
    ("Ghana did not say when the road would open.", "open", ""),
    ("Ghana may say that the road is shut.", "road", ""),
    ("Ghana opened the road on Monday.", "opened", ""),
    ("When Togo closed the road, Ghana announced a march.", "closed", ""),
    # The narrator goes on.
    ("Ghana said the road was shut, but Togo opened the bridge.", "bridge", ""),
    # Who passes it on, from the outside inwards.
    (
        "Ada Olanyi, the minister, told Reuters that the road was shut.",
        "road",
        "reuters;ada-olanyi",
    ),
    ("Togo said that Ghana had claimed the road was shut.", "road", "togo;ghana"),
]


@pytest.mark.parametrize(("sentence", "words", "who"), SAID)
def test_who_asserts_what_stands_there(sentence: str, words: str, who: str, tools: Tools) -> None:
    assert told(f"{HEAD}{sentence}\n", words, tools, len(HEAD))[0] == who


EXAMPLES = [(sort, group["example"]) for sort, group in rules()["verbs"].items()]


@pytest.mark.parametrize(("sort", "example"), EXAMPLES)
def test_every_example_of_the_cues_is_read_so(sort: str, example: str, tools: Tools) -> None:
    plain = re.sub(r"[{}\[\]]", "", example)
    said = re.search(r"\[(.*?)\]", example)
    source = re.search(r"\{(.*?)\}", example)
    assert said
    assert source
    who, voice = told(f"{HEAD}{plain}\n", said[1], tools, len(HEAD))
    assert who.split(";")[-1] == local_name(source[1])
    assert voice == "paraphrased", sort


def test_every_word_of_the_cues_has_its_forms() -> None:
    assert {"said", "says", "saying", "told", "denied", "denies", "agreeing"} <= verbs().keys()
    assert verbs()["thinks"].certainty == "probable"
    assert "said" in passives()
    assert "saying" not in passives()


def test_a_quotation_goes_on_over_paragraphs_and_sentences(tools: Tools) -> None:
    text = (
        f"{HEAD}Togo opened a road.\n\n“We are tired,” Ada Olanyi said. “It must go.\n\n"
        "“It has stood too long, and nobody wants it.”\n\nThe wall was built by a mason.\n"
    )
    assert told(text, "It must go", tools) == ("ada-olanyi", "quoted")
    assert told(text, "nobody wants it", tools) == ("ada-olanyi", "quoted")
    assert told(text, "a mason", tools) == ("", "author")


def test_what_is_quoted_within_paraphrase_is_quoted(tools: Tools) -> None:
    text = f"{HEAD}Ghana said the deal was “a sale with a longer name” and would be voted on.\n"
    assert told(text, "sale with a longer name", tools) == ("ghana", "quoted")
    assert told(text, "would be voted on", tools) == ("ghana", "paraphrased")


def test_what_is_taken_for_granted_in_paraphrase_is_the_narrators(tools: Tools) -> None:
    article = read(
        f"{HEAD}Ghana said the occupied coast was quiet. “The stolen coast,” it said.\n", tools
    )
    found = attribute(article)
    at = article.text.content.index("occupied")
    span = Span(at, at + len("occupied"))
    assert found.telling(span).chain[-1].id == "ghana"
    assert found.telling(span, presupposed=True).chain == (found.outlet,)


def test_a_word_in_brackets_is_the_narrators(tools: Tools) -> None:
    text = (
        f"{HEAD}“We shall be back [meaning the fleet that left the port in May], and soon,”"
        " Ada Olanyi said.\n"
    )
    assert told(text, "left the port", tools)[0] == ""
    assert told(text, "and soon", tools)[0] == "ada-olanyi"


def test_the_day_of_saying_and_what_a_cue_leaves_of_it(tools: Tools) -> None:
    article = read(
        f"{HEAD}Ghana said on 9 May 2031 that the road was shut. Togo thinks the pact is dead. "
        "The bridge has allegedly been mined.\n",
        tools,
    )
    found, content = attribute(article), article.text.content
    tellings = [
        found.telling(Span(content.index(word), content.index(word) + len(word)))
        for word in ("road", "pact", "mined")
    ]
    assert [one.certainty for one in tellings] == ["certain", "probable", "underspecified"]
    assert [one.uttered for one in tellings] == ["2031-05-09", "", ""]
    assert [len(one.chain) for one in tellings] == [2, 2, 1]


SIGNED = """Sudrian Gazette

The wall must go

By Inga Marlowe
12 May 2031

The wall should go by winter. “It stands,” said Ada Olanyi, who built it.

Inga Marlowe is a writer from Accra.
"""


def test_a_signed_article_is_its_authors_but_not_its_headline(tools: Tools) -> None:
    article = read(SIGNED, tools)
    found = attribute(article)
    assert (found.outlet.id, found.author and found.author.id) == (
        "sudrian-gazette",
        "inga-marlowe",
    )
    assert told(SIGNED, "should go", tools) == ("inga-marlowe", "author")
    assert told(SIGNED, "must go", tools) == ("", "headline")
    assert told(SIGNED, "It stands", tools) == ("inga-marlowe;ada-olanyi", "quoted")
    assert told(SIGNED, "a writer from Accra", tools) == ("", "author")


@pytest.mark.parametrize("byline", ["By our staff", "By Teo Lund and Mara Quist", "By agencies"])
def test_a_byline_of_several_or_of_nobody_names_no_author(byline: str, tools: Tools) -> None:
    article = read(SIGNED.replace("By Inga Marlowe", byline), tools)
    assert attribute(article).author is None


def test_an_agency_in_the_sign_off_stands_after_the_outlet(tools: Tools) -> None:
    text = f"{HEAD}Ghana said the road was shut. It was opened on Monday by a few.\n\n(AFP)\n"
    assert told(text, "opened on Monday", tools) == ("afp", "author")
    assert told(text, "road was shut", tools) == ("afp;ghana", "paraphrased")


def test_an_interview_is_told_in_turns(tools: Tools) -> None:
    text = (
        "Reef Review\n\nA talk about fish\n\nby Inga Marlowe\n12 May 2031\n\n"
        "Ada Olanyi keeps the fleet of Ghana. We met her in Accra.\n\n"
        "Reef Review: Who took the fish?\n\nAda Olanyi: Togo took them at night.\n\n"
        "RR: And the boats?\n\nAO: They sank. Togo says that a storm did it.\n\n"
        "RR: Will you build new ones?\n\nAO: By winter.\n"
    )
    assert told(text, "Togo took them", tools) == ("inga-marlowe;ada-olanyi", "quoted")
    assert told(text, "They sank", tools) == ("inga-marlowe;ada-olanyi", "quoted")
    assert told(text, "a storm did it", tools) == ("inga-marlowe;ada-olanyi;togo", "paraphrased")
    assert told(text, "And the boats", tools) == ("inga-marlowe", "author")


def test_a_block_of_quoted_lines_is_whom_the_line_before_names(tools: Tools) -> None:
    text = (
        "# The train\n\nMy train is late today.\n\nHere is what Ada Olanyi of the railways wrote to"
        " me:\n\n> There is no dispute at all.\n> The train rests.\n\nSo it rests.\n"
    )
    article = read(text, tools, "post.md")
    at = article.text.content.index("no dispute")
    telling = attribute(article).telling(Span(at, at + 10))
    assert telling.chain[-1].id == "ada-olanyi"


def test_comments_are_their_authors_by_number(tools: Tools) -> None:
    text = (
        f"{HEAD}Ghana opened the road on Monday. Nobody came to see it.\n\nComments\n\n"
        "1. kofi77 said:\nThe road is a joke.\n\n2. Ama B said:\nTogo says the road is fine.\n\n"
        "3. kofi77 said:\nIt is not fine.\n"
    )
    article = read(text, tools)
    if not any(zone.kind == "comment" for zone in article.article.zones):
        pytest.fail("the comments were not found")
    found, content = attribute(article), article.text.content
    chains = []
    for words in ("road is a joke", "road is fine", "It is not fine"):
        at = content.index(words)
        telling = found.telling(Span(at, at + len(words)))
        chains.append((";".join(agent.id for agent in telling.chain), telling.voice))
    voice = "reader-comment"
    assert chains == [("commenter-1", voice), ("commenter-2;togo", voice), ("commenter-1", voice)]
    assert not any("kofi" in agent.label for one in found.grounds for agent in one.chain)


def test_a_statement_is_of_whoever_gives_it_out(tools: Tools) -> None:
    text = (
        "Embassy of the Republic of Ghana in Togo\nPress Statement\n12 May 2031\n\n"
        "Statement on the road\n\nThe road is open. Ghana regrets the delay of the works.\n"
    )
    article = read(text, tools)
    assert article.article.details.outlet
    found = attribute(article)
    at = article.text.content.index("road is open")
    telling = found.telling(Span(at, at + 12))
    assert telling.voice == "official-document"
    assert telling.chain[0].id == "embassy-of-ghana-in-togo"


def test_an_outlet_that_nothing_names_is_named_after_its_document(tools: Tools) -> None:
    article = read("Ghana opened the road on Monday. Nobody came.\n", tools)
    sha = article.text.source_sha256[:12]
    assert attribute(article).outlet.id == f"unnamed-outlet-{sha}"


def test_spans_stand_in_one_zone_and_do_not_cross(tools: Tools) -> None:
    article = read(f"{HEAD}{' '.join(sentence for sentence, _, _ in SAID)}\n", tools)
    found = attribute(article)
    assert found.found
    _hold(article, found)


def _hold(article: ReadArticle, found: Attributions) -> None:
    spans = [span for one in found.found for span in one.content]
    for span in spans:
        assert 0 <= span.start < span.end <= len(article.text)
        assert any(zone.span.covers(span) for zone in article.article.zones)
        for other in spans:
            crossing = span.start < other.start < span.end < other.end
            assert not crossing, (span, other)


def test_it_works_without_parses(tools: Tools) -> None:
    article = replace(read(f"{HEAD}Ada Olanyi said that the road was shut.\n", tools), parses=())
    at = article.text.content.index("road")
    telling = attribute(article).telling(Span(at, at + 4))
    assert [agent.id for agent in telling.chain[1:]] == ["ada-olanyi"]


_PIECES = st.sampled_from(
    [
        "Ghana said", "“", "”", '"', "he added", "the road was shut", ",", ".", " that ", "\n\n",
        "according to", "Ada Olanyi", "Q: ", "A: ", "reportedly", "was told by", "citing", "‘", "’",
        "denied", " and ", "—", "it", "was quoted as saying", "\n", ":", "1. dvo said:\n", "🙂",
    ]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(pieces=st.lists(_PIECES, max_size=40))
def test_any_text_is_told(pieces: list[str]) -> None:
    text = HEAD + " ".join(pieces)
    for source in read_data(text.encode(), "text.txt", Wishes()).sources:
        for article in analyse(source, Tools(LINKER)).articles:
            found = attribute(article)
            _hold(article, found)
            for start in range(0, len(text), 7):
                assert found.telling(Span(start, min(start + 9, len(text)))).chain
