"""A version on the clerk's own LINE, before residents see it.

Clerks' accounts hold no LINE. Who is registered as a resident with the same mail address has one:
the address is proven on both sides, so it is the same person's.
"""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from sqlalchemy import select

from auth.identities import EMAIL, LINE, Identity
from auth.staff.accounts import StaffAccount
from notifications.channels.line import TIMEOUT, line_api
from notifications.richmenus import linking, publishing, reading
from notifications.richmenus.definition import drawn
from notifications.richmenus.models import DrawnMenu, MenuVersion
from portal.core import audit
from portal.core.crypto import blind_index
from portal.core.db import read, transaction
from portal.core.errors import N_, Conflict, NotFound
from portal.core.settings import Settings
from portal.residents.models import Resident


class NoOwnLine(Conflict):
    """There is no LINE to show it on."""

    message = N_("No LINE account belongs to your mail address.")


def own_line(staff_id: UUID) -> tuple[UUID, str] | None:
    """The resident and LINE user id that belong to a clerk's mail address."""
    mail = read().execute(
        select(StaffAccount.email).where(StaffAccount.id == staff_id)
    ).scalar()  # fmt: skip
    if not mail:
        return None
    same = select(Identity.resident_id).where(
        Identity.issuer == EMAIL, Identity.subject_index == blind_index(mail.lower(), EMAIL)
    )
    row = read().execute(
        select(Identity.resident_id, Identity.subject)
        .join(Resident, Resident.id == Identity.resident_id)
        .where(
            Identity.issuer == LINE, Identity.resident_id.in_(same), Resident.left_at.is_(None)
        )
    ).one_or_none()  # fmt: skip
    return None if row is None else (row[0], row[1])


def show_to_me(version_id: UUID, staff_id: UUID) -> None:
    """Link the version to the clerk's own LINE; the next night puts their own menu back."""
    from linebot.v3.messaging import MessagingApi

    found = own_line(staff_id)
    if found is None:
        raise NoOwnLine()
    settings: Settings = current_app.extensions["mado.settings"]
    with transaction() as session:
        version = session.get(MenuVersion, version_id)
        menu = session.get(DrawnMenu, version.menu_id) if version else None
        if version is None or menu is None or not version.width:
            raise NotFound()
        built = drawn(version, menu.name, menu.alias, reading.aliases(), settings)
        audit.record(session, "menu.tested", ("menu", menu.id), version=version.number)
        linking.forget(session, found[1])
    api, user = line_api(), found[1]
    line_id = publishing.bring(api, built)
    api.call(
        lambda client: MessagingApi(client).link_rich_menu_id_to_user_with_http_info(
            user, line_id, _request_timeout=TIMEOUT
        )
    )
