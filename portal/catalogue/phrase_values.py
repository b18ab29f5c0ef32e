"""Dates, ages and spans inside a rule's sentence, in the languages that are translations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from portal.core import day_words
from portal.core.languages import EASY
from portal.core.text_marks import marked
from portal.core.wareki import fiscal_year_label

ERA_READINGS = {"令和": "れいわ", "平成": "へいせい", "昭和": "しょうわ"}


class Forms(NamedTuple):
    """How a language says them; {n}, {y} and {m} are numbers."""

    reader: str
    years: str
    months: str
    both: str
    before: str
    same: str
    after: str
    fiscal_year: str
    between: str


FORMS: Mapping[str, Forms] = {
    EASY: Forms(
        reader="あなた",
        years="{y}\ufff9歳\ufffaさい\ufffb",
        months="{m}か\ufff9月\ufffaげつ\ufffb",
        both="{y}\ufff9歳\ufffaさい\ufffb{m}か\ufff9月\ufffaげつ\ufffb",
        before="{n}\ufff9日前\ufffaにちまえ\ufffb",
        same="その\ufff9日\ufffaひ\ufffb",
        after="{n}\ufff9日後\ufffaにちご\ufffb",
        fiscal_year="{n}",
        between="・",
    ),
    "zh-Hans": Forms(
        "您", "{y}岁", "{m}个月", "{y}岁{m}个月", "{n}天前", "当天", "{n}天后", "{n}年度", "、"
    ),
    "zh-Hant": Forms(
        "您", "{y}歲", "{m}個月", "{y}歲{m}個月", "{n}天前", "當天", "{n}天後", "{n}年度", "、"
    ),
    "ko": Forms(
        "본인", "{y}세", "{m}개월", "{y}세 {m}개월", "{n}일 전", "당일", "{n}일 후", "{n}년도", ", "
    ),
    "vi": Forms(
        "bạn", "{y} tuổi", "{m} tháng tuổi", "{y} tuổi {m} tháng", "{n} ngày trước",
        "đúng ngày đó", "{n} ngày sau", "năm tài chính {n}", ", ",
    ),
    "tl": Forms(
        "ikaw", "{y} taon", "{m} buwan", "{y} taon at {m} buwan", "{n} araw bago",
        "sa mismong araw", "{n} araw pagkatapos", "fiscal year {n}", ", ",
    ),
}  # fmt: skip


def say_age(months: int, language: str) -> str:
    """1岁6个月; under one year in months only."""
    years, rest = divmod(months, 12)
    forms = FORMS[language]
    if language == EASY and (years, rest) == (20, 0):
        return marked("{20歳|はたち}")
    form = (forms.both if rest else forms.years) if years else forms.months
    return form.format(y=years, m=rest)


def say_shift(days: int, language: str) -> str:
    """30天前, 当天, 10天后."""
    forms = FORMS[language]
    return (forms.before if days < 0 else forms.after if days else forms.same).format(n=abs(days))


def say_fiscal_year(year: int, language: str) -> str:
    """The Japanese fiscal year; its era in Japanese only."""
    if language != EASY:
        return FORMS[language].fiscal_year.format(n=year)
    label = fiscal_year_label(year)
    return marked(f"{{{label[:2]}|{ERA_READINGS[label[:2]]}}}{label[2:-2]}{{年度|ねんど}}")


def say_month_day(month: int, day: int, language: str) -> str:
    """A day of every year."""
    return day_words.say(date(2000, month, day), "month_day", language)
