"""The six digits that name a municipality (総務省 全国地方公共団体コード)."""

from __future__ import annotations

DIGITS = 6


def is_city_code(code: str) -> bool:
    """Six digits, the last of which is 11 less the weighted sum (6 5 4 3 2) by 11, last figure."""
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return False
    weighted = sum(int(figure) * (DIGITS - place) for place, figure in enumerate(code[:-1]))
    return (11 - weighted % 11) % 10 == int(code[-1])
