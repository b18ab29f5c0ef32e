"""Passkeys in a sign-in: alone, as the second step, and set up with a new account."""

from __future__ import annotations

from sqlalchemy.orm import Session

from auth.errors import FlowOver
from auth.flows import Flow
from auth.passkeys.records import Owner
from portal.core import audit


def owner_of(flow: Flow, kind: str = "resident") -> Owner:
    """The account whose second step is asked; raises FlowOver when none is."""
    asked = flow.purpose == "step_up" or flow.first_proven
    if flow.account_id is None or flow.second is not None or not asked:
        raise FlowOver()
    return Owner(kind, flow.account_id)


def second(session: Session, flow: Flow, owner: Owner) -> None:
    """The account's own passkey was proven. Wrong codes of before do not matter: no lock here."""
    flow.second = "passkey"
    audit.record(session, "sign_in.second_proven", (owner.kind, owner.id), method="passkey")


def alone(session: Session, flow: Flow, owner: Owner) -> None:
    """A passkey names its account and is two factors: what it is and what opens it."""
    flow.account_id = owner.id
    flow.first = flow.second = "passkey"
    audit.record(session, "sign_in.passkey_proven", (owner.kind, owner.id))


def set_up(session: Session, flow: Flow) -> None:
    """A new account's passkey was made."""
    flow.second = "passkey"
    audit.record(session, "sign_in.second_set_up", ("flow", flow.id), method="passkey")
