"""The inbox: unread first, read by opening, put away and taken back, seen only by its owner."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from notifications.inbox.reading import unread_count
from notifications.notices.models import InboxEntry
from tests.notifications.city import ENGLISH, WORDS, approved, resident, sign_in, values
from tests.notifications.conftest import Letters


def test_an_empty_inbox_says_what_comes(inside: Any, app: Flask) -> None:
    mine = sign_in(app, "resident", inside(resident))
    assert "お知らせはまだありません" in mine.get("/inbox?lang=ja").text


def test_opening_reads_and_archiving_can_be_undone(
    inside: Any, app: Flask, work: Any, letters: Letters
) -> None:
    me = inside(resident, mail="a@mail.example")
    notice = inside(approved)
    work()
    mine = sign_in(app, "resident", me)
    assert inside(unread_count, me) == 1
    mine.client.head(f"http://localhost:8000/inbox/{notice}")
    assert inside(unread_count, me) == 1
    assert "健診のお知らせ" in mine.get("/my?lang=ja").text
    mine.get(f"/inbox/{notice}?from=mail")
    assert inside(unread_count, me) == 0
    page = mine.submit("アーカイブに入れる")
    assert "お知らせはまだありません" in page.text
    assert "健診のお知らせ" in mine.get("/inbox?archive=1").text
    mine.get("/inbox")
    mine.get(f"/inbox/{notice}")
    page = mine.submit("一覧に戻す")
    assert "健診のお知らせ" in page.text


def test_undo_is_offered_at_once(inside: Any, app: Flask, work: Any, letters: Letters) -> None:
    me = inside(resident, mail="a@mail.example")
    notice = inside(approved)
    work()
    mine = sign_in(app, "resident", me)
    mine.get(f"/inbox/{notice}?lang=ja")
    mine.submit("アーカイブに入れる")
    page = mine.submit("元にもどす")
    assert "健診のお知らせ" in page.text
    assert inside(values, select(InboxEntry.archived_at))[0] is None


def test_everything_can_be_read_at_once(
    inside: Any, app: Flask, work: Any, letters: Letters
) -> None:
    me = inside(resident, mail="a@mail.example")
    inside(approved)
    inside(approved)
    work()
    mine = sign_in(app, "resident", me)
    mine.get("/inbox?lang=ja")
    mine.submit("すべて既読にする")
    assert inside(unread_count, me) == 0


def test_a_notice_of_others_is_not_there(
    inside: Any, app: Flask, work: Any, letters: Letters
) -> None:
    inside(resident, mail="a@mail.example")
    notice = inside(approved)
    work()
    stranger = sign_in(app, "resident", inside(resident))
    assert stranger.get(f"/inbox/{notice}").status == 404


def test_the_page_speaks_the_language_chosen(
    inside: Any, app: Flask, work: Any, letters: Letters
) -> None:
    me = inside(resident, mail="a@mail.example", language="en")
    notice = inside(approved, variants=WORDS | ENGLISH)
    work()
    mine = sign_in(app, "resident", me)
    page = mine.get(f"/inbox/{notice}?lang=en")
    assert page.heading == "About the check"
    assert "All registered residents" in page.text


def test_the_list_costs_one_question_however_long(
    inside: Any, app: Flask, work: Any, letters: Letters, count_queries: Any
) -> None:
    me = inside(resident, mail="a@mail.example")
    for _ in range(6):
        inside(approved)
    work()
    mine = sign_in(app, "resident", me)
    mine.get("/inbox?lang=ja")
    with count_queries() as statements:
        mine.get("/inbox")
    asked = [each for each in statements if "inbox_entries" in each and each.startswith("SELECT")]
    assert len(asked) <= 2, asked  # the list, and the number at the bell
