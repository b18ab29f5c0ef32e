"""A test environment says so everywhere and writes to nobody who is not named."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from notifications.channels.line import LineApi
from notifications.channels.mail import Letter, Postman
from portal.core.audit import AuditEntry
from portal.core.db import read
from portal.core.errors import MadoError, TryLater
from portal.core.settings import Settings
from portal.operations.test_environment import NotOnTheList, allowed
from tests.browser import Browser

TESTER = "U" + "d" * 32


@pytest.fixture
def settings(settings: Settings) -> Settings:
    named = f"tester@city.example @test.example {TESTER}"
    return settings.model_copy(update={"TEST_ENVIRONMENT": True, "TEST_RECIPIENTS": named})


def test_every_page_says_so_and_robots_stay_out(browser: Browser, staff_browser: Browser) -> None:
    for face, path in (
        (browser, "/"),
        (browser, "/no-such-page"),
        (staff_browser, "/staff/sign-in"),
    ):
        page = face.get(path)
        assert "これは試験用です" in page.response.text
        assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert browser.get("/robots.txt").response.text == "User-agent: *\nDisallow: /\n"


def test_nobody_is_written_to_who_is_not_named(ctx: Any, settings: Settings) -> None:
    told: list[tuple[str, MadoError | None]] = []
    letters = [letter(to) for to in ("planted@mail.example", "a@test.example.example")]
    with Postman() as postman:  # nothing listens there: a connection would be a fault
        postman.carry_all(letters, lambda one, fault: told.append((one.to, fault)))
        assert [isinstance(fault, NotOnTheList) for _, fault in told] == [True, True]
        with pytest.raises(TryLater):
            postman.carry(letter("Tester@city.example"))  # it tried
    line = LineApi(settings)
    with pytest.raises(NotOnTheList):
        line.push("U" + "e" * 32, [], uuid4())
    with pytest.raises(NotOnTheList):
        line.multicast(["U" + "e" * 32, "U" + "f" * 32], [], uuid4())
    with pytest.raises(TryLater):
        line.push(TESTER, [], uuid4())
    assert allowed(settings, [TESTER, "U" + "e" * 32], "line") == [TESTER]
    counts = read().execute(
        select(AuditEntry.details)
        .where(AuditEntry.action == "test.refused")
        .order_by(AuditEntry.id)
    )
    assert [(row[0]["channel"], row[0]["count"]) for row in counts] == [
        ("mail", 1),
        ("mail", 1),
        ("line", 1),
        ("line", 2),
        ("line", 1),
    ]


def letter(to: str) -> Letter:
    return Letter(
        sender="code@city.example",
        to=to,
        subject="確認コード",
        text="本文",
        html="<p>本文</p>",
        language="ja",
        message_id=uuid4().hex,
    )
