"""A reply's links as they can be reached in this city."""

from dataclasses import replace

from chatbot.dialogue.reply import Reply
from portal.core.outside import address_of


def reachable(reply: Reply) -> Reply:
    """The reply with addresses that lead somewhere, on LINE and on the web alike."""
    links = tuple(replace(link, url=address_of(link.url)) for link in reply.links)
    return replace(reply, links=links)
