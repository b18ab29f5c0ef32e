"""Staff pages: My Page of a fictitious family on any day, and what comes in a month."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import editing, upcoming
from portal.catalogue.lint import Level, lint
from portal.catalogue.load import Thing, load_catalogue
from portal.catalogue.model import Catalogue, Service
from portal.catalogue.models import State
from portal.catalogue.preview import preview
from portal.catalogue.preview_family import Family, Member, read_family
from portal.catalogue.reading import FaultyEntry
from portal.catalogue.staff import entries
from portal.catalogue.staff.list_views import SEE, bp, shared
from portal.catalogue.staff.travel_form import TravelForm
from portal.catalogue.staff.words import LEVEL_WORDS, RELATION_WORDS, WHAT_WORDS
from portal.core.clock import today
from portal.core.db import read
from portal.core.errors import N_
from portal.core.i18n import current_language
from portal.core.web.access import staff
from portal.residents.days import said_month


@bp.route("/time-travel", methods=["GET", "POST"])
@staff(SEE)
def time_travel() -> ResponseReturnValue:
    """A family typed in, a day, the live catalogue or one with a draft on trial."""
    drafts = entries.drafts()
    form = TravelForm.received(request.form, load_catalogue(), drafts, today())
    lines = None
    if request.method == "POST" and form.read() and not form.changed_rows:
        lines = _seen(form)
    return render_template(
        "portal/catalogue/travel.html", travel=form, form=form.fields, lines=lines, **shared()
    )


def _seen(form: TravelForm) -> Any:
    try:
        catalogue = _catalogue(form.draft_id)
        family: Family = read_family(form.family(), catalogue)
        lines = preview(catalogue, family, form.day, current_language())
        names = {member.name: _label(member) for member in family.members}
        return [replace(line, person=names[line.person]) for line in lines]
    except FaultyEntry as fault:
        form.fields.form_errors.append(gettext("Please check: %(problem)s", problem=str(fault)))
    except (ValueError, OverflowError):
        form.fields.form_errors.append(gettext("This date is too far away."))
    return None


def _label(member: Member) -> str:
    """How the page calls a card: by its name, or by what it is and its number."""
    relation = member.person.relation
    words = gettext(RELATION_WORDS[relation])
    return member.name if member.given else f"{words}{member.name.removeprefix(relation)}"


def _catalogue(draft_id: UUID | None) -> Catalogue:
    """The live one, or what it would be with a draft."""
    if draft_id is None:
        return load_catalogue()
    row = entries.revision(draft_id)
    return editing.trial(Thing(row.thing), row.key, row.body)


@bp.get("/lint")
@staff(SEE)
def findings() -> ResponseReturnValue:
    """Everything lint finds, by level."""
    catalogue = load_catalogue()
    found = sorted(lint(catalogue, today()), key=lambda each: list(Level).index(each.level))
    wanted = request.args.get("level", "")
    return render_template(
        "portal/catalogue/lint.html",
        findings=[each for each in found if wanted in ("", each.level)],
        counts={level: sum(each.level == level for each in found) for level in Level},
        level=wanted,
        level_words=LEVEL_WORDS,
        titles=_titles(catalogue),
        word_of=entries.WORD_OF,
        **shared(),
    )


@bp.get("/changes")
@staff(SEE)
def coming() -> ResponseReturnValue:
    """What starts, ends or changes in a month, for how many."""
    first, last = _month()
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    return render_template(
        "portal/catalogue/changes.html",
        lines=_counted(first, last),
        first=first,
        last=last,
        month=f"{first:%Y-%m}",
        month_words=said_month(first, current_language()),
        earlier=f"{before:%Y-%m}",
        earlier_words=said_month(before, current_language()),
        later=f"{after:%Y-%m}",
        later_words=said_month(after, current_language()),
        what_words=WHAT_WORDS,
        language=current_language(),
        **shared(),
    )


HEADS = (
    N_("What"),
    N_("First day"),
    N_("Last day"),
    N_("Key"),
    N_("Title"),
    N_("People"),
    N_("Residents' accounts"),
)


@bp.get("/changes.csv")
@staff(SEE)
def coming_csv() -> ResponseReturnValue:
    """The same as a table. With BOM: spreadsheets of city halls take it as UTF-8 then."""
    first, last = _month()
    sheet = io.StringIO()
    table = csv.writer(sheet)
    table.writerow([gettext(head) for head in HEADS])
    for line in _counted(first, last):
        title = line.service.title.say(current_language())
        row = [gettext(WHAT_WORDS[line.what]), line.first, line.last, line.service.key]
        table.writerow([*row, _harmless(title), line.persons, line.residents])
    name = f"services-{first:%Y-%m}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(f"\ufeff{sheet.getvalue()}", mimetype="text/csv", headers=headers)


def _counted(first: date, last: date) -> list[upcoming.Coming]:
    lines = upcoming.coming(load_catalogue(), first, last, _going_live(first, last))
    found = upcoming.counted(lines, read())
    found.sort(key=lambda each: (list(upcoming.What).index(each.what), -each.residents))
    return found


def _going_live(first: date, last: date) -> list[tuple[Service, date]]:
    """Services as approved revisions will make them."""
    found = []
    for row in entries.drafts():
        due = row.state == State.APPROVED and row.live_on and first <= row.live_on <= last
        if due and row.thing == Thing.SERVICE:
            service = _made(row)
            found += [(service, row.live_on)] if service else []
    return found


def _made(row: entries.Revision) -> Service | None:
    """The service of a revision; of a withdrawal, what goes."""
    if row.body is None:
        return load_catalogue().find(row.key)
    try:
        return editing.trial(Thing.SERVICE, row.key, row.body).find(row.key)
    except FaultyEntry:
        return None


def _month() -> tuple[date, date]:
    """The month of the address, the next one without it."""
    next_month = upcoming.month_of(today())[1] + timedelta(days=1)
    try:
        wanted = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        wanted = next_month
    near = abs(wanted.year - next_month.year) <= 20
    return upcoming.month_of(wanted if near else next_month)


def _harmless(text: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _titles(catalogue: Catalogue) -> dict[tuple[str, str], str]:
    language = current_language()
    found = {(Thing.SERVICE.value, s.key): s.title.say(language) for s in catalogue.services}
    found |= {(Thing.DESK.value, k): desk.name.say(language) for k, desk in catalogue.desks.items()}
    return found | {(Thing.ITEM.value, k): i.name.say(language) for k, i in catalogue.items.items()}
