"""The phone in a resident's hand, and an authenticator app beside it."""
