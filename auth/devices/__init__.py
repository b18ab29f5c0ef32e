"""The browsers a resident signs in with: known ones, remembered ones, and word of new ones."""
