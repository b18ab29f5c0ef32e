"""Telling people: segments, notices, deliveries, channels, the inbox, LINE rich menus."""
