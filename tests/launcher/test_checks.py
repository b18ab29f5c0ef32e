"""The checks themselves: silence is no answer, secrets are found, the floor holds."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from launcher import bootstrap, browser, catalogues, checks, coverage_floor, licences, testing

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = {"name": "flask", "version": "3.1.3", "vulns": []}


def test_an_audit_without_answers_is_no_success() -> None:
    unasked = {"name": "rq", "skip_reason": "not found"}
    found = checks.verdict("pypi", [PACKAGE, unasked])
    assert found.word == checks.NOT_ASKED
    assert "PyPI (nothing about 1 of 2 packages" in found.note
    assert checks.verdict("osv", [], "Name or service not known").word == checks.NOT_ASKED
    assert checks.verdict("pypi", [PACKAGE]).word == checks.OK


def test_who_is_not_reached_is_named_and_not_shown_as_a_trace(tmp_path: Path) -> None:
    """Nobody listens there, as on a machine without the internet."""
    lock = tmp_path / "lock.txt"
    lock.write_text(f"flask==3.1.3 --hash=sha256:{'0' * 64}\n")
    nobody = "http://127.0.0.1:9"
    with pytest.MonkeyPatch.context() as there:
        there.setenv("HTTPS_PROXY", nobody)
        there.setenv("https_proxy", nobody)
        found = checks.audit(str(lock))
    assert found.word == "TRY LATER"
    assert found.note.startswith("could not be asked: PyPI (")
    assert "OSV (" in found.note
    assert found.details == ()


def test_a_known_hole_is_named() -> None:
    hole = {**PACKAGE, "vulns": [{"id": "CVE-2026-0001"}]}
    found = checks.verdict("osv", [hole, {"name": "rq", "skip_reason": "not found"}])
    assert found.word == checks.FAILED
    assert found.details == ("flask 3.1.3: CVE-2026-0001",)


def test_secrets_taken_out_again_are_found_in_history() -> None:
    token = "glpat-" + "b2" * 12
    patch = f"commit abc1\n--- a/x\n+++ b/x\n-token {token}\ncommit abc0\n+token {token}\n"
    assert checks.secrets_in_patch(patch) == ["abc0: forge token"]
    assert checks.secrets_of_history(1) == []


def test_licences_are_read_and_those_that_ask_something_are_named() -> None:
    rows = licences.by_licence(["flask", "pytest", "no-such-package"])
    assert {name for names in rows.values() for name in names} == {"flask", "pytest"}
    said = {"LGPL-3.0-only": ["psycopg"], "MIT": ["rq"], "unknown": ["odd"]}
    assert licences.asking(said) == ["psycopg (LGPL-3.0-only)", "odd (unknown)"]


def test_secrets_are_found_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "ghp_" + "a1" * 15
    (tmp_path / "notes.txt").write_text(f"first line\ntoken {token}\n")
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    found = checks.secrets_in(["notes.txt"])
    assert found == ["notes.txt:2: forge token"]


def test_the_tree_holds_no_secret() -> None:
    assert checks.secrets_in(checks.tracked_files()) == []


@pytest.mark.parametrize(
    ("name", "floored"),
    [
        ("portal/catalogue/ages.py", True),
        ("portal/catalogue/rules/deadlines.py", True),
        ("portal/mypage/acts.py", True),
        ("notifications/segments/meaning.py", True),
        ("portal/catalogue/commands.py", False),
        ("portal/core/web/app.py", False),
        ("standins/serving.py", False),
    ],
)
def test_rules_and_acts_have_a_floor(name: str, floored: bool) -> None:
    assert coverage_floor.is_floored(name) is floored


def test_the_floor_counts_lines() -> None:
    rows = [("a.py", 60, []), ("b.py", 40, [1, 2, 3, 7, 9])]
    assert coverage_floor.percent(rows) == 95.0
    assert coverage_floor.percent([]) == 100.0


HALF_COVERED = """
def first(): return 1
def second():
    return 2
"""


def test_too_little_coverage_fails_a_green_run(tmp_path: Path) -> None:
    """The whole plugin, on a small project of its own."""
    catalogue = tmp_path / "portal" / "catalogue"
    catalogue.mkdir(parents=True)
    for package in (catalogue.parent, catalogue):
        (package / "__init__.py").touch()
    (catalogue / "ages.py").write_text(HALF_COVERED)
    (tmp_path / "pyproject.toml").write_text("[tool.coverage.run]\nsource = ['portal']\n")
    (tmp_path / "test_it.py").write_text(
        "import portal.catalogue.ages as ages\ndef test_it(): assert ages.first() == 1\n"
    )
    (tmp_path / "plug.py").write_text(
        "import pathlib, launcher.coverage_floor as floor\n"
        "floor.ROOT = pathlib.Path(__file__).parent\n"
        "from launcher.coverage_floor import pytest_configure\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--cov", "--cov-report=", "-p", "plug", "."],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "portal/catalogue/ages.py: 1 of 3 not run: 4" in done.stdout
    assert "66.7 % — below 95 %" in done.stdout
    assert "1 passed" in done.stdout.splitlines()[-1]
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("deep", "journeys", "contracts", "expected"),
    [
        (False, True, True, ["-m", "not deep and not other_browser"]),
        (True, True, True, ["-m", "not other_browser"]),
        (
            False,
            False,
            False,
            ["-m", "not deep and not journey and not contract and not other_browser"],
        ),
        (True, False, True, ["-m", "not journey and not other_browser"]),
    ],
)
def test_marked_tests_are_left_out(
    deep: bool, journeys: bool, contracts: bool, expected: list[str]
) -> None:
    assert testing.selection(deep, journeys, contracts) == expected


def test_a_machine_without_a_browser_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("MADO_CHROMIUM", raising=False)
    monkeypatch.setattr(browser, "FONT_FOLDERS", ())
    monkeypatch.setattr(browser, "MAC_CHROMIUMS", ())
    lacking = browser.ensure()
    assert "apt-get install chromium fonts-noto-cjk" in browser.advice(lacking)


def test_test_explains_itself() -> None:
    told = CliRunner().invoke(testing.test, ["--help"]).output
    assert "--system-services" in told
    assert "--deep" in told


@pytest.mark.parametrize(
    ("told", "understood"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("Retrying … NewConnectionError(… Network is unreachable)", "no network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "DO NOT MATCH THE HASHES"),
    ],
)
def test_an_installers_failure_is_explained(told: str, understood: str) -> None:
    assert understood in bootstrap.explain(told)


def test_a_changed_lock_file_is_installed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "PYTHON", python)
    lock = tmp_path / "requirements.txt"
    lock.write_text("flask==1\n")
    assert not bootstrap.is_installed(lock)
    bootstrap.note_installed(lock)
    assert bootstrap.is_installed(lock)
    lock.write_text("flask==2\n")
    assert not bootstrap.is_installed(lock)


def test_a_machine_without_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "ROOM_NEEDED", 10**18)
    with pytest.raises(bootstrap.SetupError, match="Make room"):
        bootstrap.check_room()


def test_stale_words_are_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "portal" / "translations" / "ja" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text('msgid "Window"\nmsgstr "窓口"\n')
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    assert catalogues.compile_stale() == [folder / "messages.po"]
    assert "窓口".encode() in (folder / "messages.mo").read_bytes()
    assert catalogues.compile_stale() == []


def test_an_old_python_is_told_what_to_install() -> None:
    """The first file of all must be readable by what it refuses."""
    source = (ROOT / "mado").read_text("utf-8")
    assert source.isascii()
    assert 'f"' not in source
    assert "apt-get install python3 python3-venv" in source
