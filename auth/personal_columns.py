"""Which columns of signing in are personal, why they are kept and for how long."""

from __future__ import annotations

from portal.core.personal_data import Kept, kept

WITH = "Until the resident removes it or the account is deleted."
WHILE = "While the clerk works here; then as the city's rules for staff say."
SIGN_IN = "While the sign-in lasts, at most an hour."
KEY = "As long as the key is used, and 30 days after."
_PROOF = "That somebody agreed, to what and when, must be shown on request."
_TOOL = "A tool knows the resident by it, and the resident sees what the tool received."
_CARD = "What the card said, shown to the resident and to tools they allowed; encrypted."

COLUMNS: dict[str, Kept] = {
    **kept("identities", "The resident signs in and is written to by it; encrypted.", WITH,
           "issuer", "subject"),
    **kept("authenticators", "Checks the code of the app; encrypted.", WITH, "secret"),
    **kept("passkeys", "The resident tells their passkeys apart by it.", WITH, "name", "device"),
    **kept("passkeys", "How the browser reaches the passkey; no data of the resident.", WITH,
           "transports", "synced", "backed_up"),
    **kept("devices", "The resident tells their browsers apart by it.",
           "400 days after the last use.", "kind"),
    **kept("desk_lists", "Keyed hashes of printed codes.", WITH, "hashes"),
    **kept("line_grants", "Given back to LINE when the resident leaves; encrypted.",
           "90 days at most; deleted with the account.", "access", "refresh"),
    **kept("sign_in_flows", "Holds the sign-in together; encrypted.", SIGN_IN,
           "email", "line", "line_name", "totp"),
    **kept("federation_answers", "What an issuer said, until it is used; encrypted.", SIGN_IN,
           "subject", "claims"),
    **kept("saml_answers", "What an issuer said, until it is used; encrypted.", "5 minutes.",
           "said"),
    **kept("consent_records", _PROOF, WITH, "version", "language"),
    **kept("guardian_agreements", _PROOF, WITH, "version", "relation", "basis", "language"),
    **kept("verified_records", _CARD, WITH, "source", "issuer", "acr", "claims"),
    **kept("address_undos", "The old address can be put back; encrypted.", "72 hours.", "old"),
    **kept("recovery_cases", "How an account was recovered and who agreed.", WITH,
           "lost", "seen", "contested", "new_email", "new_hashes"),
    **kept("account_merges", "A merge can be undone; encrypted.", "30 days.", "log"),
    **kept("provider_subjects", _TOOL, WITH, "sector", "subject"),
    **kept("provider_consents", _PROOF, WITH, "scopes", "language", "ended_why"),
    **kept("provider_grants", _TOOL, "400 days after the last sign-in there.",
           "subject", "scopes", "redirect_uri", "nonce", "challenge", "jkt", "acr", "amr",
           "revoked_why"),
    **kept("staff_accounts", "The clerk signs in and is named by it; encrypted.", WHILE,
           "email", "name", "login_name", "totp_secret"),
    **kept("staff_identities", "The clerk signs in by the city's own sign-in; encrypted.", WHILE,
           "subject"),
    **kept("staff_imports", "The uploaded table, until it is decided; encrypted.",
           "Until it is decided.", "table"),
    **kept("provider_keys", "Signs tokens; of nobody. Encrypted.", KEY, "private"),
    **kept("saml_keys", "Signs answers; of nobody. Encrypted.", KEY, "private"),
}  # fmt: skip
