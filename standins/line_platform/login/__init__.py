"""LINE Login v2.1."""
