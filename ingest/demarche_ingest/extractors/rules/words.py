"""A parsed sentence as a graph: who hangs on whom, and who does what by its syntax.

Words are told by their place among the sentence's tokens. Relations are those of Universal
Dependencies, read with some leniency: what the parser often confuses is taken for the same.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any, Final

from demarche_ingest.extractors.rules.forms import lemma_of, word_set
from demarche_ingest.extractors.rules.kept import kept
from demarche_ingest.extractors.rules.mending import Mended, mend
from demarche_ingest.parsing.model import Parse
from demarche_ingest.texts import Span

_OBJECT_CONTROL: Final = word_set(
    """
    ask urge order tell force allow help let persuade invite call press push compel permit enable
    encourage instruct advise require want expect pressure oblige cause lead convince authorise
    authorize forbid ban bar stop prevent make see hear request appeal beg implore warn remind
    """
)
"""Verbs whose object does what their infinitive says."""
RELATIVE: Final = frozenset(("who", "which", "that", "whom", "whose"))
_NOMINAL: Final = frozenset(("NOUN", "PROPN", "PRON", "NUM", "DET", "SYM"))
_FINITE: Final = frozenset(("VBD", "VBP", "VBZ", "MD"))
"""Tags of the Penn Treebank for verbs with a tense."""


def _plain(parse: Parse) -> list[str]:
    return [lemma_of(token, ()) for token in parse.tokens]


class Words:
    """The words of one parsed sentence. lemmas: in small letters."""

    def __init__(
        self, parse: Parse, known: Container[str] = (), mended: Mended | None = None
    ) -> None:
        """Read a parse.

        known: lemmas, one of which is taken where the parser's is no word. mended: what that makes
        of the parse, where it was made already.
        """
        self.parse = parse
        if mended is None:
            mended = mend(parse.tokens, known) if known else Mended(parse.tokens, _plain(parse))
        self.tokens, self.lemmas = mended.tokens, mended.lemmas
        self._relations = [token.deprel for token in self.tokens]
        self.kept: dict[tuple[Any, ...], Any] = {}
        self.kids: list[list[int]] = [[] for _ in self.tokens]
        for at, token in enumerate(self.tokens):
            if token.head != at:
                self.kids[token.head].append(at)
        self._subjects: dict[int, list[int]] = {}
        self._busy: set[int] = set()

    # --- plain looks -------------------------------------------------------------------------

    def of(self, at: int, *relations: str) -> list[int]:
        """Return the dependents of a word by one of some relations, subtypes not included."""
        kids, names = self.kids[at], self._relations
        return [kid for kid in kids if names[kid] in relations] if kids else []

    def has(self, at: int, *relations: str) -> bool:
        """Tell whether a word has a dependent by one of some relations, the first word too."""
        names = self._relations
        for kid in self.kids[at]:  # noqa: SIM110 - asked so often that any() would show
            if names[kid] in relations:
                return True
        return False

    def subtree(self, at: int) -> Iterator[int]:
        """Yield a word and all that hangs on it."""
        stack = [at]
        while stack:
            here = stack.pop()
            yield here
            stack += self.kids[here]

    def above(self, at: int) -> Iterator[int]:
        """Yield the heads of a word, from its own to the root."""
        while self.tokens[at].head != at:
            at = self.tokens[at].head
            yield at

    def span(self, *places: int) -> Span:
        """Return the stretch of text from the first of some words to the last."""
        return Span(self.tokens[min(places)].span.start, self.tokens[max(places)].span.end)

    @kept
    def case(self, at: int) -> str:
        """Return the preposition of a word, "" for none: the last one before it of its own."""
        found = [self._preposition(kid) for kid in self.of(at, "case") if kid < at]
        if not found:
            return ""
        first = min(self.of(at, "case"))
        if found[0] == "out" and first and self.is_verb(first - 1):
            return found[-1]  # "pulled out of the town"
        return found[0] if len(found) == 1 else self._joined(found)

    def _preposition(self, at: int) -> str:
        """Return a preposition, one that is a participle as it reads ("according", "following")."""
        token = self.tokens[at]
        return token.text.lower() if token.upos == "VERB" else self.lemmas[at]

    @staticmethod
    def _joined(found: list[str]) -> str:
        return " ".join(found) if found[0] in ("because", "instead", "out", "due") else found[-1]

    @kept
    def mark(self, at: int) -> str:
        """Return what introduces a clause: "that", "to", "if"; "" for nothing."""
        return next((self.lemmas[kid] for kid in self.of(at, "mark", "case") if kid < at), "")

    def is_verb(self, at: int) -> bool:
        return self.tokens[at].upos in ("VERB", "AUX")

    def is_nominal(self, at: int) -> bool:
        return self.tokens[at].upos in _NOMINAL

    @kept
    def conjuncts(self, at: int) -> list[int]:
        """Return a word and what is coordinated with it, of the same kind."""
        found = [at]
        for here in found:
            found += [kid for kid in self.of(here, "conj") if self.is_verb(kid) == self.is_verb(at)]
        return found

    def beside(self, at: int) -> list[int]:
        """Return a word with what is coordinated with it, or only set beside it by a comma."""
        found = self.conjuncts(at)
        return [*found, *(kid for kid in self.of(at, "appos", "list") if kid not in found)]

    def first_conjunct(self, at: int) -> int:
        """Return the word that a coordinated one hangs on, at last."""
        while self.tokens[at].deprel == "conj" and self.tokens[at].head != at:
            at = self.tokens[at].head
        return at

    # --- verbs -------------------------------------------------------------------------------

    @kept
    def is_passive(self, at: int) -> bool:
        """Tell whether a verb is in the passive, a participle behind a noun included."""
        token = self.tokens[at]
        if self.has(at, "aux:pass", "nsubj:pass"):
            return not self._must_be_finite(at)
        if self._is_curt(at):
            return True
        if token.xpos != "VBN":
            return False
        if token.deprel == "conj":
            own = self.has(at, "aux", "nsubj", "obj", "xcomp") or self.lemmas[at] in _BY_SELF
            return not own and self.is_passive(token.head)
        if self.has(at, "aux", "obj"):
            return False
        return token.deprel in ("acl", "advcl", "xcomp") or self.has(at, "obl:agent")

    def _is_curt(self, at: int) -> bool:
        """Tell whether a headline has left out the auxiliary ("Dozens arrested in Minsk")."""
        token = self.tokens[at]
        is_whole = token.deprel == "root" and self.tokens[-1].text not in (".", "?", "!", ":")
        if not is_whole or token.xpos not in ("VBN", "VBD") or self.lemmas[at] not in _DONE_TO:
            return False
        if at + 1 < len(self.tokens) and self.tokens[at + 1].text == ",":
            return True  # "Twelve soldiers killed, convoy burnt"
        return not self.has(at, "obj", "aux", "cop", "ccomp", "xcomp", "iobj", "compound:prt")

    def _must_be_finite(self, at: int) -> bool:
        """Tell whether a participle without an auxiliary is all the verb that a sentence has.

        It is in the past, then. Headlines, which end without a stop, leave the auxiliary out.
        """
        is_whole = self.tokens[at].deprel == "root" and self.tokens[-1].text in (".", "?", "!")
        return is_whole and not self.has(at, "aux", "aux:pass", "cop")

    def is_finite(self, at: int) -> bool:
        """Tell whether a verb has a tense, by itself or by an auxiliary."""
        auxiliaries = self.of(at, "aux", "aux:pass", "cop")
        return any(self.tokens[one].xpos in _FINITE for one in (at, *auxiliaries))

    def subjects(self, at: int) -> list[int]:
        """Return the grammatical subjects of a verb, its own or those it shares."""
        if at not in self._subjects:
            if at in self._busy:
                return []
            self._busy.add(at)
            self._subjects[at] = self.antecedents(self._subject(at))
            self._busy.discard(at)
        return self._subjects[at]

    def has_own_subject(self, at: int) -> bool:
        return self.has(at, "nsubj", "nsubj:pass")

    def _subject(self, at: int) -> list[int]:
        own = list(self.of(at, "nsubj", "nsubj:pass")) or self._both_before(at)
        own = own or list(self.of(at, "nsubj:outer"))
        own = own or self._read_as_part(at) or self._without_role(at)
        if own:
            return [one for kid in own for one in self.conjuncts(kid)]
        head, relation = self.tokens[at].head, self.tokens[at].deprel
        if head == at:
            return []
        if relation == "conj":
            return self._of_conjunct(head)
        if relation in ("xcomp", "advcl", "ccomp", "parataxis"):
            return self._controlled(at, head, relation)
        is_misread = relation == "amod" and head < at and self.has(at, "obj")
        if relation in ("acl", "acl:relcl") or is_misread:
            return self._of_noun_clause(at, head)
        return []

    def _both_before(self, at: int) -> list[int]:
        """Return "both" where it is all of a subject ("both praised the deal")."""
        return [
            kid for kid in self.of(at, "advmod", "det") if kid < at and self.lemmas[kid] == "both"
        ]

    def _without_role(self, at: int) -> list[int]:
        """Return a noun without preposition that is no subject yet ("after gunmen kill")."""
        finite = self.tokens[at].xpos.startswith("VB") and not self._is_ing(at)
        if not finite or self.has(at, "aux") or self.mark(at) == "to" or self.is_passive(at):
            return []
        before = [kid for kid in self.of(at, "obl") if kid < at and self.is_nominal(kid)]
        return [kid for kid in before if not self.has(kid, "case")][-1:]

    def _read_as_part(self, at: int) -> list[int]:
        """Return the name before a finite verb that is parsed as part of it ("EU slaps duties")."""
        finite = self.tokens[at].deprel == "root" and self.tokens[at].xpos in ("VBZ", "VBD", "VBP")
        names = [kid for kid in self.of(at, "compound", "flat") if kid < at]
        return [kid for kid in names if finite and self.tokens[kid].upos == "PROPN"][-1:]

    def _of_conjunct(self, head: int) -> list[int]:
        if self.is_verb(head) or self.has_own_subject(head):
            return self.subjects(head)
        return []

    def _controlled(self, at: int, head: int, relation: str) -> list[int]:
        if not self.is_verb(head):
            shared = self.subjects(head)  # "is ready to send"
            return shared if shared or not self.is_nominal(head) else self._owners(head)
        mark = self.mark(at)
        objects = self.objects(head)
        bare = mark in ("to", "") or (mark in ("of", "for", "from") and self._is_ing(at))
        if relation == "parataxis" or (relation == "ccomp" and mark == "that"):
            return []
        if objects and bare and self._gives_object(head, mark):
            return objects
        return self.subjects(head) if bare or self._is_ing(at) else []

    def _gives_object(self, head: int, mark: str) -> bool:
        return mark in ("of", "for", "from") or self.lemmas[head] in _OBJECT_CONTROL

    def _is_ing(self, at: int) -> bool:
        return self.tokens[at].xpos == "VBG"

    def _of_noun_clause(self, at: int, head: int) -> list[int]:
        """Return who does what a clause behind a noun says."""
        if self.tokens[at].xpos == "VBG" and self.lemmas[head] in _DOCUMENTS:
            return self._writers(head) or [head]
        if self.tokens[at].deprel == "acl:relcl" or self.tokens[at].xpos in ("VBG", "VBN", "VBD"):
            return [head]
        return self._owners(head) or [head]  # "its plan to attack", "Norland to train pilots"

    def _writers(self, text: int) -> list[int]:
        """Return whose a text is: its owner, or who issued it or said something in it."""
        owners = [
            *self.of(text, "nmod:poss"),
            *self.oblique(text, "by"),
            *self.oblique(text, "from"),
        ]
        head = self.tokens[text].head
        if owners or head == text or not self.is_verb(head):
            return owners
        is_in = self.tokens[text].deprel == "obl" and self.case(text) == "in"
        return (
            self.doers(head) if is_in or self.tokens[text].deprel in ("obj", "nsubj:pass") else []
        )

    def _owners(self, noun: int) -> list[int]:
        owned = [*self.of(noun, "nmod:poss")]
        if owned:
            return owned
        head = self.tokens[noun].head
        if self.tokens[noun].deprel == "obj" and head != noun:
            return self.subjects(head)
        return []

    @kept
    def objects(self, at: int) -> list[int]:
        """Return the direct objects of a verb by its form; of a relative clause, what it is on."""
        own = self._both(at) or list(self.of(at, "obj")) or self._behind_particle(at)
        own = own or self._bare(at)
        if not own and (not self.has(at, "ccomp", "parataxis") or any(self._asked_of(at))):
            own = list(self.of(at, "iobj"))  # "told Cameroon to leave", "kept Estonia informed"
        if not own and self.tokens[at].deprel == "acl:relcl":
            own = self._gap(at)
        found = [one for kid in own for one in self.conjuncts(kid)]
        return self.antecedents(found)

    def _bare(self, at: int) -> list[int]:
        """Return a noun behind a verb that has no preposition, no other object and is no time."""
        if self.is_passive(at) or self.has(at, "iobj", "ccomp", "xcomp", "cop"):
            return []
        return [
            kid
            for kid in self.of(at, "obl")
            if kid > at
            and self.tokens[kid].upos in ("NOUN", "PROPN")
            and not self.has(kid, "case")
            and self.lemmas[kid] not in _TIMES
        ][:1]

    def _both(self, at: int) -> list[int]:
        """Return "both" where it is all of an object ("asked both to leave")."""
        after = self.lemmas[at + 1 : at + 3]
        return [at + 1] if after == ["both", "to"] else []

    @kept
    def _behind_particle(self, at: int) -> list[int]:
        """Return the object of a verb whose particle is parsed as its preposition."""
        if at + 1 >= len(self.tokens) or self.tokens[at + 1].deprel != "case":
            return []
        after = self.lemmas[at + 1]
        if after == "out" and self.lemmas[at + 2 : at + 3] == ["of"]:
            return []  # "pulled out of the town"
        is_one = self.tokens[at + 1].xpos == "RP" or after in _SURE_PARTICLES
        is_one = is_one or f"{self.lemmas[at]} {after}" in _PAIRS
        return [
            kid for kid in self.of(at, "obl", "obj") if is_one and self.tokens[at + 1].head == kid
        ]

    def _gap(self, at: int) -> list[int]:
        """Return the noun of a relative clause that has a subject of its own and no object."""
        own = any(
            self.lemmas[kid] not in RELATIVE for kid in self.of(at, "nsubj")
        ) and not self.is_passive(at)
        busy = any(self.lemmas[kid] in RELATIVE for kid in self.kids[at])
        return [self.tokens[at].head] if own and not busy else []

    def antecedents(self, found: list[int]) -> list[int]:
        """Return words with relative pronouns made what they stand for."""
        made: list[int] = []
        for at in found:
            made += [at] if self.lemmas[at] not in RELATIVE else self._antecedent(at)
        return made

    def _antecedent(self, at: int) -> list[int]:
        if self.tokens[at].upos != "PRON":
            return [at]
        for above in self.above(at):
            if self.tokens[above].deprel == "acl:relcl":
                head = self.tokens[above].head
                return [one for one in self.conjuncts(head) if one < at] or [head]
        return []

    # --- roles by what they mean -------------------------------------------------------------

    def doers(self, at: int) -> list[int]:
        """Return who does what a verb says: its subject, or the agent of a passive."""
        if not self.is_passive(at):
            return self.subjects(at)
        agents = list(self.of(at, "obl:agent")) or self.oblique(at, "by")
        if not agents:  # "killed in a raid by rebels", "placed under sanctions by the bloc"
            around = [kid for kid in self.of(at, "obl") if self.lemmas[kid] not in _BY_NOBODY]
            agents = [one for kid in around for one in self.oblique(kid, "by")]
            agents = agents or list(self._far_agents(around))
        return [one for kid in agents for one in self.conjuncts(kid)]

    def _far_agents(self, around: list[int]) -> Iterator[int]:
        """Yield who is told behind "by" far off: "held in a cove near Nacala by the navy".

        It hangs on a name of a place, which nobody makes, or behind a comma on a clause between.
        """
        stack = list(around)
        while stack:
            here = stack.pop()
            stack += [kid for kid in self.kids[here] if kid > here]
            is_name = self.tokens[here].upos == "PROPN"
            for kid in self.oblique(here, "by") if is_name or self.is_verb(here) else ():
                first = min([kid, *self.of(kid, "case")])
                if is_name or (first and self.tokens[first - 1].text == ","):
                    yield kid

    def noun_subjects(self, at: int) -> list[int]:
        """Return who a noun is said of ("teachers were on strike")."""
        if not any(self.of(at, "cop")):
            return []
        return self.antecedents(
            [one for kid in self.of(at, "nsubj") for one in self.conjuncts(kid)]
        )

    def undergoers(self, at: int) -> list[int]:
        """Return to whom it is done: the object, or the subject of a passive."""
        if not self.is_passive(at):
            return self.objects(at)
        return self.subjects(at)

    @kept
    def oblique(self, at: int, preposition: str) -> list[int]:
        """Return what stands behind a preposition of a word, coordinated words too.

        What follows a noun at once may hang on its verb: that is taken for the noun's as well.
        """
        kids = self.kids[at]
        if not self.is_verb(at):
            kids = [*kids, *self._following(at)]
        else:
            times = [kid for kid in self.of(at, "obl", "obl:unmarked") if self._is_time(kid)]
            kids = [*kids, *(one for kid in times for one in self.of(kid, "nmod"))]
        return [
            one
            for kid in kids
            if self.tokens[kid].deprel in ("obl", "nmod", "obl:agent", "advcl")
            and self.is_nominal(kid)
            and self.case(kid) == preposition
            and not self._is_company(kid)
            for one in self.conjuncts(kid)
        ]

    def _is_time(self, at: int) -> bool:
        """Tell whether a word is a time, on which what follows hangs only by mistake."""
        return self.lemmas[at] in _TIMES or self.tokens[at].upos == "NUM"

    def company(self, at: int) -> list[int]:
        """Return who does something together with others ("along with", "together with")."""
        return [
            one
            for holder in (at, *self.of(at, "advmod"))
            for kid in self.of(holder, "obl", "nmod")
            if self._is_company(kid)
            for one in self.conjuncts(kid)
        ]

    @kept
    def _is_company(self, at: int) -> bool:
        """Tell whether the "with" before a word is one of "along with", "together with"."""
        cases = [kid for kid in self.of(at, "case") if self.lemmas[kid] == "with"]
        return any(kid and self.lemmas[kid - 1] in _COMPANY for kid in cases)

    @kept
    def _following(self, at: int) -> list[int]:
        head = self.tokens[at].head
        return [
            kid
            for kid in self.kids[head]
            if head != at and kid > at and at + 1 in self.of(kid, "case")
        ]

    @kept
    def clauses(self, at: int) -> list[int]:
        """Return the heads of the clauses that a word takes as complement."""
        found = [kid for kid in self.of(at, "ccomp", "xcomp") if not self._is_told_first(at, kid)]
        for kid in self.of(at, "advcl", "acl", "obl"):
            mark = self.mark(kid)
            ing = self._is_ing(kid) and mark in ("of", "for", "from", "to", "with", "against", "in")
            to = (mark == "to" or self._is_but_to(kid)) and self.is_verb(kid) and kid > at
            if ing or to:
                found.append(kid)
        found += self._asked_of(at)
        return [one for kid in found for one in self._joined_clauses(kid)]

    def _is_but_to(self, at: int) -> bool:
        """Tell whether a verb is all that is left to do ("no choice but to respond")."""
        return self.lemmas[max(at - 2, 0) : at] == ["but", "to"]

    def _asked_of(self, at: int) -> Iterator[int]:
        """Yield infinitives parsed as part of an object that is to do them ("told X to leave")."""
        if self.lemmas[at] in _OBJECT_CONTROL and self.is_verb(at):
            for thing in self.of(at, "obj", "iobj"):
                for kid in self.of(thing, "acl"):
                    if self.mark(kid) == "to" and self.is_verb(kid):
                        yield kid

    def conditions(self, at: int) -> list[int]:
        """Return the heads of the clauses that tell on what condition a word holds."""
        return [kid for kid in self.of(at, "advcl") if self.mark(kid) in ("if", "unless", "until")]

    def _joined_clauses(self, at: int) -> Iterator[int]:
        """Yield a clause and those coordinated with it that have no subject of their own."""
        yield at
        for kid in self.of(at, "conj"):
            if self.is_verb(kid) and (not self.has_own_subject(kid) or self.mark(kid) == "that"):
                yield from self._joined_clauses(kid)

    def _is_told_first(self, at: int, kid: int) -> bool:
        return kid < at

    @kept
    def particle(self, at: int) -> str:
        """Return the particle of a verb ("turn down": down), "" for none."""
        for kid in self.kids[at]:
            token = self.tokens[kid]
            if token.deprel == "compound:prt":
                return self.lemmas[kid]
        for kid in self.of(at, "advmod", "case"):
            if kid > at and self.lemmas[kid] in _PARTICLES:
                return self.lemmas[kid]
        if self._behind_particle(at):
            return self.lemmas[at + 1]
        if at + 1 == len(self.lemmas):
            return ""
        after, is_adverb = self.lemmas[at + 1], self.tokens[at + 1].deprel == "advmod"
        return after if after in (_PARTICLES if is_adverb else _SURE_PARTICLES) else ""

    def is_bound(self, at: int) -> bool:
        """Tell whether a verb's particle is surely one, and no adverb."""
        return self.has(at, "compound:prt") or bool(self._behind_particle(at))


_BY_SELF: Final = word_set(
    "decline refuse resign flee apologise apologize die go come arrive agree"
)
"""Verbs that are hardly ever passive."""
_TIMES: Final = word_set(
    """
    day week month year hour minute second decade century time moment night morning evening
    afternoon noon midnight weekend season spring summer autumn winter monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september
    october november december today yesterday tomorrow way while home percent
    """
)
"""Nouns without preposition that tell when, how far or how much."""
_DOCUMENTS: Final = word_set(
    """
    statement declaration letter resolution report communiqué communique note message document
    petition tweet post article speech address motion text release appeal memo memorandum telegram
    cable editorial call order decree ruling interview
    """
)
"""Texts that say what those say whose they are."""
_BY_NOBODY: Final = word_set("year month week day hour time date deadline end")
_DONE_TO: Final = word_set(
    """
    accuse arrest detain jail imprison kill shoot wound injure seize abduct kidnap expel deport
    evict capture assassinate murder oust overthrow dismiss sack fire execute sentence convict
    sanction blame condemn criticise criticize charge indict summon ban suspend free release bomb
    raid ambush appoint attack bar block censure damage destroy displace elect evacuate fine hail
    impose impound invite lift name postpone praise rape recall reject rescue shell slam torch
    torture urge
    """
)
"""Verbs that nearly always have an object, so that they are passives without one."""
_COMPANY: Final = word_set("along together jointly")
_PAIRS: Final = frozenset(("hand over", "turn over", "take over", "hand in", "turn in"))
"""Verbs with particles that are prepositions elsewhere."""
_SURE_PARTICLES: Final = word_set("off out down up back away aside together")
_PARTICLES: Final = word_set(
    "down off out up back over away on through aside together forward along"
)
