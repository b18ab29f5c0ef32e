"""Roles a city composed, where and when roles hold, and changes of rights that wait."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from auth.staff.operations import Limit
from portal.core.clock import now
from portal.core.db import Base, IdKey


class StaffRole(Base):
    """A role made of operations; it never changes, so that nobody's rights grow silently."""

    __tablename__ = "staff_roles"

    name: Mapped[str] = mapped_column(primary_key=True)
    operations: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]


class RoleLimit(Base):
    """Where and when one role of one account holds."""

    __tablename__ = "staff_role_limits"

    staff_id: Mapped[UUID] = mapped_column(
        ForeignKey("staff_accounts.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str] = mapped_column(default="")  # a desk of the catalogue
    from_day: Mapped[date | None]
    until_day: Mapped[date | None]

    def limit(self) -> Limit:
        """As a value of the rules."""
        return Limit(self.department, self.from_day, self.until_day)


class RightProposal(Base):
    """A change that gives rights over personal data or staff; another clerk must agree.

    `values`: roles, limits {role: [department, from, until]}, day from which roles hold.
    """

    __tablename__ = "staff_right_proposals"

    id: Mapped[IdKey]
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_accounts.id", ondelete="CASCADE"))
    values: Mapped[dict[str, Any]]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(default=now)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]
