"""Acts on the city's catalogue: draft, propose, approve, put in force, withdraw, bring back.

Every act is a step of one revision's life and has its audit entry. Whoever wrote a revision can
not approve it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.catalogue import examples, store
from portal.catalogue.load import Thing, catalogue_of
from portal.catalogue.model import Catalogue, Service
from portal.catalogue.models import OPEN, CatalogueRevision, CatalogueVersion, State
from portal.catalogue.reading import FaultyEntry
from portal.core import audit
from portal.core.clock import now, today
from portal.core.db import after_commit, transaction
from portal.core.errors import N_, Conflict, Forbidden, NotFound

Body = Mapping[str, Any]


class EditedMeanwhile(Conflict):
    """Somebody else has changed the entry since this page was opened."""

    message = N_("Somebody else has changed this entry meanwhile. Please look at it again.")


class OwnWork(Forbidden):
    """The author can not approve."""

    message = N_("Who wrote a change can not approve it. Please ask a colleague.")


class FailingTests(Conflict):
    """A test beside the rule fails."""

    message = N_("A test beside the rule fails. Mend the rule or the test first.")


def draft(
    session: Session,
    thing: Thing,
    key: str,
    body: Body | None,
    *,
    by: UUID | None,
    note: str = "",
    seen: int | None = None,
) -> CatalogueRevision:
    """Write the entry's open draft anew; `body` None withdraws the entry when it goes live.

    `seen` is the number of the newest revision the writer has seen. Raises FaultyEntry when the
    catalogue would not read with it, EditedMeanwhile when a newer revision is there.
    """
    trial(thing, key, body)
    newest = newest_number(session, thing, key)
    if seen is not None and seen != newest:
        raise EditedMeanwhile()
    before = open_revision(session, thing, key)
    if before is not None:
        _end(before, State.DISCARDED)
        session.flush()
    made = CatalogueRevision(
        thing=thing, key=key, number=newest + 1, body=_plain(body), author=by, note=note
    )
    session.add(made)
    session.flush()
    _note(session, "drafted", made)
    return made


def trial(thing: Thing, key: str, body: Body | None) -> Catalogue:
    """The catalogue as it would be with this entry; raises FaultyEntry."""
    if body is not None and body.get("key") != key:
        raise FaultyEntry(f"{thing}: {key}: key: can not be changed")
    live = [each for each in store.live_entries() if each[:2] != (thing, key)]
    made = catalogue_of(store.entries_over([*live, (thing, key, _plain(body))]))
    if thing == Thing.SERVICE and body is not None:
        _insist_on_days(made.service(key))
    return made


def _insist_on_days(service: Service) -> None:
    try:
        examples.try_out(service)
    except (ValueError, OverflowError):
        raise FaultyEntry(f"service: {service.key}: rule: counts past the calendar") from None


def propose(session: Session, revision_id: UUID) -> CatalogueRevision:
    """Ask for approval. Raises FailingTests; the draft stays."""
    found = _held(session, revision_id, State.DRAFT)
    _insist_on_tests(found)
    found.state = State.PROPOSED
    _note(session, "proposed", found)
    return found


def send_back(session: Session, revision_id: UUID, *, note: str) -> CatalogueRevision:
    """Give a proposal back to its author with a word why."""
    found = _held(session, revision_id, State.PROPOSED, State.APPROVED)
    found.state, found.note = State.DRAFT, note
    found.approver = found.approved_at = found.live_on = None
    _note(session, "sent_back", found)
    return found


def discard(session: Session, revision_id: UUID) -> CatalogueRevision:
    """Throw an open revision away; it stays in the history."""
    found = _held(session, revision_id, *OPEN)
    _end(found, State.DISCARDED)
    _note(session, "discarded", found)
    return found


def approve(
    session: Session, revision_id: UUID, *, by: UUID, live_on: date | None = None
) -> CatalogueRevision:
    """Approve a proposal; it goes live now, or at the start of `live_on`. Raises OwnWork."""
    found = _held(session, revision_id, State.PROPOSED)
    if found.author == by:
        raise OwnWork()
    trial(Thing(found.thing), found.key, found.body)  # something it names may be gone meanwhile
    found.state, found.approver, found.approved_at = State.APPROVED, by, now()
    found.live_on = live_on
    _note(session, "approved", found, live_on=live_on.isoformat() if live_on else None)
    if live_on is None or live_on <= today():
        _go_live(session, found)
    return found


def go_live_due() -> int:
    """A tick: approved revisions whose day has come; returns how many."""
    with transaction() as session:
        due = session.scalars(
            select(CatalogueRevision)
            .where(CatalogueRevision.state == State.APPROVED, CatalogueRevision.live_on <= today())
            .with_for_update(skip_locked=True)
        ).all()
        for each in due:
            _go_live(session, each)
        return len(due)


def bring_back(
    session: Session, revision_id: UUID, *, by: UUID | None, note: str = ""
) -> CatalogueRevision:
    """A new draft with an older revision's wording."""
    old = session.get(CatalogueRevision, revision_id)
    if old is None:
        raise NotFound()
    return draft(session, Thing(old.thing), old.key, old.body, by=by, note=note)


def open_revision(session: Session, thing: Thing, key: str) -> CatalogueRevision | None:
    """The revision of an entry that is being worked on."""
    return session.scalar(
        select(CatalogueRevision)
        .where(
            CatalogueRevision.thing == thing,
            CatalogueRevision.key == key,
            CatalogueRevision.state.in_(OPEN),
        )
        .with_for_update()
    )


def newest_number(session: Session, thing: Thing, key: str) -> int:
    """Number of the newest revision; 0 where the entry is as we ship it."""
    found = session.scalar(
        select(func.max(CatalogueRevision.number)).where(
            CatalogueRevision.thing == thing, CatalogueRevision.key == key
        )
    )
    return found or 0


def _insist_on_tests(revision: CatalogueRevision) -> None:
    if revision.thing == Thing.SERVICE and revision.body is not None:
        made = trial(Thing.SERVICE, revision.key, revision.body)
        if examples.failures(made.service(revision.key)):
            raise FailingTests()


def _go_live(session: Session, revision: CatalogueRevision) -> None:
    before = session.scalar(
        select(CatalogueRevision)
        .where(
            CatalogueRevision.thing == revision.thing,
            CatalogueRevision.key == revision.key,
            CatalogueRevision.state == State.LIVE,
        )
        .with_for_update()
    )
    if before is not None:
        _end(before, State.PAST)
        session.flush()
    revision.state, revision.live_at = State.LIVE, now()
    counted = insert(CatalogueVersion).values(id=1, number=1)
    session.execute(
        counted.on_conflict_do_update(
            index_elements=["id"], set_={"number": CatalogueVersion.number + 1}
        )
    )
    _note(session, "live", revision)
    after_commit(session, store.store().forget)


def _held(session: Session, revision_id: UUID, *states: State) -> CatalogueRevision:
    """The revision, locked; NotFound when none, EditedMeanwhile when it stands elsewhere."""
    found = session.get(CatalogueRevision, revision_id, with_for_update=True)
    if found is None:
        raise NotFound()
    if found.state not in states:
        raise EditedMeanwhile()
    return found


def _end(revision: CatalogueRevision, state: State) -> None:
    revision.state, revision.over_at = state, now()


def _note(session: Session, act: str, revision: CatalogueRevision, **more: Any) -> None:
    subject = (f"catalogue_{revision.thing}", revision.key)
    audit.record(session, f"catalogue.{act}", subject, number=revision.number, **more)


def _plain(body: Body | None) -> dict[str, Any] | None:
    """The body as JSON keeps it: days as texts."""
    return None if body is None else {key: _json(value) for key, value in body.items()}


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
