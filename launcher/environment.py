"""The settings of a local city's own processes, as one function."""

import os
from collections.abc import Mapping

from launcher import card
from launcher.addresses import Addresses
from launcher.keys import MAKERS
from launcher.places import Places
from launcher.services.process import socket_folder

ANSWERS_SOCKET = "answers.sock"


def product_environment(
    places: Places, addresses: Addresses, database_url: str, redis_url: str
) -> dict[str, str]:
    """Settings named in docs/adr/0001-spine.md.

    Secrets travel as NAME_FILE, so that they stand in no process list.
    """
    answers = socket_folder(places.run, ANSWERS_SOCKET, os.getuid()) / ANSWERS_SOCKET
    made = {
        "PUBLIC_URL": addresses.public_url,
        "STAFF_URL": addresses.staff_url,
        "STAFF_HOST_ALIASES": addresses.staff_alias,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "MAIL_URL": addresses.mail_url,
        "LINE_AUTHORIZE_URL": addresses.line_url,
        "LINE_API_URL": addresses.line_url,
        "LINE_DATA_URL": addresses.line_url,
        "LIFF_URL": f"{addresses.line_url}/liff",
        "LIFF_SDK_URL": f"{addresses.line_url}/liff/edge/2/sdk.js",
        "FRAME_ANCESTORS": addresses.line_url,
        "OUTSIDE_SITES_URL": addresses.city_tool_url,
        "CITY_SITE_URL": addresses.city_site_url,
        "JMA_FEED_URL": f"{addresses.jma_url}/developer/xml/feed",
        "JMA_AREA": "06204",  # what the stand-in's messages are about
        "EMBED_ORIGINS": addresses.city_site_url,
        "ANSWERS_SOCKET": str(answers),
        "MEDIA_DIR": str(places.media),
        "MADO_DATA": str(places.data),
    }
    if card.issuers_file(places).exists():
        made["FEDERATION_FILE"] = str(card.issuers_file(places))
    return made | {f"{name}_FILE": str(places.secrets / name) for name in MAKERS}


def with_settings(given: Mapping[str, str], made: Mapping[str, str]) -> dict[str, str]:
    """The operator's environment with our settings in place of theirs, in either spelling."""
    ours = {name.removesuffix("_FILE") for name in made}
    kept = {name: value for name, value in given.items() if name.removesuffix("_FILE") not in ours}
    return kept | dict(made)


def is_deployment(given: Mapping[str, str]) -> bool:
    """Whether the operator configures a real city: then nothing is filled in for them.

    A forgotten DATA_KEY must be an error there, not a new key made at random.
    """
    return bool(given.get("PUBLIC_URL") or given.get("PUBLIC_URL_FILE"))
