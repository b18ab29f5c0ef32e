"""A version on the clerk's own phone for tests, before residents see it."""

from __future__ import annotations

from uuid import UUID

from flask import current_app

from notifications.channels.line import TIMEOUT, line_api
from notifications.notices import testers
from notifications.richmenus import linking, publishing, reading, syncing
from notifications.richmenus.definition import drawn
from notifications.richmenus.models import DrawnMenu, MenuVersion
from portal.core import audit
from portal.core.db import transaction
from portal.core.errors import N_, Conflict, NotFound
from portal.core.settings import Settings


class NoOwnLine(Conflict):
    """There is no LINE to show it on."""

    message = N_("You have linked no LINE for tests yet.")


def has_phone(staff_id: UUID) -> bool:
    """Whether the clerk linked a phone for tests."""
    with transaction() as session:
        return testers.of(session, staff_id) is not None


def show_to_me(version_id: UUID, staff_id: UUID) -> None:
    """Link the version to the clerk's own LINE; the coming night puts back what is theirs."""
    from linebot.v3.messaging import MessagingApi

    settings: Settings = current_app.extensions["mado.settings"]
    with transaction() as session:
        user = testers.of(session, staff_id)
        version = session.get(MenuVersion, version_id)
        menu = session.get(DrawnMenu, version.menu_id) if version else None
        if version is None or menu is None or not version.width:
            raise NotFound()
        if user is None:
            raise NoOwnLine()
        built = drawn(version, menu.name, menu.alias, reading.aliases(), settings)
        audit.record(session, "menu.tested", ("menu", menu.id), version=version.number)
        linking.forget(session, user)
    syncing.take_back_tonight()
    api, phone = line_api(), user
    line_id = publishing.bring(api, built)
    api.call(
        lambda client: MessagingApi(client).link_rich_menu_id_to_user_with_http_info(
            phone, line_id, _request_timeout=TIMEOUT
        )
    )
