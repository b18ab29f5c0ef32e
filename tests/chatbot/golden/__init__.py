"""Conversations whose replies are agreed, held against both faces."""
