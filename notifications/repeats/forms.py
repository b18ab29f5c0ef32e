"""The clerk's form of a repeat: words, days, how late it is still useful."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from flask import current_app
from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import Optional

from notifications.care import quiet
from notifications.notices import checking
from notifications.notices.words_form import WordsForm, field_of
from notifications.repeats import filling, rules
from notifications.repeats.drafts import EXAMPLE, MOST_LATE, Written, of_garbage
from notifications.repeats.rules import Rule, RuleFault
from notifications.repeats.saying import NTH, weekday
from portal.core.clock import today
from portal.core.errors import N_
from portal.core.web.forms import AtMost, Required, trimmed

KINDS = [
    SelectChoice(rules.WEEKLY, lazy_gettext("On weekdays")),
    SelectChoice(rules.NTH, lazy_gettext("On the n-th weekday of the month")),
    SelectChoice(rules.MONTH_DAYS, lazy_gettext("On days of the month")),
    SelectChoice(rules.MONTH_END, lazy_gettext("On the last day of the month")),
    SelectChoice(
        rules.EVENING, lazy_gettext("The evening before garbage day, to those who asked for it")
    ),
]
FAULTS = {
    "empty": N_("Please mark at least one."),
    "range": N_("Please check the number."),
    "order": N_("The end is before the beginning."),
    "unread": N_("Please check the days."),
}
FIGURES = 9  # of a version


class RepeatForm(WordsForm):
    """A notice and when it comes."""

    name = StringField(
        lazy_gettext("Name of the repeat"),
        [Required(), AtMost(60)],
        filters=[trimmed],
        description=lazy_gettext("For clerks only."),
    )
    kind = RadioField(lazy_gettext("How it repeats"), choices=KINDS, default=rules.WEEKLY)
    weekdays = SelectMultipleField(
        lazy_gettext("Weekdays"),
        coerce=int,
        description=lazy_gettext("For “on weekdays” and “on the n-th weekday”."),
    )
    nth = SelectMultipleField(
        lazy_gettext("Which of the month"),
        coerce=int,
        description=lazy_gettext("For “on the n-th weekday”."),
    )
    days = StringField(
        lazy_gettext("Days of the month"),
        [AtMost(100)],
        filters=[trimmed],
        description=lazy_gettext("For “on days of the month”, for example: 1, 15."),
    )
    every = IntegerField(
        lazy_gettext("Every how many weeks or months"),
        [Optional()],
        default=1,
        description=lazy_gettext("1 means every week or every month."),
    )
    at = TimeField(lazy_gettext("Time"), [Required()], default=time(10, 0))
    first = DateField(lazy_gettext("First day"), [Required()])
    until = DateField(lazy_gettext("Until (included)"), [Optional()])
    no_holidays = BooleanField(lazy_gettext("Not on national holidays"))
    left_out = TextAreaField(
        lazy_gettext("Not on these days"),
        [AtMost(1200)],
        filters=[trimmed],
        description=lazy_gettext("One day a line, like 2027-01-04."),
    )
    late_hours = IntegerField(
        lazy_gettext("Still useful so many hours late"),
        [Optional()],
        default=3,
        description=lazy_gettext(
            "Should the machine be down at the time, it is sent up to so many hours late; "
            "after that it is skipped, and the list says so. 0 to 48."
        ),
    )
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weekdays.choices = [SelectChoice(n, weekday(n)) for n in range(7)]
        self.nth.choices = [SelectChoice(n, gettext(word)) for n, word in NTH.items()]
        if self.first.data is None and not self.is_submitted():
            self.first.data = today()

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field, the words, and the rule as a whole."""
        right: bool = super().validate(extra_validators)
        hours = self.late_hours.data
        if hours is None or not 0 <= hours <= MOST_LATE:
            right = _wrong(self.late_hours, _said("range"))
        if self.first.data is None or self.at.data is None:
            return False
        try:
            rule = self.rule()
            rules.check(rule)
            if rule.kind == rules.EVENING and in_quiet_hours(rule):
                words = gettext("This is in the quiet hours, and after them it is too late.")
                right = _wrong(self.at, words)
        except RuleFault as fault:
            right = _wrong(self[fault.field], _said(fault.code))
        return right

    def rule(self) -> Rule:
        """What was typed; what the chosen kind does not ask for is left out. RuleFault."""
        kind = self.kind.data
        by_weekday = kind in (rules.WEEKLY, rules.NTH)
        return Rule(
            kind=kind,
            at=self.at.data or time(),
            first=self.first.data or date.max,
            until=self.until.data,
            every=1 if kind == rules.EVENING else self.every.data or 1,
            weekdays=frozenset(self.weekdays.data or ()) if by_weekday else frozenset(),
            nth=frozenset(self.nth.data or ()) if kind == rules.NTH else frozenset(),
            days=_numbers(self.days.data or "") if kind == rules.MONTH_DAYS else frozenset(),
            left_out=_dates(self.left_out.data or ""),
            on_holidays=not self.no_holidays.data,
        )

    def written(self, segment: dict[str, Any]) -> Written:
        """What was typed."""
        return of_garbage(
            Written(
                name=self.name.data or "",
                topic=self.topic.data,
                variants=self.variants(),
                link=self.link.data or None,
                segment=segment,
                rule=self.rule(),
                late_hours=self.late_hours.data or 0,
                confirmed=bool(self.confirmed.data),
            )
        )

    def _checked(self) -> bool:
        """The words as a run fills them in."""
        evening = self.kind.data == rules.EVENING
        right, variants = True, self.variants()
        if not evening and filling.own_names(variants) & filling.OF_GARBAGE:
            words = gettext("Only a garbage evening knows {{地区}} and {{ごみ}}.")
            right = _wrong(self.body, words)
        filled = filling.filled(variants, self.first.data or today(), EXAMPLE if evening else None)
        for fault in checking.faults(filled):
            self.asks = self.asks or fault.asked
            if not (fault.asked and self.confirmed.data):
                right = _wrong(self[field_of(fault.field, fault.language)], fault.message)
        return right

    @property
    def looked_at(self) -> int:
        """The version on screen, 0 when the form was tampered with."""
        typed = self.version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) <= FIGURES else 0


def in_quiet_hours(rule: Rule) -> bool:
    """Whether a notice of this time waits until they end."""
    hours = quiet.hours(current_app.extensions["mado.settings"].NOTICES_QUIET)
    moment = rule.moment(rule.first)
    return quiet.earliest(moment, hours) > moment


def typed(rule: Rule) -> dict[str, Any]:
    """The form's values for a kept rule."""
    return {
        "kind": rule.kind,
        "weekdays": sorted(rule.weekdays),
        "nth": sorted(rule.nth),
        "days": ", ".join(map(str, sorted(rule.days))),
        "every": rule.every,
        "at": rule.at,
        "first": rule.first,
        "until": rule.until,
        "no_holidays": not rule.on_holidays,
        "left_out": "\n".join(each.isoformat() for each in sorted(rule.left_out)),
    }


def _numbers(text: str) -> frozenset[int]:
    parts = text.replace("、", ",").replace("，", ",").split(",")
    found = [part.strip() for part in parts if part.strip()]
    if not all(each.isdecimal() and len(each) <= 2 for each in found):
        raise RuleFault("days", "range")
    return frozenset(map(int, found))


def _dates(text: str) -> frozenset[date]:
    try:
        return frozenset(date.fromisoformat(line.strip()) for line in text.split() if line.strip())
    except ValueError as error:
        raise RuleFault("left_out", "unread") from error


def _said(code: str) -> str:
    return str(gettext(FAULTS[code]))


def _wrong(field: Any, message: str) -> bool:
    field.errors = [*field.errors, message]
    return False
