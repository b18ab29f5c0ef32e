"""The guideline of 2021 in code: values for all, nothing of one person, marks that stay."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from notifications.care import quiet
from notifications.languages import EASY, WRITTEN, best
from notifications.notices import personal, words
from notifications.notices.personal import ASKED, REFUSED
from portal.core.clock import TOKYO


def notice(kind: str = "normal", **variants: Any) -> Any:
    return SimpleNamespace(kind=kind, variants=variants)


def codes(**written: Any) -> list[tuple[str, str, str]]:
    return list(words.faults({"title": "題", "body": "本文"} | written))


def test_values_are_put_in_for_everybody_of_a_language() -> None:
    one = notice(
        ja={"title": "{{締切日}}まで", "body": "{{ 締切日 }}です", "values": {"締切日": "12月3日"}},
        en={"title": "By {{d}}", "body": "{{d}}", "values": {"d": "3 December"}},
    )
    assert words.variant(one, "ja") == {"title": "12月3日まで", "body": "12月3日です"}
    assert words.variant(one, "en") == {"title": "By 3 December", "body": "3 December"}
    assert words.variant(one, "vi")["title"] == "By 3 December"


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ({"body": "{{締切日}}"}, ("body", "missing", "締切日")),
        ({"body": "{{締切日}}", "values": {"締切日": "  "}}, ("body", "missing", "締切日")),
        ({"values": {"会場": "西会館"}}, ("values", "unknown", "会場")),
        ({"title": "{{氏名}}", "values": {"氏名": "皆"}}, ("title", "personal", "氏名")),
        ({"body": "{{お子さんの生年月日}}"}, ("body", "personal", "お子さんの生年月日")),
        ({"body": "{{ Birth-Date }}"}, ("body", "personal", "Birth-Date")),
        ({"body": "{{first name}}"}, ("body", "personal", "first name")),
        ({"body": "{{住 所}}"}, ("body", "personal", "住 所")),
        ({"body": "((締切日))"}, ("body", "stray", "")),
        ({"body": "{{締切日"}, ("body", "stray", "")),
        ({"body": "%(name)s"}, ("body", "stray", "")),
        ({"body": "{{}}"}, ("body", "stray", "")),
        ({"body": "{{d}}", "values": {"d": "{{氏名}}"}}, ("values", "stray", "d")),
        ({"body": "{{d}}", "values": {"d": "長" * 201}}, ("values", "stray", "d")),
    ],
)
def test_a_placeholder_that_can_not_leave_is_refused(
    written: dict[str, Any], fault: tuple[str, str, str]
) -> None:
    assert codes(**written)[0] == fault


def test_places_and_desks_may_be_values() -> None:
    for name in ("会場の住所", "問い合わせの電話番号", "対象年齢", "締切日"):
        assert codes(body=f"{{{{{name}}}}}", values={name: "西会館"}) == []


@pytest.mark.parametrize("language", WRITTEN)
def test_a_drill_says_so_in_title_and_body_of_every_language(language: str) -> None:
    drill = notice("drill", **{code: {"title": "避難", "body": "高台へ"} for code in WRITTEN})
    said = words.variant(drill, language)
    assert said["title"].startswith("【訓練】")
    assert said["title"].endswith("避難")
    assert said["body"].startswith("【訓練】")
    assert said["body"].endswith("\n\n高台へ")
    assert len(said["body"]) > len("【訓練】\n\n高台へ") + 10


def test_a_reader_gets_the_nearest_language() -> None:
    assert best({"ja": 1, EASY: 1, "en": 1}, EASY) == EASY
    assert best({"ja": 1, "en": 1}, EASY) == "ja"
    assert best({"ja": 1, "en": 1}, "vi") == "en"
    assert best({"ja": 1, EASY: 1}, "vi") == "ja"


@pytest.mark.parametrize(
    ("text", "code", "level"),
    [
        ("番号 1234 5678 9018 です", "my_number", REFUSED),
        ("番号１２３４５６７８９０１８", "my_number", REFUSED),
        ("担当 080-0000-1234", "mobile", ASKED),
        ("０９０ー００００ー１２３４", "mobile", ASKED),
        ("nazuna@mail.example へ", "mail", ASKED),
        ("令和2年5月6日生の方", "birthdate", ASKED),
        ("生年月日：2020/5/6", "birthdate", ASKED),
        ("平成30年4月2日生まれの男の子", "birthdate", ASKED),
        ("born on 2020-5-6", "birthdate", ASKED),
        ("こんにちは、若草 なずな様", "name", ASKED),
    ],
)
def test_what_looks_personal_is_found(text: str, code: str, level: str) -> None:
    [finding] = personal.findings(text)
    assert (finding.code, finding.level) == (code, level)


@pytest.mark.parametrize(
    "text",
    [
        "電話 0000-00-1000（子育て課）",
        "平成30年4月2日から平成31年4月1日生まれのお子さん",
        "2020年4月2日以降生まれの方",
        "12月3日に西会館で生活講座",
        "皆様へ。保護者様は印鑑をお持ちください。",
        "市民各位様",
        "kosodate@city.example",
        "desk@kosodate.city.example",
        "予約番号 1234-5678-9012",  # twelve figures, another check digit
        "1234-5678-9018-0000",
        "https://www.city.example/2026/11/20/",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert personal.findings(text, ("city.example",)) == []


def test_a_refused_number_is_not_repeated() -> None:
    [finding] = personal.findings("123456789018")
    assert finding.excerpt == "…18"


@pytest.mark.parametrize(
    ("hour", "setting", "starts"),
    [
        (20, "21-7", "20T20"),
        (21, "21-7", "21T07"),
        (6, "21-7", "20T07"),
        (7, "21-7", "20T07"),
        (0, "21-7", "20T07"),
        (13, "12-14", "20T14"),
        (3, "12-14", "20T03"),
        (23, "", "20T23"),
        (5, "0-0", "20T05"),
    ],
)
def test_ordinary_notices_wait_for_the_morning(hour: int, setting: str, starts: str) -> None:
    moment = datetime(2026, 11, 20, hour, tzinfo=TOKYO).astimezone(UTC)
    found = quiet.earliest(moment, quiet.hours(setting))
    assert found.astimezone(TOKYO).strftime("%dT%H") == starts
    assert found.tzinfo is UTC
