"""POST /webhooks/line: verify the raw bytes, store, answer within LINE's two seconds."""

from __future__ import annotations

from flask import Blueprint, current_app, request

from chatbot.line.intake import NotAWebhook, take_in
from chatbot.line.signature import signed_by
from portal.core.settings import Settings
from portal.core.web.access import machine
from portal.core.web.app import csrf, limiter

bp = Blueprint("webhook", __name__)


@bp.post("/webhooks/line", endpoint="line")
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.exempt
@machine
def line() -> tuple[str, int]:
    """200 for what is LINE's (also an empty list: the console's verify button), else 400 or 401."""
    settings: Settings = current_app.extensions["mado.settings"]
    body = request.get_data(cache=False)
    signature = request.headers.get("x-line-signature")
    if not signed_by(settings.LINE_MESSAGING_CHANNEL_SECRET, body, signature):
        return "signature", 401
    try:
        take_in(body, bot_user_id=settings.LINE_BOT_USER_ID)
    except NotAWebhook:
        return "body", 400
    return "ok", 200
