"""Words that stand for an organisation which the article names in full."""

from __future__ import annotations

from demarche_ingest.analysis import Tools, analyse
from demarche_ingest.documents import read_data
from demarche_ingest.documents.model import Wishes
from demarche_ingest.mentions.linker import Linker

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
