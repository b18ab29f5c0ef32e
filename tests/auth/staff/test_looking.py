"""A resident's data opens with a reason, closes by itself, and the resident can read who looked."""

from __future__ import annotations

import io
import zipfile
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.clock import today
from portal.core.db import read, transaction
from portal.core.signing import signing_keys, verify_file
from portal.privacy import looking
from tests.auth.desk import counter
from tests.browser import Browser
from tests.portal.signing_in import sign_in

WHY = {"reason": "check", "words": "監査 第3号"}


@pytest.fixture
def sakura(app: Flask) -> UUID:
    return counter.sakura(app)


@pytest.fixture
def auditor(app: Flask) -> Browser:
    return counter.clerk(app, 7, "auditor")


def opened(browser: Browser) -> str:
    browser.get("/staff/residents")
    return browser.submit("開く", email=counter.MAIL, **WHY).path


def test_nothing_opens_without_a_reason_in_words(
    app: Flask, sakura: UUID, auditor: Browser
) -> None:
    page = auditor.get(f"/staff/residents/{sakura}")
    assert page.path.endswith("/open/account")
    page = auditor.submit("開く", reason="", words="監査 第3号")
    assert page.path.endswith("/open/account")
    assert auditor.submit("開く", reason="check", words="確").errors
    page = auditor.submit("開く", **WHY)
    assert page.path == f"/staff/residents/{sakura}" and "さ••" in page.text
    assert counter.MAIL not in page.html
    auditor.submit("閉じる")
    assert auditor.get(f"/staff/residents/{sakura}").path.endswith("/open/account")


def test_it_closes_by_itself_and_for_each_clerk_and_place(
    app: Flask, sakura: UUID, auditor: Browser
) -> None:
    assert opened(auditor) == f"/staff/residents/{sakura}"
    assert auditor.get(f"/staff/audit?resident={sakura}").path.endswith("/open/log")
    other = counter.clerk(app, 8, "auditor")
    assert other.get(f"/staff/residents/{sakura}").path.endswith("/open/account")
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE resident_looks SET until = until - interval '16 minutes'"))
    assert auditor.get(f"/staff/residents/{sakura}").path.endswith("/open/account")


def test_the_resident_reads_when_which_place_was_opened_and_why(
    app: Flask, sakura: UUID, auditor: Browser
) -> None:
    browser = sign_in(app, sakura)
    browser.get("/my/data")
    page = browser.get(browser.page.link("誰が見たか"))
    assert "見た職員はいません" in page.text
    opened(auditor)
    counter.finds(counter.clerk(app, 9), email=counter.MAIL)
    page = browser.get("/my/data/looks")
    assert "職員の操作を確かめるため" in page.text and "窓口での手助け" in page.text
    assert "監査 第3号" not in page.text and "窓口の7番" not in page.text
    with app.app_context():
        assert len(looking.of(sakura)) == 2


def test_the_log_is_searched_by_resident_clerk_and_topic(
    app: Flask, sakura: UUID, auditor: Browser
) -> None:
    counter.finds(counter.clerk(app, 9), email=counter.MAIL)
    auditor.get(f"/staff/audit?resident={sakura}")
    page = auditor.submit("開く", **WHY)
    assert "住民の情報の閲覧：開く" in page.text and "窓口の9番" in page.text
    assert "職員アカウント：追加" not in page.text
    page = auditor.get("/staff/audit?clerk=madoguchi9@city.example&topic=assist")
    assert "窓口での手伝い：住民の検索" in page.text and "住民の情報の閲覧：" not in page.text
    assert "いません" in auditor.get("/staff/audit?clerk=nobody").text
    assert "あてはまる記録はありません" in auditor.get("/staff/audit?until=2001-01-01").text


def test_pages_follow_each_other(app: Flask, sakura: UUID, auditor: Browser) -> None:
    from portal.core import audit

    with app.app_context(), transaction() as session:
        for number in range(60):
            audit.record(session, "todo.noted", ("person", number))
    page = auditor.get("/staff/audit?topic=todo")
    assert page.html.count("todo.noted") == 50
    page = auditor.get(page.link("古い記録へ"))
    assert page.html.count("todo.noted") == 10


def test_a_month_leaves_signed_and_its_leaving_is_noted(
    app: Flask, sakura: UUID, auditor: Browser
) -> None:
    month = f"{today():%Y-%m}"
    auditor.get("/staff/audit")
    answer = auditor.client.get(f"/staff/audit/{month}.zip", base_url=auditor.base)
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    assert len(packed.namelist()) == 4
    with app.app_context():
        for name in (f"audit-{month}.csv", f"audit-{month}.xlsx"):
            verify_file(signing_keys().trusted, packed.read(name), packed.read(f"{name}.sig"))
        actions = read().execute(text("SELECT action FROM audit_entries")).scalars().all()
        assert "audit.exported" in actions
    assert "同意：付与" in packed.read(f"audit-{month}.csv").decode("utf-8-sig")
    assert auditor.get("/staff/audit/2999-01.zip").status == 404


def test_who_may_not_read_the_log_reads_nothing(app: Flask, sakura: UUID) -> None:
    writer = counter.clerk(app, 5, "author")
    for path in ("/staff/audit", "/staff/residents", f"/staff/residents/{sakura}"):
        assert writer.get(path).status == 403
