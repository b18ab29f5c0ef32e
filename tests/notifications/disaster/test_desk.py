"""From a message in the feed to a notice, the banner and back: clerks decide, tests never do."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from notifications.disaster import polling
from notifications.disaster.models import (
    DisasterProposal,
)
from notifications.notices.models import Approval, Notice
from portal.core.db import read, transaction
from standins.processes import StandinProcess
from tests.browser import Browser
from tests.notifications.city import APPROVER, CHIEF, CLERK, WRITER, sign_in


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
    assert "WRITER" not in again.text
    writer.get("/staff/disaster")
    writer.submit("平常に戻す")
    assert "レベル4土砂災害危険警報が出ました" not in browser.get("/shelters?lang=ja").text
    with pytest.raises(AssertionError):
        approver.get(path).link("確認して、承認に出す")
    notice = inside(lambda: read().execute(select(Notice.kind, Notice.topic, Notice.link)).one())
    assert tuple(notice) == ("emergency", "disaster", "/shelters")
    assert inside(lambda: read().execute(select(Approval.id)).first()) is None
