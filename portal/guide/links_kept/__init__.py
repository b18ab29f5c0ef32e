"""The hub of the city's other systems, kept by staff and looked after every night."""
