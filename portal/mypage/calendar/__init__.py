"""Days of My Page in the resident's own calendar: a feed with a secret address, single events."""
