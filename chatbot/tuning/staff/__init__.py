"""Staff's pages of tuning the bot."""
