"""Pages of reports: residents', staff's, and those for other machines."""
