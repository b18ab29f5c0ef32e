"""Stories of the box: results, kinds, suggestions, stars, what is not kept."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.browser import Browser


def titles(browser: Browser, typed: str) -> list[str]:
    page = browser.get(f"/search?q={quote(typed)}")
    assert page.status == 200
    return [title.text for title in page.root.all("h2")]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("児童手当", "児童手当の申請"),
        ("ﾏｲﾅﾝﾊﾞｰ", "マイナンバー"),
        ("ＢＣＧ", "BCG"),
        ("まいなんばー", "マイナンバー"),
        ("child allowance", "児童手当の申請"),
        ("自動手当の申請", "児童手当の申請"),
    ],
)
def test_search_bears_width_kana_and_slips(browser: Browser, typed: str, found: str) -> None:
    assert any(found in title for title in titles(browser, typed))


def test_a_search_without_result_shows_the_desk(browser: Browser) -> None:
    page = browser.get("/search?q=qqqqxzzz")
    assert "見つかりませんでした" in page.text
    assert "0000-00-1000" in page.text


ODD = (
    "",
    "   ",
    "<script>",
    "あ" * 5000,
    "'; DROP TABLE",
    "%_%",
    "😀" * 50,
    "a & b | !c:*",
    "\\",
    "''",
)


@pytest.mark.parametrize("typed", ODD)
@pytest.mark.parametrize("path", ["/search", "/search/suggestions"])
def test_search_takes_whatever_is_typed(browser: Browser, path: str, typed: str) -> None:
    assert browser.get(f"{path}?q={quote(typed)}").status == 200
