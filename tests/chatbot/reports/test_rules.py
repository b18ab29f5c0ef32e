"""What may become of a report, when two are one, whose a place is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import shapely

from chatbot.reports import rules
from chatbot.reports.places import route
from chatbot.reports.rules import CLOSED, OPEN, State, may_become
from portal.maps.places import Area, Ground, Point, metres_between
from portal.maps.view import View, read_point

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
HALL = Point(38.92, 139.846)


@pytest.mark.parametrize(
    ("state", "later"),
    [
        ("received", "checking in_progress done handed_over not_ours"),
        ("checking", "in_progress done handed_over not_ours"),
        ("in_progress", "done handed_over not_ours"),
        *((state.value, "checking") for state in CLOSED),
    ],
)
def test_states_a_clerk_may_choose(state: str, later: str) -> None:
    assert [one.value for one in rules.next_states(State(state))] == later.split()


@pytest.mark.parametrize("state", list(State))
def test_only_what_is_open_becomes_a_duplicate(state: State) -> None:
    assert may_become(state, State.DUPLICATE) == (state in OPEN)


@pytest.mark.parametrize(
    ("state", "days", "may"),
    [
        ("done", 0, True),
        ("done", 30, True),
        ("done", 31, False),
        ("handed_over", 1, True),
        ("not_ours", 1, True),
        ("duplicate", 1, False),
        ("received", 1, False),
    ],
)
def test_reopening_lasts_thirty_days(state: str, days: int, may: bool) -> None:
    assert rules.may_reopen(State(state), NOW - timedelta(days=days), NOW) is may


def test_undoing_telling_and_keeping_have_their_times() -> None:
    assert rules.may_undo(NOW - timedelta(minutes=15), False, NOW)
    assert not rules.may_undo(NOW - timedelta(minutes=16), False, NOW)
    assert not rules.may_undo(NOW, True, NOW)
    assert not rules.may_tell(NOW - timedelta(seconds=119), NOW)
    assert rules.may_tell(NOW - timedelta(minutes=2), NOW)
    assert rules.pictures_go(NOW - timedelta(days=90), 90, NOW)
    assert not rules.pictures_go(NOW - timedelta(days=89), 90, NOW)
    assert not rules.pictures_go(None, 90, NOW)
    assert rules.receipt_number(2026, 12) == "26-00012"


def test_a_merge_never_ends_in_itself() -> None:
    assert rules.merges_in_a_ring("a", "a", [])
    assert rules.merges_in_a_ring("a", "b", ["c", "a"])
    assert not rules.merges_in_a_ring("a", "b", ["c"])


def test_distances_are_metres_on_the_ground() -> None:
    degree = metres_between(Point(35.0, 135.0), Point(36.0, 135.0))
    assert abs(degree - 111_195) < 100
    assert metres_between(HALL, HALL) == 0


def ground() -> Ground:
    city = shapely.box(139.8, 38.9, 139.9, 39.0)
    road = shapely.LineString([(139.85, 38.9), (139.85, 39.0)])
    return Ground(
        [
            Area("city", "まど市", city),
            Area("district", "西", shapely.box(139.8, 38.9, 139.85, 39.0)),
            Area("district", "東", shapely.box(139.85, 38.9, 139.9, 39.0)),
            Area("prefecture_road", "県道", road, "県", "0000-00-2002"),
            Area("state_road", "国道", shapely.LineString([(139.8, 38.95), (139.9, 38.95)]), "国"),
            Area("other", "港", shapely.box(139.8, 38.9, 139.81, 38.91), "港", desk="harbour"),
        ]
    )


@pytest.mark.parametrize(
    ("place", "district", "outside", "whose", "desk"),
    [
        ((38.93, 139.84), "西", False, None, "civic"),
        ((38.93, 139.87), "東", False, None, "civic"),
        ((38.93, 139.85010), "東", False, "県道", "civic"),  # 9 m from the middle of the road
        ((38.93, 139.85020), "東", False, None, "civic"),  # 17 m
        ((38.95, 139.85), "西", False, "国道", "civic"),  # a crossing: the higher road
        ((38.905, 139.805), "西", False, "港", "harbour"),
        ((38.80, 139.84), "", True, None, "civic"),
    ],
)
def test_whose_a_place_is(
    place: tuple[float, float], district: str, outside: bool, whose: str | None, desk: str
) -> None:
    way = route(ground(), Point(*place), "civic")
    assert (way.district, way.outside, way.desk) == (district, outside, desk)
    assert (way.whose.name if way.whose else None) == whose
    assert way.is_ours == (not outside and whose is None)


def test_without_boundaries_or_place_it_is_the_categorys_desk() -> None:
    assert route(Ground([]), HALL, "civic").is_ours
    assert route(ground(), None, "civic").desk == "civic"


def test_a_tap_is_the_place_under_the_finger() -> None:
    view = View(HALL, 16)
    middle = view.tapped(view.width / 2, view.height / 2)
    assert metres_between(middle, HALL) < 0.01
    spot = view.spot(view.tapped(20, 200))
    assert (round(spot.x, 3), round(spot.y, 3)) == (20, 200)
    assert view.tapped(0, 0) == HALL  # Enter on the picture
    assert view.tapped(288, 144).longitude > HALL.longitude
    assert view.tapped(144, 288).latitude < HALL.latitude


def test_the_map_moves_and_zooms_within_limits() -> None:
    view = View(HALL, 16)
    assert view.moved("north").centre.latitude > HALL.latitude
    assert view.moved("east").centre.longitude > HALL.longitude
    assert view.moved("in").zoom == 17 and view.moved("out").zoom == 15
    assert View(HALL, 19).moved("in").zoom == 19
    assert view.moved("nonsense") == view
    south, west, north, east = 38.9, 139.8, 39.0, 139.9
    whole = View.around((south, west, north, east))
    low, left, high, right = whole.bounds
    assert low <= south and left <= west and high >= north and right >= east


@pytest.mark.parametrize(
    "words", [("", ""), ("nan", "nan"), ("inf", "139"), ("0", "0"), ("1e400", "1"), ("9" * 40, "1")]
)
def test_what_is_no_place_is_none(words: tuple[str, str]) -> None:
    assert read_point(*words) is None
