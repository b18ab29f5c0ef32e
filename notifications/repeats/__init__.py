"""Notices that come again: a rule of dates, approved once, each run a notice of its own."""
