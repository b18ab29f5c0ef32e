"""Acts on what is known: draft, propose, approve, put in force, withdraw, bring back.

Every act is a step of one revision's life and has its audit entry. Whoever wrote a revision can
not approve it. Other ways to ask (aliases) and synonyms change what is found, never what is said,
so `words.py` puts them in force at once.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chatbot.knowledge import store
from chatbot.knowledge.bodies import Body, KnowledgeError, entry_of, words_of
from chatbot.knowledge.loading import load_desks, load_links
from chatbot.knowledge.models import OPEN, AnswerRevision, AnswerVersion, State, Thing
from portal.core import audit
from portal.core.clock import now, today
from portal.core.db import after_commit, transaction
from portal.core.errors import N_, Conflict, Forbidden, NotFound

# What a resident sees of an entry; a change in it makes the answer a newer one.
SEEN = ("texts", "links", "desk", "source", "valid_from", "valid_to")


class EditedMeanwhile(Conflict):
    """Somebody else has changed the entry since this page was opened."""

    message = N_("Somebody else has changed this entry meanwhile. Please look at it again.")


class OwnWork(Forbidden):
    """The author can not approve."""

    message = N_("Who wrote a change can not approve it. Please ask a colleague.")


def draft(
    session: Session,
    thing: Thing,
    key: str,
    body: Body | None,
    *,
    by: UUID | None,
    note: str = "",
    seen: int | None = None,
) -> AnswerRevision:
    """Write the entry's open draft anew; `body` None withdraws the entry when it goes live.

    `seen` is the number of the newest revision the writer has seen. Raises KnowledgeError when
    the body does not read, EditedMeanwhile when a newer revision is there.
    """
    trial(thing, key, body)
    newest = newest_number(session, thing, key)
    if seen is not None and seen != newest:
        raise EditedMeanwhile()
    before = open_revision(session, thing, key)
    if before is not None:
        _end(before, State.DISCARDED)
        session.flush()
    made = AnswerRevision(
        thing=thing, key=key, number=newest + 1, body=_dated(thing, key, body), author=by, note=note
    )
    session.add(made)
    session.flush()
    record(session, "drafted", made)
    return made


def trial(thing: Thing, key: str, body: Body | None) -> None:
    """Insist that the body reads and that its desk and links are there; raises KnowledgeError."""
    if body is None:
        return
    if body.get("key") != key:
        raise KnowledgeError(f"{key}: key: can not be changed", "key")
    if thing is not Thing.FAQ:
        words_of(body)
        return
    entry = entry_of(body)
    if entry.desk not in load_desks("ja"):
        raise KnowledgeError(f"{key}: desk: there is no desk {entry.desk}", "desk")
    if gone := set(entry.links) - set(load_links("ja")):
        raise KnowledgeError(f"{key}: links: there is no place {sorted(gone)[0]}", "links")
    if entry.valid_to is not None and entry.valid_to < entry.valid_from:
        raise KnowledgeError(f"{key}: valid_to: comes before the first day", "valid_to")


def propose(session: Session, revision_id: UUID) -> AnswerRevision:
    """Ask for approval."""
    found = _held(session, revision_id, State.DRAFT)
    found.state = State.PROPOSED
    record(session, "proposed", found)
    return found


def send_back(session: Session, revision_id: UUID, *, why: str) -> AnswerRevision:
    """Give a proposal back to its author with a word why."""
    found = _held(session, revision_id, State.PROPOSED, State.APPROVED)
    found.state, found.note = State.DRAFT, why
    found.approver = found.approved_at = found.live_on = None
    record(session, "sent_back", found)
    return found


def discard(session: Session, revision_id: UUID) -> AnswerRevision:
    """Throw an open revision away; it stays in the history."""
    found = _held(session, revision_id, *OPEN)
    _end(found, State.DISCARDED)
    record(session, "discarded", found)
    return found


def approve(
    session: Session, revision_id: UUID, *, by: UUID, live_on: date | None = None
) -> AnswerRevision:
    """Approve a proposal; it goes live now, or at the start of `live_on`. Raises OwnWork."""
    found = _held(session, revision_id, State.PROPOSED)
    if found.author == by:
        raise OwnWork()
    trial(Thing(found.thing), found.key, found.body)  # its desk may be gone meanwhile
    found.state, found.approver, found.approved_at = State.APPROVED, by, now()
    found.live_on = live_on
    record(session, "approved", found, live_on=live_on.isoformat() if live_on else None)
    if live_on is None or live_on <= today():
        go_live(session, found)
    return found


def go_live_due() -> int:
    """A tick: approved revisions whose day has come; returns how many."""
    with transaction() as session:
        due = session.scalars(
            select(AnswerRevision)
            .where(AnswerRevision.state == State.APPROVED, AnswerRevision.live_on <= today())
            .with_for_update(skip_locked=True)
        ).all()
        for each in due:
            go_live(session, each)
        return len(due)


def bring_back(session: Session, revision_id: UUID, *, by: UUID | None) -> AnswerRevision:
    """A new draft with an older revision's wording."""
    old = session.get(AnswerRevision, revision_id)
    if old is None:
        raise NotFound()
    return draft(session, Thing(old.thing), old.key, old.body, by=by)


def go_live(session: Session, revision: AnswerRevision) -> None:
    """Put a revision in force in place of the one before it."""
    number = make_room(session, Thing(revision.thing), revision.key)
    revision.state, revision.live_at, revision.first = State.LIVE, now(), number
    record(session, "live", revision)


def live_at_once(
    session: Session, thing: Thing, key: str, body: Body | None, *, by: UUID | None, note: str
) -> AnswerRevision:
    """A revision nobody need approve, beside an open draft if there is one."""
    number = make_room(session, thing, key)
    made = AnswerRevision(
        thing=thing, key=key, number=newest_number(session, thing, key) + 1,
        body=None if body is None else dict(body), author=by, note=note,
        state=State.LIVE, live_at=now(), first=number,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(session, "words_changed", made)
    return made


def make_room(session: Session, thing: Thing, key: str) -> int:
    """End what is in force of an entry; the number of the knowledge that follows."""
    before, number = live_revision(session, thing, key), _next_number(session)
    if before is not None:
        _end(before, State.PAST)
        before.last = number - 1
        session.flush()
    after_commit(session, store.store().forget)
    return number


def open_revision(session: Session, thing: Thing, key: str) -> AnswerRevision | None:
    """The revision of an entry that is being worked on, locked."""
    return _one(session, thing, key, AnswerRevision.state.in_(OPEN))


def live_revision(session: Session, thing: Thing, key: str) -> AnswerRevision | None:
    """The city's own revision in force, locked; None where it is as we ship it."""
    return _one(session, thing, key, AnswerRevision.state == State.LIVE)


def newest_number(session: Session, thing: Thing, key: str) -> int:
    """Number of the newest revision; 0 where the entry is as we ship it."""
    found = session.scalar(
        select(func.max(AnswerRevision.number)).where(
            AnswerRevision.thing == thing, AnswerRevision.key == key
        )
    )
    return found or 0


def record(session: Session, act: str, revision: AnswerRevision, **more: Any) -> None:
    """The audit entry of an act on a revision."""
    subject = (f"answer_{revision.thing}", revision.key)
    audit.record(session, f"answer.{act}", subject, number=revision.number, **more)


def _one(session: Session, thing: Thing, key: str, state: Any) -> AnswerRevision | None:
    wanted = (AnswerRevision.thing == thing) & (AnswerRevision.key == key) & state
    return session.scalar(select(AnswerRevision).where(wanted).with_for_update())


def _next_number(session: Session) -> int:
    counted = insert(AnswerVersion).values(id=1, number=1)
    found: int = session.scalars(
        counted.on_conflict_do_update(
            index_elements=["id"], set_={"number": AnswerVersion.number + 1}
        ).returning(AnswerVersion.number)
    ).one()
    return found


def _held(session: Session, revision_id: UUID, *states: State) -> AnswerRevision:
    """The revision, locked; NotFound when none, EditedMeanwhile when it stands elsewhere."""
    found = session.get(AnswerRevision, revision_id, with_for_update=True)
    if found is None:
        raise NotFound()
    if found.state not in states:
        raise EditedMeanwhile()
    return found


def _end(revision: AnswerRevision, state: State) -> None:
    revision.state, revision.over_at = state, now()


def _dated(thing: Thing, key: str, body: Body | None) -> dict[str, Any] | None:
    """The body as it is kept; today is the day of an answer that says something else now."""
    if body is None:
        return None
    made = dict(body)
    if thing is Thing.FAQ:
        before = store.bodies_over(store.live_entries())[thing].get(key)
        if before is None or any(before.get(name) != made.get(name) for name in SEEN):
            made["updated"] = today().isoformat()
    return made
