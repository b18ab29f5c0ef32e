"""Values of a masked copy: the same for the same row each time, and nothing of the original."""

from __future__ import annotations

import hashlib
import hmac
import re
from calendar import isleap, monthrange
from datetime import date, timedelta
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# Residents are called by plants, as everywhere in demonstrations of Mado.
PLANTS = (
    *("さくら", "うめ", "もも", "つばき", "すみれ", "あやめ", "ゆり", "ふじ", "きく", "はす"),
    *("かえで", "もみじ", "いちょう", "すぎ", "ひのき", "まつ", "たけ", "けやき", "ぶな", "くり"),
    *("なでしこ", "ききょう", "はぎ", "すすき", "くず", "りんどう", "つつじ", "あおい", "よもぎ"),
    *("たんぽぽ", "れんげ", "なのはな", "ひまわり", "こすもす", "あじさい", "くちなし", "ぼたん"),
)
FREE = "（試験用の文）"
UUIDS = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DAYS = re.compile(rb"(?<!\d)((?:19|20)\d\d-\d\d-\d\d)(?!\d)")
FURTHEST = 45  # days that a date moves at most, edges apart


class Masks:
    """Everything made up, from one key: the test environment's own."""

    def __init__(self, key: bytes) -> None:
        made = HKDF(hashes.SHA256(), 32, salt=None, info=b"mado:masking")
        self._key = made.derive(key)

    def number(self, *about: bytes | str) -> int:
        """A number nobody without the key can tell anything from."""
        whole = b"\0".join(one.encode() if isinstance(one, str) else one for one in about)
        return int.from_bytes(hmac.new(self._key, whole, hashlib.sha256).digest(), "big")

    def token(self, *about: bytes | str, length: int = 32) -> str:
        """Hexadecimal digits."""
        return f"{self.number(*about):064x}"[:length]

    def raw(self, length: int, *about: bytes | str) -> bytes:
        """Bytes for a hash or an index that nothing needs to fit."""
        first = self.number(*about).to_bytes(32, "big")
        return (first * (length // 32 + 1))[:length]

    def plant(self, *about: bytes | str) -> str:
        return PLANTS[self.number(*about) % len(PLANTS)]

    def address(self, *about: bytes | str) -> str:
        """A mail address that never resolves (RFC 2606)."""
        return f"test-{self.token(*about, length=12)}@mail.example"

    def line_user(self, *about: bytes | str) -> str:
        return f"U{self.token(*about)}"

    def phone(self, *about: bytes | str) -> str:
        return f"0000-00-{self.number(*about) % 10_000:04}"

    def ids(self, row: bytes) -> bytes:
        """The row with every UUID in it made new; the same one becomes the same everywhere."""
        return UUIDS.sub(lambda found: self._id(found[0]), row)

    def _id(self, old: bytes) -> bytes:
        """Its moment stays (RFC 9562: the first 48 bits), so that rows keep their order."""
        kept = UUID(old.decode()).int >> 80
        rest = self.number("id", old) & ((1 << 74) - 1)
        made = kept << 80 | 7 << 76 | (rest >> 62) << 64 | 2 << 62 | (rest & ((1 << 62) - 1))
        return str(UUID(int=made)).encode()

    def days(self, field: bytes, today: date, *about: bytes | str) -> bytes:
        """Each date of a text moved."""
        return DAYS.sub(
            lambda found: (
                self.day(date.fromisoformat(found[1].decode()), today, *about).isoformat().encode()
            ),
            field,
        )

    def day(self, old: date, today: date, *about: bytes | str) -> date:
        """Another day of the same shape: an edge of rules stays that edge, past stays past."""
        number = self.number("day", *about)
        if is_edge(old):
            return _another_year(old, number, today)
        for turn in range(2 * FURTHEST):
            shift = 1 + (number + turn) % FURTHEST
            sign = 1 if (number >> 16) + turn & 1 else -1
            new = old + timedelta(days=sign * shift)
            if not is_edge(new) and (new > today) == (old > today):
                return new
        return old - timedelta(days=7)


def is_edge(day: date) -> bool:
    """Days on which rules turn: the school year's (1 and 2 April), a month's, leap days."""
    last = monthrange(day.year, day.month)[1]
    return day.day in (1, last) or (day.month, day.day) in ((4, 2), (2, 28), (2, 29))


def _another_year(old: date, number: int, today: date) -> date:
    """The same day of a year nearby; 29 February of another leap year."""
    leap = (old.month, old.day) == (2, 29)
    steps = (4, -4, 8, -8) if leap else (1, -1, 2, -2)
    for turn in range(len(steps)):
        year = old.year + steps[(number + turn) % len(steps)]
        if leap and not isleap(year):
            continue
        same = (old.month, old.day) == (2, 28)
        new = date(year, old.month, 28 if same else _kept_end(old, year))
        if (new > today) == (old > today):
            return new
    return old.replace(year=old.year - (8 if leap else 1))


def _kept_end(old: date, year: int) -> int:
    """The last of a month stays the last."""
    if old.day == monthrange(old.year, old.month)[1]:
        return monthrange(year, old.month)[1]
    return old.day
