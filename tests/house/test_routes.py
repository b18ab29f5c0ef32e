"""Every route is closed unless marked; faces keep to their own hosts."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from portal.core.web.access import access_of
from tests.conftest import RESIDENT_HOST, STAFF_HOST

# Open to anyone on purpose. A new open route is added here by a decision, never by accident.
OPEN_STATE_CHANGES_WITHOUT_AUDIT = {
    "webhook.line",
    "open311.post",  # another program's key; the act writes its own entry
    "reports.tell",  # a draft of one browser: nothing is anybody's until it is sent
    "reports.discard",  # away with that draft
    "report_settings.new_category",  # leads to an empty form
    "segments.looked",  # counts what was typed and keeps nothing
    "exchange.index",  # looks at a file and writes nothing; drafts are another route
    "survey.answer",  # kept without who gave it; an audit entry would tell
    "counting.choose",  # a cookie of this browser; nothing is kept
    "survey.dismiss",  # forgets the question in the session, nothing more
    "hand_over_api.token",  # writes its own entry, of refusals too
    "inbox.rate",  # a count of a notice, without who gave it
    "faq.helpful",  # a count of an answer, without who gave it
    "unsubscribing.one_click",  # audited where it changes something; mail programs ask again
    "auth.end_everything",  # audited where the link is good; strangers do not write the log
}


def test_every_route_says_who_may_open_it(app: Flask) -> None:
    unmarked = [
        rule.endpoint for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None
    ]
    assert not unmarked


def test_staff_routes_live_under_staff_and_residents_do_not(app: Flask) -> None:
    wrong = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if rule.endpoint == "static" or access is None or "unknown" in access.faces:
            continue
        under_staff = rule.rule.startswith("/staff")
        if under_staff != (access.faces == {"staff"}) and rule.rule not in {"/"}:
            wrong.append(f"{rule.endpoint} {rule.rule} {sorted(access.faces)}")
    assert not wrong, wrong


def test_no_staff_page_opens_without_signing_in(app: Flask, client: FlaskClient) -> None:
    opened = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access is None or access.faces != {"staff"} or not access.signed_in:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            path = _path(rule.rule)
            response = client.open(path, method=method, base_url=f"http://{STAFF_HOST}")
            if response.status_code not in {303, 400, 404}:
                opened.append(f"{method} {path} {response.status_code}")
            elsewhere = client.open(path, method=method, base_url=f"http://{RESIDENT_HOST}")
            if elsewhere.status_code not in {400, 404}:
                opened.append(f"{method} {path} on the residents' host {elsewhere.status_code}")
    assert not opened, opened


def test_no_resident_page_opens_without_signing_in(app: Flask, client: FlaskClient) -> None:
    opened = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access is None or not access.signed_in or access.faces != {"resident"}:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            response = client.open(
                _path(rule.rule), method=method, base_url=f"http://{RESIDENT_HOST}"
            )
            if response.status_code not in {303, 400, 404}:
                opened.append(f"{method} {rule.rule} {response.status_code}")
    assert not opened, opened


def test_state_changing_routes_are_audited_or_listed(app: Flask) -> None:
    """`access._insist_on_audit` raises when an audited route changes something without an entry;
    here we see that the exceptions are few and known."""
    silent = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        for access in [access_of(app, rule.endpoint)]
        if access is not None
        and not access.audited
        and (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }
    assert silent <= OPEN_STATE_CHANGES_WITHOUT_AUDIT | _allowed_silent(), silent


def _allowed_silent() -> set[str]:
    """Routes that send a form but change nothing of a person (searching, asking, previewing)."""
    return {
        "chat.ask",
        "embedded.turn",
        "embedded.as_json",
        "notices.preview",
        "report_acts.preview",
        "tuning.trial",
    }


def _path(rule: str) -> str:
    import re

    return re.sub(r"<(?:uuid:)?[^>]+>", "01890000-0000-7000-8000-000000000000", rule)
