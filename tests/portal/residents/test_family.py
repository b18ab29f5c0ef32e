"""Stories of profile and family in a strict browser."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.residents.family import Card, FamilyFull, add_person, set_profile
from portal.residents.models import Person, PersonRemoval, Relation, Resident
from tests.browser import Browser, Page
from tests.portal.signing_in import new_resident, resident_born, sign_in


@pytest.fixture
def me(app: Flask) -> UUID:
    return resident_born(app, date(1990, 5, 2), nickname="すみれ", district="minato")


@pytest.fixture
def mine(app: Flask, me: UUID) -> Browser:
    return sign_in(app, me)


def day(name: str, *parts: object) -> dict[str, Any]:
    era, *numbers = (str(part) for part in parts)
    keys = (f"{name}-{part}" for part in ("era", "year", "month", "day"))
    return dict(zip(keys, (era, *numbers), strict=True))


def wrong(page: Page) -> list[str]:
    """What is said inside the groups of boxes that are marked as wrong."""
    return [
        group.text
        for group in page.root.all("fieldset")
        if any(box.attributes.get("aria-invalid") == "true" for box in group.all("input"))
    ]


def people(app: Flask, resident_id: UUID) -> list[Person]:
    with app.app_context(), transaction() as session:
        found = select(Person).where(Person.resident_id == resident_id)
        return list(session.scalars(found.order_by(Person.position)))


def actions(app: Flask) -> list[str]:
    with app.app_context():
        return [row.action for row in read().execute(select(AuditEntry.action))]


def test_a_new_resident_says_who_they_are(app: Flask) -> None:
    resident_id = new_resident(app)
    browser = sign_in(app, resident_id)
    browser.get("/welcome")
    page = browser.submit(
        "保存",
        **day("birthdate", "H", 2, 5, 2),
        district="ekimae",
        nickname="すみれ",
        language="ja",
    )
    assert page.path == "/my"
    [me] = people(app, resident_id)
    assert (me.relation, me.birthdate, me.district) == ("self", date(1990, 5, 2), "ekimae")
    assert me.nickname == "すみれ"
    assert "profile.changed" in actions(app)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("", 2024, 2, 30), "そのような日はありません"),
        (("R", 40, 1, 1), "まだ来ていない日です"),
        (("", "", "", ""), "年、月、日を入れてください"),
        (("S", 64, 1, 8), "その元号にこの日はありません"),
        (("", 35, 4, 1), "元号を選ぶか"),
        (("", "二千", 4, 1), "数字で入れてください"),
        (("", 1800, 4, 1), "年をたしかめてください"),
    ],
)
def test_a_wrong_birthdate_is_said_beside_the_field_and_kept(
    mine: Browser, parts: tuple[object, ...], said: str
) -> None:
    mine.get("/family/new/child")
    page = mine.submit("保存", **day("birthdate", *parts), nickname="つばき")
    assert page.status == 200
    assert any(said in error for error in wrong(page)), page.text
    assert 'value="つばき"' in page.html
    if parts[1]:
        assert f'value="{parts[1]}"' in page.html


def test_a_birthdate_of_today_is_right_and_of_tomorrow_is_not(mine: Browser) -> None:
    for ahead, path in ((0, "/family"), (1, "/family/new/child")):
        born = today() + timedelta(days=ahead)
        mine.get("/family/new/child")
        page = mine.submit("保存", **day("birthdate", "", born.year, born.month, born.day))
        assert page.path == path


def test_full_width_figures_and_first_years_are_read(mine: Browser, app: Flask, me: UUID) -> None:
    mine.get("/family/new/parent")
    mine.submit("保存", **day("birthdate", "S", "２９", "１２", "３１"), nickname="ふじ")
    mine.get("/family/new/child")
    mine.submit("保存", **day("birthdate", "R", "元", "5", "1"))
    assert [p.birthdate for p in people(app, me)[1:]] == [date(1954, 12, 31), date(2019, 5, 1)]


def test_a_child_is_added_changed_removed_and_put_back(mine: Browser, app: Flask, me: UUID) -> None:
    mine.get("/family")
    assert mine.page
    mine.get(mine.page.link("子ども"))
    page = mine.submit("保存", **day("birthdate", "", 2024, 5, 2), nickname="あおば", sex="F")
    assert "あおば" in page.text
    child = people(app, me)[1]
    assert (child.sex, child.district) == ("F", "minato")

    mine.get(f"/family/{child.id}")
    page = mine.submit("保存", nickname="わかば")
    assert "わかば" in page.text
    assert "あおば" not in page.text

    page = mine.submit("カードを消す")
    assert "わかば" not in page.text
    assert len(people(app, me)) == 1
    page = mine.submit("元にもどす")
    assert "わかば" in page.text
    assert people(app, me)[1].id == child.id
    with app.app_context():
        assert not read().execute(select(PersonRemoval.id)).all()
    assert {"person.added", "person.changed", "person.removed", "person.restored"} <= set(
        actions(app)
    )


def test_one_press_silences_a_person_and_one_more_takes_it_back(
    mine: Browser, app: Flask, me: UUID
) -> None:
    with app.app_context(), transaction() as session:
        add_person(session, me, Card(relation=Relation.PARENT, birthdate=date(1950, 1, 1)))
    mine.get("/family")
    page = mine.submit("この人のことを出さない")
    assert "この人のことは、何も出さず、送りません" in page.text
    assert people(app, me)[1].silenced_at
    mine.submit("元にもどす")
    assert people(app, me)[1].silenced_at is None


def test_an_expected_child_becomes_a_child(mine: Browser, app: Flask, me: UUID) -> None:
    due = today() + timedelta(days=60)
    mine.get("/family/new/expected")
    page = mine.submit("保存", **day("expected_on", "", due.year, due.month, due.day))
    assert "生まれる予定の子" in page.text
    expected = people(app, me)[1]
    assert (expected.expected_on, expected.birthdate) == (due, None)
    mine.get(f"/family/{expected.id}/birth")
    born = today()
    mine.submit("保存", **day("birthdate", "", born.year, born.month, born.day))
    child = people(app, me)[1]
    assert (child.id, child.relation, child.birthdate) == (expected.id, "child", born)
    assert child.expected_on is None


def test_far_expected_dates_are_refused(mine: Browser) -> None:
    far = today() + timedelta(days=400)
    mine.get("/family/new/expected")
    page = mine.submit("保存", **day("expected_on", "", far.year, far.month, far.day))
    assert any("予定日をたしかめてください" in error for error in wrong(page))


def test_other_families_look_like_nothing(app: Flask, mine: Browser, me: UUID) -> None:
    other = resident_born(app, date(1980, 1, 1))
    with app.app_context(), transaction() as session:
        theirs = add_person(
            session, other, Card(relation=Relation.CHILD, birthdate=date(2020, 1, 1))
        ).id
        own = add_person(session, me, Card(relation=Relation.CHILD)).id
    nobody = "0190f5e0-0000-7000-8000-000000000000"
    for path in ("/family/{}", "/family/{}/birth"):
        pages = [mine.get(path.format(person)) for person in (theirs, nobody)]
        assert [page.status for page in pages] == [404, 404]
        assert pages[0].heading == pages[1].heading
    for act in ("silence", "silence/undo", "removal"):
        mine.get("/family")
        token = token_of(mine)
        answers = [
            mine.client.post(
                f"http://localhost:8000/family/{person}/{act}",
                data={"csrf_token": token},
                headers={"Origin": "http://localhost:8000"},
            ).status_code
            for person in (theirs, nobody, own)
        ]
        assert answers == [404, 404, 303]


def token_of(browser: Browser) -> str:
    assert browser.page is not None
    fields = browser.page.root.all("input")
    return next(f.attributes["value"] for f in fields if f.attributes.get("name") == "csrf_token")


def test_one_account_has_room_for_twenty(app: Flask, me: UUID, mine: Browser) -> None:
    with app.app_context(), transaction() as session:
        for _ in range(19):
            add_person(session, me, Card())
    with app.app_context(), pytest.raises(FamilyFull), transaction() as session:
        add_person(session, me, Card())
    assert "20人まで" in mine.get("/family").text
    mine.get("/family/new/other")
    page = mine.submit("保存", **day("birthdate", "", 2000, 1, 1))
    assert page.status == 409


def test_those_in_the_same_district_move_along(app: Flask, me: UUID) -> None:
    with app.test_request_context(), transaction() as session:
        add_person(session, me, Card(relation=Relation.CHILD, district="minato"))
        add_person(session, me, Card(relation=Relation.CHILD, district="ekimae"))
        set_profile(session, me, birthdate=date(1990, 5, 2), district="kawabe")
    assert [p.district for p in people(app, me)] == ["kawabe", "kawabe", "ekimae"]


def test_nicknames_are_sealed_and_stay_out_of_the_audit(app: Flask, me: UUID) -> None:
    with app.app_context():
        raw = read().exec_driver_sql("SELECT nickname FROM persons").scalar_one()
        assert "すみれ".encode() not in bytes(raw)
        details = [str(row.details) for row in read().execute(select(AuditEntry.details))]
    assert details
    assert not any("すみれ" in each for each in details)


def test_the_chosen_language_stays(app: Flask, me: UUID, mine: Browser) -> None:
    mine.get("/account/profile/edit")
    page = mine.submit("保存", language="en", **day("birthdate", "", 1990, 5, 2))
    assert page.heading == "Your settings"
    with app.app_context():
        assert read().execute(select(Resident.language)).scalar_one() == "en"
    assert mine.get("/family").heading == "Family"


def test_pages_that_are_for_other_cards_lead_on_or_are_not_there(
    mine: Browser, app: Flask, me: UUID
) -> None:
    own = people(app, me)[0]
    assert mine.get(f"/family/{own.id}").path == "/account/profile/edit"
    assert mine.get("/family/new/self").status == 404
    assert mine.get(f"/family/{own.id}/birth").status == 404
    profile = mine.get("/account/profile")
    assert "すみれ" in profile.text
    assert "（平成2年）" in profile.text


def test_after_the_welcome_one_goes_where_one_wanted(app: Flask) -> None:
    browser = sign_in(app, new_resident(app))
    for target, path in (("/family", "/family"), ("//evil.example", "/my"), ("/\\evil", "/my")):
        browser.get(f"/welcome?next={target}")
        assert browser.submit("保存", **day("birthdate", "", 1990, 5, 2)).path == path
