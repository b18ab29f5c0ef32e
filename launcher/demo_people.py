"""Who lives in the demo city: families with next steps near today, clerks of every role."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class Card:
    """A person card of a demo resident. Ages are relative to today, so screens stay full."""

    relation: str
    nickname: str
    born: date | None = None
    sex: str | None = None
    expected: date | None = None


@dataclass(frozen=True)
class DemoResident:
    """One account of the demo city; nicknames are plants, nobody is invented."""

    nickname: str
    note: str
    note_en: str
    district: str
    line: bool = True
    email: bool = True
    authenticator: bool = False
    cards: tuple[Card, ...] = field(default=())


def demo_residents(today: date) -> tuple[DemoResident, ...]:
    """Five families whose next steps lie around today."""
    shown = _ago(today, 38, 60)  # at the counter the document says it
    return (
        DemoResident(
            "さくら",
            "LINEで登録済み。1歳6か月の子と、来年入学の子",
            "by LINE; one child of 18 months, one who enters school next April",
            "minato",
            cards=(
                Card("self", "さくら", _ago(today, 33, 120), "F"),
                Card("child", "つくし", _months_ago(today, 18, 12), "M"),
                Card("child", "すみれ", _school_starter(today), "F"),
            ),
        ),
        DemoResident(
            "けやき",
            "LINEで登録済み。まもなく75歳",
            "by LINE; soon 75",
            "ekimae",
            cards=(
                Card("self", "けやき", _ago(today, 75, -24), "M"),
                Card("spouse", "うめ", _ago(today, 70, 40), "F"),
            ),
        ),
        DemoResident(
            "つばき",
            "LINEで登録済み。妊娠中",
            "by LINE; expecting a child",
            "kawabe",
            cards=(
                Card("self", "つばき", _ago(today, 29, 200), "F"),
                Card("expected", "おなかの子", expected=today + timedelta(days=45)),
            ),
        ),
        DemoResident(
            "かえで",
            "メールと認証アプリで登録済み。子ども3人",
            "by e-mail and authenticator app; three children",
            "okanoue",
            line=False,
            authenticator=True,
            cards=(
                Card("self", "かえで", _ago(today, 41, 10), "M"),
                Card("child", "もみじ", _months_ago(today, 2, 5), "F"),
                Card("child", "いちょう", _months_ago(today, 37, 3), "M"),
                Card("child", "けやき", _ago(today, 11, 30), "F"),
            ),
        ),
        DemoResident(
            "あやめ",
            f"LINEで登録済み。LINEをなくしたときを試す人({shown}生まれ)",
            f"by LINE; to try what happens when LINE is lost (born {shown})",
            "ekimae",
            cards=(
                Card("self", "あやめ", shown, "F"),
                Card("child", "はぎ", _months_ago(today, 2, 5), "M"),
            ),
        ),
    )


# LINE users who have not registered: the first taps the rich menu in the README's walk.
NEWCOMERS = (
    ("はじめてさん", "LINEの友だち。まだ登録していない", "a LINE friend, not registered yet", True),
    ("となりのまちさん", "友だち追加もこれから", "not even a friend of the account yet", False),
)
CLERKS = (
    ("author@city.example", "職員(作成)", ("author", "auditor")),
    ("approver@city.example", "職員(承認)", ("approver", "administrator")),
    ("editor@city.example", "職員(台帳と回答)", ("catalogue_editor", "knowledge_editor")),
    # A recovery needs two at the counter.
    ("counter1@city.example", "職員(窓口1)", ("report_handler",)),
    ("counter2@city.example", "職員(窓口2)", ("report_handler",)),
)


def _ago(today: date, years: int, days: int) -> date:
    """Born `years` years and `days` days before today."""
    return today.replace(year=today.year - years, day=min(today.day, 28)) - timedelta(days=days)


def _months_ago(today: date, months: int, days: int) -> date:
    number = today.year * 12 + today.month - 1 - months
    return date(number // 12, number % 12 + 1, min(today.day, 28)) - timedelta(days=days)


def _school_starter(today: date) -> date:
    """A birthdate of the children who enter school next April."""
    april = today.year + (1 if today >= date(today.year, 4, 1) else 0)
    return date(april - 7, 9, 15)
