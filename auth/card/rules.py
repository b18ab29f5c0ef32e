"""Whose card it is and what it says differently: pure rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from auth.card.records import Verified

# A guardian applies for the card of a child under 15 and sets its PIN, so the PIN does not prove
# the child (公的個人認証法; 番号法施行令).
OWN_PIN_FROM = 15


@dataclass(frozen=True)
class Typed:
    """What the resident typed on the own person card."""

    birthdate: date | None = None
    sex: str | None = None
    district: str | None = None


@dataclass(frozen=True)
class Difference:
    """One field where the card says something else; `verified` is what could be taken over."""

    field: str
    typed: date | str | None
    verified: date | str


def age(born: date, today: date) -> int:
    """Full years; who is born on 29 February grows older on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def too_young(verified: Verified, today: date) -> bool:
    """Whether the PIN is a guardian's."""
    return verified.birthdate is not None and age(verified.birthdate, today) < OWN_PIN_FROM


def another_person(verified: Verified, typed: Typed) -> bool:
    """Whether the card may be somebody else's: a child's, a parent's."""
    known = typed.birthdate is not None and verified.birthdate is not None
    return known and typed.birthdate != verified.birthdate


def differences(verified: Verified, typed: Typed, district: str | None) -> list[Difference]:
    """Fields the resident may take over; `district` is the one the verified address lies in."""
    found = (
        ("birthdate", typed.birthdate, verified.birthdate),
        ("sex", typed.sex, verified.sex),
        ("district", typed.district, district),
    )
    return [
        Difference(name, here, card)
        for name, here, card in found
        if card is not None and here != card
    ]


def district_in(address: str | None, city: str, names: Mapping[str, str]) -> str | None:
    """The key of the one district whose name follows the city's in this address.

    Districts are called 港地区 on pages; an address says 港一丁目.
    """
    if not address or city not in address:
        return None
    rest = address.split(city, 1)[1].lstrip(" 　")
    plain = {key: name.removesuffix("地区") for key, name in names.items()}
    fitting = [key for key, name in plain.items() if name and rest.startswith(name)]
    return max(fitting, key=lambda key: len(plain[key])) if fitting else None
