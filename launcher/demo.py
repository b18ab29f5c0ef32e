"""`./mado demo`: the demo city's people, or a plausible population of any size."""

from __future__ import annotations

import json
import os
import time
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from launcher import demo_reports, demo_website
from launcher.demo_people import CLERKS, NEWCOMERS, DemoResident, demo_residents
from launcher.places import Places
from launcher.standin_config import read_demo


@click.command()
@click.option("--city", is_flag=True, help="The demo city: residents, clerks, a first notice.")
@click.option("--tool", is_flag=True, help="Connect the demo city tool, where it is today.")
@click.option("--residents", type=click.IntRange(1, 1_000_000), help="This many plausible ones.")
@click.option("--seed", default=1, show_default=True, help="The same seed, the same people.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def demo(city: bool, tool: bool, residents: int | None, seed: int, as_json: bool) -> None:
    """Fill a database with demo people. Refused where the portal is reachable from outside."""
    from launcher.product import application

    if not city and not tool and not residents:
        raise click.UsageError("say --city, --tool or --residents NUMBER")
    app = application()
    if app.extensions["mado.settings"].refuses_stand_ins:
        raise click.ClickException("This portal is reachable from outside: no demo people here.")
    told: dict[str, Any] = {}
    with app.app_context():
        if city:
            told["city"] = fill_city()
        if tool:
            told["tool"] = connect_tool()
        if residents:
            told["population"] = fill_population(residents, seed)
    click.echo(json.dumps(told, ensure_ascii=False, indent=1) if as_json else _summary(told))


def fill_population(number: int, seed: int) -> dict[str, Any]:
    """`number` households by COPY; returns rows per table and seconds."""
    from launcher.population import Population, load
    from portal.catalogue.load import load_catalogue
    from portal.core.clock import today

    started = time.perf_counter()
    districts = list(load_catalogue().districts)
    counts = load(Population(today(), districts, seed=seed).households(number))
    return counts | {"seconds": round(time.perf_counter() - started, 1)}


def fill_city() -> dict[str, Any]:
    """The demo residents and clerks; writes demo.json for the welcome and the stand-ins."""
    from portal.core.clock import today
    from portal.core.settings import Settings
    from portal.search.indexing import refresh

    app_settings: Settings = _settings()
    people = [_settle(one, today()) for one in demo_residents(today())]
    newcomers = [
        {
            "name": name,
            "note": note,
            "note_en": note_en,
            "line_user_id": _line_id(name),
            "friend": f,
        }
        for name, note, note_en, f in NEWCOMERS
    ]
    clerks = [_employ(*clerk) for clerk in CLERKS]
    told = {
        "city": app_settings.CITY_NAME,
        "residents": [p["told"] for p in people] + newcomers,
        "clerks": [c["told"] for c in clerks],
        "authenticator": [x["app"] for x in [*people, *clerks] if x["app"]],
        "quota": {"type": "limited", "value": 30_000},
    }
    by_address = {c["told"]["email"]: c["id"] for c in clerks}
    _greet(by_address["author@city.example"], by_address["approver@city.example"], len(people))
    demo_website.fill()
    demo_reports.fill()
    refresh()  # or the first minute's searches would find nothing
    places = Places.under()
    if places.data.exists():
        _write(places.demo, told)
    return told


def connect_tool() -> dict[str, str]:
    """The demo tool is a client of the provider; demo.json keeps what it proves itself with."""
    from launcher.demo_tool import connect

    places = Places.under()
    told = read_demo(places)
    told["city_tool"] = connect(_settings().OUTSIDE_SITES_URL, told.get("city_tool", {}))
    if places.data.exists():
        _write(places.demo, told)
    return {name: value for name, value in told["city_tool"].items() if name != "client_secret"}


def _settings() -> Any:
    from flask import current_app

    return current_app.extensions["mado.settings"]


def _settle(one: DemoResident, today: date) -> dict[str, Any]:
    """Register, agree to the terms, fill in the family."""
    from auth import authenticators, consents
    from auth.registration import register_resident
    from portal.core.db import transaction
    from portal.residents.family import Card as FamilyCard
    from portal.residents.family import add_person, set_profile

    secret = authenticators.new_secret() if one.authenticator else None
    email = f"{_romaji(one.nickname)}@resident.example" if one.email else None
    line = _line_id(one.nickname) if one.line else None
    with transaction() as session:
        resident_id = register_resident(session, line_user_id=line, email=email, totp_secret=secret)
        consents.agree(session, resident_id, "ja")
        for card in one.cards:
            if card.relation == "self":
                set_profile(
                    session,
                    resident_id,
                    nickname=card.nickname,
                    birthdate=card.born,
                    sex=card.sex,
                    district=one.district,
                )
            else:
                add_person(
                    session,
                    resident_id,
                    FamilyCard(
                        relation=card.relation,
                        nickname=card.nickname,
                        birthdate=card.born,
                        sex=card.sex,
                        district=one.district,
                        expected_on=card.expected,
                    ),
                )
    told = {"name": one.nickname, "email": email or "", "note": one.note, "note_en": one.note_en}
    if line:
        told |= {"line_user_id": line}
    app = {"label": f"まど市 {one.nickname}", "secret": secret} if secret else None
    return {"id": resident_id, "told": told, "app": app}


def _employ(email: str, name: str, roles: tuple[str, ...]) -> dict[str, Any]:
    from auth.staff.accounts import add_staff
    from portal.core.db import transaction

    with transaction() as session:
        account = add_staff(session, email=email, name=name, roles=roles)
    return {
        "id": account.id,
        "told": {"name": name, "email": email, "note": "・".join(roles)},
        "app": {"label": f"まど市職員 {email}", "secret": account.totp_secret},
    }


def _greet(author: UUID, approver: UUID, counted: int) -> None:
    """One notice that went the whole way, so that no inbox is empty on the first day."""
    from notifications.notices import writing
    from notifications.notices.models import Notice
    from portal.core.db import transaction

    draft = writing.Draft.read(
        {
            "topic": "other",
            "variants": {
                "ja": {
                    "title": "まど市の窓口が開きました",
                    "body": "マイページで、ご家族に必要な手続きを確かめられます。\n"
                    "わからないことは、このトークかウェブで質問してください。",
                },
                "en": {
                    "title": "The city's window is open",
                    "body": "My Page shows what your family needs to do.\n"
                    "Ask anything in this talk or on the web.",
                },
            },
            "link": "/my",
            "segment": {"all": []},
        }
    )
    with transaction() as session:
        notice = writing.write(session, author, draft)
        writing.submit(session, notice.id, author, counted=counted)
    with transaction() as session:
        writing.approve(session, notice.id, approver, version=notice.version, counted=counted)
        # A demo begun at night must not wait for the end of the quiet hours.
        session.get_one(Notice, notice.id).starts_at = None


def _line_id(name: str) -> str:
    """A LINE user id of the right shape that is the same at every start."""
    import hashlib

    return "U" + hashlib.sha256(f"mado demo {name}".encode()).hexdigest()[:32]


def _romaji(nickname: str) -> str:
    known = {
        "さくら": "sakura",
        "けやき": "keyaki",
        "つばき": "tsubaki",
        "かえで": "kaede",
        "あやめ": "ayame",
    }
    return known[nickname]


def _write(file: Path, told: dict[str, Any]) -> None:
    """Owner-only: authenticator secrets of the demo are in it."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        json.dump(told, target, ensure_ascii=False, indent=1)


def _summary(told: dict[str, Any]) -> str:
    lines = []
    if "city" in told:
        people = told["city"]
        lines.append(f"{len(people['residents'])} residents, {len(people['clerks'])} clerks")
    if "tool" in told:
        lines.append(f"city tool connected at {told['tool']['registered_at']}")
    if "population" in told:
        lines.append(", ".join(f"{k} {v}" for k, v in told["population"].items()))
    return "\n".join(lines)
