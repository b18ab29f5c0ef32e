"""Passkeys, judged with an authenticator of our own."""
