"""Two accounts of one person become one, with a preview and thirty days to undo it."""
