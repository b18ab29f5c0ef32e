"""Pages of the calendar: the feed itself, its settings, and single events."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from portal.catalogue.load import load_catalogue
from portal.core.clock import in_tokyo, now, today
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language, force_locale
from portal.core.settings import Settings
from portal.core.web.access import public, resident, resident_proven_to_change
from portal.core.web.app import limiter
from portal.core.web.forms import Form
from portal.mypage import own
from portal.mypage.calendar import acts
from portal.mypage.calendar.events import Entry, calendar_of
from portal.mypage.calendar.feed import feed_of
from portal.mypage.calendar.models import CalendarFeed
from portal.mypage.personal import about_person
from portal.mypage.relatives import relatives_of
from portal.residents.days import said_short
from portal.residents.pages import viewer_id
from portal.residents.reading import language_of

bp = Blueprint("calendar", __name__)
NO_ALARM = ""


class FeedForm(Form):
    """How much the feed says, and when it reminds."""

    wording = RadioField(
        lazy_gettext("What the calendar says"),
        choices=[
            SelectChoice("plain", lazy_gettext("Only how many, not which")),
            SelectChoice("titles", lazy_gettext("The names of the procedures too")),
        ],
        default="plain",
        description=lazy_gettext(
            "Nobody's name is ever in it, and nothing about pregnancy, illness or a death."
        ),
    )
    alarm = RadioField(
        lazy_gettext("Reminder"),
        choices=[
            SelectChoice(NO_ALARM, lazy_gettext("None")),
            SelectChoice("1", lazy_gettext("The day before, at 9")),
            SelectChoice("7", lazy_gettext("A week before, at 9")),
        ],
        default="1",
    )

    @property
    def alarm_days(self) -> int | None:
        """Days before."""
        return int(self.alarm.data) if self.alarm.data else None


def _secret() -> str:
    return str((request.view_args or {}).get("secret", ""))


@bp.route("/calendar/<secret>.ics")
@public()
@limiter.limit("300/hour")
@limiter.limit("60/hour", key_func=_secret)
def feed(secret: str) -> AnyResponse:
    """The feed, for whoever has its address; 404 once it was revoked."""
    found = acts.feed_by_secret(secret)
    if found is None:
        raise NotFound()
    language = language_of(found.resident_id)
    with force_locale(language):
        body = feed_of(found, today(), language)
    acts.note_fetch(found)
    response = Response(body, mimetype="text/calendar")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.add_etag()
    return response.make_conditional(request)


@bp.route("/my/calendar", methods=["GET", "POST"])
@resident_proven_to_change
def settings() -> str | tuple[str, int]:
    """The feed's state; a POST makes a new address, shown once."""
    found = acts.feed_of_resident(viewer_id())
    form = _form(found)
    if not form.valid():
        return _settings_page(found, form)
    with transaction() as session:
        secret = acts.renew(session, viewer_id(), form.wording.data, form.alarm_days)
    return _settings_page(acts.feed_of_resident(viewer_id()), form, secret), 201


@bp.route("/my/calendar/wording", methods=["POST"])
@resident
def reword() -> str | AnyResponse:
    """The same address says more or less."""
    found = acts.feed_of_resident(viewer_id())
    form = _form(found)
    if not form.valid():
        return _settings_page(found, form)
    with transaction() as session:
        acts.reword(session, viewer_id(), form.wording.data, form.alarm_days)
    flash(gettext("Saved. Calendars fetch it again within a day."), "success")
    return redirect(url_for("calendar.settings"), 303)


@bp.route("/my/calendar/revocation", methods=["POST"])
@resident
def revoke() -> AnyResponse:
    """The address ends."""
    with transaction() as session:
        acts.revoke(session, viewer_id())
    flash(gettext("The address has ended. Please remove it from your calendar too."), "success")
    return redirect(url_for("calendar.settings"), 303)


@bp.route("/todos/<uuid:person_id>/<key>/event.ics")
@resident
def event(person_id: UUID, key: str) -> Response:
    """One to-do's day as a file for the calendar; no name is in it."""
    service = load_catalogue().find(key)
    if service is None or service.sensitive:
        raise NotFound()
    family, day = relatives_of(viewer_id(), today()), today()
    occurrence = request.args.get("occurrence", "")
    one = about_person(service, family, str(person_id), occurrence, day, current_language())
    if one is None or not one.shown.iso:
        raise NotFound()
    name = "from" if one.state == "future" else "until"
    return _event_file(date.fromisoformat(one.shown.iso), one.shown.title, f"{key}-{name}")


@bp.route("/my/todos/<uuid:todo_id>/event.ics")
@resident
def own_event(todo_id: UUID) -> Response:
    """The same for a to-do of one's own."""
    found = own.own_todo(viewer_id(), todo_id)
    if found.due_on is None:
        raise NotFound()
    return _event_file(found.due_on, found.title, str(found.id))


def _event_file(day: date, words: str, uid: str) -> Response:
    host = _city().resident_host.partition(":")[0]
    entry = Entry(f"{uid}-{day:%Y%m%d}@{host}", day, words, f"{_city().PUBLIC_URL}/my")
    response = Response(calendar_of([entry], now(), alarm_days=1), mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="mado.ics"'
    return response


def _form(found: CalendarFeed | None) -> FeedForm:
    if found is None:
        return FeedForm()
    alarm = NO_ALARM if found.alarm_days is None else str(found.alarm_days)
    return FeedForm(data={"wording": found.wording, "alarm": alarm})


def _settings_page(found: CalendarFeed | None, form: FeedForm, secret: str = "") -> str:
    path = url_for("calendar.feed", secret=secret) if secret else ""
    fetched = found.fetched_at if found else None
    return render_template(
        "portal/calendar.html",
        form=form,
        feed=found,
        address=_city().PUBLIC_URL + path if secret else "",
        subscribe=f"webcal://{_city().resident_host}{path}" if secret else "",
        fetched=said_short(in_tokyo(fetched).date(), today(), current_language())
        if fetched
        else "",
    )


def _city() -> Settings:
    found: Settings = current_app.extensions["mado.settings"]
    return found
