"""The LINE face of the bot: webhook, events, replies."""
