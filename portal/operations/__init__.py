"""Running the service: the staff side's front page."""
