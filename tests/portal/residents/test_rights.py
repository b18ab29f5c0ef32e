"""The table of rights: complete, said in the documentation, and asked by every act."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.core.db import transaction
from portal.core.errors import Forbidden, NotFound
from portal.residents.holding import held
from portal.residents.rights import TABLE, Act, Grant, Role, as_markdown, grant
from tests.portal.residents.homes import Homes

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "family-rights.md"


def test_the_documentation_has_the_table() -> None:
    assert as_markdown() in DOCUMENT.read_text("utf-8")


def test_every_act_has_an_answer_for_every_role() -> None:
    assert set(TABLE) == set(Act)
    assert {grant(role, act) for role in Role for act in Act} == set(Grant)


@pytest.mark.parametrize("act", list(Act))
def test_the_guard_does_what_the_table_says(app: Flask, homes: Homes, act: Act) -> None:
    people = {Role.OWNER: homes.a, Role.CO_PARENT: homes.b, Role.VIEWER: homes.viewer()}
    for role, resident_id in people.items():
        with app.app_context():
            if grant(role, act) is Grant.NO:
                with pytest.raises(Forbidden), transaction() as session:
                    held(session, resident_id, homes.child, act)
            else:
                with transaction() as session:
                    assert held(session, resident_id, homes.child, act).role is role


@pytest.mark.parametrize("act", list(Act))
def test_to_a_stranger_every_card_is_none(app: Flask, homes: Homes, act: Act) -> None:
    never: UUID = uuid4()
    with app.app_context():
        for person in (homes.child, never):
            with pytest.raises(NotFound), transaction() as session:
                held(session, homes.stranger, person, act)
