"""Every layout is a whole page: language, title, one h1, a way past the menu, nothing inline."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from portal.design.samples import sample_form
from tests.design.conftest import GALLERY, Render, environment
from tests.design.gallery import PROBLEM, STAFF

PAGES = ["resident", "public", "staff"]


class Page(HTMLParser):
    """Counts what a page must and must not have."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.targets: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag == "style" or (tag == "script" and "src" not in given) else []
        self.targets += [v for n, v in attrs if n == "href" and v and v.startswith("#")]


def whole_page(render: Render, layout: str, language: str = "ja") -> str:
    """The gallery, which uses every component, in one of the layouts."""
    viewer = {"viewer": STAFF} if layout == "staff" else {}
    name = f"layout/{layout}.html"
    return render(GALLERY, language, layout=name, **viewer)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("layout", PAGES)
def test_a_page_is_whole(render: Render, layout: str, language: str) -> None:
    page = Page(whole_page(render, layout, language))
    assert page.tags.count("h1") == 1
    assert page.tags.count("main") == 1
    assert len(page.ids) == len(set(page.ids))
    assert "#main" in page.targets
    assert "main" in page.ids


@pytest.mark.parametrize("layout", PAGES)
def test_nothing_is_inline(render: Render, layout: str) -> None:
    assert Page(whole_page(render, layout)).inline == []


@pytest.mark.parametrize(
    ("language", "title"), [("ja", "デザイン | まど市"), ("en", "Design | Mado City")]
)
def test_the_title_names_page_and_city(render: Render, language: str, title: str) -> None:
    html = whole_page(render, "resident", language)
    assert f"<title>{title}</title>" in html
    assert f'<html lang="{language}"' in html


def test_the_title_says_that_a_form_has_errors(render: Render) -> None:
    assert "<title>エラー: " in render(GALLERY, form=sample_form(wrong=True))


def test_messages_are_announced(render: Render) -> None:
    html = whole_page(render, "resident")
    assert re.search(r'role="status"[^>]*>.*?保存しました。', html, re.S)


def test_the_language_switch_links_to_the_other_language(render: Render) -> None:
    html = whole_page(render, "public")
    assert '<a href="?lang=en" lang="en" hreflang="en">English</a>' in html
    assert '<a href="?lang=ja"' not in html


def test_signing_out_is_a_form_with_its_token(render: Render) -> None:
    html = whole_page(render, "staff")
    assert re.search(
        r'<form method="post" action="/sign-out".*?value="token".*?ログアウト', html, re.S
    )


def test_visitors_are_offered_to_sign_in_and_no_tabs(render: Render) -> None:
    visitor = {"signed_in": False, "unread_count": 0}
    html = render(GALLERY, viewer=visitor, nav_items=[])
    assert 'href="/sign-in"' in html
    assert 'class="bar"' not in html
    assert "/sign-out" not in html


def test_unread_notices_stand_on_the_bell(render: Render) -> None:
    viewer = {"signed_in": True, "unread_count": 7}
    html = render(GALLERY, viewer=viewer)
    assert re.search(r"#bell.*?data-count>7<", html, re.S)
    none = render(GALLERY, viewer=viewer | {"unread_count": 0})
    assert "data-count hidden>0<" in none


@pytest.mark.parametrize(("size", "css"), [(100, ""), (150, "letters-150"), (175, "")])
def test_only_known_letter_sizes_reach_the_page(render: Render, size: int, css: str) -> None:
    html = render(GALLERY, letter_size=size)
    found = re.search(r'<html lang="ja"(?: class="([^"]*)")?>', html)
    assert found is not None
    assert (found.group(1) or "") == css


def test_an_error_says_what_happened_what_to_do_and_whom_to_call(render: Render) -> None:
    html = render("layout/error.html", error=PROBLEM, nav_items=[])
    for words in (
        "ページが見つかりません",
        "「さがす」から見つける。",
        "tel:0000001234",
        "0192-abcd",
    ):
        assert words in html


MAIL = (
    '{% extends "layout/mail.EXT" %}'
    "{% block title %}{{ name }}{% endblock %}{% block content %}C{% endblock %}"
)


def test_a_mail_is_html_without_tables_and_pictures(render: Render) -> None:
    template = environment().from_string(MAIL.replace("EXT", "html"))
    html = template.render(
        name="A & B", city={"name": "まど市", "phone": "0000-00-1234"}, current_language="ja"
    )
    tags = Page(html).tags
    assert "A &amp; B" in html
    assert not {"table", "img", "script"} & set(tags)
    assert tags.count("h1") == 1


def test_a_mail_is_plain_text_too(render: Render) -> None:
    plain = environment().overlay(autoescape=False).from_string(MAIL.replace("EXT", "txt"))
    text = plain.render(
        name="A & B", city={"name": "まど市", "phone": "0000-00-1234"}, current_language="ja"
    )
    assert text.startswith("A & B")
    assert "電話 0000-00-1234" in text
    assert "<" not in text
