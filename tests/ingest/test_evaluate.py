"""Scores: that they count rightly, that floors hold, and that held-out words stay unseen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from demarche_ingest.analysis import Analysis
from demarche_ingest.dating import Expression
from demarche_ingest.documents.model import Details, Source, Zone
from demarche_ingest.evaluate import __main__ as command
from demarche_ingest.evaluate import floors
from demarche_ingest.evaluate.claims.reliability import calibration_error
from demarche_ingest.evaluate.claims.report import judgements
from demarche_ingest.evaluate.gold import (
    Gold,
    GoldMention,
    GoldTime,
    corpus_hash,
    read_corpus,
    read_seed_gold,
)
from demarche_ingest.evaluate.layers import count
from demarche_ingest.evaluate.report import as_json, claims_of, floored, table, totals
from demarche_ingest.evaluate.scores import Counts, interval, of_sets, total
from demarche_ingest.mentions.model import Mention, Proposal
from demarche_ingest.seeds.library import read_seeds
from demarche_ingest.segment.model import Article, Dateline, Quotation, Segments, Sentence
from demarche_ingest.texts import Span, Text, sha256
from demarche_ingest.world import world
from demarche_ontology.errors import InputError

TESTS = Path(__file__).resolve().parents[1]
CORPUS = TESTS / "corpus"
FLOORS = TESTS / "ingest" / "floors.yaml"
WORDS = "Peru met Chad.  They spoke on Friday.\nShare this\n"


def test_no_score_is_below_its_floor(dev):
    now = floors.of(corpus_hash(CORPUS, "dev"), floored(totals(dev)))
    assert floors.problems(floors.read(FLOORS), now) == []


def test_claims_are_kept_as_ingestion_keeps_them(dev):
    assert all(one.claims is not None for one in dev)
    passages = totals(dev)["claims: verbatim"]
    assert passages.hits > 0
    assert passages.wrong == 0


def test_confidence_means_what_it_says(dev):
    """Fit it anew where rules have moved on: make evaluate EVALUATE_ARGS='--calibrate FILE'."""
    error = calibration_error(judgements(claims_of(dev)))
    assert error is not None
    assert error < 0.15


def _gold() -> Gold:
    body, share = Zone("body", Span(0, 37)), Zone("boilerplate", Span(38, 48))
    article = Article(
        Span(0, 48), Details("Title", "Outlet"), "LIMA", Dateline("2031-05-03", "stated")
    )
    return Gold(
        "one",
        "news",
        "nowhere",
        Source(Text(WORDS, sha256(WORDS), sha256(WORDS)), "text/plain", "utf-8/1"),
        frozenset({"articles", "zones", "sentences", "quotations", "mentions", "times"}),
        (replace(article, zones=(body, share)),),
        (body, share),
        (Span(0, 14), Span(16, 37), Span(38, 48)),
        (Span(5, 8),),
        (GoldMention(Span(0, 4), "peru"), GoldMention(Span(9, 13), "chad")),
        (GoldTime(Span(30, 36), "date", "2031-05-02"),),
    )


def _found(gold: Gold) -> Analysis:
    """Return an analysis that says what the gold says."""
    return Analysis(
        Segments(gold.articles),
        tuple(Sentence(span, gold.zones[0]) for span in gold.sentences),
        tuple(Quotation(span, span) for span in gold.quotations),
        tuple(Mention(one.span, "name", one.target) for one in gold.mentions),
        tuple(
            Expression(one.span, "Friday", "date", "relative to article date", "x", one.edtf)
            for one in gold.times
        ),
    )


def _counted(gold: Gold, **changes) -> dict[str, Counts]:
    found = replace(_found(gold), **changes)
    return count(gold, found, found.times)


def test_what_is_as_the_gold_has_it_is_all_right():
    counts = _counted(_gold())
    assert {name for name, one in counts.items() if one.f1 not in (1.0, None)} == set()
    assert counts["zones: body"].hits == len("".join(WORDS[:37].split()))
    assert counts["mentions: linked"] == Counts(2, 0, 0)


def test_nothing_found_is_all_missed():
    counts = _counted(
        _gold(), segments=Segments(()), sentences=(), quotations=(), mentions=(), times=()
    )
    assert all(not one.hits and not one.wrong for one in counts.values())
    assert counts["sentences"] == Counts(0, 0, 2)
    assert counts["times: date, articles given"] == Counts(0, 0, 1)


def test_a_mention_counts_by_its_words_and_by_whom_it_is_linked_to():
    gold = _gold()
    found = (Mention(Span(0, 4), "name", "chile"), Mention(Span(5, 13), "name", "chad"))
    counts = _counted(gold, mentions=found)
    assert counts["mentions: span"] == Counts(1, 1, 1)
    assert counts["mentions: overlap"] == Counts(2, 0, 0)
    assert counts["mentions: linked"] == Counts(0, 2, 2)


def test_who_is_new_has_nothing_to_be_linked_to():
    gold = replace(_gold(), mentions=(GoldMention(Span(0, 4), "ada-olanyi", is_new=True),))
    new = Mention(Span(0, 4), "unknown", proposal=Proposal("Ada"))
    assert _counted(gold, mentions=(new,))["mentions: linked"].hits == 1
    known = Mention(Span(0, 4), "name", "peru")
    assert _counted(gold, mentions=(known,))["mentions: linked"].hits == 0


def test_articles_before_names_do_not_count():
    words = "The Hague heard the Gambians. "
    text = Text(words, sha256(words), sha256(words))
    gold = replace(
        _gold(),
        source=Source(text, "text/plain", "utf-8/1"),
        layers=frozenset({"mentions"}),
        mentions=(GoldMention(Span(16, 28), "gambia"),),
    )
    found = (Mention(Span(20, 28), "demonym", "gambia"),)
    assert _counted(gold, mentions=found)["mentions: linked"] == Counts(1, 0, 0)


def test_who_finds_what_is_optional_is_neither_right_nor_wrong():
    optional = GoldMention(Span(0, 4), "peru", is_optional=True)
    gold = replace(_gold(), mentions=(optional, *_gold().mentions[1:]))
    only = Counts(1, 0, 0)
    found = _found(_gold()).mentions
    assert _counted(gold, mentions=found)["mentions: linked"] == only
    assert _counted(gold, mentions=found[1:])["mentions: linked"] == only


def test_slugs_of_the_corpus_are_compared_by_the_ids_of_the_world():
    same = yaml.safe_load((CORPUS / "same.yaml").read_text(encoding="utf-8"))
    actors = yaml.safe_load((CORPUS / "actors.yaml").read_text(encoding="utf-8"))
    known = {thing.id for thing in (*world().actors, *world().places)}
    names = {(name.id, name.form) for name in world().names}
    assert set(same) <= set(actors) - known
    for slug, key in same.items():
        assert (key, actors[slug]["label"]) in names, slug
    golds = {gold.name: gold for gold in read_corpus(CORPUS, "dev")}
    targets = {mention.target for mention in golds["gulf-communique-marsa-lulu"].mentions}
    assert "icj" in targets
    assert "international-court-of-justice" not in targets


def test_places_and_what_stands_in_furniture_do_not_count():
    more = (
        *_found(_gold()).mentions,
        Mention(Span(16, 20), "place", "lima"),
        Mention(Span(38, 43), "name", "peru"),
    )
    assert _counted(_gold(), mentions=more)["mentions: span"] == Counts(2, 0, 0)


def test_a_date_counts_with_its_bound():
    time = _found(_gold()).times[0]
    assert _counted(_gold(), times=(replace(time, bound="since"),))["times: date"].hits == 0
    assert _counted(_gold(), times=(replace(time, bound="since"),))["times: span"].hits == 1
    assert _counted(_gold(), times=(replace(time, edtf=""),))["times: date"] == Counts(0, 0, 1)


def test_zones_count_characters():
    gold = _gold()
    article = gold.articles[0]
    zones = (Zone("headline", Span(0, 14)), Zone("body", Span(16, 48)))
    counts = _counted(gold, segments=Segments((replace(article, zones=zones),)))
    assert counts["zones: headline"] == Counts(0, 12, 0)
    assert counts["zones: boilerplate"] == Counts(0, 0, 9)
    assert counts["zones: body"] == Counts(18, 9, 12)


COUNTS = st.builds(Counts, *[st.integers(0, 50)] * 3)


@given(st.lists(COUNTS, min_size=2, max_size=8))
def test_an_interval_is_the_same_each_time_and_within_what_documents_have(each):
    sure = interval(each, 50)
    assert sure == interval(each, 50)
    if sure is not None:
        f1s = [one.f1 for one in each if one.f1 is not None]
        assert min(f1s) - 1e-9 <= sure[0] <= sure[1] <= max(f1s) + 1e-9


@given(st.sets(st.integers(0, 20)), st.sets(st.integers(0, 20)))
def test_counts_add_up(gold, found):
    counts = of_sets(gold, found)
    assert counts.hits + counts.missed == len(gold)
    assert counts.hits + counts.wrong == len(found)
    assert (counts.f1 is None) == (not gold and not found)
    if counts.precision and counts.recall:
        p, r = counts.precision, counts.recall
        assert counts.f1 == pytest.approx(2 * p * r / (p + r))


def test_totals_are_sums():
    assert total([{"a": Counts(1, 2, 3)}, {"a": Counts(1), "b": Counts(5)}]) == {
        "a": Counts(2, 2, 3),
        "b": Counts(5),
    }


# --- Floors ----------------------------------------------------------------------------------


def test_floors_that_fall_are_told_and_another_corpus_is_as_well(tmp_path):
    pinned = floors.of("c0ffee", {"times: span": Counts(9, 1, 1), "zones": Counts(1, 1, 0)})
    floors.write(tmp_path / "floors.yaml", pinned)
    assert floors.read(tmp_path / "floors.yaml") == pinned
    worse = floors.of("c0ffee", {"times: span": Counts(8, 2, 2), "zones": Counts(1, 1, 0)})
    assert floors.problems(pinned, pinned) == []
    assert floors.problems(pinned, worse) == ["times: span: F1 is 0.800, its floor 0.900"]
    (moved,) = floors.problems(pinned, replace(pinned, corpus="decaf"))
    assert "the corpus is decaf, the floors are of c0ffee" in moved
    assert "--pin" in moved
    gone = replace(pinned, layers={"zones": 666})
    assert floors.problems(pinned, gone) == ["times: span: F1 is not counted, its floor 0.900"]
    new = replace(pinned, layers={**pinned.layers, "claims": 100})
    assert "claims: no floor" in floors.problems(pinned, new)[0]


def test_a_file_that_is_none_of_floors_is_refused(tmp_path):
    (tmp_path / "floors.yaml").write_text("- 1\n", encoding="utf-8")
    with pytest.raises(InputError, match="floors"):
        floors.read(tmp_path / "floors.yaml")


@pytest.fixture
def small(tmp_path) -> Path:
    """A corpus of one document in each half."""
    for half in ("dev", "held-out"):
        folder = tmp_path / half / f"secret-{half}"
        folder.mkdir(parents=True)
        text = "Peru met Chad on 3 May 2031. They spoke of zinc.\n"
        (folder / "text.txt").write_text(text, encoding="utf-8")
        head = {"layer": "document", "id": folder.name, "file": "text.txt", "kind": "news"}
        head |= {"region": "nowhere", "text_sha256": sha256(text), "complete": ["times"]}
        rows = [
            head,
            {"layer": "article", "start": 0, "end": 48, "title": "", "outlet": "", "byline": ""}
            | {"place": "", "url": "", "date": None},
            {"layer": "zone", "start": 0, "end": 48, "kind": "body"},
            {"layer": "time", "start": 17, "end": 27, "kind": "date", "edtf": "2031-05-03"},
        ]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / "gold.jsonl").write_text(lines, encoding="utf-8")
        index = {"corpus": sha256(lines)}
        (tmp_path / half / "index.json").write_text(json.dumps(index), encoding="utf-8")
    return tmp_path


def test_the_command_pins_and_holds_floors_and_never_lowers_them_by_itself(small, capsys):
    path = small / "floors.yaml"
    arguments = [str(small), "--floors", str(path)]
    assert command.main([*arguments, "--pin"]) == 0
    assert command.main(arguments) == 0
    assert "All floors of floors.yaml hold." in capsys.readouterr().out
    pinned = path.read_text(encoding="utf-8")
    assert '"times: date": 1000' in pinned
    gold = small / "dev" / "secret-dev" / "gold.jsonl"
    worse = gold.read_text(encoding="utf-8").replace("2031-05-03", "2031-05-04")
    gold.write_text(worse, encoding="utf-8")
    assert command.main(arguments) == 1
    assert "times: date: F1 is 0.000, its floor 1.000" in capsys.readouterr().out
    assert command.main([*arguments, "--pin"]) == 1
    assert path.read_text(encoding="utf-8") == pinned
    assert command.main([*arguments, "--pin", "--lower"]) == 0
    assert '"times: date": 0' in path.read_text(encoding="utf-8")


def test_the_held_out_half_is_told_in_totals_only(small, capsys):
    told = small / "told.json"
    assert command.main([str(small), "--held-out", "--json", str(told)]) == 0
    printed = capsys.readouterr().out + told.read_text(encoding="utf-8")
    assert "held-out: 1 documents" in printed
    assert "times: date" in printed
    for word in ("secret", "nowhere", "Peru", "zinc"):
        assert word not in printed


def test_gold_of_another_text_is_refused(small, capsys):
    (small / "dev" / "secret-dev" / "text.txt").write_text("Other.\n", encoding="utf-8")
    assert command.main([str(small)]) == 2
    assert "not read as the text" in capsys.readouterr().err


def test_a_folder_that_is_no_corpus_is_refused(tmp_path, capsys):
    assert command.main([str(tmp_path)]) == 2
    assert "index.json" in capsys.readouterr().err


# --- The seeds -------------------------------------------------------------------------------


def test_the_seeds_say_what_their_texts_are_made_of(seed_texts):
    golds = list(read_seed_gold(read_seeds(TESTS.parent / "seeds"), seed_texts))
    assert sum(len(gold.articles) for gold in golds) == 14
    assert all(article.zones for gold in golds for article in gold.articles)


def test_the_seeds_are_passed_over_with_a_reason_where_their_texts_are_not(small, capsys):
    missing = str(small / "none")
    assert (
        command.main([str(small), "--seeds", str(TESTS.parent / "seeds"), "--texts", missing]) == 0
    )
    assert "The seeds are not scored" in capsys.readouterr().out


def test_tables_and_json_have_every_layer(dev):
    shown = table(dev)
    told = as_json(dev, with_documents=True)
    for name in totals(dev):
        assert name.startswith("claims") or f"| {name} |" in shown
        assert name in told["total"]
    assert set(told["by document"]) == {gold.name for gold in read_corpus(CORPUS, "dev")}
