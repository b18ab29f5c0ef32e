"""A demo city tool: pages that stand for the outside systems My Page links to."""
