"""The contract's end: every table leaves as files, and then everything is deleted, provably."""
