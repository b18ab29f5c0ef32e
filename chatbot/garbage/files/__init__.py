"""Files of garbage guides as cities publish them, read into rows, entries and what was rejected."""
