"""The demo city's own open data."""

from __future__ import annotations

import pytest

from launcher.demo_website import DATA, TIES
from portal.catalogue.load import shipped_catalogue
from portal.guide.facilities.columns import read_table
from portal.residents.interests import INTERESTS


@pytest.mark.parametrize(("name", "dataset"), [("facilities", "facility"), ("shelters", "shelter")])
def test_every_row_is_good_and_nobody_can_be_called(name: str, dataset: str) -> None:
    table = read_table((DATA / f"{name}.csv").read_bytes())
    assert (table.dataset, table.encoding, table.refused) == (dataset, "utf-8-sig", [])
    assert table.rows
    assert all(row["phone"].startswith("0000-") for row in table.rows if row["phone"])


def test_ties_name_what_there_is() -> None:
    services = {each.key for each in shipped_catalogue().services}
    for interests, keys in TIES.values():
        assert set(interests) <= set(INTERESTS)
        assert set(keys) <= services
