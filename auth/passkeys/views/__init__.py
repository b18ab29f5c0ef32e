"""Pages of passkeys."""
