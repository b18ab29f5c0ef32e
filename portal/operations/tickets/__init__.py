"""Contact tickets (連絡票): questions of residents and clerks, with answers and a list."""
