"""The calendar feed: what it says, to whom, and when it ends; single events."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select, update

from portal.catalogue import ages
from portal.core.clock import now, today
from portal.core.db import read, transaction
from portal.mypage import own
from portal.mypage.calendar import acts
from portal.mypage.calendar.models import CalendarFeed
from portal.mypage.life_events import BY_KEY
from portal.mypage.living import tell
from portal.residents.family import Card, add_person
from portal.residents.models import Relation, Resident
from tests.browser import Browser
from tests.conftest import RESIDENT_HOST, STAFF_HOST
from tests.portal.signing_in import resident_born, sign_in

BASE = f"http://{RESIDENT_HOST}"


@pytest.fixture
def me(app: Flask) -> UUID:
    """A resident who moved, has a child, and wrote to-dos of their own."""
    me = resident_born(app, ages.add_months(today(), -40 * 12), nickname="すみれ")
    born = ages.add_months(today(), -18) - timedelta(days=7)
    with app.app_context(), transaction() as session:
        add_person(session, me, Card(relation=Relation.CHILD, nickname="あおば", birthdate=born))
        tell(session, me, BY_KEY["move_in"], today() - timedelta(days=2))
        soon = today() + timedelta(days=3)
        own.add(session, me, own.Words("絵本を返す", due_on=soon))
        own.add(session, me, own.Words("手術の日", due_on=soon))
    return me


def secret_of(app: Flask, me: UUID, wording: str = "plain", alarm: int | None = 1) -> str:
    with app.app_context(), transaction() as session:
        return acts.renew(session, me, wording, alarm)


def fetch(client: FlaskClient, secret: str, **headers: str) -> tuple[int, str, str]:
    answer = client.get(f"/calendar/{secret}.ics", base_url=BASE, headers=headers)
    return answer.status_code, answer.get_data(as_text=True), answer.headers.get("ETag", "")


def events_of(body: str) -> list[Any]:
    calendar: Any = Calendar.from_ical(body)
    assert calendar["version"] == "2.0"
    found: list[Any] = calendar.walk("VEVENT")
    return found


def words_of(body: str) -> list[str]:
    return [str(event["summary"]) for event in events_of(body)]


def test_plain_wording_counts_and_names_nothing(app: Flask, client: FlaskClient, me: UUID) -> None:
    status, body, _ = fetch(client, secret_of(app, me))
    assert status == 200
    words = words_of(body)
    assert any(re.fullmatch(r"市の手続き \d+件 期限", each) for each in words)
    assert "やること 2件" in words
    assert all(
        re.fullmatch(r"(市の手続き|やること) \d+件( 期限| 受付開始)?", each) for each in words
    )


def test_titles_are_said_by_choice_but_no_names_and_nothing_sensitive(
    app: Flask, client: FlaskClient, me: UUID
) -> None:
    with app.app_context(), transaction() as session:
        due = today() + timedelta(days=120)
        add_person(session, me, Card(relation=Relation.EXPECTED, expected_on=due))
        tell(session, me, BY_KEY["bereavement"], today())
    _, body, _ = fetch(client, secret_of(app, me, "titles"))
    words = " ".join(words_of(body))
    assert "期限：転入届・転居届" in words
    assert "絵本を返す" in words
    for unsaid in ("手術", "妊", "RS", "死亡", "おくやみ", "がん検診", "あおば", "すみれ"):
        assert unsaid not in words
    assert "あおば" not in body.replace("\r\n ", "")


def test_it_is_a_calendar_by_the_book(app: Flask, client: FlaskClient, me: UUID) -> None:
    answer = client.get(f"/calendar/{secret_of(app, me)}.ics", base_url=BASE)
    assert answer.mimetype == "text/calendar"
    assert "private" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers
    events = events_of(answer.get_data(as_text=True))
    assert len({str(event["uid"]) for event in events}) == len(events)
    for event in events:
        assert event["dtstamp"].dt.tzinfo is not None
        assert event["dtend"].dt - event["dtstart"].dt == timedelta(days=1)
        assert event["dtstart"].dt >= today()
        assert str(me) not in str(event["uid"])
        (alarm,) = event.walk("VALARM")
        assert alarm["trigger"].dt == timedelta(hours=-15)  # nine in the morning of the day before


def test_without_an_alarm_there_is_none(app: Flask, client: FlaskClient, me: UUID) -> None:
    _, body, _ = fetch(client, secret_of(app, me, alarm=None))
    assert "VALARM" not in body


def test_the_same_days_are_not_sent_again(app: Flask, client: FlaskClient, me: UUID) -> None:
    secret = secret_of(app, me)
    _, body, etag = fetch(client, secret)
    assert etag
    assert fetch(client, secret, **{"If-None-Match": etag})[:2] == (304, "")
    with app.app_context(), transaction() as session:
        own.add(session, me, own.Words("歯みがき粉", due_on=today() + timedelta(days=9)))
    status, other, new = fetch(client, secret, **{"If-None-Match": etag})
    assert (status, new != etag) == (200, True)
    assert len(other) > len(body)


def test_done_things_leave_the_feed(app: Flask, client: FlaskClient, me: UUID) -> None:
    secret = secret_of(app, me, "titles")
    assert "転入届" in " ".join(words_of(fetch(client, secret)[1]))
    browser = sign_in(app, me)
    browser.get("/my")
    browser.submit("できた : 転入届・転居届")
    assert "転入届" not in " ".join(words_of(fetch(client, secret)[1]))


def test_a_renewed_or_revoked_address_is_worth_nothing(
    app: Flask, client: FlaskClient, me: UUID
) -> None:
    first = secret_of(app, me)
    second = secret_of(app, me)
    assert fetch(client, first)[0] == 404
    assert fetch(client, second)[0] == 200
    with app.app_context(), transaction() as session:
        acts.revoke(session, me)
    assert fetch(client, second)[0] == 404
    assert fetch(client, "guess")[0] == 404


def test_who_has_left_is_told_of_nowhere(app: Flask, client: FlaskClient, me: UUID) -> None:
    secret = secret_of(app, me)
    with app.app_context(), transaction() as session:
        session.execute(update(Resident).where(Resident.id == me).values(left_at=now()))
    assert fetch(client, secret)[0] == 404


def test_the_secret_itself_is_not_kept(app: Flask, me: UUID) -> None:
    secret = secret_of(app, me)
    with app.app_context():
        kept = read().execute(select(CalendarFeed.token_hash)).scalar_one()
    assert secret.encode() not in bytes(kept)
    assert len(kept) == 32


def test_fetching_is_limited_for_each_address(app: Flask, client: FlaskClient, me: UUID) -> None:
    secret = secret_of(app, me)
    seen = {fetch(client, secret)[0] for _ in range(61)}
    assert seen == {200, 429}
    assert fetch(client, secret_of(app, me))[0] == 200


def test_the_page_makes_rewords_renews_and_ends(app: Flask, client: FlaskClient, me: UUID) -> None:
    browser = sign_in(app, me)
    browser.get("/my/calendar")
    page = browser.submit("アドレスを作る", wording="plain", alarm="7")
    address = next(code.text for code in page.root.all("code"))
    assert address.startswith(f"{BASE}/calendar/")
    assert page.link("カレンダーアプリで開く").startswith("webcal://")
    page = browser.get("/my/calendar")
    assert address not in page.html
    assert "まだありません" in page.text
    assert client.get(address).status_code == 200
    page = browser.get("/my/calendar")
    assert f"{today().month}月{today().day}日" in page.text
    page = browser.submit("保存", wording="titles", alarm="")
    assert "保存しました" in page.text
    assert "VALARM" not in client.get(address).get_data(as_text=True)
    page = browser.submit("アドレスを作り直す")
    assert client.get(address).status_code == 404
    new = next(code.text for code in page.root.all("code"))
    assert "期限：転入届" in " ".join(words_of(client.get(new).get_data(as_text=True)))
    browser.get("/my/calendar")
    page = browser.submit("止める")
    assert "止めました" in page.text
    assert client.get(new).status_code == 404


def test_one_to_do_is_added_as_an_event(app: Flask, me: UUID) -> None:
    browser = sign_in(app, me)
    page = browser.get("/my")
    page = browser.get(page.link("メモ・持ち物・カレンダー : 転入届"))
    answer = browser.client.get(page.link("この日をカレンダーに入れる"))
    assert "attachment" in answer.headers["Content-Disposition"]
    (event,) = events_of(answer.get_data(as_text=True))
    assert str(event["summary"]) == "転入届・転居届"
    assert isinstance(event["dtstart"].dt, date)
    assert "すみれ" not in answer.get_data(as_text=True)


def test_an_own_to_do_is_added_as_an_event(app: Flask, me: UUID) -> None:
    browser = sign_in(app, me)
    page = browser.get("/my")
    page = browser.get(page.link("変える : 絵本を返す"))
    answer = browser.client.get(page.link("この日をカレンダーに入れる"))
    (event,) = events_of(answer.get_data(as_text=True))
    assert event["dtstart"].dt == today() + timedelta(days=3)


def test_events_of_others_and_without_a_day_are_404(app: Flask, me: UUID) -> None:
    stranger = sign_in(app, resident_born(app, date(1980, 1, 1)))
    page = sign_in(app, me).get("/my")
    link = page.link("メモ・持ち物・カレンダー : 転入届").replace("?", "/event.ics?")
    assert stranger.client.get(link).status_code == 404
    mine: Browser = sign_in(app, me)
    with app.app_context(), transaction() as session:
        todo = own.add(session, me, own.Words("いつか")).id
    assert mine.client.get(f"{BASE}/my/todos/{todo}/event.ics").status_code == 404


def test_clerks_have_no_feed(app: Flask, client: FlaskClient, me: UUID) -> None:
    answer = client.get(f"/calendar/{secret_of(app, me)}.ics", base_url=f"http://{STAFF_HOST}")
    assert answer.status_code == 404
