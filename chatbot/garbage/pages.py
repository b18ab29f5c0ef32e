"""Pages of the garbage guide anyone can open: search, lists, one thing, a district's days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import cast

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from chatbot.garbage import showing
from chatbot.garbage.calendar_showing import month_table
from chatbot.garbage.initials import OTHERS
from chatbot.garbage.items import District, GarbageClass, Guide, Item, said
from chatbot.garbage.store import load_guide
from chatbot.rendering.markdown import to_html
from portal.core.clock import today
from portal.core.errors import N_, NotFound
from portal.core.i18n import current_language, speaks_japanese
from portal.core.registries import NavItem, registries
from portal.core.web.access import current_viewer, public
from portal.core.web.app import limiter
from portal.guide.public import Kept, PublicPage, add_public
from portal.mypage.calendar.events import Entry, calendar_of
from portal.mypage.favourites import starred

bp = Blueprint("garbage", __name__)
LONGEST = 60
MOST_DAYS_AHEAD = 12  # months in the calendar file


@bp.record_once
def register(state: BlueprintSetupState) -> None:
    """Addresses and the sitemap's pages."""
    day = Kept()  # "today" and "tomorrow" change at midnight; a minute later is early enough
    add_public(
        cast("Flask", state.app),
        {
            "garbage.index": Kept(("row",)),
            "garbage.item": day,
            "garbage.kind": day,
            "garbage.districts": day,
            "garbage.district": Kept(("month",)),
        },
        _pages,
    )
    registries(cast("Flask", state.app)).doors.append(
        NavItem("resident", N_("How to put out garbage"), "garbage.index", "bin", 50)
    )


@bp.get("/garbage")
@limiter.limit("60 per minute", exempt_when=lambda: not request.args.get("q"))
@public()
def index() -> ResponseReturnValue:
    """The search box, the rows from A to わ, the classes and one's own next days."""
    guide, words = load_guide(), request.args.get("q", "").strip()[:LONGEST]
    found = showing.find(guide, words) if words else None
    if found and found.sure and len(found.items) == 1:
        return redirect(url_for("garbage.item", key=found.items[0].key), 303)
    listed, row = showing.in_rows(guide), request.args.get("row", "")
    return render_template(
        "chatbot/garbage/index.html",
        query=words,
        found=found,
        items=_lines(guide, found.items if found else listed.get(row, [])),
        rows=[(name, _row_name(name), len(items)) for name, items in listed.items()],
        row=row if row in listed else "",
        row_name=_row_name(row),
        classes=[(kind.key, kind.name(current_language())) for kind in guide.classes.values()],
        own=[_soon(guide, each) for each in _own(guide)],
    )


@bp.get("/garbage/classes/<key>")
@public()
def kind(key: str) -> str:
    """How one class is put out, and everything that belongs to it."""
    guide = load_guide()
    found = guide.classes.get(key)
    if found is None:
        raise NotFound()
    return render_template(
        "chatbot/garbage/class.html",
        kind=said_kind(found),
        items=_lines(guide, guide.of_class(key)),
    )


@bp.get("/garbage/districts")
@public()
def districts() -> str:
    """All districts, or those whose name holds the words typed."""
    guide, language = load_guide(), current_language()
    words = request.args.get("q", "").strip()[:LONGEST]
    named = [(each.key, each.name(language)) for each in guide.districts.values()]
    return render_template(
        "chatbot/garbage/districts.html",
        districts=[pair for pair in named if words in pair[1]],
        many=len(named) > 30,
        query=words,
        own=[each.key for each in _own(guide)],
    )


@bp.get("/garbage/districts/<key>")
@public()
def district(key: str) -> str:
    """The collection days of a district, month by month."""
    guide, found = _district(key)
    month = showing.month_of(request.args.get("month", ""), today())
    this = today().replace(day=1)
    after = showing.add_months(month, 1)
    return render_template(
        "chatbot/garbage/district.html",
        name=found.name(current_language()),
        key=key,
        month=month,
        month_name=showing.month_words(month),
        before=showing.add_months(month, -1) if month > this else None,
        after=after if after < showing.add_months(this, showing.MONTHS_AHEAD) else None,
        days=showing.days_of(guide, found, month, today()),
        table=month_table(guide, found, month, today()),
    )


@bp.get("/garbage/calendar")
@public()
def choose() -> ResponseReturnValue:
    """One's own district's month; others choose where they live."""
    guide, language = load_guide(), current_language()
    asked, own = request.args.get("district", ""), _own(guide)
    if not asked and len(own) == 1:
        asked = own[0].key
    if asked in guide.districts:
        return redirect(url_for("garbage.district", key=asked), 303)
    with_days = [each for each in own or guide.districts.values() if each.days]
    return render_template(
        "chatbot/garbage/choose.html",
        districts=[(each.key, each.name(language)) for each in with_days],
    )


@bp.get("/garbage/districts/<key>.ics")
@public()
def calendar(key: str) -> Response:
    """The days of a year for one's own calendar; the same bytes all day."""
    guide, found = _district(key)
    months = (showing.add_months(today().replace(day=1), n) for n in range(MOST_DAYS_AHEAD))
    days = [day for month in months for day in showing.days_of(guide, found, month)]
    between = "、" if speaks_japanese() else ", "
    entries = [
        Entry(f"{key}-{each.day}@garbage", each.day, between.join(each.collected))
        for each in days
        if each.collected and each.day >= today()
    ]
    name = gettext("Garbage: %(district)s", district=found.name(current_language()))
    stamp = datetime.combine(today(), time(), UTC)
    response = Response(calendar_of(entries, stamp, name=name), mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="garbage.ics"'
    return response


@bp.get("/garbage/<key>")
@public()
def item(key: str) -> str:
    """Where one thing goes, how to put it out, and when."""
    guide, language = load_guide(), current_language()
    found = guide.item(key)
    if found is None:
        raise NotFound()
    title = found.label(language)
    return render_template(
        "chatbot/garbage/item.html",
        thing={"kind": "garbage", "key": key, "title": title, "sensitive": False},
        kind=said_kind(guide.classes[found.class_key]),
        note=found.said_note(language),
        fee=found.fee,
        next_days=showing.next_days(guide, found, _own(guide), today()),
        has_days=any(found.class_key in each.days for each in guide.districts.values()),
        starred=starred(current_viewer().id),
    )


def _own(guide: Guide) -> tuple[District, ...]:
    viewer = current_viewer()
    return showing.own_districts(guide, viewer.id if viewer.kind == "resident" else None)


def _district(key: str) -> tuple[Guide, District]:
    guide = load_guide()
    found = guide.districts.get(key)
    if found is None:
        raise NotFound()
    return guide, found


def _lines(guide: Guide, items: object) -> list[dict[str, str]]:
    language = current_language()
    return [
        {
            "key": each.key,
            "name": each.label(language),
            "kind": guide.classes[each.class_key].name(language),
        }
        for each in cast("list[Item]", items)
    ]


def said_kind(kind: GarbageClass) -> dict[str, object]:
    """A class as its pages show it."""
    language = current_language()
    return {
        "key": kind.key,
        "name": kind.name(language),
        "collected": kind.collected,
        "how": Markup(to_html(kind.how(language))),  # noqa: S704  (lets only listed tags through)
        "fee": said(kind.fee, language),
        "booking": Markup(to_html(said(kind.booking, language))),  # noqa: S704
        "booking_url": kind.booking_url,
    }


def _soon(guide: Guide, found: District) -> dict[str, object]:
    """Today's and tomorrow's collections of a district."""
    month = today().replace(day=1)
    days = {
        each.day: each.collected
        for first in (month, showing.add_months(month, 1))
        for each in showing.days_of(guide, found, first)
    }
    tomorrow = date.fromordinal(today().toordinal() + 1)
    return {
        "key": found.key,
        "name": found.name(current_language()),
        "today": days.get(today(), ()),
        "tomorrow": days.get(tomorrow, ()),
    }


def _row_name(row: str) -> str:
    if row == OTHERS:
        return str(gettext("Others"))
    return "A–Z, 0–9" if row == "a" else str(gettext("%(kana)s row", kana=row))


def _pages() -> Iterator[PublicPage]:
    guide = load_guide()
    yield PublicPage("/garbage")
    yield PublicPage("/garbage/districts")
    for key in guide.classes:
        yield PublicPage(f"/garbage/classes/{key}")
    for key in guide.districts:
        yield PublicPage(f"/garbage/districts/{key}")
    for each in guide.items:
        yield PublicPage(f"/garbage/{each.key}")
