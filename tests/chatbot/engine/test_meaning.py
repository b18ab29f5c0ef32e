"""Ranking by meaning, and what is kept of written texts between starts."""

from pathlib import Path

import numpy as np
import pytest

from chatbot.engine.bridge import bridge, crowding, narrowed, unit
from chatbot.engine.model import open_in
from chatbot.engine.ranking import Document, Ranker
from chatbot.engine.tokens import Analyzer
from chatbot.engine.vectors import Encoder

DOCUMENTS = [
    Document("lamp", "街路灯の球が切れている", (), "道路課に知らせてください。"),
    Document("wedding", "婚姻届の出し方", (), "市民課に出してください。"),
    Document("dog", "犬の登録", ("ペットの届け",), "環境課で登録してください。"),
]


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker(DOCUMENTS, Analyzer(), encoder=Encoder())


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("電灯がつかない", "lamp"),
        ("夫婦になります", "wedding"),
        ("How do I get married?", "wedding"),
        ("我要结婚", "wedding"),
    ],
)
def test_other_words_and_other_languages_are_understood(
    ranker: Ranker, question: str, key: str
) -> None:
    assert ranker.rank(question)[0].key == key


def test_signals_have_a_value_for_every_document(ranker: Ranker) -> None:
    signals = ranker.signals("犬の登録")
    assert {len(column) for column in signals.columns.values()} == {len(DOCUMENTS)}
    assert signals.columns["alias"][0] == 0


def test_what_was_made_once_is_read_from_the_file(tmp_path: Path) -> None:
    texts = ["犬の登録", "婚姻届"]
    made = Encoder(tmp_path).texts(texts)
    again = Encoder(tmp_path)
    assert again.missing([*texts, "新しい"]) == ["新しい"]
    assert np.allclose(made, again.texts(texts), atol=1e-3)
    words = Analyzer(cache=tmp_path).tokens_of(texts)
    assert Analyzer(cache=tmp_path).missing(texts) == []
    assert Analyzer(cache=tmp_path).tokens_of(texts) == words


def test_a_broken_cache_is_made_again(tmp_path: Path) -> None:
    Encoder(tmp_path).texts(["犬"])
    for file in tmp_path.iterdir():
        file.write_bytes(b"\xff")
    assert Encoder(tmp_path).texts(["犬"]).shape == (1, 512)
    assert Analyzer(cache=tmp_path).tokens_of(["犬"])["犬"]


def test_the_bridge_brings_pairs_together() -> None:
    random = np.random.default_rng(1)
    hidden = random.normal(size=(400, 4))
    left = unit(np.hstack([hidden, 3 * random.normal(size=(400, 12))]).astype(np.float32))
    right = unit(np.hstack([3 * random.normal(size=(400, 12)), hidden]).astype(np.float32))
    one, other = bridge(left, right)
    near = one.of(left) @ other.of(right).T
    assert np.diag(near).mean() > near.mean() + 0.3


def test_a_place_near_to_many_questions_is_crowded() -> None:
    asked = np.tile(np.eye(3, dtype=np.float32)[0], (9, 1))
    crowded = crowding(np.eye(3, dtype=np.float32), asked)
    assert np.allclose(crowded, [2 / 3, -1 / 3, -1 / 3])


def test_nobody_is_crowded_by_itself_or_alone() -> None:
    same = unit(np.eye(3, dtype=np.float32))
    assert np.allclose(crowding(same, same, own=True), 0)
    assert np.allclose(crowding(same[:1], same[:1], own=True), 0)


def test_the_narrowed_space_keeps_what_differs_most() -> None:
    random = np.random.default_rng(3)
    vectors = np.hstack([9 * random.normal(size=(50, 2)), 0.01 * random.normal(size=(50, 6))])
    side = narrowed(vectors.astype(np.float32), 2)
    assert side.turn.shape == (8, 2)
    assert np.abs(side.turn[:2]).min() > 10 * np.abs(side.turn[2:]).max()


@pytest.mark.deep
def test_the_model_from_our_files_says_the_same_and_broken_ones_are_made_again(
    tmp_path: Path,
) -> None:
    texts = ["犬の登録をしたい", "How do I get married?", "㍻２８年 ①", ""]
    made = open_in(tmp_path).encode(texts)
    assert np.array_equal(open_in(tmp_path).encode(texts), made)
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes()[:-9])
    assert np.array_equal(open_in(tmp_path).encode(texts), made)
    assert np.array_equal(open_in(tmp_path).encode(texts), made)
