"""The sections of the security page that other modules of this package bring, in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from auth.card import offers as card
from auth.desk import section as desk
from auth.devices import section as devices
from auth.merging import section as merging
from auth.passkeys import section as passkeys


@dataclass(frozen=True)
class Part:
    """One section: its template, and what it shows of a resident (the variable `part` there)."""

    template: str
    values: Callable[[UUID], dict[str, Any]]


PARTS: tuple[Part, ...] = (
    Part("auth/passkeys/section.html", passkeys.values),
    Part("auth/security/devices.html", devices.values),
    Part("auth/security/desk.html", desk.values),
    Part("auth/security/card.html", card.part_values),
    Part("auth/merging/part.html", merging.values),
)
