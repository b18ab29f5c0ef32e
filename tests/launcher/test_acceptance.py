"""The acceptance report: every requirement has its id and real tests, and results are read."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook

from launcher.acceptance import documents, requirements
from launcher.acceptance.command import acceptance
from launcher.acceptance.report import (
    BY_PERSON,
    FAILED,
    NO_TEST,
    PARTLY,
    PASSED,
    SKIPPED,
    SOME_UNKNOWN,
    UNKNOWN,
    report,
)
from launcher.acceptance.requirements import Area, Requirement, exists, faults, load
from launcher.acceptance.results import NoResults, Outcomes, read
from launcher.commands import COMMANDS
from launcher.verifying import verify

RUN = """<testsuites><testsuite name="pytest" timestamp="2026-11-20T10:00:00">
<properties><property name="commit" value="abc"/></properties>
<testcase classname="tests.a.test_x" name="test_good[1]"/>
<testcase classname="tests.a.test_x" name="test_good[2]"/>
<testcase classname="tests.a.test_x" name="test_bad"><failure message="no"/></testcase>
<testcase classname="tests.a.test_y" name="test_left_out"><skipped/></testcase>
<testcase classname="tests.a.test_z.TestKind" name="test_in_a_class"/>
</testsuite></testsuites>"""
PAGE = re.compile(r"(?<![\w./])(/[a-z][\w/-]*)")
COMMAND = re.compile(r"\./mado ([a-z][a-z-]*)")


def demand(*tests: str, see: str = "", gap: str = "") -> Requirement:
    return Requirement("A-1", "a", "what was asked", "somewhere", tests, see, gap)


@pytest.fixture
def outcomes(tmp_path: Path) -> Outcomes:
    file = tmp_path / "run.xml"
    file.write_text(RUN)
    return Outcomes([read(file)])


def test_every_requirement_has_an_id_and_every_named_test_is_there() -> None:
    areas = load()
    assert faults(areas) == []
    assert sum(len(one.requirements) for one in areas) >= 150
    assert len({one.key for one in areas}) == len(areas)


def test_every_issue_is_there() -> None:
    sources = " ".join(one.source for area in load() for one in area.requirements)
    titles = " ".join(area.title for area in load())
    assert [n for n in range(2, 9) if f"課題{n}" not in sources + titles] == []


def test_pages_and_commands_to_look_at_are_there(app: Flask) -> None:
    rules = {rule.rule.rstrip("/") or "/" for rule in app.url_map.iter_rules()}
    told = [one.see for area in load() for one in area.requirements]
    assert {page for see in told for page in PAGE.findall(see) if page not in rules} == set()
    commands = {name.split()[0] for name in COMMANDS}
    assert {word for see in told for word in COMMAND.findall(see)} <= commands


def test_what_is_wrong_with_the_file_is_named() -> None:
    twice = Area("a", "A", (demand("tests/launcher/test_acceptance.py"), demand("tests/no.py")))
    assert faults([twice]) == ["A-1: no id of its own", "A-1: there is no test tests/no.py"]
    assert exists("tests/launcher/test_acceptance.py::test_every_issue_is_there")
    assert not exists("tests/launcher/test_acceptance.py::test_of_nothing")
    assert not exists("launcher/testing.py")  # no test at all


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (demand("tests/a/test_x.py::test_good"), PASSED),
        (demand("tests/a/test_x.py::test_good[1]"), PASSED),
        (demand("tests/a/test_z.py::TestKind::test_in_a_class"), PASSED),
        (demand("tests/a/test_x.py::test_good", gap="half"), PARTLY),
        (demand("tests/a/test_x.py"), FAILED),
        (demand("tests/a"), FAILED),
        (demand("tests/a/test_y.py"), SKIPPED),
        (demand("tests/b/test_x.py"), UNKNOWN),
        (demand("tests/a/test_x.py::test_goo"), UNKNOWN),
        (demand("tests/a/test_x.py::test_good", "tests/b/test_x.py"), SOME_UNKNOWN),
        (demand(see="./mado run"), BY_PERSON),
        (demand(see="./mado run", gap="half"), PARTLY),
        (demand(), NO_TEST),
    ],
)
def test_a_verdict_is_what_the_run_said(one: Requirement, verdict: str, outcomes: Outcomes) -> None:
    made = report([Area("a", "A", (one,))], outcomes, "now", "abc")
    assert [line.verdict for line in made.lines] == [verdict]


def test_documents_say_the_run_and_whether_it_was_of_this_commit(outcomes: Outcomes) -> None:
    area = Area("a", "A", (demand("tests/a/test_x.py"), demand(see="./mado run")))
    made = report([area], outcomes, "now", "def")
    text = documents.markdown(made)
    assert "2026-11-20T10:00:00、5件、コミット abc(この報告のコミットと違います)" in text
    assert "| 不合格 | 合格 2、不合格 1 |" in text
    told = json.loads(documents.as_json(made))
    assert told["totals"] == {FAILED: 1, BY_PERSON: 1}
    assert [row["failed"] for row in told["rows"]] == [1, 0]
    book = load_workbook(BytesIO(documents.workbook(made)))
    assert [cell.value for cell in book["A"][2]][5] == FAILED


def test_the_command_writes_a_signed_file_and_says_failures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MADO_DATA", str(tmp_path))
    run, out = tmp_path / "run.xml", tmp_path / "report.md"
    case = (
        '<testcase classname="tests.launcher.test_acceptance" name="test_x"><failure/></testcase>'
    )
    run.write_text(f"<testsuite>{case}</testsuite>")
    options = ["--results", str(run), "--out", str(out), "protect"]
    done = CliRunner().invoke(acceptance, options)
    assert done.exit_code == 1, done.output
    assert "PRT-13" in out.read_text("utf-8")
    assert CliRunner().invoke(verify, [str(out)]).exit_code == 0
    out.write_text(out.read_text("utf-8").replace("不合格", "合格"))
    assert CliRunner().invoke(verify, [str(out)]).exit_code == 1


def test_faults_of_the_options_are_said(tmp_path: Path) -> None:
    run = CliRunner()
    assert "the areas are run," in run.invoke(acceptance, ["nothing"]).output
    assert "can not be read" in run.invoke(acceptance, ["--results", "no.xml"]).output
    (tmp_path / "run.xml").write_text(RUN)
    workbook = ["--format", "xlsx", "--results", str(tmp_path / "run.xml")]
    assert "--out" in run.invoke(acceptance, workbook).output
    (tmp_path / "other.xml").write_text("<a/>")
    with pytest.raises(NoResults, match="holds no results"):
        read(tmp_path / "other.xml")


def test_tests_are_named_once(tmp_path: Path) -> None:
    both = Area("a", "A", (demand("tests/a", "tests/a/test_x.py", "tests/b/test_y.py::test_z"),))
    assert requirements.tests_of([both]) == ["tests/a", "tests/b/test_y.py::test_z"]
