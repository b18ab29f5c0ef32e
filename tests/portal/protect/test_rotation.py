"""Keys change while another process writes, and stopping half-way does no harm."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select, text

from auth import identities, line_grants
from auth.errors import Taken
from auth.identities import Identity
from auth.registration import register_resident
from auth.staff import accounts
from launcher.key_commands import keys
from portal.core.crypto import key_ring
from portal.core.crypto_keys import KeySource
from portal.core.db import read, transaction
from portal.core.settings import Settings
from portal.operations import reindexing, rotation
from portal.operations.tickets import keeping as tickets
from portal.residents.models import Person

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def environment(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings as an operator gives them: the keys in a file."""
    for name, value in settings.model_dump().items():
        monkeypatch.setenv(name, str(value))
    file = tmp_path / "data_key"
    file.write_text(settings.DATA_KEY)
    monkeypatch.delenv("DATA_KEY")
    monkeypatch.setenv("DATA_KEY_FILE", str(file))
    return file


@pytest.fixture
def people(environment: Path, ctx: Flask) -> list[UUID]:
    with transaction() as session:
        whose = register_resident(session, email="sakura@mail.example")
        own = session.scalars(select(Person).where(Person.resident_id == whose)).all()
        for _ in range(12 - len(own)):
            session.add(Person(resident_id=whose, relation="other", nickname="さくら"))
        for person in own:
            person.nickname = "さくら"
    return list(read().execute(select(Person.id)).scalars())


def ran(*words: str) -> Result:
    return CliRunner().invoke(keys, list(words))


def test_keys_change_while_another_process_writes(
    people: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 5)  # so that twelve rows are three batches
    old = key_ring().active
    command = [sys.executable, "-m", "tests.portal.protect.writer", *map(str, people)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdin
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
        assert ran("add").exit_code == 0
        turned = ran("rotate")
        writer.stdin.close()
        said = json.loads(writer.stdout.read())
    assert turned.exit_code == 0, turned.output
    assert writer.returncode == 0
    assert key_ring().active != old
    with transaction() as session:
        found = {str(p.id): p.nickname for p in session.scalars(select(Person))}
        assert found == said
        assert session.scalars(select(Identity)).one().subject == "sakura@mail.example"
    assert old.hex() not in rotation.usage()


def test_an_old_key_stays_while_rows_use_it_and_a_stop_does_no_harm(
    people: list[UUID], environment: Path
) -> None:
    old = key_ring().active.hex()
    assert ran("add").exit_code == 0
    first = environment.read_text()
    assert "writes" in ran("retire", old).output
    source = KeySource.of_environment()
    assert source
    with source.changing() as listed:  # rotate, stopped before it wrote a row anew
        source.write(listed.rotated())
    refused = ran("retire", old)
    assert refused.exit_code == 1
    assert "values still use" in refused.output
    assert "rows written anew" in ran("rotate").output
    assert ran("rotate").output.startswith("0 rows")
    assert f"{old}  reads   0 values" in ran("status").output
    assert ran("retire", old).exit_code == 0  # no keys.rotated row: it never wrote since
    assert ran("retire", "x").exit_code == 1
    kept = environment.read_text()
    assert len(kept.split()) == 2
    assert first.split()[0] not in kept.split()
    with transaction() as session:
        assert session.scalars(select(Person.nickname)).first() == "さくら"
        subject = session.scalars(select(Identity)).one().subject
    assert subject == "sakura@mail.example"
    with pytest.raises(Taken), transaction() as session:
        register_resident(session, email="sakura@mail.example")  # the blind index still finds it


def test_a_value_no_key_opens_is_told_of_and_left(people: list[UUID]) -> None:
    with transaction() as session:
        damage = "UPDATE persons SET nickname = decode('01aaaaaaaa', 'hex') || nickname WHERE id=:i"
        session.execute(text(damage), {"i": people[0]})
    done = rotation.rewrite()
    assert done.damaged == {"persons.nickname": 1}
    assert "UNKNOWN" in ran("status").output


LINE_USER = "U" + "5a" * 16
CLERK = "kaede@city.example"
PLACE = "menu_links.line_user"
MENU = """
INSERT INTO menu_links (user_index, line_user, rich_menu_id, at)
SELECT user_index, :user, gen_random_uuid(), now() FROM line_grants
"""


def known_by(issuer: str, subject: str) -> bool:
    with transaction() as session:
        return identities.resident_of(session, issuer, subject) is not None


def lines_of(table: str) -> set[bytes]:
    return {bytes(row[0]) for row in read().execute(text(f"SELECT user_index FROM {table}"))}


@pytest.fixture
def reachable(people: list[UUID]) -> list[str]:
    """Twelve residents by mail, one of them by LINE with its grant and menu, and a clerk."""
    mails = [f"tsubaki{number}@mail.example" for number in range(12)]
    with transaction() as session:
        for mail in mails:
            register_resident(session, email=mail)
        whose = identities.resident_of(session, "email", mails[0])
        assert whose
        identities.add(session, whose, "line", LINE_USER)
        line_grants.keep(session, LINE_USER, "access", None)
        session.execute(text("SET LOCAL session_replication_role = replica"))  # without its menu
        session.execute(text(MENU), {"user": key_ring().encrypt(LINE_USER.encode(), PLACE)})
        accounts.add_staff(session, email=CLERK, name="職員", roles=["author"])
    return mails


def test_the_index_key_changes_while_people_sign_in_and_register(
    reachable: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "BATCH", 5)
    token = tickets.token(UUID(int=1))
    assert ran("add-index").exit_code == 0
    assert "waits" in ran("status").output
    source = KeySource.of_environment()
    assert source
    with source.changing() as listed:  # reindex, stopped before it wrote a row anew
        source.write(listed.index_rotated())
    assert key_ring().blind_index("x", "y") == key_ring().blind_indexes("x", "y")[0]
    before = lines_of("line_grants")
    assert all(known_by("email", mail) for mail in reachable)  # by the old key
    assert known_by("line", LINE_USER)
    with pytest.raises(Taken), transaction() as session:
        register_resident(session, email=reachable[3])  # nobody can be there twice meanwhile
    with transaction() as session:
        register_resident(session, email="botan@mail.example")  # by the new key at once
        line_grants.keep(session, LINE_USER, "newer", None)
        with pytest.raises(Taken):
            accounts.add_staff(session, email=CLERK, name="職員", roles=["author"])
    assert read().execute(text("SELECT count(*) FROM line_grants")).scalar() == 1
    assert "of the old key" in ran("retire-index").output
    done = ran("reindex")
    assert (done.exit_code, done.output.split()[0]) == (0, "15")  # 13 mails, LINE, the clerk
    assert ran("reindex").output.startswith("0 indexes")
    assert lines_of("line_grants") == lines_of("menu_links") != before
    assert ran("retire-index").exit_code == 0  # no keys.index_rotated row: it never wrote since
    assert len(key_ring().blind_indexes("x", "y")) == 1
    assert all(known_by("email", mail) for mail in [*reachable, "botan@mail.example"])
    assert known_by("line", LINE_USER)
    with transaction() as session:
        assert accounts.find(session, CLERK)
    assert tickets.token(UUID(int=1)) == token  # links in mails go on


def test_an_index_no_key_made_is_told_of_and_left(reachable: list[str]) -> None:
    assert ran("add-index").exit_code == 0
    assert "changed already" in ran("add-index").output
    read().execute(text("UPDATE identities SET subject_index = '\\xaa' WHERE issuer = 'line'"))
    done = ran("reindex")
    assert "the new index key writes" in done.output
    assert "UNKNOWN: 1 indexes of identities.subject_index" in done.output
    assert done.exit_code == 1
    assert "within the last 30 days" in ran("retire-index").output
    assert ran("retire-index", "--at-once").exit_code == 0
    assert "there is no old index key" in ran("retire-index").output
    assert known_by("email", reachable[1])
