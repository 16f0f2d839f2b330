"""Words that stand for an organisation which the article names in full."""

from __future__ import annotations

from demarche_ingest.analysis import Tools, analyse
from demarche_ingest.documents import read_data
from demarche_ingest.documents.model import Wishes
from demarche_ingest.mentions.linker import Linker
from demarche_ingest.parsing.opening import open_parser
from demarche_ingest.segment.model import Article
from demarche_ingest.texts import Span

COMMUNIQUE = """# Final communiqué of the ninth session

**Lake Chad Basin Commission** · N'Djamena, 20 January 2032

The Council of Ministers of the Lake Chad Basin Commission met in N'Djamena on 19 January 2032. \
The Council condemned the attack on Bol. Niger told the Council that the road was shut.
"""
REPORT = """Lagoon Courier

Ministers meet

12 May 2031

The Council of Ministers of the Lake Chad Basin Commission met in N'Djamena on Monday. \
The Council condemned the attack on Bol, and {named} praised it. The Union said nothing.
"""


def targets(text: str, name: str, words: str) -> list[tuple[str | None, str]]:
    """Return what each mention with some words means, and by which rule, articles aside."""
    (source,) = read_data(text.encode(), name, Wishes()).sources
    found = analyse(source, Tools(Linker())).mentions
    content = source.text.content
    shown = ((content[m.span.start : m.span.end].removeprefix("The "), m) for m in found)
    return [(m.target, m.rule) for form, m in shown if form.removeprefix("the ") == words]


def test_a_council_speaks_for_the_organisation_that_gives_the_text_out() -> None:
    commission = "lake-chad-basin-commission"
    long = targets(COMMUNIQUE, "text.md", "Council of Ministers of the Lake Chad Basin Commission")
    assert long == [(commission, "organ-of-issuer")]
    assert targets(COMMUNIQUE, "text.md", "Council") == [(commission, "head-of-name")] * 2


def test_in_a_newspaper_a_council_is_no_more_than_itself() -> None:
    text = REPORT.format(named="Chad")
    assert [target for target, _ in targets(text, "text.txt", "Council")] == [None]


def test_the_union_is_the_only_one_that_was_named() -> None:
    text = REPORT.format(named="the African Union")
    assert targets(text, "text.txt", "Union") == [("african-union", "head-of-name")]


def test_of_two_unions_none_is_told() -> None:
    text = REPORT.format(named="the African Union or the European Union")
    assert [target for target, _ in targets(text, "text.txt", "Union")] == [None]


def test_forces_behind_a_pronoun_are_of_whom_it_means() -> None:
    text = "Chile raised the readiness of its navy."
    found = {text[m.span.start : m.span.end]: m for m in Linker().mentions(text, _whole(text))}
    proposal = found["its navy"].proposal
    assert proposal is not None
    assert (proposal.kind, proposal.of) == ("GovernmentBody", "chile")


def test_an_office_behind_a_pronoun_is_of_the_organisation_that_it_means() -> None:
    text = (
        "Lagoon Courier\n\nA quiet week\n\n12 May 2031\n\nChile asked for ships, and Chile waits. "
        "NATO has so far said nothing. Its secretary general is expected in Lima on Friday.\n"
    )
    (source,) = read_data(text.encode(), "text.txt", Wishes()).sources
    found = analyse(source, Tools(Linker(), open_parser())).mentions
    offices = {m.proposal.of for m in found if m.proposal and m.proposal.kind == "Office"}
    assert offices == {"nato"}


def test_a_capital_has_the_ministers_of_its_state() -> None:
    text = "Poland waits, though Warsaw's defence minister came. Bucharest's anger is real."
    found = {text[m.span.start : m.span.end]: m for m in Linker().mentions(text, _whole(text))}
    assert (found["Warsaw"].target, found["Bucharest"].target) == ("poland", "romania")


def _whole(text: str) -> Article:
    return Article(Span(0, len(text)))
