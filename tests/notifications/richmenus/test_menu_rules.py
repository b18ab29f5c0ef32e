"""Rules of menus: which version, which menu, what is kept; areas; pictures; letters."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from PIL import Image

from notifications.richmenus import areas, drawing, fonts, pictures, rules
from notifications.richmenus.areas import Area
from notifications.richmenus.pictures import RefusedPicture
from notifications.richmenus.rules import Approved, Period

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)


def version(
    menu: UUID = A, number: int = 1, mode: str = "normal", place: int = 50, *,
    some: bool = False, starts: datetime | None = None, ends: datetime | None = None,
) -> Approved:  # fmt: skip
    own = UUID(int=menu.int * 100 + number)
    return Approved(own, menu, number, mode, place, own if some else None, starts, ends)


def test_a_later_version_stands_in_for_its_time_only() -> None:
    base = version()
    feast = version(number=2, starts=NOON, ends=NOON + HOUR)
    for moment, shown in (
        (NOON - HOUR, base),
        (NOON, feast),
        (NOON + HOUR - timedelta(seconds=1), feast),
        (NOON + HOUR, base),
    ):
        assert rules.in_force([feast, base], moment) == {A: shown}
    assert rules.in_force([version(starts=NOON)], NOON - HOUR) == {}


def test_what_may_come_back_is_kept_at_line() -> None:
    base, feast = version(), version(number=2, starts=NOON, ends=NOON + HOUR)
    new = version(number=3)
    assert rules.still_wanted([base, feast], NOON) == {base.id, feast.id}
    assert rules.still_wanted([base, feast], NOON + HOUR) == {base.id}
    assert rules.still_wanted([base, feast, new], NOON) == {new.id}
    assert rules.still_wanted([version(starts=NOON + 9 * HOUR)], NOON) == {version().id}


def test_disaster_before_maintenance_before_normal() -> None:
    maintenance = Period("maintenance", NOON, NOON + HOUR)
    by_hand = Period("disaster", NOON, None)
    assert rules.mode_at(NOON - HOUR, False, [maintenance, by_hand]) == "normal"
    assert rules.mode_at(NOON, False, [maintenance]) == "maintenance"
    assert rules.mode_at(NOON + HOUR, False, [maintenance]) == "normal"
    assert rules.mode_at(NOON, True, [maintenance]) == "disaster"
    assert rules.mode_at(NOON + 99 * HOUR, False, [by_hand]) == "disaster"


def test_the_first_segment_that_fits_then_everybodys() -> None:
    families, seniors = version(B, place=2, some=True), version(C, place=1, some=True)
    everybody = version(place=1)
    offered = rules.offers([families, everybody, seniors], "normal")
    assert rules.choose(offered, {families.id, seniors.id}) == seniors
    assert rules.choose(offered, {families.id}) == families
    assert rules.choose(offered, set()) == everybody
    assert rules.choose(rules.offers([families], "normal"), set()) is None


def test_a_mode_without_menus_shows_the_normal_ones_and_tabs_are_nobodys() -> None:
    normal, tab = version(), version(B, mode="tab")
    assert rules.offers([normal, tab], "disaster") == [normal]
    assert rules.offers([normal, version(C, mode="disaster")], "disaster") == [
        version(C, mode="disaster")
    ]
    assert rules.offers([tab], "normal") == []


def test_a_grid_covers_the_picture_and_keeps_what_taps_do() -> None:
    parts = areas.grid(3, 2, 2500, 1686, 100)
    assert sum(each.width * each.height for each in parts) == 2500 * 1586
    assert areas.overlaps(parts) == []
    assert all(areas.lies_inside(each, 2500, 1686) for each in parts)
    moved = areas.laid(parts, [Area(1, 1, 1, 1, "あ", "say", "はい")])
    assert (moved[0].label, moved[0].to, moved[0].x, moved[1].to) == ("あ", "say", 0, "")


def test_overlaps_and_places_outside_are_found() -> None:
    one, touching, other = Area(0, 0, 10, 10), Area(10, 0, 10, 10), Area(9, 9, 5, 5)
    assert areas.overlaps([one, touching, other]) == [(1, 3), (2, 3)]
    assert areas.lies_inside(Area(790, 0, 10, 250), 800, 250)
    for wrong in (Area(791, 0, 10, 250), Area(0, 0, 0, 9), Area(-1, 0, 9, 9), Area(0, 1, 9, 250)):
        assert not areas.lies_inside(wrong, 800, 250)


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#004c59").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "choose a file"),
        (b"x" * (1024 * 1024 + 1), "1,024 KB"),
        (b"GIF89a", "no PNG"),
        (picture(2500, 1686, "GIF"), "no PNG"),
        (picture(799, 400), "width"),
        (picture(2501, 1000), "width"),
        (picture(800, 249), "height must"),
        (picture(800, 552), "too high"),
        (picture(1200, 800)[:-40], "broken"),
    ],
)
def test_pictures_line_would_refuse_are_refused_before(body: bytes, words: str) -> None:
    with pytest.raises(RefusedPicture) as refused:
        pictures.check(body)
    assert words in refused.value.message


def test_pictures_line_takes_are_taken() -> None:
    for width, height, kind in ((800, 551, "PNG"), (2500, 250, "JPEG"), (2500, 1686, "PNG")):
        found = pictures.check(picture(width, height, kind))
        assert (found.width, found.height, found.kind) == (width, height, f"image/{kind.lower()}")


@pytest.mark.parametrize("key", list(drawing.templates()))
def test_every_template_fills_a_picture_line_takes(key: str) -> None:
    template = drawing.templates()[key]
    said = template.drawing()
    font = fonts.japanese()
    assert font is not None
    assert drawing.too_long(said, font) == []
    places = template.areas(said)
    assert sum(each.width * each.height for each in places) == template.width * template.height
    assert areas.overlaps(places) == []
    assert all(0 < areas.units(each.label) <= 20 for each in places)
    assert {pane.icon for pane in template.panes} <= {"", *drawing.ICONS}
    assert all(drawing.icon(name) for name in drawing.ICONS)


def test_words_are_drawn_as_letters_and_never_as_markup() -> None:
    said = drawing.templates()["two"].drawing()
    said["panes"][0]["words"] = "<script>&"
    font = fonts.japanese()
    assert font is not None
    assert "<script>" not in drawing.svg(said, font) and "&lt;script&gt;&amp;" in drawing.svg(
        said, font
    )
    plain = drawing.png(said)
    assert pictures.check(plain).width == 2500
    said["panes"][0]["words"] = "市役所"
    assert drawing.png(said) != plain  # letters, not the same boxes
    assert font.unknown("市役所髙邊ABC1") == "" and font.unknown("あ😀") == "😀"


def test_colours_of_panes_can_be_read() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for name, (fill, ink, accent) in drawing.COLOURS.items():
        for over in (ink, accent):
            high, low = sorted((light(fill), light(over)), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, (name, over)
