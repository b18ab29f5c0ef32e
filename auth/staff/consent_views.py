"""An auditor's page: versions of the terms and how many agreed; no names."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from auth import consents, guardians
from auth.staff.views import bp
from portal.core.db import transaction
from portal.core.errors import N_
from portal.core.i18n import LANGUAGES
from portal.core.registries import NavItem
from portal.core.web.access import staff

MAY = "audit.read"
NAV = NavItem(
    "staff", N_("Terms"), "auth_staff.consents_page", "page", 85, needs=MAY, group="rights"
)


@bp.get("/staff/consents")
@staff(MAY)
def consents_page() -> ResponseReturnValue:
    """Counts by version and language; guardians by how we know."""
    with transaction() as db:
        own, others = consents.counts(db), guardians.counts(db)
    rows = [
        [
            one.name,
            one.since.isoformat(),
            gettext(one.changed),
            *(own.get(one.name, {}).get(language, 0) for language in LANGUAGES),
            others.get(one.name, {}).get("own_account", 0),
            others.get(one.name, {}).get("stated", 0),
        ]
        for one in reversed(consents.VERSIONS)
    ]
    return render_template("auth/consents/staff.html", rows=rows, languages=LANGUAGES)
