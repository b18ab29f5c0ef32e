"""Every form × odd values, bare and twice: the answer is a page or a refusal, never a bug."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from portal.core.ids import new_id
from portal.core.web.access import access_of
from tests.house.visiting import ODD, Visit, notice_for, paths, rules

LARGE, LARGER = 12, 25  # fields: of such a form not every pair of field and value is tried
pytestmark = pytest.mark.no_cover
AN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_odd_values_in_every_field_of_every_form(app: Flask, faults: list[str]) -> None:
    """A form that stands on many pages (the layout's, a button's) is filled on the first."""
    filled: set[tuple[str, ...]] = set()
    for rule in rules(app):
        if "GET" not in (rule.methods or ()):
            continue
        visit = Visit(app, rule, faults)
        with app.app_context():
            notice_id = notice_for(visit.me)
        ids = [str(notice_id if "notice_id" in rule.arguments else visit.child.id)]
        for action, fields in visit.forms(next(paths(rule, ids, ("child",)))):
            form = (AN_ID.sub("id", action), *fields)
            if form not in filled:
                _fill_oddly(visit, action, fields)
            filled.add(form)


def test_forms_sent_bare_and_twice(app: Flask, faults: list[str]) -> None:
    """Every state change with only a token, with odd fields nobody asked for, and once more."""
    for rule in rules(app):
        if "POST" not in (rule.methods or set()) or "sign_out" in rule.endpoint:
            continue
        visit = Visit(app, rule, faults)
        with app.app_context():
            notice_id = notice_for(visit.me)
        page = {"staff": "/staff/sign-in"}.get(rule.rule.split("/")[1], "/sign-in/email")
        if access_of(app, rule.endpoint).signed_in:  # type: ignore[union-attr]
            page = "/staff/notices/new" if page.startswith("/staff") else "/account/profile/edit"
        [(_, fields), *_] = visit.forms(page)
        token = {"csrf_token": fields["csrf_token"]}
        ids = [str(notice_id if "notice_id" in rule.arguments else visit.child.id), str(new_id())]
        for path in paths(rule, ids, ("child", "childcare_allowance")):
            for more in ({}, {}, dict.fromkeys(("occurrence", "back", "version"), ODD[3])):
                visit.send("POST", path, data=token | more)


@pytest.mark.parametrize("path", ["services/child_allowance/edit", "desks/residents/edit"])
def test_odd_values_in_the_editor_of_the_catalogue(
    app: Flask, faults: list[str], path: str
) -> None:
    """Its addresses name entries that exist; in the largest form each field gets one odd value."""
    [rule] = [each for each in rules(app) if each.endpoint == "catalogue_staff.edit"]
    visit = Visit(app, rule, faults)
    found = visit.forms(f"/staff/catalogue/{path}")
    assert found
    for action, fields in found:
        _fill_oddly(visit, action, fields)


def _fill_oddly(visit: Visit, action: str, fields: dict[str, list[Any]]) -> None:
    step = 1 if len(fields) <= LARGE else 3 if len(fields) <= LARGER else len(ODD)
    for number, name in enumerate(fields):
        if name == "csrf_token":
            visit.send("POST", action, data=fields | {name: ODD[3]})
            continue
        for value in ODD[number % step :: step]:
            visit.send("POST", action, data=fields | {name: value})
    visit.send("POST", action, data=fields | dict.fromkeys(list(fields)[1:], "9" * 5000))
