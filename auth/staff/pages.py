"""Registers clerks' pages, records, ticks: sign-in, accounts, tables, invitations, SAML."""

from __future__ import annotations

from flask import Flask

from auth.saml import pages as saml_pages
from auth.staff import (
    account_views,
    accounts,
    audit_views,
    import_views,
    imports,
    invitation_views,
    invitations,
    resident_views,
    rights,
    role_changes,
    role_views,
    views,
    ways,
)
from auth.staff.role_records import RightProposal, RoleLimit, StaffRole
from auth.staff.waiting import WAITING
from portal.core.errors import N_
from portal.core.registries import NavItem, registries

RECORDS = (  # known to migrations
    accounts.StaffAccount,
    StaffRole,
    RoleLimit,
    RightProposal,
    role_changes.RoleChange,
    imports.StaffImport,
    *saml_pages.RECORDS,
)
VIEWS = (invitation_views,)  # importing them fills the blueprint


NAV = (
    NavItem(
        "staff",
        N_("Open a resident's data"),
        "staff_residents.index",
        "person",
        60,
        needs=resident_views.MAY,
        group="counter",
    ),
    NavItem(
        "staff",
        N_("Roles and rights"),
        "staff_roles.index",
        "lock",
        71,
        role_views.SEE,
        group="rights",
    ),
    NavItem(
        "staff",
        N_("Operation log"),
        "audit.index",
        "list",
        72,
        needs=audit_views.MAY,
        group="rights",
    ),
    NavItem(
        "staff",
        N_("Staff accounts"),
        "staff_accounts.index",
        "people",
        70,
        needs=account_views.SEE,
        group="rights",
    ),
)


def register(app: Flask) -> None:
    """Blueprints, menu, ticks."""
    ways.install(app)
    app.register_blueprint(views.bp)
    app.register_blueprint(account_views.bp)
    app.register_blueprint(import_views.bp)
    app.register_blueprint(resident_views.bp)
    app.register_blueprint(audit_views.bp)
    app.register_blueprint(role_views.bp)
    saml_pages.register(app)
    registries(app).waiting += WAITING
    registries(app).staff_with = rights.holders
    registries(app).nav += NAV
    registries(app).ticks += [
        ("staff_changes", role_changes.apply_due),
        ("staff", accounts.end_sessions_of_ended),
        ("staff_limits", rights.end_sessions_of_limited),
        ("staff_imports", imports.sweep),
        ("staff_invitations", invitations.sweep),
    ]
