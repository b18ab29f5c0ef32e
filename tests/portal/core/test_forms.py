"""What is done to typed text before a form looks at it."""

from __future__ import annotations

import pytest

from portal.core.web.forms import digits, trimmed


@pytest.mark.parametrize(
    "name",
    [
        "𠮷野",
        "葛\U000e0100城",  # with a variation selector
        "\ufa19\ufa10\ufa26",  # 神塚都 in the letters of family registers
        "神\ufa19神",
        "\U0002f920",
        "👩‍👧‍👦",
        "①㈱ｻｸﾗ",
    ],
)
def test_names_are_kept_exactly(name: str) -> None:
    assert trimmed(name) == name
    assert trimmed(f" {name}\u3000") == name


def test_letters_typed_in_parts_are_composed() -> None:
    assert trimmed("か\u3099\ufa19か\u3099") == "が\ufa19が"
    assert trimmed(None) is None


def test_codes_are_read_however_they_are_typed() -> None:
    assert digits(" １２３-４５ 6 ") == "123456"
