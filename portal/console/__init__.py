"""What clerks' pages share: going to a page by its name, shortcuts, lists, many rows at once."""
