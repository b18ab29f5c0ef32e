"""The pages of one's own data: asked, made by a worker, told without content, fetched, gone."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from auth import identities
from auth.identities import EMAIL
from portal.core.crypto import DamagedData
from portal.core.db import read, transaction
from portal.core.outbox import OutboxMessage
from portal.privacy import exports
from portal.privacy.models import DataExport
from tests.browser import Browser
from tests.portal.signing_in import resident_born, sign_in

MAIL = "sakura@home.example"


@pytest.fixture
def sakura(app: Flask) -> UUID:
    found = resident_born(app, date(1990, 4, 2), nickname="さくら")
    with app.test_request_context(), transaction() as session:
        identities.add(session, found, EMAIL, MAIL)
    return found


def change(app: Flask, statement: str, **values: Any) -> list[Any]:
    with app.app_context():
        found = read().execute(text(statement), values)
        return list(found) if found.returns_rows else []


def made(app: Flask, browser: Browser) -> str:
    """Ask and let the worker work; gives the address of the file."""
    browser.get("/my/data")
    page = browser.submit("ファイルを作る")
    assert "できたらお知らせします" in page.text
    [(one,)] = change(app, "SELECT id FROM data_exports ORDER BY asked_at DESC LIMIT 1")
    with app.app_context():
        exports.make(str(one))
        exports.make(str(one))  # harmless twice
    return f"/my/data/{one}"


def test_asked_made_told_and_fetched(app: Flask, sakura: UUID) -> None:
    browser = sign_in(app, sakura)
    path = made(app, browser)
    assert browser.get("/my/data").link("ダウンロード").endswith(path)
    answer = browser.client.get(path, base_url=browser.base)
    assert answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store, private"
    held = zipfile.ZipFile(io.BytesIO(answer.data))
    [card] = json.loads(held.read("data.json"))["parts"]["people"]
    assert (card["nickname"], card["birthdate"]) == ("さくら", "1990-04-02")
    assert "さくら" in held.read("index.html").decode()
    with app.app_context():
        sent = read().execute(OutboxMessage.__table__.select()).all()
    [message] = [row for row in sent if row.message == "portal_export_ready"]
    assert message.to == MAIL
    assert message.params["url"].endswith("/my/data")  # the page, never the file
    said = [row.action for row in change(app, "SELECT action FROM audit_entries")]
    assert {"export.asked", "export.made", "export.fetched"} <= set(said)


def test_the_file_is_sealed_for_its_owner(app: Flask, sakura: UUID) -> None:
    made(app, sign_in(app, sakura))
    [(sealed,)] = change(app, "SELECT sealed FROM data_exports")
    assert b"PK" not in bytes(sealed)[:40]
    stranger = resident_born(app, date(1980, 1, 1))
    change(app, "UPDATE data_exports SET resident_id = :r", r=stranger)
    [(one,)] = change(app, "SELECT id FROM data_exports")
    with app.test_request_context(), transaction() as session, pytest.raises(DamagedData):
        exports.fetch(session, stranger, one)  # in another's row it does not open


def test_anothers_file_is_not_there(app: Flask, sakura: UUID) -> None:
    path = made(app, sign_in(app, sakura))
    thief = sign_in(app, resident_born(app, date(1980, 1, 1)))
    assert thief.get(path).status == 404
    thief.get("/my/data")
    thief.submit("ファイルを作る")
    removal = thief.client.post(path + "/removal", base_url="http://localhost:8000")
    assert removal.status_code in {400, 404}
    [(kept,)] = change(app, "SELECT count(*) FROM data_exports WHERE sealed IS NOT NULL")
    assert kept == 1


def test_it_wants_fresh_proof_and_two_steps(app: Flask, sakura: UUID) -> None:
    browser = sign_in(app, sakura)
    path = made(app, browser)
    change(app, "UPDATE sessions SET authenticated_at = authenticated_at - interval '6 minutes'")
    assert browser.get(path).path == "/sign-in/second-step"
    change(app, "UPDATE sessions SET authenticated_at = now(), data = '{\"one_step\": true}'")
    for page in (path, "/my/data"):
        assert browser.get(page).path == "/sign-in/second-step"
    assert Browser(app, browser.base).get(path).path == "/sign-in"


def test_one_at_a_time_and_three_a_day(app: Flask, sakura: UUID) -> None:
    browser = sign_in(app, sakura)
    browser.get("/my/data")
    browser.submit("ファイルを作る")
    browser.get("/my/data")
    assert browser.submit("ファイルを作る").status == 409
    change(app, "UPDATE data_exports SET made_at = now()")
    for _ in range(2):
        made(app, browser)
    browser.get("/my/data")
    assert browser.submit("ファイルを作る").status == 409
    change(app, "UPDATE data_exports SET asked_at = asked_at - interval '25 hours'")
    made(app, browser)


def test_it_is_deleted_after_seven_days_or_when_one_wants(app: Flask, sakura: UUID) -> None:
    browser = sign_in(app, sakura)
    path = made(app, browser)
    change(app, "UPDATE data_exports SET asked_at = asked_at - interval '7 days'")
    assert browser.get(path).status == 404  # before any tick
    with app.app_context():
        exports.sweep()
    assert change(app, "SELECT 1 FROM data_exports") == []
    path = made(app, browser)
    browser.get("/my/data")
    assert "ファイルを削除しました" in browser.submit("消す").text
    assert browser.get(path).status == 404
    assert change(app, "SELECT 1 FROM data_exports WHERE sealed IS NOT NULL") == []


def test_a_lost_ring_is_rung_again_by_the_tick(app: Flask, sakura: UUID, work: Any) -> None:
    with app.app_context(), transaction() as session:
        session.add(DataExport(resident_id=sakura, language="ja"))
    with app.app_context():
        exports.sweep()
    work()
    [(made_at,)] = change(app, "SELECT made_at FROM data_exports")
    assert made_at is not None


def test_what_never_works_is_said(app: Flask, sakura: UUID) -> None:
    browser = sign_in(app, sakura)
    with app.app_context(), transaction() as session:
        session.add(DataExport(resident_id=sakura, language="ja", tries=exports.TRIES))
    with app.app_context():
        exports.sweep()
    assert "作れませんでした" in browser.get("/my/data").text


def test_leaving_shows_the_counts_and_takes_the_files(app: Flask, sakura: UUID) -> None:
    browser = sign_in(app, sakura)
    path = made(app, browser)
    page = browser.get("/account/leave")
    assert page.link("データをダウンロード").endswith("/my/data")
    for words in ("あなたの家族: 1件", "連絡先: 1件", "番号、日時、操作の種類"):
        assert words in page.text
    browser.submit("退会する", sure="y")
    assert change(app, "SELECT 1 FROM data_exports") == []
    assert browser.get(path).path == "/sign-in"
    assert timedelta(days=7) == exports.KEPT_FOR
