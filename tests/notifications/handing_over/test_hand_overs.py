"""A resident agrees, clerks and tools take, the resident sees it and takes it back."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from auth.identities import EMAIL, Identity
from auth.provider import clients
from auth.staff.roles import ROLES
from notifications.handing_over import defining, giving
from notifications.handing_over.defining import Wanted
from notifications.handing_over.models import (
    HandOverConsent,
    HandOverEvent,
    HandOverRow,
    HandOverToken,
)
from portal.core.audit import AuditEntry
from portal.core.clock import now
from portal.core.db import read, transaction
from portal.core.errors import Conflict, NotFound
from portal.residents.models import Person, Resident
from tests.browser import Browser
from tests.notifications.city import WRITER, line_id, resident, sign_in, values

HOST = "http://localhost:8000"
MAY = frozenset({"handover.manage"})
CLIENT = {
    "name": "KANAMETO",
    "redirect_uris": ["https://tool.example/back"],
    "scopes": [],
    "sector": "",
}


@pytest.fixture
def clerk(app: Flask) -> Browser:
    return sign_in(app, "staff", WRITER, MAY)


class Tool:
    """A tool's server with its own secret."""

    def __init__(self, app: Flask, inside: Any) -> None:
        self.client = app.test_client()
        self.id, self.secret = inside(self._add)
        self.token = ""

    @staticmethod
    def _add() -> tuple[str, str]:
        with transaction() as session:
            made, secret = clients.add(session, auth_method="client_secret_basic", **CLIENT)
        assert secret is not None
        return made.client_id, secret

    def ask_token(self, secret: str | None = None, **form: str) -> Any:
        pair = f"{self.id}:{secret or self.secret}".encode()
        answer = self.client.post(
            "/api/hand-overs/token",
            base_url=HOST,
            data={"grant_type": "client_credentials"} | form,
            headers={"Authorization": f"Basic {base64.b64encode(pair).decode()}"},
        )
        if answer.status_code == 200:
            self.token = answer.json["access_token"]
        return answer

    def get(self, hand_over_id: UUID, query: str = "", token: str | None = None) -> Any:
        return self.client.get(
            f"/api/hand-overs/{hand_over_id}?{query}",
            base_url=HOST,
            headers={"Authorization": f"Bearer {token or self.token}"},
        )


@pytest.fixture
def tool(app: Flask, inside: Any) -> Tool:
    return Tool(app, inside)


def defined(client_id: str | None = None, address: str = "line", **more: Any) -> UUID:
    values = {"format": "csv", "encoding": "utf-8", "names": {"address": "userId"}} | more
    wanted = Wanted(
        "KANAMETO", "催しの案内", address, ("language", "子育て"), client_id=client_id, **values
    )
    with transaction() as session:
        return defining.define(session, WRITER, wanted).id


def agreed(hand_over_id: UUID, *people: UUID) -> None:
    with transaction() as session:
        for who in people:
            defining.agree(session, hand_over_id, who, "ja")


def withdrawn(hand_over_id: UUID, who: UUID) -> None:
    with transaction() as session:
        defining.withdraw(session, hand_over_id, who)


def interested(who: UUID, *interests: str) -> None:
    card = update(Person).where(Person.resident_id == who, Person.relation == "self")
    read().execute(card.values(interests=list(interests)))


def test_a_resident_agrees_a_clerk_takes_the_file_with_a_reason(
    app: Flask, inside: Any, clerk: Browser
) -> None:
    who, other = inside(resident, line=1), inside(resident, line=2)
    inside(interested, who, "子育て")
    clerk.get("/staff/hand-overs/new?lang=ja")
    words: dict[str, Any] = {"tool": "KANAMETO", "purpose": "催しの案内を送ります。"}
    page = clerk.submit("保存", names="address = =1", given=["子育て"], **words)
    assert page.status == 422 and any("列の名前" in each for each in page.errors)
    page = clerk.submit("保存", names="address = userId", encoding="utf-8-sig", **words)
    assert page.heading == "KANAMETO"
    at = page.path
    page = clerk.submit("ファイルを取り出す", reason="")
    assert page.status == 422

    hand = sign_in(app, "resident", who)
    page = hand.get("/hand-overs?lang=ja")
    assert "催しの案内を送ります。" in page.text and "LINEの利用者番号、子育て" in page.text
    page = hand.submit("このツールに渡してよい")
    assert "まだ何も渡していません" in page.text
    clerk.get(at)
    page = clerk.submit("ファイルを取り出す", reason="12月の催しのため")
    lines = page.response.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "id,state,userId,子育て"
    assert len(lines) == 2 and lines[1].endswith(f",active,{line_id(1)},1")
    assert line_id(2) not in page.html and other
    assert page.response.headers["Cache-Control"] == "no-store"
    page = clerk.get(at)
    assert "12月の催しのため" in page.text
    page = clerk.submit("ファイルを取り出す", reason="もう一度")
    assert len(page.response.data.decode("utf-8-sig").splitlines()) == 1  # nothing changed
    page = hand.get("/hand-overs")
    assert "最後に渡した日時" in page.text
    page = hand.submit("取り下げる")
    assert "削除を伝えます" in page.text
    clerk.get(at)
    page = clerk.submit("ファイルを取り出す", reason="変更分")
    assert page.response.data.decode("utf-8-sig").splitlines()[1].split(",")[1:] == [
        "deleted",
        "",
        "",
    ]
    actions = inside(
        values, select(AuditEntry.action).where(AuditEntry.subject_kind == "hand_over")
    )
    assert actions.count("hand_over.exported") == 3 and "hand_over.withdrawn" in actions
    events = inside(values, select(HandOverEvent.reason).order_by(HandOverEvent.at))
    assert events == ["12月の催しのため", "もう一度", "変更分"]


def test_a_tool_takes_changes_page_by_page_and_hears_of_deletions(inside: Any, tool: Tool) -> None:
    people = [inside(resident, line=number) for number in range(1, 6)]
    hand_over_id = inside(defined, tool.id)
    inside(agreed, hand_over_id, *people[:4])
    assert tool.ask_token().json["expires_in"] == 600
    first = tool.get(hand_over_id, "limit=3").json
    second = tool.get(hand_over_id, f"limit=3&cursor={first['cursor']}").json
    assert (len(first["items"]), first["more"]) == (3, True)
    assert (len(second["items"]), second["more"]) == (1, False)
    got = {each["userId"]: each["id"] for each in first["items"] + second["items"]}
    assert set(got) == {line_id(number) for number in range(1, 5)}
    assert set(first["items"][0]) == {"id", "state", "userId", "language", "子育て"}
    assert tool.get(hand_over_id, f"cursor={second['cursor']}").json["items"] == []

    inside(withdrawn, hand_over_id, people[0])  # a page amid many gives nobody who took it back
    amid = tool.get(hand_over_id, "limit=2").json
    assert (
        amid["more"] and {e["id"]: e["state"] for e in amid["items"]}[got[line_id(1)]] == "deleted"
    )
    times = select(HandOverRow.times).where(HandOverRow.resident_id == people[0])
    assert inside(values, times) == [1]  # a word to delete is no giving
    inside(agreed, hand_over_id, people[0])

    inside(interested, people[0], "子育て")
    inside(withdrawn, hand_over_id, people[1])
    inside(lambda: read().execute(delete(Resident).where(Resident.id == people[2])))
    leaves = update(Resident).where(Resident.id == people[3])
    inside(lambda: read().execute(leaves.values(left_at=now())))
    inside(agreed, hand_over_id, people[4])
    news = tool.get(hand_over_id, f"cursor={second['cursor']}").json
    said = {each["id"]: each["state"] for each in news["items"]}
    assert [each["子育て"] for each in news["items"] if each["id"] == got[line_id(1)]] == ["1"]
    assert all(said[got[line_id(number)]] == "deleted" for number in (2, 3, 4))
    assert [each["userId"] for each in news["items"] if each["state"] == "active"] == [
        line_id(1),
        line_id(5),
    ]
    fresh = tool.get(hand_over_id).json["items"]
    assert {each["userId"] for each in fresh} == {line_id(1), line_id(5)}
    inside(agreed, hand_over_id, people[1])  # back again, under the same id
    back = tool.get(hand_over_id, f"cursor={news['cursor']}").json["items"]
    assert [(each["id"], each["state"]) for each in back] == [(got[line_id(2)], "active")]

    def stop() -> None:
        with transaction() as session:
            defining.stop(session, hand_over_id)

    inside(stop)
    with pytest.raises(Conflict):
        inside(stop)
    last = tool.get(hand_over_id, f"cursor={news['cursor']}").json["items"]
    assert {each["state"] for each in last} == {"deleted"} and len(last) == 3
    assert (
        inside(values, select(HandOverConsent.id).where(HandOverConsent.ended_at.is_(None))) == []
    )


def test_strangers_and_hostile_requests_get_nothing(inside: Any, app: Flask, tool: Tool) -> None:
    who = inside(resident, line=1)
    hand_over_id = inside(defined, tool.id)
    inside(agreed, hand_over_id, who)
    assert tool.ask_token("wrong").status_code == 401
    assert tool.ask_token(grant_type="password").json["error"] == "unsupported_grant_type"
    stranger = Tool(app, inside)
    assert stranger.ask_token().json["error"] == "unauthorized_client"
    theirs = inside(defined, stranger.id)
    assert stranger.ask_token().status_code == 200
    assert tool.ask_token().status_code == 200
    assert tool.get(theirs).status_code == 404
    assert stranger.get(hand_over_id).status_code == 404
    assert tool.get(uuid4()).status_code == 404
    for query in (
        "cursor=-1",
        "cursor=1'--",
        "cursor=９",
        "limit=0",
        "limit=1001",
        "cursor=" + "9" * 40,
    ):
        assert tool.get(hand_over_id, query).status_code == 400, query
    for token in ("x", "' OR 1=1", "é", "a" * 5000):
        assert tool.get(hand_over_id, token=token).status_code == 401
    assert tool.client.get(f"/api/hand-overs/{hand_over_id}", base_url=HOST).status_code == 401
    assert tool.get(hand_over_id).status_code == 200
    late = update(HandOverToken).values(expires_at=now() - timedelta(seconds=1))
    inside(lambda: read().execute(late))
    assert tool.get(hand_over_id).status_code == 401
    tool.ask_token()
    gone = update(clients.Client).where(clients.Client.id == UUID(tool.id))
    inside(lambda: read().execute(gone.values(stopped_at=now())))
    assert tool.get(hand_over_id).status_code == 401
    assert tool.ask_token().status_code == 401
    entries = inside(values, select(AuditEntry.details))
    assert not any(line_id(1) in str(each) for each in entries)


def test_only_who_may_sees_the_staff_pages_and_only_own_consents_count(
    app: Flask, inside: Any
) -> None:
    holders = {role for role, may in ROLES.items() if "handover.manage" in may}
    assert holders == {"administrator"}
    hand_over_id = inside(defined)
    other = sign_in(app, "staff", WRITER, frozenset({"notices.write"}))
    assert other.get(f"/staff/hand-overs/{hand_over_id}").status == 403
    with pytest.raises(NotFound):
        inside(agreed, uuid4(), inside(resident, line=1))
    nobody = inside(resident, mail="no-line@mail.example")
    inside(agreed, hand_over_id, nobody)
    inside(agreed, hand_over_id, nobody)  # harmless twice

    def taken() -> Any:
        with transaction() as session:
            return giving.delta(session, hand_over_id, 0, 10)

    assert inside(taken).records == []  # no LINE account to hand over
    for faulty in ({"fields": ("birthdate",)}, {"address": "phone"}, {"tool": ""}):
        with pytest.raises(defining.FaultyHandOver):
            inside(_define_raw, **faulty)
    with pytest.raises(defining.FaultyHandOver):
        inside(defined, str(uuid4()))


def _define_raw(**more: Any) -> None:
    given: dict[str, Any] = {
        "tool": "t",
        "purpose": "p",
        "address": "line",
        "fields": (),
        "format": "csv",
        "encoding": "utf-8",
        "names": {},
    }
    with transaction() as session:
        defining.define(session, WRITER, Wanted(**(given | more)))


def test_addresses_a_file_can_not_hold_are_counted_and_told_by_the_interface(
    inside: Any, clerk: Browser, tool: Tool
) -> None:
    who = inside(resident, mail="plain@mail.example")
    odd = inside(resident, mail="=1+1@mail.example")
    hand_over_id = inside(defined, tool.id, "email")
    inside(agreed, hand_over_id, who, odd)
    clerk.get(f"/staff/hand-overs/{hand_over_id}?lang=ja")
    page = clerk.submit("ファイルを取り出す", reason="試し", what="all")
    assert "plain@mail.example" in page.html and "=1+1" not in page.html
    assert inside(values, select(HandOverEvent.left_out)) == [1]
    given = select(HandOverRow.resident_id).where(HandOverRow.times > 0)
    assert inside(values, given) == [who]
    tool.ask_token()
    found = {each["userId"] for each in tool.get(hand_over_id).json["items"]}
    assert found == {"plain@mail.example", "=1+1@mail.example"}
    new = update(Identity).where(Identity.resident_id == who, Identity.issuer == EMAIL)
    inside(lambda: read().execute(new.values(subject="new@mail.example")))
    assert "new@mail.example" in {e["userId"] for e in tool.get(hand_over_id).json["items"]}
