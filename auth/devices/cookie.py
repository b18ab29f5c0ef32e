"""The device cookie: up to five residents share a browser, each with a device and its secret."""

from __future__ import annotations

from uuid import UUID

from flask import after_this_request, current_app, request
from werkzeug.wrappers import Response

from auth.devices.knowing import KNOWN_FOR, Shown

MOST = 5
JOINT, DOT = "~", "."


def name() -> str:
    """`__Host-` where the browser allows it (https): no other host can plant or read it."""
    prefix = "__Host-" if current_app.extensions["mado.settings"].secure else ""
    return f"{prefix}mado_resident_devices"


def shown() -> Shown:
    """What this browser shows; nonsense is nothing."""
    found: dict[UUID, str] = {}
    for part in request.cookies.get(name(), "")[:1000].split(JOINT):
        device_id, dot, secret = part.partition(DOT)
        try:
            found[UUID(device_id)] = secret if dot else ""
        except ValueError:
            continue
    return dict(list(found.items())[:MOST])


def keep(device_id: UUID, secret: str) -> None:
    """Give the browser this device's new secret with the answer, before the others it has."""
    others = [(key, value) for key, value in shown().items() if key != device_id]
    kept = [(device_id, secret), *others][:MOST]
    value = JOINT.join(f"{key}{DOT}{secret}" for key, secret in kept)

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            name(),
            value,
            max_age=int(KNOWN_FOR.total_seconds()),
            path="/",
            secure=current_app.extensions["mado.settings"].secure,
            httponly=True,
            samesite="Lax",
        )
        return response
