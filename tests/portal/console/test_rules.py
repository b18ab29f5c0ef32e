"""What cells say in files, in which order they stand, and which page a word leads to."""

from __future__ import annotations

import csv
import io

import pytest
from markupsafe import Markup

from portal.console.cells import order, plain, value
from portal.console.files import as_csv, as_xlsx
from portal.console.going import Place, found


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (Markup('<a href="/x">題名</a> <span class="unseen">について</span>'), "題名"),
        (Markup('<time datetime="2026-11-20T09:30:00+09:00">20日</time>'), "2026-11-20 09:30"),
        (Markup('<time datetime="2026-11-20">今日</time>'), "2026-11-20"),
        (Markup("一行<br>二行"), "一行 二行"),
        (Markup('<form><button>押す</button></form>残り<svg><use href="#x"></use></svg>'), "残り"),
        (Markup('<span data-value="3">3日</span>'), "3"),
        (Markup("&lt;b&gt; &amp;"), "<b> &"),
        ("  空白\n改行 ", "空白 改行"),
        ("—", ""),
        (None, ""),
    ],
)
def test_a_cell_without_its_dress(cell: object, words: str) -> None:
    assert plain(cell) == words


def test_numbers_are_numbers_in_columns_of_numbers_alone() -> None:
    assert value("1,234", numeric=True) == 1234
    assert value(Markup("<b>-2.5</b>"), numeric=True) == -2.5
    assert value("26-00012", numeric=True) == "26-00012"
    assert value("1,234") == "1,234"


def test_the_order_is_by_number_then_word_and_nothing_comes_last() -> None:
    cells = ["—", "10 日", "2026-01-02", "9 日", "いぬ", "1,000", "2025-12-31", "あさ"]
    said = sorted(cells, key=order)
    assert said == ["9 日", "10 日", "1,000", "2025-12-31", "2026-01-02", "あさ", "いぬ", "—"]


def test_no_spreadsheet_runs_what_somebody_typed() -> None:
    body = as_csv(["名前", "数"], [["=1+1", -5], ["@SUM(A1)", 2], ["普通", 3]])
    assert body.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert lines == [["名前", "数"], ["'=1+1", "-5"], ["'@SUM(A1)", "2"], ["普通", "3"]]
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(as_xlsx(["名前"], [["=1+1"], ["\x0b文"]]))).active
    assert sheet is not None
    assert [cell.value for cell in sheet["A"]] == ["名前", "'=1+1", "文"]
    assert sheet["A2"].data_type == "s"


PLACES = (
    Place("garbage", ("ごみ分別", "Garbage guide"), "ごみ 品目 すてかた 燃えるごみ waste"),
    Place("calendar", ("収集日", "Districts and days"), "しゅうしゅうび ごみカレンダー"),
    Place("reports", ("通報", "Reports"), "つうほう 道路 穴 pothole"),
)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ごみ分別", "garbage"),
        ("GARBAGE", "garbage"),
        ("捨て方", None),
        ("ステカタ", "garbage"),
        ("つうほう", "reports"),
        ("道路 穴", "reports"),
        ("pothole", "reports"),
        ("シュウシュウビ", "calendar"),
        ("xyz", None),
    ],
)
def test_a_page_is_found_by_what_people_call_it(typed: str, first: str | None) -> None:
    names = [place.endpoint for place in found(typed, PLACES)]
    assert (names[0] if names else None) == first
    assert len(found("", PLACES)) == len(PLACES)
