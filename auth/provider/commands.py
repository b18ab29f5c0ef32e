"""The command line of the provider: `./mado clients …`."""

# Everything heavy is imported inside the commands: ./mado --help must stay quick.
from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from auth.provider.clients import Client

JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")
WAYS = ["private_key_jwt", "client_secret_basic", "client_secret_post", "none"]


@click.group()
def clients() -> None:
    """City tools that sign residents in through us."""


@clients.command("add")
@click.option("--name", required=True, help="Name residents read on the consent page.")
@click.option("--purpose", default="", help="Why it asks, one sentence.")
@click.option("--redirect-uri", "redirect_uris", multiple=True, required=True, help="Exact.")
@click.option(
    "--auth", "way", type=click.Choice(WAYS), default="client_secret_basic", show_default=True
)
@click.option("--jwks", type=click.Path(exists=True, dir_okay=False), help="Its public keys.")
@click.option("--scope", default="openid offline_access", show_default=True)
@click.option("--par", is_flag=True, help="It must push its requests.")
@click.option("--dpop", is_flag=True, help="Its tokens are bound to a key.")
@click.option("--dpop-nonce", is_flag=True, help="And its proofs carry a number from us.")
@click.option("--post-logout-uri", "post_logout_uris", multiple=True)
@click.option("--backchannel-logout-uri")
@click.option("--id-token-alg", type=click.Choice(["ES256", "RS256"]), default="ES256")
@click.option("--sector", default="", help="Tools of one sector know a resident by one name.")
@click.option("--without-pkce", "reason", help="The reason; nonce is needed then.")
@click.option("--may-introspect", is_flag=True, help="May ask about other tools' tokens.")
@JSON
def add_client(
    redirect_uris: tuple[str, ...],
    post_logout_uris: tuple[str, ...],
    way: str,
    scope: str,
    jwks: str | None,
    reason: str | None,
    as_json: bool,
    **values: Any,
) -> None:
    """Make a tool's client; prints its id, and its secret or private key once."""
    from auth.commands import _transaction
    from auth.provider import clients as tools

    made_key = None
    keys = _keys_in(Path(jwks)) if jwks else None
    if way == "private_key_jwt" and keys is None:
        made_key, keys = _new_key()
    with _transaction() as session:
        client, secret = tools.add(
            session,
            redirect_uris=list(redirect_uris),
            post_logout_uris=list(post_logout_uris),
            auth_method=way,
            jwks=keys,
            scopes=scope.split(),
            no_pkce_reason=reason,
            **values,
        )
        told = _told(client)
    if secret is not None:
        told["client_secret"] = secret
    if made_key is not None:
        told["private_key"] = made_key
    _show(told, as_json)


@clients.command("list")
@JSON
def list_clients(as_json: bool) -> None:
    """Every client, stopped ones too."""
    from auth.commands import _transaction
    from auth.provider import clients as tools

    with _transaction() as session:
        rows = [_told(client) for client in tools.every(session)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        state = "stopped" if row["stopped"] else "live"
        click.echo(f"{row['client_id']}  {row['client_name']}  {row['scope']}  {state}")


@clients.command("stop")
@click.argument("client_id")
@JSON
def stop_client(client_id: str, as_json: bool) -> None:
    """Stop a client now; its tokens end with it."""
    from auth.commands import _transaction
    from auth.provider import clients as tools
    from auth.provider import ending

    with _transaction() as session:
        client = tools.find(session, client_id)
        if client is None:
            raise click.BadParameter("there is no such live client")
        ending.stop(session, client)
        told = _told(client)
    _show(told, as_json)


@clients.command("rotate-keys")
@JSON
def rotate_keys(as_json: bool) -> None:
    """Sign with new keys from now on; what the old ones signed goes on verifying."""
    from auth.commands import _transaction
    from auth.provider import keys

    with _transaction() as session:
        made = keys.rotate(session)
    _show({"keys": made}, as_json)


def _new_key() -> tuple[dict[str, Any], dict[str, Any]]:
    from joserfc.jwk import ECKey

    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    return dict(key.as_dict(private=True)), {"keys": [dict(key.as_dict(private=False))]}


def _told(client: Client) -> dict[str, Any]:
    """In the words of OpenID Connect Registration."""
    from auth.provider.views.blueprint import issuer

    return {
        "client_id": client.client_id,
        "client_name": client.name,
        "issuer": issuer(),
        "discovery": f"{issuer()}/.well-known/openid-configuration",
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.post_logout_uris,
        "backchannel_logout_uri": client.backchannel_logout_uri,
        "token_endpoint_auth_method": client.auth_method,
        "scope": " ".join(client.scopes),
        "id_token_signed_response_alg": client.id_token_alg,
        "require_pushed_authorization_requests": client.par,
        "dpop_bound_access_tokens": client.dpop or client.dpop_nonce,
        "pkce_excepted_because": client.no_pkce_reason,
        "stopped": client.stopped_at is not None,
    }


def _show(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for key, value in told.items():
        click.echo(f"{key}: {', '.join(value) if isinstance(value, list) else value}")


def _keys_in(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError):
        raise click.BadParameter(f"{file.name} is not JSON", param_hint="--jwks") from None
