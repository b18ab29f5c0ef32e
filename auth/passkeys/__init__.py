"""Passkeys (WebAuthn Level 2) of residents and clerks."""
