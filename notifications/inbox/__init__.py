"""The inbox: every notice a resident received, on the web."""
