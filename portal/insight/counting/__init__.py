"""Counting visits without cookies and without anybody's identity, and the figures made of it."""
