"""Confidence: that it is fitted to what was right, and means what it says of other documents."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demarche_ingest.candidates.model import Agent, Candidate, EventFound, Telling
from demarche_ingest.evaluate.claims.calibrating import FEW, OPTIMISM, fit
from demarche_ingest.evaluate.claims.reliability import calibration_error
from demarche_ingest.evaluate.gold import corpus_hash
from demarche_ingest.extractors import confidence
from demarche_ingest.extractors.confidence import Calibrated, Reliability, features
from demarche_ingest.extractors.opening import EXTRACTORS, RULES, open_extractor
from demarche_ingest.texts import Span
from demarche_ontology.errors import InputError

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
KENYA = Agent("kenya", "Kenya", Span(0, 5))
FOUND = Candidate(
    Span(0, 20),
    Span(6, 9),
    EventFound("accuse", actors=(KENYA,), recipients=(Agent("chad", "Chad", Span(30, 34)),)),
    Telling((Agent("gazette", "Gazette"),), "author"),
    "accuse/accuse",
    "rules/1",
    0.5,
)


def test_what_is_packaged_was_fitted_on_the_corpus_as_it_is():
    """Fit it anew where this fails: make evaluate EVALUATE_ARGS='--calibrate FILE'."""
    assert confidence.packaged().corpus == corpus_hash(CORPUS, "dev")


def test_packaged_rules_are_calibrated_and_a_users_own_are_not():
    assert isinstance(open_extractor(RULES), Calibrated)
    own = open_extractor(EXTRACTORS[RULES])
    assert not isinstance(own, Calibrated)
    assert open_extractor(RULES).name == own.name


def test_features_tell_what_a_claim_is_like():
    told = features(FOUND)
    assert told["own"] == 0
    assert {"rule accuse/accuse", "category accuse", "voice author"} <= set(told)
    assert "somebody named elsewhere" in told
    assert not {"no actor", "no recipient", "somebody new", "presupposed"} & set(told)
    bare = replace(FOUND, content=EventFound("accuse", actors=(replace(KENYA, is_new=True),)))
    assert {"no recipient", "somebody new"} <= set(features(bare))
    assert "somebody named elsewhere" not in features(bare)


@given(
    st.floats(0, 1), st.dictionaries(st.sampled_from(sorted(features(FOUND))), st.floats(-99, 99))
)
def test_confidence_is_never_quite_sure(own, weights):
    told = Reliability("c0ffee", 0.0, weights).confidence(replace(FOUND, confidence=own))
    assert 0.02 <= told <= 0.98


def test_what_has_no_weight_changes_nothing():
    model = Reliability("c0ffee", 0.5, {"rule other": 3.0})
    (told,) = model.calibrated([FOUND])
    assert told == replace(FOUND, confidence=0.622)


def test_rules_are_less_sure_of_documents_that_they_were_not_written_with():
    seen = Reliability("c0ffee", 0.5, {})
    (told,) = replace(seen, optimism=0.6).calibrated([FOUND])
    assert told.confidence == 0.475  # log-odds of -0.1
    assert fit(drawn(60, 5), "c0ffee", 0.6).optimism == 0.6
    assert confidence.packaged().optimism == OPTIMISM


def drawn(number: int, seed: int) -> list[tuple[Candidate, bool]]:
    """Return claims of which nine of ten are right of one rule, three of ten of another."""
    random = Random(seed)
    told = []
    for _ in range(number):
        rule, likely = random.choice([("good", 0.9), ("poor", 0.3)])
        one = replace(FOUND, rule=rule, confidence=random.uniform(0.7, 0.9))
        told.append((one, random.random() < likely))
    return told


def test_a_model_tells_rules_apart_and_holds_for_claims_it_has_not_seen():
    model = fit(drawn(400, 1), "c0ffee")
    assert model.corpus == "c0ffee"
    fresh = drawn(400, 2)
    judged = [(model.confidence(one), right) for one, right in fresh]
    before = calibration_error([(one.confidence, right) for one, right in fresh])
    after = calibration_error(judged)
    assert before is not None
    assert after is not None
    assert after < 0.1 < before
    good, poor = (model.confidence(replace(FOUND, rule=rule)) for rule in ("good", "poor"))
    assert good > 0.8
    assert poor < 0.4


def test_few_claims_move_little_and_none_move_nothing():
    assert fit([]).confidence(FOUND) == 0.5
    once = fit([(FOUND, True)] * (FEW - 1) + [(replace(FOUND, rule="other"), False)] * FEW)
    assert "rule accuse/accuse" not in once.weights
    assert "rule other" in once.weights
    assert 0.02 <= fit([(FOUND, True)] * 9).confidence(FOUND) <= 0.98


def test_a_model_is_the_same_whatever_the_order():
    told = drawn(60, 3)
    assert fit(told) == fit(told[::-1])


def test_a_file_of_reliability_is_read_as_it_was_written(tmp_path):
    model = fit(drawn(60, 4), "c0ffee", 0.25)
    confidence.write(tmp_path / "own.yaml", model)
    assert confidence.read(tmp_path / "own.yaml") == model


@pytest.mark.parametrize("content", ["", "- 1", "corpus: a\nbase: x\nweights: {}", "base: 1"])
def test_a_file_that_is_none_is_refused(tmp_path, content):
    (tmp_path / "own.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="reliability"):
        confidence.read(tmp_path / "own.yaml")
    with pytest.raises(InputError, match="reliability"):
        confidence.read(tmp_path / "none.yaml")
