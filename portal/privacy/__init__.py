"""Privacy: taking everything along, what is kept and why, and what erasing leaves."""
