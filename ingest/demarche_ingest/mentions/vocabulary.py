"""Words that tell what a name is part of: titles, bodies, weekdays, and words that begin sentences.

General English of any region; no name of anybody.
"""

from __future__ import annotations

import re
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PARTICLES: Final = _words(
    """
    de da do dos das del della di du van von der den ten ter bin bint binti ibn al el ul ad as la
    le los las y e ould mint ag zu zur vom af dal degli dei
    """
)
"""Words in small letters inside names of people."""
BOUND_PARTICLES: Final = _words(
    "al el ul ur ad an ar as ash at az ed er es ez d l ibn bin ben ould"
)
"""Words in small letters that a hyphen or an apostrophe binds to a name: "al-Razi", "d'Arc"."""

FUNCTION_WORDS: Final = _words(
    """
    a about above according across after again against ago all almost along already also although
    always am amid among an and another any anyone are around as asked at away back be because
    been before behind being below besides between beyond both but by can cannot comments could
    critics despite did do does doing done down due during each earlier either else even ever
    every everyone everything except experts few finally first following for former from further
    given had has have having he hence her here hers herself him himself his how however i if in
    indeed inside instead into is it its itself just last late later latest least less let like
    likewise many may maybe me meanwhile might more moreover most much must my near nearly neither
    never nevertheless next no nobody none nonetheless nor not nothing now of off officials often
    on once one only onto or other others our out outside over overall own per perhaps please
    prior rather recent recently regarding said same says second see seen several shall she should
    similarly since so some someone soon still such than that the their them then there therefore
    these they third this those though three through throughout thus to today together tomorrow
    too toward towards two under unlike until up upon us very was we were what whatever when
    whenever where whereas wherever whether which while who whoever whom whose why will with
    within without would yes yesterday yet you your yours
    mine ours theirs myself yourself ourselves nothing everything something sorry thanks thank dear
    respected welcome three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen twenty thirty forty fifty hundreds thousands dozens
    """
)
"""Words that are no part of a name though a capital begins them."""

OPENERS: Final = _words(
    """
    analysts observers reports reporters sources witnesses protesters lawmakers diplomats
    addressing speaking asked asking citing commenting describing noting referring responding
    writing talks peace war photo image video read watch related share follow click editor
    correspondent analysis opinion interview news breaking update updated exclusive
    """
)
"""Words that are no name where they begin a sentence."""

NOT_NAMES: Final = FUNCTION_WORDS | OPENERS

CALENDAR: Final = _words(
    """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday
    saturday sunday mon tue tues wed thu thur thurs fri sat sun easter christmas ramadan
    """
)

GIVEN_MONTHS: Final = _words("jan april may june august")
"""Of these, the ones that people have as names."""

HONORIFICS: Final = _words(
    """
    mr mrs ms miss dr prof professor sir dame lord
    lady sheikh sheikha madam rev reverend h.e h.h h.m h.r.h messrs
    """
)
RANKS: Final = _words(
    """
    gen lt maj col capt cdr cmdr adm brig sgt cpl gov sen rep hon amb fr msgr insp supt pres dep
    asst vice-adm rear-adm sub-lt
    """
)
"""Abbreviations of ranks and offices before a name, where a full stop follows: "Maj. Gen."."""

FIELDS: Final = _words(
    """
    foreign external internal home defence defense interior finance financial justice economy
    economic economics energy trade commerce health culture cultural education information
    agriculture agricultural transport transportation transports labour labor employment tourism
    environment water irrigation industry industries mines mining minerals petroleum oil gas
    fisheries fishing forestry forests planning development migration immigration security police
    communications telecommunications technology science research housing works infrastructure
    railways railway rail ports port maritime shipping aviation investment investments treasury
    budget taxation tax revenue social welfare family women youth sports sport religious emergency
    emergencies situations digital affairs cooperation relations international public natural
    resources rural regional urban local land lands livestock ecology climate electricity power
    nuclear atomic war veterans overseas european integration higher human rights border river
    customs food roads highways reconstruction reconciliation
    """
)
"""What ministries are for."""
_FIELD_WORD: Final = f"(?:{'|'.join(sorted(FIELDS, key=len, reverse=True))})"
_FIELD_NAME: Final = rf"{_FIELD_WORD}(?:\ {_FIELD_WORD})?"
_FIELDS_NAME: Final = rf"(?:the\ )?{_FIELD_NAME}(?:(?:,\ |\ and\ |\ &\ ){_FIELD_NAME}){{0,2}}"

_OFFICES: Final = (
    r"""
    (?:vice|deputy|first|acting|interim|caretaker|then|former|ex|incoming|outgoing|late|
       prime|foreign|defen[cs]e|interior|finance|justice|economy|economic|energy|trade|health|
       culture|education|home|security|state|assistant|permanent|special|presidential|chief|
       national|general|senior|supreme|crown|press|party|opposition|military|army|naval|
       parliamentary|parliament|affairs|attorney|police|rebel|de\ facto|co|cabinet|transport|
       agriculture|labou?r|tourism|environment|water|industry|information|communications|
       planning|migration|oil|petroleum|mining|internal|external|public|ports?|border|
       brigadier|rear|vice|wing|squadron|lieutenant|major|air|field|grand|high|
       """
    + "|".join(sorted(FIELDS))
    + r""")
"""
)
_HEADS: Final = r"""
    (?:president|presidents|minister|ministers|premier|chancellor|secretary(?:[ -]general)?|king|
       queen|emir|sultan|prince|princess|pope|ayatollah|ambassador|envoy|representative|
       spokes(?:man|woman|person)|speaker|leader|leaders|governor|mayor|commander|chief|general|
       colonel|admiral|marshal|captain|major|lieutenant|chairman|chairwoman|chairperson|chair|
       director|head|adviser|advisor|aide|commissioner|senator|congressman|congresswoman|deputy|
       charg[eé]\ d['’]affaires|lawmaker|mp|diplomat|official|officials|negotiator|dictator|
       ruler|prosecutor|judge|commodore|brigadier|sergeant|superintendent|archbishop|bishop|
       cardinal|patriarch|imam|mufti|rabbi|councillor|ombudsman|rapporteur|coordinator|mediator|
       founder|candidate|nominee|vice-president|general\ secretary|treasurer|
       economist|analyst|activist|journalist|historian)
"""
_FIELD: Final = r"""
    (?:(?:foreign|internal|home|economic|european|external|regional)\s+affairs
    |(?:the\s+)?(?:defen[cs]e|finance|interior|justice|energy|economy|parliament|environment)
    |(?:border\s+)?trade|education|transport|agriculture|health|labou?r|tourism|water|industry
    |information|planning|migration|culture|security|foreign\s+relations
    |(?-i:(?:[A-Z][\w-]+(?:,?\s+and\s+|,\s+|\s+)){1,5}Affairs)
    |(?-i:[a-z]+(?:\s[a-z]+){0,2})(?=[,.;)]))
"""
TITLE: Final = re.compile(
    rf"\b(?:{_OFFICES}(?:[ -]|\ and\ |\ &\ )){{0,4}}{_HEADS}(?:[ -](?:general|elect|in-chief))?\b"
    rf"(?:\s+(?:of|for)\s+state)?(?:\s+(?:of|for)\s+{_FIELD})?",
    re.VERBOSE | re.IGNORECASE,
)
"""The words of an office or a part that somebody plays: "deputy foreign minister"."""

SINGULAR_OFFICES: Final = _words(
    """
    president prime-minister premier chancellor king queen emir sultan pope foreign-minister
    defence-minister interior-minister finance-minister justice-minister secretary-general
    supreme-leader crown-prince economy-minister energy-minister education-minister
    foreign-secretary
    """
)
"""Offices of which a state or an organisation has one at a time."""


def office(title: str) -> str:
    """Return the key of an office, the same for "minister of foreign affairs" and the like."""
    words = re.sub(r"[\s-]+", " ", title.lower().replace("defense", "defence")).strip()
    words = re.sub(r"^(?:acting|interim|caretaker|then|incoming|outgoing|late) ", "", words)
    moved = re.fullmatch(r"(.*?)minister (?:of|for) (?:the )?([a-z]+)(?: affairs)?", words)
    if moved is not None:
        words = f"{moved[1]}{_MOVED.get(moved[2], moved[2])} minister"
    words = {"premier": "prime minister"}.get(words, words)
    return words.replace(" ", "-")


_MOVED: Final = {"internal": "interior", "home": "home"}

BODIES: Final = re.compile(
    rf"""\b(?:
    (?:{_FIELD_NAME}\ (?:and\ )?)?{_FIELD_NAME}\ (?:ministr(?:y|ies)|department|directorate|office
        (?=\s(?:said|says|in\b)))
    |(?:ministry|department)\ (?:of|for)\ {_FIELDS_NAME}
    |government|parliament|national\ assembly|(?-i:Congress)|senate|legislature|junta
    |(?:lower|upper)\ house(?:\ of\ parliament)?|house\ of\ representatives|chamber\ of\ deputies
    |army|(?:armed|defen[cs]e|security|special)\ forces|military|air\ force|navy|marines
    |(?:coast|border|national|presidential|republican)\ guards?|general\ staff|gendarmerie
    |(?:border|national|federal|state|military|riot)\ police|police
    |(?:national\ )?security\ (?:council|services?)
    |(?:military\ )?intelligence\ (?:services?|agency)
    |embassy|high\ commission|consulate|cabinet|council\ of\ ministers
    |(?:central|reserve|national)\ bank|treasury|customs\ service|authorities
    |(?:constitutional|supreme|high)\ (?:court|council)|court\ of\ appeal|presidency
    |presidential\ (?:office|palace|administration)|(?:president|prime\ minister)['’]s\ office
    |foreign\ office|home\ office|attorney\ general['’]s\ office
    |(?:public\ |general\ )?prosecutor(?:[ -]general)?['’]s\ office
    |(?:central\ |national\ )?elect(?:ion|ions|oral)\ commission
    |(?!(?:{"|".join(sorted(NOT_NAMES))})\ )[a-z]{{3,}}\ (?:authority|agency|directorate|commission)
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""Organs of a state, by which it is said to act."""
SOLE_BODIES: Final = re.compile(
    r"""(?:.*\bministry|ministry\b.*|parliament|national\ assembly|congress|senate|army
    |armed\ forces|military|air\ force|navy|coast\ guard|border\ guards?|national\ guard
    |general\ staff|gendarmerie|central\ bank|supreme\ court|constitutional\ court|presidency
    |government|cabinet|foreign\ office|security\ forces|police|authorities)""",
    re.VERBOSE | re.IGNORECASE,
)
"""Organs of which a state has one, so that the bare word means that of the state in question."""

ORGANISATIONS: Final = {
    **dict.fromkeys(
        _words("""ministry parliament army forces guard department senate congress assembly
               duma cabinet navy directorate treasury"""),
        "GovernmentBody",
    ),
    **dict.fromkeys(_words("court tribunal"), "Court"),
    **dict.fromkeys(_words("party"), "PoliticalParty"),
    **dict.fromkeys(
        _words("times post daily tribune gazette herald radio television tv wire news chronicle"),
        "MediaOutlet",
    ),
    **dict.fromkeys(_words("brigade brigades militia battalion corps regiment"), "ArmedGroup"),
    **dict.fromkeys(
        _words("""bank corporation company airlines airways holdings inc ltd llc plc gmbh pjsc
               limited petroleum minerals motors industries enterprises telecom shipping
               logistics"""),
        "Company",
    ),
    **dict.fromkeys(
        _words("""
        front council committee commission organization organisation union alliance association
        agency university institute foundation movement group league federation office bureau center
        centre church authority fund forum society network coalition command service board chamber
        trust directorate consortium secretariat mission
        initiative academy museum administration confederation club syndicate programme program
        collective congress brotherhood guild caucus faction observatory watch workshop parliament
        panel taskforce troika quartet tribe junta cross crescent
        """),
        "Organization",
    ),
}
"""Head words of names of organisations, with the class that each tells of."""

MANY_PEOPLE: Final = _words(
    """
    people peoples worker workers women men children youth farmers fishermen fisherfolk traders
    teachers journalists students miners veterans doctors lawyers nurses writers mothers drivers
    herders pensioners prisoners employers employees police officers bankers consumers tenants
    owners truckers hauliers growers planters exporters importers pilots seafarers sailors dockers
    railwaymen soldiers citizens residents refugees physicians engineers artists editors judges
    parents elders chiefs peasants merchants builders producers ministers
    """
)
"""Plurals whose possessive stands inside names of organisations: "People's Party"."""
ABSTRACT: Final = _words(
    """
    peace security trade development human rights justice economic social health education science
    culture water energy agriculture food humanitarian conflict freedom democracy unity progress
    work labour labor reform liberty dignity solidarity environment investment planning budget
    finance industry commerce technology youth sports women children land mines mining petroleum
    gas fisheries transport communications information research cooperation integration defence
    defense foreign internal home population housing tourism power electricity sanitation
    reconciliation reconstruction renewal change prosperity growth equality
    """
)
"""Words of names of organisations that "and" may join: "Peace and Security Council"."""
LETTERS: Final = _words(
    """
    gps gdp gnp vat cpi dna rna hiv aids covid tv fm ceo cfo coo mp mps pm am fob usd eur gmt utc
    ad bc ac dc lng lpg ngo ngos faq pdf sms url iq id mw gw kwh cv vip eez bce ce ret kg km ii iii
    iv vi vii viii ix xi xii phd ba ma llb kc qc obe mbe cbe po sos ok uav uavs icbm icbms atm it
    """
)
"""Abbreviations that name nobody."""
VESSELS: Final = _words(
    """
    ship tanker trawler frigate ferry vessel boat freighter corvette destroyer submarine icebreaker
    dhow yacht cutter barge tug tugboat steamer warship gunboat minesweeper mv mt ss hms uss ins
    aircraft-carrier carrier liner schooner
    """
)
"""Words before the name of a ship."""
THINGS: Final = {
    **dict.fromkeys(
        _words("""treaty convention agreement accord accords pact protocol charter declaration
               memorandum covenant"""),
        "Treaty",
    ),
    **dict.fromkeys(
        _words("""war wars summit conference games cup olympics revolution uprising battle
               exhibition festival congresses spring massacre"""),
        "Event",
    ),
    **dict.fromkeys(
        _words("""river lake sea bay gulf strait straits cape mount
               mountain mountains valley peninsula canal dam bridge reservoir pass port airport
               harbour harbor highway road street avenue square hotel stadium hospital tower palace
               corridor railway pipeline terminal plateau desert delta"""),
        "Place",
    ),
    **dict.fromkeys(
        _words("island islands islet isle archipelago atoll reef shoal province"), "Territory"
    ),
    **dict.fromkeys(
        _words("""act law code constitution bill plan strategy report article annex paragraph
               resolution award prize day week year month agenda doctrine chapter section"""),
        "Issue",
    ),
}
"""Last words of names of what is no actor, with the class that each tells of."""

DIRECTIONS: Final = _words(
    """
    north south east west northern southern eastern western central upper lower northeast
    northwest southeast southwest northeastern northwestern southeastern southwestern mainland
    """
)

LOCATIVE: Final = _words(
    """
    in at near to from into through across around inside outside towards toward within throughout
    via off over leaving reaching visiting
    """
)
"""Words after which the name of a capital means the place."""

SPEECH: Final = _words(
    """
    said says say denied denies announced announces accused accuses warned warns rejected rejects
    condemned condemns called calls urged urges insisted insists claimed claims demanded demands
    agreed agrees refused refuses backed backs supported supports opposed opposes welcomed
    welcomes signed signs wants wanted hopes hoped pledged pledges vowed vows threatened
    threatens expects expected believes believed considers considered blamed blames declared
    declares stated states told tells replied replies responded responds argues argued recalled
    summoned expelled recognises recognizes recognised recognized seeks sought vetoed voted
    abstained ratified withdrew joined dismissed dismisses protested described describes
    reiterated confirmed confirms maintains maintained regards remains has is was will would
    promised promises offered offers plans planned decided decides intends asks sent sends
    imposed imposes lifted lifts ordered orders banned bans approved approves blocked blocks
    suspended suspends proposed proposes delayed delays halted halts resumed resumes launched
    launches cancelled cancels canceled acknowledged acknowledges admitted admits suggested
    suggests noted notes stressed stresses pressed presses aims fears favours favors prefers
    resists predicted predicts added adds answered answers
    informed informs dropped drops cares cared takes took
    """
)
"""Verbs that a capital before them does as a state: what is said, decided or wanted."""
AUXILIARIES: Final = _words("has had have will would could should must may might did does do")
"""Words between a subject and what it does."""
PLAIN_VERBS: Final = _words("has is was will would remains")
"""Of these, the ones that a place may have too."""

OF_PLACES: Final = _words(
    """
    lie sit stand host see wake have be remain become grow suffer face celebrate fill empty lose
    experience boast feature hold house witness mark enjoy sleep shake burn flood freeze sweat
    empty border overlook look feel seem appear attract draw come go rise fall get
    """
)
"""Verbs, by their lemmas, whose subject may be a place as well as who governs there."""

ADDRESSED: Final = _words(
    """
    accuse accused accuses accusing urge urged urges urging warn warned warns warning blame blamed
    blames blaming thank thanked thanks thanking tell told tells ask asked asks condemn condemned
    condemns condemning criticise criticised criticize criticized criticises criticizes pressure
    pressured persuade persuaded convince convinced oppose opposed angered anger infuriated
    telephoned phoned give gave gives giving
    """
)
"""Verbs after which a capital means those who are spoken to or of."""
CONDUCT: Final = _words(
    """
    position stance policy policies decision decisions demand demands response reaction accusation
    accusations claim claims offer proposal proposals intentions interests allies ally ambassador
    envoy envoys government officials refusal willingness diplomacy leaders leadership ties
    relations support backing consent approval rejection troops forces army military aims
    ambitions objections concerns embassy favour favor hands side minister ministers ministry
    navy parliament president premier anger patience doubts fears hopes silence displeasure
    """
)
"""What a capital may be said to have as an actor: "Baku's position"."""

PERSON_NAMES: Final = _words(
    """
    jordan chad georgia israel china kenya india cuba cyprus mali malta paris sofia victoria
    florence lincoln kingston wellington hamilton douglas stanley santiago lima rabat austria
    holland ireland england scotland wales france german french english polish dominica
    """
)
"""Names of states and places that people have too, folded."""
