"""What an answer means at home: on the web only, after a yes, beside the answer and never in it."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from chatbot.dialogue.reply import Reply
from chatbot.rendering import line
from chatbot.web import consents
from chatbot.web.turns import opened
from portal.catalogue import ages
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.residents.family import Card, add_person
from portal.residents.models import Relation
from tests.browser import Browser
from tests.portal.signing_in import resident_born, sign_in

QUESTION = "1歳6か月児健診はいつ"
ASK = "質問する"


@pytest.fixture
def parent(answered: Flask) -> UUID:
    """A parent whose child is one year and six months old."""
    me = resident_born(answered, ages.add_months(today(), -30 * 12), nickname="すみれ")
    born = ages.add_months(today(), -18) - timedelta(days=7)
    child = Card(relation=Relation.CHILD, nickname="あおば", birthdate=born)
    with answered.app_context(), transaction() as session:
        add_person(session, me, child)
    return me


@pytest.fixture
def at_home(answered: Flask, parent: UUID) -> Browser:
    return sign_in(answered, parent)


def agree(browser: Browser) -> None:
    browser.get("/ask/about-us")
    assert "受けつけました" in browser.submit("はい、表示する").text


def test_the_answer_is_general_until_the_resident_says_yes(at_home: Browser) -> None:
    at_home.get("/ask")
    page = at_home.submit(ASK, text=QUESTION)
    assert "あおば" not in page.text
    assert "ご家族ではどうなるかを見る" in page.text
    agree(at_home)
    at_home.get("/ask")
    page = at_home.submit(ASK, text=QUESTION)
    assert "あおば(1歳6か月): 1歳6か月児健診" in page.text.replace(" ", "").replace(":", ": ")


def test_the_yes_is_taken_back_and_both_are_audited(
    answered: Flask, at_home: Browser, parent: UUID
) -> None:
    agree(at_home)
    at_home.get("/ask/about-us")
    at_home.submit("家族のことを表示しない")
    at_home.get("/ask")
    assert "あおば" not in at_home.submit(ASK, text=QUESTION).text
    with answered.app_context():
        assert not consents.has_given(parent)
        acts = read().execute(
            text("SELECT action FROM audit_entries WHERE action LIKE 'answers.%'")
        )
        assert [row.action for row in acts] == ["answers.family_allowed", "answers.family_refused"]


def test_neither_trail_nor_log_nor_line_can_carry_it(answered: Flask, at_home: Browser) -> None:
    agree(at_home)
    at_home.get("/ask")
    page = at_home.submit(ASK, text=QUESTION)
    assert "あおば" in page.text
    fields = {one.attributes.get("name"): one for one in page.root.all("input")}
    with answered.test_request_context():
        turns = opened(str(fields["trail"].attributes["value"]))
        kept = read().execute(text("SELECT asked_questions::text FROM asked_questions")).scalars()
        logged = "".join(kept)
    assert turns
    assert "あおば" not in json.dumps(turns, ensure_ascii=False) + logged
    # LINE is given the same reply value, which has no place for a person at home.
    messages = line.render(Reply.from_dict(turns[-1]["reply"]), "https://portal.example")
    assert "あおば" not in json.dumps(messages, ensure_ascii=False)
    assert "1歳6か月児健診" in json.dumps(messages, ensure_ascii=False)


def test_strangers_are_not_asked(answered: Flask, browser: Browser) -> None:
    browser.get("/ask")
    page = browser.submit(ASK, text=QUESTION)
    assert "ご家族" not in page.text
    assert browser.client.get("/ask/about-us", base_url=browser.base).status_code == 303
