"""What became of a notice, in figures: progress while it goes out, openings, to-dos, leavings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import exists, func, select

from notifications.channels.models import TopicStop
from notifications.notices import ratings, reading
from notifications.notices.models import Delivery, InboxEntry, Notice, Opening
from notifications.rich_messages import content
from portal.core.clock import now
from portal.core.db import read
from portal.mypage.models import Kind, TodoAct

SERVICE = re.compile(r"/services/([a-z0-9_]+)(?:[/?#]|$)")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the handing over is; `seconds` since it began."""

    whole: int
    done: int
    open: int
    seconds: float
    paused_at: datetime | None
    paused_why: str | None

    @property
    def rate(self) -> float:
        """Residents a second so far."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def minutes_left(self) -> int | None:
        """Rounded up; unknown before anybody was reached."""
        return int(self.open / self.rate / 60) + 1 if self.rate > 0 else None

    @property
    def words(self) -> str:
        """For the line under the bar."""
        said = gettext(
            "%(done)s of %(all)s handed over", done=f"{self.done:,}", all=f"{self.whole:,}"
        )
        if not self.open or self.paused_at is not None or self.minutes_left is None:
            return str(said)
        speed = gettext(
            "%(rate)s a second, about %(minutes)s minutes left",
            rate=f"{self.rate:,.0f}",
            minutes=self.minutes_left,
        )
        return f"{said} ({speed})"


@dataclass(frozen=True, slots=True)
class Figures:
    """What residents did with it."""

    opened: int  # landings from LINE and mail, not people
    links: int  # on its link, and on all of its rich message
    left: int  # switched the topic off by this notice


def progress(notice_id: UUID) -> Progress:
    """By one query on the rows."""
    closed = Delivery.sent_at.is_not(None) | Delivery.failed_at.is_not(None)
    row = (
        read()
        .execute(
            select(
                func.count(),
                func.count().filter(closed),
                func.max(func.coalesce(Delivery.sent_at, Delivery.failed_at)),
            ).where(Delivery.notice_id == notice_id)
        )
        .one()
    )
    notice = (
        read()
        .execute(
            select(Notice.fanned_out_at, Notice.paused_at, Notice.paused_why).where(
                Notice.id == notice_id
            )
        )
        .one()
    )
    whole, done, last = row
    until = now() if done < whole else last
    began = notice.fanned_out_at
    seconds = (until - began).total_seconds() if began and until else 0.0
    return Progress(whole, done, whole - done, seconds, notice.paused_at, notice.paused_why)


def figures(notice_id: UUID) -> Figures:
    """Openings and leavings."""
    rows = (
        read()
        .execute(
            select(Opening.what, func.sum(Opening.count))
            .where(Opening.notice_id == notice_id)
            .group_by(Opening.what)
        )
        .all()
    )
    opened = {row[0]: row[1] for row in rows}
    left = read().execute(select(func.count()).where(TopicStop.notice_id == notice_id)).scalar_one()
    links = sum(count for what, count in opened.items() if what != "inbox")
    return Figures(int(opened.get("inbox", 0)), int(links), left)


def rich_taps(notice_id: UUID) -> list[tuple[str, str, int]]:
    """(language, label, taps) of every link of its rich messages, in their order."""
    kept = read().execute(select(Notice.rich).where(Notice.id == notice_id)).scalar()
    rows = read().execute(
        select(Opening.what, func.sum(Opening.count))
        .where(Opening.notice_id == notice_id, Opening.what.startswith("rich "))
        .group_by(Opening.what)
    )
    taps = {row[0]: int(row[1]) for row in rows}
    return [
        (language, label, taps.get(f"rich {language} {number}", 0))
        for language in kept or {}
        if (rich := content.of(kept, language)) is not None
        for number, (label, _) in enumerate(content.links(rich))
    ]


def done_todos(notice_id: UUID) -> int | None:
    """Receivers who said since then that they did the service it links; None: it links none."""
    row = (
        read()
        .execute(select(Notice.link, Notice.fanned_out_at).where(Notice.id == notice_id))
        .one()
    )
    found = SERVICE.match(row.link or "")
    if found is None or row.fanned_out_at is None:
        return None
    did = exists().where(
        TodoAct.by == InboxEntry.resident_id,
        TodoAct.service == found[1],
        TodoAct.kind == Kind.DONE,
        TodoAct.undone_at.is_(None),
        TodoAct.at >= row.fanned_out_at,
    )
    meant = select(func.count()).where(InboxEntry.notice_id == notice_id, did)
    return read().execute(meant).scalar_one()


def table(notice_id: UUID) -> list[tuple[str, str, str, int]]:
    """Rows of the CSV file: figure, channel, reason, count."""
    report, did = reading.report(notice_id), figures(notice_id)
    return [
        ("targeted", "", "", report.targeted),
        *((each.state, each.channel, each.reason or "", each.count) for each in report.outcomes),
        ("inbox only", "", "", report.targeted - report.deliveries),
        ("perhaps twice", "mail", "", report.repeated),
        ("read after sign-in", "", "", report.read),
        ("landings", "", "", did.opened),
        ("links opened", "", "", did.links),
        *(
            ("tapped", "", f"{language} {number + 1} {label}", count)
            for number, (language, label, count) in enumerate(rich_taps(notice_id))
        ),
        ("topic switched off", "mail", "", did.left),
        *([] if (done := done_todos(notice_id)) is None else [("to-do done", "", "", done)]),
        *(("ease", "", str(ease), count) for ease, count in ratings.of(notice_id).counts.items()),
    ]
