"""What labels are worth on a public set of a city's questions, where it is at hand."""

import pytest

from chatbot.engine.benchmark import read_documents, read_queries
from chatbot.engine.cache import cache_folder
from chatbot.engine.evaluation import measure
from chatbot.engine.learning.crossvalidation import ask_folds, unseen
from chatbot.engine.tokens import Analyzer
from chatbot.engine.vectors import Encoder
from chatbot.knowledge.loading import load_stop_words, load_synonyms
from tests.chatbot.conversing import SHARED

PUBLIC = SHARED / "localgovfaq"


@pytest.mark.deep
@pytest.mark.skipif(not PUBLIC.exists(), reason="the public set is not beside the project")
def test_labels_lift_the_ranking_and_hardly_harm_answers_without() -> None:
    documents = read_documents(PUBLIC / "faqs.jsonl")
    queries = read_queries(PUBLIC / "queries-dev.jsonl")
    cache = cache_folder()
    judged, _ = ask_folds(
        documents, queries, Analyzer(load_stop_words(), cache), load_synonyms(), Encoder(cache)
    )
    figures = measure(judged)
    assert figures["sr@1"] >= 0.65
    assert figures["sr@5"] >= 0.86
    assert figures["ndcg@10"] >= 0.72
    alone = [one for one, new in zip(judged, unseen(queries), strict=True) if new]
    assert measure(alone)["ndcg@10"] >= 0.52
