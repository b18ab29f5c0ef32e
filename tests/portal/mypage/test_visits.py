"""Visit sheets: the plan as a table, and stories of making, packing, finishing, sending one."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue import ages
from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Service
from portal.core.audit import AuditEntry
from portal.core.clock import now, today
from portal.core.db import read, transaction
from portal.core.errors import NotFound
from portal.core.holidays import is_closed, next_open_day
from portal.core.outbox import OutboxMessage
from portal.core.registries import registries
from portal.guide.hours import Hours
from portal.mypage.life_events import BY_KEY
from portal.mypage.living import tell
from portal.mypage.models import TodoAct
from portal.mypage.visits import acts
from portal.mypage.visits.models import VisitSheet
from portal.mypage.visits.plan import Comes, Errand, is_counter, next_day, plan_of
from portal.residents.family import Card, add_person, own_person, remove_person, restore_person
from portal.residents.models import Person, Relation
from tests.browser import Browser
from tests.portal.signing_in import resident_born, sign_in

FRIDAY = date(2026, 11, 20)


def service(key: str) -> Service:
    return load_catalogue().service(key)


def errand(key: str, name: str = "", **more: Any) -> Errand:
    return Errand(service(key), name or "me", "", name, not name, **more)


class TestPlan:
    """Pure: no database."""

    def test_equal_things_merge_and_say_for_whom(self) -> None:
        plan = plan_of(
            [errand("reg_death"), errand("nhi_join"), errand("myna_card", "ふじ")],
            load_catalogue().desks,
            FRIDAY,
        )
        keys = [thing.item.key for thing in plan.things]
        assert len(keys) == len(set(keys))
        both = plan_of(
            [errand("nhi_join"), errand("move_in"), errand("child_medical", "あおば")],
            load_catalogue().desks,
            FRIDAY,
        )
        identity = [thing for thing in both.things if thing.item.key == "identity"]
        assert len(identity) == 1

    def test_desks_come_floor_by_floor_and_counter_by_counter(self) -> None:
        keys = [
            "water_start",
            "tax_return",
            "child_allowance",
            "move_in",
            "nhi_join",
            "preg_notice",
        ]
        plan = plan_of([errand(key) for key in keys], load_catalogue().desks, FRIDAY)
        order = [stop.desk.key for stop in plan.stops]
        assert order == ["residents", "insurance", "children", "tax", "mother_child", "water"]

    def test_one_desk_holds_all_its_procedures(self) -> None:
        plan = plan_of([errand("move_in"), errand("reg_death")], load_catalogue().desks, FRIDAY)
        assert [len(stop.errands) for stop in plan.stops] == [2]

    def test_the_hours_are_common_to_all(self) -> None:
        found = plan_of(
            [errand("move_in"), errand("consumer_counsel")], load_catalogue().desks, FRIDAY
        )
        assert found.common == Hours(time(9), time(16, 30))
        assert not found.shut

    def test_a_closed_day_names_the_next_open_one(self) -> None:
        sunday = date(2026, 12, 13)  # the card desk is open, the others are not
        plan = plan_of([errand("myna_card"), errand("move_in")], load_catalogue().desks, sunday)
        assert plan.common is None
        assert [stop.desk.key for stop in plan.shut] == ["residents"]
        assert plan.next_day == date(2026, 12, 14)
        alone = plan_of([errand("myna_card")], load_catalogue().desks, sunday)
        assert alone.common == Hours(time(9), time(12))

    def test_the_turn_of_the_year_is_skipped(self) -> None:
        desks = load_catalogue().desks
        assert next_day([desks["residents"]], date(2026, 12, 29)) == date(2027, 1, 4)

    @pytest.mark.parametrize(
        ("key", "name", "comes"),
        [
            ("move_in", "", Comes.HOUSEHOLD),
            ("myna_card", "", Comes.SELF),
            ("myna_card", "ふじ", Comes.THEM),
            ("child_allowance", "あおば", Comes.PARENT),
            ("preg_notice", "おなかの子", Comes.EXPECTING),
        ],
    )
    def test_who_must_come(self, key: str, name: str, comes: Comes) -> None:
        assert errand(key, name).comes is comes

    def test_only_counter_procedures_and_never_sensitive_ones(self) -> None:
        assert is_counter(service("move_in"))
        assert is_counter(service("bereavement"))
        assert not is_counter(service("vac_flu"))
        assert not any(is_counter(each) for each in load_catalogue().services if each.sensitive)


@pytest.fixture
def mover(app: Flask) -> UUID:
    """A resident who moved last week, with a parent whose card expires."""
    me = resident_born(app, ages.add_months(today(), -30 * 12), nickname="すみれ")
    with app.app_context(), transaction() as session:
        tell(session, me, BY_KEY["move_in"], today() - timedelta(days=5))
    return me


@pytest.fixture
def at_home(app: Flask, mover: UUID) -> Browser:
    return sign_in(app, mover)


def self_of(app: Flask, me: UUID) -> UUID:
    with app.app_context():
        mine = select(Person.id).where(Person.resident_id == me, Person.relation == "self")
        return UUID(str(read().execute(mine).scalar_one()))


def made(app: Flask, me: UUID, *keys: str) -> UUID:
    person = self_of(app, me)
    with app.app_context(), transaction() as session:
        picks = [(person, key, "") for key in keys]
        return acts.make(session, me, picks, next_open_day(today())).id


def test_a_sheet_is_made_from_my_page(app: Flask, at_home: Browser, mover: UUID) -> None:
    page = at_home.get("/my")
    boxes = [e for e in page.root.all("input") if e.attributes.get("form") == "visit"]
    picks = [e.attributes["value"] for e in boxes if "~move_in~" in e.attributes["value"]]
    assert len(picks) == 1
    page = at_home.get(f"/visits/new?pick={picks[0]}")
    ticked = [e for e in page.root.all("input") if "checked" in e.attributes]
    assert [e.attributes["value"] for e in ticked] == picks
    chosen = [e.attributes["value"] for e in page.root.all("input") if "move" in str(e.attributes)]
    page = at_home.submit("シートを作る", pick=[*chosen, *picks])
    assert page.heading.startswith("来庁シート")
    assert "転入届・転居届" in page.text
    assert "市民課" in page.text
    assert "ご本人か、同じ世帯の方" in page.text
    assert "本人確認書類" in page.text
    with app.app_context():
        row = read().execute(select(VisitSheet.on_day, VisitSheet.entries)).one()
    assert not is_closed(row.on_day)
    assert set(row.entries[0]) == {"person", "service", "occurrence"}


def test_nothing_chosen_is_said(at_home: Browser) -> None:
    at_home.get("/visits/new")
    page = at_home.submit("シートを作る", pick=None)
    assert "手続きを1つ以上えらんでください" in page.text


def test_things_are_ticked_and_stay(at_home: Browser, app: Flask, mover: UUID) -> None:
    at_home.get(f"/visits/{made(app, mover, 'move_in', 'nhi_join')}")
    page = at_home.submit("用意できたものを保存", thing=["identity", "nonsense"])
    ticked = [e for e in page.root.all("input") if "checked" in e.attributes]
    assert [e.attributes["value"] for e in ticked if e.attributes["name"] == "thing"] == [
        "identity"
    ]
    with app.app_context():
        assert read().execute(select(VisitSheet.packed)).scalar_one() == ["identity"]


def test_finishing_checks_the_to_dos_off_and_undo_opens_them(
    app: Flask, at_home: Browser, mover: UUID
) -> None:
    at_home.get(f"/visits/{made(app, mover, 'move_in', 'nhi_join')}")
    page = at_home.submit("えらんだものを「できた」にする", done=["0"])
    assert "おつかれさまでした" in page.text
    with app.app_context():
        standing = select(TodoAct.service).where(TodoAct.undone_at.is_(None))
        assert read().execute(standing).scalars().all() == ["move_in"]
    assert "できた : 転入届・転居届" not in at_home.get("/my").text
    with app.app_context():
        sheet = read().execute(select(VisitSheet.id)).scalar_one()
    at_home.get(f"/visits/{sheet}")
    at_home.submit("「済み」を取り消す")
    assert "できた : 転入届・転居届" in at_home.get("/my").text


def test_the_link_is_sent_by_line_and_nothing_else(app: Flask, mover: UUID) -> None:
    from auth import identities

    with app.app_context(), transaction() as session:
        identities.add(session, mover, identities.EMAIL, "sumire@home.example")
        identities.add(session, mover, identities.LINE, "U" + "5" * 32)
    sheet = made(app, mover, "move_in")
    browser = sign_in(app, mover)
    browser.get(f"/visits/{sheet}")
    page = browser.submit("自分にリンクを送る")
    assert "リンクを送りました" in page.text
    with app.app_context():
        sent = read().execute(select(*OutboxMessage.__table__.c)).one()
    assert (sent.channel, sent.message) == ("line", "portal_visit_sheet")
    assert list(sent.params) == ["url"]
    assert sent.params["url"].endswith(f"/visits/{sheet}")


def test_it_is_changed_removed_and_brought_back(app: Flask, at_home: Browser, mover: UUID) -> None:
    page = at_home.get(f"/visits/{made(app, mover, 'move_in')}")
    page = at_home.get(page.link("変える"))
    later = next_open_day(today() + timedelta(days=30))
    parts = {"year": later.year, "month": later.month, "day": later.day}
    values: dict[str, Any] = {f"day-{name}": str(number) for name, number in parts.items()}
    page = at_home.submit("保存", **values)
    assert f"{later.month}月{later.day}日" in page.heading
    page = at_home.submit("消す")
    assert page.path == "/visits"
    assert "まだありません" in page.text
    page = at_home.submit("元にもどす")
    assert f"{later.month}月{later.day}日" in page.heading


def test_strangers_find_no_sheet(app: Flask, mover: UUID) -> None:
    sheet = made(app, mover, "move_in")
    stranger = resident_born(app, ages.add_months(today(), -400))
    browser = sign_in(app, stranger)
    assert browser.get(f"/visits/{sheet}").status == 404
    assert browser.get(f"/visits/{sheet}/edit").status == 404
    for act in (acts.send, acts.reopen, acts.remove, acts.bring_back):
        with app.app_context(), pytest.raises(NotFound), transaction() as session:
            act(session, stranger, sheet)
    mine = self_of(app, mover)
    with app.app_context(), pytest.raises(NotFound), transaction() as session:
        acts.make(session, stranger, [(mine, "move_in", "")], today())


@pytest.mark.parametrize(
    "picks",
    [[], [("disability_book", "")], [("no_such", "")], [("move_in", "x")], [("vac_flu", "")]],
)
def test_a_sheet_holds_counter_procedures_only(
    app: Flask, mover: UUID, picks: list[tuple[str, str]]
) -> None:
    person = self_of(app, mover)
    with app.app_context(), pytest.raises(acts.NothingPicked), transaction() as session:
        acts.make(session, mover, [(person, *pick) for pick in picks], today())


def test_picks_that_are_none_do_no_harm(at_home: Browser) -> None:
    for value in ("x", "~~", f"{uuid4()}~move_in~", "1~2~3~4"):
        assert at_home.get(f"/visits/new?pick={value}").status == 200


def test_a_removed_card_leaves_the_sheet_and_comes_back(app: Flask, mover: UUID) -> None:
    born = ages.add_months(today(), -5)
    with app.app_context():
        with transaction() as session:
            child = add_person(
                session, mover, Card(relation=Relation.CHILD, nickname="あおば", birthdate=born)
            ).id
            picks = [(child, "child_medical", ""), (child, "child_allowance", "")]
            sheet = acts.make(session, mover, picks, next_open_day(today())).id
            removal = remove_person(session, own_person(session, mover, child))
        browser = sign_in(app, mover)
        page = browser.get(f"/visits/{sheet}")
        assert "あおば" not in page.text
        with transaction() as session:
            acts.finish(session, mover, sheet, [0, 1])  # nothing to check off any more
        assert removal is not None
        with transaction() as session:
            restore_person(session, mover, removal.id)
    assert "あおば" in browser.get(f"/visits/{sheet}").text


def test_old_sheets_are_forgotten(app: Flask, mover: UUID) -> None:
    for _ in range(3):
        made(app, mover, "move_in")
    with app.app_context():
        with transaction() as session:
            first, second, _ = session.scalars(select(VisitSheet)).all()
            first.on_day = today() - timedelta(days=200)
            second.removed_at = now() - timedelta(days=8)
        assert acts.sweep() == 2


def test_there_is_room_for_twenty(app: Flask, mover: UUID) -> None:
    for _ in range(20):
        made(app, mover, "move_in")
    with pytest.raises(acts.TooManySheets):
        made(app, mover, "move_in")


def test_every_act_leaves_an_entry_without_words(app: Flask, mover: UUID) -> None:
    sheet = made(app, mover, "move_in")
    with app.app_context(), transaction() as session:
        acts.pack(session, mover, sheet, ["identity"])
        acts.finish(session, mover, sheet, [0])
        acts.reopen(session, mover, sheet)
        acts.remove(session, mover, sheet)
    with app.app_context():
        entries = read().execute(select(AuditEntry.action)).scalars().all()
    said = [entry for entry in entries if entry.startswith("visit.")]
    assert said == [f"visit.{w}" for w in ("made", "packed", "finished", "reopened", "removed")]


def test_without_a_sender_there_is_no_button(app: Flask, mover: UUID) -> None:
    registries(app).tell = None
    page = sign_in(app, mover).get(f"/visits/{made(app, mover, 'move_in')}")
    assert "リンクを送る" not in page.text
    with app.app_context(), pytest.raises(acts.NobodyToTell), transaction() as session:
        acts.send(session, mover, session.scalars(select(VisitSheet.id)).one())
