"""Which ways in may be taken away: an account keeps a first step, a second step and an address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Way(StrEnum):
    """A way to sign in, or half of one."""

    LINE = "line"
    EMAIL = "email"
    PASSKEY = "passkey"
    CARD = "card"
    APP = "totp"


@dataclass(frozen=True)
class Ways:
    """How many of each an account has. Recovery codes are for need and end, so they do not count.

    `passkeys` are those that check their holder (user verification).
    """

    line: int = 0
    email: int = 0
    passkeys: int = 0
    card: int = 0
    apps: int = 0


class Refusal(StrEnum):
    """Why a way stays."""

    ABSENT = "absent"  # there is none
    NO_ADDRESS = "no_address"  # nobody could be told of changes, or helped after a loss
    NO_WAY_IN = "no_way_in"  # no first step with a second one


_FIELDS = {
    Way.LINE: "line",
    Way.EMAIL: "email",
    Way.PASSKEY: "passkeys",
    Way.CARD: "card",
    Way.APP: "apps",
}


def may_remove(ways: Ways, way: Way) -> Refusal | None:
    """None when one of this kind may be removed from an account with these ways; else why not."""
    name = _FIELDS[way]
    count = getattr(ways, name)
    if count < 1:
        return Refusal.ABSENT
    left = replace(ways, **{name: count - 1})
    if not (left.line or left.email):
        return Refusal.NO_ADDRESS
    return None if opens(left) else Refusal.NO_WAY_IN


def opens(ways: Ways) -> bool:
    """Whether somebody with these ways passes both steps, without recovery codes."""
    if ways.passkeys or ways.card:  # each is two factors in one (a key or chip, and its PIN)
        return True
    firsts = {name for name in ("line", "email") if getattr(ways, name)}
    return bool(firsts) and (bool(ways.apps) or len(firsts) > 1)


def keeps(ways: Ways, way: Way) -> list[str]:
    """The first steps that remain without one of this kind, the plainest ones first."""
    name = _FIELDS[way]
    left = replace(ways, **{name: max(0, getattr(ways, name) - 1)})
    return [one for one in ("line", "email", "passkeys", "card") if getattr(left, one)]
