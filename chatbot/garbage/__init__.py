"""How to throw things away: item search that forgives spelling, classes and collection days."""
