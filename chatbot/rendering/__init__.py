"""Shows one reply on LINE and on the web; both say the same words."""
