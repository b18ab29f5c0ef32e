"""chatbot → notifications → auth → portal, and what each kind of module may use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORDER = ["portal", "auth", "notifications", "chatbot"]  # each may import those before it
NEVER = {"standins", "tests", "launcher", "wsgi", "bench"}

# Rules: standard library and own values only. `portal.core.wareki` and `holidays` are rules too.
PURE = [
    "portal/catalogue/ages.py",
    "portal/catalogue/rules",
    "portal/catalogue/rules.py",
    "portal/catalogue/evaluation.py",
    "portal/guide/certificates.py",
    "chatbot/dialogue",
    "chatbot/reports/rules.py",
    "chatbot/reports/places.py",
    "chatbot/reports/geojson.py",
    "chatbot/reports/pictures.py",
    "portal/maps/view.py",
    "portal/maps/places.py",
    "portal/maps/drawing.py",
    "chatbot/garbage/month.py",
    "portal/mypage/timeline.py",
    "portal/core/wareki.py",
]
NOT_PURE = {"flask", "sqlalchemy", "flask_babel", "redis", "rq", "requests", "linebot", "smtplib"}
# Records and acts know nothing of requests and templates.
RECORDS = {"flask": {"request", "render_template", "redirect", "url_for", "session", "flash"}}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        path = ROOT / folder
        yield from [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, set[str], int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, set(), node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or "", {alias.name for alias in node.names}, node.lineno


@pytest.mark.parametrize("package", ORDER)
def test_imports_point_to_the_right(package: str) -> None:
    allowed = set(ORDER[: ORDER.index(package) + 1])
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources(package)
        for name, _, line in imports(path)
        if name.split(".")[0] in (set(ORDER) - allowed) | NEVER
    ]
    assert not wrong, "\n".join(wrong)


def test_the_product_does_not_know_its_stand_ins_and_they_do_not_know_it() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources("standins")
        for name, _, line in imports(path)
        if name.split(".")[0] in set(ORDER) | {"wsgi", "tests"}
    ]
    assert not wrong, "\n".join(wrong)


def test_the_ground_knows_no_other_part_of_the_portal() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources("portal/core")
        for name, _, line in imports(path)
        if name.startswith("portal.") and not name.startswith("portal.core")
    ]
    assert not wrong, "\n".join(wrong)


def test_rules_are_pure() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for entry in PURE
        if (ROOT / entry).exists()
        for path in sources(entry)
        for name, _, line in imports(path)
        if name.split(".")[0] in NOT_PURE or name == "portal.core.clock"
    ]
    assert not wrong, "\n".join(wrong)


def test_records_do_not_know_requests() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name} {sorted(names & RECORDS['flask'])}"
        for path in sources(*ORDER)
        if path.name == "models.py"
        for name, names, line in imports(path)
        if name == "flask" and names & RECORDS["flask"]
    ]
    assert not wrong, "\n".join(wrong)


def test_the_line_sdk_is_loaded_in_the_worker_only() -> None:
    """Importing linebot.v3.messaging costs 42 MB and more than a second (facts/runtime.md)."""
    wrong = []
    for path in sources(*ORDER):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:  # module level only; inside functions is where it belongs
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            wrong += [f"{path}:{node.lineno}" for name in names if name.startswith("linebot")]
    assert not wrong, "\n".join(wrong)
