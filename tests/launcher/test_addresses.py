"""Ports: free ones are kept, taken ones are replaced, and every address follows."""

import json
import socket
from dataclasses import fields
from pathlib import Path

import pytest

from launcher import welcome
from launcher.addresses import Addresses, choose, is_free, wanted_with
from launcher.environment import is_deployment, product_environment, with_settings
from launcher.keys import MAKERS, load_or_make
from launcher.places import Places, rotate
from launcher.standin_config import line_platform, read_demo, write_configs
from portal.core.settings import Settings, load_settings

KEYS = {name: f"value of {name}" for name in MAKERS}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places.under(tmp_path / "data")
    made.make()
    return made


def listener(host: str = "127.0.0.1") -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    busy = socket.socket(family, socket.SOCK_STREAM)
    busy.bind((host, 0))
    busy.listen(1)
    return busy


def test_a_taken_port_is_replaced_and_the_others_stay() -> None:
    with listener() as busy:
        port = busy.getsockname()[1]
        chosen = choose(wanted_with(port))
        assert chosen.portal != port
        assert chosen.replaced(wanted_with(port))["portal"] == (port, chosen.portal)


def test_a_listener_on_every_interface_takes_the_port() -> None:
    with listener("0.0.0.0") as busy:
        assert not is_free(busy.getsockname()[1])


def test_no_two_processes_get_one_port() -> None:
    chosen = choose(Addresses(9001, 9001, 9001, 9001, 9001))
    ports = [chosen.portal, chosen.line, chosen.mail_web, chosen.mail_smtp, chosen.city_tool]
    assert len(set(ports)) == len(ports)


def test_every_registered_address_follows_a_replaced_port() -> None:
    addresses = Addresses(portal=8123, line=8456)
    told = line_platform(addresses, KEYS, {})
    assert told["login_channel"]["redirect_uris"] == ["http://localhost:8123/sign-in/line/callback"]
    assert told["messaging_channel"]["webhook_url"] == "http://localhost:8123/webhooks/line"
    assert told["public_url"] == "http://localhost:8456"
    assert "8000" not in json.dumps(told)


def test_printed_addresses_follow_too(places: Places) -> None:
    addresses = Addresses(portal=8123, line=8456, mail_web=8457)
    printed = welcome.text(places, addresses, {}, addresses.replaced(Addresses()))
    assert "http://localhost:8123" in printed
    assert "http://staff.localhost:8123/staff" in printed
    assert "ポート 8000 は使用中のため 8123" in printed
    assert "http://localhost:8456" in printed
    assert "http://localhost:8000" not in printed


def test_every_port_that_is_replaced_is_named(places: Places) -> None:
    ports = [one.name for one in fields(Addresses)]
    addresses = Addresses(**{name: 9001 + number for number, name in enumerate(ports)})
    printed = welcome.text(places, addresses, {}, addresses.replaced(Addresses()))
    assert printed.count("は使用中のため") == len(ports)


def test_the_welcome_names_residents_and_clerks(places: Places) -> None:
    demo = {
        "residents": [{"name": "さくら", "note": "母・子ども2人"}],
        "clerks": [{"name": "子育て課", "email": "kosodate@city.example"}],
    }
    printed = welcome.text(places, Addresses(), demo, {})
    assert "さくら · 母・子ども2人" in printed
    assert "kosodate@city.example" in printed
    assert "認証アプリ" in printed


def test_the_settings_accept_the_environment(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The names are those the product reads; secrets go by file."""
    load_or_make(places.secrets)
    made = product_environment(
        places, Addresses(portal=8123, line=8456), "postgresql+psycopg:///x", "unix:///y"
    )
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.PUBLIC_URL == "http://localhost:8123"
    assert settings.LINE_API_URL == settings.FRAME_ANCESTORS == "http://localhost:8456"
    assert settings.staff_hosts == {"staff.localhost:8123", "127.0.0.1:8123"}
    known = {name for name in made if name.removesuffix("_FILE") in Settings.model_fields}
    assert set(made) - known == {"MADO_DATA"}
    assert not any(value in json.dumps(made) for value in load_or_make(places.secrets).values())


def test_our_settings_replace_both_spellings_of_the_operators() -> None:
    given = {"SECRET_KEY": "theirs", "DATABASE_URL_FILE": "/theirs", "HOME": "/home"}
    made = {"SECRET_KEY_FILE": "/ours", "DATABASE_URL": "ours"}
    assert with_settings(given, made) == {**made, "HOME": "/home"}


def test_a_deployment_is_known_by_its_public_url() -> None:
    assert is_deployment({"PUBLIC_URL": "https://mado.example"})
    assert is_deployment({"PUBLIC_URL_FILE": "/run/secrets/public-url"})
    assert not is_deployment({"DATABASE_URL": "postgresql+psycopg://db.example/mado"})


def test_the_answers_socket_fits_into_a_long_path(tmp_path: Path) -> None:
    places = Places.under(tmp_path / ("窓口" * 20))
    places.make()
    made = product_environment(places, Addresses(), "", "")
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(made["ANSWERS_SOCKET"])
    Path(made["ANSWERS_SOCKET"]).unlink()
    Path(made["ANSWERS_SOCKET"]).parent.rmdir()


def test_secrets_are_made_once_and_only_the_owner_reads_them(places: Places) -> None:
    first = load_or_make(places.secrets)
    assert load_or_make(places.secrets) == first
    assert len(set(first.values())) == len(first)
    for name in MAKERS:
        assert (places.secrets / name).stat().st_mode & 0o777 == 0o600
    assert places.secrets.stat().st_mode & 0o777 == 0o700


def test_channel_secrets_for_the_stand_in_are_owner_only(places: Places) -> None:
    write_configs(places, Addresses(), KEYS)
    assert (places.standins / "line_platform.json").stat().st_mode & 0o777 == 0o600


def test_demo_residents_reach_the_phone(places: Places) -> None:
    people = [
        {"name": "さくら", "line_user_id": "U" + "1" * 32, "friend": False},
        {"name": "つばき", "email": "tsubaki@mail.example"},
    ]
    places.demo.write_text(json.dumps({"residents": people}))
    told = line_platform(Addresses(), KEYS, read_demo(places))
    assert told["residents"] == [
        {"user_id": "U" + "1" * 32, "display_name": "さくら", "friend": False}
    ]


def test_the_line_platform_reads_what_we_write(places: Places) -> None:
    from standins.line_platform import config

    people = [{"name": "さくら", "line_user_id": "U" + "1" * 32}]
    places.demo.write_text(json.dumps({"residents": people}))
    write_configs(places, Addresses(line=8456), load_or_make(places.secrets))
    read = config.load(places.standins / "line_platform.json")
    assert read.public_url == "http://localhost:8456"
    assert read.knows("U" + "1" * 32)


def test_a_full_log_is_put_aside_while_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "portal.log"
    with log.open("a") as writer:
        writer.write("before\n" * 3)
        writer.flush()
        rotate(log, limit=10)
        writer.write("after\n")
    assert log.read_text() == "after\n"
    assert (tmp_path / "portal.log.1").read_text() == "before\n" * 3
