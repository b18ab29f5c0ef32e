"""Planned maintenance: told to residents before and during, left out of availability."""
