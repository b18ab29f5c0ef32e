"""Brings to LINE what the rules say: menus, aliases, everybody's menu, residents' own, old ones.

Every step looks before it acts, so a run that was cut short is simply done again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.identities import resident_of_line
from notifications.channels.line import LineApi, line_api
from notifications.richmenus import linking, publishing, reading
from notifications.richmenus.definition import drawn
from notifications.richmenus.keeping import SYNC
from notifications.richmenus.models import DrawnMenu, MenuLink, MenuState, MenuVersion, RichMenu
from notifications.richmenus.reading import Plan
from portal.core import jobs
from portal.core.clock import in_tokyo, now, today
from portal.core.db import database, read, transaction
from portal.core.errors import NeverAgain, TryLater
from portal.core.settings import Settings

log = structlog.get_logger(__name__)

ONE = "notifications.richmenus.syncing.one"
LOCK = 0x4D454E55  # advisory lock number: one run at a time
NIGHT = 3  # o'clock in Tokyo, after the day's ages and open services have changed
MOST_DELETED = 20  # a run; LINE lets 100 menus an hour be made or deleted
RETRY = timedelta(minutes=1)


def tick() -> None:
    """Ring when the plan is another than what LINE has, and once a night."""
    state = reading.state()
    if state is not None and state.next_try_at is not None and state.next_try_at > now():
        return
    plan = reading.plan()
    if not plan.current and state is None:
        return  # nothing was ever drawn here
    if state is None or state.plan != plan.hash or state.next_try_at or _night_is_due(state):
        jobs.ring_now(SYNC, queue="bulk")


def sync() -> None:
    """Everything, once; what fails is tried again by the tick."""
    with database().engine.connect() as connection:
        locked = connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": LOCK}).scalar()
        connection.commit()
        if not locked:
            return  # what changed after the other run began, the tick will see
        try:
            _sync()
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": LOCK})
            connection.commit()


def _sync() -> None:
    plan = reading.plan()
    if not plan.current and reading.state() is None:
        return  # nothing was ever drawn here
    try:
        menus = _bring(plan)
        api = line_api()
        _point_aliases(api, plan, menus)
        default = _make_default(api, plan, menus)
        linking.forget_blocked()
        linking.take_back_orphans(api)
        line_ids = dict(menus.values())
        ids = {version: row_id for version, (row_id, _) in menus.items()}
        changed = linking.apply(api, linking.changes(plan.offered, ids), line_ids)
        left = _delete_old(api, plan, default)
    except TryLater as trouble:
        wait = timedelta(seconds=trouble.after) if trouble.after else RETRY
        _keep(failed_at=now(), next_try_at=now() + wait)
        log.warning("menus.not_synced", after=wait.total_seconds())
        return
    except NeverAgain:
        _keep(failed_at=now(), next_try_at=now() + timedelta(hours=1))
        log.error("menus.refused")
        return
    again = now() + timedelta(hours=1) if left else None
    _keep(
        plan=plan.hash,
        applied_at=now(), failed_at=None, next_try_at=again,
        default_id=default, evaluated_on=today(),
    )  # fmt: skip
    log.info("menus.synced", mode=plan.mode, menus=len(menus), linked=changed)


def one(resident_id: str) -> None:
    """One resident's menu, after a sign-in by LINE or when they come back as a friend."""
    state = reading.state()
    if state is None or state.applied_at is None:
        return  # the next run takes everybody
    plan = reading.plan()
    menus = _brought(plan)
    ids = {version: row_id for version, (row_id, _) in menus.items()}
    found = linking.changes(plan.offered, ids, only=UUID(resident_id))
    if found:
        linking.apply(line_api(), found, dict(menus.values()))


def take_back_tonight() -> None:
    """A test is on somebody's phone: also where nothing was published yet, the night ends it."""
    made = insert(MenuState).values(id=1, plan=reading.plan().hash, evaluated_on=today())
    read().execute(made.on_conflict_do_nothing())


def on_mode(session: Session, active: bool) -> None:
    """Disaster mode changed: the other menus now, not at the next tick."""
    jobs.ring(session, SYNC)


def on_friend(session: Session, resident_id: UUID, friend: bool) -> None:
    """A sign-in by LINE: perhaps somebody new, or a friend again."""
    if friend:
        jobs.ring(session, ONE, resident_id)


def came_back(event: dict[str, Any]) -> None:
    """A friend again: LINE may have forgotten the link, so it is made anew."""
    user = str((event.get("source") or {}).get("userId", ""))
    resident_id = resident_of_line(user)
    if resident_id is not None:
        with transaction() as session:
            linking.forget(session, user)
            jobs.ring(session, ONE, resident_id)


def _night_is_due(state: MenuState) -> bool:
    return in_tokyo(now()).hour >= NIGHT and state.evaluated_on != today()


def _bring(plan: Plan) -> dict[UUID, tuple[UUID, str]]:
    """Every version in force is at LINE, of other modes too: then a switch takes a moment.

    One that LINE refuses is marked, and the version before it stands in from the next plan on.
    """
    api, aliases = line_api(), reading.aliases()
    settings: Settings = current_app.extensions["mado.settings"]
    for each in plan.current.values():
        with transaction() as session:
            version = session.get(MenuVersion, each.id)
            menu = session.get(DrawnMenu, each.menu_id)
            if version is None or menu is None:
                continue
            built = drawn(version, menu.name, menu.alias, aliases, settings)
        row = publishing.row_of(built)
        _note_row(each.id, row.id)
        try:
            publishing.bring(api, built, row)
        except NeverAgain:
            log.error("menus.line_refused", version=str(each.id))
            _refuse(row.id)
    return _brought(plan)


def _brought(plan: Plan) -> dict[UUID, tuple[UUID, str]]:
    """Version → (row, LINE's id) of what is whole at LINE."""
    found = read().execute(
        select(MenuVersion.id, RichMenu.id, RichMenu.line_id)
        .join(RichMenu, RichMenu.id == MenuVersion.rich_menu_id)
        .where(
            MenuVersion.id.in_([each.id for each in plan.current.values()]),
            RichMenu.line_id.is_not(None),
            RichMenu.uploaded_at.is_not(None),
            RichMenu.refused_at.is_(None),
        )
    )
    return {version: (row_id, str(line_id)) for version, row_id, line_id in found}


def _point_aliases(api: LineApi, plan: Plan, menus: dict[UUID, tuple[UUID, str]]) -> None:
    pointed: dict[UUID, tuple[str, Any]] = {
        row.id: (row.alias, row.alias_of_id)
        for row in read().execute(select(DrawnMenu.id, DrawnMenu.alias, DrawnMenu.alias_of_id))
    }
    for menu_id, version in plan.current.items():
        if version.id in menus and pointed[menu_id][1] != menus[version.id][0]:
            row_id, line_id = menus[version.id]
            publishing.name(api, pointed[menu_id][0], line_id)
            read().execute(
                update(DrawnMenu).where(DrawnMenu.id == menu_id).values(alias_of_id=row_id)
            )


def _make_default(api: LineApi, plan: Plan, menus: dict[UUID, tuple[UUID, str]]) -> UUID | None:
    """Everybody's menu; where none is drawn, the one that was published by the command."""
    chosen = plan.everybodys
    if chosen is not None and chosen.id in menus:
        row_id, line_id = menus[chosen.id]
    else:
        shipped = _shipped()
        if shipped is None:
            state = reading.state()
            if state is not None and state.default_id is not None:
                publishing.no_default(api)
            return None
        row_id, line_id = shipped
    if not publishing.is_default(api, line_id):
        publishing.make_default(api, line_id)
    return row_id


def _shipped() -> tuple[UUID, str] | None:
    row = read().execute(
        select(RichMenu.id, RichMenu.line_id)
        .where(RichMenu.published_at.is_not(None), RichMenu.line_id.is_not(None))
        .order_by(RichMenu.published_at.desc())
        .limit(1)
    ).one_or_none()  # fmt: skip
    return None if row is None else (row[0], str(row[1]))


def _delete_old(api: LineApi, plan: Plan, default: UUID | None) -> int:
    """Menus nobody is shown and that will not come back; gives how many are left for later."""
    wanted = select(MenuVersion.rich_menu_id).where(
        MenuVersion.id.in_(plan.wanted), MenuVersion.rich_menu_id.is_not(None)
    )
    old = read().execute(
        select(RichMenu.id, RichMenu.line_id).where(
            RichMenu.line_id.is_not(None),
            RichMenu.published_at.is_(None),  # the command's own stay
            RichMenu.id.is_distinct_from(default),
            RichMenu.id.not_in(wanted),
            RichMenu.id.not_in(select(MenuLink.rich_menu_id)),
        )
    ).all()  # fmt: skip
    for row in old[:MOST_DELETED]:
        publishing.delete(api, row.id, str(row.line_id))
    return max(0, len(old) - MOST_DELETED)


def _note_row(version_id: UUID, row_id: UUID) -> None:
    read().execute(
        update(MenuVersion).where(MenuVersion.id == version_id).values(rich_menu_id=row_id)
    )


def _refuse(row_id: UUID) -> None:
    read().execute(update(RichMenu).where(RichMenu.id == row_id).values(refused_at=func.now()))


def _keep(**values: Any) -> None:
    made = insert(MenuState).values(id=1, **({"plan": ""} | values))
    read().execute(made.on_conflict_do_update(index_elements=["id"], set_=values))
