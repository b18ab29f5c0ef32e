"""Components keep their promises: labels, hints and errors tied, words beside every sign."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from jinja2 import Environment

from portal.design.samples import SampleForm, sample_form
from tests.design.conftest import ROOT, environment

TODO: dict[str, Any] = {
    "id": "t1",
    "title": "健診 <1>",
    "state": "soon",
    "person": {"name": "あおば", "kind": "baby"},
    "due_words": "12月3日まで",
    "due_iso": "2026-12-03",
    "reason": "1歳6か月になるため",
    "bring": ["母子健康手帳"],
    "desk": {"name": "こども保健課", "phone": "0000-00-1234"},
}
STATES = [
    *["open", "eligible", "soon", "overdue", "future", "done", "later", "not_for_us", "passed"],
    *["not_eligible", "draft", "waiting", "approved", "sending", "sent", "stopped", "failed"],
]


@pytest.fixture(scope="module")
def ja() -> Environment:
    return environment("ja")


def macro(env: Environment, file: str, call: str, **values: Any) -> str:
    """What a macro call renders to."""
    name = call.split("(")[0]
    source = f'{{% from "components/{file}.html" import {name} %}}{{{{ {call} }}}}'
    return env.from_string(source).render(**values)


def test_a_field_ties_label_hint_and_error(ja: Environment) -> None:
    html = macro(ja, "forms", "field(f)", f=sample_form(wrong=True).email)
    assert '<label class="label" for="email">' in html
    assert 'aria-describedby="email-hint email-error"' in html
    assert 'aria-invalid="true"' in html
    assert re.search(r'id="email-error">.*メールアドレスを入れてください。', html, re.S)


def test_a_right_field_has_no_trace_of_errors(ja: Environment) -> None:
    html = macro(ja, "forms", "field(f)", f=sample_form().email)
    assert "aria-invalid" not in html
    assert "email-error" not in html


def test_the_error_summary_links_to_controls_that_exist(ja: Environment) -> None:
    form = sample_form(wrong=True)
    summary = macro(ja, "forms", "error_summary(form)", form=form)
    fields = "".join(
        macro(ja, "forms", "date_fields(f)" if name == "birthdate" else "field(f)", f=form[name])
        for name in form.errors
        if name
    )
    links = re.findall(r'href="#([^"]+)"', summary)
    assert len(links) == 4
    assert all(f'id="{target}"' in fields for target in links)


def test_choices_are_a_named_group(ja: Environment) -> None:
    html = macro(ja, "forms", "field(f, optional=True)", f=sample_form().topics)
    assert "<fieldset" in html
    assert re.search(r"<legend[^>]*>知りたいこと.*なくてもよい", html, re.S)
    assert html.count('type="checkbox"') == 2
    assert 'value="a" checked' in html


def test_a_date_keeps_what_was_typed(ja: Environment) -> None:
    html = macro(ja, "forms", "date_fields(f)", f=sample_form(wrong=True).birthdate)
    assert 'name="birthdate-year" value="6"' in html
    assert 'name="birthdate-day" value="30"' in html
    assert '<option value="R" selected>令和' in html


def test_a_date_shows_a_stored_day(ja: Environment) -> None:
    form = SampleForm(data={"birthdate": dt.date(2024, 2, 29)})
    html = macro(ja, "forms", "date_fields(f, eras=False)", f=form.birthdate)
    assert 'name="birthdate-year" value="2024"' in html
    assert 'name="birthdate-month" value="2"' in html
    assert "<select" not in html


def test_a_code_is_asked_for_as_a_one_time_code(ja: Environment) -> None:
    html = macro(ja, "forms", "code_field(f)", f=sample_form().code)
    assert 'inputmode="numeric"' in html
    assert 'autocomplete="one-time-code"' in html


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_a_word_and_a_sign(ja: Environment, state: str) -> None:
    html = macro(ja, "badges", "state_badge(state)", state=state)
    assert "<use " in html
    words = re.sub(r"<[^>]+>", "", html).strip()
    assert words
    assert words != state  # a state we know has its own Japanese word


def test_a_todo_card_says_who_what_when_why_and_what_to_bring(ja: Environment) -> None:
    html = macro(ja, "cards", "todo_card(item)", item=TODO)
    for words in ("あおば", "健診 &lt;1&gt;", "12月3日まで", "1歳6か月になるため", "母子健康手帳"):
        assert words in html
    assert 'datetime="2026-12-03"' in html
    assert 'href="tel:0000001234"' in html


def test_a_todo_card_without_extras_leaves_nothing_empty(ja: Environment) -> None:
    bare = {"id": "t", "title": "届け", "state": "open"}
    html = macro(ja, "cards", "todo_card(item)", item=bare)
    assert "<details" not in html
    assert "<time" not in html
    assert "panes" not in html


def test_a_link_outside_says_so(ja: Environment) -> None:
    out = macro(ja, "cards", "link_card('申請', '/x', outside=True)")
    assert "ブラウザーで開きます" in out
    assert "ブラウザー" not in macro(ja, "cards", "link_card('申請', '/x')")


def test_a_change_is_a_form_with_its_token(ja: Environment) -> None:
    html = macro(ja, "buttons", "post_button('できた', '/c', fields={'a': '\"'}, about='健診')")
    assert 'method="post"' in html
    assert 'name="csrf_token" value="token"' in html
    assert 'name="a" value="&#34;"' in html
    assert '<span class="unseen">: 健診</span>' in html


def test_pagination_stops_at_both_ends(ja: Environment) -> None:
    first = macro(ja, "pieces", "pagination(1, 3, '?page={page}')")
    last = macro(ja, "pieces", "pagination(3, 3, '?page={page}')")
    assert 'href="?page=2"' in first
    assert 'rel="prev"' not in first
    assert 'rel="next"' not in last
    assert macro(ja, "pieces", "pagination(1, 1, '?page={page}')").strip() == ""


def test_every_icon_asked_for_is_drawn() -> None:
    sprite = (ROOT / "static/img/icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    asked: set[str] = set()
    for file in (ROOT / "templates").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        asked |= set(re.findall(r'\bicon\("([\w-]+)"', text))
        asked |= set(re.findall(r'\bicon_name="([\w-]+)"', text))
    assert len(asked) > 15
    assert asked <= drawn


def test_the_words_of_a_button_stand_in_an_element_of_their_own() -> None:
    """A button is a flex box: words with furigana in it would fall apart into columns."""
    bare = re.compile(r'<(?:button|a)\b[^>]*class="(?:btn|pane|pick)\b[^>]*>\s*\{\{ _\(')
    files = {
        file: file.read_text(encoding="utf-8") for file in (ROOT / "templates").rglob("*.html")
    }
    assert [file.name for file, text in files.items() if bare.search(text)] == []
