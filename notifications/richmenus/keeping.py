"""Acts on menus: draw, change the draft, hand in, approve, return, withdraw, go back, put away."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from notifications.richmenus import rules
from notifications.richmenus.areas import Area
from notifications.richmenus.models import DrawnMenu, MenuVersion
from notifications.richmenus.pictures import Picture
from portal.core import audit, jobs
from portal.core.clock import now
from portal.core.errors import N_, Conflict, Forbidden, NotFound

SYNC = "notifications.richmenus.syncing.sync"
# What an earlier version gives to a new one.
COPIED = (
    "bar", "drawing", "picture", "picture_kind", "width", "height", "areas", "mode", "place",
    "segment_id", "segment", "starts_at", "ends_at",
)  # fmt: skip


class NameTaken(Conflict):
    """Two menus of one name would be taken for each other."""

    message = N_("Another menu has this name.")


class Unfinished(Conflict):
    """A menu that LINE would refuse, or that leads nowhere, is not handed in."""

    message = N_("The menu is not finished. Please look at what is missing.")


class OwnMenu(Forbidden):
    """Two clerks look at everything that all residents see."""

    message = N_("Another clerk must approve what you handed in.")


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a version is for, and when."""

    mode: str
    place: int
    segment_id: UUID | None
    segment: dict[str, Any] | None
    starts_at: datetime | None
    ends_at: datetime | None


def draw(session: Session, by: UUID, name: str, bar: str) -> MenuVersion:
    """A new menu with an empty first version."""
    if session.scalar(select(DrawnMenu.id).where(DrawnMenu.name == name)) is not None:
        raise NameTaken()
    menu = DrawnMenu(name=name, alias=f"mado-{secrets.token_hex(6)}")
    session.add(menu)
    session.flush()
    version = MenuVersion(menu_id=menu.id, number=1, code=_code(), bar=bar, by=by)
    session.add(version)
    session.flush()
    audit.record(session, "menu.drawn", ("menu", menu.id))
    return version


def draft(session: Session, menu_id: UUID, by: UUID) -> MenuVersion:
    """The version that may be changed; a copy of the newest where that was decided about."""
    newest = _newest(session, menu_id)
    if newest.submitted_at and not (newest.approved_at or newest.withdrawn_at):
        raise Conflict()  # somebody is looking at it: it is sent back or withdrawn first
    if newest.submitted_at is None and newest.withdrawn_at is None:
        return newest
    return _copy(session, newest, by)


def put_picture(
    session: Session, version: MenuVersion, picture: Picture, drawing: dict[str, Any] | None
) -> None:
    """Another picture. Where its size changes, areas that lie outside must be moved."""
    version.picture, version.picture_kind = picture.body, picture.kind
    version.width, version.height, version.drawing = picture.width, picture.height, drawing
    _changed(session, version, "picture")


def put_areas(session: Session, version: MenuVersion, areas: Sequence[Area]) -> None:
    """Other areas."""
    version.areas = [each.json() for each in areas]
    _changed(session, version, "areas")


def put_audience(session: Session, version: MenuVersion, bar: str, audience: Audience) -> None:
    """Other words of the bar, and whom it is for."""
    version.bar = bar
    for name in Audience.__slots__:
        setattr(version, name, getattr(audience, name))
    _changed(session, version, "audience")


def submit(session: Session, version_id: UUID, by: UUID, faults: Sequence[object]) -> None:
    """Hand in; from now on it does not change. `faults` is what is still missing."""
    version = held(session, version_id)
    if version.submitted_at is not None or version.withdrawn_at is not None:
        raise Conflict()
    if faults:
        raise Unfinished()
    version.submitted_at, version.submitted_by, version.returned_reason = now(), by, ""
    _record(session, "menu.submitted", version)


def approve(session: Session, version_id: UUID, by: UUID) -> None:
    """Another clerk lets it be shown, from its time on."""
    version = _waiting(session, version_id)
    if version.submitted_by == by:
        raise OwnMenu()
    version.approved_at, version.approved_by = now(), by
    _record(session, "menu.approved", version)
    jobs.ring(session, SYNC)


def give_back(session: Session, version_id: UUID, reason: str) -> None:
    """Not like this: it may be changed and handed in again."""
    version = _waiting(session, version_id)
    version.submitted_at = version.submitted_by = None
    version.returned_reason = reason
    _record(session, "menu.returned", version)


def withdraw(session: Session, version_id: UUID) -> None:
    """Shown no more; the version before it is back, or the menu is in force no more."""
    version = held(session, version_id)
    if version.withdrawn_at is not None:
        raise Conflict()
    version.withdrawn_at = now()
    _record(session, "menu.withdrawn", version)
    jobs.ring(session, SYNC)


def go_back(session: Session, version_id: UUID, by: UUID) -> MenuVersion:
    """A new version like an earlier one, to be handed in and approved like any other."""
    earlier = held(session, version_id)
    newest = _newest(session, earlier.menu_id)
    if newest.submitted_at is None and newest.withdrawn_at is None and newest.id != version_id:
        raise Conflict(N_("There is a draft already. Please finish it or withdraw it first."))
    return _copy(session, earlier, by, newest.number)


def held(session: Session, version_id: UUID) -> MenuVersion:
    """The version, locked until the transaction ends."""
    found = session.get(MenuVersion, version_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


def put_away(session: Session, menu_id: UUID) -> None:
    """Offered nowhere; every version of it that was in force is withdrawn."""
    menu = session.get(DrawnMenu, menu_id, with_for_update=True)
    if menu is None or menu.put_away_at is not None:
        raise NotFound()
    menu.put_away_at = now()
    for version in session.scalars(select(MenuVersion).where(MenuVersion.menu_id == menu_id)):
        version.withdrawn_at = version.withdrawn_at or now()
    audit.record(session, "menu.put_away", ("menu", menu_id))
    jobs.ring(session, SYNC)


def _waiting(session: Session, version_id: UUID) -> MenuVersion:
    version = held(session, version_id)
    if version.submitted_at is None or version.approved_at or version.withdrawn_at:
        raise Conflict()
    return version


def _newest(session: Session, menu_id: UUID) -> MenuVersion:
    """Locked by its menu, so that two clerks do not make two drafts."""
    menu = session.get(DrawnMenu, menu_id, with_for_update=True)
    if menu is None or menu.put_away_at is not None:
        raise NotFound()
    found = session.scalar(
        select(MenuVersion)
        .where(MenuVersion.menu_id == menu_id)
        .order_by(MenuVersion.number.desc())
        .limit(1)
        .options(undefer(MenuVersion.picture))
    )
    assert found is not None  # noqa: S101  (a menu is drawn with its first version)
    return found


def _copy(
    session: Session, earlier: MenuVersion, by: UUID, newest: int | None = None
) -> MenuVersion:
    number = func.coalesce(func.max(MenuVersion.number), 0)
    last = newest or session.scalar(select(number).where(MenuVersion.menu_id == earlier.menu_id))
    values = {name: getattr(earlier, name) for name in COPIED}
    made = MenuVersion(
        menu_id=earlier.menu_id, number=int(last or 0) + 1, code=_code(), by=by, **values
    )
    session.add(made)
    session.flush()
    _record(session, "menu.version_begun", made)
    return made


def _changed(session: Session, version: MenuVersion, what: str) -> None:
    if version.submitted_at is not None:
        raise Conflict()
    _record(session, "menu.changed", version, what=what)


def _record(session: Session, action: str, version: MenuVersion, **details: Any) -> None:
    session.flush()
    audit.record(session, action, ("menu", version.menu_id), version=version.number, **details)


def _code() -> str:
    return secrets.token_urlsafe(6)


def offered(version: MenuVersion) -> rules.Approved:
    """The version as the rules see it."""
    return rules.Approved(
        version.id, version.menu_id, version.number, version.mode, version.place,
        version.id if version.segment is not None else None, version.starts_at, version.ends_at,
    )  # fmt: skip
