"""The parser that comes with the package, and a user's own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from demarche_ingest.parsing import forms, lemmas, network, pieces, tokenising, trees
from demarche_ingest.parsing.english import EnglishParser, english, weights
from demarche_ingest.parsing.opening import open_parser
from demarche_ingest.parsing.tokenising import Tokeniser
from demarche_ingest.texts import Span, Text, sha256
from demarche_ontology.errors import InputError

ROOT = Path(__file__).parents[2]
TREEBANK = ROOT.parent / "shared" / "treebank"
CARD = json.loads(
    (ROOT / "ingest/demarche_ingest/parsing/weights/card.json").read_text(encoding="utf-8")
)
sys.path.insert(0, str(ROOT / "ingest" / "training"))

import scoring  # noqa: E402
import treebank  # noqa: E402


def text_of(content: str) -> Text:
    digest = sha256(content.encode("utf-8", "surrogatepass"))
    return Text(content, digest, digest)


def parse(content: str) -> list:
    (found,) = english().parse(text_of(content), [Span(0, len(content))])
    return list(found.tokens)


def words(content: str) -> list[str]:
    return [content[a:z] for a, z in Tokeniser().spans(content)]


def blas_threads() -> list[int]:
    return [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]


def test_a_parse_takes_one_thread_and_leaves_the_others_as_they_were(monkeypatch):
    parser = EnglishParser(weights())
    scored, during = parser._network.score, []

    def score(sentences):
        during.extend(blas_threads())
        return scored(sentences)

    monkeypatch.setattr(parser._network, "score", score)
    content = "Norland closed the tunnel."
    with threadpool_limits(limits=2, user_api="blas"):
        before = blas_threads()
        assert before, "numpy's products come from a library whose threads can be counted"
        list(parser.parse(text_of(content), [Span(0, len(content))]))
        assert set(during) == {1}
        assert blas_threads() == before


def is_tree(heads: list[int]) -> bool:
    """One word is its own head, and every word leads there."""
    roots = [at for at, head in enumerate(heads) if at == head]
    for at in range(len(heads)):
        seen = set()
        here = at
        while heads[here] != here and here not in seen:
            seen.add(here)
            here = heads[here]
        if here not in roots:
            return False
    return len(roots) == 1


# ---- Words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("They don't agree.", "They do n't agree ."),
        ("It’s Putin’s and isn’t ours.", "It ’s Putin ’s and is n’t ours ."),
        ("You know, you’ve—you’ve won.", "You know , you ’ve — you ’ve won ."),
        ("Non-NATO and pro-Kremlin", "Non-NATO and pro-Kremlin"),
        ("long-term al-Bashir", "long - term al - Bashir"),
        ("U.S. and/or U.K. troops", "U.S. and / or U.K. troops"),
        ("Gen. Abdo met Lt. Col. Haile.", "Gen. Abdo met Lt. Col. Haile ."),
        ("guns, tanks, etc.", "guns , tanks , etc ."),
        ("resolution No. 1244 says no.", "resolution No. 1244 says no ."),
        ("He lives in Washington, D.C.", "He lives in Washington , D.C."),
        ("Really?! (yes...)", "Really ?! ( yes ... )"),
        ("1999-2003, at 7:30pm", "1999 - 2003 , at 7:30 pm"),
        ("see https://example.org/a?b=c. Now", "see https://example.org/a?b=c . Now"),
        ("write to a.b@example.org, please", "write to a.b@example.org , please"),
        ("cannot", "can not"),
    ],
)
def test_words_are_divided_as_in_the_treebanks(content, expected):
    assert " ".join(words(content)) == expected


def test_white_space_of_any_kind_is_in_no_word():
    content = "Peace\u00a0talks\u2003\u2028resume\u200b\ufeff\tnow \x1f."
    assert words(content) == ["Peace", "talks", "resume", "now", "."]


# ---- Places ---------------------------------------------------------------------------------

PIECES = [
    *(" ", "\u00a0", "\u3000", "\n", "\u200b", "\ufeff", "e\u0301te\u0301", "🇺🇳", "👩🏽\u200d🚀"),
    *("Ministers", "don't", "Putin’s", "non-aligned", "U.S.", "№", "مصر", "5,000"),
    *("—", "...", "“", "”", "(", ")", "!"),
]
strange = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=25).map("".join)


@settings(max_examples=60, deadline=None)
@given(before=strange, sentences=st.lists(strange, max_size=4), after=strange)
def test_every_token_stands_where_it_says(before, sentences, after):
    content, spans = before, []
    for one in sentences:
        spans.append(Span(len(content), len(content) + len(one)))
        content += one + "\n"
    text = text_of(content + after)
    found = list(english().parse(text, spans))
    assert [one.span for one in found] == spans
    for one in found:
        end = one.span.start
        for token in one.tokens:
            assert end <= token.span.start < token.span.end <= one.span.end
            assert text[token.span] == token.text
            assert token.text.strip() == token.text
            end = token.span.end
            assert token.lemma
            assert token.upos
        left_out = text[one.span]
        for token in reversed(one.tokens):
            start = token.span.start - one.span.start
            left_out = left_out[:start] + left_out[start + len(token.span) :]
        assert all(c.isspace() or c in "\u200b\u2060\ufeff" for c in left_out)
        if one.tokens:
            assert is_tree([token.head for token in one.tokens])
            assert [t.deprel == "root" for t in one.tokens] == [
                at == t.head for at, t in enumerate(one.tokens)
            ]


def test_lone_surrogates_do_not_break_it():
    tokens = parse("The \ud800 minister left.")
    assert [t.text for t in tokens] == ["The", "\ud800", "minister", "left", "."]


def test_a_sentence_of_nothing_but_space_has_no_tokens():
    assert parse(" \n\u200b ") == []
    assert list(english().parse(text_of(""), [])) == []


def test_the_order_of_sentences_does_not_matter():
    one, two = "Turkey joined NATO in 1952.", "No."
    content = f"{one} {two}"
    first, second = Span(0, len(one)), Span(len(one) + 1, len(content))
    there = list(english().parse(text_of(content), [first, second]))
    back = list(english().parse(text_of(content), [second, first]))
    assert there == back[::-1]
    assert [t.text for t in there[1].tokens] == ["No", "."]


# ---- What is found --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "The minister condemned the attack.",
            "DET>minister:det NOUN>condemned:nsubj VERB>condemned:root DET>attack:det"
            " NOUN>condemned:obj PUNCT>condemned:punct",
        ),
        (
            "Officials said that Kenya will send troops.",
            "NOUN>said:nsubj VERB>said:root SCONJ>send:mark PROPN>send:nsubj AUX>send:aux"
            " VERB>said:ccomp NOUN>send:obj PUNCT>said:punct",
        ),
        (
            "The village was destroyed by rebels.",
            "DET>village:det NOUN>destroyed:nsubj:pass AUX>destroyed:aux:pass"
            " VERB>destroyed:root ADP>rebels:case NOUN>destroyed:obl:agent PUNCT>destroyed:punct",
        ),
        (
            "She does not know him.",
            "PRON>know:nsubj AUX>know:aux PART>know:advmod VERB>know:root PRON>know:obj"
            " PUNCT>know:punct",
        ),
        (
            "Peru and Chile signed a treaty.",
            "PROPN>signed:nsubj CCONJ>Chile:cc PROPN>Peru:conj VERB>signed:root DET>treaty:det"
            " NOUN>signed:obj PUNCT>signed:punct",
        ),
    ],
)
def test_plain_sentences_are_parsed(content, expected):
    tokens = parse(content)
    found = [f"{t.upos}>{tokens[t.head].text}:{t.deprel}" for t in tokens]
    assert " ".join(found) == expected


def test_lemmas_and_features():
    tokens = {t.text: t for t in parse("The envoys went to better offices.")}
    assert [tokens[w].lemma for w in ("envoys", "went", "offices", "The")] == [
        "envoy", "go", "office", "the",
    ]  # fmt: skip
    assert "Number=Plur" in tokens["envoys"].feats.split("|")
    assert "Tense=Past" in tokens["went"].feats.split("|")
    assert tokens["went"].xpos == "VBD"


# ---- Long ones ------------------------------------------------------------------------------


def test_a_very_long_sentence_is_cut_and_joined():
    content = "The council met and the envoy left, " * 3000 + "and that was it."
    tokens = parse(content)
    assert len(tokens) > 20_000
    assert is_tree([t.head for t in tokens])
    assert all(content[t.span.start : t.span.end] == t.text for t in tokens)


def test_one_very_long_word_does_no_harm():
    assert [len(t.span) for t in parse("x" * 50_000)] == [500] * 100


def test_cuts_are_at_marks_and_cover_everything():
    given = (["word"] * 180 + [";"]) * 5
    found = pieces.cuts(given)
    assert [a for a, _ in found] == [0, *(z for _, z in found[:-1])]
    assert found[-1][1] == len(given)
    assert all(z - a <= pieces.MOST_WORDS for a, z in found)
    assert all(given[z - 1] == ";" for _, z in found)
    assert pieces.cuts(["a", "b"]) == [(0, 2)]


def test_later_roots_hang_on_the_first():
    assert pieces.join([0, 0, 2, 2], ["root", "obj", "root", "obj"]) == (
        [0, 0, 0, 2],
        ["root", "obj", "parataxis", "obj"],
    )


# ---- Trees ----------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 5), st.integers(0, 10_000))
def test_the_tree_is_the_best_with_its_root(size, seed):
    scores = np.random.default_rng(seed).normal(size=(size, size + 1)).astype(np.float32)
    found = trees.heads(scores.copy())

    def is_one(heads: tuple[int, ...]) -> bool:
        return is_tree([head - 1 if head else at for at, head in enumerate(heads)]) and all(
            head != at + 1 for at, head in enumerate(heads)
        )

    def total(heads: tuple[int, ...]) -> float:
        return float(sum(scores[at, head] for at, head in enumerate(heads)))

    assert is_one(tuple(found))
    root = found.index(0)
    others = [t for t in product(range(size + 1), repeat=size) if t[root] == 0 and is_one(t)]
    assert total(tuple(found)) == pytest.approx(max(map(total, others)), abs=1e-4)


# ---- Forms and lemmas -----------------------------------------------------------------------


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_an_edit_makes_the_lemma_it_was_made_for(form, lemma):
    assert lemmas.apply(form, lemmas.edit(form, lemma)) == lemma


@given(st.text(min_size=1), st.sampled_from(["k|3|y", "l|1|", "t|9|e", "=be"]))
def test_an_edit_that_does_not_fit_leaves_a_word(form, made):
    assert lemmas.apply(form, made) or not form.lower()


@given(st.text(min_size=1))
def test_forms_are_seen_whatever_they_are(form):
    assert forms.word(form)
    assert len(forms.letters(form)) <= forms.LETTERS
    assert len(forms.shape(form)) <= 6


# ---- Files ----------------------------------------------------------------------------------


def test_the_card_is_of_these_weights():
    assert CARD["weights"] == sha256(weights())
    assert CARD["bytes"] == len(weights()) < 15_000_000
    assert english().name == f"demarche-english/{CARD['weights'][:12]}"


def test_nothing_heavy_is_imported_before_a_parser_is_opened():
    program = (
        "import sys, demarche_ingest.parsing.opening, demarche_ingest.parsing.model;"
        "print([m for m in ('spacy', 'numpy', 'torch') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_documentation_gives_the_scores_of_the_card():
    page = (ROOT / "docs" / "parser.md").read_text(encoding="utf-8")
    for name, found in CARD["test"].items():
        row = " | ".join(f"{value:.2f}" for value in found.values())
        assert f"| {name} | {row} |" in page, f"| {name} | {row} |"
    assert CARD["treebank"] in page


def test_the_example_of_the_documentation_prints_what_it_says(capsys):
    page = (ROOT / "docs" / "parser.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (shown,) = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    exec(program, {})
    assert capsys.readouterr().out == shown


FLOORS = {
    "ewt, gold words": {"upos": 95, "uas": 87, "las": 84},
    "gum, gold words": {"upos": 96, "uas": 87, "las": 84},
}


@pytest.mark.skipif(not TREEBANK.is_dir(), reason="the treebank is not beside the checkout")
def test_the_scores_are_what_the_card_says():
    assert treebank.fingerprint(TREEBANK) == CARD["treebank"]
    found = scoring.scores(english(), TREEBANK, "test")
    for name, measured in found.items():
        assert measured == pytest.approx(CARD["test"][name], abs=0.1), name
    for name, floors in FLOORS.items():
        for measure, floor in floors.items():
            assert found[name][measure] >= floor, (name, measure)


# ---- A user's own model ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Path:
    """A tiny spaCy model that was shown one sentence."""
    import spacy
    from spacy.training import Example

    pipeline = spacy.blank("en")
    pipeline.meta["name"], pipeline.meta["version"] = "tiny", "1.2.3"
    pipeline.add_pipe("parser")
    shown = Example.from_dict(
        pipeline.make_doc("Envoys met."),
        {"heads": [1, 1, 1], "deps": ["nsubj", "ROOT", "punct"]},
    )
    pipeline.initialize(lambda: [shown])
    folder = tmp_path_factory.mktemp("models") / "tiny"
    pipeline.to_disk(folder)
    return folder


def test_a_model_of_ones_own_is_used(own):
    parser = open_parser(str(own))
    assert parser.name == "spacy:en_tiny/1.2.3"
    content = "🙂 Envoys  met.\n Then\u00a0they left."
    spans = [Span(2, 14), Span(16, len(content)), Span(14, 16)]
    text = text_of(content)
    found = list(parser.parse(text, spans))
    assert [[t.text for t in one.tokens] for one in found] == [
        ["Envoys", "met", "."], ["Then", "they", "left", "."], [],
    ]  # fmt: skip
    for one in found:
        assert all(text[t.span] == t.text for t in one.tokens)
        assert not one.tokens or is_tree([t.head for t in one.tokens])


def test_a_long_sentence_is_cut_for_a_model_of_ones_own(own):
    content = "Envoys met often " * 3000
    (found,) = open_parser(str(own)).parse(text_of(content), [Span(0, len(content))])
    assert len(found.tokens) == 9000
    assert is_tree([t.head for t in found.tokens])


def test_no_model_at_all_is_told(tmp_path):
    for model in ("no_such_model", str(tmp_path)):
        with pytest.raises(InputError, match="cannot be used") as caught:
            open_parser(model)
        assert caught.value.problems[0].file == model
        assert "spacy validate" in caught.value.problems[0].remedy


def test_a_model_without_a_parser_is_told(tmp_path):
    import spacy

    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    pipeline.to_disk(tmp_path / "flat")
    with pytest.raises(InputError) as caught:
        open_parser(str(tmp_path / "flat"))
    assert "no dependency parser (it has: sentencizer)" in caught.value.problems[0].message


def test_the_packaged_parser_is_the_default():
    assert open_parser() is english()


def test_what_is_remembered_of_a_word_does_not_hang_on_what_was_read_before():
    """To the last bit: else a document could be parsed in another way after other documents."""
    words = [f"{one}land{at}" for at, one in enumerate(("Mo", "Da", "Kes", "Ru") * 11)]
    alone, together = (EnglishParser(weights())._network for _ in range(2))
    rows = together._forms(words)
    for word, row in zip(reversed(words), reversed(rows), strict=True):
        (other,) = alone._forms([word])
        assert together._gates[row].tobytes() == alone._gates[other].tobytes()
        assert together._edits[row].tobytes() == alone._edits[other].tobytes()


def test_what_is_remembered_of_words_is_bounded(monkeypatch):
    """Words without end change neither what is found nor how much is kept."""
    monkeypatch.setattr(network, "_MOST_FORMS", 30)
    monkeypatch.setattr(tokenising, "_MOST", 30)
    parser = EnglishParser(weights())
    rules = parser._tokeniser._rules
    names = ("".join(pair).capitalize() for pair in product(("mol", "dav", "kes", "ru"), repeat=2))
    texts = [f"The envoy of {one}land told the {one}ers to leave {one}." for one in names]
    first = [list(parser.parse(text_of(text), [Span(0, len(text))])) for text in texts]
    assert len(parser._network._rows) <= 30
    assert len(parser._network._gates) == len(parser._network._edits) == 30
    assert len(parser._tokeniser._seen) <= 30
    assert parser._tokeniser._rules is not rules
    monkeypatch.undo()
    fresh = EnglishParser(weights())
    assert first == [list(fresh.parse(text_of(text), [Span(0, len(text))])) for text in texts]
