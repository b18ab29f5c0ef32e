"""What makes a talk: follow-ups, questions back, what was said in passing, languages, hours."""

from datetime import date

import pytest

from chatbot.dialogue import slots
from chatbot.dialogue.clarifying import Traits, split, vague
from chatbot.dialogue.followups import Aspect, asked_after
from chatbot.dialogue.languages import written_in
from chatbot.dialogue.phrasing import OWN, phrases
from chatbot.dialogue.reply import Kind, Question
from chatbot.garbage.loading import load_guide
from chatbot.knowledge.entries import WRITTEN
from chatbot.knowledge.loading import read_yaml
from tests.chatbot.conversing import ask, pick, the_dialogue


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("その手数料は?", Aspect.FEE),
        ("いくらですか", Aspect.FEE),
        ("how much is it?", Aspect.FEE),
        ("いつまで?", Aspect.DEADLINE),
        ("期限はいつですか", Aspect.DEADLINE),
        ("何を持っていく?", Aspect.BRING),
        ("必要な書類は?", Aspect.BRING),
        ("what do I bring?", Aspect.BRING),
        ("どこで?", Aspect.PLACE),
        ("では、電話番号は?", Aspect.PHONE),
        ("何時まで?", Aspect.HOURS),
        ("ネットでできますか", Aspect.ONLINE),
        ("住民票の手数料は?", None),
        ("図書館はどこですか", None),
        ("引っ越しの手続き", None),
        ("", None),
    ],
)
def test_short_questions_ask_after_a_side_of_the_thing(text: str, aspect: Aspect | None) -> None:
    assert asked_after(text) is aspect


def test_without_a_thing_before_it_a_follow_up_is_a_question_of_its_own() -> None:
    assert ask("いつまで?").key == ""


def test_what_is_not_written_is_said_so_with_the_desk() -> None:
    reply = ask("いくら", entry="garbage_time")
    assert reply.kind is Kind.UNKNOWN
    assert reply.key == ""
    assert reply.desk is not None
    assert reply.context["entry"] == "garbage_time"


def about(key: str, whom: str = "anyone", category: str = "c", desk: str = "d") -> Traits:
    return Traits(key, whom, category, desk)


def test_the_question_back_is_what_splits_best_and_is_easiest() -> None:
    by_whom = [about(str(n), whom=("child", "elder")[n % 2]) for n in range(6)]
    found = split(by_whom)
    assert found is not None
    assert (found.dimension, set(found.values)) == ("whom", {"child", "elder"})
    both = [about(str(n), ("child", "elder")[n % 2], ("a", "b")[n % 2]) for n in range(6)]
    found = split(both)
    assert found is not None
    assert found.dimension == "whom"
    found = split(both, known="child")
    assert found is not None
    assert found.dimension == "category"


def test_nothing_is_asked_that_splits_badly() -> None:
    assert split([about(str(n)) for n in range(6)]) is None
    assert split([about(str(n), "elder" if n == 0 else "child") for n in range(9)]) is None
    assert split([about(str(n), str(n), str(n), str(n)) for n in range(9)]) is None


@pytest.mark.parametrize("text", ["証明書", "相談したい", "保険について教えて", "申請したいです"])
def test_vague_questions(text: str) -> None:
    assert vague(text)


@pytest.mark.parametrize("text", ["コンビニで住民票を取りたい", "児童手当の申請はいつまで"])
def test_clear_questions(text: str) -> None:
    assert not vague(text)


def test_a_choice_among_the_candidates_that_was_not_offered_gives_the_desk() -> None:
    for payload in ("narrow:whom:child", "narrow:entries:x", "narrow", "narrow:whom"):
        assert pick(payload).kind is Kind.UNKNOWN
    one = pick("narrow:category:税", among="tax_late juminhyo nothing")
    assert (one.kind, one.key) == (Kind.ANSWER, "tax_late")
    assert "among" not in one.context


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("2歳の子どもの健診", "child"),
        ("母が高齢で介護が必要", "elder"),
        ("妊娠しました", "mother"),
        ("障がいのある人の手当", "disabled"),
        ("住民票がほしい", ""),
        ("우리 아이 예방접종", "child"),
    ],
)
def test_for_whom_is_heard_in_passing(text: str, person: str) -> None:
    assert slots.person_in(text) == person


def test_where_somebody_lives_is_heard_and_is_no_question() -> None:
    guide = load_guide()
    assert slots.district_in("みなと地区のごみの日", guide) == "minato"
    assert slots.district_in("ごみの日", guide) == ""
    assert slots.only_says_where("みなと地区に住んでいます。", guide, "minato")
    assert not slots.only_says_where("みなと地区の図書館", guide, "minato")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("주민표", "ko"),
        ("我想申请儿童津贴", "zh-Hans"),
        ("我想申請兒童津貼", "zh-Hant"),
        ("Làm thế nào", "vi"),
        ("Paano po ako", "tl"),
        ("child allowance", "en"),
        ("住民票", "ja"),
        ("粗大ごみ手数料", "ja"),
        ("国民健康保険料減免申請書", "ja"),
        ("児童扶養手当", "ja"),
        ("後期高齢者医療", "ja"),
        ("戸籍謄本", "ja"),
        ("PIN", "ja"),
    ],
)
def test_the_letters_tell_the_language(text: str, language: str) -> None:
    assert written_in(text, "ja") == language


@pytest.mark.parametrize("language", WRITTEN)
def test_every_language_has_every_sentence(language: str) -> None:
    said = phrases(language)
    assert set(said) == set(phrases("ja"))
    for name, row in read_yaml(OWN).items():
        for words in row.values():
            assert words.count("{") == phrases("ja")[name].count("{"), name


def test_on_a_closed_day_the_next_open_one_is_said() -> None:
    saturday = the_dialogue().turn(Question("宇宙人に会いたい"), date(2026, 11, 21))
    assert any("11月24日(火)" in block for block in saturday.blocks)  # Monday is a holiday
    friday = the_dialogue().turn(Question("宇宙人に会いたい"), date(2026, 11, 20))
    assert len(friday.blocks) == 1
