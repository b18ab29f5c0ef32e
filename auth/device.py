"""A coarse name of the device in a browser's own words, for the list of sessions."""

from __future__ import annotations

# In order: LINE's in-app browser also says iPhone or Android; Edge and Chrome also say Safari.
SIGNS = (
    (" Line/", "LINE"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str | None) -> str:
    """ "iPhone", "LINE" …; "" when it does not say."""
    return next((name for sign, name in SIGNS if sign in (user_agent or "")), "")
