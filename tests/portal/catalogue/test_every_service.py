"""Every service of the catalogue has a test of its rule: a row of the tables, or one beside it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from portal.catalogue import examples
from portal.catalogue.load import shipped_catalogue
from portal.catalogue.model import Service

TABLES = sorted((Path(__file__).parents[2] / "data").glob("age_vectors*.csv"))
ROWS = {
    row["rule_id"]
    for file in TABLES
    for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
}
SERVICES = shipped_catalogue().services
EACH = pytest.mark.parametrize("service", SERVICES, ids=[each.key for each in SERVICES])


@EACH
def test_the_rule_has_a_test(service: Service) -> None:
    assert ROWS & set(service.checks) or any(not each.milestone for each in service.tests)


@EACH
def test_every_milestone_has_a_test(service: Service) -> None:
    beside = {each.milestone for each in service.tests}
    for milestone in service.milestones:
        assert ROWS & set(milestone.checks) or milestone.key in beside, milestone.key


@EACH
def test_the_tests_beside_it_pass(service: Service) -> None:
    assert [(each.example, each.window) for each in examples.failures(service)] == []
