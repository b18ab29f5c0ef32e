"""The manuals' pictures, taken by script from a demo city."""
