"""Publishes a rich menu: create, upload, alias, default; each step recorded, harmless twice."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from notifications.channels.line import TIMEOUT, LineApi, line_api
from notifications.richmenus import reading
from notifications.richmenus.definition import Menu
from notifications.richmenus.models import RichMenu
from portal.core import audit
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.errors import NeverAgain
from portal.core.ids import new_id


def publish(menu: Menu) -> tuple[str, bool]:
    """Make this menu everybody's; gives LINE's id and whether anything was done."""
    row, api = _row(menu), line_api()
    # Where clerks have drawn a menu for everybody, this one only stands by.
    stands_by = reading.plan().everybodys is not None
    there = _exists if stands_by else is_default
    if row.line_id is not None and row.published_at is not None and there(api, row.line_id):
        return row.line_id, False
    line_id = bring(api, menu, row)
    name(api, menu.alias, line_id)
    if not stands_by:
        make_default(api, line_id)
    with transaction() as session:
        session.execute(update(RichMenu).where(RichMenu.id == row.id).values(published_at=now()))
        audit.record(session, "richmenu.published", ("richmenu", row.id))
    return line_id, True


def bring(api: LineApi, menu: Menu, row: Any = None) -> str:
    """The menu with its picture at LINE; what an earlier try made is used on. Gives LINE's id."""
    row = row or _row(menu)
    line_id = row.line_id if row.line_id and _exists(api, row.line_id) else None
    if line_id is None:
        line_id = _create(api, menu)
        _note(row.id, line_id=line_id, uploaded_at=None, published_at=None)
    if row.uploaded_at is None or line_id != row.line_id:
        _upload(api, line_id, menu)
        _note(row.id, uploaded_at=now())
    return str(line_id)


def row_of(menu: Menu) -> Any:
    """What is known of this content at LINE; made where nothing is."""
    return _row(menu)


def delete(api: LineApi, row_id: UUID, line_id: str) -> None:
    """Gone at LINE; the row stays, so that the same menu can come again."""
    from linebot.v3.messaging import MessagingApi

    with suppress(NeverAgain):  # 404: gone already
        api.call(
            lambda client: MessagingApi(client).delete_rich_menu_with_http_info(
                line_id, _request_timeout=TIMEOUT
            )
        )
    _note(row_id, line_id=None, uploaded_at=None, published_at=None)


def no_default(api: LineApi) -> None:
    """Nobody has a menu who was not given one."""
    from linebot.v3.messaging import MessagingApi

    api.call(
        lambda client: MessagingApi(client).cancel_default_rich_menu_with_http_info(
            _request_timeout=TIMEOUT
        )
    )


def _row(menu: Menu) -> Any:
    with transaction() as session:
        session.execute(
            insert(RichMenu)
            .values(id=new_id(), content_hash=menu.content_hash, created_at=now())
            .on_conflict_do_nothing()
        )
    found = select(RichMenu.__table__).where(RichMenu.content_hash == menu.content_hash)
    return read().execute(found).one()


def _note(row_id: UUID, **values: object) -> None:
    read().execute(update(RichMenu).where(RichMenu.id == row_id).values(**values))


def _create(api: LineApi, menu: Menu) -> str:
    from linebot.v3.messaging import MessagingApi, RichMenuRequest

    wish = RichMenuRequest.from_dict(menu.definition)
    answer = api.call(
        lambda client: MessagingApi(client).create_rich_menu_with_http_info(
            wish, _request_timeout=TIMEOUT
        )
    )
    return str(answer.data.rich_menu_id)


def _upload(api: LineApi, line_id: str, menu: Menu) -> None:
    from linebot.v3.messaging import MessagingApiBlob

    api.call(
        lambda client: MessagingApiBlob(client).set_rich_menu_image_with_http_info(
            line_id,
            menu.picture,
            _headers={"Content-Type": menu.kind},
            _request_timeout=TIMEOUT,
        ),
        data_host=True,
    )


def name(api: LineApi, alias: str, line_id: str) -> None:
    """The alias points at this menu; an alias that is there already is moved."""
    from linebot.v3.messaging import (
        CreateRichMenuAliasRequest,
        MessagingApi,
        UpdateRichMenuAliasRequest,
    )

    moved = UpdateRichMenuAliasRequest(richMenuId=line_id)
    made = CreateRichMenuAliasRequest(richMenuAliasId=alias, richMenuId=line_id)
    try:
        api.call(
            lambda client: MessagingApi(client).update_rich_menu_alias_with_http_info(
                alias, moved, _request_timeout=TIMEOUT
            )
        )
    except NeverAgain:  # 404: no such alias yet
        api.call(
            lambda client: MessagingApi(client).create_rich_menu_alias_with_http_info(
                made, _request_timeout=TIMEOUT
            )
        )


def make_default(api: LineApi, line_id: str) -> None:
    from linebot.v3.messaging import MessagingApi

    api.call(
        lambda client: MessagingApi(client).set_default_rich_menu_with_http_info(
            line_id, _request_timeout=TIMEOUT
        )
    )


def is_default(api: LineApi, line_id: str) -> bool:
    from linebot.v3.messaging import MessagingApi

    try:
        answer = api.call(
            lambda client: MessagingApi(client).get_default_rich_menu_id_with_http_info(
                _request_timeout=TIMEOUT
            )
        )
    except NeverAgain:  # 404: no default menu
        return False
    return str(answer.data.rich_menu_id) == line_id


def _exists(api: LineApi, line_id: str) -> bool:
    from linebot.v3.messaging import MessagingApi

    try:
        api.call(
            lambda client: MessagingApi(client).get_rich_menu_with_http_info(
                line_id, _request_timeout=TIMEOUT
            )
        )
    except NeverAgain:
        return False
    return True
