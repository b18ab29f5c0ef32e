"""Rich messages: a picture with areas to tap, or cards; the same by mail and in the inbox."""
