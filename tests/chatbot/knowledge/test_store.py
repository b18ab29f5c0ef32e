"""What staff keep over the shipped answers: drafts, approval by somebody else, words, versions."""

import copy
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from chatbot.knowledge import editing, store, words
from chatbot.knowledge.bodies import KnowledgeError, body_of_row, entry_of
from chatbot.knowledge.models import AnswerRevision, State, Thing
from chatbot.knowledge.store import load_knowledge, shipped, version
from portal.core.audit import AuditEntry
from portal.core.clock import today
from portal.core.db import read, transaction

AUTHOR, APPROVER = uuid4(), uuid4()
KEY = "juminhyo"


def body(answer: str = "", **changes: Any) -> dict[str, Any]:
    made = copy.deepcopy(dict(store.shipped_bodies()[Thing.FAQ][KEY])) | changes
    if answer:
        made["texts"]["ja"]["answer"] = answer
    return made


def says() -> str:
    found = load_knowledge().find(KEY)
    return found.text("ja").answer if found else ""


def published(wanted: dict[str, Any] | None, key: str = KEY, live_on: date | None = None) -> UUID:
    with transaction() as session:
        made = editing.draft(session, Thing.FAQ, key, wanted, by=AUTHOR)
        editing.propose(session, made.id)
        editing.approve(session, made.id, by=APPROVER, live_on=live_on)
    return made.id


def state(revision_id: UUID) -> str:
    query = select(AnswerRevision.state).where(AnswerRevision.id == revision_id)
    return str(read().execute(query).scalar_one())


def test_what_we_ship_counts_until_the_city_writes_its_own(ctx: Flask) -> None:
    assert load_knowledge().entries == shipped().entries
    before = version(read())
    published(body("**窓口だけです。**"))
    assert says() == "**窓口だけです。**"
    assert version(read()) != before
    found = load_knowledge().find(KEY)
    assert found is not None and found.updated == today()
    assert len(load_knowledge().entries) == len(shipped().entries)
    assert load_knowledge() is load_knowledge()


def test_a_plain_command_line_knows_what_we_ship() -> None:
    assert load_knowledge() is shipped()
    assert shipped().find(KEY) is not None
    assert len(shipped().synonyms) > 30 and "為る" in shipped().stop_words


def test_authors_do_not_approve_their_own_work(ctx: Flask) -> None:
    with transaction() as session:
        made = editing.draft(session, Thing.FAQ, KEY, body("別の答え"), by=AUTHOR)
    with pytest.raises(editing.EditedMeanwhile), transaction() as session:
        editing.approve(session, made.id, by=APPROVER)  # a draft is not yet proposed
    with transaction() as session:
        editing.propose(session, made.id)
    with pytest.raises(editing.OwnWork), transaction() as session:
        editing.approve(session, made.id, by=AUTHOR)
    assert says() != "別の答え"


def test_a_withdrawn_answer_is_gone_and_comes_back(ctx: Flask) -> None:
    first = published(body("一つ目"))
    published(None)
    assert says() == ""
    with transaction() as session:
        again = editing.bring_back(session, first, by=AUTHOR)
        editing.propose(session, again.id)
        editing.approve(session, again.id, by=APPROVER)
    assert says() == "一つ目" and state(first) == State.PAST


def test_a_day_to_come_is_waited_for(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    tomorrow = today() + timedelta(days=1)
    made = published(body("あしたから"), live_on=tomorrow)
    assert editing.go_live_due() == 0 and state(made) == State.APPROVED
    monkeypatch.setattr(editing, "today", lambda: tomorrow)
    assert editing.go_live_due() == 1
    assert says() == "あしたから"


def test_two_people_at_one_answer_do_not_overwrite_each_other(ctx: Flask) -> None:
    with transaction() as session:
        editing.draft(session, Thing.FAQ, KEY, body("先"), by=AUTHOR, seen=0)
    with pytest.raises(editing.EditedMeanwhile), transaction() as session:
        editing.draft(session, Thing.FAQ, KEY, body("後"), by=APPROVER, seen=0)
    with transaction() as session:
        editing.draft(session, Thing.FAQ, KEY, body("後"), by=APPROVER, seen=1)
    query = select(AnswerRevision.state).order_by(AnswerRevision.number)
    assert list(read().execute(query).scalars()) == [State.DISCARDED, State.DRAFT]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"key": "other"}, "key"),
        ({"desk": "nowhere"}, "desk"),
        ({"links": ["service:nothing"]}, "links"),
        ({"valid_from": "2026-04-01", "valid_to": "2026-03-31"}, "valid_to"),
        ({"texts": {"en": {"question": "q", "answer": "a"}}}, "texts"),
        ({"kind": "novel"}, "kind"),
        ({"valid_to": "someday"}, "valid_from"),
    ],
)
def test_a_faulty_draft_is_refused_by_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        editing.trial(Thing.FAQ, KEY, body(**change))
    assert caught.value.field == field


def test_an_entry_of_another_release_is_left_out_not_the_page(ctx: Flask) -> None:
    with transaction() as session:
        editing.live_at_once(session, Thing.FAQ, KEY, {"key": KEY}, by=None, note="")
    assert says() == shipped().find(KEY).text("ja").answer  # type: ignore[union-attr]


def test_earlier_knowledge_can_be_put_together_again(ctx: Flask) -> None:
    published(body("一つ目"))
    one = store.number_of(read())
    published(body("二つ目"))
    two = store.number_of(read())
    told = [load_knowledge(number).find(KEY).text("ja").answer for number in (one, two)]  # type: ignore[union-attr]
    assert told == ["一つ目", "二つ目"]
    assert load_knowledge(0).entries == shipped().entries


def test_drafts_can_be_tried_together(ctx: Flask) -> None:
    with transaction() as session:
        editing.draft(session, Thing.FAQ, KEY, body("試しに"), by=AUTHOR)
    tried = store.with_drafts()
    assert tried.find(KEY).text("ja").answer == "試しに"  # type: ignore[union-attr]
    assert says() != "試しに" and tried.version != load_knowledge().version


def test_an_alias_counts_at_once_and_is_not_lost_with_an_open_draft(ctx: Flask) -> None:
    with transaction() as session:
        made = editing.draft(session, Thing.FAQ, KEY, body("下書き"), by=AUTHOR)
    with transaction() as session:
        assert words.add_alias(session, KEY, " ジューミンヒョー ", AUTHOR) is not None
        assert words.add_alias(session, KEY, "ジューミンヒョー", AUTHOR) is None
    assert "ジューミンヒョー" in load_knowledge().find(KEY).text("ja").aliases  # type: ignore[union-attr]
    with transaction() as session:
        editing.propose(session, made.id)
        editing.approve(session, made.id, by=APPROVER)
    found = load_knowledge().find(KEY)
    assert found is not None and says() == "下書き"
    assert "ジューミンヒョー" in found.text("ja").aliases


def test_an_alias_does_not_make_an_answer_newer(ctx: Flask) -> None:
    before = shipped().find(KEY)
    with transaction() as session:
        words.add_alias(session, KEY, "じゅうみんひょ", AUTHOR)
    found = load_knowledge().find(KEY)
    assert found is not None and before is not None and found.updated == before.updated


def test_a_group_of_words_grows_and_goes(ctx: Flask) -> None:
    with transaction() as session:
        words.add_synonym(session, ["マイナ保険証", "住民票"], AUTHOR, group="住民票")
        made = words.add_synonym(session, ["ゴミ袋", "指定袋"], AUTHOR)
    groups = load_knowledge().synonyms
    assert ("住民票", "住民票の写し", "マイナ保険証") in groups and ("ゴミ袋", "指定袋") in groups
    assert made is not None
    with transaction() as session:
        words.put_words(session, Thing.SYNONYM, made.key, None, AUTHOR)
        with pytest.raises(words.UnfitWords):
            words.add_synonym(session, ["ひとつだけ"], AUTHOR)
    assert ("ゴミ袋", "指定袋") not in load_knowledge().synonyms


def test_every_act_is_in_the_log(ctx: Flask) -> None:
    published(body("一つ目"))
    with transaction() as session:
        words.add_alias(session, KEY, "住民票をくれ", AUTHOR)
    query = select(AuditEntry.action).where(AuditEntry.subject_id == KEY).order_by(AuditEntry.at)
    told = list(read().execute(query).scalars())
    assert told == [
        f"answer.{act}" for act in ("drafted", "proposed", "approved", "live", "words_changed")
    ]


def test_a_row_of_a_file_and_its_body_are_the_same() -> None:
    row = {
        "key": "k", "question": "問い", "answer": " 答え\n", "desk": "general", "owner": "総務課",
        "updated": date(2026, 1, 2), "valid_from": date(2026, 1, 1), "links": ["my_page"],
        "source": {"title": "t", "url": "https://x.example/"},
        "zh-Hans": {"question": "问", "answer": "答", "signed": False},
    }  # fmt: skip
    entry = entry_of(body_of_row(row, "c"))
    assert entry.text("ja").answer == "答え" and entry.source_url == "https://x.example/k.html"
    assert entry.updated == date(2026, 1, 2) and entry.category == "c"
    assert not entry.text("zh-Hans").signed and entry.text("ko") == entry.text("ja")
