"""The item search forgives spelling, and knows when a thing is not in the list."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import jaconv
import pytest
from click.testing import CliRunner

from bench.garbage import TYPOS, words
from bench.garbage_variants import variants
from chatbot.engine.tokens import Analyzer
from chatbot.garbage import tables
from chatbot.garbage.choosing import meant
from chatbot.garbage.commands import evaluate
from chatbot.garbage.evaluation import ask_all, figures, same_name
from chatbot.garbage.files.causes import UnreadableFile
from chatbot.garbage.items import Item
from chatbot.garbage.letters import Letters
from chatbot.garbage.loading import load_guide
from chatbot.garbage.matching import ItemSearch, letters_alike
from chatbot.garbage.phrases import asks_about_garbage, strip_request
from chatbot.knowledge.loading import load_garbage_synonyms
from tests.chatbot.conversing import SHARED

GUIDE = load_guide()
READING = Analyzer().reading
SENTENCES = [
    "{}を捨てたい",
    "{}は何ゴミですか",
    "{}の捨て方を教えてください",
    "{}はどうやって捨てればいいですか",
]


@pytest.fixture(scope="module")
def search() -> ItemSearch:
    analyzer = Analyzer()
    return ItemSearch(GUIDE.items, analyzer.reading, GUIDE.synonyms, analyzer.tokens)


def first(search: ItemSearch, text: str) -> str:
    found = search.search(text)
    return found[0].item.key if found else ""


def test_there_are_enough_items() -> None:
    assert len(GUIDE.items) >= 250
    assert all(item.kana and item.english for item in GUIDE.items)


@pytest.mark.parametrize("variant", [str, jaconv.z2h, jaconv.h2z, jaconv.kata2hira])
def test_every_item_is_found_by_its_name_however_written(search: ItemSearch, variant) -> None:  # type: ignore[no-untyped-def]
    names = [(str(variant(item.name)), item.name) for item in GUIDE.items]
    assert figures(ask_all(search, names))["hit@1"] >= 0.99


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_item_is_found_in_a_whole_sentence(search: ItemSearch, sentence: str) -> None:
    asked = [(sentence.format(item.name), item.name) for item in GUIDE.items]
    assert figures(ask_all(search, asked))["hit@1"] >= 0.99


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("チャリ", "bicycle"),
        ("ケータイ", "smartphone"),
        ("ＴＶ", "television"),
        ("すぷれー缶", "spray_can"),
        ("どらいやー", "hair_dryer"),
        ("じてんしや", "bicycle"),
        ("書籍を処分したい", "magazine"),
        ("old batteries", "battery"),
        ("how do I throw away an umbrella", "umbrella"),
    ],
)
def test_other_words_and_slips(search: ItemSearch, text: str, key: str) -> None:
    assert first(search, text) == key


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("スプレー缶", "recyclable"),
        ("割れたびん", "recyclable"),
        ("ペンキの缶", "landfill"),
        ("一斗缶", "bulky"),
        ("掛け時計", "bulky"),
        ("魔法瓶", "recyclable"),
        ("ドライヤー", "landfill"),
        ("アイロン", "landfill"),
        ("びんのふた", "burnable"),
        ("蛍光管", "mercury"),
        ("ペットボトル", "pet_bottle"),
        ("冷蔵庫", "not_collected"),
    ],
)
def test_the_traps_of_sorting(search: ItemSearch, text: str, kind: str) -> None:
    assert search.search(text)[0].item.class_key == kind


@pytest.mark.parametrize(
    "text", ["宇宙船", "東京タワー", "国民健康保険", "幸せ", "", "？", "恐竜の捨て方"]
)
def test_things_that_are_no_items(search: ItemSearch, text: str) -> None:
    assert search.search(text) == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("実家の段ボールを一気に片付けてしまおうと思ってて", "cardboard"),
        ("ソファーなんですけど、指定袋に入らない場合は?", "sofa"),
        ("子どもが使っていたソファーを業者に頼まず捨てたい", "sofa"),
        ("ｿﾌｧｰﾊﾅﾆｺﾞﾐﾃﾞｽｶ", "sofa"),
        ("ソファア", "sofa"),
        ("ソファ一", "sofa"),
    ],
)
def test_sentences_that_nobody_foresaw(search: ItemSearch, text: str, key: str) -> None:
    assert first(search, text) == key


@pytest.mark.parametrize(
    "text", ["住民票の写しを袋に入れて出したい", "消費税はどのごみですか", "文化財をごみに出す時は"]
)
def test_parts_of_a_sentence_are_no_items_by_their_sound(search: ItemSearch, text: str) -> None:
    assert search.search(text) == []


def test_short_names_forgive_a_slip_too(search: ItemSearch) -> None:
    short = [item.name for item in GUIDE.items if len(item.name) == 3]
    slips = [(name[:1] + name[2:], name) for name in short]
    assert figures(ask_all(search, slips))["hit@1"] >= 0.75


def test_one_wrong_letter_is_forgiven(search: ItemSearch) -> None:
    wrong = [
        (item.kana[:3] + item.kana[4:], item.name) for item in GUIDE.items if len(item.kana) >= 6
    ]
    assert figures(ask_all(search, wrong))["hit@1"] >= 0.9


def test_a_name_inside_a_question_is_seen(search: ItemSearch) -> None:
    assert [one.item.key for one in search.inside("この古いこたつってまだ使える?")] == ["kotatsu"]
    assert search.inside("なにもない") == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("生ごみ", "生"),
        ("古い傘はどうやって捨てればいいですか？", "傘"),
        ("電池って何ゴミ？", "電池"),
        ("How do I throw away the bicycle?", "bicycle"),
        ("すみません、こたつの捨て方を教えてください", "こたつ"),
    ],
)
def test_the_asking_is_taken_off(text: str, name: str) -> None:
    assert strip_request(text) == name


def test_only_words_of_throwing_away_ask_about_garbage() -> None:
    assert asks_about_garbage("こたつを捨てたい")
    assert asks_about_garbage("recycling of cans")
    assert not asks_about_garbage("こたつ")


LIST = ItemSearch(
    [
        Item(str(n), name, "a")
        for n, name in enumerate(
            ["アルバム（紙製）", "アルバム（プラスチック製）", "ジャー（炊飯器）", "紙コップ・紙皿",
             "いす(金属)80％以上金属製", "バイオリン", "ケーキの底紙", "携帯電話の充電器",
             "子供用いす",
             "通勤かばん", "カーテン", "石油ファンヒーター", "釜", "鎌（金属製）"]
        )
    ],
    READING,
    load_garbage_synonyms(),
    Analyzer().tokens,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("アルバム(プラスチック製)", "アルバム（プラスチック製）"),
        ("炊飯器", "ジャー（炊飯器）"),
        ("紙皿の捨て方", "紙コップ・紙皿"),
        ("いす", "いす(金属)80％以上金属製"),
        ("ヴァイオリン", "バイオリン"),
        ("けーきの底紙", "ケーキの底紙"),
        ("baiorin", "バイオリン"),
        ("ｹｰﾀｲの充電器", "携帯電話の充電器"),
        ("子供用のイス", "子供用いす"),
        ("通勤バッグ", "通勤かばん"),
        ("カーンテ", "カーテン"),
        ("カー テン", "カーテン"),
        ("石油ファンヒータ", "石油ファンヒーター"),
        ("いらなくなったカーテンなんですけど、どうしたらええんやろか", "カーテン"),
        ("古いカーテンは何曜日に出せばよろしいでしょうか", "カーテン"),
        ("鎌", "鎌（金属製）"),
        ("釜", "釜"),
    ],
)
def test_names_as_lists_and_people_write_them(text: str, name: str) -> None:
    assert LIST.search(text)[0].item.name == name


@pytest.mark.parametrize(
    ("text", "count"), [("アルバム", 2), ("アルバム（紙製）", 1), ("カーテン", 1)]
)
def test_only_what_differs_is_asked_back(text: str, count: int) -> None:
    found = [
        replace(one, item=replace(one.item, class_key=one.item.name)) for one in LIST.search(text)
    ]
    assert len(meant(found)) == count


def test_variants_that_go_the_same_way_are_one_answer() -> None:
    assert len(LIST.search("アルバム")) == 2
    assert len(meant(LIST.search("アルバム"))) == 1


@pytest.mark.parametrize(
    ("name", "expected", "query", "same"),
    [
        ("いす(木製)", "いす(金属)", "いす", True),
        ("いす(木製)", "いす(金属)", "いすの捨て方", True),
        ("いす(木製)", "いす(金属)", "いす（金属）", False),
        ("いす(金属)", "いす（金属）", "いす（金属）", True),
        ("つくえ", "いす(金属)", "いす", False),
    ],
)
def test_a_hit_is_the_row_or_another_of_its_name(
    name: str, expected: str, query: str, same: bool
) -> None:
    assert same_name(name, expected, query) is same


@pytest.mark.parametrize(
    ("left", "right", "apart"),
    [("かーてん", "かーんて", 1), ("", "あ", 1), ("あ", "", 1), ("ab", "ba", 1), ("abc", "ca", 3),
     ("さくら", "まくら", 1), ("さくら", "さくらんぼ", 2), ("x" * 70, "x" * 69 + "y", 1)],
)  # fmt: skip
def test_slips_are_counted(left: str, right: str, apart: int) -> None:
    assert Letters(left).apart(right) == apart


def test_letters_alike() -> None:
    assert letters_alike("てれび", "てれび") == 1
    assert letters_alike("てれび", "てれぴ") == pytest.approx(2 / 3)
    assert letters_alike("", "") == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize(
    "header",
    [
        ["name", "type", "furigana", "notice"],
        ["ゴミの品目", "分別区分", "カナ", "注意点"],
        ["ごみの分別方法_品目", "ごみの分別方法_分別区分", "ごみの分別方法_品目_カナ", "備考"],
        ["ごみの品目", "種別", "かな", "説明"],
    ],
)
def test_lists_are_read_by_their_columns(tmp_path: Path, encoding: str, header: list[str]) -> None:
    file = tmp_path / "items.csv"
    rows = [header, ["傘\n(折りたたみ)", "埋立ごみ", "かさ", "骨は分ける"], ["", "x", "", ""]]
    with file.open("w", encoding=encoding, newline="") as out:
        csv.writer(out).writerows(rows)
    (item,) = tables.read_items(file)
    assert (item.name, item.class_key, item.note) == ("傘 (折りたたみ)", "埋立ごみ", "骨は分ける")


def test_a_list_without_the_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="no column"):
        tables.read_items(file)


def test_the_command_prints_what_was_agreed(tmp_path: Path) -> None:
    items, queries = tmp_path / "items.csv", tmp_path / "queries.csv"
    items.write_text("name,type\n傘,燃えない\nテレビ,家電\n", encoding="utf-8")
    queries.write_text("query,expected\nカサの捨て方,傘\nﾃﾚﾋﾞ,テレビ\n山,テレビ\n", encoding="utf-8")
    arguments = ["--items", str(items), "--queries", str(queries)]
    result = CliRunner().invoke(evaluate, [*arguments, "--json"])
    assert list(json.loads(result.output)) == ["hit@1", "hit@5", "queries", "p50_ms"]
    assert json.loads(result.output)["hit@1"] == pytest.approx(2 / 3, abs=1e-4)
    queries.write_text("a,b\n1,2\n", encoding="utf-8")
    assert CliRunner().invoke(evaluate, arguments).exit_code == 1


@pytest.mark.skipif(not (SHARED / "gomi").exists(), reason="the lists lie in ../shared only")
@pytest.mark.parametrize("name", ["kameoka_target.cp932.csv", "kanazawa_target.csv",
                                  "kyotango_target.csv", "takamatsu_0074.xlsx"])  # fmt: skip
def test_lists_of_real_cities(name: str) -> None:
    items, analyzer = tables.read_items(SHARED / "gomi" / name), Analyzer()
    search = ItemSearch(items, analyzer.reading, load_garbage_synonyms(), analyzer.tokens)
    sample = sorted({item.name for item in items})[::12]
    typos: list[tuple[str, str]] = []
    for kind, asked in variants(sample, analyzer.reading):
        if kind in TYPOS:
            typos += asked
        else:
            assert figures(ask_all(search, asked))["hit@1"] >= 0.98, kind
    assert figures(ask_all(search, typos))["hit@1"] >= 0.93
    nothing = [(word, "") for word in words("garbage_no_items.txt")]
    assert figures(ask_all(search, nothing))["hit@1"] >= 0.95


def test_items_of_one_sound_are_told_apart_by_their_letters() -> None:
    items = [Item("1", "鎌(かま)", "a"), Item("2", "釜(かま)", "b")]
    search = ItemSearch(items, READING)
    assert [first(search, item.name) for item in items] == ["1", "2"]
