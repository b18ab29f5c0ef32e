"""Clerks: their accounts, roles and sign-in."""
