"""Rich messages: pictures, their judge, their pages, and what LINE is sent."""
