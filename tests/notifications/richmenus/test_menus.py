"""One menu's way: drawn by a clerk, approved by another, shown by LINE, tapped, counted."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from PIL import Image
from sqlalchemy import select, text

from notifications.disaster import mode
from notifications.notices import testers
from notifications.richmenus import keeping, landing, publishing, syncing
from notifications.richmenus.areas import Area
from notifications.richmenus.definition import load
from notifications.richmenus.models import MenuLink, MenuState, MenuVersion, RichMenu
from portal.core.clock import now
from portal.core.db import read, transaction
from tests.browser import Browser, Page
from tests.conftest import STAFF_HOST
from tests.notifications.city import APPROVER, CHIEF, CLERK, WRITER, resident, sign_in, values
from tests.notifications.conftest import Phone
from tests.notifications.richmenus.conftest import Inside, Platform, approved, handed_in

AT = "/staff/menus"
BODY = {"ja": {"title": "大雨", "body": "避難してください"}, "en": {"title": "R", "body": "E"}}
ENGLISH = {"language": ["en"]}


def desk(app: Flask) -> Browser:
    return sign_in(app, "staff", WRITER, CLERK)


def chief(app: Flask) -> Browser:
    return sign_in(app, "staff", APPROVER, CHIEF)


def press(browser: Browser, button: str, **typed: Any) -> Page:
    """`areas_1_x` is the field `areas-1-x`."""
    return browser.submit(button, **{name.replace("_", "-"): typed[name] for name in typed})


def drawn(browser: Browser, start: str = "six") -> str:
    browser.get(f"{AT}/new")
    page = browser.submit("描く", name="くらし", bar="くらしのメニュー", start=start)
    assert page.heading == "くらし"
    return page.path


def test_a_menu_from_the_first_line_to_the_count_of_its_taps(
    app: Flask, browser: Browser, work: Any, platform: Platform, phone: Phone
) -> None:
    clerk = desk(app)
    path = drawn(clerk)
    clerk.get(f"{path}/picture")
    assert press(clerk, "描く", panes_1_words="電話する窓口はこちらです長い").status == 422
    assert clerk.page and clerk.page.errors == ["長くて入りません。"]
    assert press(clerk, "描く", panes_1_words="絵文字😀").status == 422
    clerk.get(f"{path}/picture")
    press(clerk, "描く", panes_1_words="電話する", panes_1_icon="phone")
    clerk.get(f"{path}/areas")
    page = press(clerk, "保存する", areas_5_to="address", areas_5_more="http://a.example")
    assert page.status == 422 and "https://" in page.errors[0]
    page = press(clerk, "保存する", areas_5_more="https://a.example/子", areas_5_outside="y")
    assert "https://a.example/子" in page.text
    assert "承認に出す" in page.text
    clerk.submit("承認に出す")
    assert platform.everybodys() is None
    boss = chief(app)
    boss.get(path)
    boss.submit("承認する")
    work()
    assert platform.everybodys() == "くらし 1"
    [menu] = platform.menus()
    assert (menu["chatBarText"], menu["size"]) == (
        "くらしのメニュー",
        {"width": 2500, "height": 1686},
    )
    links = [area["action"]["uri"] for area in menu["areas"]]
    assert links[0].startswith("https://liff.line.example/1000000001-abcdefgh/my?m=")
    assert links[1].startswith("http://localhost:8000/ask?m=")
    assert links[5].endswith(".5?openExternalBrowser=1") and "/m/" in links[5]
    browser.get(links[1])
    assert browser.page and browser.page.path == "/ask" and "m=" not in browser.page.url
    browser.get(links[1])
    out = browser.get(links[5].removeprefix("http://localhost:8000"), follow=False)
    assert out.response.headers["Location"] == "https://a.example/%E5%AD%90"
    page = boss.get(path)
    assert "公開" in page.text or "出ている" in page.text or "版1の押された数" in page.text
    rows = [
        row.text.split() for row in page.root.all("tr") if "/ask" in row.text or "質問" in row.text
    ]
    assert any(row[-3:] == ["2", "2", "2"] for row in rows), rows


def test_a_tap_behind_the_sign_in_counts_once_and_leads_back(
    app: Flask, inside: Inside, browser: Browser
) -> None:
    inside(approved, "くらし")
    code = inside(values, select(MenuVersion.code))[0]
    turned = browser.get(f"/my?m={code}.0&x=1", follow=False)
    assert "m%3D" in turned.response.headers["Location"]  # comes back with the mark
    assert inside(values, text("SELECT count FROM menu_taps")) == []
    who = inside(resident, line=1)
    known = sign_in(app, "resident", who)
    page = known.get(f"/my?m={code}.0&x=1")
    assert page.url.endswith("/my?x=1")
    assert inside(values, text("SELECT count FROM menu_taps")) == [1]
    liff = browser.get(f"/line/my?m={code}.0", follow=False)
    assert liff.status == 200  # LIFF's page on the way counts nothing
    for forged in (f"/ask?m={code}.9", "/ask?m=x", f"/ask?m={code}.1%00", f"/m/{code}.0"):
        assert browser.get(forged).status in {200, 400, 404}
    assert inside(values, text("SELECT sum(count) FROM menu_taps")) == [1]


def test_segments_get_their_menu_in_order_and_it_is_taken_back(
    app: Flask, inside: Inside, platform: Platform, phone: Phone
) -> None:
    english = inside(resident, line=1, language="en")
    inside(resident, line=2, language="ja")
    inside(approved, "みんな")
    inside(approved, "English", segment=ENGLISH, place=1)
    rival, _ = inside(handed_in, "二つ目")
    assert "「みんな」も全員が対象です" in desk(app).get(f"{AT}/{rival}").text
    inside(syncing.sync)
    assert (platform.everybodys(), platform.shown_to(1), platform.shown_to(2)) == (
        "みんな 1",
        "English 1",
        None,
    )
    before = phone.counts()["calls"], platform.menus()
    inside(syncing.sync)
    assert platform.menus() == before[1]
    assert phone.counts()["calls"] - before[0] <= 5  # looks, and changes nothing
    inside(lambda: read().execute(text("UPDATE residents SET language='ja'")))
    inside(syncing.sync)
    assert platform.shown_to(1) is None
    inside(lambda: read().execute(text("UPDATE residents SET language='en'")))
    inside(syncing.one, str(english))
    assert platform.shown_to(1) == "English 1"
    inside(lambda: read().execute(text("DELETE FROM identities")))  # left, or another LINE
    inside(syncing.sync)
    assert platform.shown_to(1) is None
    assert inside(values, select(MenuLink.user_index)) == []


def test_the_plan_and_the_rule_agree_on_random_residents(app: Flask, inside: Inside) -> None:
    from notifications.richmenus import linking, reading, rules
    from notifications.segments import city, tests
    from notifications.segments.facts import all_facts
    from notifications.segments.segment import Segment

    for number in range(12):
        inside(resident, line=number, language=("ja", "en")[number % 2], district=None)
    bodies = {}
    for place, body in ((9, ENGLISH), (3, {"channel": ["mail"]}), (5, {"not": ENGLISH})):
        _, version = inside(approved, f"{place}", segment=body, place=place)
        bodies[version] = body

    def both() -> tuple[dict[str, UUID | None], dict[str, UUID | None]]:
        plan = reading.plan()
        ids = {each.id: each.id for each in plan.offered}
        by_sql = {user: wanted for _, user, wanted in linking.changes(plan.offered, ids)}
        setting = city.setting()
        held = {v: Segment.read(b, setting).test(setting) for v, b in bodies.items()}
        rows = read().execute(text("SELECT resident_id FROM identities WHERE issuer='line'"))
        facts = all_facts(read())
        told = {
            who: {v for v, test in held.items() if tests.holds(test, found)} for who, found in facts
        }
        chosen = {
            str(row[0]): getattr(rules.choose(plan.offered, told[row[0]]), "id", None)
            for row in rows
        }
        return dict(sorted(by_sql.items())), chosen

    by_sql, chosen = inside(both)
    assert sorted(map(str, by_sql.values())) == sorted(map(str, chosen.values()))
    assert len(by_sql) == 12


def test_disaster_mode_switches_the_menus_and_back(
    app: Flask, inside: Inside, platform: Platform, work: Any
) -> None:
    inside(approved, "みんな")
    inside(approved, "災害", mode="disaster")
    work()
    assert platform.everybodys() == "みんな 1"
    assert len(platform.menus()) == 2  # is there already, so that the switch takes a moment

    def switch(on: bool) -> None:
        with transaction() as session:
            mode.switch_on(session, APPROVER, BODY) if on else mode.switch_off(session, APPROVER)

    inside(switch, True)
    work()
    assert platform.everybodys() == "災害 1"
    inside(switch, False)
    work()
    assert platform.everybodys() == "みんな 1"


def test_maintenance_comes_and_goes_with_its_time(
    app: Flask, inside: Inside, platform: Platform, work: Any
) -> None:
    inside(approved, "みんな")
    inside(approved, "点検", mode="maintenance")
    work()
    boss = chief(app)
    boss.get(f"{AT}/modes")
    soon = now() + timedelta(hours=9, minutes=2)  # a Japanese wall clock
    until = soon + timedelta(hours=2)
    page = boss.submit(
        "切り替える", starts_at=f"{until:%Y-%m-%dT%H:%M}", ends_at=f"{soon:%Y-%m-%dT%H:%M}"
    )
    assert page.status == 422
    boss.submit("切り替える", starts_at=f"{soon:%Y-%m-%dT%H:%M}", ends_at=f"{until:%Y-%m-%dT%H:%M}")
    work()
    assert platform.everybodys() == "みんな 1"
    for minutes, shown in ((5, "点検 1"), (6, "点検 1"), (130, "みんな 1")):
        with time_machine.travel(now() + timedelta(minutes=minutes), tick=True):
            inside(syncing.tick)
            work()
            inside(syncing.tick)
            work()
            assert platform.everybodys() == shown


def test_a_new_version_replaces_and_withdrawing_brings_the_old_one_back(
    app: Flask, inside: Inside, platform: Platform, work: Any
) -> None:
    menu, first = inside(approved, "くらし")
    work()
    old = platform.menus()[0]["richMenuId"]
    alias = inside(values, text("SELECT alias FROM drawn_menus"))[0]
    _, second = inside(approved, "くらし", menu=menu)
    work()
    assert platform.everybodys() == platform.alias(alias) == "くらし 2"
    assert [each["name"] for each in platform.menus()] == ["くらし 2"]  # the old one is gone

    def withdraw() -> None:
        with transaction() as session:
            keeping.withdraw(session, second)

    inside(withdraw)
    work()
    assert platform.everybodys() == platform.alias(alias) == "くらし 1"
    assert platform.menus()[0]["richMenuId"] != old  # LINE never lets one come back

    def again() -> int:
        with transaction() as session:
            return keeping.go_back(session, first, WRITER).number

    assert inside(again) == 3


def test_a_feast_comes_by_the_tick_and_the_usual_menu_is_back(
    app: Flask, inside: Inside, platform: Platform, work: Any
) -> None:
    menu, _ = inside(approved, "くらし")
    start = now() + timedelta(hours=1)
    inside(approved, "祭", menu=menu, starts_at=start, ends_at=start + timedelta(hours=1))
    work()
    assert platform.everybodys() == "くらし 1"
    for moment, shown in ((start, "くらし 2"), (start + timedelta(hours=1), "くらし 1")):
        with time_machine.travel(moment + timedelta(seconds=1), tick=True):
            inside(syncing.tick)
            work()
            assert platform.everybodys() == shown
            inside(syncing.tick)
            assert not app.extensions["mado.redis"].llen("rq:queue:bulk")  # harmless twice


def test_tabs_lead_to_other_menus_and_are_counted(
    app: Flask, inside: Inside, platform: Platform
) -> None:
    second, _ = inside(approved, "子育て", mode="tab")
    tab = Area(0, 0, 100, 100, "子育て", f"tab:{second}")
    say = Area(100, 0, 100, 100, "言う", "say", "ごみの日")
    inside(approved, "くらし", [tab, say])
    inside(syncing.sync)
    [menu] = [each for each in platform.menus() if each["name"] == "くらし 1"]
    switch, message = (each["action"] for each in menu["areas"])
    assert switch["type"] == "richmenuswitch"
    assert platform.alias(switch["richMenuAliasId"]) == "子育て 1"
    assert message == {"type": "message", "label": "言う", "text": "ごみの日"}
    params = {"newRichMenuAliasId": switch["richMenuAliasId"], "status": "SUCCESS"}
    event = {"postback": {"data": switch["data"], "params": params}}
    inside(landing.switched, event)
    assert landing.is_switch(event) and not landing.is_switch({"postback": {"data": "x"}})
    assert inside(values, text("SELECT count FROM menu_taps")) == [1]


def test_line_away_is_tried_again_when_it_says_and_a_refused_menu_never(
    app: Flask, inside: Inside, platform: Platform, phone: Phone
) -> None:
    menu, _ = inside(approved, "くらし")
    inside(syncing.sync)
    inside(approved, "くらし", menu=menu)
    phone.fail({"status": 429, "path": "/v2/bot/richmenu"})
    inside(syncing.sync)
    state = inside(lambda: read().execute(select(MenuState.__table__)).one())
    assert state.failed_at and 0 < (state.next_try_at - now()).total_seconds() <= 61
    inside(syncing.tick)
    assert not app.extensions["mado.redis"].llen("rq:queue:bulk")  # not before its time
    phone.fail({"status": 400, "path": "/v2/bot/richmenu"})
    inside(syncing.sync)
    assert inside(values, select(RichMenu.id).where(RichMenu.refused_at.is_not(None)))
    inside(syncing.sync)
    assert platform.everybodys() == "くらし 1"  # the version before it stands in
    page = desk(app).get(f"{AT}/{menu}")
    assert "LINEが受け付けません" in page.text


def test_nobody_approves_what_they_handed_in(app: Flask, inside: Inside) -> None:
    menu, version = inside(handed_in, "くらし")
    both = sign_in(app, "staff", WRITER, CLERK | CHIEF)
    page = both.get(f"{AT}/{menu}")
    assert "別の職員が承認します" in page.text and "承認する" not in page.text
    form = {"csrf_token": csrf(page)}
    origin = {"Origin": f"http://{STAFF_HOST}", "Referer": page.url}
    url = f"http://{STAFF_HOST}{AT}/{menu}/versions/{version}/approval"
    assert both.client.post(url, data=form, headers=origin).status_code == 403
    assert both.get(f"{AT}/{menu}/audience").status == 200
    assert both.submit("保存する", bar="別").status == 409  # while somebody looks at it
    boss = chief(app)
    boss.get(f"{AT}/{menu}")
    assert boss.submit("差し戻す", reason="").status == 422
    page = boss.submit("差し戻す", reason="色を変えてください")
    assert "色を変えてください" in page.text
    assert inside(values, select(MenuVersion.submitted_at)) == [None]


def test_an_own_picture_is_checked_beside_its_field_and_areas_are_helped(
    app: Flask, inside: Inside
) -> None:
    clerk = desk(app)
    path = drawn(clerk, "upload")
    clerk.get(f"{path}/upload")
    page = clerk.submit("送る", file=(io.BytesIO(b"GIF89a"), "a.png"))
    assert page.status == 422 and "PNGかJPEGの画像ではありません" in " ".join(page.errors)
    out = io.BytesIO()
    Image.new("RGB", (1200, 800), "white").save(out, "PNG")
    clerk.submit("送る", file=(io.BytesIO(out.getvalue()), "a.png"))
    assert clerk.page and clerk.page.path.endswith("/areas")
    page = clerk.submit("分ける", columns="2", rows="1")
    assert [
        e.attributes["value"]
        for e in page.root.all("input")
        if e.attributes.get("name") in {"areas-1-x", "areas-1-width"}
    ] == ["600", "600"]
    page = press(clerk, "保存する", areas_1_x="700", areas_0_label="あ")
    assert page.status == 422 and any("はみ出し" in each for each in page.errors)
    assert clerk.get(path).text.count("押せる場所がまだありません") == 1


def test_the_shipped_menu_stands_by_while_clerks_drew_one(
    app: Flask, inside: Inside, platform: Platform
) -> None:
    menu = load("default", "http://localhost:8000")
    inside(publishing.publish, menu)
    assert platform.everybodys() == "default"
    _, version = inside(approved, "くらし")
    inside(syncing.sync)
    assert inside(publishing.publish, menu)[1] is False
    assert platform.everybodys() == "くらし 1"

    def withdraw() -> None:
        with transaction() as session:
            keeping.withdraw(session, version)

    inside(withdraw)
    inside(syncing.sync)
    assert platform.everybodys() == "default"


def test_a_clerk_tries_a_draft_on_their_own_phone(
    app: Flask, inside: Inside, platform: Platform
) -> None:
    menu, _ = inside(handed_in, "くらし")
    clerk = desk(app)
    assert "自分のLINEに出してみる" not in clerk.get(f"{AT}/{menu}").text

    def link() -> None:
        with transaction() as session:
            testers.link(session, testers.new_code(session, WRITER), resident(line=7))

    inside(link)
    clerk.get(f"{AT}/{menu}")
    assert "今夜まで" in clerk.submit("自分のLINEに出してみる").text
    assert (platform.shown_to(7), platform.everybodys()) == ("くらし 1", None)
    inside(syncing.sync)
    assert platform.shown_to(7) is None


def csrf(page: Any) -> str:
    fields = [e for e in page.root.all("input") if e.attributes.get("name") == "csrf_token"]
    return str(fields[0].attributes["value"])


pytestmark = pytest.mark.usefixtures("phone")
