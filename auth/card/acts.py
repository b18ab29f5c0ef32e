"""What one can do with a card: sign in, prove again, connect, read again, take over, disconnect."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from auth import identities, linking, signing_in
from auth.assurance import JPKI
from auth.card import reading, rules
from auth.card.records import Verified, VerifiedRecord
from auth.errors import CanNotRemove, FlowOver, Taken
from auth.federation import answers
from auth.federation.answers import FederationAnswer
from auth.federation.asking import Answer
from auth.federation.errors import IssuerRefused
from auth.flows import Flow
from auth.identities import CARD
from auth.steps import Step
from auth.ways import Way
from portal.core import audit
from portal.core.clock import now, today
from portal.core.errors import N_, NotFound
from portal.residents import family
from portal.residents.reading import card_of

CONFIRM_WITHIN = timedelta(minutes=10)  # an older answer may rest on a card that was stopped since
MAY_TAKE = frozenset({"birthdate", "sex", "district"})


def prove_first(session: Session, flow: Flow, answer: Answer) -> None:
    """The card is both steps of a sign-in: the chip, and the PIN that opens it."""
    if flow.first is not None:
        raise FlowOver()
    owner = identities.resident_of(session, CARD, key_of(answer))
    if owner is None:
        raise IssuerRefused("card_unknown")
    flow.account_id, flow.first, flow.second = owner, "card", "card"
    audit.record(session, "sign_in.first_proven", ("resident", owner), method="card")
    audit.record(session, "sign_in.second_proven", ("resident", owner), method="card")


def prove_second(session: Session, flow: Flow, answer: Answer) -> None:
    """The card as the second step, or as fresh proof of a signed-in resident."""
    owner = identities.resident_of(session, CARD, key_of(answer))
    if owner is None or owner != flow.account_id:
        raise IssuerRefused("other_account")
    ready = flow.purpose == "step_up" or signing_in.step_of(session, flow) is Step.SECOND
    if flow.second is not None or not ready:
        raise FlowOver()
    flow.second = "card"
    audit.record(session, "sign_in.second_proven", ("resident", owner), method="card")


def propose(session: Session, flow: Flow, answer: Answer) -> None:
    """Keep the answer until its owner has seen both names; nothing is connected yet."""
    account = _account(flow)
    owner = identities.resident_of(session, CARD, key_of(answer))
    if owner not in {None, account}:
        raise Taken(N_("This card belongs to another account. Please sign in with this card."))
    if not answer.attributes.get("birthdate"):
        raise IssuerRefused("attribute_missing")
    if rules.too_young(Verified.read(answer.attributes), today()):
        raise IssuerRefused("card_too_young")
    session.add(
        FederationAnswer(
            flow_id=flow.id,
            name=answer.name,
            issuer=answer.issuer,
            subject=key_of(answer),
            acr=answer.acr,
            amr=answer.amr,
            claims=dict(answer.attributes),
        )
    )
    audit.record(session, "card.proposed", ("resident", account))


def proposed(session: Session, flow: Flow) -> FederationAnswer:
    """The answer that waits for its owner's yes; raises FlowOver when it is old."""
    _account(flow)
    found = answers.of(session, flow)
    if found.proven_at < now() - CONFIRM_WITHIN:
        raise FlowOver()
    return found


def connect(session: Session, flow: Flow) -> None:
    """The card becomes a way in, and what it says a verified record beside the older ones."""
    account, answer = _account(flow), proposed(session, flow)
    old = identities.replace(session, account, CARD, answer.subject)
    session.add(
        VerifiedRecord(
            resident_id=account,
            source=CARD,
            issuer=answer.issuer,
            acr=answer.acr or JPKI,
            claims=dict(answer.claims),
            verified_at=answer.proven_at,
        )
    )
    flow.finished_at = now()
    session.delete(answer)
    if old == answer.subject:
        audit.record(session, "card.read_again", ("resident", account))
        return
    audit.record(session, "identity.added", ("resident", account), issuer=CARD)
    linking.tell(session, account, "card")


def take_over(session: Session, account: UUID, fields: set[str]) -> list[str]:
    """Write what the card says on the resident's own person card: the chosen fields, no others."""
    record = reading.newest(session, account)
    if record is None:
        raise NotFound()
    found = {one.field: one.verified for one in reading.differences(account, record.verified)}
    taken = sorted(fields & found.keys() & MAY_TAKE)
    row = card_of(account)
    kept = {name: getattr(row, name, None) for name in ("nickname", *MAY_TAKE)}
    if taken:
        family.set_profile(session, account, **(kept | {name: found[name] for name in taken}))
    audit.record(session, "card.taken_over", ("resident", account), fields=taken)
    return taken


def disconnect(session: Session, account: UUID, *, forget: bool) -> None:
    """Take the card away as a way in; `forget`: delete what it said, too. May raise CanNotRemove.

    Without a card that can still be done with records that were kept.
    """
    if reading.connected_at(session, account) is not None:
        refusal = linking.refusal(session, account, Way.CARD)
        if refusal is not None:
            raise CanNotRemove(refusal)
        identities.remove(session, account, CARD)
        audit.record(session, "identity.removed", ("resident", account), issuer=CARD)
        linking.tell(session, account, "card_removed")
    if forget:
        forget_records(session, account)


def forget_records(session: Session, account: UUID) -> int:
    """Delete every verified record of a resident; returns how many."""
    gone = session.execute(
        delete(VerifiedRecord).where(VerifiedRecord.resident_id == account)
    ).rowcount  # type: ignore[attr-defined]
    audit.record(session, "card.forgotten", ("resident", account), count=gone)
    return int(gone)


def key_of(answer: Answer) -> str:
    """The issuer is part of who somebody is: a sandbox may know the same subjects.

    Raises IssuerRefused where the issuer did not see a card.
    """
    if answer.acr != JPKI:
        raise IssuerRefused("acr")
    return f"{answer.issuer} {answer.subject}"


def _account(flow: Flow) -> UUID:
    if flow.account_id is None:
        raise FlowOver()
    return flow.account_id
