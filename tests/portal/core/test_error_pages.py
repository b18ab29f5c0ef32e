"""Every error is a page with a way on: what happened, what to do, where to go, whom to call."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import (
    BadGateway,
    BadRequest,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)

from portal.core.errors import Forbidden, TryLater
from portal.core.web.access import public
from tests.browser import Page
from tests.conftest import RESIDENT_HOST, STAFF_HOST

RAISES: dict[str, Exception] = {
    "400": BadRequest(),
    "403": Forbidden(),
    "404": NotFound(),
    "405": MethodNotAllowed(),
    "413": RequestEntityTooLarge(),
    "500": ZeroDivisionError(),
    "502": BadGateway(),
    "503": TryLater(),
}


@pytest.fixture
def troubled(app: Flask) -> FlaskClient:
    """The application with one more address for each kind of trouble, on both hosts."""

    @public("resident", "staff")
    def trouble(kind: str) -> str:
        raise RAISES[kind]

    app.add_url_rule("/trouble/<kind>", "trouble", trouble, methods=["GET"])
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client()


def page(client: FlaskClient, path: str, host: str = RESIDENT_HOST) -> Page:
    answer = client.get(path, base_url=f"http://{host}")
    return Page(answer, f"http://{host}{path}")


def test_residents_find_a_way_on(troubled: FlaskClient) -> None:
    for kind in RAISES:
        found = page(troubled, f"/trouble/{kind}?q=1")
        links = {one.attributes.get("href", "") for one in found.root.all("a")}
        assert found.status == int(kind)
        assert "tel:" in str(links), kind  # whom to call
        assert found.response.headers["X-Request-Id"] in found.text  # what to tell
        assert "/" in links
        if kind in {"400", "403", "404", "405"}:  # what was sought, or the main ways
            assert any(one.attributes.get("role") == "search" for one in found.root.all("form"))
            assert {"/search", "/menu", "/services"} & links
        if kind in {"500", "502", "503"}:  # the same once more
            assert f"/trouble/{kind}?q=1" in links
        assert "担当者" not in found.text


def test_clerks_are_told_whom_to_tell(troubled: FlaskClient) -> None:
    for kind in RAISES:
        found = page(troubled, f"/trouble/{kind}", STAFF_HOST)
        assert found.status == int(kind)
        assert "ポータルの担当者に知らせて" in found.text
        assert found.response.headers["X-Request-Id"] in found.text


def test_what_is_too_large_says_how_large_it_may_be(client: FlaskClient) -> None:
    sent = {"words": "x" * 3_000_000}
    answer = client.post("/sign-in/email", base_url=f"http://{RESIDENT_HOST}", data=sent)
    assert answer.status_code == 413
    assert "2 MB まで" in answer.get_data(as_text=True)


def test_too_many_tries_say_how_long_to_wait(app: Flask, client: FlaskClient) -> None:
    from portal.core.web.app import limiter

    @limiter.limit("1 per hour")
    @public()
    def once() -> str:
        return "fine"

    app.add_url_rule("/once", "once", once)
    assert client.get("/once", base_url=f"http://{RESIDENT_HOST}").status_code == 200
    found = page(client, "/once")
    assert found.status == 429
    assert "60分" in found.text
    assert 3500 < int(found.response.headers["Retry-After"]) <= 3600
