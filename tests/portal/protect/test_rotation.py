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

from auth.errors import Taken
from auth.identities import Identity
from auth.registration import register_resident
from launcher.key_commands import keys
from portal.core.crypto import key_ring
from portal.core.crypto_keys import KeySource
from portal.core.db import read, transaction
from portal.core.settings import Settings
from portal.operations import rotation
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
