"""Nothing is forgotten: all that hangs on a resident is taken along, listed, and erased."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from auth import identities, leaving
from auth.identities import EMAIL, LINE
from portal.core import outbox
from portal.core.crypto import Personal, PersonalJSON, blind_index
from portal.core.db import Base, read, transaction
from portal.core.registries import registries
from portal.mypage.models import TodoAct
from portal.privacy.archive import archive
from portal.residents.models import Person
from tests.portal.privacy.filling import Filler, mark
from tests.portal.residents.homes import Homes, make_homes
from tests.portal.signing_in import new_resident, resident_born

ADDRESS, LINE_ID = "sakura@home.example", "U" + "7" * 32
# Of the owner's own, but never in a file: who finds it must not get in by it.
SECRET = {
    "authenticators.secret",
    "desk_lists.hashes",
    "recovery_cases.new_hashes",
    "line_grants.access",
    "line_grants.refresh",
}
# Not of the resident's life: how machines talk. Said in docs/personal-data.md all the same.
OF_MACHINES = {
    "passkeys.transports",
    "passkeys.synced",
    "passkeys.backed_up",
    "recovery_cases.contested",
    "hand_over_rows.step",
    "todo_acts.by",  # the part is what the resident did
    "provider_grants.redirect_uri",
    "provider_grants.nonce",
    "provider_grants.challenge",
    "provider_grants.jkt",
    "provider_grants.acr",
    "provider_grants.amr",
    "provider_grants.scopes",
    "provider_grants.revoked_why",
    "provider_subjects.sector",
    "provider_subjects.subject",
    "provider_consents.language",
    "guardian_agreements.language",
    "verified_records.issuer",
    "verified_records.acr",
    "deliveries.error",
    "card_shares.name",  # of a card of one's own the other's name stands in "other"
    "card_shares.owner_name",
    "account_merges.log",
    "data_exports.language",
    "reports.desk",  # how the city hall shares the work
    "reports.outside",
    "reports.whose",
}


@pytest.fixture
def full(app: Flask) -> UUID:
    """A resident about whom every table says something."""
    resident, other = new_resident(app), new_resident(app)
    with app.test_request_context(), transaction() as session:
        person = Person(resident_id=resident, relation="child", nickname="つくし")
        session.add(person)
        session.flush()
        Filler(session, resident, person.id, other).fill()
    return resident


def taken(app: Flask, resident: UUID, language: str = "ja") -> dict[str, str]:
    """The files of the ZIP."""
    with app.test_request_context(), transaction() as session:
        held = zipfile.ZipFile(io.BytesIO(archive(session, resident, language)))
        return {name: held.read(name).decode() for name in held.namelist()}


def marked(app: Flask) -> set[str]:
    """The columns that hold their own name."""
    tied = {
        table
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in {"residents", "persons"}
    }
    listed = {name for data in registries(app).personal_data for name in data.columns}
    return {
        f"{column.table.name}.{column.name}"
        for table in tied
        for column in table.columns
        if f"{table.name}.{column.name}" in listed
    }


def test_every_personal_column_is_in_the_file(app: Flask, full: UUID) -> None:
    words = taken(app, full)["data.json"]
    missing = []
    for place in marked(app) - SECRET - OF_MACHINES:
        table, _, name = place.partition(".")
        told = mark(Base.metadata.tables[table].c[name]) in words
        # Lists of words, days and figures hold no mark: their name stands there.
        if not told and f'"{name}"' not in words:
            missing.append(place)
    assert not missing, f"in no part of registries.personal_data: {sorted(missing)}"
    for place in SECRET:
        assert f"しるし:{place}" not in words, place


def test_every_part_has_the_row_and_the_page_shows_it(app: Flask, full: UUID) -> None:
    files = taken(app, full)
    found = json.loads(files["data.json"])
    assert (found["format"], found["version"]) == ("mado-export", 1)
    empty = {key for key, rows in found["parts"].items() if not rows}
    assert empty == {"given_for_children"}  # nobody agrees for themselves
    assert "つくし" in files["index.html"]
    assert "<script" not in files["index.html"]
    assert "http:" not in files["index.html"].split("</head>")[0]
    assert "<link" not in files["index.html"]
    assert "What is kept of you" in taken(app, full, "en")["index.html"]


def test_the_fields_of_a_part_are_the_keys_of_its_rows(app: Flask, full: UUID) -> None:
    with app.test_request_context(), transaction() as session:
        for data in registries().personal_data:
            for part in data.parts:
                for row in part.rows(session, full):
                    assert list(row) == list(part.fields), part.key


def test_nobody_elses_rows_are_in_the_file(app: Flask, full: UUID) -> None:
    stranger = resident_born(app, date(1980, 1, 1))
    words = taken(app, stranger)["data.json"]
    assert "しるし" not in words
    assert str(full) not in words


def test_the_other_parents_home_is_not_in_the_file(app: Flask) -> None:
    homes = make_homes(app)
    homes.share()
    words = taken(app, homes.b)["data.json"]
    assert "あおば" in words
    for theirs in ("あじさい", "ぼたん", "minato"):
        assert theirs not in words


def erase(app: Flask, resident: UUID) -> None:
    with app.test_request_context(), transaction() as session:
        leaving.leave(session, resident)
    with app.app_context():
        back = text("UPDATE departures SET erase_at = erase_at - :by")
        read().execute(back, {"by": timedelta(days=31)})
        leaving.sweep()


def everywhere(app: Flask, words: str) -> list[str]:
    """Tables with these words in any column of any row, as PostgreSQL writes rows."""
    with app.app_context():
        return [
            name
            for name in Base.metadata.tables
            if name != "audit_entries"
            and read()
            .execute(text(f"SELECT 1 FROM {name} t WHERE t::text LIKE :w"), {"w": f"%{words}%"})
            .first()
        ]


def sealed_words(app: Flask) -> str:
    """Everything that is encrypted anywhere, opened."""
    found: list[Any] = []
    with app.app_context():
        for table in Base.metadata.tables.values():
            for column in table.columns:
                if isinstance(column.type, Personal | PersonalJSON):
                    found += [str(row[0]) for row in read().execute(select(column))]
    return "\n".join(found)


def test_erasing_leaves_nothing_in_any_table(app: Flask, full: UUID) -> None:
    with app.test_request_context(), transaction() as session:
        forget_filled(session, full)
        identities.add(session, full, EMAIL, ADDRESS)
        identities.add(session, full, LINE, LINE_ID)
    with app.app_context():
        indexes = [blind_index(ADDRESS, EMAIL).hex(), blind_index(LINE_ID, LINE).hex()]
    assert everywhere(app, str(full))
    assert all(everywhere(app, one) for one in indexes)
    erase(app, full)
    assert everywhere(app, str(full)) == []
    assert [everywhere(app, one) for one in indexes] == [[], []]
    # The last message to the address waits for its own sweep of 14 days.
    with app.app_context():
        read().execute(
            text("UPDATE outbox_messages SET created_at = created_at - :by, sent_at = now()"),
            {"by": timedelta(days=30)},
        )
        outbox.sweep()
    left = sealed_words(app)
    assert "つくし" not in left
    assert ADDRESS not in left
    assert LINE_ID not in left


def forget_filled(session: Session, resident: UUID) -> None:
    """What the filler wrote that would stand in the way of real addresses and of leaving."""
    for table in ("identities", "departures", "account_merges"):
        column = "into_id" if table == "account_merges" else "resident_id"
        session.execute(text(f"DELETE FROM {table} WHERE {column} = :r"), {"r": resident})


def test_a_shared_child_stays_with_the_other_parent(app: Flask) -> None:
    homes: Homes = make_homes(app)
    homes.share()
    with app.app_context(), transaction() as session:
        for who in (homes.a, homes.b):
            session.add(
                TodoAct(
                    person_id=homes.child,
                    service="check_18m",
                    occurrence="1",
                    kind="done",
                    by=who,
                )
            )
    with app.test_request_context(), transaction() as session:
        identities.add(session, homes.a, EMAIL, ADDRESS)
    erase(app, homes.a)
    card = homes.card()
    assert card is not None
    assert (card.resident_id, card.nickname) == (homes.b, "あおば")
    assert everywhere(app, str(homes.a)) == []
    assert "あじさい" not in sealed_words(app)
    erase(app, homes.b)  # both acts of nobody about one to-do: no double stands in the way
    assert everywhere(app, str(homes.b)) == []
    assert homes.card() is None
