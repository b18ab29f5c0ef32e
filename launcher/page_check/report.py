"""The test report in the form Japanese public bodies use (JIS X 8341-3:2016, annex JB.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

from launcher.page_check.criteria import CRITERIA, Criterion
from launcher.page_check.looking import SIZES, Seen
from launcher.page_check.walking import Routes, Walk
from portal.core.clock import today

HEAD = Path(__file__).with_name("report_head.md")
NAMES = {"visitor": "訪れた人", "resident": "ログインした市民", "clerk": "全役割の職員"}
SHOWN = 3  # faults of one page that are named


def write(walks: list[Walk], routes: dict[str, Routes]) -> str:
    """The whole report."""
    parts = (_head(walks), _criteria(walks), _beyond(walks), _pages(walks), _left(walks, routes))
    return "\n\n".join(parts) + "\n"


def _head(walks: list[Walk]) -> str:
    pages = [seen for one in walks for seen in one.seen]
    return (
        HEAD.read_text("utf-8")
        .strip()
        .format(
            day=today().isoformat(),
            number=len(pages),
            walkers="、".join(f"{NAMES[one.who]} {len(one.seen)}" for one in walks),
            playwright=version("playwright"),
            widths="と".join(f"{size['width']}px" for size in SIZES),
            engine=Axe().axe_script.split("axe v", 1)[1].split()[0],
            faults=sum(seen.count for seen in pages),
        )
    )


def _criteria(walks: Iterable[Walk]) -> str:
    pages = [seen for one in walks for seen in one.seen]
    lines = [
        "## 達成基準ごとの結果",
        "「合格」は、機械の規則を当てた回数(ページ×幅×規則)のうち問題がなかった数です。"
        "「機械では決められない」は、axe が人に見てほしいと言った数です。"
        "機械の合格は、その基準をすべて満たす証明にはなりません。",
        "| 基準 | 名前 | レベル | 適用 | 結果 | 合格 | 不合格 | 機械では決められない | ほかの試験 |"
        "\n|---|---|---|---|---|---:|---:|---:|---|\n"
        + "\n".join(_criterion(one, pages) for one in CRITERIA),
    ]
    return "\n\n".join(lines)


def _criterion(one: Criterion, pages: list[Seen]) -> str:
    passed, failed, unsure = (_sum(pages, kind, one.number) for kind in _KINDS)
    applies = "無" if one.absent else "有"
    row = [one.number, one.name, one.level, applies, verdict(one, passed, failed)]
    numbers = [str(number or "-") for number in (passed, failed, unsure)]
    return f"| {' | '.join([*row, *numbers, one.beside or '-'])} |"


_KINDS = ("passed", "failed", "unsure")


def _sum(pages: list[Seen], kind: str, number: str) -> int:
    return sum(getattr(seen, kind)[number] for seen in pages)


def verdict(one: Criterion, passed: int, failed: int) -> str:
    """In words: what a machine found never says more than a machine can."""
    if failed:
        return "× 問題がある"
    if one.absent:
        return f"○ 対象なし({one.absent})"
    if passed or one.beside:
        return "○ 機械の試験で問題なし・人の確認が要る"
    return "人の確認が要る"


def _beyond(walks: list[Walk]) -> str:
    counted: Counter[str] = Counter()
    for one in walks:
        for seen in one.seen:
            for found in seen.faults.values():
                counted.update(fault.split(":")[0].split(" ")[0] for fault in found)
    rows = (
        ("WCAG 2.2 AA とよい実践(axe-core)", "axe"),
        ("横スクロール", "sideways"),
        ("見出し1が1つでない", "h1"),
        ("44px より小さい、押す場所(市民の画面)", "small"),
        ("コンソールのエラー・CSP 違反", "console"),
        ("スクリプトの失敗", "script"),
        ("ほかのサイトへの通信", "other"),
    )
    lines = [f"| {words} | {counted[kind]} |" for words, kind in rows]
    return "\n".join(["## そのほかの結果", "", "| 調べたこと | 数 |", "|---|---:|", *lines])


def _pages(walks: list[Walk]) -> str:
    parts = ["## 試験を行ったページ"]
    for one in walks:
        widths = " | ".join(f"{size['width']}px" for size in SIZES)
        rows = [_page(seen) for seen in sorted(one.seen, key=lambda seen: seen.path)]
        head = f"| アドレス | 画面の名前 | {widths} |\n|---|---|{'---:|' * len(SIZES)}"
        parts.append(f"### {NAMES[one.who]}({len(one.seen)}ページ)\n\n" + "\n".join([head, *rows]))
    return "\n\n".join(parts)


def _page(seen: Seen) -> str:
    counts = " | ".join(str(len(seen.faults[size["width"]])) for size in SIZES)
    found = dict.fromkeys(fault for faults in seen.faults.values() for fault in faults)
    named = "".join(f"<br>{_plain(fault)}" for fault in list(found)[:SHOWN])
    return f"| {_plain(seen.path)} | {_plain(seen.title)}{named} | {counts} |"


def _plain(words: str) -> str:
    """Words for a cell of a table."""
    for sign, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "¦"), ("\n", " ")):
        words = words.replace(sign, instead)
    return words


def _left(walks: list[Walk], routes: dict[str, Routes]) -> str:
    """Exceptions: what led elsewhere, and routes no link led to."""
    parts = [
        "## 例外(試験できなかったもの)",
        "デモの市に、まだその中身がない画面(記録が1件もない一覧の、1件の画面など)と、"
        "メールのリンクからだけ開く画面は、リンクをたどっても開けません。"
        "ファイル(CSV、画像など)と、ほかの画面へ進むだけのアドレスも、ここにあります。",
    ]
    for one in walks:
        others = [f"- `{path}` … {instead}" for path, instead in sorted(one.others.items())]
        parts.append(
            f"### {NAMES[one.who]}: ページでなかったもの\n\n" + ("\n".join(others) or "なし")
        )
    for face, words in (("resident", "市民の画面"), ("staff", "職員の画面")):
        ours = [one for one in walks if routes[one.who].face == face]
        found = {endpoint for one in ours for endpoint in one.routes}
        rules = routes[ours[0].who].rules if ours else []
        missed = sorted({rule.rule for rule in rules if rule.endpoint not in found})
        listed = "\n".join(f"- `{rule}`" for rule in missed) or "なし"
        parts.append(f"### {words}: リンクが見つからなかったもの({len(missed)})\n\n{listed}")
    return "\n\n".join(parts)
