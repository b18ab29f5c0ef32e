"""Life events: told with a day, they give their to-dos; taken back, they give none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue import ages
from portal.catalogue.gif import CATEGORIES
from portal.catalogue.load import load_catalogue
from portal.core.audit import AuditEntry
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.core.errors import NotFound
from portal.mypage.life_events import BY_KEY, EVENTS, fact_of, services_of
from portal.mypage.living import NoOwnCard, put_back, take_back, tell, tell_birth, told
from portal.mypage.relatives import relatives_of
from portal.mypage.todos import todos_of
from portal.residents.family import Card, add_person
from portal.residents.models import Person, Relation
from tests.browser import Browser
from tests.portal.signing_in import new_resident, resident_born, sign_in


@pytest.fixture
def me(app: Flask) -> UUID:
    return resident_born(app, ages.add_months(today(), -40 * 12), nickname="すみれ")


@pytest.fixture
def at_home(app: Flask, me: UUID) -> Browser:
    return sign_in(app, me)


def add(app: Flask, me: UUID, card: Card) -> UUID:
    with app.app_context(), transaction() as session:
        return add_person(session, me, card).id


def keys_of(app: Flask, me: UUID) -> set[str]:
    with app.test_request_context():
        found = todos_of(relatives_of(me, today()), today())
        return {todo.service.key for group in found.groups.values() for todo in group}


def facts_of(app: Flask, me: UUID) -> dict[str, str]:
    with app.app_context():
        mine = select(Person.facts).where(Person.resident_id == me, Person.relation == "self")
        found: dict[str, str] = read().execute(mine).scalar_one()
        return found


def parts(day: date) -> dict[str, Any]:
    return {"day-year": str(day.year), "day-month": str(day.month), "day-day": str(day.day)}


def test_the_table_of_events_is_whole() -> None:
    assert [event.key for event in EVENTS] == [
        "move_in", "move_within", "move_out", "birth",
        "marriage", "bereavement", "retirement", "disaster",
    ]  # fmt: skip
    for event in EVENTS:
        assert set(event.categories) <= set(CATEGORIES)
        assert all(load_catalogue().find(key) for key in event.services)
        assert services_of(event, load_catalogue(), today()), event.key
    moving_in = {each.key for each in services_of(BY_KEY["move_in"], load_catalogue(), today())}
    assert "move_in" in moving_in
    assert "move_out" not in moving_in  # it counts from another day


@pytest.mark.parametrize(
    ("kind", "duties"),
    [
        ("move_in", {"move_in", "water_start"}),
        ("move_within", {"move_in", "water_start"}),
        ("move_out", {"move_out", "water_start"}),
        ("bereavement", {"reg_death", "bereavement"}),
        ("retirement", {"nhi_join"}),
        ("marriage", {"card_name_change"}),
        ("disaster", {"disaster_certificate"}),
    ],
)
def test_an_event_gives_its_to_dos_until_it_is_taken_back(
    app: Flask, me: UUID, kind: str, duties: set[str]
) -> None:
    assert not duties & keys_of(app, me)
    with app.app_context(), transaction() as session:
        entry = tell(session, me, BY_KEY[kind], today() - timedelta(days=1)).id
    assert duties <= keys_of(app, me)
    with app.app_context(), transaction() as session:
        take_back(session, me, entry)
    assert not duties & keys_of(app, me)
    assert facts_of(app, me) == {}
    with app.app_context(), transaction() as session:
        put_back(session, me, entry)
    assert duties <= keys_of(app, me)


def test_the_latest_of_two_moves_counts(app: Flask, me: UUID) -> None:
    old, new = today() - timedelta(days=200), today() - timedelta(days=3)
    with app.app_context(), transaction() as session:
        tell(session, me, BY_KEY["move_in"], old)
        second = tell(session, me, BY_KEY["move_within"], new).id
    assert facts_of(app, me) == {"moved_in": new.isoformat()}
    with app.app_context(), transaction() as session:
        take_back(session, me, second)
    assert facts_of(app, me) == {"moved_in": old.isoformat()}


def test_other_facts_of_the_card_stay() -> None:
    assert fact_of(BY_KEY["birth"], [today()]) is None
    assert fact_of(BY_KEY["move_in"], []) is None


def test_a_death_silences_the_person_and_keeps_the_survivors_duties(
    app: Flask, me: UUID, at_home: Browser
) -> None:
    born = ages.add_months(today(), -74 * 12)
    add(app, me, Card(relation=Relation.PARENT, nickname="ふじ", birthdate=born))
    before = at_home.get("/my").text
    assert "ふじ" in before
    at_home.get("/my/life-events/new/bereavement")
    father = next(
        option.attributes["value"]
        for option in at_home.page.root.all("option")  # type: ignore[union-attr]
        if option.text == "ふじ"
    )
    page = at_home.submit("必要な手続きを見る", person=father, **parts(today()))
    assert "お悔やみ申し上げます" in page.text
    assert "死亡届" in page.text
    page = at_home.get("/my")
    assert "ふじ" not in page.text
    assert "死亡届" in page.text
    assert "おくやみの手続き" in page.text
    with app.app_context():
        entry = told(me)[0].id
        with transaction() as session:
            take_back(session, me, entry)
    page = at_home.get("/my")
    assert "ふじ" in page.text
    assert "死亡届" not in page.text


def test_a_card_silenced_before_stays_silent_when_the_event_is_taken_back(
    app: Flask, me: UUID
) -> None:
    from portal.residents.family import silence_person

    parent = add(app, me, Card(relation=Relation.PARENT, birthdate=date(1950, 1, 1)))
    with app.app_context(), transaction() as session:
        silence_person(session, session.get_one(Person, parent))
        entry = tell(session, me, BY_KEY["bereavement"], today(), parent)
        take_back(session, me, entry.id)
        assert session.get_one(Person, parent).silenced_at is not None


def test_a_birth_makes_the_childs_card(app: Flask, me: UUID, at_home: Browser) -> None:
    at_home.get("/my/life-events/new/birth")
    page = at_home.submit("必要な手続きを見る", nickname="わかば", **parts(today()))
    assert "おめでとうございます" in page.text
    assert "出生届" in page.text
    assert "児童手当" in page.text
    assert "わかば" in at_home.get("/family").text


def test_a_birth_goes_on_on_the_expected_childs_card(app: Flask, me: UUID) -> None:
    due = today() + timedelta(days=10)
    expected = add(app, me, Card(relation=Relation.EXPECTED, nickname="つぼみ", expected_on=due))
    with app.app_context(), transaction() as session:
        entry = tell_birth(session, me, today(), None, expected)
        card = session.get_one(Person, expected)
        assert (card.relation, card.nickname, card.birthdate) == ("child", "つぼみ", today())
        assert entry.person_id == expected
        with pytest.raises(NotFound):
            tell_birth(session, me, today(), None, expected)  # born already


def test_the_page_offers_a_visit_sheet(app: Flask, me: UUID, at_home: Browser) -> None:
    at_home.get("/my/life-events/new/move_in")
    page = at_home.submit("必要な手続きを見る", **parts(today()))
    boxes = [e.attributes["value"] for e in page.root.all("input") if "pick" in str(e.attributes)]
    assert any("~move_in~" in value for value in boxes)
    page = at_home.submit("来庁シートを作る", pick=boxes)
    assert page.path == "/visits/new"
    page = at_home.submit("シートを作る")
    assert "転入届・転居届" in page.text


def test_events_are_listed_removed_and_brought_back(at_home: Browser) -> None:
    at_home.get("/my/life-events/new/move_out")
    at_home.submit("必要な手続きを見る", **parts(today() + timedelta(days=20)))
    page = at_home.get("/my/life-events")
    assert "市外へ引っ越す" in page.text.split("どんなこと")[0]
    at_home.get(page.link("市外へ引っ越す"))
    page = at_home.submit("このできごとを取り消す")
    assert "入れたできごと" not in page.text
    page = at_home.submit("元にもどす")
    assert page.heading == "市外へ引っ越す"


@pytest.mark.parametrize(("kind", "days"), [("move_in", 400), ("move_in", -400), ("birth", 1)])
def test_days_far_away_are_refused(at_home: Browser, kind: str, days: int) -> None:
    at_home.get(f"/my/life-events/new/{kind}")
    page = at_home.submit("必要な手続きを見る", **parts(today() + timedelta(days=days)))
    assert "前後1年以内" in page.text


def test_every_event_has_a_page_in_both_languages(app: Flask, me: UUID, at_home: Browser) -> None:
    for event in EVENTS:
        with app.app_context(), transaction() as session:
            if event.fact:
                tell(session, me, event, today())
        for language in ("ja", "en"):
            assert at_home.get(f"/my/life-events/new/{event.key}?lang={language}").status == 200
    with app.app_context():
        entries = [each.id for each in told(me)]
    assert len(entries) == len(EVENTS) - 1
    for entry in entries:
        text = at_home.get(f"/my/life-events/{entry}?lang=en").text.replace("すみれ", "")
        assert not [letter for letter in text if "ぁ" <= letter <= "ヺ"]


def test_without_an_own_card_the_household_has_no_dates(app: Flask) -> None:
    account = new_resident(app)
    with app.app_context(), pytest.raises(NoOwnCard), transaction() as session:
        tell(session, account, BY_KEY["move_in"], today())
    page = sign_in(app, account).get("/my/life-events/new/nonsense")
    assert page.status == 404


def test_strangers_touch_no_event_and_no_card(app: Flask, me: UUID) -> None:
    stranger = resident_born(app, date(1980, 1, 1))
    parent = add(app, me, Card(relation=Relation.PARENT, birthdate=date(1950, 1, 1)))
    with app.app_context():
        with transaction() as session:
            entry = tell(session, me, BY_KEY["move_in"], today()).id
        for act in (take_back, put_back):
            with pytest.raises(NotFound), transaction() as session:
                act(session, stranger, entry)
        with pytest.raises(NotFound), transaction() as session:
            tell(session, stranger, BY_KEY["bereavement"], today(), parent)
    assert sign_in(app, stranger).get(f"/my/life-events/{entry}").status == 404


def test_a_death_is_of_a_person_who_can_die(app: Flask, me: UUID) -> None:
    with app.app_context(), transaction() as session:
        own = session.scalars(select(Person.id).where(Person.relation == "self")).one()
        with pytest.raises(NotFound):
            tell(session, me, BY_KEY["bereavement"], today(), own)


def test_entries_are_audited_by_kind_only(app: Flask, me: UUID) -> None:
    with app.app_context():
        with transaction() as session:
            entry = tell(session, me, BY_KEY["move_in"], today()).id
            take_back(session, me, entry)
            put_back(session, me, entry)
        rows = read().execute(select(AuditEntry.action, AuditEntry.details)).all()
    said = [row for row in rows if row.action.startswith("life_event.")]
    assert [row.action for row in said] == [
        f"life_event.{w}" for w in ("told", "removed", "restored")
    ]
    assert all(row.details == {"kind": "move_in"} for row in said)
