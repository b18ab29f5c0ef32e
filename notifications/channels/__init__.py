"""Channels: ports to mail and LINE, and who can be reached by them."""
