"""Public facilities and shelters from the city's open data (自治体標準オープンデータセット)."""
