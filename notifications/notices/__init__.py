"""Notices: written by one clerk, approved by another, delivered once to each resident meant."""
