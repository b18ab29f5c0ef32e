"""A resident tells of something in a browser without JavaScript; a clerk closes it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from chatbot.reports import handling, keeping, links, picture_store, telling
from chatbot.reports.geojson import Boundary, Reading
from chatbot.reports.ground import replace
from chatbot.reports.models import Report, ReportDraft, ReportFollower, ReportPicture
from chatbot.reports.pictures import clean
from chatbot.reports.rules import State
from portal.core.audit import AuditEntry
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.outbox import OutboxMessage
from tests.browser import Browser, Page
from tests.chatbot.reports.photographs import bomb, photograph, with_place
from tests.conftest import RESIDENT_HOST
from tests.notifications.city import sign_in
from tests.portal.signing_in import new_resident
from tests.portal.signing_in import sign_in as resident_signs_in

CLERK = frozenset({"reports.view", "reports.handle"})
SQUARE = [[139.8, 38.9], [139.9, 38.9], [139.9, 39.0], [139.8, 39.0], [139.8, 38.9]]
CITY: list[Flask] = []
HERE = "38.920000,139.846000"


@pytest.fixture(autouse=True)
def city(app: Flask) -> None:
    """A square city with a road of the prefecture."""
    CITY[:] = [app]
    shapes: dict[str, Any] = {
        "city": {"type": "Polygon", "coordinates": [SQUARE]},
        "district": {"type": "Polygon", "coordinates": [SQUARE]},
        "prefecture_road": {"type": "LineString", "coordinates": [[139.85, 38.9], [139.85, 39.0]]},
    }
    for kind, shape in shapes.items():
        reading = Reading([Boundary(f"名{kind}", "県の事務所", "0000-00-2002", "", shape)])
        with database() as session:
            replace(session, kind, reading, "a.geojson")


@contextmanager
def database() -> Iterator[Session]:
    """A transaction in a context of its own: browsers must not share theirs."""
    with CITY[0].app_context(), transaction() as session:
        yield session


def fill(browser: Browser, act: str = "check", **values: Any) -> Page:
    """The form with these fields, by the button `act`."""
    browser.get("/reports/new")
    told = {"category": "road", "words": "穴", "gps": HERE} | values
    return browser.submit(None, act=act, **told)


def tap(browser: Browser, x: int, y: int) -> Page:
    """A finger on the map: the picture is a button that sends where it was pressed."""
    assert browser.page is not None
    form = Browser._filled(browser.page.form())
    form |= {"map.x": [str(x)], "map.y": [str(y)], "act": []}
    with browser.client.post("/reports/new", data=form, base_url=browser.base) as answer:
        return browser.get(answer.headers["Location"])


def tell(browser: Browser, **values: Any) -> Report:
    """A whole report, sent."""
    fill(browser, "here", **values)
    values.pop("photo", None)
    fill(browser, **values)
    browser.submit("送る")
    return newest()


def newest() -> Report:
    with database() as session:
        found = session.scalars(select(Report).order_by(Report.id.desc()).limit(1)).one()
        session.expunge(found)
        return found


def file(body: bytes, name: str = "a.jpg", kind: str = "image/jpeg") -> tuple[Any, str, str]:
    return (io.BytesIO(body), name, kind)


def picture_row() -> ReportPicture:
    with database() as session:
        found = session.scalars(select(ReportPicture)).one()
        session.expunge(found)
        return found


def run(act: Callable[[], int]) -> int:
    """A tick."""
    with CITY[0].app_context():
        return act()


def files() -> list[Path]:
    with CITY[0].app_context():
        return list(picture_store.folder().rglob("*.jpg"))


def path_to(row_id: UUID) -> str:
    with CITY[0].app_context():
        return links.path(row_id)


def count(record: Any) -> int:
    with database() as session:
        return session.scalar(select(func.count()).select_from(record)) or 0


def moved_back(table: str, column: str, span: timedelta) -> None:
    with database() as session:
        session.execute(text(f"UPDATE {table} SET {column} = {column} - :span"), {"span": span})


def test_by_the_map_without_javascript_to_the_end(app: Flask, browser: Browser) -> None:
    browser.get("/reports/new")
    browser.submit(None, act="picture", photo=[file(with_place())], words="穴があります")
    assert len(browser.page.root.all("img")) > 1  # type: ignore[union-attr]
    page = tap(browser, 150, 100)
    assert "場所にしるしをつけました" in page.text
    assert "穴があります" in page.html
    map_url = next(
        e.attributes["src"] for e in page.root.all("input") if e.attributes.get("type") == "image"
    )
    answer = browser.client.get(map_url, base_url=browser.base)
    assert answer.mimetype == "image/svg+xml" and b"#b42318" in answer.data
    page = browser.submit(None, act="check", category="road")
    assert page.path == "/reports/check" and "まちづくり推進課" in page.text
    page = browser.submit("送る")
    report = newest()
    assert report.number in page.text and page.path == path_to(report.id)
    assert (report.words, report.district, report.desk) == ("穴があります", "名district", "civic")
    assert count(ReportPicture) == 1

    limited = frozenset({"reports.view@water", "reports.handle@water"})
    elsewhere = sign_in(app, "staff", UUID(int=8), limited)
    assert report.number not in elsewhere.get("/staff/reports?desk=civic").text
    assert elsewhere.get(f"/staff/reports/{report.id}").status == 403
    clerk = sign_in(app, "staff", UUID(int=7), CLERK)
    board = clerk.get("/staff/reports")
    assert report.number in board.text
    clerk.get(board.link(report.number))
    assert "穴があります" in clerk.page.text  # type: ignore[union-attr]
    page = clerk.submit("保存", state="not_ours")
    assert any("担当の機関と理由" in one for one in page.errors)
    page = clerk.submit("保存", state="done", words="<b>直しました</b>")
    assert "対応が終わりました" in page.text
    shown = browser.get(path_to(report.id))
    assert "<b>直しました</b>" in shown.text and "対応が終わりました" in shown.text
    browser.submit("直りました")
    assert "「ありがとう」が届きました" in clerk.get(f"/staff/reports/{report.id}").text


def test_a_second_tap_sends_nothing_twice(browser: Browser) -> None:
    fill(browser, "here")
    page = fill(browser, gps="")
    form = Browser._filled(page.form("送る"))
    paths = []
    for _ in range(2):
        with browser.client.post("/reports/check", data=form, base_url=browser.base) as answer:
            paths.append((answer.status_code, newest().number in answer.get_data(as_text=True)))
    assert paths == [(303, False), (200, True)] and count(Report) == 1
    assert "穴</textarea>" not in browser.get("/reports/new").html


def test_nothing_typed_is_lost_when_something_is_wrong(browser: Browser) -> None:
    page = fill(
        browser, category="light", words="暗い", gps="", mail="no mail", photo=[file(b"<svg/>")]
    )
    assert page.status == 200 and len(page.errors) >= 2
    assert "送れるのは写真だけです" in page.text
    again = browser.get("/reports/new")
    assert "暗い" in again.html and "no mail" in again.html
    page = fill(browser, category="light", words="暗い", gps="", mail="a@b.example")
    assert any("場所を示すか" in one for one in page.errors)


@pytest.mark.parametrize("act", ["in", "out", "north", "south", "west", "east", "find", "odd"])
def test_buttons_move_the_map(browser: Browser, act: str) -> None:
    browser.get("/reports/new")
    before = [e for e in browser.page.root.all("input") if "src" in e.attributes]  # type: ignore[union-attr]
    page = fill(browser, act, place="市役所")
    after = [e for e in page.root.all("input") if "src" in e.attributes]
    assert page.status == 200 and after
    changed = before[0].attributes["src"] != after[0].attributes["src"]
    assert changed == (act not in ("odd", "find"))


def test_files_that_are_no_pictures_are_refused_in_words(browser: Browser) -> None:
    heic = b"\x00\x00\x00\x18ftypheic" + b"\x00" * 64
    evil = [
        (file(bomb()), "画素数"),
        (file(heic), "互換性優先"),
        (
            file(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "image/svg+xml"),
            "送れるのは",
        ),
        (file(b"MZ evil", "../../a.jpg"), "送れるのは"),
        (file(b"", "a.jpg"), "写真が空"),
    ]
    for sent, words in evil:
        page = fill(browser, "picture", photo=[sent])
        assert any(words in one for one in page.errors), words
    assert count(ReportPicture) == 0
    page = fill(browser, "picture", photo=[file(photograph("PNG"), "x.exe", "text/html")])
    assert count(ReportPicture) == 1
    page = fill(browser, "picture", photo=[file(photograph())] * 1 + [file(photograph())] * 2)
    assert "3枚まで" in page.text
    assert count(ReportPicture) == 3


def test_words_are_words_and_never_markup(app: Flask, browser: Browser) -> None:
    evil = "<script>alert(1)</script>\"'{{7*7}}"
    report = tell(browser, words=evil, place=evil)
    clerk = sign_in(app, "staff", UUID(int=7), CLERK)
    pages = [
        browser.get(path_to(report.id)),
        clerk.get("/staff/reports"),
        clerk.get(f"/staff/reports/{report.id}"),
    ]
    assert all("<script>alert" not in page.html and "{{7*7}}" in page.html for page in pages)
    csv = clerk.client.get("/staff/reports/export", base_url=clerk.base).data
    assert csv.startswith(b"\xef\xbb\xbf")


def test_a_formula_is_no_formula_in_the_spreadsheet(app: Flask, browser: Browser) -> None:
    tell(browser, words="=HYPERLINK(1)")
    clerk = sign_in(app, "staff", UUID(int=7), CLERK)
    csv = clerk.client.get("/staff/reports/export", base_url=clerk.base).get_data(as_text=True)
    assert "'=HYPERLINK(1)" in csv and ",=HYPERLINK" not in csv


def test_pictures_are_for_the_reporter_and_clerks_alone(app: Flask, browser: Browser) -> None:
    report = tell(browser, photo=[file(with_place())])
    picture = picture_row()
    path = f"{path_to(report.id)}/pictures/{picture.id}"
    answer = browser.client.get(path, base_url=browser.base)
    assert answer.mimetype == "image/jpeg" and b"SECRET" not in answer.data
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    stranger = Browser(app, f"http://{RESIDENT_HOST}")
    other = path_to(picture.id)
    for wrong in (
        f"/reports/r/{'A' * 43}/pictures/{picture.id}",
        f"{other}/pictures/{picture.id}",
        f"/reports/new/pictures/{picture.id}",
        f"/static/../var/media/reports/{picture.file}.jpg",
    ):
        assert stranger.client.get(wrong, base_url=stranger.base).status_code == 404, wrong
    nobody = sign_in(app, "staff", UUID(int=8), frozenset({"notices.view"}))
    staff_path = f"/staff/reports/{report.id}/pictures/{picture.id}"
    assert nobody.client.get(staff_path, base_url=nobody.base).status_code == 403
    clerk = sign_in(app, "staff", UUID(int=7), CLERK)
    assert clerk.client.get(staff_path, base_url=clerk.base).status_code == 200


def test_the_same_thing_is_told_once_and_others_say_me_too(app: Flask, browser: Browser) -> None:
    report = tell(browser, words="さいしょ")
    other = Browser(app, f"http://{RESIDENT_HOST}")
    fill(other, "here", gps="38.920300,139.846000", words="二人目", mail="b@c.example")
    page = fill(other, gps="38.920300,139.846000", words="二人目", mail="b@c.example")
    assert "わたしも" in page.text and "33m先" in page.text
    page = other.submit("わたしも")
    assert page.status == 200 and "さいしょ" not in page.html
    assert count(Report) == 1 and count(ReportFollower) == 1
    assert other.client.post(f"{page.path}/thanks").status_code in (400, 404)
    far = Browser(app, f"http://{RESIDENT_HOST}")
    fill(far, "here", gps="38.920500,139.846000")
    assert "わたしも" not in fill(far, gps="").text  # 56 m
    with database() as session:
        handling.move(session, handling.locked(session, report.id), State.DONE, "", None)
    assert run(telling.sweep) == 0  # a slip may still be taken back
    moved_back("report_acts", "at", timedelta(minutes=3))
    assert run(telling.sweep) == 1 and run(telling.sweep) == 0
    with database() as session:
        mails = session.scalars(select(OutboxMessage)).all()
        assert {(one.to, one.message) for one in mails} == {("b@c.example", "report_changed")}
        assert set(mails[0].params) == {"url"}


def test_who_else_is_responsible_is_said_and_it_can_still_be_sent(browser: Browser) -> None:
    fill(browser, "here", gps="38.930000,139.850000")
    page = fill(browser, gps="")
    assert "県の事務所" in page.text and "0000-00-2002" in page.text
    browser.submit("送る")
    assert newest().whose == "名prefecture_road"
    fill(browser, "here", gps="38.500000,139.850000")
    assert "市の外" in fill(browser, gps="").text


def test_clerks_sort_merge_note_undo_and_open_the_contact(app: Flask, browser: Browser) -> None:
    first = tell(browser, mail="a@b.example", phone="0000-00-1234")
    fill(browser, "here", words="べつ", gps="38.940000,139.846000")
    fill(browser, words="べつ", gps="")
    browser.submit("送る")
    second = newest()
    clerk = sign_in(app, "staff", UUID(int=7), CLERK)
    page = clerk.get(f"/staff/reports/{first.id}")
    assert "a@b.example" not in page.html and "0000-00-1234" not in page.html
    page = clerk.submit("連絡先を開く")
    assert "a@b.example" in page.text and "0000-00-1234" in page.text
    clerk.get(f"/staff/reports/{second.id}")
    clerk.submit("メモを残す", note="ないしょ")
    clerk.submit("変える", desk="environment")  # type: ignore[union-attr]
    assert newest().desk == "environment"
    page = clerk.submit("まとめる", number="26-99999")
    assert any("まとめられません" in one for one in page.errors)
    page = clerk.submit("まとめる", number=second.number)
    assert any("まとめられません" in one for one in page.errors)
    page = clerk.submit("まとめる", number=first.number)
    assert first.number in page.text and newest().state == "duplicate"
    assert "ないしょ" not in browser.get(path_to(second.id)).html
    clerk.get(f"/staff/reports/{second.id}")
    page = clerk.submit("元にもどす")  # type: ignore[union-attr]
    assert newest().state == "received" and newest().duplicate_of is None
    with database() as session:
        actions = set(session.scalars(select(AuditEntry.action)))
    assert actions >= {
        "report.sent",
        "report.contact_opened",
        "report.note",
        "report.assign",
        "report.state",
        "report.undone",
    }


def test_reopening_within_thirty_days(app: Flask, browser: Browser) -> None:
    report = tell(browser)
    clerk = sign_in(app, "staff", UUID(int=7), CLERK)
    clerk.get(f"/staff/reports/{report.id}")
    clerk.submit("保存", state="done")
    browser.get(path_to(report.id))
    browser.submit("もう一度知らせる", words="まだ穴があります")
    assert newest().state == "received" and newest().closed_at is None
    assert "まだ穴があります" in clerk.get(f"/staff/reports/{report.id}").text
    clerk.submit("保存", state="done")
    moved_back("reports", "closed_at", timedelta(days=31))
    assert "まだ直っていません" not in browser.get(path_to(report.id)).text


def test_pictures_and_contacts_go_after_their_time(browser: Browser) -> None:
    report = tell(browser, photo=[file(photograph())], mail="a@b.example")
    assert len(files()) == 2
    assert run(keeping.sweep) == 0
    with database() as session:
        session.execute(text("UPDATE reports SET closed_at = :at, state = 'done'"), {"at": now()})
    assert run(keeping.sweep) == 0
    moved_back("reports", "closed_at", timedelta(days=91))
    assert run(keeping.sweep) == 1 and run(keeping.sweep) == 0
    assert newest().mail is None and newest().words
    assert not files()
    assert "写真は消しました" in browser.get(path_to(report.id)).text


def test_drafts_go_after_a_day_with_their_pictures(browser: Browser) -> None:
    fill(browser, "picture", photo=[file(photograph())], words="古い")
    moved_back("report_drafts", "changed_at", timedelta(hours=25))
    assert "古い" not in browser.get("/reports/new").html
    run(keeping.sweep)
    assert count(ReportDraft) == 0 and not files()


def test_left_over_files_are_found(app: Flask) -> None:
    with app.app_context():
        picture_store.put(clean(photograph()))
    assert run(keeping.tidy) == 0  # too young: its request may still be at work
    for one in files():
        os.utime(one, (1, 1))
    assert run(keeping.tidy) == 1 and not files()


def test_signed_in_it_is_ones_own_and_goes_when_one_leaves(app: Flask) -> None:
    me = new_resident(app)
    browser = resident_signs_in(app, me)
    report = tell(browser, mail="me@b.example")
    assert report.resident_id == me
    assert report.number in browser.get("/reports").text
    with database() as session:
        keeping.forget_resident(session, me)
    assert newest().mail is None


def test_flooding_is_stopped(browser: Browser) -> None:
    tell(browser)
    page = browser.get("/reports/new")
    form = {"csrf_token": Browser._filled(page.form())["csrf_token"]}
    codes = [
        browser.client.post("/reports/check", data=form, base_url=browser.base).status_code
        for _ in range(61)
    ]
    assert codes[0] == 200 and codes[-1] == 429
