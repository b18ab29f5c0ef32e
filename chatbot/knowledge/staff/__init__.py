"""Staff pages of what the bot knows: answers, words, tables, the city's own FAQ pages."""
