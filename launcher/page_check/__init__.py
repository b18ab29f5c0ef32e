"""`./mado check pages`: every page that can be opened, looked at by a machine in a real browser."""
