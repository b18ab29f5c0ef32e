"""Every minute: repeats whose date has come are made into notices, or skipped and it is said why.

One transaction a repeat: the row is locked, its runs and notices are written, and the moment up to
which it was looked at moves on. A run that is killed leaves nothing; a second one finds it locked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import exists, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notifications.care import attention
from notifications.care.attention import GARBAGE_DAY
from notifications.notices.drafts import Draft, FaultyNotice
from notifications.notices.models import Approval, Notice, NoticeVersion
from notifications.notices.writing import COMPARED
from notifications.repeats import filling, keeping, rules
from notifications.repeats.calendar import calendar, collections
from notifications.repeats.drafts import spoken_of
from notifications.repeats.models import Repeat, RepeatApproval, RepeatNotice, RepeatRun
from notifications.repeats.rules import JAPAN, Rule, RuleFault
from notifications.segments import city
from notifications.segments.meaning import SegmentFault
from notifications.segments.segment import Segment
from portal.core import audit, jobs
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.ids import new_id
from portal.core.registries import Collecting

log = structlog.get_logger(__name__)

LATE, FAULTY = "Late", "Faulty"
FAN_OUT = "notifications.notices.fanning_out.fan_out"
# Who asked for this place's garbage day; the place is the guide's, maybe finer than a district.
NAMED = """
INSERT INTO notice_recipients (notice_id, resident_id)
SELECT :notice, w.resident_id FROM reminder_wishes w JOIN residents r ON r.id = w.resident_id
 WHERE w.garbage_place = :place AND r.left_at IS NULL
"""
WANTED = """
SELECT EXISTS (SELECT 1 FROM reminder_wishes w JOIN residents r ON r.id = w.resident_id
                WHERE w.garbage_place = :place AND r.left_at IS NULL)
"""


def tick() -> int:
    """Gives how many notices were made."""
    approved = exists().where(
        RepeatApproval.repeat_id == Repeat.id,
        RepeatApproval.version == Repeat.version,
        RepeatApproval.decision == "approved",
    )
    going = select(Repeat.id).where(
        Repeat.stopped_at.is_(None), Repeat.paused_at.is_(None), approved
    )
    return sum(_look(repeat_id) for repeat_id in read().execute(going).scalars().all())


def _look(repeat_id: UUID) -> int:
    try:
        return look(repeat_id)
    except Exception:  # one broken repeat must not stop the others
        log.exception("repeat.failed", repeat=str(repeat_id))
        return 0


def look(repeat_id: UUID) -> int:
    """One repeat; gives how many notices were made."""
    with transaction() as session:
        repeat = session.scalar(
            select(Repeat)
            .where(
                Repeat.id == repeat_id,
                Repeat.stopped_at.is_(None),
                Repeat.paused_at.is_(None),
                Repeat.looked_until.is_not(None),
            )
            .with_for_update(skip_locked=True)
        )
        approval = keeping.approval_of(session, repeat) if repeat else None
        if repeat is None or approval is None or repeat.looked_until is None:
            return 0
        moment = now()
        missed = rules.missed(rules.read(repeat.rule), repeat.looked_until, moment, calendar())
        repeat.looked_until = max(repeat.looked_until, moment)
        return sum(
            _come(session, (repeat, approval), due_at, moment, newest=due_at == missed[-1])
            for due_at in missed
        )


def _come(
    session: Session,
    whose: tuple[Repeat, RepeatApproval],
    due_at: datetime,
    moment: datetime,
    *,
    newest: bool,
) -> int:
    """One date: of several missed ones only the newest can still be useful."""
    repeat, approval = whose
    useful = newest and _is_useful(repeat, due_at, moment)
    skipped = None if useful else LATE
    run = insert(RepeatRun).values(repeat_id=repeat.id, due_at=due_at, at=moment, skipped=skipped)
    if session.execute(run.on_conflict_do_nothing().returning(RepeatRun.due_at)).first() is None:
        return 0  # a clerk skipped it
    if skipped is None:
        try:
            with session.begin_nested():  # all places of an evening, or none
                made = _make(session, repeat, approval, due_at)
        except (FaultyNotice, SegmentFault, RuleFault) as fault:
            log.error("repeat.faulty", repeat=str(repeat.id), fault=type(fault).__name__)
            skipped = FAULTY
        else:
            subject = ("repeat", repeat.id)
            audit.record(session, "repeat.ran", subject, due_at=due_at.isoformat(), notices=made)
            return made
    session.merge(RepeatRun(repeat_id=repeat.id, due_at=due_at, at=moment, skipped=skipped))
    subject = ("repeat", repeat.id)
    audit.record(session, "repeat.not_run", subject, due_at=due_at.isoformat(), why=skipped)
    return 0


def _is_useful(repeat: Repeat, due_at: datetime, moment: datetime) -> bool:
    """Not later than the clerk said; “tomorrow” is wrong after midnight, whatever was said."""
    evening = rules.read(repeat.rule).kind == rules.EVENING
    if evening and moment.astimezone(JAPAN).date() != due_at.astimezone(JAPAN).date():
        return False
    return moment - due_at <= timedelta(hours=repeat.late_hours, minutes=1)


def _make(session: Session, repeat: Repeat, approval: RepeatApproval, due_at: datetime) -> int:
    """The notices of one date: one, or one for each place where garbage is collected."""
    rule = rules.read(repeat.rule)
    if rule.kind != rules.EVENING:
        _notice(session, repeat, approval, due_at, None)
        return 1
    day = spoken_of(rule, due_at.astimezone(JAPAN).date())
    meant = [each for each in collections(day) if each.collected or each.left_out]
    wanted = [each for each in meant if session.scalar(text(WANTED), {"place": each.place})]
    for each in wanted:
        _notice(session, repeat, approval, due_at, each)
    return len(wanted)


def _notice(
    session: Session,
    repeat: Repeat,
    approval: RepeatApproval,
    due_at: datetime,
    collecting: Collecting | None,
) -> None:
    """A notice of its own, under the one approval of the repeat."""
    rule = rules.read(repeat.rule)
    draft = _draft(repeat, rule, due_at, collecting)
    draft.check()
    city.check(draft.segment)  # a service may have gone since it was approved
    evening = collecting is not None
    notice = Notice(id=new_id(), author_id=repeat.author_id, submitted_at=now(), **draft.values())
    notice.origin = "garbage" if evening else "repeat"
    notice.topic = GARBAGE_DAY if evening else repeat.topic
    notice.starts_at = attention.starts_at(notice, max(due_at, now()))
    session.add(notice)
    session.flush()
    _record(session, notice, approval)
    place = collecting.place if collecting else ""
    session.add(RepeatNotice(notice_id=notice.id, repeat_id=repeat.id, due_at=due_at, place=place))
    if evening:
        session.execute(text(NAMED), {"notice": notice.id, "place": place})
    session.flush()
    jobs.ring(session, FAN_OUT, notice.id, queue="bulk")


def _draft(repeat: Repeat, rule: Rule, due_at: datetime, collecting: Collecting | None) -> Draft:
    day = spoken_of(rule, due_at.astimezone(JAPAN).date())
    return Draft(
        kind="normal",
        topic="garbage" if collecting else repeat.topic,
        variants=filling.filled(repeat.variants, day, collecting),
        link=repeat.link,
        segment=Segment.read(repeat.segment),
        confirmed=True,  # two clerks have read the words
    )


def _record(session: Session, notice: Notice, approval: RepeatApproval) -> None:
    """What approvers of single notices leave behind: the words, who said yes, to how many."""
    kept = {name: getattr(notice, name) for name in COMPARED}
    session.add(NoticeVersion(notice_id=notice.id, version=1, kept=kept))
    session.add(
        Approval(
            notice_id=notice.id,
            author_id=notice.author_id,
            version=1,
            decided_by=approval.decided_by,
            decision="approved",
            counted=approval.counted,
            at=approval.at,
        )
    )
