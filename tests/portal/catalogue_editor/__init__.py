"""The staff's editor of the catalogue."""
