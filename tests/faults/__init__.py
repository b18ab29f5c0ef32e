"""Faults of real processes: what residents see meanwhile, and that nothing is lost."""
