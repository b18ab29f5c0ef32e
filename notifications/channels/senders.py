"""Senders of the outbox: one message to one address, by mail or by LINE."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_OID, uuid5

from flask import current_app

from notifications.channels import rendering
from notifications.channels.line import line_api
from notifications.channels.mail import Letter, Postman
from portal.core.crypto import blind_index


def send_mail(to: str, message: str, params: dict[str, Any], language: str) -> None:
    """Send one mail (a code, a receipt) from the address kept apart from notices."""
    written = rendering.mail(message, params, language)
    letter = Letter(
        sender=current_app.extensions["mado.settings"].MAIL_CODES_FROM,
        to=to,
        subject=written.subject,
        text=written.text,
        html=written.html,
        language=language,
        message_id=_same_for("mail", to, message, params).hex()[:32],
    )
    with Postman() as postman:
        postman.carry(letter)


def send_line(to: str, message: str, params: dict[str, Any], language: str) -> None:
    """Push one text to a LINE user id."""
    text = rendering.line(message, params, language)
    retry_key = uuid5(NAMESPACE_OID, _same_for("line", to, message, params).hex())
    line_api().push(to, [{"type": "text", "text": text}], retry_key)


def _same_for(channel: str, to: str, message: str, params: dict[str, Any]) -> bytes:
    """The same at every try of one outbox row, so that a repeated try is known as one."""
    said = repr((channel, to, message, sorted(params.items())))
    return blind_index(said, "outbox_messages.try")
