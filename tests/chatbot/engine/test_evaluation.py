"""The figures, by hand, and the ranking on a public set when it is at hand."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from chatbot.commands import answers
from chatbot.engine.benchmark import Labelled, with_aliases
from chatbot.engine.evaluation import Judged, measure, precision_at_coverage
from chatbot.engine.ranking import Document
from tests.chatbot.conversing import SHARED

PUBLIC = SHARED / "localgovfaq"


def test_figures_by_hand() -> None:
    judged = [
        Judged(["a", "b"], {"a": 2}),
        Judged(["x", "b", "c"], {"b": 1, "c": 2}),
        Judged(["x"], {"a": 1}),
    ]
    figures = measure(judged)
    assert figures["sr@1"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["sr@3"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["mrr"] == pytest.approx((1 + 0.5 + 0) / 3, abs=1e-4)
    # (1/log2(3) + 2/log2(4)) / (2/log2(2) + 1/log2(3)) = 0.6199 for the second.
    assert figures["ndcg@10"] == pytest.approx((1 + 0.6199 + 0) / 3, abs=1e-4)
    assert figures["recall@10"] == pytest.approx(2 / 3, abs=1e-4)


def test_precision_of_the_surest() -> None:
    hits = [(0.9, True), (0.8, False), (0.1, False), (0.05, False)]
    assert precision_at_coverage(hits, 0.25) == 1.0
    assert precision_at_coverage(hits, 0.5) == 0.5


def test_labels_become_aliases_of_the_best_answer_only() -> None:
    documents = [Document("1", "q"), Document("2", "q")]
    taught = with_aliases(documents, [Labelled("asked so", {"1": 2, "2": 1, "3": 0})])
    assert [one.aliases for one in taught] == [("asked so",), ()]


def test_the_command_prints_what_was_agreed(tmp_path: Path) -> None:
    faqs, queries = tmp_path / "faqs.jsonl", tmp_path / "queries.jsonl"
    faqs.write_text(
        json.dumps({"id": 1, "question": "犬の登録", "answer": "環境課"}, ensure_ascii=False)
        + "\n"
        + json.dumps({"id": 2, "question": "住民票", "answer": "市民課"}, ensure_ascii=False),
        encoding="utf-8",
    )
    rows = [
        {"id": 0, "query": "犬を登録したい", "rel": {"1": 2}, "fold": 0},
        {"id": 1, "query": "ポチの紙", "rel": {"1": 2}, "fold": 0},
        {"id": 2, "query": "ポチの紙がほしい", "rel": {"1": 2}, "fold": 1},
    ]
    queries.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    arguments = ["evaluate", "--faqs", str(faqs), "--queries", str(queries), "--json"]
    plain = json.loads(CliRunner().invoke(answers, arguments).output)
    keys = "sr@1 sr@3 sr@5 mrr ndcg@10 recall@10 queries p50_ms p95_ms rss_mb"
    assert list(plain) == keys.split()
    # Only by meaning: no word of "ポチの紙" is written anywhere.
    assert plain["sr@1"] >= 1 / 3
    folds = json.loads(CliRunner().invoke(answers, [*arguments, "--folds"]).output)
    assert folds["sr@1"] == 1.0


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{"a": 1}', encoding="utf-8")
    result = CliRunner().invoke(
        answers, ["evaluate", "--faqs", str(wrong), "--queries", str(wrong)]
    )
    assert result.exit_code == 1
    assert "not in the expected form" in result.output


@pytest.mark.skipif(not PUBLIC.exists(), reason="the public set lies in ../shared only")
@pytest.mark.deep
@pytest.mark.parametrize(("folds", "first", "mrr"), [([], 0.6, 0.7), (["--folds"], 0.66, 0.75)])
def test_the_public_set_is_ranked_above_the_lexical_baseline(
    folds: list[str], first: float, mrr: float
) -> None:
    faqs, queries = PUBLIC / "faqs.jsonl", PUBLIC / "queries-dev.jsonl"
    arguments = ["evaluate", "--faqs", str(faqs), "--queries", str(queries), "--json", *folds]
    figures = json.loads(CliRunner().invoke(answers, arguments).output)
    assert figures["queries"] == 450
    assert figures["sr@1"] >= first
    assert figures["mrr"] >= mrr
