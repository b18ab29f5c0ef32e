"""`./mado check pages`: criteria by axe's tags, what a report may say, which links are followed."""

from __future__ import annotations

from collections import Counter

from flask import Flask

from launcher.page_check.criteria import CRITERIA
from launcher.page_check.looking import Seen, criteria
from launcher.page_check.report import verdict, write
from launcher.page_check.walking import Frontier, Routes, Walk

ALT = CRITERIA[0]


def test_criteria_by_the_tags_of_axe() -> None:
    tags = ["cat.color", "wcag2aa", "wcag143", "wcag1411", "TTv5"]
    assert criteria(tags) == ["1.4.3", "1.4.11"]


def test_all_criteria_of_the_two_levels() -> None:
    assert Counter(one.level for one in CRITERIA) == {"A": 25, "AA": 13}
    assert len({one.number for one in CRITERIA}) == 38


def test_a_machine_does_not_say_that_a_criterion_is_met() -> None:
    assert verdict(ALT, 100, 0) == "○ 機械の試験で問題なし・人の確認が要る"
    assert verdict(ALT, 100, 1) == "× 問題がある"
    assert verdict(ALT, 0, 0) == "人の確認が要る"


def test_a_route_is_opened_only_so_often(app: Flask) -> None:
    frontier = Frontier(Routes(app, "resident"))
    frontier.add([f"/services/{name}" for name in ("a", "b", "c")])
    frontier.add(["/services?q=a", "/services?q=b", "/staff/accounts", "/nowhere", "/sign-out"])
    frontier.add(["/my", "/my?lang=en"])
    taken = list(iter(frontier.next, None))
    assert taken == ["/services/a", "/services/b", "/services?q=a", "/my"]


def test_the_report_names_pages_faults_and_what_was_left_out(app: Flask) -> None:
    routes = {"visitor": Routes(app, "resident"), "clerk": Routes(app, "staff")}
    seen = Seen("/faq", "よくある質問", faults={375: ["axe image-alt: img <img>"], 1280: []})
    seen.failed["1.1.1"] += 1
    walked = Walk("visitor", [seen], {"/my": "leads to /sign-in"}, {"faq.index"})
    said = write([walked, Walk("clerk")], routes)
    assert "| 見つかった問題 | 1 |" in said
    assert "| 1.1.1 | 非テキストコンテンツ | A | 有 | × 問題がある | - | 1 | - | - |" in said
    assert "| /faq | よくある質問<br>axe image-alt: img &lt;img&gt; | 1 | 0 |" in said
    assert "- `/my` … leads to /sign-in" in said
    assert "- `/staff/accounts`" in said
    assert "まだ「準拠」と表記しません" in said
