"""The ground: settings, faces, closed routes, sessions, crypto, outbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from sqlalchemy import text

from portal.core import outbox
from portal.core.crypto import DamagedData, KeyRing
from portal.core.db import read, transaction
from portal.core.errors import NeverAgain, TryLater
from portal.core.ids import new_id
from portal.core.registries import registries
from portal.core.settings import Settings, SettingsError, load_settings
from portal.core.web.access import public, safe_next
from portal.core.web.sessions import SessionRow, end_sessions
from tests.conftest import RESIDENT_HOST, STAFF_HOST, make_settings

REAL = {
    "PUBLIC_URL": "https://my.city.example",
    "STAFF_URL": "https://staff.city.example",
    "LINE_AUTHORIZE_URL": "https://access.line.me",
    "LINE_API_URL": "https://api.line.me",
    "LINE_DATA_URL": "https://api-data.line.me",
}


def test_all_faults_of_the_settings_are_reported_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SECRET_KEY", "short and secret")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "PUBLIC_URL" in str(caught.value)
    assert "SECRET_KEY" in str(caught.value)
    assert "short and secret" not in str(caught.value)


def test_a_setting_may_come_from_a_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in settings.model_dump().items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv("SECRET_KEY")
    (tmp_path / "key").write_text("a key kept in a file, long enough\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert load_settings().SECRET_KEY == "a key kept in a file, long enough"


@pytest.mark.parametrize("name", ["LINE_API_URL", "LINE_DATA_URL", "LINE_AUTHORIZE_URL"])
def test_a_public_portal_refuses_stand_ins(name: str, tmp_path: Path) -> None:
    make_settings("postgresql+psycopg://db/x", "redis://r", tmp_path, **REAL)
    with pytest.raises(ValueError, match=name):
        make_settings(
            "postgresql+psycopg://db/x",
            "redis://r",
            tmp_path,
            **(REAL | {name: "http://localhost:8010"}),
        )


@pytest.mark.parametrize(
    "address",
    [
        "https://my.city.example/",
        "https://my.city.example/portal",
        "https://my.city.example?x=1",
        "https://My.City.example",
        "https://my.city.example:443",
        "https://city@evil.example",
        "my.city.example",
        "ftp://my.city.example",
        "https://",
        "",
    ],
)
def test_an_address_no_browser_would_say_is_a_fault(address: str, tmp_path: Path) -> None:
    """Every page would be a 404, or links in mails would be broken."""
    with pytest.raises(ValueError, match="PUBLIC_URL"):
        make_settings(
            "postgresql+psycopg://db/x", "redis://r", tmp_path, **(REAL | {"PUBLIC_URL": address})
        )


def test_an_unlisted_route_is_closed(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert client.get("/forgotten", base_url=f"http://{RESIDENT_HOST}").status_code == 404


def test_a_route_answers_on_its_own_face_only(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/here", "here", public("staff")(lambda: "staff only"))
    assert client.get("/here", base_url=f"http://{STAFF_HOST}").status_code == 200
    assert client.get("/here", base_url=f"http://{RESIDENT_HOST}").status_code == 404
    assert client.get("/here", base_url="http://evil.example").status_code == 404


@pytest.fixture
def signs(app: Flask) -> Flask:
    """Routes that sign in and say who is there."""
    someone = new_id()

    def sign_in() -> str:
        session.sign_in(someone, acr="aal2", amr=["otp"])  # type: ignore[attr-defined]
        return str(someone)

    def who() -> str:
        return str(session.subject_id)  # type: ignore[attr-defined]

    app.add_url_rule("/in", "in", public()(sign_in))
    app.add_url_rule("/who", "who", public()(who))
    return app


def test_signing_in_gives_a_new_token_and_ends_the_old_one(signs: Flask) -> None:
    client = signs.test_client()
    base = f"http://{RESIDENT_HOST}"
    someone = client.get("/in", base_url=base).text
    first = client.get_cookie("mado_resident")
    assert client.get("/who", base_url=base).text == someone
    client.get("/in", base_url=base)
    assert client.get_cookie("mado_resident") != first
    old = signs.test_client()
    assert first is not None
    old.set_cookie("mado_resident", first.value, domain="localhost")
    assert old.get("/who", base_url=base).text == "None"


def test_an_ended_session_stays_ended(signs: Flask) -> None:
    from uuid import UUID

    client = signs.test_client()
    base = f"http://{RESIDENT_HOST}"
    someone = client.get("/in", base_url=base).text
    with signs.app_context():
        assert end_sessions("resident", UUID(someone)) == 1
    assert client.get("/who", base_url=base).text == "None"


def test_a_preset_cookie_is_not_taken_over(signs: Flask) -> None:
    client = signs.test_client()
    client.set_cookie("mado_resident", "chosen-by-an-attacker", domain="localhost")
    client.get("/in", base_url=f"http://{RESIDENT_HOST}")
    cookie = client.get_cookie("mado_resident")
    assert cookie is not None
    assert cookie.value != "chosen-by-an-attacker"


def test_a_visitor_who_only_reads_leaves_no_row(app: Flask, client: FlaskClient) -> None:
    client.get("/health/live", base_url=f"http://{RESIDENT_HOST}")
    with app.app_context():
        assert read().execute(text("SELECT count(*) FROM sessions")).scalar() == 0


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/a\\b",
        "/a\r\nX: y",
        "javascript:1",
        "",
    ],
)
def test_next_never_leaves_the_host(target: str) -> None:
    assert safe_next(target, "/home") == "/home"


def test_next_keeps_own_paths() -> None:
    assert safe_next("/todos?x=1", "/home") == "/todos?x=1"


def test_ciphertext_is_bound_to_its_column_and_key() -> None:
    import base64

    one, two = (base64.b64encode(c * 32).decode() for c in (b"a", b"b"))
    stored = KeyRing(one).encrypt("さくら".encode(), "persons.nickname")
    assert KeyRing(f"{two} {one}").decrypt(stored, "persons.nickname").decode() == "さくら"
    with pytest.raises(DamagedData):
        KeyRing(one).decrypt(stored, "persons.note")
    with pytest.raises(DamagedData):
        KeyRing(two).decrypt(stored, "persons.nickname")
    with pytest.raises(DamagedData):
        KeyRing(one).decrypt(stored[:-1] + bytes([stored[-1] ^ 1]), "persons.nickname")


def _post(message: str = "code") -> Any:
    with transaction() as session:
        return outbox.post(
            session, "test", "someone@resident.example", message, {"code": "123456"}, language="ja"
        )


def test_an_outbox_message_goes_once_and_forgets_what_it_said(ctx: Flask, work: Any) -> None:
    sent: list[Any] = []
    registries().senders["test"] = lambda *message, key: sent.append(message)
    message_id = _post()
    work()
    outbox.deliver(str(message_id))
    assert sent == [("someone@resident.example", "code", {"code": "123456"}, "ja")]
    row = read().execute(text("SELECT * FROM outbox_messages")).one()
    assert row.sent_at is not None
    assert b"someone@" not in bytes(row.to)


def test_a_lost_ring_is_rung_again_by_the_tick(ctx: Flask, work: Any) -> None:
    sent: list[Any] = []
    registries().senders["test"] = lambda *message, key: sent.append(message)
    _post()
    ctx.extensions["mado.redis"].flushdb()
    outbox.sweep()
    work()
    assert len(sent) == 1


def test_later_is_tried_again_and_never_is_not(ctx: Flask, work: Any) -> None:
    answers: list[Exception | None] = [TryLater(after=0), None]

    def sender(*_: Any, **__: Any) -> None:
        answer = answers.pop(0)
        if answer:
            raise answer

    registries().senders["test"] = sender
    _post()
    work()
    outbox.sweep()
    work()
    assert answers == []

    def refuse(*_: Any, **__: Any) -> None:
        raise NeverAgain()

    registries().senders["test"] = refuse
    message_id = _post()
    work()
    row = (
        read()
        .execute(text("SELECT * FROM outbox_messages WHERE id = :id"), {"id": message_id})
        .one()
    )
    assert row.failed_at is not None
    assert outbox.sweep() == 0


def test_a_message_no_sender_can_write_is_given_up(ctx: Flask) -> None:
    def stumble(*_: Any, **__: Any) -> None:
        raise KeyError("a template that is gone")

    registries().senders["test"] = stumble
    message_id = _post()
    for _ in range(outbox.TRIES):
        assert outbox.sweep() == 1
        with pytest.raises(KeyError):
            outbox.deliver(str(message_id))
        read().execute(text("UPDATE outbox_messages SET next_try_at = created_at"))
    assert outbox.sweep() == 0
    assert read().execute(text("SELECT error FROM outbox_messages")).scalar() == "Bug"


def test_session_rows_hold_no_token(signs: Flask) -> None:
    client = signs.test_client()
    client.get("/in", base_url=f"http://{RESIDENT_HOST}")
    cookie = client.get_cookie("mado_resident")
    assert cookie is not None
    with signs.app_context():
        stored = read().execute(SessionRow.__table__.select()).one()
    assert cookie.value.encode() not in bytes(stored.token_hash)
