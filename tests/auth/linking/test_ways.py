"""The rule which ways in may go, as a table."""

from __future__ import annotations

from itertools import product

import pytest

from auth.ways import Refusal, Way, Ways, keeps, may_remove, opens

TABLE = [
    # what there is, what shall go, why not
    (Ways(line=1, email=1), Way.LINE, Refusal.NO_WAY_IN),
    (Ways(line=1, email=1), Way.EMAIL, Refusal.NO_WAY_IN),
    (Ways(line=1, email=1, apps=1), Way.LINE, None),
    (Ways(line=1, email=1, apps=1), Way.EMAIL, None),
    (Ways(line=1, email=1, apps=1), Way.APP, None),
    (Ways(line=1, apps=1), Way.LINE, Refusal.NO_ADDRESS),
    (Ways(line=1, apps=1), Way.APP, Refusal.NO_WAY_IN),
    (Ways(email=1, apps=2), Way.APP, None),
    (Ways(email=1, passkeys=1), Way.EMAIL, Refusal.NO_ADDRESS),
    (Ways(email=1, passkeys=1), Way.PASSKEY, Refusal.NO_WAY_IN),
    (Ways(email=1, passkeys=2), Way.PASSKEY, None),
    (Ways(line=1, email=1, passkeys=1), Way.LINE, None),
    (Ways(line=1, email=1, card=1), Way.EMAIL, None),
    (Ways(email=1, card=1), Way.CARD, Refusal.NO_WAY_IN),
    (Ways(line=1, email=1), Way.CARD, Refusal.ABSENT),
]


@pytest.mark.parametrize(("ways", "way", "why"), TABLE)
def test_what_may_go(ways: Ways, way: Way, why: Refusal | None) -> None:
    assert may_remove(ways, way) == why


def test_whatever_goes_somebody_can_still_sign_in_and_be_told() -> None:
    fields = {Way.LINE: 0, Way.EMAIL: 1, Way.PASSKEY: 2, Way.CARD: 3, Way.APP: 4}
    for counts in product((0, 1), (0, 1), (0, 1, 2), (0, 1), (0, 1, 2)):
        for way, place in fields.items():
            if may_remove(Ways(*counts), way) is None:
                left = list(counts)
                left[place] -= 1
                assert opens(Ways(*left))
                assert left[0] or left[1]


def test_what_stays_is_named() -> None:
    assert keeps(Ways(line=1, email=1, passkeys=1), Way.LINE) == ["email", "passkeys"]
