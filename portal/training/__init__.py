"""Exercises for clerks on demo data, checked by what the audit log says they did."""
