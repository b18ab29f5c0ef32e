"""What the card service is told at its start: its one client and the demo cards."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REALM = "/api/realms/main"


@dataclass(frozen=True)
class Card:
    """A demo card. `birthdate` is YYYYMMDD, `gender` a code, as the chip holds them."""

    id: str
    label: str
    pin: str
    name: str
    birthdate: str
    gender: str
    address: str
    revoked: bool = False


@dataclass(frozen=True)
class Config:
    """Addresses, the client and its public keys, the cards."""

    public_url: str
    portal_url: str
    client_id: str
    client_keys: dict[str, Any]
    redirect_uris: tuple[str, ...]
    cards: tuple[Card, ...]

    @property
    def issuer(self) -> str:
        """The realm, as Keycloak shapes it."""
        return self.public_url + REALM

    def card(self, card_id: str) -> Card | None:
        """Find a card."""
        return next((one for one in self.cards if one.id == card_id), None)


def load(path: Path) -> Config:
    """Read the JSON file."""
    return from_json(json.loads(path.read_text("utf-8")))


def from_json(raw: dict[str, Any]) -> Config:
    """Make a configuration."""
    return Config(
        public_url=raw["public_url"].rstrip("/"),
        portal_url=raw.get("portal_url", "").rstrip("/"),
        client_id=raw["client_id"],
        client_keys=raw["client_keys"],
        redirect_uris=tuple(raw["redirect_uris"]),
        cards=tuple(Card(**one) for one in raw.get("cards", [])),
    )
