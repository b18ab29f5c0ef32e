"""A clerk's console: the first page, going to a page, files, many rows at once, keys."""

from __future__ import annotations

import csv
import io
import uuid
import zipfile
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from auth.staff.operations import OPERATIONS
from chatbot.reports import sending
from chatbot.reports.places import Point
from portal.console.place_words import FURTHER, words
from portal.core.db import read, transaction
from portal.core.registries import registries
from portal.core.web.access import access_of
from portal.core.web.menu import GROUPS
from portal.operations.tickets import keeping
from tests.browser import Browser, Page
from tests.notifications.city import sign_in

ME = uuid.UUID(int=77)


@pytest.fixture
def clerk(app: Flask) -> Browser:
    return sign_in(app, "staff", ME, frozenset(OPERATIONS))


def actions() -> list[str]:
    return list(read().scalars(text("SELECT action FROM audit_entries ORDER BY id")))


def asked(count: int) -> list[str]:
    with transaction() as session:
        made = [
            keeping.ask(session, topic="use", words=f"問{n}", language="ja") for n in range(count)
        ]
        return [str(one.id) for one in made]


def test_every_entry_of_the_menu_has_its_group_and_words(app: Flask) -> None:
    nav = [item for item in registries(app).nav if item.face == "staff"]
    assert not [item.endpoint for item in nav if item.group not in GROUPS]
    known = {item.endpoint for item in nav} | FURTHER.keys()
    assert known == words().keys()
    assert not [one for one in FURTHER if access_of(app, one) is None]


def test_the_first_page_says_what_waits_in_one_query(
    clerk: Browser, ctx: Flask, count_queries: Any
) -> None:
    asked(2)
    with count_queries() as statements:
        page = clerk.get("/staff/")
    assert sum("tickets" in one for one in statements) == 1
    assert "未回答の連絡票 2" in page.text
    assert "承認待ちのお知らせ" in page.text  # among those where nothing waits
    nobody = sign_in(ctx, "staff", uuid.uuid4(), frozenset())
    assert "未回答" not in nobody.get("/staff/").text


def test_a_word_leads_to_the_page_it_means(clerk: Browser) -> None:
    assert clerk.get("/staff/go?q=れんらくひょう").path == "/staff/tickets"
    assert clerk.get("/staff/go?q=お知らせ").path == "/staff/notices"
    several = clerk.get("/staff/go?q=ごみ")
    assert several.path == "/staff/go"
    assert "ごみ分別" in several.text
    assert "当てはまるページがありません" in clerk.get("/staff/go?q=zzzz").text
    assert "職員アカウント" in clerk.get("/staff/go").text


def test_a_list_is_sorted_paged_and_taken_along(clerk: Browser, ctx: Flask) -> None:
    asked(25)
    page = clerk.get("/staff/tickets?rows2=20&sort2=1")
    numbers = [row.all("td")[1].text for row in page.root.all("tbody")[-1].all("tr")]
    assert len(numbers) == 20
    assert numbers == sorted(numbers)
    assert 'aria-sort="ascending"' in page.html
    assert "25件のうち 1〜20件目" in page.text
    taken = clerk.client.get("/staff/tickets?sort2=-1&file=csv&table=2", base_url=clerk.base)
    lines = list(csv.reader(io.StringIO(taken.data.decode("utf-8-sig"))))
    assert lines[0][:2] == ["受付番号", lines[0][1]]
    assert [line[0] for line in lines[1:]] == sorted((line[0] for line in lines[1:]), reverse=True)
    assert len(lines) == 26
    packed = clerk.client.get("/staff/tickets?file=zip&table=2", base_url=clerk.base)
    names = zipfile.ZipFile(io.BytesIO(packed.data)).namelist()
    assert {name.rpartition(".")[2] for name in names} == {"csv", "xlsx", "sig"}
    assert actions().count("list.exported") == 2
    stranger = sign_in(ctx, "staff", uuid.uuid4(), frozenset({"notices.view"}))
    assert stranger.client.get("/staff/tickets?file=csv", base_url=stranger.base).status_code == 403


def many(clerk: Browser, path: str, act: str, rows: list[str]) -> Page:
    """Ticks rows of a list (their boxes stand in the table, outside the form) and goes on."""
    page = clerk.get(path)
    data = clerk._filled(page.form("進む")) | {"act": [act], "id": rows}
    headers = {"Origin": clerk.base, "Referer": page.url}
    return clerk._open("POST", f"{clerk.base}/staff/bulk", data, True, headers)


def test_many_tickets_are_closed_at_once_and_opened_again(clerk: Browser, ctx: Flask) -> None:
    rows = asked(3)
    question = many(clerk, "/staff/tickets", "tickets.close:", [*rows[:2], "nonsense"])
    assert "2件" in question.heading
    assert "15分以内は元に戻せます" in question.text
    assert "ticket.closed" not in actions()
    done = clerk.submit("2件に行う")
    assert "2件に行いました" in done.text
    assert actions().count("ticket.closed") == 2
    with transaction() as session:  # a colleague opens one meanwhile
        keeping.act(session, uuid.UUID(rows[0]), "reopened", "", None)
    clerk.get(done.path)
    back = clerk.submit("元にもどす")
    assert "1件を元に戻しました" in back.text
    assert "1件はその後に変わった" in back.text
    left = "SELECT count(*) FROM tickets WHERE closed_at IS NOT NULL"
    assert read().scalar(text(left)) == 0
    assert actions().count("list.undone") == 1
    other = sign_in(ctx, "staff", uuid.uuid4(), frozenset(OPERATIONS))
    assert other.get(done.path).status == 404


def test_what_reporters_are_told_of_can_not_be_taken_back(clerk: Browser, ctx: Flask) -> None:
    with transaction() as session:
        point = Point(38.920012, 139.846098)
        made = [sending.new_report(session, "road", point, sending.Sender("web")) for _ in "12"]
        session.add_all(made)
        session.flush()
        rows = [str(one.id) for one in made]
    question = many(clerk, "/staff/reports?state=", "reports.state:checking", rows)
    assert "ここでは元に戻せません" in question.text
    done = clerk.submit("2件に行う")
    assert "元にもどす" not in done.text
    assert actions().count("report.state") == 2
    again = many(clerk, "/staff/reports?state=", "reports.state:checking", rows)
    assert "2件" in again.heading
    assert "行えなかったもの 2" in clerk.submit("2件に行う").text


def test_rows_get_a_clerk_and_links_are_hidden_and_back(clerk: Browser, ctx: Flask) -> None:
    from portal.guide.links_kept.keeping import shown

    key = next(iter(shown()))
    many(clerk, "/staff/links", "links.hide:", [key])
    clerk.submit("1件に行う")
    assert key not in shown()
    clerk.submit("元にもどす")
    assert key in shown()
    assert many(clerk, "/staff/links", "links.hide:", []).status == 422
    assert many(clerk, "/staff/links", "notices.approve:", [key]).status == 404


def test_approvals_are_never_many(app: Flask) -> None:
    assert not [one.key for one in registries(app).bulk if "approv" in one.key + one.needs]


def test_answers_change_owner_at_once_unless_a_draft_is_open(clerk: Browser, ctx: Flask) -> None:
    from chatbot.knowledge.staff import entries

    key = next(iter(entries.in_force()))
    before = entries.in_force()[key].get("owner")
    other = next(one for one in entries.owners() if one and one != before)
    many(clerk, "/staff/answers", f"answers.owner:{other}", [key])
    clerk.submit("1件に行う")
    assert entries.in_force()[key]["owner"] == other
    clerk.submit("元にもどす")
    assert entries.in_force()[key].get("owner") == before


def test_keys_can_be_turned_off(clerk: Browser, ctx: Flask) -> None:
    assert 'data-keys="on"' in clerk.get("/staff/").html
    page = clerk.get("/staff/shortcuts")
    assert "次の行" in page.text
    off = clerk.submit("ショートカットを使わない")
    assert 'data-keys="off"' in off.html
    assert 'data-keys="on"' in clerk.submit("ショートカットを使う").html
    assert actions().count("staff.keys_switched") == 2
