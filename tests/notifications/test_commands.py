"""The command line: segments explained, notices tried and submitted, the rich menu published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from auth.staff.accounts import add_staff
from notifications import commands
from notifications.notices.models import Notice
from notifications.richmenus import definition
from notifications.richmenus.models import RichMenu
from portal.core.db import transaction
from portal.core.settings import Settings
from tests.notifications.city import WORDS, resident, values
from tests.notifications.conftest import Phone


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command with the test's settings in the environment."""
    for name, value in settings.model_dump().items():
        monkeypatch.setenv(name, str(value))

    def call(command: Any, *arguments: object) -> Result:
        return CliRunner().invoke(command, [str(each) for each in arguments])

    return call


def file(folder: Path, value: Any) -> Path:
    path = folder / "file.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_a_segment_is_explained_by_sql_and_python(
    app: Flask, inside: Any, run: Any, tmp_path: Path
) -> None:
    inside(resident, line=1)
    inside(resident, language="en")
    path = file(tmp_path, {"language": "ja"})
    result = run(commands.segments, "explain", path, "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["sentence"] == "日本語で読む人"
    assert (said["sql"], said["python"], said["agree"]) == (1, 1, True)
    assert said["channels"] == {"line": 1, "mail": 0, "inbox_only": 0}
    assert "SQL 1, Python 1" in run(commands.segments, "explain", path).output


def test_faulty_files_end_with_a_line_and_status_1(app: Flask, run: Any, tmp_path: Path) -> None:
    wrong = run(commands.segments, "explain", file(tmp_path, {"colour": "red"}))
    assert wrong.exit_code == 1
    assert "segment.colour" in wrong.output
    (tmp_path / "no.json").write_text("{")
    assert run(commands.segments, "explain", tmp_path / "no.json").exit_code == 1
    lacking = run(commands.notices, "send", "--dry-run", file(tmp_path, {"segment": {"all": []}}))
    assert lacking.exit_code == 1
    assert "variants" in lacking.output


def test_a_dry_run_says_everything_and_changes_nothing(
    app: Flask, inside: Any, run: Any, tmp_path: Path
) -> None:
    inside(resident, line=1)
    path = file(tmp_path, {"variants": WORDS, "segment": {"all": []}, "kind": "drill"})
    result = run(commands.notices, "send", path, "--dry-run", "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["requests_to_line"] == 1
    assert said["previews"][0]["line"].startswith("【訓練】")
    assert inside(values, select(Notice.id)) == []


def test_a_file_is_submitted_for_another_clerk_to_approve(
    app: Flask, inside: Any, run: Any, tmp_path: Path
) -> None:
    with app.app_context(), transaction() as session:
        add_staff(session, email="clerk@city.example", name="子育て課", roles=["author"])
        add_staff(session, email="other@city.example", name="監査", roles=["auditor"])
    path = file(tmp_path, {"variants": WORDS, "segment": {"all": []}})
    refused = run(commands.notices, "send", path, "--author", "other@city.example")
    assert refused.exit_code == 1
    result = run(commands.notices, "send", path, "--author", "clerk@city.example", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["status"] == "waiting"
    assert len(inside(values, select(Notice.submitted_at))) == 1


def test_the_rich_menu_is_published_once(app: Flask, inside: Any, run: Any, phone: Phone) -> None:
    first = run(commands.richmenu, "publish", "--json")
    assert first.exit_code == 0, first.output
    said = json.loads(first.stdout)
    assert said["changed"] is True
    again = json.loads(run(commands.richmenu, "publish", "--json").stdout)
    assert again == {**said, "changed": False}
    assert inside(values, select(RichMenu.line_id)) == [said["line_id"]]


def test_a_platform_that_forgot_the_menu_gets_it_again(app: Flask, run: Any, phone: Phone) -> None:
    first = json.loads(run(commands.richmenu, "publish", "--json").stdout)
    phone.process.post("/__standin__/reset")
    again = json.loads(run(commands.richmenu, "publish", "--json").stdout)
    assert again["changed"] is True
    assert again["line_id"] != first["line_id"]


def test_an_upload_that_failed_goes_on_with_the_same_menu(
    app: Flask, inside: Any, run: Any, phone: Phone
) -> None:
    phone.fail({"status": 500, "path": "/v2/bot/richmenu/richmenu-"})
    assert run(commands.richmenu, "publish").exit_code == 1
    [made] = inside(values, select(RichMenu.line_id))
    said = json.loads(run(commands.richmenu, "publish", "--json").stdout)
    assert said["line_id"] == made


def test_the_menu_leads_home_with_its_own_mark(app: Flask, run: Any) -> None:
    result = run(commands.richmenu, "publish", "--dry-run", "--json")
    addresses = [area["uri"] for area in json.loads(result.stdout)["areas"]]
    assert addresses[0] == "http://localhost:8000/my?from=menu"
    with app.test_client() as client:
        for address in addresses:
            assert client.get(address).status_code in {200, 303}, address


def test_a_picture_out_of_limits_is_refused() -> None:
    menu = definition.load("default", "https://my.city.example")
    assert len(menu.picture) < 1024 * 1024
    bounds = [area["bounds"] for area in menu.definition["areas"]]
    assert sum(each["width"] * each["height"] for each in bounds) == 2500 * 1686
    with pytest.raises(definition.FaultyMenu, match="not a PNG"):
        definition.png_size(b"GIF89a")
