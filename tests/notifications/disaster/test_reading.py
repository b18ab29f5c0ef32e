"""Messages of every family, written by ourselves, read for our city and for others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from notifications.disaster import commands, shaking
from notifications.disaster.bulletin import Bulletin, read
from notifications.disaster.kinds import river, tsunami, weather
from notifications.disaster.places import NoPlace, Place, place_of
from notifications.disaster.rules import Action, Decision, decide, in_force
from notifications.disaster.wording import propose
from notifications.disaster.xml import MOST_BYTES, Unreadable
from standins.jma import messages
from standins.jma.messages import Envelope

OURS, OTHER = "06204", "12100"
DRILL, TEST = Envelope(status="訓練"), Envelope(status="試験")


def seen(xml: str, area: str = OURS) -> tuple[Bulletin, Decision]:
    bulletin = read(xml.encode(), area)
    return bulletin, decide(bulletin)


@pytest.mark.parametrize(
    ("hazard", "grade", "level", "action", "menu"),
    [
        ("rain", 5, 5, "emergency", True),
        ("rain", 4, 4, "emergency", False),
        ("rain", 3, 3, "notice", False),
        ("rain", 2, 2, "none", False),
        ("landslide", 4, 4, "emergency", False),
        ("surge", 5, 5, "emergency", True),
        ("wind", 5, None, "emergency", True),  # a storm has no level; it weighs the same
        ("wind", 3, None, "notice", False),
        ("waves", 3, None, "notice", False),
        ("snow", 2, None, "none", False),
        ("other", 2, None, "none", False),
    ],
)
def test_each_weather_family_has_its_level_and_action(
    hazard: str, grade: int, level: int | None, action: str, menu: bool
) -> None:
    bulletin, decision = seen(messages.weather(hazard, grade, None, Envelope()))
    assert (bulletin.level, bulletin.grade) == (level, grade)
    assert (decision.action, decision.menu) == (action, menu)
    assert [hit.area_code for hit in bulletin.hits] == ["0620400"]
    elsewhere, nothing = seen(messages.weather(hazard, grade, None, Envelope()), OTHER)
    assert not elsewhere.hits
    assert (nothing.action, nothing.why_code) == ("none", "elsewhere")


@pytest.mark.parametrize(
    ("grade", "before", "action", "why"),
    [
        (4, 3, "emergency", "level4"),
        (4, 4, "none", "unchanged"),
        (3, 5, "none", "lowered"),
        (0, 4, "none", "lifted"),
        (5, 4, "emergency", "level5"),
        (2, 3, "none", "lowered"),
    ],
)
def test_only_rises_are_news(grade: int, before: int, action: str, why: str) -> None:
    bulletin, decision = seen(messages.weather("rain", grade, before, Envelope()))
    assert (decision.action, decision.why_code) == (action, why)
    assert bulletin.level == grade


@pytest.mark.parametrize("around", [DRILL, TEST])
def test_drills_and_tests_propose_nothing_whatever_they_say(around: Envelope) -> None:
    for xml in (
        messages.weather("rain", 5, None, around),
        messages.tsunami(5, 0, around),
        messages.earthquake("7", around),
        messages.river(5, around),
        messages.cancelled("津波警報・注意報・予報a", "津波警報", around),
    ):
        bulletin, decision = seen(xml)
        assert decision.action == Action.NONE
        assert decision.why_code in {"drill", "test"}
        # Not even our own memory of nothing makes them real.
        assert decide(bulletin, {}).action == Action.NONE


@pytest.mark.parametrize(
    ("intensity", "action", "menu"),
    [
        ("7", "emergency", True),
        ("6-", "emergency", True),
        ("5+", "emergency", False),
        ("5-", "emergency", False),
        ("!5-", "emergency", False),  # at least 5弱, the figure has not come in
        ("4", "none", False),
        ("3", "none", False),
    ],
)
def test_an_earthquake_counts_from_intensity_five_lower(
    intensity: str, action: str, menu: bool
) -> None:
    around = Envelope(event="20261120120000")
    for xml in (
        messages.quick_intensity(intensity, around),
        messages.earthquake(intensity, around),
    ):
        _, decision = seen(xml)
        assert (decision.action, decision.menu) == (action, menu)
    assert seen(messages.earthquake(intensity, around), OTHER)[1].why_code == "elsewhere"


def test_a_hypocentre_alone_says_nothing_of_shaking() -> None:
    assert seen(messages.hypocentre(Envelope()))[1].why_code == "no_intensity"


def test_another_part_of_the_prefecture_shook() -> None:
    xml = messages.quick_intensity("6-", Envelope(), area="242")  # 村山
    assert seen(xml)[1].why_code == "elsewhere"
    assert seen(xml, "06201")[1].action == Action.EMERGENCY  # 山形市 is there


@pytest.mark.parametrize(
    ("grade", "before", "action", "menu"),
    [
        (5, 0, "emergency", True),
        (4, 0, "emergency", True),
        (4, 3, "emergency", True),
        (3, 0, "notice", False),
        (1, 0, "none", False),
        (5, 5, "none", False),
        (4, 5, "none", False),
        (0, 4, "none", False),
    ],
)
def test_tsunami(grade: int, before: int, action: str, menu: bool) -> None:
    _, decision = seen(messages.tsunami(grade, before, Envelope()))
    assert (decision.action, decision.menu) == (action, menu)
    inland = seen(messages.tsunami(grade, before, Envelope()), "06201")[1]
    assert inland.why_code == "elsewhere"


@pytest.mark.parametrize(("level", "action"), [(5, "emergency"), (3, "notice"), (0, "none")])
def test_rivers_name_the_municipalities_they_would_flood(level: int, action: str) -> None:
    bulletin, decision = seen(messages.river(level, Envelope()))
    assert decision.action == action
    assert bulletin.event == "820299000100"
    assert in_force(bulletin) == {"river 820299000100": level}
    assert seen(messages.river(level, Envelope()), "06203")[1].why_code == "elsewhere"


def test_record_rain_is_told_for_a_region() -> None:
    assert seen(messages.record_rain(Envelope()))[1].action == Action.NOTICE
    assert seen(messages.record_rain(Envelope()), "06201")[1].why_code == "elsewhere"
    # A city whose region our table does not know hears of its whole prefecture.
    bulletin, decision = seen(messages.record_rain(Envelope(), region="070020"), "07203")
    assert decision.action == Action.NOTICE
    assert not bulletin.hits[0].exact


def test_a_cancellation_proposes_a_correction_to_those_it_can_be_about() -> None:
    title = "気象警報・注意報（Ｒ０６）（大雨）"
    xml = messages.cancelled(title, "山形県大雨警報・注意報", Envelope(), "meteorology1")
    bulletin, decision = seen(xml)
    assert (decision.action, decision.why_code) == ("correction", "cancelled")
    assert seen(xml, OTHER)[1].why_code == "elsewhere"
    assert decide(bulletin, {}).why_code == "nothing_sent"
    assert decide(bulletin, {"rain": 4}).action == Action.CORRECTION
    assert decide(bulletin, {"wind": 4}).why_code == "nothing_sent"
    tsunami_xml = messages.cancelled("津波警報・注意報・予報a", "津波注意報", Envelope())
    assert seen(tsunami_xml)[1].action == Action.CORRECTION
    assert seen(tsunami_xml, "06201")[1].why_code == "elsewhere"  # no coast
    assert seen(tsunami_xml, "20201")[1].why_code == "elsewhere"


def test_a_corrected_level_that_was_too_high_proposes_a_correction() -> None:
    bulletin, _ = seen(messages.weather("rain", 3, 4, Envelope(type="訂正")))
    assert decide(bulletin, {"rain": 4}).why_code == "corrected"
    assert decide(bulletin, {"rain": 3}).action == Action.NONE
    higher, _ = seen(messages.weather("rain", 4, 3, Envelope(type="訂正")))
    assert decide(higher, {"rain": 3}).action == Action.EMERGENCY


def test_memory_makes_good_what_a_gap_swallowed_and_repeats_nothing() -> None:
    repeat, alone = seen(messages.weather("rain", 4, 4, Envelope()))
    assert alone.action == Action.NONE
    assert decide(repeat, {}).action == Action.EMERGENCY
    assert decide(repeat, {"rain": 4}).why_code == "unchanged"
    first, _ = seen(messages.quick_intensity("5-", Envelope(event="20261120120000")))
    second, _ = seen(messages.earthquake("5-", Envelope(event="20261120120000")))
    assert decide(second, in_force(first)).why_code == "known"
    stronger, _ = seen(messages.earthquake("6-", Envelope(event="20261120120000")))
    assert decide(stronger, in_force(first)).action == Action.EMERGENCY
    aftershock, _ = seen(messages.earthquake("5-", Envelope(event="20261120130000")))
    assert decide(aftershock, in_force(first)).action == Action.EMERGENCY


def test_what_a_message_covers_and_does_not_name_is_over() -> None:
    xml = messages.weather("rain", 3, None, Envelope())
    nothing = xml.replace("<Name>レベル３大雨警報</Name><Code>03</Code><Status>発表</Status>",
                          "<Status>発表警報・注意報はなし</Status>")  # fmt: skip
    bulletin, decision = seen(nothing)
    assert decision.why_code == "nothing"
    assert in_force(bulletin) == {"rain": 0, "none": 0}


@pytest.mark.parametrize(
    ("given", "city", "no_city"),
    [
        ("06204", "0620411", "0620300"),  # parts of the city in landslide messages
        ("062049", "0620400", "0620500"),
        ("12100", "1210600", "1220200"),  # wards of a designated city
        ("22130", "2214000", "2220300"),
        ("46222", "4622200", "4622300"),
    ],
)
def test_municipalities_and_their_parts(given: str, city: str, no_city: str) -> None:
    place = place_of(given)
    assert place.is_city(city)
    assert not place.is_city(no_city)


def test_areas_of_other_families_and_their_own_words_for_them() -> None:
    assert place_of("06204") == Place("06204", "240", "240", "060030")
    assert place_of("46222").is_tsunami("772")
    assert not place_of("46222").is_tsunami("773")
    sendai = place_of("04100")
    assert sendai.is_seismic("222")
    assert sendai.is_seismic("220")  # only the prefecture is known of it
    own = place_of("04100 seismic=222 tsunami=220 region=040010")
    assert not own.is_seismic("220")
    assert place_of("07202 tsunami=-").is_tsunami("250") is False
    for wrong in ("", "酒田", "6204", "99999", "06204 colour=red", "../06204"):
        with pytest.raises(NoPlace):
            place_of(wrong)


def test_names_say_the_level_and_codes_check_them() -> None:
    assert weather("レベル４大雨危険警報", "43").level == 4
    doubt = weather("レベル４大雨危険警報", "03")
    assert (doubt.level, doubt.doubtful) == (4, True)
    assert weather("大雨特別警報", "33").level == 5  # before May 2026
    assert weather("火星警報", "99").grade == 3  # unknown: by how such names end
    assert weather("火星の情報", "99").name == "火星の情報"
    assert weather("火星の情報", "99").grade == 0
    assert tsunami("津波注意報解除", "60").grade == 0
    assert river("氾濫危険情報", "40").level == 4
    assert river("レベル２氾濫注意報解除", "10").grade == 0
    assert shaking.said(shaking.place("６強".replace("６", "6"))) == "震度6強"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<Report",
        b"<html/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><Report>&a;</Report>',
        b'<?xml version="1.0" encoding="no-such"?><Report/>',
        b"<Report>" + b" " * MOST_BYTES + b"</Report>",
        messages.weather("rain", 5, None, Envelope(status="本番")).encode(),
        messages.weather("rain", 5, None, Envelope(type="予告")).encode(),
    ],
)
def test_what_can_not_be_trusted_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(content, OURS)


def test_words_are_plain_in_two_languages_and_order_nobody_out() -> None:
    for xml in (
        *(messages.weather("landslide", grade, None, Envelope()) for grade in (3, 4, 5)),
        *(messages.tsunami(grade, 0, Envelope()) for grade in (3, 4, 5)),
        messages.earthquake("6-", Envelope()),
        messages.river(4, Envelope()),
        messages.record_rain(Envelope()),
        messages.cancelled("津波警報・注意報・予報a", "津波注意報", Envelope()),
    ):
        said = propose(*seen(xml))
        assert set(said) == {"ja", "en"}
        assert all(len(words["title"]) <= 60 and words["body"] for words in said.values())
        assert "避難指示" not in str(said)
        assert "evacuation order" not in str(said).lower()


def test_the_command_answers_for_each_file(tmp_path: Path) -> None:
    good, broken = tmp_path / "good.xml", tmp_path / "broken.xml"
    good.write_text(messages.weather("surge", 4, 2, Envelope()), "utf-8")
    broken.write_text("<Report", "utf-8")
    line = [str(broken), str(good), str(tmp_path / "none.xml"), "--area", "06204", "--json"]
    done = CliRunner().invoke(commands.read, line)
    first, second, third = map(json.loads, done.output.splitlines())
    assert done.exit_code == 1
    assert "error" in first and "error" in third
    assert (second["level"], second["action"], second["kinds"]) == (
        4, "emergency", ["レベル４高潮危険警報"],
    )  # fmt: skip
    assert second["areas"][0]["code"] == "0620400"
    assert CliRunner().invoke(commands.read, [str(good), "--area", "nowhere"]).exit_code == 2
    plain = CliRunner().invoke(commands.read, [str(good), "--area", "062049"])
    assert plain.exit_code == 0
    assert "emergency" in plain.output
