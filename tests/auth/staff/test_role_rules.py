"""Rights of roles, limits and days, as a table; nothing but rules."""

from __future__ import annotations

from datetime import date

import pytest

from auth.staff.operations import BY_DEPARTMENT, OPERATIONS, SENSITIVE, Limit, clash, gained, rights
from auth.staff.roles import ROLES

DAY = date(2026, 11, 20)


def test_every_operation_of_the_starting_roles_has_words() -> None:
    assert frozenset().union(*ROLES.values()) == OPERATIONS.keys()
    assert OPERATIONS.keys() >= SENSITIVE | BY_DEPARTMENT
    assert not any(clash(operations) for operations in ROLES.values())


@pytest.mark.parametrize(
    ("limit", "held"),
    [
        (Limit(), {"reports.view", "reports.handle", "residents.assist"}),
        (Limit("civic"), {"reports.view@civic", "reports.handle@civic"}),
        (Limit(from_day=date(2026, 11, 21)), set()),
        (Limit(until_day=date(2026, 11, 19)), set()),
        (Limit("civic", DAY, DAY), {"reports.view@civic", "reports.handle@civic"}),
    ],
)
def test_a_limited_role_gives_less(limit: Limit, held: set[str]) -> None:
    roles = {"handler": {"reports.view", "reports.handle", "residents.assist"}}
    assert rights(["handler", "gone"], roles, {"handler": limit}, DAY) == held


def test_only_sensitive_rights_that_are_new_need_a_second_clerk() -> None:
    assert gained([], ["notices.write", "notices.approve"]) == frozenset()
    assert gained(["notices.write"], ["staff.manage"]) == {"staff.manage"}
    assert gained(["reports.handle"], ["reports.handle@civic"]) == frozenset()
    assert gained(["reports.handle@civic"], ["reports.handle"]) == {"reports.handle"}
    assert gained(["reports.handle@civic"], ["reports.handle@water"]) == {"reports.handle@water"}
    assert clash(["staff.manage", "residents.assist", "reports.view"])
