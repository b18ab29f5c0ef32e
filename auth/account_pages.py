"""Registers what residents change about their account: ways in, merging, leaving, consents."""

from __future__ import annotations

from flask import Flask

from auth import address_undos, guardians, leaving, line_grants
from auth.address_undos import AddressUndo
from auth.guardians import GuardianAgreement, GuardianRequest
from auth.leaving import Departure
from auth.line_grants import LineGrant
from auth.merging import acts as merging
from auth.merging.identities import WaysIn
from auth.merging.records import AccountMerge
from auth.merging.tools import Staying, Tools
from auth.personal_data import DATA
from auth.staff import consent_views
from auth.views import consents, linking
from auth.views import leaving as leaving_views
from auth.views import merging as merging_views
from portal.core.registries import registries

RECORDS = (  # known to migrations
    LineGrant,
    AddressUndo,
    AccountMerge,
    Departure,
    GuardianAgreement,
    GuardianRequest,
)
VIEWS = (
    linking,
    merging_views,
    leaving_views,
    consents,
    consent_views,
)  # importing them fills the blueprint


def register(app: Flask) -> None:
    """Ticks, and what happens to our rows when two accounts become one."""
    found = registries(app)
    found.nav.append(consent_views.NAV)
    found.after_profile.append(consents.guardian_first)
    found.merge_parts += [WaysIn(), Tools(), Staying()]
    found.personal_data.append(DATA)
    found.before_erasing.append(leaving.forget_ways_in)
    found.ticks += [
        ("line_grants", line_grants.sweep),
        ("address_undos", address_undos.sweep),
        ("merges", merging.sweep),
        ("departures", leaving.sweep),
        ("guardian_codes", guardians.sweep),
    ]
