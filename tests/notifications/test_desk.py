"""A clerk writes, another approves; residents find it in the inbox."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from notifications.notices import writing
from notifications.notices.models import Approval, Notice
from notifications.segments.city import askable_services
from portal.catalogue.load import load_catalogue
from portal.core.audit import AuditEntry
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.core.errors import Conflict, Forbidden
from tests.browser import Browser
from tests.notifications.city import (
    APPROVER,
    CHIEF,
    CLERK,
    WRITER,
    draft,
    line_id,
    months_ago,
    outcomes,
    resident,
    sign_in,
    values,
)
from tests.notifications.conftest import Letters, Phone


@pytest.fixture
def writer(app: Flask) -> Browser:
    return sign_in(app, "staff", WRITER, CLERK)


@pytest.fixture
def approver(app: Flask) -> Browser:
    return sign_in(app, "staff", APPROVER, CHIEF)


def districts() -> list[str]:
    return list(load_catalogue().districts)[:3]


def newest_notice() -> UUID:
    return read().execute(select(Notice.id).order_by(Notice.created_at.desc())).scalars().all()[0]


def test_a_notice_from_writing_to_reading(
    inside: Any,
    app: Flask,
    writer: Browser,
    approver: Browser,
    work: Any,
    phone: Phone,
    letters: Letters,
) -> None:
    """Families with a child due for the 18-month check in two districts."""
    a, b, c = districts()
    child = months_ago(19)
    here = inside(resident, line=1, children=((child, a),))
    inside(resident, mail="b@mail.example", children=((child, b),))
    inside(resident, line=3, children=((child, c),))  # another district
    inside(resident, line=4, children=((months_ago(60), a),))  # too old
    inside(resident, line=5, children=((child, c), (months_ago(60), a)))  # not the same child

    writer.get("/staff/notices/new?lang=ja")
    page = writer.submit(
        "保存して確認する",
        title="1歳6か月児健診の会場",
        body="12月は西会館です。\r\n東会館は工事中です。",
        about="person",
        relation=["child"],
        service="check_18m",
        district=[a, b],
    )
    assert page.heading == "1歳6か月児健診の会場"
    names = [load_catalogue().districts[key].name.ja for key in (a, b)]
    due = "「1歳6か月児健診」の時期にある（済んだ人を除く）"
    assert f"{due}、かつ{names[0]}または{names[1]}に住む" in page.text
    assert "人数 2" in page.text
    page = writer.submit("承認を頼む")
    assert "ほかの職員の承認を待っています" in page.text

    approver.get(page.path + "?lang=ja")
    page = approver.submit("承認して送る")
    assert "送信を始めます" in page.text
    work()
    assert inside(outcomes, inside(newest_notice)) == {"line sent": 1, "mail sent": 1}
    assert "東会館は工事中です。" in phone.texts(line_id(1))[0]
    assert [phone.texts(line_id(n)) for n in (3, 4, 5)] == [[], [], []]

    mine = sign_in(app, "resident", here)
    page = mine.get("/inbox?lang=ja")
    assert "1歳6か月児健診の会場" in page.text
    page = mine.get(page.link("1歳6か月児健診の会場"))
    assert "12月は西会館です。" in page.text
    assert "次の人に送りました" in page.text
    page = approver.get(f"/staff/notices/{inside(newest_notice)}")
    assert "対象の人数 2" in page.text
    assert "受信箱で開いた 1" in page.text


def test_faults_are_beside_their_fields_and_what_was_typed_stays(
    inside: Any, writer: Browser
) -> None:
    writer.get("/staff/notices/new?lang=ja")
    page = writer.submit(
        "保存して確認する",
        title="",
        body="{{name}} さんへ",
        link="javascript:alert(1)",
        about="person",
        age_from="9",
        age_to="3",
    )
    assert page.status == 422
    assert len(page.errors) >= 4
    assert "名前などの個人の項目は入れられません。" in page.text
    assert "{{name}} さんへ" in page.html
    assert "javascript:alert(1)" in page.html
    assert inside(values, select(Notice.id)) == []


def test_everybody_with_conditions_is_asked_back(writer: Browser) -> None:
    """A slip of one radio button must not send to the whole city."""
    writer.get("/staff/notices/new?lang=ja")
    page = writer.submit("保存して確認する", title="題", body="文", about="all", relation=["child"])
    assert page.status == 422
    assert "どちらか一方にしてください" in page.text


def test_a_preview_keeps_nothing(inside: Any, app: Flask, writer: Browser) -> None:
    inside(resident, line=1)
    writer.get("/staff/notices/new?lang=ja")
    form = writer.page.form("見え方を確かめる")  # type: ignore[union-attr]
    assert any(
        each.attributes.get("formaction") == "/staff/notices/preview" for each in form.all("button")
    )
    form.attributes["action"] = "/staff/notices/preview"
    page = writer.submit("見え方を確かめる", title="題", body="文", about="all", kind="drill")
    assert page.status == 200
    assert "【訓練】題" in page.text
    assert "登録しているすべての人" in page.text
    assert inside(values, select(Notice.id)) == []


def test_keeping_after_a_preview_changes_the_same_draft(
    inside: Any, app: Flask, writer: Browser
) -> None:
    with app.app_context(), transaction() as session:
        notice = writing.write(session, WRITER, draft())
    page = writer.get(f"/staff/notices/{notice.id}/edit?lang=ja")
    form = page.form("見え方を確かめる")
    [button] = [each for each in form.all("button") if "formaction" in each.attributes]
    form.attributes["action"] = button.attributes["formaction"]
    page = writer.submit("見え方を確かめる", title="直した題")
    assert "直した題" in page.text
    assert writer.submit("保存して確認する").heading == "直した題"
    assert inside(values, select(Notice.id)) == [notice.id]


def test_nobody_approves_their_own_notice(inside: Any, app: Flask) -> None:
    with app.app_context(), transaction() as session:
        notice = writing.write(session, WRITER, draft())
        writing.submit(session, notice.id, WRITER, counted=0)
    both = sign_in(app, "staff", WRITER, CLERK | CHIEF)
    page = both.get(f"/staff/notices/{notice.id}?lang=ja")
    assert "承認して送る" not in page.text
    with app.app_context(), pytest.raises(Forbidden), transaction() as session:
        writing.approve(session, notice.id, WRITER, version=1, counted=0)
    with (
        app.app_context(),
        pytest.raises(IntegrityError, match="by_another_clerk"),
        transaction() as session,
    ):
        session.add(
            Approval(
                notice_id=notice.id,
                author_id=WRITER,
                version=1,
                decided_by=WRITER,
                decision="approved",
                counted=0,
            )
        )
    with (
        app.app_context(),
        pytest.raises(IntegrityError, match="fk_notice_approvals"),
        transaction() as session,
    ):
        session.add(  # lying about the author does not help
            Approval(
                notice_id=notice.id,
                author_id=APPROVER,
                version=1,
                decided_by=WRITER,
                decision="approved",
                counted=0,
            )
        )


def test_only_the_version_that_was_looked_at_can_be_approved(ctx: Flask) -> None:
    with transaction() as session:
        notice = writing.write(session, WRITER, draft())
        writing.change(session, notice.id, WRITER, draft(topic="tax"))
        writing.submit(session, notice.id, WRITER, counted=0)
    with pytest.raises(Conflict), transaction() as session:
        writing.approve(session, notice.id, APPROVER, version=1, counted=0)
    with pytest.raises(Conflict), transaction() as session:
        writing.change(session, notice.id, WRITER, draft())
    with transaction() as session:
        writing.approve(session, notice.id, APPROVER, version=2, counted=0)
    with pytest.raises(Conflict), transaction() as session:
        writing.approve(session, notice.id, UUID(int=3), version=2, counted=0)


def test_returned_with_words_changed_and_approved(
    inside: Any, app: Flask, writer: Browser, approver: Browser
) -> None:
    with app.app_context(), transaction() as session:
        notice = writing.write(session, WRITER, draft())
        writing.submit(session, notice.id, WRITER, counted=0)
    path = f"/staff/notices/{notice.id}"
    approver.get(path + "?lang=ja")
    page = approver.submit("差し戻す")
    assert page.status == 422
    assert page.errors
    page = approver.submit("差し戻す", comment="日付を書いてください")
    assert "差し戻し" in page.text
    writer.get(path + "/edit?lang=ja")
    page = writer.submit("保存して確認する", body="12月3日です。")
    assert "日付を書いてください" in page.text
    writer.submit("承認を頼む")
    approver.get(path)
    assert "承認しました" in approver.submit("承認して送る").text
    actions = set(inside(values, select(AuditEntry.action)))
    assert {"notice.returned", "notice.changed", "notice.approved"} <= actions


def test_a_cancelled_notice_goes_nowhere(
    inside: Any, app: Flask, writer: Browser, work: Any, phone: Phone
) -> None:
    inside(resident, line=1)
    with app.app_context(), transaction() as session:
        notice = writing.write(session, WRITER, draft())
        writing.submit(session, notice.id, WRITER, counted=0)
    writer.get(f"/staff/notices/{notice.id}?lang=ja")
    assert "だれにも届きません" in writer.submit("このお知らせを取りやめる").text
    with app.app_context(), pytest.raises(Conflict), transaction() as session:
        writing.approve(session, notice.id, APPROVER, version=1, counted=0)
    work()
    assert inside(outcomes, notice.id) == {}
    assert phone.texts(line_id(1)) == []


def test_permissions_close_the_desk(inside: Any, app: Flask) -> None:
    other = sign_in(app, "staff", UUID(int=9), frozenset({"reports.view"}))
    assert other.get("/staff/notices").status == 403
    looker = sign_in(app, "staff", UUID(int=9), frozenset({"notices.view"}))
    assert looker.get("/staff/notices").status == 200
    assert looker.get("/staff/notices/new").status == 403


def test_the_list_asks_few_questions(
    inside: Any, app: Flask, writer: Browser, count_queries: Any
) -> None:
    with app.app_context(), transaction() as session:
        for _ in range(25):
            writing.write(session, WRITER, draft())
    writer.get("/staff/notices?lang=ja")
    with count_queries() as statements:
        page = writer.get("/staff/notices")
    assert "1 / 2" in page.text or "2" in page.text
    assert len([each for each in statements if each.startswith("SELECT")]) <= 4
    assert "下書き" in page.text


def test_a_segment_the_boxes_can_not_say_is_kept(inside: Any, app: Flask, writer: Browser) -> None:
    segment = {"any": [{"language": ["en"]}, {"has_person": {"sex": "F"}}]}
    with app.app_context(), transaction() as session:
        notice = writing.write(session, WRITER, draft(segment))
    writer.get(f"/staff/notices/{notice.id}/edit?lang=ja")
    page = writer.submit("保存して確認する", title="新しい題")
    assert page.heading == "新しい題"
    kept = inside(values, select(Notice.segment))[0]
    assert kept == {"any": [{"language": ["en"]}, {"has_person": {"sex": ["F"]}}]}


def test_every_askable_service_can_be_asked(ctx: Flask) -> None:
    from notifications.segments.city import setting
    from notifications.segments.counting import count
    from notifications.segments.segment import Segment

    services = askable_services(today())
    assert len(services) > 20
    for service in services:
        segment = Segment.read({"has_person": {"service_open": service.key}})
        assert count(read(), segment.test(setting())).total == 0


def test_a_program_can_not_approve_for_the_author_by_sql(ctx: Flask) -> None:
    with transaction() as session:
        notice = writing.write(session, WRITER, draft())
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(
            text(
                "INSERT INTO notice_approvals (id, notice_id, author_id, version, decided_by,"
                " decision, comment, counted, at)"
                " VALUES (gen_random_uuid(), :n, :a, 1, :a, 'approved', '', 0, now())"
            ),
            {"n": notice.id, "a": WRITER},
        )
