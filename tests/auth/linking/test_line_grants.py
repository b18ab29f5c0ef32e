"""What was granted at LINE is given back: by a job, tried again, or never again."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from auth import line_grants
from portal.core.db import transaction
from tests.auth import people
from tests.auth.conftest import MOMIJI, SAKURA
from tests.auth.linking.stories import MAIL, change, rows
from tests.auth.people import LinePhone
from tests.browser import Browser


@pytest.fixture
def sakura(app: Flask, browser: Browser, line: LinePhone) -> Browser:
    people.register_by_line(browser, app, line, MAIL)
    return browser


def grants(app: Flask) -> list[Any]:
    return rows(app, "SELECT * FROM line_grants")


def asks_again(line: LinePhone, browser: Browser) -> bool:
    """Whether LINE shows its page of consent, since nothing is granted any more."""
    browser.get("/sign-in")
    page = browser.submit("LINE", follow=False)
    answer = line.http.get(page.response.headers["Location"], timeout=10)
    answer = line._press(answer, "/oauth2/v2.1/login", user=line.user_id)
    return answer.status_code == 200 and "許可" in answer.text


def end(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        line_grants.end(session, SAKURA)


def test_tokens_are_kept_sealed(app: Flask, sakura: Browser) -> None:
    [grant] = grants(app)
    assert bytes(grant.access)[:1] == b"\x01"  # our own seal, not LINE's token
    assert SAKURA.encode() not in bytes(grant.user_index)
    assert grant.ending_at is None


def test_the_grant_is_given_back_and_forgotten(
    app: Flask, sakura: Browser, other: Browser, line: LinePhone, work: Any
) -> None:
    assert not asks_again(line, other)
    end(app)
    work()
    assert grants(app) == []
    assert "line.deauthorized" in people.actions(app)
    assert asks_again(line, other)


def test_line_away_means_later_and_nothing_is_lost(
    app: Flask, sakura: Browser, work: Any, line_server: Any
) -> None:
    settings = app.extensions["mado.settings"]
    app.extensions["mado.settings"] = settings.model_copy(
        update={"LINE_API_URL": "http://localhost:9"}
    )
    end(app)
    work()
    [grant] = grants(app)
    assert grant.tries == 1
    assert grant.try_at > grant.ending_at
    assert people.actions(app)[-1] == "line.not_deauthorized"
    app.extensions["mado.settings"] = settings
    with app.app_context():
        line_grants.sweep()  # not due yet
    work()
    assert len(grants(app)) == 1
    change(app, "UPDATE line_grants SET try_at = now() - interval '1 minute'")
    with app.app_context():
        line_grants.sweep()
    work()
    assert grants(app) == []


def test_a_token_line_does_not_know_is_never_tried_again(
    app: Flask, sakura: Browser, line: LinePhone, line_server: Any, work: Any
) -> None:
    line_server.post("/__standin__/reset")  # everything granted there is gone
    end(app)
    work()
    assert grants(app) == []
    assert people.actions(app)[-1] == "line.not_deauthorized"


def test_an_old_access_token_is_refreshed_first(
    app: Flask, sakura: Browser, line_server: Any, work: Any
) -> None:
    line_server.post("/__standin__/clock", {"advance_seconds": 31 * 86_400})
    change(app, "UPDATE line_grants SET at = at - interval '31 days'")
    end(app)
    work()
    assert "line.deauthorized" in people.actions(app)


def test_who_signs_in_again_keeps_the_grant(
    app: Flask, sakura: Browser, other: Browser, line: LinePhone, work: Any
) -> None:
    """Unlinked and linked again before the job ran: the new yes must not be taken back."""
    end(app)
    people.first_by_line(other, line)
    work()
    [grant] = grants(app)
    assert grant.ending_at is None
    assert "line.deauthorized" not in people.actions(app)


def test_who_never_finished_the_registration_is_let_go(
    app: Flask, sakura: Browser, other: Browser, line_server: Any, work: Any
) -> None:
    people.first_by_line(other, LinePhone(line_server.url, MOMIJI))
    assert len(grants(app)) == 2
    with app.app_context():
        line_grants.sweep()
    work()
    assert len(grants(app)) == 2  # still about it
    change(app, "UPDATE line_grants SET at = at - interval '2 hours'")
    with app.app_context():
        line_grants.sweep()
    work()
    assert len(grants(app)) == 1  # who registered stays
