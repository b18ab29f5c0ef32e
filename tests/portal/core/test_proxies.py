"""Whose word about the visitor is believed, and from where clerks' pages open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.db import read
from portal.core.settings import Settings, SettingsError, load_settings
from portal.core.web.access import machine
from portal.core.web.networks import Refusals, networks, within
from portal.core.web.proxies import FOR, HOST, PROTO, Told, told
from tests.conftest import RESIDENT_HOST, STAFF_HOST

CLOUD, OURS, CLERK = "198.51.100.5", "127.0.0.1", "10.1.2.3"
TRUSTED = networks("127.0.0.0/8 198.51.100.5/32")
STRANGER = "203.0.113.9"


@pytest.mark.parametrize(
    ("peer", "said", "most", "expected"),
    [
        (OURS, {FOR: [CLERK]}, 1, Told(CLERK, None, None)),
        (OURS, {FOR: [CLERK, CLOUD]}, 2, Told(CLERK, None, None)),
        # Written by the visitor: left of what the proxies wrote, and never read.
        (OURS, {FOR: ["192.0.2.1", CLERK]}, 1, Told(CLERK, None, None)),
        (OURS, {FOR: ["192.0.2.1", CLERK, CLOUD]}, 2, Told(CLERK, None, None)),
        (OURS, {FOR: ["192.0.2.1", CLERK]}, 2, Told(CLERK, None, None)),
        (OURS, {FOR: [CLERK, CLOUD]}, 1, Told(CLOUD, None, None)),
        (OURS, {FOR: ["10.0.0.1", "unknown"]}, 2, Told(OURS, None, None)),
        (OURS, {}, 1, Told(OURS, None, None)),
        ("::ffff:127.0.0.1", {FOR: [CLERK]}, 1, Told(CLERK, None, None)),
        # One proxy writes anew what two passed on: its single value counts.
        (
            OURS,
            {FOR: [CLERK, CLOUD], PROTO: ["https"], HOST: ["a.example"]},
            2,
            Told(CLERK, "https", "a.example"),
        ),
        (
            OURS,
            {FOR: [CLERK], PROTO: ["http", "https"], HOST: ["evil.example", "a.example"]},
            1,
            Told(CLERK, "https", "a.example"),
        ),
        (STRANGER, {FOR: [CLERK], PROTO: ["https"], HOST: ["a.example"]}, 1, None),
        ("", {FOR: [CLERK]}, 1, None),
    ],
)
def test_what_proxies_tell(
    peer: str, said: dict[str, list[str]], most: int, expected: Told | None
) -> None:
    assert told(peer, said, TRUSTED, most) == expected


def test_addresses_in_networks() -> None:
    local = networks("127.0.0.0/8 ::1/128")
    assert within("127.0.0.1", local) and within("::1", local)
    assert within("::ffff:127.0.0.1", networks("127.0.0.0/8"))
    assert not within("10.0.0.1", local)
    assert not within("unknown", local)


def test_a_flood_of_addresses_is_told_in_few_entries() -> None:
    refusals = Refusals()
    assert refusals.is_new("10.0.0.1", 0)
    assert not refusals.is_new("10.0.0.1", 599)
    assert refusals.is_new("10.0.0.1", 1200)
    assert sum(refusals.is_new(f"10.0.1.{number}", 1201) for number in range(250)) == 99


@pytest.mark.parametrize("wrong", ["10.0.0.1/8", "city", "10.0.0.0/33"])
def test_networks_are_exact(settings: Settings, wrong: str) -> None:
    with pytest.raises(SettingsError, match="STAFF_FROM"):
        load_settings(**(settings.model_dump() | {"STAFF_FROM": wrong}))


@pytest.fixture
def city(settings: Settings) -> Iterator[Flask]:
    """Behind its own proxy on this machine and the prefecture's, for clerks at CLERK."""
    from wsgi import create_app

    more = {
        "TRUSTED_PROXIES": 2,
        "TRUSTED_PROXIES_FROM": "127.0.0.0/8 198.51.100.5/32",
        "STAFF_FROM": "10.1.0.0/16",
    }
    app = create_app(Settings(**(settings.model_dump() | more)))

    @app.get("/_seen")
    @machine
    def seen() -> dict[str, Any]:
        headers = [name for name, _ in request.headers if "Forward" in name or "Real" in name]
        return {"from": request.remote_addr, "url": request.host_url, "headers": headers}

    yield app
    app.extensions["mado.database"].engine.dispose()
    app.extensions["mado.redis"].close()


def ask(city: Flask, path: str, peer: str = OURS, **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    host = sent.pop("host", STAFF_HOST)
    return city.test_client().get(
        path, base_url=f"http://{host}", headers=sent, environ_overrides={"REMOTE_ADDR": peer}
    )


def entries(city: Flask) -> list[dict[str, Any]]:
    kept = select(AuditEntry.details).where(AuditEntry.action == "staff.request_refused")
    with city.app_context():
        return [dict(row) for row in read().execute(kept).scalars()]


def test_clerks_pages_open_from_the_citys_network_alone(city: Flask) -> None:
    every = {"X_Real_IP": CLERK, "Forwarded": f"for={CLERK}", "X_Forwarded_Port": "1"}
    through = ask(city, "/_seen", X_Forwarded_For=f"192.0.2.1, {CLERK}, {CLOUD}", **every)
    assert through.json == {"from": CLERK, "url": f"http://{STAFF_HOST}/", "headers": []}
    assert ask(city, "/staff/sign-in", X_Forwarded_For=CLERK).status_code == 200
    spoofed = [
        ask(city, "/staff/sign-in", STRANGER, X_Forwarded_For=CLERK, **every),
        ask(city, "/staff/sign-in", X_Forwarded_For=f"{CLERK}, {STRANGER}"),
        ask(city, "/staff/sign-in", X_Forwarded_For=f"{CLERK}, {STRANGER}, {CLOUD}"),
        # A proxy nobody named stands in the city's network and forwards for somebody.
        ask(city, "/staff/sign-in", CLERK, X_Forwarded_For=STRANGER),
        ask(city, "/static/css/base.css", STRANGER),
        ask(city, "/nowhere", STRANGER),
        # The host as a trusted proxy tells it decides, not the one it asked by.
        ask(
            city,
            "/staff/sign-in",
            host=RESIDENT_HOST,
            X_Forwarded_Host=STAFF_HOST,
            X_Forwarded_For=STRANGER,
        ),
    ]
    for answer in spoofed:
        assert answer.status_code == 403
        assert "ここからは開けません" in answer.text
        assert "<script" not in answer.text and "/static" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert "Set-Cookie" not in answer.headers
    assert entries(city) == [{"network": STRANGER}, {"network": CLERK}]


def test_residents_and_balancers_come_from_everywhere(city: Flask) -> None:
    assert ask(city, "/sign-in", STRANGER, host=RESIDENT_HOST).status_code == 200
    assert ask(city, "/health/live", STRANGER).status_code == 200
    assert ask(city, "/metrics", host=RESIDENT_HOST).status_code == 200
    assert ask(city, "/metrics", STRANGER, host=RESIDENT_HOST).status_code == 404
    hidden = ask(city, "/metrics", STRANGER, host=RESIDENT_HOST, X_Forwarded_For=OURS)
    assert hidden.status_code == 404
    assert ask(city, "/metrics", host=RESIDENT_HOST, X_Forwarded_For=STRANGER).status_code == 404
