"""A rule in words, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import format_date, get_locale, gettext

from notifications.repeats import rules
from notifications.repeats.rules import Rule
from portal.core.errors import N_

NTH = {
    1: N_("first"),
    2: N_("second"),
    3: N_("third"),
    4: N_("fourth"),
    5: N_("fifth"),
    rules.LAST: N_("last"),
}


def sentence(rule: Rule) -> str:
    """“Every week on Monday at 18:00. Not on national holidays.”"""
    said = [_when(rule), _span(rule)]
    if not rule.on_holidays:
        said.append(gettext("Not on national holidays."))
    if rule.left_out:
        days = _listed(format_date(day, "long") for day in sorted(rule.left_out))
        said.append(gettext("Not on: %(days)s.", days=days))
    return " ".join(said)


def _when(rule: Rule) -> str:
    time, days = rule.at.strftime("%H:%M"), _listed(weekday(each) for each in sorted(rule.weekdays))
    if rule.kind == rules.EVENING:
        return str(gettext("At %(time)s on the evening before garbage is collected.", time=time))
    if rule.kind == rules.WEEKLY:
        if rule.every == 1:
            return str(gettext("Every week on %(days)s at %(time)s.", days=days, time=time))
        return str(
            gettext(
                "Every %(every)s weeks on %(days)s at %(time)s.",
                every=rule.every,
                days=days,
                time=time,
            )
        )
    month = (
        gettext("Every month")
        if rule.every == 1
        else gettext("Every %(every)s months", every=rule.every)
    )
    return str(
        gettext("%(month)s on %(days)s at %(time)s.", month=month, days=_of_month(rule), time=time)
    )


def _of_month(rule: Rule) -> str:
    if rule.kind == rules.MONTH_END:
        return str(gettext("the last day"))
    if rule.kind == rules.MONTH_DAYS:
        return str(gettext("day %(days)s", days=_listed(map(str, sorted(rule.days)))))
    numbers = sorted(rule.nth, key=lambda n: (n == rules.LAST, n))
    which = _listed(gettext(NTH[each]) for each in numbers)
    days = _listed(weekday(each) for each in sorted(rule.weekdays))
    return str(gettext("the %(which)s %(days)s", which=which, days=days))


def _span(rule: Rule) -> str:
    first = format_date(rule.first, "long")
    if rule.until is None:
        return str(gettext("From %(first)s on.", first=first))
    until = format_date(rule.until, "long")
    return str(gettext("From %(first)s to %(until)s.", first=first, until=until))


def weekday(number: int) -> str:
    """Monday for 0."""
    locale = get_locale()
    return str(locale.days["format"]["wide"][number]) if locale else rules.WEEKDAYS[number]


def _listed(words: Iterable[str]) -> str:
    return str(gettext(", ").join(words))
