"""Hand-over to other tools: files, consent, the interface, hostile input."""
