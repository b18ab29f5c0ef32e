"""What an outside issuer said in a flow, kept while the person still has to confirm or prove."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.errors import FlowOver
from auth.flows import Flow
from portal.core.clock import now
from portal.core.crypto import Personal, PersonalJSON
from portal.core.db import Base


class FederationAnswer(Base):
    """One answer that holds; it goes when its flow is swept."""

    __tablename__ = "federation_answers"

    flow_id: Mapped[UUID] = mapped_column(
        ForeignKey("sign_in_flows.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str]
    issuer: Mapped[str]
    subject: Mapped[str] = mapped_column(Personal("federation_answers.subject"))
    acr: Mapped[str | None]
    amr: Mapped[list[str]] = mapped_column(default=list)
    claims: Mapped[dict[str, Any]] = mapped_column(PersonalJSON("federation_answers.claims"))
    proven_at: Mapped[datetime] = mapped_column(default=now)


def of(session: Session, flow: Flow) -> FederationAnswer:
    """The answer this flow waits with; raises FlowOver."""
    found = session.get(FederationAnswer, flow.id)
    if found is None:
        raise FlowOver()
    return found
