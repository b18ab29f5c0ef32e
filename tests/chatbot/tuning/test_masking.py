"""What people type about themselves does not stay; what they ask does."""

from __future__ import annotations

import pytest

from chatbot.tuning.masking import MASK, is_masked_only, masked

# What is typed, and what must not be left of it.
NASTY = [
    ("私は山田花子です。児童手当は?", "山田 花子"),
    ("わたくし、さとうと申しますが転入届は", "さとう"),
    ("山田太郎です。住民票が欲しい", "山田 太郎"),
    ("鈴木です。ごみの日は", "鈴木"),
    ("佐々木 健一の住民票", "佐々木 健一"),
    ("娘の花子が保育園に入ります", "花子"),
    ("息子(健太)の予防接種", "健太"),
    ("夫の太郎と離婚した", "太郎"),
    ("隣の佐藤くんがうるさい", "佐藤"),
    ("ベトナムから来たグエンさん", "グエン"),
    ("となりのさくらさんのごみ", "さくら"),
    ("花子ちゃんの健診", "花子"),
    ("氏名:鈴木一郎 住民票", "鈴木 一郎"),
    ("ぼくの名前はケンです", "ケン"),
    ("My name is Taro Yamada and I moved", "Taro Yamada"),
    ("Mr. Smith lives here", "Smith"),
    ("電話は0000-00-1234です", "0000 1234"),
    ("電話は００００－００－１２３４です", "1234 １２３４"),
    ("0000 00 1234に電話して", "1234"),
    ("(0000)00-1234", "1234 0000"),
    ("0000ー00ー1234", "1234"),
    ("00の0000の1234まで", "1234"),
    ("〇九〇一二三四五六七八", "九 八"),
    ("hanako＠mail.exampleに送って", "hanako mail.example"),
    ("Hanako.Y+a@mail.example", "Hanako mail.example"),
    ("@hanako_1234 にDMして", "hanako"),
    ("https://example.example/u/hanako を見て", "hanako"),
    ("マイナンバーは1234 5678 9012です", "1234 5678 9012"),
    ("マイナンバー１２３４５６７８９０１２", "123456789012"),
    ("カードは4111 1111 1111 1111", "4111 1111"),
    ("暗証番号は1234です", "1234"),
    ("被保険者番号0012345", "0012345"),
    ("保険証の記号番号 12-345678", "345678 12-"),
    ("平成5年4月3日生まれです", "平成 4月3日"),
    ("H5.4.3生", "H5 4.3"),
    ("1985/4/3生まれの夫", "1985 4/3"),
    ("1985-04-03", "1985 04-03"),
    ("八月三日生まれの子", "八月 三日"),
    ("生年月日は昭和六十年四月三日です", "昭和 六十"),
    ("昭和60年生まれ", "60"),
    ("東京都新宿区西新宿2-8-1に住んでいます", "西新宿 2-8-1"),
    ("まど市桜町一丁目二番三号の集積所", "桜町 二番"),
    ("桜町3丁目のごみの日はいつ", "桜町 3丁目"),
    ("大字山里1234番地", "山里 1234"),
    ("メゾンさくら203号室の者です", "203"),
    ("〒123-4567", "123 4567"),
]

# What is asked must stay whole: staff could not answer otherwise.
KEPT = [
    "住民票は300円ですか",
    "1人5,000円もらえますか",
    "2026年4月から保育料は",
    "18歳までの医療費",
    "5か月の子ども",
    "第3子の児童手当",
    "65歳以上は何番窓口",
    "10月20日に転入します",
    "110番と119番の違い",
    "窓口は9:00-17:00ですか",
    "お母さんと子どもの手帳",
    "赤ちゃんの手続き",
    "業者さんに頼みたい",
    "皆様の声",
    "たくさんあるごみ",
    "パスポートの名前を変えたい",
    "名前は変えられますか",
    "結婚して氏名が変わりました",
    "娘の保険証が届かない",
    "父の死亡届",
    "母の世話をする人",
    "私は妊婦です",
    "何と言いますか",
    "母子手帳の再発行",
    "2LDKのマンション",
    "三人の子どもがいます",
    "40kg以上の荷物",
    "お医者さんの証明",
]


@pytest.mark.parametrize(("typed", "gone"), NASTY)
def test_nothing_of_a_person_is_left(typed: str, gone: str) -> None:
    left = masked(typed)
    assert MASK in left
    assert not [word for word in gone.split() if word in left]


@pytest.mark.parametrize("typed", KEPT)
def test_what_is_asked_is_left_whole(typed: str) -> None:
    assert masked(typed) == typed


def test_masking_twice_changes_nothing_more() -> None:
    for typed, _ in NASTY:
        assert masked(masked(typed)) == masked(typed)


def test_what_is_nothing_but_a_number_says_so() -> None:
    assert is_masked_only(masked("0000-00-1234"))
    assert not is_masked_only(masked("0000-00-1234に転入届"))


def test_a_wall_of_figures_is_masked_in_time() -> None:
    assert len(masked("1-" * 4000 + "山" * 4000)) <= 400
