"""Which table a sheet is, and which column holds what: by the names in its header."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chatbot.garbage.files.cells import Row, Sheet


class Form(StrEnum):
    """The tables that are understood."""

    ITEMS = "items"
    CLASSES = "classes"
    DAYS = "days"
    CLOSURES = "closures"


# Names of columns, the most telling first. Publishers put the table's name in front (ごみの分別
# 方法_品目), so the end counts where nothing fits whole.
ITEM_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "ゴミの品目",
        "ごみの品目",
        "品目名",
        "品目",
        "品名",
        "ごみの名前",
        "ゴミ名",
        "ごみ名",
        "名称",
        "name",
        "article",
        "item",
    ),
    "class": (
        "分別区分",
        "ごみの区分",
        "分別種別",
        "分別",
        "ごみの種類",
        "ゴミの種類",
        "区分",
        "種別",
        "分類",
        "type",
        "class",
        "classification",
        "category",
        "kind",
    ),
    "kana": (
        "品目_カナ",
        "品目カナ",
        "品目_かな",
        "よみがな",
        "ふりがな",
        "フリガナ",
        "読み",
        "カナ",
        "かな",
        "furigana",
        "namekana",
        "kana",
    ),
    "note": (
        "注意点",
        "出し方",
        "注意事項",
        "説明",
        "notice",
        "note",
        "備考",
    ),
    "remark": (
        "備考",
        "remark",
    ),
    "fee_kind": ("料金種別",),
    "fee": (
        "料金",
        "手数料",
        "fee",
    ),
    "fee_note": ("料金備考",),
    "english": (
        "品目_英語",
        "品目_英字",
        "name_en",
        "english",
    ),
}
CLASS_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("label", "分別区分", "区分"),
    "sub": ("sublabel",),
    "how": ("description", "出し方", "説明"),
}
CLOSURE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "center": ("名称", "センター", "施設名"),
    "name": ("休止期間名称", "休止名称"),
    "first": ("休止開始日", "開始日"),
    "last": ("休止終了日", "終了日"),
}
DISTRICT = ("地区", "地区名", "地域", "町名", "町名・地区", "area")
CENTER = ("センター", "center")
# Titles and notes stand above the header in many workbooks.
HEADER_WITHIN = 10
LEAST_ROWS, FEW_CLASSES, TIMES = 8, 60, 3
LOOKS_LIKE_A_CLASS = re.compile(
    r"[ごゴ][みミ]|資源|収集|回収|粗大|燃|可燃|不燃|リサイクル|プラ$|^び?ん$"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a sheet is, where its header stands, and the place of each column."""

    form: Form
    header: int
    places: Mapping[str, int]
    width: int
    swapped: bool = False
    """The columns of item and class hold each other's words (a real city's file does)."""


def layout_of(sheet: Sheet) -> Layout | None:
    """How to read the sheet; None when no header is understood."""
    for number, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        found = _form(row)
        if found is not None:
            form, places = found
            layout = Layout(form, number, places, _width(row))
            return _turned(layout, sheet.rows[number + 1 :])
    return None


def _form(row: Row) -> tuple[Form, dict[str, int]] | None:
    names = [_plain(cell) for cell in row.cells]
    if names and names[0] in DISTRICT and len([n for n in names if n]) > 1:
        return Form.DAYS, _days_columns(names)
    closures = _places(names, CLOSURE_COLUMNS)
    if {"center", "first", "last"} <= closures.keys():
        return Form.CLOSURES, closures
    if "label" in names and "description" in names:
        return Form.CLASSES, _places(names, CLASS_COLUMNS)
    items = _places(names, ITEM_COLUMNS)
    return (Form.ITEMS, items) if {"name", "class"} <= items.keys() else None


def _days_columns(names: Sequence[str]) -> dict[str, int]:
    """The district, the plant, and one column a class (named by its place)."""
    places = {"district": 0}
    for place, name in enumerate(names[1:], start=1):
        if name in CENTER:
            places["center"] = place
        elif name:
            places[f"class:{place}"] = place
    return places


def _places(names: Sequence[str], wanted: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Each column once: whole names first, then names that end so."""
    places: dict[str, int] = {}
    for whole in (True, False):
        for field, spellings in wanted.items():
            if field in places:
                continue
            place = _place(names, spellings, set(places.values()), whole)
            if place is not None:
                places[field] = place
    return places


def _place(
    names: Sequence[str], spellings: Sequence[str], taken: set[int], whole: bool
) -> int | None:
    for spelling in map(_plain, spellings):
        for place, name in enumerate(names):
            fits = name == spelling if whole else name.endswith(f"_{spelling}")
            if fits and place not in taken:
                return place
    return None


def _turned(layout: Layout, rows: Sequence[Row]) -> Layout:
    """The layout with item and class the right way round."""
    if layout.form is not Form.ITEMS or len(rows) < LEAST_ROWS:
        return layout
    names, kinds = (_column(rows, layout.places[field]) for field in ("name", "class"))
    few = len(set(names)) <= FEW_CLASSES and len(set(names)) * TIMES <= len(set(kinds))
    if not few or _alike(names) <= _alike(kinds):
        return layout
    places = dict(layout.places)
    places["name"], places["class"] = places["class"], places["name"]
    return Layout(layout.form, layout.header, places, layout.width, swapped=True)


def _alike(cells: Sequence[str]) -> float:
    """The share of different cells that read like classes."""
    different = set(cells)
    return sum(bool(LOOKS_LIKE_A_CLASS.search(cell)) for cell in different) / max(1, len(different))


def _column(rows: Sequence[Row], place: int) -> list[str]:
    return [row.cells[place] for row in rows if place < len(row.cells) and row.cells[place]]


def _width(row: Row) -> int:
    """Columns up to the last that has a name."""
    return max(place for place, cell in enumerate(row.cells, start=1) if cell)


def _plain(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).lower()
    return re.sub(r"[\s#*()\[\]「」]+", "", plain)
