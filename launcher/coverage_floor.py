"""A pytest plugin: lines of rules and acts must be covered to 95 % of each run's total."""

import io
from collections.abc import Generator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from coverage import Coverage

from launcher.places import ROOT

FLOOR = 95.0
# Rules (pure) and acts (what changes things); edges, records and adapters have no floor.
RULES_AND_ACTS = (
    "portal/catalogue/*.py",
    "portal/core/holidays.py",
    "portal/core/wareki.py",
    "portal/core/outbox.py",
    "portal/core/audit.py",
    "portal/guide/certificates.py",
    "portal/guide/certificates_reading.py",
    "portal/residents/days.py",
    "portal/residents/family.py",
    "portal/mypage/todos.py",
    "portal/mypage/newly_due.py",
    "auth/challenges.py",
    "auth/registration.py",
    "auth/signing_in.py",
    "auth/setting_up.py",
    "auth/recovery.py",
    "auth/limits.py",
    "auth/staff/accounts.py",
    "auth/staff/signing_in.py",
    "notifications/segments/*.py",
    "notifications/notices/*.py",
    "notifications/care/*.py",
    "notifications/disaster/*.py",
    "chatbot/dialogue/*.py",
    "chatbot/engine/*.py",
    "chatbot/garbage/*.py",
    "chatbot/knowledge/*.py",
    "chatbot/tuning/*.py",
    "chatbot/reports/*.py",
    "chatbot/line/*.py",
    "*/acts.py",
)
EDGES = ("*/commands.py", "*/pages.py", "*/forms.py", "*/models.py")


def is_floored(name: str) -> bool:
    """Whether a file (as its path in the checkout) is of the rules or acts."""
    edge = any(fnmatch(name, pattern) for pattern in EDGES)
    return not edge and any(fnmatch(name, pattern) for pattern in RULES_AND_ACTS)


def measured(coverage: Coverage) -> list[tuple[str, int, list[int]]]:
    """(file, statements, missing lines) of each floored file."""
    rows = []
    for file in sorted(coverage.get_data().measured_files()):
        path = Path(file)
        if path.is_relative_to(ROOT) and is_floored(str(path.relative_to(ROOT))):
            _, statements, _, lacking, _ = coverage.analysis2(file)
            rows.append((str(path.relative_to(ROOT)), len(statements), lacking))
    return rows


def percent(rows: list[tuple[str, int, list[int]]]) -> float:
    """Covered lines in a hundred."""
    statements = sum(count for _, count, _ in rows)
    lacking = sum(len(lines) for _, _, lines in rows)
    return 100.0 * (statements - lacking) / statements if statements else 100.0


class Floor:
    """Reads what pytest-cov has saved, and fails the run when it is too little."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, int, list[int]]] = []

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """After pytest-cov has combined and saved."""
        outcome = yield
        coverage = Coverage(config_file=str(ROOT / "pyproject.toml"))
        coverage.load()
        self._rows = measured(coverage)
        if percent(self._rows) < FLOOR:
            session.testsfailed += 1
        return outcome

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says the figure, and which lines would raise it."""
        report = io.StringIO()
        reached = percent(self._rows)
        for name, count, lines in self._rows:
            if lines:
                print(f"  {name}: {len(lines)} of {count} not run: {_ranges(lines)}", file=report)
        verdict = "" if reached >= FLOOR else f" — below {FLOOR:.0f} %, so this run FAILED"
        terminalreporter.section("rules and acts")
        terminalreporter.write(report.getvalue())
        terminalreporter.write_line(f"lines of rules and acts covered: {reached:.1f} %{verdict}")


def _ranges(lines: list[int]) -> str:
    """1, 2, 3, 7 as `1-3 7`."""
    parts: list[list[int]] = []
    for line in lines:
        if parts and line == parts[-1][-1] + 1:
            parts[-1].append(line)
        else:
            parts.append([line])
    return " ".join(f"{p[0]}-{p[-1]}" if len(p) > 1 else str(p[0]) for p in parts)


def pytest_configure(config: pytest.Config) -> None:
    """Joins the run; not the workers of a parallel one, whose figures come together here."""
    if hasattr(config, "workerinput"):
        return
    config.pluginmanager.register(Floor(), "mado-coverage-floor")
