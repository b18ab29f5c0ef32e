"""Pause, resume, cancel, the month's quota, words LINE refuses, landings, bounces."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from notifications.channels import bounces
from notifications.channels.models import ChannelStop
from notifications.notices import delivering, figures, line_gate, steering
from notifications.notices.links import landing
from notifications.notices.models import Notice
from portal.core.db import transaction
from portal.core.errors import Conflict
from tests.notifications.city import CHIEF, approved, outcomes, resident, sign_in, values
from tests.notifications.conftest import Letters, Phone

REPORT = b"""From: MAILER-DAEMON@mail.example
To: notice@city.example
Subject: failed
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It failed.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; %(to)s
Action: %(action)s
Status: %(status)s

--b
Content-Type: text/rfc822-headers

Message-ID: <abc@city.example>

--b--
"""


def due() -> None:
    """At night a notice would wait for the morning."""
    with transaction() as session:
        session.execute(text("UPDATE notices SET starts_at = NULL"))
    delivering.sweep()


def act(what: Any, notice: UUID) -> Any:
    with transaction() as session:
        return what(session, notice)


def why(notice: UUID) -> str | None:
    found: str | None = values(select(Notice.paused_why).where(Notice.id == notice))[0]
    return found


def open_notice() -> UUID:
    """Fanned out, nothing handed over."""
    from notifications.notices import fanning_out

    notice = approved()
    with transaction() as session:
        session.execute(text("UPDATE notices SET starts_at = NULL"))
    fanning_out.fan_out(str(notice))
    return notice


def test_a_paused_notice_waits_and_goes_on(
    ctx: Flask, work: Any, phone: Phone, letters: Letters
) -> None:
    resident(line=1)
    resident(mail="r@mail.example")
    notice = open_notice()
    act(steering.pause, notice)
    with pytest.raises(Conflict):
        act(steering.pause, notice)
    work()
    assert outcomes(notice) == {"line open": 1, "mail open": 1}
    assert delivering.sweep() == 0
    act(steering.resume, notice)
    work()
    assert outcomes(notice) == {"line sent": 1, "mail sent": 1}


def test_what_is_cancelled_reaches_nobody_else(
    app: Flask, inside: Any, work: Any, phone: Phone, letters: Letters
) -> None:
    inside(resident, line=1)
    inside(resident, mail="r@mail.example")
    notice = inside(open_notice)
    assert inside(act, steering.cancel, notice) == 2
    work()
    assert inside(outcomes, notice) == {"line failed": 1, "mail failed": 1}
    assert letters.count() == 0 and not phone.counts().get("accepted multicast")
    page = sign_in(app, "staff", UUID(int=2), CHIEF).get(f"/staff/notices/{notice}?lang=en")
    assert "Cancelled while it went out" in page.text


def test_a_month_without_room_holds_the_notice(
    ctx: Flask, work: Any, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident(line=1)
    phone.fail({"status": 400, "path": "/v2/bot/message/validate/multicast"})
    notice = approved()
    due()
    work()
    assert why(notice) == steering.LINE_REFUSES
    assert outcomes(notice) == {}
    act(steering.resume, notice)
    work()
    assert outcomes(notice) == {"line sent": 1}
    known = line_gate.known_quota()
    assert known is not None and known.used >= 0


def test_a_quota_knows_what_is_left() -> None:
    from notifications.channels.line import Quota

    assert Quota(200, 150).left == 50
    assert Quota(200, 250).left == 0
    assert Quota(None, 9).left is None


def test_clerks_steer_from_the_page(
    app: Flask, inside: Any, work: Any, phone: Phone, letters: Letters
) -> None:
    inside(resident, line=1)
    notice = inside(open_notice)
    chief = sign_in(app, "staff", UUID(int=2), CHIEF)
    chief.get(f"/staff/notices/{notice}?lang=en")
    page = chief.submit("Pause")
    assert "Paused by a clerk" in page.text
    page = chief.submit("Resume")
    assert "Sending goes on" in page.text
    work()
    page = chief.get(f"/staff/notices/{notice}")
    table = chief.get(f"/staff/notices/{notice}/report.csv")
    assert "sent,line,,1" in table.html


def test_landings_are_counted_and_lead_to_the_inbox(app: Flask, inside: Any) -> None:
    inside(resident, line=1)
    notice = inside(open_notice)
    client, host = app.test_client(), {"base_url": "http://localhost:8000"}
    for _ in range(2):
        answer = client.get(landing(notice, "line"), **host)
        assert answer.headers["Location"] == f"/inbox/{notice}"
    client.head(landing(notice, "line"), **host)
    client.get(landing(notice, "elsewhere"), **host)
    assert inside(figures.figures, notice).opened == 2
    assert client.get("/n/AAAA", **host).status_code == 404


@pytest.mark.parametrize(
    ("action", "status", "off"),
    [("failed", "5.1.1", True), ("delayed", "4.4.1", False), ("failed", "5.7.1", False)],
)
def test_a_bounce_for_good_switches_mail_off(
    ctx: Flask, action: str, status: str, off: bool
) -> None:
    who = resident(mail="gone@mail.example", line=1)
    said = {b"to": b"Gone@mail.example", b"action": action.encode(), b"status": status.encode()}
    [report] = bounces.read_report(REPORT % said)
    assert report.message_id == "<abc@city.example>"
    with transaction() as session:
        bounces.note(session, report)
        bounces.note(session, report)
    stopped = values(select(ChannelStop.reason).where(ChannelStop.resident_id == who))
    assert stopped == (["bounced"] if off else [])


def test_an_ordinary_mail_is_no_report() -> None:
    assert bounces.read_report(b"Subject: hello\r\n\r\nFinal-Recipient: rfc822; a@b.example") == []
    box = b"From x\n" + REPORT + b"\nFrom y\n" + REPORT
    assert [len(bounces.read_report(each)) for each in bounces.split(box)] == [1, 1]
