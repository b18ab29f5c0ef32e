"""Disaster messages: read, proposed to clerks, confirmed by a person, shown to residents."""
