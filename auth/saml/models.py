"""Records of SAML: answers on their way, assertions seen, tools behind us, keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.crypto import Personal, PersonalJSON
from portal.core.db import Base, IdKey


class SamlAnswer(Base):
    """A verified answer of an issuer, until the browser that asked comes for it by its handle."""

    __tablename__ = "saml_answers"
    __table_args__ = (Index(None, "expires_at"),)

    handle_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    issuer: Mapped[str]
    request_id: Mapped[str]
    relay_state: Mapped[str]
    said: Mapped[dict[str, Any]] = mapped_column(PersonalJSON("saml_answers.said"))
    expires_at: Mapped[datetime]


class SeenAssertion(Base):
    """An assertion that was taken; it is not taken twice."""

    __tablename__ = "saml_seen_assertions"
    __table_args__ = (Index(None, "until"),)

    assertion_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    until: Mapped[datetime]


class SamlService(Base):
    """A tool clerks may go to from here (kintone). `certificate`: it signs its requests."""

    __tablename__ = "saml_services"
    __table_args__ = (
        CheckConstraint("name_id IN ('email','login_name')", name="name_id"),
        Index(
            "uq_saml_services_live_entity_id",
            "entity_id",
            unique=True,
            postgresql_where=text("stopped_at IS NULL"),
        ),
    )

    id: Mapped[IdKey]
    name: Mapped[str]
    entity_id: Mapped[str]
    acs_url: Mapped[str]
    name_id: Mapped[str]
    roles: Mapped[list[str]]  # who may go there; empty: every clerk
    certificate: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    stopped_at: Mapped[datetime | None]


class SamlKey(Base):
    """A key pair with its certificate. use: idp (signs for tools) or sp (asks, opens answers)."""

    __tablename__ = "saml_keys"
    __table_args__ = (CheckConstraint("use IN ('idp','sp')", name="use"),)

    id: Mapped[IdKey]
    use: Mapped[str]
    private: Mapped[str] = mapped_column(Personal("saml_keys.private"))
    certificate: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    begins_at: Mapped[datetime | None]  # empty: prepared, published, not yet used
    retired_at: Mapped[datetime | None]
