"""Sample values for the living page: a form with one field of each kind, right and wrong."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    Form,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired

from portal.residents.fields import DayField


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
