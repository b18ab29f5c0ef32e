"""Staff learn from misses, test, judge and let releases out: stories in the strict browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from chatbot.dialogue.reply import Kind, Question, Reply
from chatbot.engine.learning.storing import from_bytes
from chatbot.knowledge.store import load_knowledge
from chatbot.tuning import labels, log, misses, releases, replaying, sampling, testing, training
from chatbot.tuning.figures import held_out
from chatbot.tuning.grouping import folded
from chatbot.tuning.log import ASKED
from chatbot.tuning.models import (
    AnswerRelease,
    AskedQuestion,
    LearnedWeights,
    MissDecision,
    QuestionTicket,
    TestQuestion,
)
from chatbot.tuning.serving import PILOT, learned_bytes, release_for, served
from portal.core.clock import now, today
from portal.core.db import read, transaction
from tests.browser import Browser
from tests.notifications.city import sign_in

EDITOR, CHIEF = UUID(int=11), UUID(int=12)
SEE, EDIT = "knowledge.view", "knowledge.edit"
GOOD = {
    "questions": 40, "sr1": 0.8, "sr3": 0.95, "coverage": 0.3, "precision": 0.95, "seen": 0.9,
    "seen_questions": 20, "unseen": 0.7, "unseen_questions": 20, "p95_ms": 9.0,
}  # fmt: skip


@pytest.fixture
def editor(app: Flask) -> Browser:
    return sign_in(app, "staff", EDITOR, frozenset({SEE, EDIT}))


@pytest.fixture
def chief(app: Flask) -> Browser:
    return sign_in(app, "staff", CHIEF, frozenset({SEE, "knowledge.approve"}))


def missed(words: str, times: int = 1, kind: Kind = Kind.UNKNOWN) -> None:
    for _ in range(times):
        log.note(Question(words), Reply(kind, "ja", ("?",)), channel="web")


def key_of_first() -> str:
    return load_knowledge().entries[0].key


def test_a_miss_becomes_a_way_to_ask_and_can_be_taken_back(
    answered: Flask, editor: Browser
) -> None:
    with answered.app_context():
        missed("かんたん証明どこで", 3)
    page = editor.get("/staff/tuning")
    assert "かんたん証明どこで" in page.text
    with answered.app_context():
        miss = misses.inbox()[0]
        key = misses.suggestions(miss.words)[0]
        with transaction() as session:
            misses.make_alias(session, miss.folded, miss.words, key, by=EDITOR)
        assert not misses.inbox()
        entry = load_knowledge().find(key)
        assert entry and "かんたん証明どこで" in entry.text("ja").aliases
    editor.get("/staff/tuning/decisions")
    editor.submit("取り消す")
    with answered.app_context():
        entry = load_knowledge().find(key)
        assert entry and "かんたん証明どこで" not in entry.text("ja").aliases
        assert len(misses.inbox()) == 1


def test_one_tap_makes_alias_and_test_question(answered: Flask, editor: Browser) -> None:
    with answered.app_context():
        missed("かんたん証明どこで")
        key = misses.suggestions("かんたん証明どこで")[0]
        title = load_knowledge().find(key).text("ja").question  # type: ignore[union-attr]
    editor.get("/staff/tuning")
    editor.submit(title)
    with answered.app_context(), transaction() as session:
        row = session.scalars(select(TestQuestion)).one()
        assert (row.key, row.text, row.origin, row.by) == (key, "かんたん証明どこで", "log", EDITOR)
        assert session.scalars(select(MissDecision.act)).all() == ["alias"]


def test_other_acts_on_a_miss(answered: Flask, editor: Browser) -> None:
    with answered.app_context():
        for words in ("宇宙旅行の補助金", "パソコン教室はどこ", "となり町の図書館"):
            missed(words)
    editor.get("/staff/tuning")
    editor.submit("対応しない : となり町の図書館")
    editor.submit("市の仕事ではない : 宇宙旅行の補助金")
    page = editor.submit("新しい回答を下書きする : パソコン教室はどこ")
    assert page.status == 200 and "パソコン教室はどこ" in page.html
    with answered.app_context():
        assert not misses.inbox()


def test_a_synonym_is_made_and_taken_back(answered: Flask) -> None:
    with answered.app_context():
        missed("まいなんちゃらカード")
        miss = misses.inbox()[0]
        with transaction() as session:
            misses.make_synonym(
                session, miss.folded, "まいなんちゃら", "マイナンバーカード", by=EDITOR
            )
        assert [g for g in load_knowledge().synonyms if "まいなんちゃら" in g]
        with transaction() as session:
            misses.undo(session, misses.history()[0].id, by=EDITOR)
        assert not [g for g in load_knowledge().synonyms if "まいなんちゃら" in g]


def test_the_inbox_hears_search_thumbs_down_and_candidates_nobody_picked(answered: Flask) -> None:
    with answered.app_context():
        missed("粗大ごみの申込先", kind=Kind.CANDIDATES)
        turn = log.note(
            Question("保育料"), Reply(Kind.ANSWER, "ja", ("?",), key="x"), channel="line"
        )
        with transaction() as session:
            done = update(AskedQuestion).where(AskedQuestion.id == UUID(turn))
            session.execute(done.values(solved=False, reason="old", words="去年の額"))
            session.execute(
                text("INSERT INTO search_misses VALUES (:day, 'ねこのひたい', 'ja', 4)"),
                {"day": today()},
            )
        picked = log.note(Question("児童"), Reply(Kind.CANDIDATES, "ja", ("?",)), channel="web")
        pick = Question("", context={ASKED: picked}, payload="entry:y")
        log.note(pick, Reply(Kind.ANSWER, "ja", ("!",), key="y"), channel="web")
        found = {one.words: one for one in misses.inbox()}
        assert set(found) == {"粗大ごみの申込先", "保育料", "ねこのひたい"}
        assert found["ねこのひたい"].people == 4
        assert found["保育料"].reasons == {"old": 1} and found["保育料"].said == ["去年の額"]


def test_test_questions_are_kept_and_run(answered: Flask, editor: Browser) -> None:
    with answered.app_context():
        entry = load_knowledge().entries[0]
    editor.get("/staff/tuning/tests")
    page = editor.submit(
        "追加", key=entry.key, words=f"{entry.texts['ja'].question}\n私は山田花子です。ほげほげは"
    )
    assert "花子" not in page.text
    page = editor.submit("すべて試す")
    assert "1位で正解" in page.text
    page = editor.get(f"/staff/answers/entries/{entry.key}?run=1")
    assert "1位で正解" in page.text


def test_a_release_goes_out_only_through_the_gate_and_by_another(
    answered: Flask, editor: Browser, chief: Browser
) -> None:
    editor.get("/staff/tuning/releases")
    page = editor.submit("下書きを作る", note="11月の見直し")
    assert "11月の見直し" in page.text
    page = editor.submit("職員の試用にする")
    path = page.url
    page = chief.get(path)
    page = chief.submit("全員に公開する")
    assert page.status == 409 and "先に測定" in page.text
    with answered.app_context(), transaction() as session:
        bad = {"at": now().isoformat(), **GOOD, "sr1": 0.1}
        session.execute(update(AnswerRelease).values(gate=bad))
    page = chief.submit("全員に公開する")
    assert page.status == 409 and "届いていません" in page.text and "10.0%" in page.text
    with answered.app_context(), transaction() as session:
        session.execute(update(AnswerRelease).values(gate={"at": now().isoformat(), **GOOD}))
        row = session.scalars(select(AnswerRelease)).one()
        with pytest.raises(releases.OwnRelease):
            releases.go_live(session, row.id, by=EDITOR)
    chief.get(path)
    page = chief.submit("試行を始める", share="100")
    with answered.app_context():
        assert release_for("any talk") == PILOT
    page = chief.submit("全員に公開する")
    assert "公開中" in page.text
    chief.get("/staff/tuning/releases")
    chief.submit("前の公開版に戻す")
    with answered.app_context():
        assert served() == {}
        assert read().execute(select(AnswerRelease.state)).scalar() == "dropped"


def test_figures_of_yesterday_and_drafts_do_not_open_the_gate(ctx: Flask) -> None:
    with transaction() as session:
        row = releases.make(session, by=EDITOR, knowledge=releases.WITH_DRAFTS)
        releases.try_out(session, row.id)
        row.gate = {"at": now().isoformat(), **GOOD}
        with pytest.raises(releases.HasDrafts):
            releases.pilot(session, row.id, 10, by=CHIEF)
        row.drafts = False
        row.gate = {"at": (now() - timedelta(days=2)).isoformat(), **GOOD}
        with pytest.raises(releases.GateClosed):
            releases.pilot(session, row.id, 10, by=CHIEF)


def test_going_back_gives_the_release_before_again(ctx: Flask) -> None:
    with transaction() as session:
        for _ in range(2):
            row = releases.make(session, by=EDITOR)
            releases.try_out(session, row.id)
            row.gate = {"at": now().isoformat(), **GOOD}
            releases.go_live(session, row.id, by=CHIEF)
        before = releases.roll_back(session)
        assert before is not None and before.number == 1 and before.state == "live"
        assert releases.roll_back(session) is None


def test_what_is_live_without_a_release_can_be_measured(answered: Flask) -> None:
    with answered.app_context():
        with transaction() as session:
            for entry in load_knowledge().entries[:5]:
                testing.add(session, entry.key, entry.texts["ja"].question, by=EDITOR)
        outcomes = testing.run(testing.questions())
        assert all(one.place == 1 and one.seen for one in outcomes)
        with transaction() as session:
            row = releases.make(session, by=EDITOR)
            releases.try_out(session, row.id)
        with transaction() as session, pytest.raises(testing.NotServed):
            # The answering process of these tests has no database: it serves no release.
            releases.measured(session, row.id)


def test_a_replay_says_when_a_release_was_not_there(
    answered: Flask, work: Callable[[], None]
) -> None:
    with answered.app_context():
        missed("住民票")
        with transaction() as session:
            releases.try_out(session, releases.make(session, by=EDITOR).id)
            replay = replaying.start(session, "", "trial", by=EDITOR)
        work()
        row, changes = replaying.shown(replay.id)
        assert row.fault == "NotServed" and row.done_at and not changes


@pytest.mark.parametrize(
    ("kind", "keys", "changed"),
    [(Kind.ANSWER, "a", False), (Kind.ANSWER, "b", True), (Kind.UNKNOWN, "", True)],
)
def test_a_change_is_what_somebody_would_notice(kind: Kind, keys: str, changed: bool) -> None:
    before = Reply(Kind.ANSWER, "ja", ("old words",), key="a")
    assert replaying.differs(before, Reply(kind, "ja", ("new",), key=keys)) is changed


def test_labels_come_from_tests_picks_and_marks_but_never_from_what_proves(ctx: Flask) -> None:
    keys = [entry.key for entry in load_knowledge().entries[:3]]
    asked = [words for words in (f"質問その{n}" for n in range(40)) if not held_out(folded(words))]
    proof = next(words for words in (f"確認{n}" for n in range(40)) if held_out(folded(words)))
    with transaction() as session:
        testing.add(session, keys[0], asked[0], by=EDITOR)
        testing.add(session, keys[0], proof, by=EDITOR)
    options = Reply(Kind.CANDIDATES, "ja", ("?",))
    first = log.note(Question(asked[1]), options, channel="web")
    pick = Question("", context={ASKED: first}, payload=f"entry:{keys[1]}")
    second = log.note(pick, Reply(Kind.ANSWER, "ja", ("!",), key=keys[1]), channel="web")
    third = log.note(Question(asked[2]), Reply(Kind.ANSWER, "ja", ("!",), key="x"), channel="web")
    with transaction() as session:
        session.execute(update(AskedQuestion).values(offered=keys))
        solved = update(AskedQuestion).where(AskedQuestion.id == UUID(second))
        session.execute(solved.values(solved=True))
        sampling.judge(session, UUID(third), "wrong", by=EDITOR, right_key=keys[2])
    with transaction() as session, pytest.raises(sampling.JudgedAlready):
        sampling.judge(session, UUID(third), "right", by=CHIEF)
    with transaction() as session:
        found = dict(labels.labelled(session))
    assert found == {asked[0]: {keys[0]: 2}, asked[1]: {keys[1]: 2}, asked[2]: {keys[2]: 2}}


def test_too_few_labels_are_not_learned_from(ctx: Flask) -> None:
    with transaction() as session, pytest.raises(training.TooFewLabels):
        training.ask(session, by=EDITOR)


def test_the_report_never_counts_a_wrong_answer_as_right(answered: Flask, editor: Browser) -> None:
    key = key_of_first()
    given = Reply(Kind.ANSWER, "ja", ("!",), key=key)
    with answered.app_context():
        turns = [log.note(Question(f"質問{n}"), given, channel="web") for n in range(4)]
        missed("知らない")
        log.note(Question("試し"), given, channel="web", trial=True)
        with transaction() as session:
            for turn, mark in zip(turns, ("right", "right", "wrong", "partly"), strict=True):
                sampling.judge(session, UUID(turn), mark, by=EDITOR)
        (month,) = (
            one
            for one in sampling.accuracy(today().replace(day=1))
            if not one.channel and not one.category
        )
        assert (month.asked, month.answer_rate, month.correctness) == (5, 0.8, 0.5)
        assert month.rightly_answered == 0.4
    page = editor.get("/staff/tuning/accuracy")
    assert "80.0%" in page.text and "40.0%" in page.text
    table = editor.client.get("/staff/tuning/accuracy.csv", base_url=editor.base).get_data()
    assert table.startswith(b"\xef\xbb\xbf") and b"0.4" in table
    page = editor.get("/staff/tuning/sample")
    assert "4件中4件を判定" in page.text


def test_staff_answer_a_question_and_make_it_a_draft(answered: Flask, editor: Browser) -> None:
    with answered.app_context(), transaction() as session:
        session.add(QuestionTicket(words="私は山田花子です。星の名前は?", mail=None, language="ja"))
    page = editor.get("/staff/tuning/questions")
    editor.get(page.link("私は山田花子です"))
    editor.submit("回答を保存する", words="天文台に聞いてください。")
    page = editor.submit("ボットの回答の下書きにする")
    assert "天文台" in page.html and "花子" not in page.html


def test_staff_ask_every_release_and_it_counts_nowhere(answered: Flask, editor: Browser) -> None:
    editor.get("/staff/tuning/trial")
    page = editor.submit("聞いてみる", words="市役所は何時から何時まで開いていますか")
    assert "8時30分" in page.text
    with answered.app_context():
        assert read().execute(select(func.count()).where(AskedQuestion.trial)).scalar() == 1
        assert sampling.accuracy(today().replace(day=1)) == []


@pytest.mark.parametrize(
    "path", ["", "/decisions", "/tests", "/releases", "/trial", "/replays", "/sample", "/accuracy"]
)
def test_pages_are_for_those_who_may(app: Flask, path: str) -> None:
    other = sign_in(app, "staff", UUID(int=13), frozenset({"notices.view"}))
    assert other.get(f"/staff/tuning{path}").status == 403


def test_what_staff_wrote_is_learned_by_a_worker_and_goes_into_a_release(
    ctx: Flask, work: Callable[[], None]
) -> None:
    with transaction() as session:
        for entry in load_knowledge().entries[:40]:
            testing.add(session, entry.key, f"{entry.texts['ja'].question}を知りたい", by=EDITOR)
    with transaction() as session:
        asked = training.ask(session, by=EDITOR)
    work()
    with transaction() as session:
        kept = session.get(LearnedWeights, asked.id)
        assert kept is not None and kept.done_at and not kept.fault and kept.labels >= 20
        row = releases.make(session, by=EDITOR, learned=kept.id)
        releases.try_out(session, row.id)
    learned = learned_bytes(served()["trial"].learned)
    assert learned and len(from_bytes(learned).labels) == kept.labels


def test_a_training_that_fails_says_so(ctx: Flask) -> None:
    with transaction() as session:
        row = LearnedWeights(labels=0)
        session.add(row)
    training.work(str(row.id))
    training.work(str(row.id))
    with transaction() as session:
        kept = session.get(LearnedWeights, row.id)
        assert kept is not None and kept.done_at
        assert (kept.fault, kept.model) == ("TooFewLabels", None)
