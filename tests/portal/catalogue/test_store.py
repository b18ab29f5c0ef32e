"""The city's own catalogue: drafts, approval by somebody else, days to come, other processes."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.catalogue import editing, store
from portal.catalogue.load import Thing, load_catalogue, shipped_catalogue, shipped_entries
from portal.catalogue.models import CatalogueRevision, State
from portal.catalogue.reading import FaultyEntry
from portal.core.audit import AuditEntry
from portal.core.clock import today
from portal.core.db import read, transaction

AUTHOR, APPROVER = uuid4(), uuid4()
KEY = "preg_notice"


def body(**changes: object) -> dict[str, object]:
    return {**shipped_entries()[Thing.SERVICE][KEY].body, **changes}


def priority() -> int:
    return load_catalogue().service(KEY).priority


def published(**changes: object) -> UUID:
    with transaction() as session:
        made = editing.draft(session, Thing.SERVICE, KEY, body(**changes), by=AUTHOR)
        editing.propose(session, made.id)
        editing.approve(session, made.id, by=APPROVER)
    return made.id


def test_what_we_ship_counts_until_the_city_writes_its_own(ctx: Flask) -> None:
    assert load_catalogue() is shipped_catalogue()
    with transaction() as session:
        made = editing.draft(session, Thing.SERVICE, KEY, body(priority=3), by=AUTHOR)
        editing.propose(session, made.id)
    assert priority() == 9
    with transaction() as session:
        editing.approve(session, made.id, by=APPROVER)
    assert priority() == 3
    assert load_catalogue() is load_catalogue()


def test_authors_do_not_approve_their_own_work(ctx: Flask) -> None:
    with transaction() as session:
        made = editing.draft(session, Thing.SERVICE, KEY, body(priority=3), by=AUTHOR)
        editing.propose(session, made.id)
    with pytest.raises(editing.OwnWork), transaction() as session:
        editing.approve(session, made.id, by=AUTHOR)
    assert priority() == 9


def test_only_what_was_proposed_can_be_approved(ctx: Flask) -> None:
    with transaction() as session:
        made = editing.draft(session, Thing.SERVICE, KEY, body(priority=3), by=AUTHOR)
    with pytest.raises(editing.EditedMeanwhile), transaction() as session:
        editing.approve(session, made.id, by=APPROVER)


def test_a_faulty_entry_is_no_draft_and_says_its_field(ctx: Flask) -> None:
    with pytest.raises(FaultyEntry, match="desk: unknown desk"), transaction() as session:
        editing.draft(session, Thing.SERVICE, KEY, body(desk="nowhere"), by=AUTHOR)
    with pytest.raises(FaultyEntry, match="key: can not"), transaction() as session:
        editing.draft(session, Thing.SERVICE, KEY, body(key="other"), by=AUTHOR)


def test_a_desk_that_services_name_can_not_go(ctx: Flask) -> None:
    with pytest.raises(FaultyEntry, match="unknown desk"), transaction() as session:
        editing.draft(session, Thing.DESK, "mother_child", None, by=AUTHOR)


def test_two_people_at_one_entry_do_not_overwrite_each_other(ctx: Flask) -> None:
    with transaction() as session:
        editing.draft(session, Thing.SERVICE, KEY, body(priority=3), by=AUTHOR, seen=0)
    with pytest.raises(editing.EditedMeanwhile), transaction() as session:
        editing.draft(session, Thing.SERVICE, KEY, body(priority=4), by=APPROVER, seen=0)


def test_withdrawn_and_brought_back_with_its_history(ctx: Flask) -> None:
    first = published(priority=3)
    with transaction() as session:
        gone = editing.draft(session, Thing.SERVICE, KEY, None, by=AUTHOR)
        editing.propose(session, gone.id)
        editing.approve(session, gone.id, by=APPROVER)
    assert load_catalogue().find(KEY) is None
    with transaction() as session:
        back = editing.bring_back(session, first, by=AUTHOR)
        editing.propose(session, back.id)
        editing.approve(session, back.id, by=APPROVER)
    assert priority() == 3
    states = read().execute(select(CatalogueRevision.state).order_by(CatalogueRevision.number))
    assert list(states.scalars()) == [State.PAST, State.PAST, State.LIVE]


def test_an_approved_change_waits_for_its_day(ctx: Flask) -> None:
    tomorrow = today() + timedelta(days=1)
    with transaction() as session:
        made = editing.draft(session, Thing.SERVICE, KEY, body(priority=3), by=AUTHOR)
        editing.propose(session, made.id)
        editing.approve(session, made.id, by=APPROVER, live_on=tomorrow)
    assert (editing.go_live_due(), priority()) == (0, 9)
    read().execute(update(CatalogueRevision).values(live_on=today()))
    assert (editing.go_live_due(), priority()) == (1, 3)
    assert editing.go_live_due() == 0


def test_another_process_sees_a_change_at_its_next_look(ctx: Flask) -> None:
    elsewhere = store.CatalogueStore()
    assert elsewhere.current().service(KEY).priority == 9
    published(priority=3)
    assert elsewhere.current().service(KEY).priority == 9
    elsewhere.forget()  # five seconds later
    assert elsewhere.current().service(KEY).priority == 3


def test_an_entry_of_another_release_does_not_take_the_others_down(ctx: Flask) -> None:
    published(priority=3)
    read().execute(update(CatalogueRevision).values(body={"key": KEY, "colour": "blue"}))
    elsewhere = store.CatalogueStore()
    assert elsewhere.current().service(KEY).priority == 9
    assert len(elsewhere.current().services) == len(shipped_catalogue().services)


def test_a_new_service_and_days_in_its_rule(ctx: Flask) -> None:
    rule = {"kind": "always", "not_before": date(2026, 4, 1)}
    new = body(key="city_bus", rule=rule, tests=[])
    with transaction() as session:
        made = editing.draft(session, Thing.SERVICE, "city_bus", new, by=AUTHOR)
        editing.propose(session, made.id)
        editing.approve(session, made.id, by=APPROVER)
    found = load_catalogue().service("city_bus").versions[0].rule
    assert found.not_before == date(2026, 4, 1)


def test_every_step_is_in_the_audit_log(ctx: Flask) -> None:
    published(priority=3)
    actions = read().execute(
        select(AuditEntry.action).where(AuditEntry.subject_id == KEY).order_by(AuditEntry.at)
    )
    assert set(actions.scalars()) == {
        "catalogue.drafted",
        "catalogue.proposed",
        "catalogue.approved",
        "catalogue.live",
    }
