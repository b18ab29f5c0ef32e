"""Gives residents the menu of their segment at LINE; who has the right one is let be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import Uuid, case, cast, delete, exists, literal, null, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from auth.identities import LINE, Identity
from notifications.channels.line import MOST_RECIPIENTS, TIMEOUT, LineApi
from notifications.channels.models import ChannelStop
from notifications.richmenus import rules
from notifications.richmenus.models import MenuLink, MenuVersion
from notifications.segments import city
from notifications.segments.meaning import SegmentFault
from notifications.segments.segment import Segment
from notifications.segments.sql import matching
from portal.core.blind_indexes import BlindIndex
from portal.core.clock import now
from portal.core.crypto import blind_indexes
from portal.core.db import read, transaction
from portal.residents.models import Resident

log = structlog.get_logger(__name__)
Change = tuple[bytes, str, UUID | None]  # index, LINE user, rich menu (None: everybody's)
Item = TypeVar("Item")


INDEX = BlindIndex("menu_links", "user_index", "line_user", lambda user, _row: (user, LINE))


def conditions(offered: Sequence[rules.Approved]) -> list[tuple[rules.Approved, Any]]:
    """Each offer with conditions, in order, as SQL; one that can not be asked any more is left out.

    A service may be gone from the catalogue since: then its menu goes to nobody.
    """
    asked = select(MenuVersion.id, MenuVersion.segment).where(
        MenuVersion.id.in_([each.id for each in offered if each.segment is not None])
    )
    bodies = {row.id: row.segment for row in read().execute(asked)}
    setting, found = city.setting(), []
    for each in offered:
        if each.id in bodies:
            try:
                test = Segment.read(bodies[each.id], setting).test(setting)
            except SegmentFault as fault:
                log.warning("menus.segment_fault", version=str(each.id), fault=str(fault))
            else:
                fits = select(Resident.id).where(matching(test)).correlate(None)
                found.append((each, Identity.resident_id.in_(fits)))
    return found


def changes(
    offered: Sequence[rules.Approved], menus: Mapping[UUID, UUID], only: UUID | None = None
) -> list[Change]:
    """Who has another menu at LINE than the rules say; `menus` is the rich menu of each version.

    `rules.choose` as one CASE: the first segment that fits, everybody's for the rest.
    """
    default = rules.everybodys(offered)
    whens = [
        (condition, literal(menus[each.id], Uuid))
        for each, condition in conditions(offered)
        if each.id in menus and (default is None or each.id != default.id)
    ]
    wanted: Any = case(*whens, else_=null()) if whens else null()
    wanted = cast(wanted, Uuid)
    reached = ~exists().where(
        ChannelStop.resident_id == Identity.resident_id, ChannelStop.channel == "line"
    )
    asked = (
        select(Identity.subject_index, Identity.subject, wanted.label("wanted"))
        .join(Resident, Resident.id == Identity.resident_id)
        .outerjoin(MenuLink, MenuLink.user_index == Identity.subject_index)
        .where(Identity.issuer == LINE, reached, MenuLink.rich_menu_id.is_distinct_from(wanted))
    )
    if only is not None:
        asked = asked.where(Identity.resident_id == only)
    return [(row[0], row[1], row[2]) for row in read().execute(asked)]


def apply(api: LineApi, found: Sequence[Change], line_ids: Mapping[UUID, str]) -> int:
    """Link and unlink; each batch is noted before the next is asked for."""
    by_menu: dict[UUID | None, list[Change]] = {}
    for each in found:
        by_menu.setdefault(each[2], []).append(each)
    for menu, many in by_menu.items():
        for batch in _batches(many):
            users = [user for _, user, _ in batch]
            if menu is None:
                unlink(api, users)
            else:
                _link(api, users, line_ids[menu])
            _note(batch, menu)
    return len(found)


def _batches(many: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """At most as many as LINE takes at once."""
    for start in range(0, len(many), MOST_RECIPIENTS):
        yield many[start : start + MOST_RECIPIENTS]


def take_back_orphans(api: LineApi) -> int:
    """Who left, or has another LINE account now: LINE shows them everybody's menu again."""
    known = exists().where(Identity.subject_index == MenuLink.user_index, Identity.issuer == LINE)
    rows = read().execute(select(MenuLink.user_index, MenuLink.line_user).where(~known)).all()
    for batch in _batches(rows):
        unlink(api, [row.line_user for row in batch])
        with transaction() as session:
            gone = [row.user_index for row in batch]
            session.execute(delete(MenuLink).where(MenuLink.user_index.in_(gone)))
    return len(rows)


def forget_blocked() -> None:
    """LINE links nothing to who is no friend: after they come back it is asked anew."""
    blocked = (
        select(Identity.subject_index)
        .join(ChannelStop, ChannelStop.resident_id == Identity.resident_id)
        .where(ChannelStop.channel == "line", Identity.issuer == LINE)
    )
    with transaction() as session:
        session.execute(delete(MenuLink).where(MenuLink.user_index.in_(blocked)))


def forget(session: Session, user: str) -> None:
    """What was linked for this LINE account is not known any more."""
    session.execute(delete(MenuLink).where(MenuLink.user_index.in_(blind_indexes(user, LINE))))


def unlink(api: LineApi, users: Sequence[str]) -> None:
    """These see everybody's menu again."""
    from linebot.v3.messaging import MessagingApi, RichMenuBulkUnlinkRequest

    wish = RichMenuBulkUnlinkRequest(userIds=list(users))
    api.call(
        lambda client: MessagingApi(client).unlink_rich_menu_id_from_users_with_http_info(
            wish, _request_timeout=TIMEOUT
        )
    )


def _link(api: LineApi, users: Sequence[str], line_id: str) -> None:
    from linebot.v3.messaging import MessagingApi, RichMenuBulkLinkRequest

    wish = RichMenuBulkLinkRequest(richMenuId=line_id, userIds=list(users))
    api.call(
        lambda client: MessagingApi(client).link_rich_menu_id_to_users_with_http_info(
            wish, _request_timeout=TIMEOUT
        )
    )


def _note(batch: Sequence[Change], menu: UUID | None) -> None:
    """LINE answered 202."""
    with transaction() as session:
        if menu is None:
            users = [index for index, _, _ in batch]
            session.execute(delete(MenuLink).where(MenuLink.user_index.in_(users)))
            return
        rows = [
            {"user_index": index, "line_user": user, "rich_menu_id": menu, "at": now()}
            for index, user, _ in batch
        ]
        made = insert(MenuLink).values(rows)
        session.execute(
            made.on_conflict_do_update(
                index_elements=["user_index"],
                set_={"rich_menu_id": made.excluded.rich_menu_id, "at": made.excluded.at},
            )
        )
