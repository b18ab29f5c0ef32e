"""Questions on a city's pages, however the page writes them."""

from __future__ import annotations

import json

import pytest

from chatbot.knowledge.city_faq import FoundQuestion, questions_on

WANTED = FoundQuestion("住民票はどこで取れますか?", "市民課です。")


def on(html: str, encoding: str = "utf-8") -> list[FoundQuestion]:
    return questions_on(html.encode(encoding), f"text/html; charset={encoding}")


def data(*things: object) -> str:
    scripts = "".join(
        f'<script type="application/ld+json">{json.dumps(thing, ensure_ascii=False)}</script>'
        for thing in things
    )
    return f"<html><head>{scripts}</head><body><h1>FAQ</h1></body></html>"


PAGE = {
    "@type": "FAQPage",
    "mainEntity": [
        {
            "@type": "Question",
            "name": "住民票はどこで取れますか?",
            "acceptedAnswer": {"@type": "Answer", "text": "<p>市民課です。</p>"},
        }
    ],
}


@pytest.mark.parametrize(
    "html",
    [
        data(PAGE),
        data({"@graph": [{"@type": "Organization"}, PAGE]}),
        data([{"@type": ["WebPage", "FAQPage"], "mainEntity": PAGE["mainEntity"][0]}]),
        "<dl><dt>Q1 住民票はどこで取れますか?</dt><dd>A1 市民課です。</dd></dl>",
        "<dl><div><dt>住民票はどこで取れますか?</dt><dd><p>市民課です。</p></dd></div></dl>",
        "<h2>FAQ</h2><h3>Q. 住民票はどこで取れますか?</h3><p>A. 市民課です。</p><h3>別</h3>",
        "<h3>質問:住民票はどこで取れますか?</h3><div><p>回答:市民課です。</p></div>",
        "<h3>住民票はどこで取れますか?</h3><p>答え 市民課です。</p>",
        "<p>Q：住民票はどこで取れますか?</p><p>A：市民課です。</p>",
        "<details><summary>住民票はどこで取れますか?</summary><p>市民課です。</p></details>",
    ],
)
def test_each_way_is_recognised(html: str) -> None:
    assert on(html) == [WANTED]


def test_old_encodings_are_read() -> None:
    html = "<dl><dt>Q 住民票はどこで取れますか?</dt><dd>市民課です。</dd></dl>"
    assert on(html, "cp932") == [WANTED]


def test_lists_links_and_several_answers_become_markdown() -> None:
    html = """<dl><dt>Q. 何が要りますか</dt>
      <dd><p>次の物です。</p><ul><li>はんこ</li><li>手紙<br>と箱</li></ul></dd>
      <dd>見る:<a href="https://www.city.mado.example/x">案内</a>
          <a href="javascript:alert(1)">悪い</a></dd>
      <dt>Q. 次は?</dt><dd>はい。</dd></dl>"""
    first, second = on(html)
    assert first.answer == (
        "次の物です。\n\n- はんこ\n- 手紙 と箱\n\n見る:[案内](https://www.city.mado.example/x) 悪い"
    )
    assert second == FoundQuestion("次は?", "はい。")


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<h1>お知らせ</h1><p>工事をします。</p>",
        "<h3>申請できますか</h3><p>説明の文です。</p>",  # a heading that asks is no FAQ yet
        "<dl><dt>場所</dt><dd>市役所</dd></dl>",
        data({"@type": "FAQPage", "mainEntity": [{"name": "空?"}, "x", {"acceptedAnswer": 3}]}),
        '<script type="application/ld+json">{broken</script>',
    ],
)
def test_other_pages_have_none(html: str) -> None:
    assert on(html) == []


def test_a_change_of_words_changes_the_digest() -> None:
    assert WANTED.digest != FoundQuestion(WANTED.question, "国保年金課です。").digest
