"""Care for attention: what residents want less of, how much at most, and when not."""
