"""A clerk's test phone, notices by mail only, channels that stopped, the nightly question."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from notifications.channels import friendship
from notifications.channels.friendship import FriendshipRound
from notifications.channels.models import ChannelStop
from notifications.notices import figures, ratings, steering, testers
from notifications.notices.fanning_out import only_by_line
from notifications.notices.models import InboxEntry, Notice
from portal.core.clock import now, today
from portal.core.db import read, transaction
from portal.core.errors import Conflict
from portal.mypage.models import Kind, TodoAct
from portal.residents.models import Person
from tests.browser import Browser
from tests.notifications.city import WRITER, approved, line_id, outcomes, resident, sign_in, values
from tests.notifications.conftest import Letters, Phone


def stopped(*channels: tuple[UUID, str]) -> None:
    with transaction() as session:
        for who, channel in channels:
            session.add(ChannelStop(resident_id=who, channel=channel, reason="bounced"))


def stops() -> set[tuple[UUID, str]]:
    rows = read().execute(select(ChannelStop.resident_id, ChannelStop.channel))
    return {(row[0], row[1]) for row in rows}


def test_a_clerks_phone_is_linked_by_a_code_and_gets_the_test(
    inside: Any, writer: Browser, work: Any, phone: Phone
) -> None:
    notice_id = inside(approved)
    page = writer.get("/staff/notices/test-phone?lang=ja")
    page = writer.submit("番号を作る")
    code = re.search(r"\b\d{8}\b", page.text)
    assert code is not None
    hand = sign_in(writer.client.application, "resident", inside(resident, line=7))
    hand.get("/inbox/test-phone?lang=ja")
    assert hand.submit("この電話を登録する", code="00000000").status == 422
    page = hand.submit("この電話を登録する", code=code[0])
    assert "この電話のLINEに届くように" in page.text
    hand.get("/inbox/test-phone")
    assert hand.submit("この電話を登録する", code=code[0]).status == 422  # it works once
    writer.get(f"/staff/notices/{notice_id}")
    writer.submit("自分のLINEにテストを送る")
    work()
    told = [each.get("text") or each["altText"] for each in phone.messages(line_id(7))]
    assert "【テスト】日本語" in told
    writer.get("/staff/notices/test-phone")
    writer.submit("電話の登録を消す")
    writer.get(f"/staff/notices/{notice_id}")
    with pytest.raises(AssertionError):
        writer.submit("自分のLINEにテストを送る")

    def of() -> str | None:
        with transaction() as session:
            return testers.of(session, WRITER)

    assert inside(of) is None


def test_where_lines_month_is_short_a_clerk_sends_by_mail_only(
    inside: Any, writer: Browser, work: Any, phone: Phone, letters: Letters
) -> None:
    inside(resident, line=1)
    inside(resident, line=2, mail="two@mail.example")
    notice_id = inside(approved)

    def hold() -> None:
        with transaction() as session:
            steering.pause(session, notice_id, steering.QUOTA)

    inside(hold)
    assert inside(only_by_line, notice_id) == 1
    page = writer.get(f"/staff/notices/{notice_id}?lang=ja")
    assert "1人は受信箱だけで受け取ります" in page.text
    writer.submit("メールだけで送る")
    work()
    assert inside(outcomes, notice_id) == {"mail sent": 1}
    assert phone.messages(line_id(1)) == [] and letters.count() == 1

    def again() -> None:
        with transaction() as session:
            steering.mail_only(session, notice_id)

    with pytest.raises(Conflict):
        inside(again)


def test_my_page_says_how_to_mend_a_stopped_channel(inside: Any, app: Flask) -> None:
    who = inside(resident, line=3, mail="back@mail.example")
    inside(stopped, (who, "line"), (who, "mail"))
    hand = sign_in(app, "resident", who)
    page = hand.get("/my?lang=ja")
    assert "LINEにお知らせが届いていません" in page.text
    hand.submit("アドレスは正しいので、もう一度送る")
    assert inside(stops) == {(who, "line")}
    assert "届きませんでした" not in hand.get("/my").text


def test_every_night_a_part_is_asked_and_only_a_404_is_a_block(
    inside: Any, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(friendship, "PARTS", 1)  # everybody tonight
    friend = inside(resident, line=5)
    away = inside(resident, line="Ubbbb" + "0" * 28)
    back = inside(resident, line=6)
    inside(stopped, (back, "line"))
    inside(resident, mail="no-line@mail.example")
    night = now().replace(hour=18)  # 3 o'clock in Japan
    with time_machine.travel(night, tick=True):
        day = inside(lambda: today().isoformat())
        assert inside(friendship.tick)
        phone.fail({"path": "/v2/bot/profile", "status": 403})
        assert inside(friendship.work, day, 0) in {0, 3}
        inside(lambda: read().execute(update(FriendshipRound).values(claimed_until=now())))
        inside(friendship.work, day, 0)
        assert inside(stops) == {(away, "line")}
        seen = inside(lambda: read().execute(select(FriendshipRound.__table__)).one())
        assert (seen.asked, seen.stopped, seen.started) == (3, 1, 1)
        assert seen.done_at is not None
        assert not inside(friendship.tick)  # once a night
        assert inside(friendship.work, day, 0) == 0
    with time_machine.travel(now().replace(hour=3), tick=True):
        assert not inside(friendship.tick)  # noon in Japan
    assert friend is not None


def test_a_report_counts_todos_done_and_how_easy_it_was(inside: Any, app: Flask, work: Any) -> None:
    people = [inside(resident, mail=f"p{n}@mail.example") for n in range(3)]
    notice_id = inside(approved, link="/services/child_allowance?from=notice")
    work()

    def do(n: int, service: str, ago: timedelta = timedelta(0)) -> None:
        with transaction() as session:
            card = session.scalars(select(Person.id).where(Person.resident_id == people[n])).one()
            session.add(
                TodoAct(
                    person_id=card,
                    service=service,
                    occurrence="2026",
                    kind=Kind.DONE,
                    by=people[n],
                    at=now() - ago,
                )
            )

    inside(do, 0, "child_allowance")
    inside(do, 1, "child_allowance", timedelta(days=3))
    inside(do, 2, "school_entry")
    assert inside(figures.done_todos, notice_id) == 1
    hand = sign_in(app, "resident", people[0])
    page = hand.get(f"/inbox/{notice_id}?lang=ja")
    assert "かんたんにできましたか" in page.text
    token = page.form("7").all("input")[0].attributes["value"]
    page = hand.submit("7")
    assert "かんたんにできましたか" not in page.text
    for ease in ("1", "9", "x"):
        hand._open(
            "POST",
            f"/inbox/{notice_id}/rating",
            {"ease": [ease], "csrf_token": [token]},
            True,
            {"Origin": hand.base, "Referer": hand.base},
        )
    found = inside(ratings.of, notice_id)
    assert (found.counts, found.mean) == ({7: 1}, 7.0)
    table = inside(figures.table, notice_id)
    assert ("to-do done", "", "", 1) in table and ("ease", "", "7", 1) in table
    rated = select(func.count()).where(InboxEntry.rated, InboxEntry.notice_id == notice_id)
    assert inside(values, rated) == [1]
    assert inside(values, select(Notice.mail_only)) == [False]
