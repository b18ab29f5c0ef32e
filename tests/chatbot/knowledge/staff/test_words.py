"""Groups of words and words that say nothing: kept at once, seen before, never overwritten."""

from __future__ import annotations

from flask import Flask

from chatbot.knowledge import words
from chatbot.knowledge.models import Thing
from chatbot.knowledge.store import load_knowledge
from portal.core.db import transaction
from tests.browser import Browser

PAGE = "/staff/answers/words"
SHOW = "何が見つかるか"


def groups(app: Flask) -> tuple[tuple[str, ...], ...]:
    with app.app_context():
        return load_knowledge().synonyms


def test_a_group_is_looked_at_then_kept(app: Flask, editor: Browser) -> None:
    editor.get(PAGE)
    page = editor.submit(SHOW, words="指定袋、ごみ袋")
    assert "件の回答" in page.text and "指定袋、ごみ袋" in page.html
    assert ("指定袋", "ごみ袋") not in groups(app)
    editor.submit("保存", words="指定袋、ごみ袋")
    assert ("指定袋", "ごみ袋") in groups(app)


def test_one_word_is_no_group_and_stays_typed(app: Flask, editor: Browser) -> None:
    editor.get(PAGE)
    page = editor.submit("保存", words="ひとつだけ")
    assert page.status == 422 and "2つ以上" in page.text and "ひとつだけ" in page.html


def test_a_shipped_group_goes_and_comes_back(app: Flask, editor: Browser) -> None:
    before = groups(app)
    editor.get(PAGE)
    page = editor.submit("外す", key=before[0][0])
    assert before[0] not in groups(app) and "外した組" in page.text
    editor.submit("この内容にもどす", key=before[0][0])
    assert set(groups(app)) == set(before)


def test_a_colleague_s_change_is_not_overwritten(app: Flask, editor: Browser) -> None:
    editor.get(PAGE)
    with app.app_context(), transaction() as session:
        words.put_words(session, Thing.STOP_WORDS, "ja", ["ほかの人"], None)
    page = editor.submit(": 日本語", words="わたしの言葉")
    assert page.status == 422 and "わたしの言葉" in page.html
    with app.app_context():
        assert "ほかの人" in load_knowledge().stop_words
