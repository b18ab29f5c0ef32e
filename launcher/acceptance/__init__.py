"""Requirement, test, result: what was asked of Mado and what shows that it does it."""
