"""What is done with passkeys: make, prove, name, remove, and notice a copy."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from webauthn.helpers.structs import CredentialDeviceType

from auth import identities, linking, methods
from auth.passkeys import ceremonies, records
from auth.passkeys.errors import LastWay, PasskeyRefused, TooManyPasskeys
from auth.passkeys.records import Ceremony, Owner, Passkey
from auth.staff.accounts import StaffAccount
from auth.ways import Way, may_remove
from portal.core import audit, outbox
from portal.core.clock import now
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.residents.models import Resident

MOST = 10  # an account
TELL_EVERY = timedelta(days=1)


def present(session: Session, owner: Owner) -> list[Passkey]:
    """The owner's passkeys, before one more is made; raises TooManyPasskeys."""
    found = records.of(session, owner)
    if len(found) >= MOST:
        raise TooManyPasskeys()
    return found


def make(
    session: Session, row: Ceremony, answer: str, owner: Owner, *, name: str, device: str
) -> UUID:
    """Keep the new passkey; its owner is told. Raises PasskeyRefused, TooManyPasskeys."""
    present(session, owner)
    found, transports = ceremonies.judge_new(row, answer)
    values = {
        "credential_id": found.credential_id,
        "public_key": found.credential_public_key,
        "user_handle": row.user_handle,
        "sign_count": found.sign_count,
        "transports": transports,
        "aaguid": UUID(found.aaguid),
        "synced": found.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        "backed_up": found.credential_backed_up,
    }
    statement = insert(Passkey).values(
        id=new_id(),
        **{f"{owner.kind}_id": owner.id},
        **values,
        name=name,
        device=device,
        created_at=now(),
    )
    # A credential belongs to one account only (WebAuthn §7.1 step 22).
    made = session.execute(statement.on_conflict_do_nothing().returning(Passkey.id)).scalar()
    if made is None:
        raise PasskeyRefused("known")
    audit.record(session, "passkey.added", (owner.kind, owner.id), synced=values["synced"])
    tell(session, owner, "passkey")
    return made


def prove(session: Session, row: Ceremony, answer: str, expected: Owner | None) -> Owner:
    """Whose passkey answered. `expected`: the account that is known already. PasskeyRefused."""
    said = ceremonies.credential_of(answer)
    passkey = records.of_credential(session, said.raw_id)
    if passkey is None or passkey.owner.kind != row.face:
        raise PasskeyRefused("unknown")
    if expected is not None and passkey.owner != expected:
        raise PasskeyRefused("other_account")
    handle = said.response.user_handle
    # Where nobody is known yet the handle must name the account (WebAuthn §7.2 step 6).
    if handle != passkey.user_handle and (handle is not None or expected is None):
        raise PasskeyRefused("user_handle")
    found = ceremonies.judge_use(row, answer, passkey)
    if (found.credential_device_type is CredentialDeviceType.MULTI_DEVICE) != passkey.synced:
        raise PasskeyRefused("synced")  # a key that never leaves its device can not begin to
    if (found.new_sign_count or passkey.sign_count) and found.new_sign_count <= passkey.sign_count:
        raise PasskeyRefused("counter", passkey.id)
    passkey.sign_count, passkey.backed_up = found.new_sign_count, found.credential_backed_up
    passkey.used_at = now()
    return passkey.owner


def note_refusal(session: Session, error: PasskeyRefused) -> None:
    """The audit entry of a refusal; a counter that went backwards is told to the owner."""
    passkey = session.get(Passkey, error.passkey_id) if error.passkey_id else None
    if passkey is None:
        audit.record(session, "passkey.refused", reason=error.reason)
        return
    owner = passkey.owner
    audit.record(session, "passkey.refused", (owner.kind, owner.id), reason=error.reason)
    if passkey.odd_at is None or passkey.odd_at < now() - TELL_EVERY:
        warn(session, owner)
    passkey.odd_at = now()


def adopt(session: Session, flow_id: UUID, resident_id: UUID) -> None:
    """The registration became an account: its passkeys are the account's."""
    session.execute(
        update(Passkey)
        .where(Passkey.flow_id == flow_id)
        .values(flow_id=None, resident_id=resident_id)
    )


def rename(session: Session, owner: Owner, passkey_id: UUID, name: str) -> None:
    """Another name; raises NotFound."""
    _find(session, owner, passkey_id).name = name
    audit.record(session, "passkey.renamed", (owner.kind, owner.id))


def remove(session: Session, owner: Owner, passkey_id: UUID) -> None:
    """Remove it and tell the owner; raises NotFound, LastWay."""
    if owner.kind == "resident":  # two tabs must not remove the last two at once
        session.execute(select(Resident.id).where(Resident.id == owner.id).with_for_update())
    passkey = _find(session, owner, passkey_id)
    if _is_last_way(session, owner):
        raise LastWay()
    session.delete(passkey)
    audit.record(session, "passkey.removed", (owner.kind, owner.id))
    tell(session, owner, "passkey_removed")


def tell(session: Session, owner: Owner, what: str) -> None:
    """A receipt to the resident (mail or LINE) or the clerk (mail)."""
    if owner.kind == "resident":
        linking.tell(session, owner.id, what)
    elif owner.kind == "staff":
        clerk = session.get_one(StaffAccount, owner.id)
        params = {"method": what}
        outbox.post(session, "mail", clerk.email, "auth_new_method", params, language="ja")


def warn(session: Session, owner: Owner) -> None:
    """Somebody may hold a copy of the owner's passkey: by mail, or in the talk."""
    language = "ja"
    if owner.kind == "resident":
        found = identities.addresses_of(session, [owner.id]).get(owner.id, identities.Addresses())
        to = ("mail", found.email) if found.email else ("line", found.line)
        language = session.get_one(Resident, owner.id).language
    else:
        to = ("mail", session.get_one(StaffAccount, owner.id).email)
    if to[1]:
        outbox.post(session, to[0], to[1], "auth_passkey_odd", {}, language=language)


def _is_last_way(session: Session, owner: Owner) -> bool:
    if owner.kind == "resident":
        return may_remove(methods.ways_of(session, owner.id), Way.PASSKEY) is not None
    clerk = session.get_one(StaffAccount, owner.id, with_for_update=True)
    return clerk.totp_secret is None and records.count(session, owner) == 1


def _find(session: Session, owner: Owner, passkey_id: UUID) -> Passkey:
    found = records.find(session, owner, passkey_id)
    if found is None:
        raise NotFound()
    return found
