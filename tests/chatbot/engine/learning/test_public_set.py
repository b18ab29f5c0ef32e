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
@pytest.mark.skipif(not PUBLIC.exists(), reason="the public set lies in ../shared only")
def test_labels_lift_the_ranking_and_hardly_harm_answers_without() -> None:
    documents = read_documents(PUBLIC / "faqs.jsonl")
    queries = read_queries(PUBLIC / "queries-dev.jsonl")
    cache = cache_folder()
    done = ask_folds(
        documents, queries, Analyzer(load_stop_words(), cache), load_synonyms(), Encoder(cache)
    )
    figures = measure(done.judged)
    assert figures["sr@1"] >= 0.67
    assert figures["sr@5"] >= 0.88
    assert figures["ndcg@10"] >= 0.73
    alone = [one for one, new in zip(done.judged, unseen(queries), strict=True) if new]
    for name in ("sr@1", "sr@5", "ndcg@10"):
        assert measure(alone)[name] >= measure(done.without)[name] - 0.04
