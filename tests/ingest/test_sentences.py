"""Sentences: where they end, and that none of the words is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche_ingest.documents.model import Zone, ZoneKind
from demarche_ingest.segment.lines import pieces, width_of
from demarche_ingest.segment.sentences import sentences
from demarche_ingest.texts import Span, Text, sha256


def text_of(content: str) -> Text:
    return Text(content, sha256(content), sha256(content))


def split(content: str, kind: ZoneKind = "body") -> list[str]:
    text = text_of(content)
    return [text[one.span] for one in sentences(text, [Zone(kind, Span(0, len(text)))])]


@pytest.mark.parametrize(
    "marked",
    [
        "Mr. Dahl met Gov. Orr in the U.S. on Nov. 23. | He left.",
        "J. R. Smith of Acme Inc. came. | Then Lt. Gen. Orr spoke.",
        "It rose in the U.S. | They said so. | He lives in Washington, D.C. | The talks end.",
        "The U.N. Security Council and the U.K. Foreign Office met.",
        "Art. 5 says so. | See pp. 4-5. | No. 10 agreed.",
        "He was born in 1962. | In 1990 he left, aged 28.",
        "St. Petersburg vs. Moscow.",
        "It ends at 5 p.m. on Monday.",
        "One man came; Another went; both stayed. | Yes!",
        "It is over.The end came.".replace("over.The", "over. | The"),
        "Read www.example.org. | Mail a@example.org. | Done.",
        "It grew by 5%. | Then it fell.",
        "Wait… | Then he left. | The pressures… that may be.",
        "PORT SARN (AP) — The talks began.",
        "10. Josef said: nothing.",
    ],
)
def test_a_full_stop_is_not_always_an_end(marked: str) -> None:
    expected = marked.split(" | ")
    content = marked.replace(" | ", " ")
    assert split(content) == expected


@pytest.mark.parametrize(
    "marked",
    [
        "“It is over. | It is not pleasant,” he said. | “This is how you joined.” | “Yes.”",
        "He asked: “Why?” Orr said nothing new. | “Go!” said Orr. | “Go!” | The army went.",
        "“No.” – Orr",
        'He said "no." | She said "yes." | They left.',
        "(The second one.) | Third.",
        "«Нет!» | Потом он ушёл.",
        "«Non !» dit-il. | «Oui.» | Fin.",
        "„Nein!“ | Dann ging er.",
    ],
)
def test_quotations_end_sentences(marked: str) -> None:
    assert split(marked.replace(" | ", " ")) == marked.split(" | ")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("これは文です。これも文です！「そうですか。」はい。", 4),
        ("قال الوزير نعم. هل غادر؟ نعم غادر.", 3),
        ("यह वाक्य है। यह भी।", 2),
        ("Նա եկավ։ Նա գնաց։", 2),
        ("שלום לכולם. מה שלומך? טוב.", 3),
    ],
)
def test_other_scripts(content: str, expected: int) -> None:
    assert len(split(content)) == expected


def test_a_headline_is_one_sentence_and_a_caption_needs_no_full_stop() -> None:
    assert split("Norland Slams U.S. For Siding With Sarn. As Tensions Rise", "headline") == [
        "Norland Slams U.S. For Siding With Sarn. As Tensions Rise"
    ]
    assert split("The ministers in Port Sarn, May 2031", "caption") == [
        "The ministers in Port Sarn, May 2031"
    ]


def test_lines_are_paragraphs_unless_they_are_folded() -> None:
    assert split("Categories\nMeetings and events\nDate\n") == [
        "Categories",
        "Meetings and events",
        "Date",
    ]
    assert split("- the first\n- the second,\nwhich goes on\n1. third") == [
        "- the first",
        "- the second,\nwhich goes on",
        "1. third",
    ]


def test_folded_lines_go_on() -> None:
    folded = (
        "The ministers of Norland and Sarn met on Monday in the port, where the\n"
        "governor received them with bread and salt, as is the custom there in\n"
        "Sarn. Afterwards they signed nothing, which surprised the people of\n"
        "Norland."
    )
    assert width_of(folded) > 0
    assert split(folded) == [
        folded[: folded.index(" Afterwards")],
        folded[folded.index("Afterwards") :],
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\v", "\f"])
def test_whatever_ends_a_line_ends_a_paragraph(end: str) -> None:
    assert split(f"The first{end}{end}The second{end}") == ["The first", "The second"]


def test_none_crosses_the_end_of_a_zone() -> None:
    text = text_of("The talks went on. Read also: more news. And so they ended.")
    middle = Span(text.content.index("Read"), text.content.index(" And"))
    zones = [
        Zone("body", Span(0, middle.start)),
        Zone("promotion", middle),
        Zone("body", Span(middle.end, len(text))),
    ]
    found = list(sentences(text, zones))
    assert [one.zone for one in found] == zones
    assert found[1].span == middle


ODD = st.lists(
    st.one_of(
        st.sampled_from([*"ab AB.!?…\"'“”‘’«»()\n\r\t —-1.", "\r\n", "U.S. ", "Mr. ", "… "]),
        st.sampled_from(
            ["👩‍👩‍👧", "e\u0301", "\u200b", "\u200f", "\ufeff", "\u00a0", "م", "؟", "。", "文"]
        ),
        st.sampled_from(["\u2028", "\x85", "\x1c", ". "]),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=80,
).map("".join)


@given(ODD, st.sampled_from(["body", "headline", "caption", "comment"]), st.integers(0, 20))
def test_each_character_is_in_just_one_sentence(content, kind, cut) -> None:
    text = text_of(content)
    cut = min(cut, len(text))
    zones = [Zone("caption", Span(0, cut)), Zone(kind, Span(cut, len(text)))]
    seen = [0] * len(text)
    last = 0
    for one in sentences(text, zones):
        assert last <= one.span.start < one.span.end
        assert one.zone.span.covers(one.span)
        assert text[one.span] == text[one.span].strip()
        last = one.span.end
        for at in range(one.span.start, one.span.end):
            seen[at] += 1
    assert all(seen[at] == 1 for at, char in enumerate(content) if not char.isspace())


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        ".",
        "(",
        "“",
        "'",
        "a. ",
        "A.",
        "«",
        "»",
        "’",
        "-",
        "\u200b",
        "x\n",
        ". ",
        "?!",
        ".)",
        "“. ",
    ],
)
def test_long_runs_of_anything_are_split_in_time(unit: str) -> None:
    content = unit * (60_000 // len(unit))
    assert sum(len(one.replace("\n", "").replace(" ", "")) for one in split(content)) == len(
        content.replace("\n", "").replace(" ", "")
    )


def test_a_long_paragraph_is_cut_at_white_space() -> None:
    content = "word " * 10_000
    assert all(content[one.end - 1] == " " for one in pieces(content, Span(0, len(content))))
