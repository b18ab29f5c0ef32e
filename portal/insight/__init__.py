"""Insight: what residents think of the portal, asked seldom and stored without who said it."""
