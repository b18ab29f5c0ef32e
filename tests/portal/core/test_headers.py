"""What every answer carries, over http of a local city and over https of a real one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.settings import Settings
from tests.conftest import RESIDENT_HOST, STAFF_HOST

RESIDENTS, STAFF = f"http://{RESIDENT_HOST}", f"http://{STAFF_HOST}"
PHONE_PAGE = "http://localhost:8010"
PATHS = ("/", "/sign-in", "/nowhere", "/my", "/static/css/base.css", "/health/live")


def made(settings: Settings, **more: Any) -> Iterator[Flask]:
    from wsgi import create_app

    app = create_app(Settings(**(settings.model_dump() | more)))
    yield app
    app.extensions["mado.database"].engine.dispose()
    app.extensions["mado.redis"].close()


@pytest.fixture
def framed(settings: Settings) -> Iterator[Flask]:
    """A local city whose phone page shows residents' pages in a frame."""
    yield from made(settings, FRAME_ANCESTORS=PHONE_PAGE)


@pytest.fixture
def public(settings: Settings) -> Iterator[Flask]:
    """A city reachable from outside."""
    yield from made(
        settings,
        PUBLIC_URL="https://my.city.example",
        STAFF_URL="https://staff.city.example",
        LINE_AUTHORIZE_URL="https://access.line.me",
        LINE_API_URL="https://api.line.me",
        LINE_DATA_URL="https://api-data.line.me",
    )


def headers_of(client: FlaskClient, path: str, base_url: str) -> Any:
    with client.get(path, base_url=base_url) as answer:
        return answer.headers


def test_the_phone_page_frames_residents_pages_and_never_clerks(framed: Flask) -> None:
    client = framed.test_client()
    for path in PATHS:
        mine = headers_of(client, path, RESIDENTS)
        assert f"frame-ancestors {PHONE_PAGE}" in mine["Content-Security-Policy"]
        assert "X-Frame-Options" not in mine
        for other in (STAFF, "http://evil.example"):
            theirs = headers_of(client, path, other)
            # Browsers that know frame-ancestors do not look at X-Frame-Options.
            assert "frame-ancestors 'none'" in theirs["Content-Security-Policy"]
            assert theirs["X-Frame-Options"] == "DENY"


def test_a_real_city_keeps_to_https(public: Flask) -> None:
    client = public.test_client()
    for path in PATHS:
        found = headers_of(client, path, "https://my.city.example")
        assert found["Strict-Transport-Security"].startswith("max-age=63072000")
        assert "frame-ancestors 'none'" in found["Content-Security-Policy"]
        assert found["X-Content-Type-Options"] == "nosniff"
    client = public.test_client()
    [cookie] = headers_of(client, "/sign-in", "https://my.city.example").getlist("Set-Cookie")
    name, *flags = cookie.split("; ")
    assert name.startswith("__Host-mado_resident=")
    assert set(flags) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    language = headers_of(client, "/?lang=en", "https://my.city.example")["Set-Cookie"]
    assert "Secure" in language


def test_the_language_cookie_is_secure_behind_a_proxy_too(public: Flask) -> None:
    """A proxy that ends TLS speaks http to us; what the city's address says counts."""
    found = headers_of(public.test_client(), "/?lang=en", "http://my.city.example")
    assert "Secure" in found["Set-Cookie"]


def test_only_files_and_for_a_minute_open_pages_are_kept_by_browsers(app: Flask) -> None:
    client = app.test_client()
    kept = headers_of(client, "/static/css/base.css", RESIDENTS)["Cache-Control"]
    assert "max-age=31536000" in kept
    open_to_all = headers_of(client, "/", RESIDENTS)
    assert open_to_all["Cache-Control"] == "public, max-age=60"
    assert "Cookie" in open_to_all["Vary"]
    for path in ("/sign-in", "/nowhere", "/my", "/static/css/nowhere.css"):
        assert headers_of(client, path, RESIDENTS)["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("query", ["q=%00", "%00=1", "q=a&q=b%00"])
def test_null_characters_are_refused_as_unreadable(client: FlaskClient, query: str) -> None:
    assert client.get(f"/search?{query}", base_url=RESIDENTS).status_code == 400
    assert client.get("/services/a%00", base_url=RESIDENTS).status_code == 400
