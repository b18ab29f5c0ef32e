"""The My Number card: a way in, and the source of verified records."""
