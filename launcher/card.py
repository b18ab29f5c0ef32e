"""The demo city's card service: the portal's key, its issuers file, and the cards to hold."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from launcher.addresses import Addresses
from launcher.places import Places

CLIENT = "madocity"
CALLBACK = "/sign-in/with/card/callback"
REALM = "/api/realms/main"
PIN = "1234"
# What a chip tells of residents of the demo city; さくら has moved since she registered.
CARDS = (
    ("sakura", "さくらさんのカード", "さくら", "19930723", "2", "まど市かわべ二丁目4番1号", False),
    (
        "keyaki",
        "けやきさんのカード",
        "けやき",
        "19511214",
        "1",
        "まど市えきまえ一丁目8番3号",
        False,
    ),
    (
        "tsukushi",
        "つくしさん（子ども）のカード",
        "つくし",
        "20200508",
        "1",
        "まど市みなと三丁目",
        False,
    ),
    ("kaede", "かえでさんの失効したカード", "かえで", "19851110", "1", "まど市おかのうえ1番", True),
)
FIELDS = ("id", "label", "name", "birthdate", "gender", "address", "revoked")


def issuers_file(places: Places) -> Path:
    """For FEDERATION_FILE."""
    return places.standins / "federation.json"


def write(places: Places, addresses: Addresses) -> None:
    """Writes the portal's issuers file, making its key on the first day."""
    _key(places)
    _keep(issuers_file(places), json.dumps(issuers(places, addresses), indent=1))


def issuers(places: Places, addresses: Addresses) -> dict[str, Any]:
    """The card service as docs/federation.md configures the real one."""
    table = {
        "name": "card",
        "face": "resident",
        "issuer": addresses.card_url + REALM,
        "client_id": CLIENT,
        "client_auth": "private_key_jwt",
        "key_file": str(_key_file(places)),
        "id_token_algs": ["ES256"],
        "scope_of_attributes": "openid name address birthdate gender",
        "userinfo": True,
        "authorize": {"acr_values": "aal3 crl"},
        "max_age": 300,
        "required_acr": "aal3",
        "acr": {"aal3": "jpki"},
        "attributes": {
            "name": {"claim": "name"},
            "address": {"claim": "address", "form": "address"},
            "birthdate": {"claim": "birthdate", "form": "YYYYMMDD"},
            "sex": {"claim": "gender", "codes": {"1": "M", "2": "F"}},
        },
    }
    return {"issuer": [table]}


def card_service(places: Places, addresses: Addresses) -> Mapping[str, Any]:
    """The shape standins/card_service/config.py reads."""
    return {
        "public_url": addresses.card_url,
        "portal_url": addresses.public_url,
        "client_id": CLIENT,
        "client_keys": {"keys": [_key(places).as_dict(private=False)]},
        "redirect_uris": [addresses.public_url + CALLBACK],
        "cards": [dict(zip(FIELDS, card, strict=True), pin=PIN) for card in CARDS],
    }


def _key(places: Places) -> Any:
    from joserfc.jwk import ECKey  # 0.1 s, which ./mado --help need not pay

    file = _key_file(places)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _keep(file, ECKey.generate_key("P-256").as_pem(private=True).decode())
    return ECKey.import_key(file.read_bytes())


def _key_file(places: Places) -> Path:
    return places.secrets / "CARD_KEY.pem"


def _keep(file: Path, text: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        target.write(text)
