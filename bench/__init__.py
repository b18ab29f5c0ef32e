"""Repeatable measurements; each prints a table with the floor beside it."""
