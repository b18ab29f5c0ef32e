"""Clerks take the catalogue away as files and bring files in: looked at first, then drafts."""

from __future__ import annotations

import io
import json
import re
from inspect import getsource
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from portal.catalogue import importing, importing_cells
from portal.catalogue.commands import services
from portal.catalogue.exporting import FULL_FORM, FULL_VERSION, TABLES, Format
from portal.catalogue.machine_readable import problems
from portal.catalogue.models import CatalogueRevision
from portal.catalogue.staff.file_faults import is_known
from portal.core import audit
from portal.core.db import read
from portal.core.settings import Settings
from tests.browser import Browser
from tests.portal.guide.clerks import sign_in_staff


@pytest.fixture
def clerk(app: Flask, staff_browser: Browser) -> Browser:
    sign_in_staff(app, staff_browser, "catalogue.view", "catalogue.edit")
    staff_browser.get("/staff/exchange")
    return staff_browser


def taken(clerk: Browser, path: str) -> bytes:
    return clerk.client.get(path, base_url=clerk.base).get_data()


def brought(clerk: Browser, raw: bytes) -> str:
    clerk.get("/staff/exchange")
    return clerk.submit("まず確かめる", table=(io.BytesIO(raw), "services.csv")).text


def drafts(app: Flask) -> list[tuple[str, str, int]]:
    with app.app_context():
        found = read().execute(
            select(CatalogueRevision.key, CatalogueRevision.state, CatalogueRevision.number)
        )
        return [tuple(row) for row in found]


@pytest.mark.parametrize("form", list(TABLES))
def test_tables_are_taken_away(clerk: Browser, form: Format) -> None:
    raw = taken(clerk, f"/staff/exchange/{form}")
    assert problems(raw, TABLES[form]) == []
    assert taken(clerk, f"/staff/exchange/{form}/definition").decode("utf-8-sig").count("\r\n") > 30


@pytest.mark.parametrize("form", list(Format))
def test_what_was_taken_away_changes_nothing(app: Flask, clerk: Browser, form: Format) -> None:
    text = brought(clerk, taken(clerk, f"/staff/exchange/{form}"))
    assert "変わるもの 0" in text
    assert "受け付けないもの 0" in text
    assert drafts(app) == []


def test_a_changed_table_becomes_drafts(app: Flask, clerk: Browser) -> None:
    raw = taken(clerk, "/staff/exchange/gif").decode("utf-8-sig")
    raw = raw.replace("児童手当の申請", "児童手当を申し込む", 1)
    text = brought(clerk, raw.encode("cp932"))
    assert "child_allowance" in text
    assert drafts(app) == []
    assert "1件の下書き" in clerk.submit("下書きにする").text
    assert drafts(app) == [("child_allowance", "draft", 1)]
    with app.app_context():
        acts = set(read().execute(select(audit.AuditEntry.action)).scalars())
    assert {"catalogue.drafted", "catalogue.imported"} <= acts
    text = brought(clerk, raw.encode())
    assert "下書き中です" in clerk.submit("下書きにする").text
    assert len(drafts(app)) == 1


def test_rejected_rows_are_named(app: Flask, clerk: Browser) -> None:
    raw = taken(clerk, "/staff/exchange/opendata").decode("utf-8-sig")
    text = brought(clerk, raw.replace("こども未来課", "月の課").encode())
    assert "実施組織・支援機関 この名前の窓口はありません" in text
    assert drafts(app) == []
    assert "受け付けないもの 1" in brought(clerk, b"PK\x03\x04 a workbook")


def test_who_may(app: Flask, staff_browser: Browser, browser: Browser) -> None:
    sign_in_staff(app, staff_browser, "catalogue.view")
    assert staff_browser.get("/staff/exchange").status == 403
    assert staff_browser.get("/staff/exchange/gif").status == 200
    assert browser.get("/staff/exchange/gif").status == 404


def test_the_command_line_writes_drafts(
    app: Flask, settings: Settings, clerk: Browser, tmp_path: Path
) -> None:
    whole = json.loads(taken(clerk, "/staff/exchange/json"))
    whole["desks"][0]["phone"] = "0000-00-4321"
    file = tmp_path / "services.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    env = {name: str(value) for name, value in settings.model_dump().items() if value is not None}
    done = CliRunner().invoke(services, ["import", str(file), "--json"], env=env)
    assert done.exit_code == 0, done.output
    assert [each["key"] for each in json.loads(done.output)["changes"]] == ["residents"]
    assert drafts(app) == [("residents", "draft", 1)]


SAID_BY_IMPORTS = (
    "not in UTF-8, CP932 or UTF-16",
    "not a CSV table: x",
    "no columns 制度番号 (ID) and タイトル（制度名）",
    f"expected {FULL_FORM} {FULL_VERSION}",
    "3 cells, 4 columns",
    "services has an open draft",
    "no district of this name: 月",
    "not a word of DS-491-1: 月",
    "longer than 40 characters",
    "Expecting value: line 1 column 1 (char 0)",
)


def test_what_imports_refuse_is_said_in_words() -> None:
    lines = getsource(importing).splitlines() + getsource(importing_cells).splitlines()
    refusals = [line for line in lines if re.search(r"(Unfit|_reject|_leave_out)\(", line)]
    found = [said[-1] for line in refusals if (said := re.findall(r'"([^"{]+ [^"{]+)"\)', line))]
    assert len(found) > 8
    for problem in (*found, *SAID_BY_IMPORTS):
        assert is_known(problem), problem
