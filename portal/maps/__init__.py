"""Maps drawn by ourselves: places, what is shown of them, tiles under them, whose ground it is."""
