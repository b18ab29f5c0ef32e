"""A garbage guide that is not whole is refused, with the place named."""

import shutil
from pathlib import Path

import pytest

from chatbot.garbage.loading import FOLDER, load_guide
from chatbot.knowledge.loading import KnowledgeError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "garbage")
    return tmp_path / "garbage"


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("nowhere:\n- {key: lamp, name: ランプ}\n", "nowhere"),
        ("bulky:\n- {key: bicycle, name: 自転車}\n", "bicycle"),
        ("bulky:\n- {name: 自転車}\n", "key"),
    ],
)
def test_a_wrong_item_is_refused(folder: Path, row: str, named: str) -> None:
    (folder / "items-new.yaml").write_text(row, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=named):
        load_guide(folder)


def test_a_district_that_the_catalogue_does_not_have_is_refused(folder: Path) -> None:
    days = 'districts: {mars: {burnable: "mon"}}'
    (folder / "districts.yaml").write_text(days, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="mars"):
        load_guide(folder)


def test_single_days_come_from_the_file(folder: Path) -> None:
    days = (
        "districts: {yamate: {burnable: mon}}\n"
        "left_out: {yamate: {burnable: [2026-11-23]}}\n"
        "added: {yamate: {burnable: [2026-12-31]}}\n"
    )
    (folder / "districts.yaml").write_text(days, encoding="utf-8")
    plan = load_guide(folder).districts["yamate"].days["burnable"]
    assert {day.isoformat() for day in plan.left_out | plan.added} == {"2026-11-23", "2026-12-31"}
