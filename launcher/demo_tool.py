"""Registers the demo city's own tool at the portal: it knows its residents through us."""

from __future__ import annotations

from typing import Any

NAME = "図書館の利用カード"
PURPOSE = "利用カードの申込みで、同じことをもう一度書かなくてすむようにするためです。"
SCOPES = ["openid", "profile", "address", "offline_access"]
PATH = "/library-card"


def connect(url: str, known: dict[str, Any]) -> dict[str, Any]:
    """A live client for the tool at `url`; `known` is what was told of it before.

    Ports may be others today: then the client's addresses follow, and its id stays.
    """
    from auth.provider import clients
    from portal.core.db import transaction

    addresses = {
        "redirect_uris": [f"{url}{PATH}/back"],
        "post_logout_uris": [f"{url}{PATH}"],
        "backchannel_logout_uri": f"{url}{PATH}/signed-out",
    }
    with transaction() as session:
        client = clients.find(session, known.get("client_id"))
        if client is not None:
            clients.change(session, client, **addresses)
            return known | {"registered_at": url}
        client, secret = clients.add(
            session,
            name=NAME,
            purpose=PURPOSE,
            auth_method="client_secret_basic",
            scopes=SCOPES,
            **addresses,
        )
    return {"client_id": client.client_id, "client_secret": secret, "registered_at": url}
