"""Backups: sealed generations elsewhere, the write-ahead log behind them, rows of runs."""
