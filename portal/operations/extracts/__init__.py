"""Extraction by clerks themselves: subjects, conditions, masked files, clear ones by two."""
