"""Data patches: a script that two people looked at, run once, with what was before and after."""
