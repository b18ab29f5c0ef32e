"""The command table: quick, honest about what exists, helpful about typing errors."""

import importlib
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from launcher.__main__ import main
from launcher.commands import COMMANDS, GROUPS, Entry, existing

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("flask", "sqlalchemy", "psycopg", "redis", "rq", "pydantic", "linebot", "yaml", "babel")
WATCH_IMPORTS = """
import sys
from click.testing import CliRunner
from launcher.__main__ import main
result = CliRunner().invoke(main, ["--help"])
assert result.exit_code == 0, result.output
print(*sorted(name.split(".")[0] for name in sys.modules))
"""


def test_help_imports_nothing_heavy() -> None:
    told = subprocess.run(
        [sys.executable, "-c", WATCH_IMPORTS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(told.stdout.split())
    assert "click" in loaded
    assert not loaded & set(HEAVY)


def test_help_lists_what_exists_and_nothing_else() -> None:
    listed = CliRunner().invoke(main, ["--help"]).output
    assert "Start the whole city" in listed
    exists = {name.split()[0] for name in existing()}
    for name in COMMANDS:
        assert (f"  {name.split()[0]} " in listed) == (name.split()[0] in exists)


@pytest.mark.parametrize("name", sorted(existing()))
def test_every_listed_command_loads_and_has_help(name: str) -> None:
    entry = COMMANDS[name]
    assert isinstance(entry.load(), click.Command)
    result = CliRunner().invoke(main, [*name.split(), "--help"])
    assert result.exit_code == 0
    assert f"{name} " in result.output.splitlines()[0]


def test_a_missing_module_or_attribute_is_no_command() -> None:
    assert not Entry("portal.nowhere:thing", "", "").exists()
    assert not Entry("launcher.run:nothing", "", "").exists()
    assert Entry("launcher.run:run", "", "").exists()


def test_a_typing_error_names_what_was_meant() -> None:
    result = CliRunner().invoke(main, ["rnu"])
    assert result.exit_code == 2
    assert "there is no command 'rnu'" in result.output
    assert "Did you mean run" in result.output


def test_two_words_make_a_group() -> None:
    listed = CliRunner().invoke(main, ["rules", "--help"])
    assert listed.exit_code == 0
    assert GROUPS["rules"] in listed.output
    assert "  check " in listed.output
    result = CliRunner().invoke(main, ["rules", "chekc"])
    assert result.exit_code == 2
    assert "Did you mean check" in result.output


def test_every_group_has_its_line_of_help() -> None:
    assert {name.split()[0] for name in COMMANDS if " " in name} == set(GROUPS)


def test_nothing_near_points_to_the_help() -> None:
    result = CliRunner().invoke(main, ["zzzzzzzz"])
    assert result.exit_code == 2
    assert "--help" in result.output


def test_modules_of_the_table_are_named_as_modules() -> None:
    for entry in COMMANDS.values():
        assert all(part.isidentifier() for part in [*entry.module.split("."), entry.attribute])
        if entry.exists():
            assert importlib.util.find_spec(entry.module)


def test_the_revision_is_told_to_programs_too() -> None:
    """Migrations must be importable outside a migration, or nobody can ask for the newest."""
    from alembic.script import ScriptDirectory

    from launcher.product import alembic_config

    revisions = list(ScriptDirectory.from_config(alembic_config()).walk_revisions())
    assert revisions[-1].revision == "0001"
    assert [each.revision for each in revisions] == sorted(
        (each.revision for each in revisions), reverse=True
    )
