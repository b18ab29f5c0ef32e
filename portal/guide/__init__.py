"""The public side: the catalogue to browse, search, links, certificates."""
