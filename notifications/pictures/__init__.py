"""Pictures for LINE: uploads made harmless, SVG templates that staff fill and change, drawing."""
