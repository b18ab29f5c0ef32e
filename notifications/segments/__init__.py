"""Segments: which residents a notice is for, said to SQL, to Python and in words."""
