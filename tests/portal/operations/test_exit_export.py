"""The contract's end: what leaves comes back equal, and only two clerks can delete what stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core.crypto import key_ring
from portal.core.db import read, transaction
from portal.core.signing import signing_keys, verify_file
from portal.operations.exit_export import checking, deleting, writing
from portal.operations.exit_export.cells import cell, value
from portal.operations.exit_export.tables import MOVING
from portal.residents.models import Person
from tests.notifications.city import APPROVER, WRITER, resident, sign_in

ODD = '\\N さくら\r\n"葛\U000e0100城",\'=1'


def rows(folder: Path) -> dict[str, str]:
    """Hashes of what does not move."""
    made = json.loads((folder / writing.MANIFEST).read_text("utf-8"))["tables"]
    return {name: one["sha256"] for name, one in made.items() if name not in MOVING}


@pytest.fixture
def city(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    with app.app_context():
        resident(
            nickname=ODD, birthdate=date(1990, 4, 2), interests=["税", 'a"b'], mail="x@a.example"
        )
        media = writing.media_dir()
        media.mkdir(parents=True, exist_ok=True)
        (media / "picture.webp").write_bytes(b"\x00picture")
        yield app


def test_it_leaves_is_verified_deleted_by_two_and_comes_back(
    city: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, certificate, keys = tmp_path / "out", tmp_path / "deleted.json", tmp_path / "keys"
    made = writing.export(out, secrets=True)
    people = (out / "tables/persons.csv").read_bytes().decode()
    assert "葛\U000e0100城" in people
    assert "| nickname | TEXT | yes |  | yes |" in (out / "layout.md").read_text("utf-8")
    assert checking.verify(out) == []
    before = rows(out)

    number = UUID(made["id"])
    with pytest.raises(checking.Refused, match="0 of 2"):
        deleting.delete(out, certificate)
    page = sign_in(city, "staff", WRITER, frozenset({"exit.decide"}))
    page.get("/staff/exit")
    page.submit("すべての消去に同意する")
    with transaction() as session, pytest.raises(Exception, match="changed meanwhile"):
        deleting.agree(session, number, WRITER, made["digest"])
    with transaction() as session:
        deleting.agree(session, number, APPROVER, made["digest"])

    with transaction() as session:
        session.execute(text("UPDATE persons SET district = 'west'"))
    with pytest.raises(checking.Refused, match="persons: has changed"):
        deleting.delete(out, certificate)
    with transaction() as session:
        session.execute(text("UPDATE persons SET district = NULL"))

    keys.write_text("secret")
    monkeypatch.setenv("DATA_KEY_FILE", str(keys))
    said = deleting.delete(out, certificate)
    verify_file(
        signing_keys().trusted,
        certificate.read_bytes(),
        (tmp_path / "deleted.json.sig").read_bytes(),
    )
    assert said["tables"]["persons"] == 1
    assert said["media_files"] == 1
    assert said["keys"] == [{"key": key_ring().ids[0].hex(), "state": "destroyed"}]
    assert [one["clerk"] for one in said["agreed_by"]] == [str(WRITER), str(APPROVER)]
    assert not keys.exists()
    for table in said["tables"]:
        assert read().execute(text(f'SELECT count(*) FROM "{table}"')).scalar() == 0

    counts = checking.load(out)
    assert counts["persons"] == 1
    assert counts["audit_entries"] == said["tables"]["audit_entries"]
    with transaction() as session:
        assert session.query(Person).one().nickname == ODD
    writing.export(tmp_path / "again", secrets=True)
    assert rows(tmp_path / "again") == before


def test_a_stopped_export_goes_on_and_damage_is_named(city: Flask, tmp_path: Path) -> None:
    out = tmp_path / "out"
    writing.export(out)
    progress = json.loads((out / writing.MANIFEST).read_text("utf-8"))
    kept = {name: progress[name] for name in ("id", "tables")}
    del kept["tables"]["residents"]
    (out / "tables/persons.csv").write_text("half")
    (out / writing.PROGRESS).write_text(json.dumps(kept))
    again = writing.export(out)
    assert again["tables"]["persons"]["rows"] == 1
    assert again["id"] == kept["id"]
    assert checking.verify(out) == []
    (out / "tables/persons.csv").write_text("half")
    (out / "media/picture.webp").unlink()
    assert checking.verify(out) == [
        "tables/persons.csv: was changed", "media/picture.webp: is missing",
    ]  # fmt: skip
    writing.export(out)  # writes anew what is damaged
    with pytest.raises(checking.Refused, match="secrets"):
        checking.load(out)


def test_values_come_back_from_cells(ctx: Flask) -> None:
    columns: Any = Person.__table__.c
    for name, one in (
        ("nickname", None), ("nickname", r"\N"), ("nickname", ""), ("nickname", "a\r\n\"b"),
        ("birthdate", date(2020, 2, 29)), ("interests", ["税", ""]), ("facts", {"a": None}),
    ):  # fmt: skip
        assert value(cell(one), columns[name]) == one
