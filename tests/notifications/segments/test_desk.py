"""Clerks put a segment together without JavaScript, keep it, change it, take it along."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import text

from notifications.segments.looking import look
from portal.catalogue.load import load_catalogue
from portal.core.db import read
from tests.browser import Browser, Page
from tests.notifications.city import CLERK, WRITER, months_ago, resident, sign_in

KITA, CHUO = list(load_catalogue().districts)[:2]
AT = "/staff/segments/new"
ALL: dict[str, Any] = {"seg-0-mode": "everybody"}
TOGETHER: dict[str, Any] = {"seg-0-mode": "all"}


def desk(app: Flask) -> Browser:
    return sign_in(app, "staff", WRITER, CLERK)


def press(browser: Browser, what: str, **values: Any) -> Page:
    """One of the picker's buttons; `seg_0_new` is the field `seg-0-new`."""
    fields: dict[str, Any] = {"seg-do": what}
    for name, value in values.items():
        path, _, field = name.removeprefix("seg_").rpartition("_")
        fields[f"seg-{path.replace('_', '.')}-{field}" if path else f"seg-{field}"] = value
    return browser.submit("保存する", **fields)


def versions(inside: Callable[..., Any]) -> list[dict[str, Any]]:
    found = text("SELECT body FROM segment_versions ORDER BY version")
    return list(inside(lambda: list(read().execute(found).scalars())))


def test_a_segment_is_put_together_box_by_box(app: Flask, inside: Callable[..., Any]) -> None:
    inside(resident, children=((months_ago(19), KITA),), mail="a@mail.example", district=KITA)
    inside(resident, children=((months_ago(19), CHUO),), mail="b@mail.example", district=CHUO)
    browser = desk(app)
    browser.get(AT)
    press(browser, "add:0", seg_0_new="person")
    press(browser, "add:0.0", seg_0_0_new="service_open")
    press(browser, "add:0.0", seg_0_0_new="district")
    page = press(browser, "add:0", seg_0_new="language")
    assert page.status == 200
    chosen: dict[str, Any] = {
        "seg-0.0.0-value": ["child"],
        "seg-0.0.1-service": "check_18m",
        "seg-0.0.2-value": [KITA],
        "seg-0.1-value": ["ja"],
    }
    page = browser.submit("数える", **chosen)
    assert "人数 1" in page.text
    assert "「1歳6か月児健診」の時期にある（済んだ人を除く）" in page.text
    page = press(browser, "remove:0.1")
    assert "seg-0.1" not in page.html
    page = browser.submit("保存する", name="健診の家庭", description="健診のお知らせに")
    assert page.heading == "健診の家庭"
    assert versions(inside) == [
        {
            "has_person": {
                "all": [
                    {"relation": ["child"]},
                    {"service_open": "check_18m"},
                    {"district": [KITA]},
                ]
            }
        }
    ]
    taken = browser.get(page.link("JSON"))
    assert json.loads(taken.html) == versions(inside)[0]


def test_what_is_wrong_is_said_beside_its_box(app: Flask, inside: Callable[..., Any]) -> None:
    browser = desk(app)
    browser.get(AT)
    page = browser.submit("保存する", name="だれか")
    assert page.status == 422
    assert "条件を1つ以上加えてください。" in page.text
    press(browser, "add:0", seg_0_new="person")
    press(browser, "add:0.0", seg_0_0_new="age")
    wrong: dict[str, Any] = {
        "seg-0.0.0-value": ["child"],
        "seg-0.0.1-from": "9",
        "seg-0.0.1-to": "3",
    }
    page = browser.submit("保存する", name="だれか", **wrong)
    assert page.errors == ["「から」と「まで」を確かめてください。"] * 2
    page = browser.submit("保存する", name="だれか", **ALL)
    assert "下に条件があります" in page.text  # dropping conditions would send to far too many
    assert versions(inside) == []


def test_changing_makes_a_version_and_an_old_screen_changes_nothing(
    app: Flask, inside: Callable[..., Any]
) -> None:
    browser = desk(app)
    browser.get(AT)
    press(browser, "json:0", seg_json='{"any": [{"language": "en"}, {"not": {"channel": "line"}}]}')
    page = browser.submit("保存する", name="英語の人")
    edit = page.link("変える")
    browser.get(edit)
    late = desk(app)
    late.get(edit)
    page = browser.submit("保存する", **TOGETHER)
    assert "第2版として保存しました。" in page.html
    assert late.submit("保存する").status == 409
    assert [next(iter(each)) for each in versions(inside)] == ["any", "all"]
    page = browser.get(page.url)
    page = browser.submit("しまう")
    assert "英語の人" in page.text
    browser.get(AT)
    assert "英語の人" not in browser.get(AT).text  # offered nowhere


def test_a_saved_segment_is_taken_and_json_that_is_wrong_is_refused(
    app: Flask, inside: Callable[..., Any]
) -> None:
    browser = desk(app)
    browser.get(AT)
    press(browser, "json:0", seg_json='{"channel": ["line"]}')
    browser.submit("保存する", name="LINEの人")
    page = browser.get(AT)
    page = press(browser, "take:0")
    assert "「LINEの人」第1版から" in page.text
    page = browser.submit("保存する", name="LINEの人")
    assert "同じ名前" in page.text
    for typed, why in (
        ("{", "JSON の形になっていません。"),
        ('{"age": {"from": 1}}', "segment.age: must stand inside has_person"),
        ("[" * 5000, "JSON"),
    ):
        page = press(browser, "json:0", seg_json=typed)
        assert why in page.text


def test_the_count_is_a_part_of_a_page_and_needs_permission(app: Flask) -> None:
    browser = desk(app)
    page = browser.get(AT)
    token = next(
        each.attributes["value"]
        for each in page.root.all("input")
        if each.attributes.get("name") == "csrf_token"
    )
    boxes = {"seg-box": "0=group", "seg-0-mode": "everybody", "csrf_token": token}
    origin = {"Origin": browser.base}
    said = browser.client.post(f"{browser.base}/staff/segments/look", data=boxes, headers=origin)
    assert "登録しているすべての人" in said.get_data(as_text=True)
    assert sign_in(app, "staff", WRITER, frozenset()).get(AT).status == 403


def test_a_sample_says_why_and_never_who(ctx: Flask) -> None:
    for number in range(6):
        resident(
            children=((months_ago(19), KITA),), mail=f"a{number}@mail.example", district=CHUO,
            birthdate=months_ago(12 * 34 + 5), nickname="もも",
        )  # fmt: skip
    value = {"all": [{"has_person": {"relation": "child", "service_open": "check_18m"}}]}
    found = look(value)
    assert found.reach is not None and found.reach.total == len(found.sample) == 6
    one = found.sample[0]
    kita, chuo = (load_catalogue().districts[key].name for key in (KITA, CHUO))
    assert one.about in (f"30 to 39 years old, {chuo.en}", f"30歳から39歳、{chuo.ja}")
    assert len(one.reasons) == 1
    assert kita.ja in one.reasons[0] or kita.en in one.reasons[0]
    assert "もも" not in str(found) and "@" not in str(found)


def test_of_few_people_a_sample_tells_neither_age_nor_district(ctx: Flask) -> None:
    resident(children=((months_ago(19), KITA),), district=CHUO, birthdate=months_ago(400))
    found = look({"has_person": {"relation": "child"}})
    assert found.sample
    names = [each for key in (KITA, CHUO) for each in (load_catalogue().districts[key].name.ja,)]
    assert not any(name in str(found.sample) for name in names)
    assert "39" not in str(found.sample)


def test_what_can_not_be_asked_any_more_is_said(ctx: Flask) -> None:
    sensitive = next(each.key for each in load_catalogue().services if each.sensitive)
    found = look({"has_person": {"service_open": sensitive}})
    assert found.reach is None
    assert "sensitive" in (found.fault or "")
