"""Renders the layouts and components as the application would, with plain Jinja and its words."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader
from wtforms import (
    BooleanField,
    Field,
    Form,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "portal" / "translations" / "ja" / "LC_MESSAGES" / "messages.po"
LANGUAGES = {"ja": "日本語", "en": "English"}
CITY = {"name": "まど市", "name_en": "Mado City", "phone": "0000-00-1234"}
Render = Callable[..., str]


def _choices(words: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


class PartedDate(Field):
    """A date typed as parts; only what the macro looks at."""

    parts: dict[str, str] | None = None


class SampleForm(Form):
    """One field of each kind the macros know."""

    email = StringField(
        "メールアドレス", [DataRequired("入れてください。")], description="例：name@mail.example"
    )
    birthdate = PartedDate("生年月日", description="和暦でも入れられます。")
    code = StringField("6けたの数字")
    district = SelectField("住んでいる地区", choices=_choices({"e": "東地区", "w": "西地区"}))
    relation = RadioField("だれのことですか", choices=_choices({"self": "自分", "child": "子ども"}))
    topics = SelectMultipleField("知りたいこと", choices=_choices({"a": "子育て", "b": "ごみ"}))
    words = TextAreaField("ひとこと")
    agree = BooleanField("決まりを読みました")


def sample_form(wrong: bool = False) -> SampleForm:
    """The sample form, filled with an empty answer and its error when `wrong`."""
    form = SampleForm(data={"relation": "self", "topics": ["a"]})
    for field in form:
        field.errors = []
    if wrong:
        form.email.errors = ["メールアドレスを入れてください。"]
        form.birthdate.errors = ["2月は29日までです。"]
        form.birthdate.parts = {"era": "R", "year": "6", "month": "2", "day": "30"}
        form.relation.errors = ["えらんでください。"]
        form.agree.errors = ["読んだら印をつけてください。"]
    return form


def translations(language: str) -> gettext.NullTranslations:
    """Our own catalogue, compiled in memory; English is the message itself."""
    if language != "ja":
        return gettext.NullTranslations()
    compiled = BytesIO()
    with CATALOGUE.open("rb") as source:
        write_mo(compiled, read_po(source, locale="ja"))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def environment(language: str = "ja") -> Environment:
    """Jinja as Flask sets it up: escaping, gettext, and the functions every page may call."""
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    cast(Any, env).install_gettext_translations(translations(language), newstyle=True)
    env.globals.update(
        asset=lambda path: f"/static/{path}?v=1",
        csrf_token=lambda: "token",
        kept=lambda *about, caller: caller(),
        get_flashed_messages=lambda with_categories=False: [("success", "保存しました。")],
    )
    return env


def context(language: str = "ja", **more: Any) -> dict[str, Any]:
    """What the application gives to every page."""
    labels = ["マイページ", "通知", "質問", "さがす", "メニュー"]
    icons = ["window", "bell", "ask", "search", "menu"]
    nav = [
        {"label": label, "url": f"/{name}", "icon": name, "current": name == "window"}
        for label, name in zip(labels, icons, strict=True)
    ]
    base = {
        "city": CITY,
        "current_language": language,
        "languages": LANGUAGES,
        "viewer": {"signed_in": True, "name": "さくら", "unread_count": 3, "face": "resident"},
        "nav_items": nav,
        "footer_items": [{"label": "このサイトについて", "url": "/about"}],
        "home_url": "/",
        "sign_in_url": "/sign-in",
        "sign_out_url": "/sign-out",
        "form": sample_form(),
    }
    return base | more


@pytest.fixture(scope="session")
def render() -> Render:
    """Renders a template by name with the usual context, changed by keywords."""
    environments = {code: environment(code) for code in ("ja", "en")}

    def _render(name: str, language: str = "ja", **more: Any) -> str:
        return environments[language].get_template(name).render(context(language, **more))

    return _render
