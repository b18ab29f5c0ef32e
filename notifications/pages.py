"""Registers what tells people something: channels, notices, the inbox, rich menus."""

from __future__ import annotations

from flask import Flask

from notifications.channels import following, senders
from notifications.channels.models import ChannelStop
from notifications.notices import delivering
from notifications.notices.models import Approval, Batch, Delivery, InboxEntry, Notice
from portal.core.registries import registries

RECORDS = (ChannelStop, Notice, Approval, Batch, Delivery, InboxEntry)  # known to migrations


def register(app: Flask) -> None:
    """Blueprints, senders, ticks and hooks of notices."""
    plugged = registries(app)
    plugged.senders |= {"mail": senders.send_mail, "line": senders.send_line}
    plugged.webhook |= {"follow": following.followed, "unfollow": following.unfollowed}
    plugged.ticks.append(("notices", delivering.sweep))
