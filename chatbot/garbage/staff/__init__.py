"""The clerks' pages of the garbage guide: items, classes, districts, words, files, history."""
