"""How the bot learns from staff and proves its accuracy."""
