"""Events of headlines: verbs without endings, passives without auxiliaries, title case."""

import pytest
from ingest.frame_examples import read_whole

from demarche_ingest.attribution import attribute
from demarche_ingest.candidates.model import Agent, EventFound
from demarche_ingest.extractors.rules import Rules


def told(headline: str) -> list[str]:
    read = read_whole(headline)
    events = [one.content for one in Rules().extract(read, attribute(read))]
    return [
        f"{event.category}: {_names(event.actors)} > {_names(event.recipients)}".strip()
        for event in events
        if isinstance(event, EventFound)
    ]


def _names(agents: tuple[Agent, ...]) -> str:
    return ", ".join(sorted(agent.id for agent in agents))


@pytest.mark.parametrize(
    ("headline", "wanted"),
    [
        ("Kenya Condemns Uganda Over Border Raid", "accuse: kenya > uganda"),
        ("Peru Recalls Ambassador From Bolivia", "sanction: peru > bolivia"),
        ("OMAN SUMMONS IRANIAN ENVOY OVER DRONE", "accuse: oman > iran"),
        ("Rebels attack army base in Mali", "assault: rebels > mali"),
        ("Protesters storm Swedish embassy in Baghdad", "protest: protesters > sweden"),
        ("Ships from China ram Philippine boat", "assault: china > philippines"),
        ("Turkey, Greece trade barbs over islet", "accuse: greece, turkey > greece, turkey"),
        ("Chile, Peru clash over fish", "assault: chile, peru >"),
        ("EU slaps sanctions on Belarus airline", "sanction: european-union > airline-of-belarus"),
        ("India accused of withholding data", "accuse:  > india"),
        ("Two Kenyan soldiers killed in ambush", "assault:  > kenya"),
        ("Greek tanker seized by Iran in strait", "coerce: iran > greece"),
    ],
)
def test_a_headline_tells_who_did_what(headline: str, wanted: str) -> None:
    assert told(headline) == [wanted]


@pytest.mark.parametrize(
    "line",
    [
        "Workers strike ballot",
        "Troops deployment plan",
        "Rebels attack of the year",
        "Border talks",
    ],
)
def test_a_line_without_a_verb_tells_nothing(line: str) -> None:
    assert told(line) == []
