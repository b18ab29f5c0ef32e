"""The living page of all components and their states: /design."""
