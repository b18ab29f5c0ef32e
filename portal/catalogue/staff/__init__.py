"""The staff's editor of the catalogue: lists, forms, history, time travel, what changes."""
