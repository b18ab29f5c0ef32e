"""The city's own OpenID provider: other city tools sign residents in through Mado."""
