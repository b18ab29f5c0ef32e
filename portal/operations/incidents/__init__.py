"""Incidents: what went wrong, who was told when, what came of it."""
