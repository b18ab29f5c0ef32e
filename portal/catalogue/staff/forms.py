"""The editor's form of one entry: shows what was typed, reads it, puts errors at their field."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # of 3.3
from wtforms.form import BaseForm

from portal.catalogue.load import Thing
from portal.catalogue.model import Catalogue
from portal.catalogue.reading import FaultyEntry
from portal.catalogue.staff.bodies import Body, flat, nested, path_of_fault
from portal.catalogue.staff.faults import say_problem
from portal.catalogue.staff.layouts import LANGUAGE_WORDS, layout_of
from portal.catalogue.staff.specs import Choices, Spec, Unreadable
from portal.catalogue.staff.typed import Texts
from portal.catalogue.wordings import with_words_of
from portal.core.errors import N_

KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
NEW_KEY = Spec("key", "line", N_("Key"), N_("Small letters, digits and _; never changes."), True)


class EntryForm:
    """What was typed for one entry. `key` is None while a new entry has none yet."""

    def __init__(self, thing: Thing, key: str | None, typed: Texts, catalogue: Catalogue) -> None:
        self.thing, self.key, self.typed, self.catalogue = thing, key, typed, catalogue
        self.layout = layout_of(thing, typed, catalogue)
        if key is None:
            self.layout.groups[0][1].insert(0, NEW_KEY)
        self.specs = {spec.path: spec for spec in self.layout.specs}
        self.fields = make_fields(list(self.specs.values()), typed)
        self.values: dict[str, Any] = {}

    def read(self) -> bool:
        """Take the values in; every field that can not be read gets its error."""
        for path, words in self.gather().items():
            self._add(path, words)
        self._check_key()
        return not self.fields.errors

    def gather(self) -> dict[str, str]:
        """Take the values in without blaming any field; what is wrong by path."""
        wrong = {}
        for path, spec in self.specs.items():
            try:
                self.values[path] = spec.read(self.typed)
            except Unreadable as error:
                wrong[path] = str(gettext(str(error)))
        return wrong

    def body(self, before: Body | None = None) -> dict[str, Any]:
        """The entry as typed; what the form does not know stays as it was `before`."""
        made = nested({"key": self.key or self.values.get("key"), **self.values})
        known = {re.split(r"[.\[]", path)[0] for path in self.specs} | {"key", "rule", "law"}
        known |= {"versions", "milestones", "tests"} if self.thing is Thing.SERVICE else set()
        kept = {name: value for name, value in (before or {}).items() if name not in known}
        return with_words_of(made | kept, before or {}, same=False)  # type: ignore[no-any-return]

    def blame(self, fault: FaultyEntry, body: Body) -> None:
        """Put an error of the catalogue's reader beside the field it names."""
        path = path_of_fault(fault.place, fault.field, body)
        self._add(self._nearest(path), say_problem(fault.problem))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was typed for another kind of rule: sent along unseen, should the kind come back."""
        return [
            (path, text)
            for path, texts in self.typed.items()
            if path not in self.specs and ".rule." in path
            for text in texts
        ]

    def _check_key(self) -> None:
        if self.key is not None or "key" in self.fields.errors:
            return
        key = self.values.get("key", "")
        if not KEY.fullmatch(key):
            self._add("key", gettext("Please use small letters, digits and _ (2 to 40)."))
        elif key in keys_of(self.thing, self.catalogue):
            self._add("key", gettext("There is an entry with this key already."))

    def _nearest(self, path: str) -> str:
        """The field that can show an error of a path: itself, its kind, or one inside it."""
        if path in self.specs:
            return path
        for candidate in (f"{path.rpartition('.')[0]}.kind", f"{path}.kind"):
            if candidate in self.specs:
                return candidate
        return next((each for each in self.specs if each.startswith(path)), "")

    def _add(self, path: str, words: str) -> None:
        if path in self.specs:
            self.fields[path].errors = [*self.fields[path].errors, words]
        else:
            self.fields.form_errors.append(words)


def keys_of(thing: Thing, catalogue: Catalogue) -> set[str]:
    """Keys of the entries in force."""
    return {
        Thing.SERVICE: set(catalogue.by_key),
        Thing.DESK: set(catalogue.desks),
        Thing.ITEM: set(catalogue.items),
        Thing.DISTRICT: set(catalogue.districts),
    }[thing]


def label_of(spec: Spec) -> str:
    """A field's label in the page's language; texts say which language they are in."""
    code = spec.path.rpartition(".")[2]
    label = str(gettext(spec.label))
    return f"{label} ({gettext(LANGUAGE_WORDS[code])})" if code in LANGUAGE_WORDS else label


def hint_of(spec: Spec) -> str:
    """What helps to fill the field, "" for nothing."""
    parts = [gettext(spec.hint)] if spec.hint and spec.hint not in LANGUAGE_WORDS.values() else []
    if spec.kind == "number" and spec.default is not None:
        parts.append(gettext("%(value)s when left empty.", value=spec.default))
    return " ".join(parts)


def said(spec: Spec, value: Any) -> str:
    """A value in words, for histories."""
    if spec.kind == "flag":
        return str(gettext("yes") if value else gettext("no"))
    if spec.kind in ("choice", "many"):
        words = dict(spec.choices)
        each = value if isinstance(value, list) else [value]
        return "、".join(str(gettext(words.get(one, one))) for one in each)
    return " ".join(spec.write(value))


def of_body(thing: Thing, body: Body, catalogue: Catalogue) -> dict[str, tuple[Spec, Any]]:
    """Every field of a body that holds something, with its value as the form would read it."""
    values = flat(body)
    shape = {path: [str(value)] for path, value in values.items()}
    found: dict[str, tuple[Spec, Any]] = {}
    for spec in layout_of(thing, shape, catalogue).specs:
        value = values.get(spec.path)
        if value is not None and value != spec.default:
            found[spec.path] = (spec, value)
    return found


def make_fields(specs: list[Spec], typed: Texts) -> BaseForm:
    """Fields as the templates print them, holding what was typed, without errors yet."""
    form = BaseForm([(spec.path, _unbound(spec)) for spec in specs])
    form.process(MultiDict({path: list(texts) for path, texts in typed.items()}))
    form.form_errors = []
    for field in form:
        field.errors = []
    return form


def _unbound(spec: Spec) -> Any:
    label, hint = label_of(spec) + (" ※" if spec.required else ""), hint_of(spec)
    if spec.kind == "flag":
        return BooleanField(label, description=hint)
    if spec.kind == "many":
        return SelectMultipleField(label, description=hint, choices=_said(spec.choices))
    if spec.kind == "choice":
        blank = [] if spec.default else [SelectChoice("", "—")]
        return SelectField(label, description=hint, choices=[*blank, *_said(spec.choices)])
    kind: type[Field] = TextAreaField if spec.kind == "area" else StringField
    return kind(label, description=hint)


def _said(choices: Choices) -> list[SelectChoice]:
    return [SelectChoice(value, str(gettext(words))) for value, words in choices]
