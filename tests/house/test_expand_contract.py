"""A new migration lets the release before it go on: it adds, and takes away only when marked."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
LAST_BEFORE = "0043"  # older ones were run before there was a release to keep alive
MARK = "contract"  # contract = "which release stopped using what goes here"
GONE = {"drop_column", "drop_table", "rename_table"}
SQL = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN|VIEW|FUNCTION)|RENAME|TRUNCATE|SET\s+NOT\s+NULL"
    r"|ALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE)\b"
    r"|\bADD\s+COLUMN\b(?=[^;,]*\bNOT\s+NULL\b)(?![^;,]*\bDEFAULT\b)",
    re.I,
)


def breaking(source: str) -> list[str]:
    """What of `upgrade` the release before could not live with; nothing if it is marked."""
    tree = ast.parse(source)
    marks = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    mark = marks.get(MARK)
    if isinstance(mark, ast.Constant) and isinstance(mark.value, str) and len(mark.value) > 20:
        return []
    upgrade = next(
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    )
    calls = [node for node in ast.walk(upgrade) if isinstance(node, ast.Call)]
    texts = [node.value for node in ast.walk(upgrade) if isinstance(node, ast.Constant)]
    said = [match[0] for text in texts if isinstance(text, str) for match in SQL.finditer(text)]
    return [name for call in calls if (name := _breaks(call))] + said


def _breaks(call: ast.Call) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    if name in GONE:
        return name
    if name == "alter_column" and (
        given.get("nullable") == "False" or {"new_column_name", "type_"} & set(given)
    ):
        return name
    added = [each for each in call.args if isinstance(each, ast.Call)]
    return name if name == "add_column" and any(map(_must_be_given, added)) else ""


def _must_be_given(column: ast.Call) -> bool:
    """An INSERT of the release before does not name it, and nothing stands in."""
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in column.keywords}
    stands_in = {"server_default"} & set(given) or "Computed" in ast.unparse(column)
    return given.get("nullable") == "False" and not stands_in


def test_new_migrations_only_add() -> None:
    new = [path for path in VERSIONS.glob("[0-9]*.py") if path.name[:4] > LAST_BEFORE]
    found = {path.name: breaking(path.read_text("utf-8")) for path in new}
    assert not {name: what for name, what in found.items() if what}, "see CONTRIBUTING.md"


@pytest.mark.parametrize(
    "line",
    [
        'op.drop_column("residents", "age")',
        'op.drop_table("residents")',
        'op.rename_table("residents", "people")',
        'op.alter_column("residents", "age", new_column_name="years")',
        'op.alter_column("residents", "age", nullable=False)',
        'op.alter_column("residents", "age", type_=sa.Text())',
        'op.add_column("residents", sa.Column("age", sa.Integer(), nullable=False))',
        'op.execute("ALTER TABLE residents DROP COLUMN age")',
        'op.execute("ALTER TABLE residents ALTER age SET NOT NULL")',
        'op.execute("ALTER TABLE residents ALTER COLUMN age TYPE text")',
        'op.execute("ALTER TABLE residents ADD COLUMN age int NOT NULL")',
        'with op.batch_alter_table("residents") as table:\n        table.drop_column("age")',
    ],
)
def test_what_takes_away_is_found_and_may_be_marked(line: str) -> None:
    source = f"def upgrade() -> None:\n    {line}\n"
    assert breaking(source)
    assert breaking(f'contract = "?"\n{source}')
    assert not breaking(f'contract = "unused since release 2026.12"\n{source}')
    assert not breaking(f"def upgrade() -> None:\n    pass\ndef downgrade() -> None:\n    {line}\n")


@pytest.mark.parametrize(
    "line",
    [
        'op.create_table("things", sa.Column("id", sa.Uuid(), nullable=False))',
        'op.add_column("residents", sa.Column("age", sa.Integer(), nullable=True))',
        'op.add_column("r", sa.Column("n", sa.Text(), server_default="", nullable=False))',
        'op.alter_column("residents", "age", nullable=True)',
        'op.execute("ALTER TABLE residents ADD COLUMN age int NOT NULL DEFAULT 0")',
        'op.drop_index("ix_residents_age")',
    ],
)
def test_what_adds_passes(line: str) -> None:
    assert not breaking(f"def upgrade() -> None:\n    {line}\n")
