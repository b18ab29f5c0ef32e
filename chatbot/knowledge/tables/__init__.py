"""Answers as tables: the same columns out and in, CSV and XLSX."""
