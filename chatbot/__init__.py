"""Answering people: knowledge, ranking, garbage and dialogue, the same for LINE and the web."""
