"""What the ranking learns from questions whose right answers people named."""
