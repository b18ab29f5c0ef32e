"""What the stand-ins are told at their start: our addresses, channels and demo residents."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from launcher import card
from launcher.addresses import Addresses
from launcher.places import Places

CALLBACK = "/sign-in/line/callback"
WEBHOOK = "/webhooks/line"
LIFF_ENDPOINT = "/line"


def write_configs(places: Places, addresses: Addresses, keys: Mapping[str, str]) -> None:
    """Writes one file a stand-in beside the stand-ins' state."""
    demo = read_demo(places)
    _write(places.standins / "line_platform.json", line_platform(addresses, keys, demo))
    _write(places.standins / "city_tool.json", city_tool(addresses, demo))
    _write(places.standins / "card_service.json", card.card_service(places, addresses))


def read_demo(places: Places) -> dict[str, Any]:
    """Who lives in the demo city, as `./mado demo --city` wrote it; empty without one."""
    try:
        told: dict[str, Any] = json.loads(places.demo.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return told


def line_platform(
    addresses: Addresses, keys: Mapping[str, str], demo: Mapping[str, Any]
) -> dict[str, Any]:
    """The shape standins/line_platform/config.py reads."""
    return {
        "public_url": addresses.line_url,
        "portal_url": addresses.public_url,
        "login_channel": {
            "id": keys["LINE_LOGIN_CHANNEL_ID"],
            "secret": keys["LINE_LOGIN_CHANNEL_SECRET"],
            "redirect_uris": [addresses.public_url + CALLBACK],
            "liff_id": keys["LIFF_ID"],
            "liff_endpoint": addresses.public_url + LIFF_ENDPOINT,
        },
        "messaging_channel": {
            "id": keys["LINE_MESSAGING_CHANNEL_ID"],
            "secret": keys["LINE_MESSAGING_CHANNEL_SECRET"],
            "webhook_url": addresses.public_url + WEBHOOK,
            "bot_user_id": keys["LINE_BOT_USER_ID"],
            "basic_id": keys["LINE_BOT_BASIC_ID"],
            "display_name": demo.get("city", "まど市"),
        },
        "quota": demo.get("quota", {"type": "none"}),
        "residents": [
            {
                "user_id": one["line_user_id"],
                "display_name": one["name"],
                "friend": one.get("friend", True),
            }
            for one in demo.get("residents", [])
            if one.get("line_user_id")
        ],
        "authenticator": demo.get("authenticator", []),
    }


def city_tool(addresses: Addresses, demo: Mapping[str, Any]) -> dict[str, Any]:
    """A tool of the city that trusts the portal's sign-in."""
    told: dict[str, Any] = {
        "public_url": addresses.city_tool_url,
        "portal_url": addresses.public_url,
        "line_url": addresses.line_url,
    }
    return told | dict(demo.get("city_tool", {}))


def _write(file: Path, content: Mapping[str, Any]) -> None:
    """Owner-only, since channel secrets are in it."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        json.dump(content, target, ensure_ascii=False, indent=1)
