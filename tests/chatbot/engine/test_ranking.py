"""Ranking: what is found, how sure it is, and which sentence matched."""

import pytest

from chatbot.engine.ranking import Document, Ranker
from chatbot.engine.sentences import sentences
from chatbot.engine.tokens import Analyzer, phrase_key, stem
from chatbot.knowledge.loading import load_stop_words

DOCUMENTS = [
    Document(
        "record", "住民票の写しを取りたい", ("住民票",), "市民課で取れます。手数料は400円です。"
    ),
    Document("moving", "引っ越しの手続き", (), "転入届を14日以内に出してください。"),
    Document("dog", "犬の登録", (), "環境課で登録してください。狂犬病の注射も要ります。"),
    Document("bike", "Where do I park my bicycle?", (), "Behind the city hall."),
]
SYNONYMS = [("ワンちゃん", "犬"), ("お引越し先の届け", "転入届")]


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker(DOCUMENTS, Analyzer(load_stop_words()), SYNONYMS)


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("住民票がほしいのですが", "record"),
        ("引越しの手つづきは？", "moving"),
        ("狂犬病", "dog"),
        ("手数料はいくら", "record"),
        ("parking bicycles", "bike"),
    ],
)
def test_the_right_answer_comes_first(ranker: Ranker, question: str, key: str) -> None:
    assert ranker.rank(question)[0].key == key


def test_the_same_letters_are_surer_than_the_same_words(ranker: Ranker) -> None:
    letters, words = ranker.rank("犬の登録!")[0], ranker.rank("登録の犬")[0]
    assert (letters.likeness, words.likeness) == (2.0, pytest.approx(1.0))


def test_unknown_words_make_unsure(ranker: Ranker) -> None:
    sure = ranker.rank("犬の登録をしたい")[0].score
    unsure = ranker.rank("犬の幾何学と量子力学の登録")[0].score
    assert unsure < sure / 1.5


def test_nothing_is_found_for_nothing(ranker: Ranker) -> None:
    assert ranker.rank("") == ranker.rank("どうすればいいですか") == ranker.rank("量子力学") == []
    assert not ranker.knows("量子力学")


def test_the_sentence_that_matched_is_shown(ranker: Ranker) -> None:
    assert ranker.rank("住民票の手数料")[0].sentence == "手数料は400円です。"


def test_what_was_spoken_about_helps(ranker: Ranker) -> None:
    assert ranker.rank("その登録は", earlier="犬の登録")[0].key == "dog"
    assert ranker.rank("いつまで", earlier="引っ越しの手続き")[0].key == "moving"


def test_phrases_of_several_words_can_be_synonyms(ranker: Ranker) -> None:
    assert ranker.rank("お引越し先の届け")[0].key == "moving"


def test_an_empty_list_is_searched_without_harm() -> None:
    assert Ranker([], Analyzer()).rank("住民票") == []


def test_markdown_is_cut_into_sentences() -> None:
    text = "**はい。取れます。**\n- 窓口: 400円\n1. [ここ](https://a.example)から\n\nYes. No!"
    assert sentences(text) == ["はい。", "取れます。", "窓口: 400円", "ここから", "Yes.", "No!"]


def test_words_are_normalized() -> None:
    analyzer = Analyzer(load_stop_words())
    assert analyzer.words("引越し") == analyzer.words("引っ越し")
    assert analyzer.words("ﾏｲﾅﾝﾊﾞｰ") == analyzer.words("マイナンバー")
    assert "時間" in analyzer.words("窓口は何時まで")


def test_english_stems_join_inflections() -> None:
    assert stem("batteries") == stem("battery")
    assert stem("moving") == stem("moved") == stem("moves")
    assert phrase_key("Hello, World!") == "helloworld"


def test_an_answer_without_words_has_no_sentence() -> None:
    ranker = Ranker([Document("a", "犬の登録", (), "")], Analyzer())
    assert ranker.rank("犬")[0].sentence == ""
