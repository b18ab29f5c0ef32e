"""The web face of the bot."""
