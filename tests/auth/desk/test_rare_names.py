"""A name in the letters of a family register: typed, kept, shown, found, taken along."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

from flask import Flask
from sqlalchemy import select

from auth.desk.finding import by_person, glimpse
from portal.core.db import transaction
from portal.privacy.archive import archive
from portal.residents.models import Person
from tests.portal.signing_in import resident_born, sign_in

BORN = date(1985, 3, 3)
MINE = "𠮷\U000e0100野葛\U000e0100"
CHILD = "渡邉\U000e0102\ufa19\U00030000髙﨑"


def test_a_rare_name_from_the_form_to_the_desk(app: Flask) -> None:
    me = resident_born(app, BORN, nickname="すみれ")
    resident_born(app, BORN, nickname="吉野")  # of the same day, another name
    browser = sign_in(app, me)
    browser.get("/account/profile/edit")
    browser.submit("保存", nickname=MINE)
    browser.get("/family/new/child")
    day = {"birthdate-era": "", "birthdate-year": "2024"}
    page = browser.submit(
        "保存", nickname=CHILD, **day, **{"birthdate-month": "5", "birthdate-day": "2"}
    )
    assert page.path == "/family", page.errors
    assert MINE in page.html and CHILD in page.html
    assert CHILD in browser.get("/my").html

    with app.app_context(), transaction() as session:
        kept = set(session.scalars(select(Person.nickname).where(Person.resident_id == me)))
        assert kept == {MINE, CHILD}
        for typed in (MINE, "吉野葛", "𠮷野 葛"):
            assert by_person(session, typed, BORN) == me
        assert by_person(session, "吉野", BORN) not in (me, None)
        assert glimpse(session, me).name == "𠮷\U000e0100••"
    with app.test_request_context(), transaction() as session:
        held = zipfile.ZipFile(io.BytesIO(archive(session, me, "ja")))
    words = held.read("data.json").decode()
    assert MINE in json.dumps(json.loads(words), ensure_ascii=False)
    assert CHILD in held.read("index.html").decode()
