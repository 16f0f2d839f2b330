"""Who takes part in acts where their own sentence does not say, or says it in other words."""

import pytest
from ingest.frame_examples import Seen, candidates, seen

TOLD = {
    # a thing of its own in the place of a recipient: nobody, though another state is spoken of
    "Kenya supports a railway to Kampala. Uganda has waited long.": "support kenya > ",
    "Chile met Peru. Chile supports the copper fund.": "support chile > ",
    "Chile met Peru. Chile condemned the earthquake hoax.": "accuse chile > ",
    # words for an act told before
    "Ghana seized a Togolese trawler. Togo condemned the seizure.": "accuse togo > ghana",
    "Laos arrested a Thai pilot. Bangkok criticised the arrest.": "accuse thailand > laos",
    "North Korea offered to meet South Korea. Seoul rejected the offer.": (
        "reject south-korea > north-korea"
    ),
    "Ethiopian troops shelled a village in Somalia. Somalia condemned the attack.": (
        "accuse somalia > ethiopia"
    ),
    "Peru summoned the Chilean ambassador. Chile's foreign minister rejected the protest.": (
        "reject foreign-minister-of-chile > peru"
    ),
    "Nigeria threatened to cut power to Niger. Niamey dismissed the threat.": (
        "reject niger > nigeria"
    ),
    "Armenia welcomed the decision by the European Union. Azerbaijan criticised the move.": (
        "accuse azerbaijan > european-union"
    ),
    "Ethiopian troops shelled Somalia. Somalia condemned the attack. Egypt also condemned it.": (
        "accuse egypt > ethiopia"
    ),
    # answers
    "Ecuador asked Colombia for help. Bogotá refused.": "reject colombia > ecuador",
    "A court in Belarus fined a Polish activist. Warsaw demanded his release.": (
        "request poland > belarus"
    ),
    "Algeria offered to mediate. Libya accepted the offer. Chad has not replied.": (
        "consult chad > algeria"
    ),
    "Ada Quist, Peru's defence minister, accused Chile of theft. Bo Lind, the defence minister of"
    " Chile, denied the charge.": "reject bo-lind > ada-quist",
    "Chad has accused Sudan of arming rebels, which Khartoum denies.": "reject sudan > chad",
    "Guinea's opposition accused the government of fraud. The government rejected the charge.": (
        "reject guinea > opposition-of-guinea"
    ),
    "Bangkok and Phnom Penh agreed a truce. Malaysia, which mediated, will send observers.": (
        "consult malaysia > cambodia+thailand"
    ),
    # the other of two
    "Japan met South Korea. Japan urged its neighbour to stop the drills.": (
        "request japan > south-korea"
    ),
    "Mali expelled two French diplomats. France expelled three diplomats in return.": (
        "sanction france > mali"
    ),
    "Chad met Mali. Both have praised Austria.": "support chad+mali > austria",
    # bodies of states, and people in them
    "Kenya's president spoke to the unions. Police arrested forty teachers.": (
        "coerce police-of-kenya > teachers"
    ),
    "A court in Minsk fined two Lithuanian drivers.": (
        "sanction court-in-minsk > drivers-of-lithuania"
    ),
    "A court in Minsk fined a Pole. Officials in Vilnius condemned the ruling.": (
        "accuse lithuania > court-in-minsk"
    ),
    "Panama hired a dredger. Beijing's embassy regretted it.": "accuse china > panama",
    "Two Rwandan journalists were expelled from Burundi.": (
        "sanction burundi > journalists-of-rwanda"
    ),
    "Peru's opposition met the union. The government accused the opposition of treason.": (
        "accuse peru > opposition-of-peru"
    ),
    # those who did something together
    "The presidents of Chad and Mali met. They called on Niger to open the border.": (
        "request presidents-of-chad+presidents-of-mali > niger"
    ),
    "Qatar hosted talks between Chad and Mali. Both sides called on Niger to open the border.": (
        "request chad+mali > niger"
    ),
    "Chinese and Indian soldiers clashed. Each side blamed the other.": (
        "accuse china+india > china+india"
    ),
    "Greece and Cyprus signed a gas deal. Israel rejected the deal.": (
        "reject israel > cyprus+greece"
    ),
    "Latvia and Estonia closed their borders to Belarusian lorries. Minsk closed two crossings.": (
        "coerce belarus > estonia+latvia"
    ),
    # what is done beside
    "Ada Quist thanked Togo on Monday and promised 40 lorries.": "agree ada-quist > togo",
    "African Union leaders met. The leaders suspended Niger.": "sanction african-union > niger",
    "Oman met Iran. The African Union offered mediators.": "agree african-union > iran+oman",
    "Peru regretted the arrest of a sailor by Chile.": "accuse peru > chile",
    "Ada Quist regretted that Iran had turned down a draft.": "accuse ada-quist > iran",
    "Gunmen raided a market in Togo. Ada Quist condemned the raid.": "accuse ada-quist > gunmen",
    "Angola met Gabon. The United States welcomed the talks.": (
        "support united-states > angola+gabon"
    ),
    "Ghana warned Togo. Togo wants its officers to stay.": "request togo > ghana",
    # company
    "India and Bhutan agreed to share data, along with Nepal.": "agree bhutan+india+nepal > ",
    "Fiji, together with the Maldives, asked the UN for help.": (
        "request fiji+maldives > united-nations"
    ),
    # what is often parsed amiss
    "Norway's prime minister, Kari Solbakk, telephoned Finland's president, Eero Lahtinen.": (
        "consult eero-lahtinen+kari-solbakk > "
    ),
    "Guinea-Bissau has released eleven Senegalese fishermen.": (
        "retreat guinea-bissau > fishermen-of-senegal"
    ),
    "Ghana's opposition has called on the EU to impose sanctions.": (
        "request opposition-of-ghana > european-union"
    ),
    "Ada Obi told Cameroon to withdraw its troops.": "request ada-obi > cameroon",
    "Belgium promised the farmers higher subsidies.": "agree belgium > farmers",
    "Pyongyang cut ties with Malaysia.": "sanction north-korea > malaysia",
    "On Sunday Malian gendarmes arrested nine traders.": "coerce gendarmes-of-mali > traders",
    "Supporters of the opposition Unity bloc blocked a road to demand the premier's removal.": (
        "protest supporters-of-opposition-unity-bloc > premier"
    ),
    "Spain's king and Morocco's prime minister signed a fishing treaty.": (
        "support king-of-spain+prime-minister-of-morocco > "
    ),
    "Thai troops shelled a Cambodian village.": "assault thailand > cambodia",
    # crowds
    "Protesters clashed with police in Bamako; eleven people were arrested.": (
        "coerce  > protesters"
    ),
    "Students marched in Lomé. Police fired rubber bullets at the crowd.": (
        "assault police-of-togo > students"
    ),
    "Farmers blocked a road in Peru. Police used tear gas. Eleven were arrested.": (
        "assault police-of-peru > farmers"
    ),
    "Miners marched in Peru. Twelve people were arrested.": "coerce  > miners",
    # whose country, whose fighters
    "Armenia is small. Prime Minister Nikol Pashinyan said his country supported Kazakhstan.": (
        "support armenia > kazakhstan"
    ),
    "Peru met Chile. Bolivia urged the country to wait.": "request bolivia > chile",
    "Fighters of the Blue Front attacked Mali.": "assault blue-front > mali",
    "Tigray Liberation Union fighters attacked Kenya.": ("assault tigray-liberation-union > kenya"),
    "Oman met Iran and Iraq. Omani minister Ada Quist thanked both partners.": (
        "support ada-quist > iran+iraq"
    ),
    # not whom it is asked of
    "Ghana seized a Togolese trawler. Togo demanded the release of the crew.": (
        "request togo > ghana"
    ),
    "Egypt and Ethiopia resumed talks. Sudan attended. Cairo insisted on a binding deal.": (
        "request egypt > ethiopia"
    ),
}
NOT_TOLD = {
    "Bolivia met Chile. Chile left the pact.": "chile > bolivia",
    "Parliament ratified the accord. Kenya and Togo signed the accord.": "> parliament",
    "Panama's opposition protested against the mine.": "norland-gazette",
    "A CSTO member-state was attacked by Iran.": "> csto",
    "Ada Quist thanked him for not siding with Mali.": "> mali",
    "Students marched in Peru. Chile arrested a pilot.": "> students",
    "Norway met Peru. Norway backed the step, according to Chad.": "> chad",
    "A drifting mine damaged a Greek ship, the Romanian navy said.": "romania",
    "An official in Amman, who asked not to be named, condemned Syria.": "request",
}


def shown(one: Seen) -> str:
    return f"{one.category} {'+'.join(sorted(one.actors))} > {'+'.join(sorted(one.recipients))}"


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    texts = [*TOLD, *NOT_TOLD]
    return dict(zip(texts, ([shown(one) for one in each] for each in seen(texts)), strict=True))


@pytest.mark.parametrize("text", TOLD)
def test_who_takes_part(found: dict[str, list[str]], text: str) -> None:
    assert TOLD[text] in found[text]


@pytest.mark.parametrize("text", NOT_TOLD)
def test_who_takes_no_part(found: dict[str, list[str]], text: str) -> None:
    assert not [one for one in found[text] if NOT_TOLD[text] in one]


def test_what_wording_takes_for_granted_is_told_as_such() -> None:
    texts = [
        "The Philippines protested against the detention of five sailors by China.",
        "Oman regretted that Iran had turned down the offer.",
        "China detained five sailors.",
        "Norway and Sweden held talks.",
    ]
    granted = {one.rule: (one.presupposed, one.basis) for each in candidates(texts) for one in each}
    taken = (True, "presupposition")
    assert granted["coerce/arrest-noun"] == granted["reject/turn-down"] == taken
    assert granted["coerce/arrest"] == granted["consult/hold-talks"] == (False, "act-reported")


def test_a_known_place_in_the_clause_is_where_it_was_and_contexts_are_shown_by_words() -> None:
    texts = [
        "Sudan bombed a village in Chad on Monday.",
        "Kenya met Uganda in Doha.",
        "Kenya met Uganda in March.",
        "Peru imposed tariffs on wheat from Chile.",
    ]
    told = [each[0].content for each in candidates(texts)]
    assert [one.place.id if one.place else "" for one in told] == ["chad", "doha", "", ""]
    assert [one.contexts for one in told] == [("military",), (), (), ("economic",)]
