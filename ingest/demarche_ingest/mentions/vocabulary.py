"""Words that tell what a name is part of: titles, bodies, weekdays, and words that begin sentences.

General English of any region; no name of anybody.
"""

from __future__ import annotations

import re
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PARTICLES: Final = _words(
    "de da do dos das del della di du van von der den ten ter bin bint ibn al el ul ad as la le"
)
"""Words in small letters inside names of people."""

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
    lady sheikh sheikha madam rev reverend h.e h.h h.m h.r.h
    """
)

_OFFICES: Final = r"""
    (?:vice|deputy|first|acting|interim|caretaker|then|former|ex|incoming|outgoing|late|
       prime|foreign|defen[cs]e|interior|finance|justice|economy|economic|energy|trade|health|
       culture|education|home|security|state|assistant|permanent|special|presidential|chief|
       national|general|senior|supreme|crown|press|party|opposition|military|army|naval|
       parliamentary|parliament|affairs|attorney|police|rebel|de\ facto|co|cabinet|transport|
       agriculture|labou?r|tourism|environment|water|industry|information|communications|
       planning|migration|oil|petroleum|mining|internal|external|public|ports?|border)
"""
_HEADS: Final = r"""
    (?:president|presidents|minister|ministers|premier|chancellor|secretary(?:[ -]general)?|king|
       queen|emir|sultan|prince|princess|pope|ayatollah|ambassador|envoy|representative|
       spokes(?:man|woman|person)|speaker|leader|leaders|governor|mayor|commander|chief|general|
       colonel|admiral|marshal|captain|major|lieutenant|chairman|chairwoman|chairperson|chair|
       director|head|adviser|advisor|aide|commissioner|senator|congressman|congresswoman|deputy|
       charg[eé]\ d['’]affaires|lawmaker|mp|diplomat|official|officials|negotiator|dictator|
       ruler|prosecutor|judge|
       economist|analyst|activist|journalist|historian)
"""
_FIELD: Final = r"""
    (?:(?:foreign|internal|home|economic|european|external|regional)\s+affairs
    |(?:the\s+)?(?:defen[cs]e|finance|interior|justice|energy|economy|parliament|environment)
    |(?:border\s+)?trade|education|transport|agriculture|health|labou?r|tourism|water|industry
    |information|planning|migration|culture|security|foreign\s+relations
    |(?-i:[a-z]+(?:\s[a-z]+){0,2})(?=[,.;)]))
"""
TITLE: Final = re.compile(
    rf"\b(?:{_OFFICES}[ -]){{0,4}}{_HEADS}(?:[ -](?:general|elect|in-chief))?\b"
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
        words = f"{moved[1]}{_FIELDS.get(moved[2], moved[2])} minister"
    words = {"premier": "prime minister"}.get(words, words)
    return words.replace(" ", "-")


_FIELDS: Final = {"internal": "interior", "home": "home"}

BODIES: Final = re.compile(
    r"""\b(?:(?:foreign|defen[cs]e|interior|finance|justice|economy|energy|trade|health|culture|
    education|information|agriculture|transport)\ ministr(?:y|ies)
    |ministry\ of\ (?:foreign\ affairs|defen[cs]e|the\ interior|internal\ affairs|finance|justice|
    (?:the\ )?economy|energy|trade|health|culture|education|information|agriculture|transport)
    |government|parliament|army|armed\ forces|military|air\ force|navy|security\ council|
    security\ services?|intelligence\ services?|embassy|cabinet|central\ bank|authorities|police|
    constitutional\ court|supreme\ court|presidency|coast\ guard
    |[a-z]{3,}\ (?:ministry|authority|agency|directorate|commission))\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""Organs of a state, by which it is said to act."""

ORGANISATIONS: Final = {
    **dict.fromkeys(
        _words("""ministry parliament army forces guard department senate congress assembly
               duma cabinet"""),
        "GovernmentBody",
    ),
    **dict.fromkeys(_words("court tribunal"), "Court"),
    **dict.fromkeys(_words("party"), "PoliticalParty"),
    **dict.fromkeys(
        _words("times post daily tribune gazette herald radio television tv"), "MediaOutlet"
    ),
    **dict.fromkeys(_words("brigade brigades militia battalion"), "ArmedGroup"),
    **dict.fromkeys(
        _words("bank corporation company airlines airways holdings inc ltd llc"), "Company"
    ),
    **dict.fromkeys(
        _words("""
        front council committee commission organization organisation union alliance association
        agency university institute foundation movement group league federation office bureau center
        centre church authority fund forum society network coalition command service board chamber
        trust directorate consortium secretariat mission
        initiative academy administration confederation club
        """),
        "Organization",
    ),
}
"""Head words of names of organisations, with the class that each tells of."""

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
    ambitions objections concerns embassy favour favor hands side
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
