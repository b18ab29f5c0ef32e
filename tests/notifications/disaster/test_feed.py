"""The poller: what changed only, each message once, the long feed after a gap, our host alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from launcher.product import next_twentieth
from notifications.disaster import polling
from notifications.disaster.feeds import entries
from notifications.disaster.models import (
    DisasterFeed,
    DisasterInForce,
    DisasterMessage,
    DisasterProposal,
)
from notifications.disaster.places import place_of
from notifications.disaster.xml import Unreadable
from portal.core.db import transaction
from portal.core.jobs import tick
from portal.core.settings import SettingsError, load_settings
from standins.jma import messages
from standins.jma.content import JAPAN
from standins.jma.messages import Envelope
from standins.processes import StandinProcess
from tests.conftest import make_settings
from tests.notifications.city import values


def later(minutes: float = 1) -> None:
    """The feeds' last looks lie this much further back."""
    span = timedelta(minutes=minutes)
    with transaction() as session:
        session.execute(
            update(DisasterFeed).values(
                asked_at=DisasterFeed.asked_at - span, heard_at=DisasterFeed.heard_at - span
            )
        )


def asked(agency: StandinProcess) -> list[str]:
    return [
        one["path"].rpartition("/")[2] for one in agency.get("/__standin__/requests")["requests"]
    ]


def actions() -> list[str]:
    return values(select(DisasterProposal.action).order_by(DisasterProposal.created_at))


def give(agency: StandinProcess, family: str, xml: str, ago: float = 0) -> None:
    at = (datetime.now(JAPAN) - timedelta(minutes=ago)).isoformat()
    agency.post("/__standin__/publish", {"family": family, "xml": xml, "at": at})


def around(ago: float = 0, **more: Any) -> Envelope:
    return Envelope(at=datetime.now(JAPAN) - timedelta(minutes=ago), **more)


def test_each_message_is_taken_once_and_only_what_changed_is_asked_for(
    ctx: Flask, agency: StandinProcess
) -> None:
    give(agency, "VPWW55", messages.weather("rain", 4, None, around()))
    polling.poll()
    first = asked(agency)
    assert first[:2] == ["eqvol_l.xml", "extra_l.xml"]  # at first the long feeds
    assert first[2].endswith("_VPWW55_060000.xml")
    polling.poll()
    assert asked(agency) == []  # not twice in a minute
    later()
    polling.poll()
    assert asked(agency) == ["eqvol.xml", "extra.xml"]
    later()
    polling.poll()
    tags = [one["etag"] for one in agency.get("/__standin__/requests")["requests"]]
    assert all(tags), "the short feeds are asked for with what we know"
    assert actions() == ["emergency"]


def test_repeats_rises_and_the_end_of_an_event(ctx: Flask, agency: StandinProcess) -> None:
    steps = ((3, None), (3, 3), (4, 3), (4, 4), (0, 4), (4, None))
    for number, (grade, before) in enumerate(steps):
        ago = len(steps) - number
        give(agency, "VPWW55", messages.weather("rain", grade, before, around(ago)), ago)
        later()
        polling.poll()
    assert actions() == ["notice", "emergency", "emergency"]
    assert values(select(DisasterInForce.grade).where(DisasterInForce.hazard == "rain")) == [4]


def test_drills_leave_no_trace_in_what_is_in_force(ctx: Flask, agency: StandinProcess) -> None:
    give(agency, "VTSE41", messages.tsunami(5, 0, around(1, status="訓練")), 1)
    polling.poll()
    assert actions() == []
    assert values(select(DisasterInForce.grade)) == []
    give(agency, "VTSE41", messages.tsunami(5, 0, around()))  # and then it is real
    later()
    polling.poll()
    assert actions() == ["emergency"]


def test_a_cancellation_corrects_only_what_was_proposed(ctx: Flask, agency: StandinProcess) -> None:
    cancel = messages.cancelled("津波警報・注意報・予報a", "津波注意報", around(3))
    give(agency, "VTSE41", cancel, 3)
    polling.poll()
    assert actions() == []
    give(agency, "VTSE41", messages.tsunami(4, 0, around(2)), 2)
    later()
    polling.poll()
    give(agency, "VTSE41", messages.cancelled("津波警報・注意報・予報a", "津波注意報", around()))
    later()
    polling.poll()
    assert actions() == ["emergency", "correction"]


def test_after_a_gap_the_long_feed_tells_and_old_news_alarms_nobody(
    ctx: Flask, agency: StandinProcess
) -> None:
    polling.poll()
    asked(agency)
    give(agency, "VPWW56", messages.weather("landslide", 5, None, around(60 * 20)), 60 * 20)
    give(agency, "VPWW55", messages.weather("rain", 3, None, around(50)), 50)
    give(agency, "VPWW55", messages.weather("rain", 4, 3, around(40)), 40)
    later(60)
    polling.poll()
    assert "extra_l.xml" in asked(agency)
    assert actions() == ["emergency"]  # level 4 of now; level 3 before it is history
    found = dict(_in_force())
    assert found["landslide"] == 5  # known to be in force, but nobody is woken by it


def _in_force() -> list[tuple[str, int]]:
    with transaction() as session:
        return [(row.hazard, row.grade) for row in session.scalars(select(DisasterInForce))]


def test_broken_messages_are_kept_as_broken_and_stop_nothing(
    ctx: Flask, agency: StandinProcess
) -> None:
    give(agency, "VPWW55", "<Report", 1)
    give(agency, "VPWW57", messages.weather("surge", 4, None, around()))
    polling.poll()
    later()
    polling.poll()
    assert actions() == ["emergency"]
    told = values(select(DisasterMessage.told).order_by(DisasterMessage.reported_at))
    assert [one for one in told if "error" in one] == [
        {"error": "not well-formed XML (ParseError)"}
    ]
    asked(agency)
    later()
    polling.poll()
    assert len(asked(agency)) == 2  # only the feeds


def test_a_feed_that_is_away_is_said_and_asked_again(ctx: Flask, agency: StandinProcess) -> None:
    gone = ctx.extensions["mado.settings"].model_copy(
        update={"JMA_FEED_URL": f"{agency.url}/nothing"}
    )
    real, ctx.extensions["mado.settings"] = ctx.extensions["mado.settings"], gone
    polling.poll()
    assert values(select(DisasterFeed.fault)) == ["status_404", "status_404"]
    ctx.extensions["mado.settings"] = real
    later()
    polling.poll()
    assert values(select(DisasterFeed.fault)) == ["", ""]


def test_only_our_prefecture_and_the_feeds_own_host_are_asked() -> None:
    place, origin = place_of("06204"), "https://feed.example"

    def feed(*addresses: str) -> bytes:
        links = "".join(f'<entry><link href="{one}"/></entry>' for one in addresses)
        return f'<feed xmlns="http://www.w3.org/2005/Atom">{links}</feed>'.encode()

    def name(family: str, office: str) -> str:
        return f"/data/20261120021900_0_{family}_{office}.xml"

    wanted = [origin + name("VPWW55", "060000"), origin + name("VXSE53", "010000")]
    others = [
        origin + name("VPWW55", "320000"),  # another prefecture
        origin + name("VPWW54", "060000"),  # says the same in the old form
        origin + name("VPWS50", "010000"),
        "https://elsewhere.example" + name("VPWW55", "060000"),
        "https://feed.example.elsewhere.example" + name("VPWW55", "060000"),
        f"{origin}/../{quote('x')}.xml",
    ]
    found = entries(feed(*wanted, *others, wanted[0]), place, origin)
    assert sorted(one.address for one in found) == sorted(wanted)
    for broken in (b"", b"<feed", b'<!DOCTYPE f [<!ENTITY a "b">]><feed>&a;</feed>'):
        with pytest.raises(Unreadable):
            entries(broken, place, origin)


def test_the_tick_asks_a_worker_where_a_feed_is_configured(
    ctx: Flask, work: Any, agency: StandinProcess
) -> None:
    give(agency, "VXSE53", messages.earthquake("6+", around(event="20261120120000")))
    tick()
    work()
    assert actions() == ["emergency"]


def test_without_a_feed_nothing_is_asked(ctx: Flask, agency: StandinProcess) -> None:
    for update_ in (
        {"JMA_FEED_URL": ""},
        {"JMA_AREA": "", "CITY_CODE": ""},
        {"JMA_AREA": "どこか"},
    ):
        before = ctx.extensions["mado.settings"]
        ctx.extensions["mado.settings"] = before.model_copy(update=update_)
        polling.poll()
        ctx.extensions["mado.settings"] = before
    assert asked(agency) == []


def test_ticks_come_at_about_second_twenty() -> None:
    moment = next_twentieth()
    assert moment.second == 20
    ahead = (moment - datetime.now(UTC)).total_seconds()
    assert 29 <= ahead <= 91


def test_a_public_city_asks_the_agency_by_https_only(tmp_path: Any) -> None:
    local = make_settings("postgresql+psycopg://x/y", "redis://127.0.0.1:1", tmp_path)
    values_ = {name: str(value) for name, value in local.model_dump().items()}
    official = {
        "PUBLIC_URL": "https://my.city.example", "STAFF_URL": "https://desk.city.example",
        "LINE_AUTHORIZE_URL": "https://line.example", "LINE_API_URL": "https://line.example",
        "LINE_DATA_URL": "https://line.example", "LIFF_URL": "https://line.example",
    }  # fmt: skip
    with pytest.raises(SettingsError, match="JMA_FEED_URL must be https"):
        load_settings(**(values_ | official | {"JMA_FEED_URL": "http://localhost:8060/x"}))


def test_old_messages_that_led_to_nothing_are_forgotten(ctx: Flask, agency: StandinProcess) -> None:
    give(agency, "VPWW61", messages.weather("other", 2, None, around(2)), 2)
    give(agency, "VPWW55", messages.weather("rain", 4, None, around(1)), 1)
    polling.poll()
    with transaction() as session:
        session.execute(
            text("UPDATE disaster_messages SET received_at = now() - interval '1 year'")
        )
        session.execute(text("UPDATE disaster_in_force SET grade = 0 WHERE hazard = 'thunder'"))
    later(600)
    polling.poll()
    assert len(values(select(DisasterMessage.id))) == 1
    assert actions() == ["emergency"]
