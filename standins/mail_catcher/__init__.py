"""A mail server that keeps every message instead of sending it on."""
