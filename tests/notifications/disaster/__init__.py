"""Disaster messages: reading, rules, the feed, clerks' pages."""
