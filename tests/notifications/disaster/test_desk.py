"""From a message in the feed to a notice, the banner and back: clerks decide, tests never do."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from notifications.disaster import automatic, deciding, evacuation, mode, polling
from notifications.disaster.models import DisasterAutomatic, DisasterProposal
from notifications.notices.models import Approval, InboxEntry, Notice
from notifications.notices.writing import approve
from portal.core.db import read, transaction
from portal.core.errors import Conflict, Forbidden
from standins.processes import StandinProcess
from tests.browser import Browser
from tests.conftest import STAFF_HOST
from tests.notifications.city import APPROVER, CHIEF, CLERK, WRITER, resident, sign_in


@pytest.fixture
def writer(app: Flask) -> Browser:
    return sign_in(app, "staff", WRITER, CLERK)


@pytest.fixture
def approver(app: Flask) -> Browser:
    return sign_in(app, "staff", APPROVER, CHIEF)


def look(again: bool = True) -> None:
    """A round of the poller, a minute later than the last."""
    if again:
        with transaction() as session:
            session.execute(
                text("UPDATE disaster_feeds SET asked_at = asked_at - interval '1 minute'")
            )
    polling.poll()


def proposals() -> list[DisasterProposal]:
    with transaction() as session:
        return list(session.scalars(select(DisasterProposal).order_by(DisasterProposal.created_at)))


def publish(agency: StandinProcess, **given: Any) -> None:
    agency.post("/__standin__/publish", given)


def test_a_danger_from_the_feed_to_the_banner_and_back(
    inside: Any, agency: StandinProcess, writer: Browser, approver: Browser, browser: Browser
) -> None:
    publish(agency, hazard="landslide", grade="4", before="2")
    inside(look)
    (proposal,) = inside(proposals)
    assert (proposal.action, proposal.grade, proposal.menu) == ("emergency", 4, False)
    writer.get("/staff/disaster?lang=ja")
    assert "レベル4土砂災害危険警報" in writer.page.text
    path = f"/staff/disaster/proposals/{proposal.id}"
    page = writer.get(path)
    assert page.heading == "レベル4土砂災害危険警報が出ました"
    writer.submit("確認して、承認に出す", menu=True)
    assert not writer.page.errors
    assert "/staff/notices/" in writer.page.path
    shown = browser.get("/shelters?lang=ja")
    assert "レベル4土砂災害危険警報が出ました" in shown.text
    assert shown.link("避難場所")
    assert "Landslides: danger warning (level 4)" in browser.get("/?lang=en").text
    again = writer.get(path)  # decided: nothing to press any more
    assert "確認して、承認に出す" not in again.text
    writer.get("/staff/disaster")
    writer.submit("平常に戻す")
    assert "レベル4土砂災害危険警報が出ました" not in browser.get("/shelters?lang=ja").text
    notice = inside(lambda: read().execute(select(Notice.kind, Notice.topic, Notice.link)).one())
    assert tuple(notice) == ("emergency", "disaster", "/shelters")
    assert inside(lambda: read().execute(select(Approval.id)).first()) is None


def test_a_dismissal_needs_a_reason_and_sends_nothing(
    inside: Any, agency: StandinProcess, writer: Browser
) -> None:
    publish(agency, hazard="earthquake", intensity="5-")
    inside(look)
    (proposal,) = inside(proposals)
    writer.get(f"/staff/disaster/proposals/{proposal.id}?lang=ja")
    writer.submit("見送る", reason="")
    assert writer.page.errors
    writer.submit("見送る", reason="計器の点検でした")
    assert "見送り：計器の点検でした" in writer.page.text
    assert inside(lambda: read().execute(select(Notice.id)).first()) is None
    token = writer.client.post(
        f"/staff/disaster/proposals/{proposal.id}/dismissal", base_url=f"http://{STAFF_HOST}"
    )
    assert token.status_code == 400  # no token, no second decision


def test_who_only_looks_decides_nothing(
    inside: Any, app: Flask, agency: StandinProcess, approver: Browser
) -> None:
    publish(agency, hazard="rain", grade="5")
    inside(look)
    (proposal,) = inside(proposals)
    page = approver.get(f"/staff/disaster/proposals/{proposal.id}?lang=ja")
    assert "確認して、承認に出す" not in page.text
    assert "見送る" not in page.text


def test_an_evacuation_order_comes_from_the_form_and_waits_for_a_person(
    inside: Any, writer: Browser, browser: Browser
) -> None:
    inside(allow, 4)
    writer.get("/staff/disaster/orders/new?lang=ja")
    writer.submit("提案を作る", level="4", districts="")
    assert writer.page.errors
    page = writer.submit("提案を作る", level="4", districts="みなと地区\nかわべ地区\nみなと地区")
    assert page.heading == "警戒レベル4 避難指示"
    assert inside(lambda: read().execute(select(Notice.id)).first()) is None  # not by itself
    writer.submit("確認して、承認に出す", menu=True)
    shown = browser.get("/?lang=ja")
    assert "警戒レベル4 避難指示" in shown.text
    assert "みなと地区、かわべ地区" in shown.text
    assert inside(lambda: read().execute(select(Notice.kind)).scalar_one()) == "emergency"


def test_a_file_of_orders_makes_a_proposal_for_each_level(inside: Any, writer: Browser) -> None:
    rows = "警戒レベル,地区,状態\n４,みなと地区,発令\n避難指示,かわべ地区,発令\n"
    rows += "レベル3,やま地区,解除\n"
    for content in (rows.encode("utf-8-sig"), rows.encode("cp932")):
        found = evacuation.orders_of(content)
        assert found == [
            evacuation.Order(4, ("みなと地区", "かわべ地区")),
            evacuation.Order(3, ("やま地区",), lifted=True),
        ]
    writer.get("/staff/disaster/orders/new?lang=ja")
    writer.submit("ファイルを取り込む", file=(io.BytesIO(rows.encode()), "orders.csv"))
    assert "2件を取り込みました" in writer.page.text
    assert {each.why for each in inside(proposals)} == {"order", "lifted_order"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        "警戒レベル,地区\n4,みなと\n".encode(),
        "警戒レベル,地区,状態\n6,みなと,発令\n".encode(),
        "警戒レベル,地区,状態\n4,みなと,たぶん\n".encode(),
        "警戒レベル,地区,状態\n4,,発令\n".encode(),
        b"x" * (evacuation.MOST_BYTES + 1),
    ],
)
def test_a_file_that_is_no_list_of_orders_is_refused(content: bytes) -> None:
    with pytest.raises(evacuation.FaultyFile):
        evacuation.orders_of(content)


def allow(grade: int) -> None:
    """Two clerks let this grade go out by itself."""
    with transaction() as session:
        automatic.ask(session, grade, WRITER)
        with pytest.raises(Forbidden):
            automatic.agree(session, grade, WRITER)
        automatic.agree(session, grade, APPROVER)


def test_two_clerks_let_a_level_go_out_by_itself(
    inside: Any, agency: StandinProcess, writer: Browser, approver: Browser, browser: Browser
) -> None:
    writer.get("/staff/disaster/automatic?lang=ja")
    writer.submit("自動で送るよう申し出る")
    assert "別の職員の同意が要ります" in writer.page.text
    assert "同意する" not in writer.page.text
    approver.get("/staff/disaster/automatic?lang=ja")
    approver.submit("同意する")
    assert "自動で送ります" in approver.page.text
    publish(agency, hazard="rain", grade="4", before="3")
    inside(look)
    assert inside(lambda: read().execute(select(Notice.id)).first()) is None  # only level 5
    publish(agency, hazard="rain", grade="5", before="4")
    inside(look)
    decided = inside(
        lambda: (
            read().execute(select(Approval.author_id, Approval.decided_by, Approval.decision)).one()
        )
    )
    assert tuple(decided) == (WRITER, APPROVER, "approved")
    assert "命の危険" in browser.get("/?lang=ja").text
    writer.get("/staff/disaster/automatic")
    writer.submit("職員の確認に戻す")
    assert inside(lambda: read().execute(select(DisasterAutomatic.grade)).first()) is None


def test_a_correction_goes_to_those_who_have_the_wrong_notice(
    inside: Any, agency: StandinProcess, writer: Browser, approver: Browser, work: Any
) -> None:
    inside(resident, mail="a@mail.example")
    publish(agency, hazard="tsunami", grade="4", event="20261120120000")
    inside(look)
    inside(confirm_and_approve)
    work()
    late = inside(resident, mail="b@mail.example")
    publish(agency, hazard="cancel_tsunami", event="20261120120000")
    inside(look)
    assert inside(proposals)[-1].action == "correction"
    inside(confirm_and_approve)
    work()
    wrong, corrected = inside(
        lambda: (
            read().execute(select(Notice.id, Notice.corrects_id).order_by(Notice.created_at)).all()
        )
    )
    assert corrected.corrects_id == wrong.id
    told = inside(lambda: read().execute(select(InboxEntry.resident_id)).scalars().all())
    assert len(told) == 2
    assert late not in told


def confirm_and_approve() -> None:
    """The newest proposal, by two clerks."""
    with transaction() as session:
        newest = session.scalars(
            select(DisasterProposal).order_by(DisasterProposal.created_at.desc())
        ).first()
        assert newest is not None
        notice = deciding.confirm(session, newest.id, WRITER, newest.variants, menu=False)
    with transaction() as session:
        approve(session, notice, APPROVER, version=1, counted=1)
    with transaction() as session, pytest.raises(Conflict):
        deciding.dismiss(session, newest.id, WRITER, "twice")


def test_others_follow_the_mode_in_its_transaction(ctx: Flask) -> None:
    heard: list[bool] = []
    mode.on_change(ctx, lambda _session, on: heard.append(on))
    words = {"ja": {"title": "あ", "body": "い"}}
    with transaction() as session:
        mode.switch_on(session, WRITER, words)
    assert mode.active()
    with transaction() as session:
        mode.switch_on(session, WRITER, {"ja": {"title": "う", "body": "え"}})  # words change
        assert mode.switch_off(session, WRITER)
        assert not mode.switch_off(session, WRITER)
    assert not mode.active()
    assert heard == [True, True, False]
