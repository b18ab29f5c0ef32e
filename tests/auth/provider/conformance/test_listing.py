"""docs/conformance.md is true: every module has its test, every test here is in a table."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[3] / "docs" / "conformance.md"
PLANS = {  # modules of each plan, as the suite lists them
    "OpenID Connect Core: Basic OP": 39,
    "RP-Initiated Logout OP": 11,
    "Back-Channel Logout OP": 2,
    "FAPI 2.0 Security Profile, final": 56,
}
PREFIX = "fapi2-security-profile-final-"


def tables() -> dict[str, dict[str, str]]:
    """Plan to module to test, as the document has them."""
    found: dict[str, dict[str, str]] = {}
    for section in re.split(r"^## ", DOCUMENT.read_text("utf-8"), flags=re.M)[1:]:
        rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|$", section, re.M)
        found[section.splitlines()[0]] = dict(rows)
        assert len(rows) == len(dict(rows)), section.splitlines()[0]
    return found


def functions() -> dict[str, str]:
    """Every test of this folder: `file::name` to its source, constants it names included."""
    found = {}
    for file in HERE.glob("test_*.py"):
        source = file.read_text("utf-8")
        tree = ast.parse(source)
        values = {
            one.targets[0].id: ast.unparse(one.value)
            for one in tree.body
            if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
        }
        for one in tree.body:
            if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
                marks = " ".join(ast.unparse(mark) for mark in one.decorator_list)
                named = [value for name, value in values.items() if name in marks]
                found[f"{file.name}::{one.name}"] = " ".join([marks, *named])
    return {name: words for name, words in found.items() if "test_listing" not in name}


def test_every_module_of_every_plan_has_a_test() -> None:
    assert {plan: len(modules) for plan, modules in tables().items()} == PLANS
    known = functions()
    for modules in tables().values():
        for module, test in modules.items():
            short = module.removeprefix(PREFIX)
            named = test.endswith("::test_" + re.sub(r"[^A-Za-z0-9]", "_", short))
            assert test in known, test
            assert named or f"'{short}'" in known[test], (module, test)


def test_every_test_is_in_a_table() -> None:
    told = {test for modules in tables().values() for test in modules.values()}
    assert told == set(functions())
