"""What logs and errors say: events and ids, never what belongs to a person."""

from __future__ import annotations

import logging
import traceback
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core.db import read, transaction
from portal.core.logs import MaskingFormatter, mask
from portal.residents.models import Person
from tests.portal.signing_in import new_resident


def test_a_refused_row_is_not_repeated_by_the_error(app: Flask) -> None:
    resident = new_resident(app)
    born = date(1987, 6, 5)
    with app.app_context(), pytest.raises(DBAPIError) as caught, transaction() as session:
        session.add(Person(resident_id=resident, relation="child", birthdate=born, sex="Q7"))
    said = "".join(traceback.format_exception(caught.value))
    assert "ck_persons_sex" in said  # enough to find the bug
    assert "1987" not in said
    assert "Q7" not in said


def test_a_value_of_the_wrong_kind_is_not_repeated_either(ctx: Flask) -> None:
    typed = {"v": "さ" + "くら"}
    with pytest.raises(DBAPIError) as caught:
        read().execute(text("SELECT CAST(CAST(:v AS text) AS date)"), typed)
    said = "".join(traceback.format_exception(caught.value))
    assert "invalid input syntax for type date" in said
    assert "さくら" not in said


def test_lines_of_libraries_are_masked() -> None:
    record = logging.LogRecord(
        "rq", logging.ERROR, "x", 1, "job of %s: code %s", ("a@home.example", "123456"), None
    )
    assert MaskingFormatter("%(message)s").format(record) == "job of …: code …"


def test_masking_goes_into_nested_values() -> None:
    event = {"a": [{"b": "U" + "0" * 32, "locals": {"c": 1}}], "n": 123456}
    assert mask(None, "", event) == {"a": [{"b": "…"}], "n": 123456}
