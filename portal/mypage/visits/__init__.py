"""The visit sheet: several counter procedures as one plan for one day."""
