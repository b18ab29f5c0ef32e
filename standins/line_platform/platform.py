"""What every page of the platform shares: configuration, state, faults and the courier."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

from standins.line_platform.config import Config
from standins.line_platform.faults import Faults
from standins.line_platform.store import Store

if TYPE_CHECKING:
    from standins.line_platform.courier import Courier
    from standins.line_platform.spec import Specification


@dataclass
class Platform:
    """The parts of one running LINE platform; `config` is replaced when addresses change."""

    config: Config
    store: Store
    faults: Faults
    courier: "Courier"
    spec: "Specification | None"


def follow_addresses(platform: Platform) -> None:
    """A webhook address set through the API counts only until the configured one changes.

    Otherwise a city that comes back on another port would wait for events in vain.
    """
    store, configured = platform.store, platform.config.messaging.webhook_url
    if store.setting("configured_webhook") != configured:
        store.keep("configured_webhook", configured)
        store.keep("webhook_endpoint", None)


def here() -> Platform:
    """The platform that serves this request."""
    return cast(Platform, current_app.extensions["line_platform"])
