"""The ground everyone stands on, and My Page."""
