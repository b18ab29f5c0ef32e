"""Who stands by a translation: signatures, corrections, and what is still missing."""
