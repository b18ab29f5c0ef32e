"""Attack 24: LINE's account-link event is not used here, so no such event changes anything."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from auth.identities import Addresses
from auth.registration import register_resident
from portal.core.db import transaction
from tests.auth.conftest import SAKURA
from tests.auth.linking.stories import MAIL, addresses
from tests.chatbot.line.test_webhook import event, send, stored


@pytest.mark.parametrize(
    "link",
    [
        {"result": "ok", "nonce": "a-nonce-nobody-made"},
        {"result": "ok", "nonce": ""},
        {"result": "failed", "nonce": "a-nonce-nobody-made"},
        {},
    ],
)
def test_an_account_link_event_links_nothing(
    app: Flask, client: FlaskClient, work: Any, link: dict[str, str]
) -> None:
    with app.app_context(), transaction() as session:
        register_resident(session, email=MAIL)
    more = {"type": "accountLink", "link": link, "source": {"type": "user", "userId": SAKURA}}
    assert send(client, [event(1, **more)]).status_code == 200
    work()
    assert addresses(app) == [Addresses(email=MAIL)]
    assert all(row.error is None for row in stored(app))


def test_a_forged_one_is_refused_before_it_is_read(app: Flask, client: FlaskClient) -> None:
    more = {"type": "accountLink", "link": {"result": "ok", "nonce": "x" * 20}}
    assert send(client, [event(1, **more)], signature="c2lnbmVkIGJ5IG5vYm9keQ==").status_code == 401
    assert stored(app) == []
