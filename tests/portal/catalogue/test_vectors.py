"""The city's table of examples, and our own longer one, pass through the entries My Page uses."""

import csv
from pathlib import Path

import pytest

from portal.catalogue.check import check_rows, rules_by_check
from portal.catalogue.load import load_catalogue

DATA = Path(__file__).parents[2] / "data"
# The second table was derived from the facts by a program of its own, not by this code.
ROWS = [
    row
    for name in ("age_vectors.csv", "age_vectors_more.csv")
    for row in csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines())
]


@pytest.mark.parametrize("row", ROWS, ids=[row["vector_id"] for row in ROWS])
def test_vector(row: dict[str, str | None]) -> None:
    [outcome] = check_rows([row], load_catalogue())
    assert outcome.passed, f"{outcome.vector_id}: {outcome.expected} but {outcome.got}"


def test_every_dated_rule_of_the_table_is_a_service_not_a_second_table() -> None:
    ids = {row["rule_id"] for row in ROWS}
    primitives = {each for each in ids if each.startswith("AGE.") or each == "SCHOOL.ENTRY"}
    assert ids - primitives <= set(rules_by_check(load_catalogue()))
