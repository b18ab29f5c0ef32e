"""What the city offers, to whom and when: pure date rules and the catalogue of services."""
