"""Answering people: knowledge, ranking, garbage search and dialogue, the same for LINE and the web."""
