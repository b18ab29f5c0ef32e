"""The issuers' configuration: read strictly, faults told together, no stand-ins in public."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from auth.federation import config, mapping
from auth.federation.config import Issuer
from auth.federation.mapping import Attribute, Unreadable
from portal.core.settings import Settings, SettingsError
from tests.conftest import make_settings

TOML = """
[[issuer]]
name = "entra"
face = "staff"
issuer = "https://login.example/aaaa/v2.0"
client_id = "city"
client_auth = "client_secret_post"
secret_file = "{secret}"
id_token_algs = ["RS256"]
subject = ["tid", "oid"]
require = {{ tid = "aaaa" }}
roles = {{ "Mado.Author" = "author" }}
"""


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    made = {name: tmp_path / name for name in ("key", "rsa", "public", "secret")}
    key = ECKey.generate_key("P-256")
    made["key"].write_bytes(key.as_pem(private=True))
    made["rsa"].write_bytes(RSAKey.generate_key(2048).as_pem(private=True))
    made["public"].write_bytes(key.as_pem(private=False))
    made["secret"].write_text("top-secret\n")
    return {name: str(path) for name, path in made.items()} | {"none": str(tmp_path / "none")}


@pytest.fixture
def plain(tmp_path: Path) -> Settings:
    return make_settings("postgresql+psycopg://x", "redis://x", tmp_path)


def card(files: dict[str, str], **more: Any) -> dict[str, Any]:
    table = {
        "name": "card",
        "face": "resident",
        "issuer": "https://card.example/realm",
        "client_id": "city",
        "client_auth": "private_key_jwt",
        "key_file": files["key"],
        "id_token_algs": ["ES256"],
        "acr": {"aal3": "jpki"},
    }
    return {name: value for name, value in (table | more).items() if value is not None}


def load(settings: Settings, *tables: dict[str, Any]) -> dict[str, Issuer]:
    text = json.dumps({"issuer": list(tables)})
    return config.load(settings.model_copy(update={"FEDERATION": text}))


def test_nothing_is_configured_by_default(plain: Settings) -> None:
    assert config.load(plain) == {}


def test_toml_and_json_are_read(plain: Settings, files: dict[str, str]) -> None:
    text = TOML.format(secret=files["secret"])
    found = config.load(plain.model_copy(update={"FEDERATION": text}))["entra"]
    assert (found.secret, found.discovers, found.symmetric) == ("top-secret", True, False)
    assert "top-" not in repr(found)
    assert load(plain, card(files))["card"].discovery_url == (
        "https://card.example/realm/.well-known/openid-configuration"
    )


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "no https": ({"issuer": "http://card.example"}, "must be https"),
    "no address": ({"issuer": "card.example"}, "must be an https address"),
    "a name in it": ({"issuer": "https://a@card.example"}, "must be an https address"),
    "alg none": ({"id_token_algs": ["none"]}, "must be of"),
    "no alg": ({"id_token_algs": []}, "at least 1"),
    "mixed algs": ({"id_token_algs": ["HS256", "ES256"]}, "algorithm confusion"),
    "HS256 by key": ({"id_token_algs": ["HS256"]}, "HS256 needs a client secret"),
    "an unknown level": ({"acr": {"aal3": "gold"}}, "gold is not of"),
    "worth nothing": ({"acr": {}}, "must say what a sign-in is worth"),
    "no openid": ({"scope": "name"}, "must contain openid"),
    "our parameters": ({"authorize": {"state": "x"}}, "must not name what is ours"),
    "an unknown line": ({"colour": "red"}, "colour"),
    "a bad name": ({"name": "Card/.."}, "name"),
    "half the endpoints": ({"token_endpoint": "https://card.example/t"}, "belong together"),
    "keys alone": ({"jwks_uri": "https://card.example/k"}, "or none"),
    "no key": ({"key_file": None}, "key_file is missing"),
    "provisioning residents": ({"provision": True}, "provision is for staff"),
    "another face": ({"face": "both"}, "face"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told(plain: Settings, files: dict[str, str], fault: str) -> None:
    change, words = FAULTS[fault]
    with pytest.raises(SettingsError, match=words):
        load(plain, card(files, **change))


@pytest.mark.parametrize("name", ["public", "secret", "none", "rsa"])
def test_a_key_that_is_none_is_told_without_its_content(
    plain: Settings, files: dict[str, str], name: str
) -> None:
    with pytest.raises(SettingsError, match="key_file") as told:
        load(plain, card(files, key_file=files[name]))
    assert files[name] not in str(told.value)


@pytest.mark.parametrize("text", ["x", "[a]\nb=1", '{"issuer": 1}', '{"issuer": [1]}', "{", "a=1"])
def test_another_shape_is_told(plain: Settings, text: str) -> None:
    with pytest.raises(SettingsError, match="FEDERATION"):
        config.load(plain.model_copy(update={"FEDERATION": text}))


def test_all_faults_are_told_together(plain: Settings, files: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as told:
        load(
            plain,
            card(files, issuer="http://card.example", id_token_algs=["none"]),
            card(files, name="two", key_file=files["none"]),
            card(files, name="three"),
            card(files, name="three"),
        )
    lines = str(told.value).splitlines()
    assert len(lines) == 4
    assert any("issuer card" in line for line in lines)
    assert any("issuer two" in line for line in lines)
    assert any("there twice" in line for line in lines)


def test_a_public_portal_trusts_no_issuer_on_this_machine(
    plain: Settings, files: dict[str, str]
) -> None:
    table = card(files, issuer="http://localhost:8040/realm")
    assert load(plain, table)
    public = plain.model_copy(update={"PUBLIC_URL": "https://my.city.example"})
    for issuer in ("http://localhost:8040/realm", "https://127.0.0.1/realm"):
        with pytest.raises(SettingsError, match="not this machine"):
            load(public, card(files, issuer=issuer))
    assert load(public, card(files))


def test_attributes_are_read_as_agreed() -> None:
    rules = {
        "name": Attribute(claim="name"),
        "birthdate": Attribute(claim="b", form="YYYY-MM-DD"),
        "sex": Attribute(claim="g", codes={"1": "M"}),
        "address": Attribute(claim="a", form="address"),
    }
    told = {"name": " 神（旧字） ", "b": "2000-02-29", "g": 1, "a": "まど市1"}
    assert mapping.mapped(rules, told) == {
        "name": "神（旧字）",
        "birthdate": "2000-02-29",
        "sex": "M",
        "address": "まど市1",
    }
    assert mapping.mapped(rules, {"g": "9", "a": {}}) == {}
    for bad in ({"b": "2001-02-29"}, {"name": True}, {"name": "x" * 301}, {"b": "２０００-02-29"}):
        with pytest.raises(Unreadable):
            mapping.mapped(rules, bad)
