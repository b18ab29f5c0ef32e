"""What a run of tests said: JUnit XML (as pytest writes it) read into outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from defusedxml.ElementTree import ParseError, parse

from launcher.acceptance.requirements import Requirement

Outcome = Literal["passed", "failed", "skipped"]
COMMIT = "commit"  # of the checkout that was tested; the run notes it as a property


@dataclass(frozen=True, slots=True)
class Case:
    """One test of a run: `module` is dotted, `name` has the parameters in brackets."""

    module: str
    name: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Run:
    """A file of results."""

    file: str
    at: str
    commit: str
    cases: tuple[Case, ...]


class NoResults(Exception):
    """This file holds no results of tests."""


def read(file: Path) -> Run:
    """Raises NoResults with the reason."""
    try:
        root = parse(file).getroot()
    except (OSError, ParseError) as fault:
        raise NoResults(f"{file} can not be read as results of tests: {fault}") from None
    suites = list(root.iter("testsuite"))
    if not suites:
        raise NoResults(f"{file} holds no results of tests")
    properties = {one.get("name"): one.get("value") for one in root.iter("property")}
    cases = tuple(_case(one) for one in root.iter("testcase"))
    when = suites[0].get("timestamp") or ""
    return Run(file.name, when[:19], properties.get(COMMIT) or "", cases)


def _case(element: object) -> Case:
    tags = {child.tag for child in element}  # type: ignore[attr-defined]
    outcome: Outcome = "passed"
    if tags & {"failure", "error"}:
        outcome = "failed"
    elif "skipped" in tags:
        outcome = "skipped"
    return Case(element.get("classname") or "", element.get("name") or "", outcome)  # type: ignore[attr-defined]


class Outcomes:
    """The cases of all runs; of a test that ran twice, the later run counts."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self.runs = tuple(sorted(runs, key=lambda run: run.at))
        latest = {(c.module, c.name): c.outcome for run in self.runs for c in run.cases}
        self._by_module: dict[str, list[tuple[str, Outcome]]] = {}
        for (module, name), outcome in latest.items():
            self._by_module.setdefault(module, []).append((name, outcome))

    def of(self, test: str) -> list[Outcome]:
        """Outcomes of every case that a node id, a file or a folder names."""
        path, _, wanted = test.partition("::")
        dotted = path.removesuffix(".py").replace("/", ".")
        found: list[Outcome] = []
        for module, cases in self._by_module.items():
            if module == dotted or module.startswith(f"{dotted}."):
                inside = module.removeprefix(dotted).strip(".")
                found += [o for name, o in cases if not wanted or _is(wanted, inside, name)]
        return found


def _is(wanted: str, inside: str, name: str) -> bool:
    whole = f"{inside}::{name}" if inside else name
    return whole == wanted or whole.split("[")[0] == wanted


def counted(one: Requirement, outcomes: Outcomes) -> dict[str, int]:
    """How many cases passed, failed, were skipped; `unknown` counts named tests without a case."""
    counts = {"passed": 0, "failed": 0, "skipped": 0, "unknown": 0}
    for test in one.tests:
        found = outcomes.of(test)
        for outcome in found:
            counts[outcome] += 1
        counts["unknown"] += not found
    return counts
