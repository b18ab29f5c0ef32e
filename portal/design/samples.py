"""Sample values for the living page: a form with one field of each kind, charts, a map."""

from __future__ import annotations

from markupsafe import Markup
from wtforms import (
    BooleanField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired

from portal.core.web.charts import Chart, Series
from portal.residents.fields import DayField

_WEEK = ("月", "火", "水", "木", "金")
DRAWN = {
    "bars": Chart("1日の質問", _WEEK, (Series("質問", (31, 48, 27, 52, 40)),), unit="件"),
    "lines": Chart(
        "届いた数と開いた数",
        _WEEK,
        (Series("届いた", (120, 180, 150, 210, 190)), Series("開いた", (80, 95, 70, None, 130))),
        kind="line",
    ),
    "nothing": Chart("まだ数えていないもの", _WEEK, (Series("質問", (None,) * 5),)),
    "ground": Markup(
        '<svg viewBox="0 0 320 120" role="img" aria-label="地図の見本">'
        '<rect width="320" height="120" fill="#dde8da"/>'
        '<path d="M0 80h320M140 0v120" stroke="#fff" stroke-width="10"/>'
        '<circle cx="140" cy="80" r="9" fill="#a90000"/></svg>'
    ),
}


def _choices(words: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


class SampleForm(Form):
    """One field of each kind the macros know."""

    email = StringField(
        "メールアドレス", [DataRequired("入れてください。")], description="例：name@mail.example"
    )
    birthdate = DayField(
        "生年月日", required=True, check=lambda day: None, description="和暦でも入れられます。"
    )
    code = StringField("6けたの数字")
    district = SelectField("住んでいる地区", choices=_choices({"e": "東地区", "w": "西地区"}))
    relation = RadioField("だれのことですか", choices=_choices({"self": "自分", "child": "子ども"}))
    topics = SelectMultipleField("知りたいこと", choices=_choices({"a": "子育て", "b": "ごみ"}))
    words = TextAreaField("ひとこと")
    agree = BooleanField("決まりを読みました")


def sample_form(wrong: bool = False, prefix: str = "") -> SampleForm:
    """The sample form; when `wrong`, as it comes back with its errors and what was typed."""
    form = SampleForm(prefix=prefix, data={"relation": "self", "topics": ["a"]})
    for field in form:
        field.errors = []
    if wrong:
        form.email.errors = ["メールアドレスを入れてください。"]
        form.birthdate.errors = ["2月は29日までです。"]
        form.birthdate.parts = {"era": "R", "year": "6", "month": "2", "day": "30"}
        form.relation.errors = ["えらんでください。"]
        form.agree.errors = ["読んだら印をつけてください。"]
    return form
