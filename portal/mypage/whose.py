"""Which acts about a shared child stay with the home of the parent who did them."""

from __future__ import annotations

from functools import lru_cache

from portal.catalogue.model import Service
from portal.catalogue.rules.base import BIRTHDATE

ABOUT_THE_CHILD = frozenset({BIRTHDATE, "expected_date"})


@lru_cache(maxsize=1024)
def tells_of_home(service: Service) -> bool:
    """Whether an act about it tells where or how somebody lives (a move, a district's service).

    Such an act is seen by the parent who did it only; the others have their own.
    """
    anchors = {name for version in service.versions for name in version.rule.anchors}
    return bool(service.districts) or not anchors <= ABOUT_THE_CHILD
