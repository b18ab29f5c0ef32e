"""A card service on this machine: an OpenID provider that asks for a demo card and its PIN."""
