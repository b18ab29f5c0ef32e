"""What a recovery does: the lost ways in go, every sign-in ends, every address is told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from auth import (
    address_undos,
    endings,
    identities,
    line_grants,
    recovery,
    recovery_cases,
    recovery_stops,
)
from auth.authenticators import Authenticator
from auth.errors import Taken
from auth.identities import EMAIL, LINE, Identity
from auth.passkeys.records import Passkey
from auth.recovery_cases import DUE, Lost, RecoveryCase
from portal.core import audit, outbox
from portal.core.clock import in_tokyo, now
from portal.core.db import read, transaction
from portal.residents.models import Resident

WAIT = timedelta(hours=24)
CONTESTED_WAIT = timedelta(hours=72)  # nobody can stop it by a link: the city has to notice

GONE = {
    Lost.LINE: (LINE,),
    Lost.PHONE: (LINE,),
    Lost.EMAIL: (EMAIL,),
    Lost.ALL: (LINE, EMAIL),
}
WITH_THE_PHONE = frozenset({Lost.PHONE, Lost.ALL})


def take(session: Session, case: RecoveryCase) -> None:
    """The recovery takes effect now; whoever was in is out. Raises Taken."""
    resident_id = case.resident_id
    tell(session, case, "done")
    for issuer in GONE[Lost(case.lost)]:
        _drop(session, resident_id, issuer)
    if case.lost in WITH_THE_PHONE:
        _drop_what_the_phone_held(session, resident_id)
    if EMAIL in GONE[Lost(case.lost)]:
        address_undos.void(session, resident_id)  # the old mailbox puts nothing back
    if case.new_email is not None:
        identities.add(session, resident_id, EMAIL, case.new_email)
    if case.new_hashes:
        recovery.keep(session, resident_id, [bytes.fromhex(found) for found in case.new_hashes])
    case.done_at, case.new_email, case.new_hashes = now(), None, []
    recovery_stops.lift(session, resident_id)
    count = endings.everywhere(session, resident_id)
    who = ("resident", resident_id)
    audit.record(session, "session.ended", who, by="recovery", count=count)
    audit.record(session, "recovery.completed", who, lost=case.lost)


def wait(session: Session, case: RecoveryCase, email: str, codes: list[str]) -> None:
    """Nothing of before is left: it takes effect later, and the old addresses hear of it now."""
    case.new_email = email
    case.new_hashes = [recovery.hash_of(case.resident_id, code).hex() for code in codes]
    case.due_at = now() + (CONTESTED_WAIT if case.contested else WAIT)
    tell(session, case, "waiting")
    audit.record(session, "recovery.waiting", ("resident", case.resident_id))


def take_due() -> int:
    """A tick: what has waited long enough takes effect; returns how many."""
    due = read().execute(select(RecoveryCase.id).where(RecoveryCase.due_at <= now(), *DUE))
    return sum(_take_one(case_id) for case_id in due.scalars().all())


def tell(session: Session, case: RecoveryCase, what: str) -> None:
    """Every address the account has or gets: asked, waiting or done, with the way to stop it."""
    found = identities.addresses_of(session, [case.resident_id]).get(case.resident_id)
    mails = {found.email if found else None, case.new_email} - {None}
    due = in_tokyo(case.due_at).strftime("%Y-%m-%d %H:%M") if case.due_at else None
    values = {"what": what, "lost": case.lost, "due": due, "stop": recovery_stops.link(case)}
    language = session.get_one(Resident, case.resident_id).language
    targets = [("mail", str(mail)) for mail in sorted(filter(None, mails))]
    targets += [("line", found.line)] if found and found.line else []
    for channel, address in targets:
        outbox.post(session, channel, address, "auth_recovery", values, language=language)


def _take_one(case_id: UUID) -> bool:
    try:
        with transaction() as session:
            case = recovery_cases.due(session, case_id)
            if case is not None:
                take(session, case)
            return case is not None
    except Taken:  # somebody registered with the new address meanwhile
        with transaction() as session:
            case = session.get_one(RecoveryCase, case_id, with_for_update=True)
            case.refused_at = now()
            audit.record(session, "recovery.taken", ("resident", case.resident_id))
        return False


def _drop(session: Session, resident_id: UUID, issuer: str) -> None:
    gone = session.execute(
        delete(Identity)
        .where(Identity.resident_id == resident_id, Identity.issuer == issuer)
        .returning(Identity.subject)
    ).scalar()
    if gone is not None and issuer == LINE:
        line_grants.end(session, gone)
    if gone is not None:
        audit.record(session, "identity.removed", ("resident", resident_id), issuer=issuer)


def _drop_what_the_phone_held(session: Session, resident_id: UUID) -> None:
    for kind in (Authenticator, Passkey):
        session.execute(delete(kind).where(kind.resident_id == resident_id))
    audit.record(session, "authenticator.removed", ("resident", resident_id), by="recovery")
