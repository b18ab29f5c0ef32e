"""Personnel-transfer day: a table is looked at, then written as a whole or not at all."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from auth.commands import staff
from auth.staff import imports
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.core.settings import Settings
from tests.auth import people
from tests.auth.staff.test_accounts import account, links
from tests.browser import Browser, Page

HEAD = "email,name,roles,starts_on,ends_on,login_name,identity_issuer,identity_subject"
KOHO, ZEI, ME = "koho@city.example", "zei@city.example", "joho@city.example"
SOON = today() + timedelta(days=7)
TABLE = f"""{HEAD}
{KOHO},広報の書き手,approver,{SOON},,,,
{ZEI},税務課,author,,,,,
new@city.example,新しい職員,report_handler,{SOON},,0042,https://office.example/saml,oid-9
{ME},人々,administrator,,,,,
"""


@pytest.fixture
def city(app: Flask, administrator: Browser) -> Browser:
    for email in (KOHO, ZEI):
        people.add_clerk(app, email, "author")
    return administrator


def upload(browser: Browser, raw: bytes) -> Page:
    browser.get("/staff/accounts/import")
    return browser.submit("まず確かめる", table=(io.BytesIO(raw), "clerks.csv"))


def count(app: Flask, table: str) -> int:
    with app.app_context():
        return int(read().execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_table_is_looked_at_and_then_written(app: Flask, city: Browser, encoding: str) -> None:
    page = upload(city, TABLE.encode(encoding))
    assert page.heading == "表を書き込むと変わること"
    assert "new@city.example" in page.text and f"{SOON} から" in page.text
    assert count(app, "staff_accounts") == 3 and not links(app, "new@city.example")
    assert city.submit("書き込む").path == "/staff/accounts"
    assert account(app, KOHO).roles == ["author"]  # until the day
    assert count(app, "staff_role_changes") == 1
    made = account(app, "new@city.example")
    assert (made.state_on(today()), made.login_name) == ("coming", "0042")
    assert count(app, "staff_identities") == 1 and len(links(app, "new@city.example")) == 1
    with app.app_context():
        lines = read().execute(
            text("SELECT details->>'line' FROM audit_entries WHERE details->>'by' = 'import'")
        )
        assert sorted(lines.scalars()) == ["2", "3", "4", "5"]
    assert city.get(page.url).status == 404  # written once


def test_one_fault_and_nothing_is_written(app: Flask, city: Browser) -> None:
    page = upload(city, f"{TABLE}x@city.example,x,king,,,,,\n".encode())
    assert "知らない役割" in page.text and "6" in page.text
    assert not [b for b in page.root.all("button") if "書き込む" in b.text]
    token = people.csrf_of(city)
    sent = city.client.post(
        page.url,
        data={"csrf_token": token},
        headers={"Origin": city.base, "Referer": city.base + "/staff/"},
    )
    assert "表に誤りがあります" in sent.text
    assert count(app, "staff_accounts") == 3


def test_a_failure_in_the_middle_leaves_nothing(app: Flask, city: Browser) -> None:
    """The last administrator ends in the last row: the rows before are not written either."""
    yesterday = today() - timedelta(days=1)
    table = TABLE.replace(f"{ME},人々,administrator,,", f"{ME},人々,author,,")
    upload(city, table.encode())
    page = city.submit("書き込む")
    assert "管理者がいなくなる" in page.text and yesterday
    assert count(app, "staff_accounts") == 3 and count(app, "staff_role_changes") == 0


def test_what_was_shown_is_what_is_written(app: Flask, city: Browser) -> None:
    page = upload(city, TABLE.encode())
    with app.app_context(), transaction() as session:
        steps = imports.look(session, f"{HEAD}\n{ZEI},税務課長,approver,,,,,\n")
        imports.write(session, steps, by="another")
    assert "アカウントが変わりました" in city.submit("書き込む").text
    assert count(app, "staff_accounts") == 3
    assert city.submit("書き込む").path == "/staff/accounts"  # what is shown now
    assert page.path.startswith("/staff/accounts/import/")


def test_only_who_chose_the_file_may_confirm_it(
    app: Flask, city: Browser, other_browser: Browser, work: Any
) -> None:
    page = upload(city, TABLE.encode())
    secret = people.add_clerk(app, "other@city.example", "administrator")
    people.staff_signs_in(other_browser, app, work, "other@city.example", secret)
    assert other_browser.get(page.url).status == 404
    with app.app_context(), transaction() as session:
        raw = session.connection().exec_driver_sql('SELECT "table" FROM staff_imports').scalar()
        assert raw is not None and b"city.example" not in bytes(raw)
        session.execute(text("UPDATE staff_imports SET created_at = now() - interval '2 hours'"))
    assert city.get(page.url).status == 404
    with app.app_context():
        assert imports.sweep() == 1


def test_what_is_no_table_is_said_beside_the_field(city: Browser) -> None:
    assert upload(city, b"\xff\xfe\x00").errors
    assert "列名" in upload(city, b"a,b\n1,2\n").errors[0]


def test_the_list_comes_back_as_it_is(app: Flask, city: Browser) -> None:
    with app.app_context(), transaction() as session:
        steps = imports.look(session, f"{HEAD}\n{ZEI},=1+1,author,,,,,\n")
        imports.write(session, steps, by="test")
    page = city.get("/staff/accounts.csv")
    raw = page.response.get_data()
    assert raw.startswith(b"\xef\xbb\xbf") and b"'=1+1" in raw
    assert "変わるものはありません" in upload(city, raw).text


@pytest.fixture
def run(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in settings.model_dump().items():
        monkeypatch.setenv(name, str(value))
    return lambda *words: CliRunner().invoke(staff, list(words))


def test_the_command_line_does_the_same(run: Any, app: Flask, tmp_path: Path) -> None:
    people.add_clerk(app, KOHO, "author")
    people.add_clerk(app, ME, "administrator")
    file = tmp_path / "clerks.csv"
    file.write_bytes(TABLE.encode("cp932"))
    told = json.loads(run("import", str(file), "--dry-run", "--json").stdout)
    assert not told["written"] and count(app, "staff_accounts") == 2
    assert told["counts"] == {"new": 2, "changed": 2, "ended": 0, "unchanged": 0, "error": 0}
    assert told["rows"][0]["changes"][-1]["from"] == SOON.isoformat()
    told = json.loads(run("import", str(file), "--json").stdout)
    assert told["written"] and count(app, "staff_accounts") == 4
    assert run("import", str(file), "--dry-run").stdout.count("unchanged  ") == 4
    out = tmp_path / "out.csv"
    assert run("export", str(out)).exit_code == 0
    assert run("export").stdout.splitlines() == out.read_bytes().decode("utf-8-sig").splitlines()
    file.write_text(f"{HEAD}\n{KOHO},広報,king,,,,,\n")
    failed = run("import", str(file), "--json")
    assert failed.exit_code == 1 and json.loads(failed.stdout)["rows"][0]["fault"]
    file.write_text("nonsense")
    assert run("import", str(file)).exit_code == 1


def test_the_command_line_invites_and_resets(run: Any, app: Flask) -> None:
    words = ("--email", KOHO, "--name", "広報", "--role", "author")
    made = json.loads(run("add", *words, "--invite", "--json").stdout)
    assert "totp_secret" not in made and links(app) == [made["invitation"]]
    again = json.loads(run("reset", "--email", KOHO, "--json").stdout)
    assert links(app)[-1] == again["invitation"] != made["invitation"]
    assert run("reset", "--email", "nobody@city.example").exit_code == 1
