"""Records of the provider. Codes and tokens are kept as hashes only."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.crypto import PersonalJSON
from portal.core.db import Base, IdKey


class SigningKey(Base):
    """A key that signs ID and logout tokens. Retired ones sign no more, but stay published."""

    __tablename__ = "provider_keys"

    kid: Mapped[str] = mapped_column(primary_key=True)
    alg: Mapped[str]
    private: Mapped[dict[str, Any]] = mapped_column(PersonalJSON("provider_keys.private"))
    public: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    retired_at: Mapped[datetime | None]


class Subject(Base):
    """By which name one sector of tools knows a resident; never changed, never shared."""

    __tablename__ = "provider_subjects"
    __table_args__ = (UniqueConstraint("sector", "subject"),)

    sector: Mapped[str] = mapped_column(primary_key=True)
    resident_id: Mapped[UUID] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True
    )
    subject: Mapped[str]


class ToolConsent(Base):
    """A resident lets a tool have these scopes until a day; withdrawing ends it."""

    __tablename__ = "provider_consents"
    __table_args__ = (
        Index(
            "uq_provider_consents_live",
            "resident_id",
            "client_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[IdKey]
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("provider_clients.id"))
    scopes: Mapped[list[str]]
    language: Mapped[str]
    given_at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]  # withdrawn, replaced


class AuthorizationRequest(Base):
    """What a tool asks, while the resident signs in and decides, or pushed by it (RFC 9126)."""

    __tablename__ = "provider_requests"
    __table_args__ = (Index(None, "expires_at"),)

    id: Mapped[IdKey]
    handle_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("provider_clients.id"))
    params: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    stronger_asked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class Grant(Base):
    """One authorization: its code and the family of tokens that came of it."""

    __tablename__ = "provider_grants"
    __table_args__ = (
        Index(None, "resident_id", "client_id"),
        Index(None, "sid"),
        Index(None, "expires_at"),
    )

    id: Mapped[IdKey]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("provider_clients.id"))
    resident_id: Mapped[UUID] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    sid: Mapped[UUID]
    subject: Mapped[str]
    scopes: Mapped[list[str]]
    redirect_uri: Mapped[str]
    nonce: Mapped[str | None]
    challenge: Mapped[str | None]
    jkt: Mapped[str | None]
    acr: Mapped[str]
    amr: Mapped[list[str]]
    authenticated_at: Mapped[datetime]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    code_expires_at: Mapped[datetime]
    code_used_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]  # of the whole family, however often it is refreshed
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str | None]


class Token(Base):
    """An access or refresh token; `jkt` is the key it is bound to (RFC 9449)."""

    __tablename__ = "provider_tokens"
    __table_args__ = (
        CheckConstraint("kind IN ('access','refresh')", name="kind"),
        Index(None, "grant_id"),
        Index(None, "expires_at"),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    kind: Mapped[str]
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("provider_grants.id", ondelete="CASCADE"))
    scopes: Mapped[list[str]]
    jkt: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # a refresh token that was used, or a revoked token


class Release(Base):
    """Which fields a tool received under a grant, how often and when last."""

    __tablename__ = "provider_releases"

    grant_id: Mapped[UUID] = mapped_column(
        ForeignKey("provider_grants.id", ondelete="CASCADE"), primary_key=True
    )
    fields: Mapped[str] = mapped_column(primary_key=True)  # names, sorted, separated by spaces
    times: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime] = mapped_column(default=now)
    last_at: Mapped[datetime] = mapped_column(default=now)


class UsedProof(Base):
    """A signed statement (client assertion, DPoP proof) that must not be taken twice."""

    __tablename__ = "provider_used_proofs"
    __table_args__ = (Index(None, "until"),)

    proof_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    until: Mapped[datetime]


class LogoutNotice(Base):
    """A tool must be told that a resident signed out (back-channel logout)."""

    __tablename__ = "provider_logout_notices"
    __table_args__ = (
        Index(
            "ix_provider_logout_notices_due",
            "try_at",
            postgresql_where=text("done_at IS NULL AND failed_at IS NULL"),
        ),
    )

    id: Mapped[IdKey]
    client_id: Mapped[UUID] = mapped_column(ForeignKey("provider_clients.id"))
    subject: Mapped[str]
    sid: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(default=now)
    try_at: Mapped[datetime] = mapped_column(default=now)
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
