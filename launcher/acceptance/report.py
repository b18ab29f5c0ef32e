"""The acceptance report as values: each requirement with its verdict, and nothing typed in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from launcher.acceptance.requirements import Area, Requirement
from launcher.acceptance.results import Outcomes, counted

PASSED, FAILED, PARTLY = "合格", "不合格", "一部のみ"
UNKNOWN, SOME_UNKNOWN, SKIPPED = "結果なし", "一部の結果なし", "飛ばした試験あり"
BY_PERSON, NO_TEST = "人が確かめる", "試験なし"
VERDICTS = (PASSED, PARTLY, FAILED, SKIPPED, SOME_UNKNOWN, UNKNOWN, BY_PERSON, NO_TEST)


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement with what the runs said of it."""

    requirement: Requirement
    verdict: str
    passed: int
    failed: int
    skipped: int
    unknown: int

    @property
    def counts(self) -> str:
        """The cases in words, such as 合格 12."""
        words = {"合格": self.passed, "不合格": self.failed, "飛ばした": self.skipped}
        words["結果のない試験"] = self.unknown
        return "、".join(f"{word} {count}" for word, count in words.items() if count)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a document of it says."""

    made_at: str
    commit: str
    runs: tuple[str, ...]
    areas: tuple[tuple[Area, tuple[Line, ...]], ...]

    @property
    def lines(self) -> list[Line]:
        """Every line of all areas."""
        return [line for _, lines in self.areas for line in lines]

    @property
    def totals(self) -> dict[str, int]:
        """How many requirements have each verdict."""
        found = Counter(line.verdict for line in self.lines)
        return {verdict: found[verdict] for verdict in VERDICTS if found[verdict]}


def verdict(one: Requirement, counts: dict[str, int]) -> str:
    """The worst that was seen; what nobody ran is never good."""
    if not one.tests:
        return (BY_PERSON if one.see else NO_TEST) if not one.gap else PARTLY
    if counts["failed"]:
        return FAILED
    if counts["unknown"]:
        return UNKNOWN if counts["unknown"] == len(one.tests) else SOME_UNKNOWN
    if counts["skipped"]:
        return SKIPPED
    return PARTLY if one.gap else PASSED


def line(one: Requirement, outcomes: Outcomes) -> Line:
    """A requirement by the outcomes of its tests."""
    counts = counted(one, outcomes)
    return Line(one, verdict(one, counts), **counts)


def report(areas: Sequence[Area], outcomes: Outcomes, made_at: str, commit: str) -> Report:
    """All areas; `commit` is of the checkout that makes the report."""
    runs = tuple(
        f"{run.file}: {run.at or '時刻なし'}、{len(run.cases)}件、"
        f"コミット {run.commit[:12] or '不明'}{_other(run.commit, commit)}"
        for run in outcomes.runs
    )
    rows = tuple((a, tuple(line(one, outcomes) for one in a.requirements)) for a in areas)
    return Report(made_at, commit, runs, rows)


def _other(tested: str, now: str) -> str:
    return "" if tested == now else "(この報告のコミットと違います)"
