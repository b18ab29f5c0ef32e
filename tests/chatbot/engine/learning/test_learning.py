"""What labels teach: their own question surely, near ones likely, others nothing."""

import pickle
from collections.abc import Sequence
from functools import lru_cache
from itertools import product

import numpy as np
import pytest

from chatbot.engine.benchmark import Labelled
from chatbot.engine.learning.adapter import Lessons, learn
from chatbot.engine.learning.apart import train_apart
from chatbot.engine.learning.crossvalidation import unseen
from chatbot.engine.learning.model import LearnedModel
from chatbot.engine.learning.storing import NotAModel, from_bytes, to_bytes
from chatbot.engine.learning.training import (
    FEWEST_LABELS,
    Ground,
    prepare_ground,
    train,
    train_on,
)
from chatbot.engine.ranking import Document, Ranker
from chatbot.engine.tokens import Analyzer
from chatbot.engine.vectors import Encoder
from chatbot.knowledge.loading import load_stop_words

DOCUMENTS = [
    Document(
        "record", "住民票の写しを取りたい", ("住民票",), "市民課で取れます。手数料は400円です。"
    ),
    Document("moving", "引っ越しの手続き", (), "転入届を14日以内に市民課に出してください。"),
    Document("dog", "犬の登録", (), "環境課で登録してください。狂犬病の注射も要ります。"),
    Document("garbage", "粗大ごみの出し方", (), "環境課に申し込んでください。手数料が要ります。"),
    Document("school", "小学校の入学", (), "教育委員会から通知が届きます。"),
    Document("road", "道路の破損", (), "道路課に場所を知らせてください。"),
]
FEW = [
    Labelled("紙がほしい", {"record": 2}),
    Labelled("ワンちゃんを飼った", {"dog": 2, "garbage": 1}),
]
WHAT = ("ワンちゃん", "子犬", "紙", "書類", "大きな家具", "古い机", "穴", "ひび", "一年生", "新居")
HOW = ("について", "のこと", "をどうする", "で困る", "の届け")
WHO = ("私の", "母の", "うちの", "隣の")
OWNERS = (
    "dog",
    "dog",
    "record",
    "record",
    "garbage",
    "garbage",
    "road",
    "road",
    "school",
    "moving",
)
MANY = [
    Labelled(f"{who}{what}{how}", {owner: 2})
    for (what, owner), how, who in product(zip(WHAT, OWNERS, strict=True), HOW, WHO)
]


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer(load_stop_words())


class Remembering(Encoder):
    """Makes the vector of a question only once: these tests train the same ones often."""

    def __init__(self) -> None:
        super().__init__()
        self.question = lru_cache(None)(super().question)  # type: ignore[method-assign]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Remembering()


@pytest.fixture(scope="module")
def ground(analyzer: Analyzer, encoder: Encoder) -> Ground:
    return prepare_ground(DOCUMENTS, analyzer, encoder)


@pytest.fixture(scope="module")
def taught(analyzer: Analyzer, encoder: Encoder) -> LearnedModel:
    return train(DOCUMENTS, MANY, analyzer, encoder)


class Asking:
    """Asks one ranker with one model after another."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.ranker = ground, ground.ranker

    def keys(self, question: str, model: LearnedModel | None) -> list[str]:
        if model:
            self.ranker.learned = model.bind(DOCUMENTS, self.ground.analyzer, self.ground.encoder)
        found = [match.key for match in self.ranker.rank(question)]
        self.ranker.learned = None
        return found

    def train(self, labels: Sequence[Labelled]) -> LearnedModel:
        return train_on(self.ground, labels)


@pytest.fixture(scope="module")
def asking(ground: Ground) -> Asking:
    return Asking(ground)


def test_the_first_label_already_counts(asking: Asking) -> None:
    assert asking.keys("紙がほしい", asking.train(FEW))[0] == "record"
    assert asking.keys("ワンちゃんを飼いました", asking.train(FEW))[0] == "dog"
    assert not asking.train(FEW).turn.size


@pytest.mark.parametrize(
    ("question", "key", "before"),
    [("役所の紙", "road", []), ("道に穴がある", "dog", FEW), ("机を捨てる", "school", MANY)],
    ids=["none", "few", "many"],
)
def test_a_new_label_never_lowers_its_own_answer(
    asking: Asking, question: str, key: str, before: list[Labelled]
) -> None:
    taught = asking.keys(question, asking.train(before))
    again = asking.keys(question, asking.train([*before, Labelled(question, {key: 1})]))
    assert again.index(key) <= (taught.index(key) if key in taught else len(DOCUMENTS))
    assert asking.keys(question, asking.train([*before, Labelled(question, {key: 2})]))[0] == key


def test_answers_without_labels_keep_their_order_while_labels_are_few(asking: Asking) -> None:
    labelled = {"record", "dog", "garbage"}
    for question in ("手続きを知りたい", "市民課に行く", "子供の学校", "道路に穴"):
        before = [key for key in asking.keys(question, None) if key not in labelled]
        after = asking.keys(question, asking.train(FEW))
        assert [key for key in after if key not in labelled] == before


def test_many_labels_teach_words_that_no_answer_has(asking: Asking, taught: LearnedModel) -> None:
    assert len(MANY) >= FEWEST_LABELS
    assert taught.turn.size
    assert asking.keys("祖母の子犬を飼う", taught)[0] == "dog"
    assert asking.keys("祖母の古い机を出す", taught)[0] == "garbage"


def test_what_no_lesson_points_to_stays_as_it_is() -> None:
    chance = np.random.default_rng(7)
    asked = np.zeros((20, 12), dtype=np.float32)
    asked[:, :6] = chance.standard_normal((20, 6))
    documents = chance.standard_normal((9, 12)).astype(np.float32)
    right = np.eye(9, dtype=np.float32)[chance.integers(0, 9, 20)]
    turn = learn(Lessons(asked, right, np.zeros_like(right)), documents)
    elsewhere = np.array([0] * 6 + [1, -2, 3, 0.5, -1, 2], dtype=np.float32)
    assert np.allclose(elsewhere @ turn, elsewhere, atol=1e-5)
    assert not np.allclose(asked @ turn, asked, atol=1e-2)


def test_the_same_labels_give_the_same_bytes(asking: Asking, taught: LearnedModel) -> None:
    content = to_bytes(taught)
    assert to_bytes(asking.train(MANY[::-1])) == content
    assert to_bytes(from_bytes(content)) == content


def test_another_process_trains_the_same(taught: LearnedModel) -> None:
    few, many = train_apart(DOCUMENTS, [FEW, MANY], load_stop_words())
    assert len(few.labels) == len(FEW)
    assert np.allclose(many.turn, taught.turn, atol=0.01)


def test_no_question_stands_in_the_bytes(taught: LearnedModel) -> None:
    written = repr([(label.name, label.grades) for label in taught.labels])
    assert not any(one.query in written for one in MANY)


def test_broken_and_foreign_bytes_are_refused(taught: LearnedModel) -> None:
    content = to_bytes(taught)
    middle = len(content) // 2
    damaged = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    for wrong in (b"", content[:-1], damaged, pickle.dumps({"a": 1}), b"PK" + content[2:]):
        with pytest.raises(NotAModel):
            from_bytes(wrong)


def test_documents_written_since_find_their_place(
    taught: LearnedModel, analyzer: Analyzer, encoder: Encoder
) -> None:
    new = Document("cat", "猫の飼い方", (), "環境課に相談してください。")
    ranker = Ranker([*DOCUMENTS, new], analyzer, (), encoder)
    ranker.learned = taught.bind(ranker.documents, analyzer, encoder)
    assert ranker.rank("猫の飼い方")[0].key == "cat"
    assert ranker.rank(MANY[0].query)[0].key == "dog"


def test_unseen_are_questions_whose_answers_no_other_fold_names() -> None:
    queries = [Labelled("a", {"1": 2}, 0), Labelled("b", {"1": 1, "2": 2}, 1), Labelled("c", {}, 1)]
    assert unseen([*queries, Labelled("d", {"2": 1}, 1)]) == [False, False, True, True]


def test_labels_of_documents_that_are_gone_say_nothing(asking: Asking) -> None:
    assert asking.train([Labelled("昔の話", {"gone": 2})]).labels == ()
