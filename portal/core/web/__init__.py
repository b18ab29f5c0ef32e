"""What every page has: faces, sessions, access, headers, errors."""
