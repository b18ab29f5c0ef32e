"""Exercises count by what the audit log says; nobody ticks them off."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from flask import Flask

from launcher.training import document
from portal.core import audit
from portal.core.audit_words import named
from portal.core.db import read, transaction
from portal.core.settings import Settings
from portal.training import progress
from portal.training.exercises import Acts, Exercise, Fact, course_for, courses, done
from portal.training.pages import is_for_training
from tests.notifications.city import APPROVER, WRITER, sign_in

ROOT = Path(__file__).resolve().parents[3]
# Written with a state in the middle of the code.
PUT_TOGETHER = {
    "report.assign",
    "report.state",
    "ticket.answer",
    "garbage.edit",
    "garbage.return",
    "link.added",
}
PUT_TOGETHER |= {"notice.approved", "notice.returned", "repeat.approved"}
PUT_TOGETHER |= {"catalogue.drafted", "catalogue.proposed", "catalogue.discarded"}
PUT_TOGETHER |= {"catalogue.approved", "catalogue.sent_back"}
PUT_TOGETHER |= {"answer.drafted", "answer.proposed", "answer.approved", "answer.sent_back"}


def exercise(*facts: str) -> Exercise:
    read_ = tuple(Fact.read(one) for one in facts)
    return Exercise("x-1", "t", "s", "d", "/staff", "r", read_)


@pytest.mark.parametrize(
    ("facts", "own", "by_command", "is_done"),
    [
        (("notice.written",), {}, {}, False),
        (("notice.written",), {"notice.written": 1}, {}, True),
        (("notice.written*2",), {"notice.written": 1}, {}, False),
        (("notice.written*2",), {"notice.written": 3}, {}, True),
        (("access.searched", "access.opened"), {"access.opened": 1}, {}, False),
        (("!backup.drilled",), {"backup.drilled": 1}, {}, False),
        (("!backup.drilled",), {}, {"backup.drilled": 1}, True),
    ],
)
def test_an_exercise_is_done_when_every_fact_is_there(
    facts: tuple[str, ...], own: dict[str, int], by_command: dict[str, int], is_done: bool
) -> None:
    assert done(exercise(*facts), Acts(own, by_command)) is is_done


def test_a_clerk_begins_with_the_course_of_their_work() -> None:
    assert course_for({"reports.handle@kosodate"}).key == "clerk"
    assert course_for({"knowledge.edit", "notices.view"}).key == "editor"
    assert course_for({"notices.approve"}).key == "approver"
    assert course_for(()).key == "clerk"


def test_every_course_is_whole() -> None:
    assert [(one.key, len(one.exercises)) for one in courses()] == [
        ("clerk", 12),
        ("editor", 12),
        ("approver", 12),
        ("administrator", 12),
        ("operator", 12),
    ]
    titles = [one.title for course in courses() for one in course.exercises]
    assert len(set(titles)) == len(titles)


def test_every_fact_is_an_act_that_is_recorded() -> None:
    packages = ("portal", "auth", "notifications", "chatbot", "launcher")
    files = [file for package in packages for file in (ROOT / package).rglob("*.py")]
    code = "".join(file.read_text("utf-8") for file in files)
    facts = {fact.action for c in courses() for one in c.exercises for fact in one.facts}
    assert {one for one in facts - PUT_TOGETHER if f'"{one}"' not in code} == set()
    assert {one for one in facts if named(one, "ja") == one} == set()


def test_the_document_is_the_list() -> None:
    written = (ROOT / "docs" / "ja" / "研修.md").read_text("utf-8")
    assert CliRunner().invoke(document).output == written


def test_there_is_no_training_where_residents_are(settings: Settings) -> None:
    public = settings.model_copy(update={"PUBLIC_URL": "https://mado.city.example"})
    assert is_for_training(settings)
    assert not is_for_training(public)
    assert is_for_training(public.model_copy(update={"TEST_ENVIRONMENT": True}))


def test_progress_is_of_this_clerk_and_begins_anew(app: Flask) -> None:
    clerk = sign_in(app, "staff", WRITER, frozenset({"notices.write"}))
    page = clerk.get("/staff/training")
    assert "12 のうち 0" in page.text
    act(app, "notice.written", WRITER)
    act(app, "notice.changed", APPROVER)  # another clerk's work
    assert "12 のうち 1" in clerk.get("/staff/training").text
    act(app, "backup.drilled", None)
    assert "12 のうち 1" in clerk.get("/staff/training?course=operator").text
    with app.app_context(), transaction() as session:
        progress.reset(session, WRITER)
    assert "12 のうち 0" in clerk.get("/staff/training").text
    act(app, "notice.written", WRITER)
    with app.app_context():
        assert progress.acts(read(), WRITER) == Acts({"notice.written": 1}, {})
        assert progress.acts(read(), APPROVER) == Acts({"notice.changed": 1}, {"backup.drilled": 1})
    with app.app_context(), transaction() as session:
        progress.reset(session, None)
    assert "12 のうち 0" in clerk.get("/staff/training").text
    assert clerk.get("/staff/training?course=nothing").response.status_code == 404


def test_exercises_lead_to_pages_that_are_there(app: Flask) -> None:
    pages = {one.page for c in courses() for one in c.exercises}
    assert pages - {rule.rule for rule in app.url_map.iter_rules()} == set()


def act(app: Flask, action: str, staff_id: UUID | None) -> None:
    with app.app_context(), transaction() as session:
        actor = ("staff", staff_id) if staff_id else ("system", None)
        audit.record(session, action, ("thing", uuid4()), actor=actor)
