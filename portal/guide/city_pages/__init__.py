"""Pages of the city's own website, brought in by a batch (ページ情報の連携)."""
