"""What clerks set up for reports: categories, boundaries, keys of other programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from chatbot.reports import categories, geojson, ground, links, words
from chatbot.reports.categories import Category
from chatbot.reports.models import ReportKey
from chatbot.reports.web.forms import AreaForm, CategoryForm, KeyForm
from chatbot.reports.web.staff_pages import HANDLE, VIEW
from portal.core import audit
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.ids import new_secret
from portal.core.web.access import staff

bp = Blueprint("report_settings", __name__, url_prefix="/staff/reports")
KEY = re.compile(r"[a-z][a-z0-9_]{1,30}")


@bp.get("/categories")
@staff(VIEW)
def category_list() -> str:
    """All of them, in their order."""
    with transaction() as session:
        found = categories.every(session)
    return render_template(
        "chatbot/reports/staff/categories.html", found=found, desks=words.desks()
    )


@bp.route("/categories/<key>", methods=["GET", "POST"])
@staff(HANDLE)
def category(key: str) -> ResponseReturnValue:
    """One category; a key that is not there yet makes a new one."""
    if not KEY.fullmatch(key):
        raise NotFound()
    with transaction() as session:
        known = categories.every(session)
        form = _category_form(known.get(key), list(known).index(key) if key in known else 99)
        if form.valid():
            categories.save(
                session,
                key,
                _entry(form, known.get(key)),
                form.position.data or 0,
                withdrawn=form.withdrawn.data and key != categories.OTHER,
            )
            flash(gettext("Saved."), "success")
            return redirect(url_for("report_settings.category_list"), 303)
    return render_template(
        "chatbot/reports/staff/category.html", form=form, key=key, new=key not in known
    )


@bp.post("/categories")
@staff(HANDLE, audited=False)  # leads to the empty form of a new one
def new_category() -> ResponseReturnValue:
    """A key for a new category."""
    key = request.form.get("key", "").strip().lower()
    if not KEY.fullmatch(key):
        flash(gettext("Please use small letters and figures, a letter first."), "error")
        return redirect(url_for("report_settings.category_list"), 303)
    return redirect(url_for("report_settings.category", key=key), 303)


@bp.route("/areas", methods=["GET", "POST"])
@staff(HANDLE)
def areas() -> ResponseReturnValue:
    """Boundaries and roads: what stands, and a file in place of it."""
    form = AreaForm()
    form.kind.choices = [(key, gettext(label)) for key, label in words.KINDS.items()]
    if form.valid():
        sent = request.files.get("file")
        body = sent.read(geojson.LARGEST_FILE + 1) if sent else b""
        try:
            reading = geojson.read(body, form.kind.data)
        except geojson.UnreadableBoundaries as fault:
            form.file.errors = [gettext(words.AREA_REFUSALS[fault.reason])]
        else:
            name = (sent.filename if sent else "") or ""
            with transaction() as session:
                taken = ground.replace(session, form.kind.data, reading, name)
            flash(gettext("Taken in: %(count)s", count=taken), "success")
            for number, reason in reading.refused[:20]:
                why = gettext(words.AREA_REFUSALS[reason])
                flash(gettext("Not taken in: %(number)s. %(why)s", number=number, why=why))
            return redirect(url_for("report_settings.areas"), 303)
    return render_template(
        "chatbot/reports/staff/areas.html",
        form=form,
        standing=ground.standing(),
        kinds=words.KINDS,
    )


@bp.post("/areas/<kind>/removal")
@staff(HANDLE)
def remove_areas(kind: str) -> ResponseReturnValue:
    """None of this kind any more."""
    if kind not in words.KINDS:
        raise NotFound()
    with transaction() as session:
        ground.remove(session, kind)
    return redirect(url_for("report_settings.areas"), 303)


@bp.route("/keys", methods=["GET", "POST"])
@staff(HANDLE)
def keys() -> ResponseReturnValue:
    """Programs that may post; a new key is shown once, here."""
    form, secret = KeyForm(), ""
    with transaction() as session:
        if form.valid():
            secret = new_secret()
            row = ReportKey(name=form.name.data, key_hash=links.hashed(secret))
            session.add(row)
            session.flush()
            audit.record(session, "report_key.made", ("report_key", row.id))
            form = KeyForm(formdata=None)
        found = session.scalars(select(ReportKey).order_by(ReportKey.id)).all()
    return render_template(
        "chatbot/reports/staff/keys.html",
        form=form,
        found=found,
        secret=secret,
        mode=current_app.extensions["mado.settings"].OPEN311,
        address=current_app.extensions["mado.settings"].PUBLIC_URL + "/open311/v2",
    )


@bp.post("/keys/<uuid:key_id>/end")
@staff(HANDLE)
def end_key(key_id: UUID) -> ResponseReturnValue:
    """The key opens nothing any more."""
    with transaction() as session:
        row = session.get(ReportKey, key_id)
        if row is None:
            raise NotFound()
        row.ended_at = row.ended_at or now()
        audit.record(session, "report_key.ended", ("report_key", key_id))
    return redirect(url_for("report_settings.keys"), 303)


def _category_form(found: Category | None, place: int) -> CategoryForm:
    data: dict[str, Any] = {"position": (place + 1) * 10}
    if found is not None:
        data |= {
            "name_ja": found.names.get("ja", ""),
            "name_en": found.names.get("en", ""),
            "hint_ja": found.hints.get("ja", ""),
            "hint_en": found.hints.get("en", ""),
            "words": ", ".join(found.words),
            "desk": found.desk,
            "withdrawn": found.withdrawn,
        }
    form = CategoryForm(data=data)
    desks = words.desks()
    form.desk.choices = list(({found.desk: found.desk} | desks if found else desks).items())
    return form


def _entry(form: CategoryForm, before: Category | None) -> dict[str, Any]:
    """What is kept; further languages go on as they were."""
    said = [word.strip() for word in re.split("[,、,]", form.words.data or "")]
    return {
        "names": _texts(form.name_ja.data, form.name_en.data, before.names if before else {}),
        "hints": _texts(form.hint_ja.data, form.hint_en.data, before.hints if before else {}),
        "words": [word for word in said if word][:50],
        "desk": form.desk.data,
    }


def _texts(japanese: str | None, english: str | None, before: Mapping[str, str]) -> dict[str, str]:
    told = {**before, "ja": japanese, "en": english}
    return {code: text for code, text in told.items() if text}
