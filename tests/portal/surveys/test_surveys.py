"""The small question: seldom, without who answered; figures without small groups."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from portal.core.clock import today
from portal.core.db import read, transaction
from portal.core.web.sessions import SessionRow
from portal.insight import asking
from portal.insight.figures import FEWEST, Answer, lines, words_of
from portal.insight.models import SurveyAnswer
from tests.browser import Browser
from tests.notifications.city import WRITER
from tests.notifications.city import sign_in as clerk_signs_in
from tests.portal.residents.homes import Homes, make_homes

BOX = "ちょっとお聞きします"


@pytest.fixture
def homes(app: Flask) -> Homes:
    return make_homes(app)


def finish(homes: Homes, browser: Browser) -> Any:
    """The resident checks a to-do off; gives the page that follows."""
    browser.get("/my")
    return browser.submit("できた")


def answers(app: Flask) -> list[Any]:
    with app.app_context():
        return list(read().execute(text("SELECT * FROM survey_answers")))


def later(app: Flask, days: int) -> None:
    with app.app_context():
        by = {"by": days}
        read().execute(text("UPDATE survey_asks SET asked_on = asked_on - :by * 1"), by)


def test_asked_after_a_to_do_and_answered(app: Flask, homes: Homes) -> None:
    browser = homes.browser(homes.a)
    assert BOX in finish(homes, browser).text
    assert BOX not in browser.get("/account/leave").text  # never where one leaves
    assert BOX in browser.get("/my").text  # until it is answered
    assert "数字を選んでください" in browser.submit("答えを送る").text
    page = browser.submit(
        "答えを送る", survey_ease="6", survey_satisfaction="4", survey_words="字を大きく"
    )
    assert "ありがとうございます" in page.text
    assert BOX not in page.text
    [row] = answers(app)
    assert (row.day, row.task, row.ease, row.satisfaction) == (today(), "todo", 6, 4)
    assert row.words == "字を大きく"


def test_the_answer_does_not_say_who_gave_it(app: Flask, homes: Homes) -> None:
    browser = homes.browser(homes.a)
    finish(homes, browser)
    with app.app_context():
        before = read().execute(text("SELECT count(*) FROM audit_entries")).scalar()
    browser.submit("答えを送る", survey_ease="7")
    [row] = answers(app)
    assert row.id.version == 4  # no moment in it
    assert set(row._mapping) == {"id", "day", "task", "ease", "satisfaction", "words"}
    with app.app_context():
        after = read().execute(text("SELECT count(*) FROM audit_entries")).scalar()
        [ask] = read().execute(text("SELECT * FROM survey_asks")).all()
        kept = read().execute(text("SELECT data::text FROM sessions")).scalars().all()
    assert after == before
    assert set(ask._mapping) == {"resident_id", "asked_on"}
    assert str(row.id) not in "".join(kept)


def test_at_most_once_in_ninety_days(app: Flask, homes: Homes) -> None:
    browser = homes.browser(homes.a)
    assert BOX in finish(homes, browser).text
    browser.submit("答えない")
    assert BOX not in browser.get("/my").text
    assert BOX not in finish(homes, browser).text
    later(app, 89)
    assert BOX not in finish(homes, homes.browser(homes.a)).text
    later(app, 1)
    assert BOX in finish(homes, homes.browser(homes.a)).text
    assert answers(app) == []


def test_who_was_not_asked_leaves_no_answer(app: Flask, homes: Homes) -> None:
    """A hostile resident can not fill the table: each asking takes one answer."""
    browser = homes.browser(homes.a)
    finish(homes, browser)
    form = browser.page and Browser._filled(browser.page.form("答えを送る"))
    data = {**(form or {}), "survey_ease": ["1"]}
    for _ in range(3):
        browser._open("POST", "/survey", data, False, {"Referer": "http://localhost:8000/my"})
    assert len(answers(app)) == 1


def clerk(app: Flask, *permissions: str) -> Browser:
    return clerk_signs_in(app, "staff", WRITER, frozenset(permissions))


def many(app: Flask, day: date, *marks: tuple[int, int | None, str | None]) -> None:
    with app.app_context(), transaction() as session:
        for ease, satisfaction, words in marks:
            row = SurveyAnswer(day=day, task="todo", ease=ease, satisfaction=satisfaction)
            row.words = words
            session.add(row)


def test_the_page_shows_no_group_below_five(app: Flask) -> None:
    many(app, today(), *[(7, 5, "よい")] * 4)
    browser = clerk(app, "audit.read")
    page = browser.get("/staff/surveys")
    assert "5件未満" in page.text
    assert "7.00" not in page.text
    assert "よい" not in page.text.split("やることを終えたあと")[-1].split("5件未満")[-1]
    many(app, today(), (2, None, "わるい"))
    page = browser.get("/staff/surveys")
    assert "6.00" in page.text
    assert "80%" in page.text
    assert "わるい" not in page.text.split("満足の割合")[0]
    table = browser.client.get("/staff/surveys.csv", base_url="http://staff.localhost:8000")
    assert table.data.decode("utf-8-sig").splitlines()[1].startswith("todo,all,5,6.0,0.8,<5")
    assert clerk(app, "notices.view").get("/staff/surveys").status == 403


def test_words_go_after_a_year_and_figures_stay(app: Flask) -> None:
    many(app, today() - timedelta(days=366), (7, 5, "むかし"))
    many(app, today(), (7, 5, "いま"))
    with app.app_context():
        asking.sweep()
    assert sorted(row.words or "" for row in answers(app)) == ["", "いま"]


DAYS = st.dates(date(2026, 1, 1), date(2026, 4, 30))
ANSWERS = st.lists(
    st.builds(
        Answer,
        day=DAYS,
        task=st.sampled_from(["todo", "visit"]),
        ease=st.integers(1, 7),
        satisfaction=st.none() | st.integers(1, 5),
        words=st.none() | st.text(max_size=5),
    ),
    max_size=60,
)


@given(ANSWERS)
def test_nothing_shown_tells_of_fewer_than_five(found: list[Answer]) -> None:
    shown = lines(found)
    for line in shown:
        for one in (line.ease, line.satisfaction):
            assert one.count is None or one.count >= FEWEST
    for task in {line.task for line in shown}:
        mine = [line for line in shown if line.task == task]
        for name in ("ease", "satisfaction"):
            total = getattr(mine[0], name).count or 0
            months = sum(getattr(line, name).count or 0 for line in mine[1:])
            assert total == months  # no hidden month can be reckoned from the sum
    assert all(len(words) >= FEWEST for words in words_of(found).values())


def test_the_session_forgets_the_question(app: Flask, homes: Homes) -> None:
    browser = homes.browser(homes.a)
    finish(homes, browser)
    browser.submit("答えない")
    with app.app_context(), transaction() as session:
        found = session.query(SessionRow).filter_by(subject_id=homes.a).all()
        assert all("survey" not in row.data for row in found)
    assert isinstance(homes.a, UUID)
