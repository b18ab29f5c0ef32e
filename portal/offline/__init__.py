"""Without network: the installable portal, the disaster card, and what the browser keeps."""
