"""Pages of certificates: each kind, registering from elsewhere; for clerks, the maintenance."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue.load import load_catalogue
from portal.core.clock import now, today
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.i18n import current_language
from portal.core.web.access import current_viewer, public, staff
from portal.guide import certificates_maintenance as maintenance
from portal.guide.certificates import TOKYO, Applicant, Window
from portal.guide.certificates_forms import MaintenanceForm
from portal.guide.certificates_models import KioskMaintenance
from portal.guide.certificates_reading import load_certificates
from portal.guide.desks import desk_words
from portal.guide.facilities.showing import KIOSKS
from portal.guide.facilities.showing import kinds as facility_kinds
from portal.guide.kiosks import (
    certificate_line,
    certificate_lines,
    chain_choices,
    chain_names,
    device_choices,
    said_window,
    why_words,
)
from portal.mypage.favourites import starred
from portal.residents.days import said

bp = Blueprint("certificates", __name__)


@bp.get("/certificates")
@public()
def index() -> str:
    """Which certificate, where, how much, and whether it can be had now."""
    moment, language = now(), current_language()
    windows = maintenance.windows_ahead(moment)
    return render_template(
        "portal/certificates.html",
        kinds=certificate_lines(moment, language, windows),
        chains=chain_names(language),
        windows=[said_window(each, moment, language) for each in windows],
        registration=load_certificates().kiosk.registration,
        desk=desk_words(load_catalogue().desks["residents"], today(), language),
        kiosks=KIOSKS if KIOSKS in dict(facility_kinds()) else "",
    )


@bp.get("/certificates/<key>")
@public()
def kind(key: str) -> str:
    """One kind, for a device and a shop if they are chosen."""
    found, moment, language = load_certificates(), now(), current_language()
    if key not in found.kinds:
        raise NotFound()
    chosen = {name: request.args.get(name, "") for name in ("device", "chain")}
    here = Applicant(device=chosen["device"] or None, chain=chosen["chain"] or None)
    windows = maintenance.windows_ahead(moment)
    line, status = certificate_line(found.kinds[key], moment, language, windows, here)
    return render_template(
        "portal/certificate.html",
        kind=line,
        why=why_words(status.why),
        chosen=chosen,
        min_age=found.kiosk.min_age,
        devices=device_choices(language),
        chains=chain_choices(language),
        windows=[said_window(each, moment, language) for each in windows],
        registration=found.kiosk.registration if found.kinds[key].needs_domicile else None,
        desk=desk_words(load_catalogue().desks["residents"], today(), language),
        starred=starred(current_viewer().id),
    )


@bp.get("/certificates/registration")
@public()
def registration() -> str:
    """本籍地利用登録, where the city offers it."""
    offered, language = load_certificates().kiosk.registration, current_language()
    if offered is None:
        raise NotFound()
    kinds = [each for each in load_certificates().kinds.values() if each.needs_domicile]
    return render_template(
        "portal/certificate_registration.html",
        steps=[step.say(language) for step in offered.steps],
        days=offered.days,
        usable=said(offered.usable_from(today()), language),
        kinds=[each.title.say(language) for each in kinds],
        desk=desk_words(load_catalogue().desks["residents"], today(), language),
    )


@bp.route("/staff/kiosks", methods=["GET", "POST"])
@staff("catalogue.edit")
def windows() -> ResponseReturnValue:
    """Maintenance of the kiosks: what is entered, and one more."""
    form, viewer = MaintenanceForm(), current_viewer()
    if form.valid() and viewer.id:
        start, end = (_tokyo(each.data) for each in (form.starts_at, form.ends_at))
        try:
            with transaction() as session:
                maintenance.add(
                    session, start, end, form.device.data, form.chain.data, by=viewer.id
                )
        except maintenance.WrongTimes as error:
            form.ends_at.errors = [gettext(error.message)]
        else:
            return redirect(url_for("certificates.windows"), 303)
    with transaction() as session:
        kept = maintenance.kept_windows(session)
    return render_template(
        "portal/staff_kiosks.html",
        form=form,
        kept=[_shown(each) for each in kept],
    )


@bp.post("/staff/kiosks/<uuid:window_id>/take-back")
@staff("catalogue.edit")
def take_back(window_id: UUID) -> ResponseReturnValue:
    """A window is not to be."""
    with transaction() as session:
        maintenance.take_back(session, window_id)
    return redirect(url_for("certificates.windows"), 303)


def _tokyo(typed: datetime | None) -> datetime:
    """A clerk's clock is Japan's."""
    return (typed or now()).replace(tzinfo=TOKYO)


def _shown(kept: KioskMaintenance) -> dict[str, Any]:
    window = Window(kept.starts_at, kept.ends_at, kept.device, kept.chain)
    over = kept.ends_at <= now()
    return {
        "id": kept.id,
        "words": said_window(window, now(), current_language()),
        "state": "taken_back" if kept.taken_back_at else "over" if over else "ahead",
    }
