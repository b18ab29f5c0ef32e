"""The tree itself: small files, no addresses of indexes, no machine paths, titled templates."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

from portal.core.settings import documented

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "auth", "notifications", "chatbot")
# Longer for a reason written in the file itself.
LONG_FILES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()


def tracked(*suffixes: str) -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [
        ROOT / n for n in names if (ROOT / n).is_file() and (not suffixes or n.endswith(suffixes))
    ]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_files_and_functions_stay_small() -> None:
    big = []
    for path in tracked(".py"):
        name = str(path.relative_to(ROOT))
        if not name.startswith(PACKAGES):
            continue
        source = path.read_text(encoding="utf-8")
        lines = source.count("\n")
        if lines > 300 and name not in LONG_FILES:
            big.append(f"{name}: {lines} lines")
        for node in ast.walk(parsed(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 40 and f"{name}:{node.name}" not in LONG_FUNCTIONS:
                    big.append(f"{name}:{node.name}: {length} lines")
    assert not big, "\n".join(big)


def test_no_vague_module_names() -> None:
    vague = {"utils", "util", "helpers", "helper", "managers", "manager", "common", "misc"}
    assert not [p for p in tracked(".py") if p.stem in vague or p.parent.name in vague]


def test_modules_open_with_a_sentence() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked(".py")
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(parsed(path))
        and path.name != "conftest.py"
    ]
    assert not silent, silent


def test_no_index_address_machine_path_or_secret_in_the_tree() -> None:
    hosts = "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs"])
    paths = "|".join(["/wo" + "rk/", "/ro" + r"ot/\.", "/far" + "m/"])
    secret = "-----BEGIN [A-Z ]*PRIVATE " + "KEY-----"
    bad = re.compile(f"{hosts}|deb" + r"\.debian\.org" + f"|{paths}|{secret}")
    found = []
    for path in tracked():
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {m.group()}" for m in bad.finditer(content)]
    assert not found, found


def test_every_page_template_has_a_title() -> None:
    untitled = []
    for path in tracked(".html"):
        source = path.read_text(encoding="utf-8")
        if "templates" not in path.parts or "layout" in path.parts or "mail" in path.parts:
            continue
        if re.search(r"extends \"layout/(?!error|mail)", source) and "block title" not in source:
            untitled.append(str(path.relative_to(ROOT)))
    assert not untitled, untitled


def test_the_manual_lists_every_setting() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    missing = [name for name, _, _ in documented() if f"`{name}`" not in page]
    assert not missing, f"run ./mado settings > docs/settings.md: {missing}"


def test_no_test_is_skipped_or_expected_to_fail_without_need() -> None:
    """The one reason to skip: others' data beside the checkout (../shared) is absent."""
    wrong = []
    for path in tracked(".py"):
        if "tests" not in path.parts or path.name == "test_tree.py":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"mark\.(skip|xfail)|pytest\.(skip|xfail)", line) and "shared" not in line:
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert not wrong, wrong
