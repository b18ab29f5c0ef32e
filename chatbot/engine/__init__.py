"""Ranking of written answers for a question in free words, without network and on one thread."""
