"""Senders of the outbox: one message to one address, by mail or by LINE.

`key` is the outbox row's id: the same at every try of one message, so that LINE and mail programs
know a repeated try. Without it each call is a message of its own.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask import current_app

from notifications.channels import rendering
from notifications.channels.line import line_api
from notifications.channels.mail import Letter, Postman


def send_mail(
    to: str, message: str, params: dict[str, Any], language: str, *, key: UUID | None = None
) -> None:
    """Send one mail (a code, a receipt) from the address kept apart from notices."""
    written = rendering.mail(message, params, language)
    letter = Letter(
        sender=current_app.extensions["mado.settings"].MAIL_CODES_FROM,
        to=to,
        subject=written.subject,
        text=written.text,
        html=written.html,
        language=language,
        message_id=(key or uuid4()).hex,
    )
    with Postman() as postman:
        postman.carry(letter)


def send_line(
    to: str, message: str, params: dict[str, Any], language: str, *, key: UUID | None = None
) -> None:
    """Push one text to a LINE user id."""
    text = rendering.line(message, params, language)
    line_api().push(to, [{"type": "text", "text": text}], key or uuid4())
