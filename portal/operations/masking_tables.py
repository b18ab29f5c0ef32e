"""What a masked copy does with each column; a test holds it to what packages say is personal."""

from __future__ import annotations

# Tables that a test environment begins without: secrets, what was under way, words of people.
_EMPTIED = """
account_merges address_undos alerts asked_questions audit_cuts audit_entries audit_links
audit_seals authenticators card_changes card_invitations counter_numbers data_exports desk_lists
federation_answers guardian_requests hand_over_consents hand_over_events hand_over_rows
hand_over_tokens hand_overs incident_steps incidents judged_answers kept_forms learned_weights
line_events line_grants line_spent_tokens line_talks line_testers menu_links miss_decisions
newly_due newly_due_sweeps not_me_links on_call outbox_messages passkey_ceremonies passkey_offers
passkeys person_removals provider_grants provider_keys provider_logout_notices provider_releases
provider_requests provider_tokens provider_used_proofs recovery_cases recovery_codes
reminder_lines replay_changes replays report_drafts report_pictures saml_answers saml_keys
saml_seen_assertions search_misses sessions sign_in_attempts sign_in_challenges sign_in_flows
staff_identities staff_imports staff_invitations staff_right_proposals survey_answers
test_questions verified_records
"""
EMPTIED = frozenset(_EMPTIED.split())
# Their names begin so: what clerks took out or changed by hand holds anybody's data.
EMPTIED_BEGIN = ("extract_", "saved_extract", "data_patch", "exit_")

# column -> a kind of made-up value (masking_copy.py); sealed columns not named: a text, or {}.
MADE_UP = {
    "persons.nickname": "plant",
    "card_shares.name": "plant",
    "card_shares.owner_name": "plant",
    "identities.subject": "subject",
    "identities.subject_index": "subject_index",
    "staff_accounts.email": "staff_mail",
    "staff_accounts.email_index": "staff_mail_index",
    "staff_accounts.name": "clerk",
    "staff_accounts.login_name": "login",
    "staff_accounts.login_name_index": "login_index",
    "staff_accounts.totp_secret": "nothing",
    "reports.mail": "address",
    "reports.phone": "phone",
    "reports.line_user": "line_user",
    "reports.public_words": "words",
    "reports.latitude": "near",
    "reports.longitude": "near",
    "report_followers.mail": "address",
    "report_followers.line_user": "line_user",
    "question_tickets.mail": "address",
    "tickets.mail": "address",
    "favourites.title": "words",
    "provider_subjects.subject": "token",
    "provider_clients.backchannel_logout_uri": "nothing",  # tools must not hear of a test
    "reminder_wishes.garbage_place": "nothing",
    "persons.birthdate": "day",
    "persons.expected_on": "day",
    "persons.facts": "days",
    "persons.district": "among",
    "persons.sex": "among",
    "reports.district": "among",
    "life_events.day": "day",
    "own_todos.due_on": "day",
    "todo_acts.occurrence": "days",
    "todo_acts.until": "day",
    "todo_notes.occurrence": "days",
    "visit_sheets.entries": "days",
    "visit_sheets.on_day": "day",
}

# Codes of closed lists and versions: they say nothing once the row is nobody's. Rules need them.
_CODES = """
calendar_feeds.alarm_days calendar_feeds.wording card_shares.role channel_stops.channel
channel_stops.reason consent_records.language consent_records.version deliveries.channel
deliveries.error deliveries.language devices.kind favourites.key favourites.kind
guardian_agreements.basis guardian_agreements.language guardian_agreements.relation
guardian_agreements.version identities.issuer inbox_entries.rated life_events.kind
life_events.silenced notice_wishes.digest notice_wishes.language persons.interests
persons.relation provider_consents.ended_why provider_consents.language provider_consents.scopes
provider_subjects.sector reminder_wishes.todos report_followers.language reports.category
reports.channel reports.desk reports.language reports.number reports.outside reports.state
reports.whose resident_looks.department resident_looks.place resident_looks.reason
residents.language sharing_ends.why survey_asks.asked_on tickets.kind tickets.language
tickets.number tickets.topic todo_acts.by todo_acts.kind todo_acts.service todo_notes.packed
todo_notes.service topic_stops.channel topic_stops.topic visit_sheets.packed
"""
CODES = frozenset(_CODES.split())


def is_emptied(table: str) -> bool:
    """Whether the copy has none of its rows."""
    return table in EMPTIED or table.startswith(EMPTIED_BEGIN)
