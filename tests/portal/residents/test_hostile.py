"""A hostile ex-partner who shares a child: what they can not see, not do, and not come back to."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from auth import identities
from portal.catalogue.load import load_catalogue
from portal.core.clock import today
from portal.core.db import read, transaction
from portal.core.errors import Forbidden, NotFound
from portal.core.web.access import access_of
from portal.mypage import acts
from portal.mypage.relatives import relatives_of
from portal.mypage.whose import tells_of_home
from portal.residents import inviting, sharing
from portal.residents.family import Card, add_person, own_person
from portal.residents.models import Person, Relation
from portal.residents.sharing_models import CardChange, CardInvitation, CardShare
from tests.browser import Browser
from tests.portal.residents.homes import CHECK, CHECK_KEY, Homes, link_of, post

MOVE = "move_in"  # an act about it tells of a new home


def do(app: Flask, act: Any, *args: Any, **more: Any) -> Any:
    with app.test_request_context(), transaction() as session:
        return act(session, *args, **more)


@pytest.fixture
def secrets(homes: Homes) -> list[str]:
    """Everything of the other household, in words a page could show."""
    do(homes.app, identities.add, homes.a, "email", "ajisai@mado.example")
    do(homes.app, identities.add, homes.a, "line", "U" + "a" * 32)
    with homes.app.app_context(), transaction() as session:
        child = session.get_one(Person, homes.child)
        child.facts = {"moved_in": today().isoformat()}
        child.interests = ["ペット"]
    do(homes.app, acts.complete, homes.a, homes.child, MOVE, "")
    with homes.app.app_context():
        moving = load_catalogue().service(MOVE)
        assert tells_of_home(moving)
    return ["あじさい", "ぼたん", "みなと", "ajisai", "U" + "a" * 32, str(homes.a)]


def pages(app: Flask, person: UUID) -> list[str]:
    """Every page of the residents' face that can be opened about a card, or about oneself."""
    values = {"person_id": str(person), "key": CHECK_KEY, "relation": "child"}
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        mine = access and "resident" in access.faces and "unknown" not in access.faces
        if mine and "GET" in (rule.methods or ()) and set(rule.arguments) <= set(values):
            _, path = rule.build({name: values[name] for name in rule.arguments}) or ("", "")
            found.append(path)
    return [path for path in found if "sign" not in path and "/account/leave" not in path]


def plain(html: str) -> str:
    """A page without what is new on every page: tokens and the number of the request."""
    main = html.split("<main", 1)[-1].split("</main>")[0]
    found = re.sub(r'csrf_token" value="[^"]+"', "", main)
    found = re.sub(r"DTSTAMP:\w+", "", found)
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", found)


def everything(browser: Browser, app: Flask, person: UUID) -> dict[str, str]:
    """What all those pages say, with their sources."""
    said = {}
    for path in pages(app, person):
        answer = browser.client.get(path, base_url=browser.base)
        said[path] = answer.get_data(as_text=True)
    return said


def test_no_page_tells_of_the_other_household(homes: Homes, secrets: list[str]) -> None:
    said = everything(homes.browser(homes.b), homes.app, homes.child)
    assert "あおば" in said["/family"]
    assert "あおば" in said["/my"]
    assert f"/family/{homes.child}" in said
    for path, html in said.items():
        home = html.split("<main", 1)[-1]
        for secret in secrets:
            if secret == "みなと" and path == "/garbage/districts":
                continue  # it lists every district to everybody
            # Every form offers all districts; which one is chosen is the matter.
            chosen = f"selected>{secret}" if secret == "みなと" and "<select" in home else secret
            assert chosen not in home, f"{secret} on {path}"


def test_the_card_itself_says_nothing_of_the_other_home(homes: Homes, secrets: list[str]) -> None:
    with homes.app.test_request_context():
        [child] = [r for r in relatives_of(homes.b, today()) if r.id == homes.child]
        assert child.person.district == "ekimae"  # one's own
        assert not child.person.facts
        assert not child.person.interests
        assert (MOVE, "") not in child.acts
        [mine] = [r for r in relatives_of(homes.a, today()) if r.id == homes.child]
        assert (MOVE, "") in mine.acts
    assert "転入" not in homes.browser(homes.b).get("/my/done").text


def test_when_the_other_signed_in_is_not_told(homes: Homes) -> None:
    homes.browser(homes.a).get("/my")
    before = everything(homes.browser(homes.b), homes.app, homes.child)
    homes.browser(homes.a).get("/family")
    after = everything(homes.browser(homes.b), homes.app, homes.child)

    about = [path for path in before if path.startswith(("/my", "/family", "/todos", "/services"))]
    assert f"/family/{homes.child}/sharing" in about
    for path in about:
        assert plain(after[path]) == plain(before[path]), path


@pytest.mark.parametrize(
    "path",
    [
        "/family/{child}/removal",
        "/family/{child}/sharing/{share}/end",
        "/family/{child}/hand-over",
    ],
)
def test_the_child_can_not_be_taken_from_the_owner(homes: Homes, path: str) -> None:
    share = homes.share_of(homes.b)
    b = homes.browser(homes.b)
    assert post(b, path.format(child=homes.child, share=share), name="けやき").status == 403
    assert CHECK in homes.browser(homes.a).get("/my").text
    card = homes.card()
    assert card and card.resident_id == homes.a


def test_hiding_and_silencing_reach_the_own_page_only(homes: Homes) -> None:
    b = homes.browser(homes.b)
    post(b, f"/family/{homes.child}/silence")
    post(b, f"/family/{homes.child}/moved-away")
    assert CHECK not in b.get("/my").text
    assert CHECK in homes.browser(homes.a).get("/my").text
    card = homes.card()
    assert card and card.silenced_at is None and "elsewhere" not in card.facts
    post(b, f"/family/{homes.child}/silence/undo")
    assert CHECK in b.get("/my").text


def test_what_the_owner_has_done_can_not_be_undone(homes: Homes) -> None:
    do(homes.app, acts.complete, homes.a, homes.child, CHECK_KEY, "")
    b = homes.browser(homes.b)
    assert "元にもどす" not in b.get("/my/done").text
    answer = post(b, f"/todos/{homes.child}/{CHECK_KEY}/undo", occurrence="")
    assert answer.status == 403
    assert CHECK in homes.browser(homes.a).get("/my/done").text


def test_a_third_person_comes_in_with_the_owners_yes_only(homes: Homes) -> None:
    b = homes.browser(homes.b)
    b.get(f"/family/{homes.child}/sharing")
    page = b.submit("リンクを作る", name="けやき")
    assert page.status == 201 and "「はい」と答えるまで" in page.text
    link = link_of(page.html)
    third = homes.browser(homes.stranger)
    waiting = third.get(link)
    assert "返事を待っています" in waiting.text
    assert not waiting.root.all("main")[0].all("form")
    with pytest.raises(inviting.WaitsForYes):
        do(homes.app, inviting.accept, homes.stranger, link.rsplit("/", 1)[1], "もみじ")
    b.get(f"/family/{homes.child}/sharing")
    assert "はい、共有してよい" not in b.page.text  # type: ignore[union-attr]
    with homes.app.app_context():
        invitation = read().execute(select(CardInvitation.id)).scalar_one()
    assert post(b, f"/family/invitations/{invitation}/agreement").status == 403
    a = homes.browser(homes.a)
    assert "あなたの返事待ち" in a.get(f"/family/{homes.child}/sharing").text
    a.submit("はい、共有してよい")
    third.get(link)
    assert "共有: すみれ、けやき" in third.submit("いっしょに使う", name="もみじ").text


def test_a_birthdate_is_not_changed_silently(homes: Homes) -> None:
    b = homes.browser(homes.b)
    was = homes.card()
    assert was and was.birthdate
    b.get(f"/family/{homes.child}")
    assert "もう一人の保護者に見えます" in b.page.text  # type: ignore[union-attr]
    assert "住んでいる地区" not in b.page.text  # type: ignore[union-attr]
    parts = {"birthdate-year": "2020", "birthdate-month": "1", "birthdate-day": "1"}
    b.submit("保存", **parts)
    now_ = homes.card()
    assert now_ and now_.birthdate == date(2020, 1, 1)
    assert now_.district == "minato"
    a = homes.browser(homes.a)
    page = a.get("/family")
    assert "もう一人の保護者（けやき）が" in page.text
    assert f"{was.birthdate.year}年{was.birthdate.month}月{was.birthdate.day}日" in page.text
    assert "変える前にもどす" not in b.get("/family").text
    a.submit("変える前にもどす")
    back = homes.card()
    assert back and back.birthdate == was.birthdate
    assert "変える前にもどす" in b.get("/family").text  # the undoing is shown as well


def test_a_district_can_not_be_smuggled_in(homes: Homes) -> None:
    b = homes.browser(homes.b)
    parts = {"birthdate-year": "2025", "birthdate-month": "5", "birthdate-day": "1"}
    post(b, f"/family/{homes.child}", nickname="あおば", district="ekimae", **parts)
    card = homes.card()
    assert card and card.district == "minato"


def test_after_the_end_nothing_is_seen_and_no_old_link_leads_back(homes: Homes) -> None:
    app, b = homes.app, homes.browser(homes.b)
    _, mine = do(app, inviting.invite, homes.b, homes.child, "けやき", today())
    _, owners = do(app, inviting.invite, homes.a, homes.child, "すみれ", today())
    do(app, acts.complete, homes.b, homes.child, CHECK_KEY, "")
    do(app, acts.dismiss, homes.b, homes.child, "vac_mr1", "")
    b.get("/my")
    share = homes.share_of(homes.b)
    a = homes.browser(homes.a)
    a.get(f"/family/{homes.child}/sharing")
    page = a.submit("共有をやめる")
    assert "相手にはもう、このカードは何も見えません" in page.text
    assert share and homes.share_of(homes.b) is None
    card = homes.card()
    assert card
    said = everything(b, app, homes.child)
    for path, html in said.items():
        for word in ("あおば", str(homes.child), "すみれ", f"{card.birthdate:%Y-%m-%d}"):
            asked = word == str(homes.child) and word in path  # the page of a refusal repeats it
            assert asked or word not in html.split("<main", 1)[-1], f"{word} on {path}"
    assert "共有が終わりました" in said["/family"]
    for secret in (mine, owners):
        assert b.get(f"/family/invitation/{secret}").status == 404
        with pytest.raises(NotFound):
            do(app, inviting.accept, homes.b, secret, "けやき")
    for path in (f"/todos/{homes.child}/{CHECK_KEY}/undo", f"/family/{homes.child}/silence"):
        assert post(b, path).status == 404
    # What was done stays done; the name that was shown is gone.
    done = homes.browser(homes.a).get("/my/done").text
    assert "もう一人の保護者が" in done and "けやき" not in done
    b.get("/family")
    assert "共有が終わりました" not in b.submit("読みました").text


def test_a_change_made_before_the_end_can_still_be_undone_by_the_owner_only(homes: Homes) -> None:
    parts = {"birthdate-year": "2020", "birthdate-month": "1", "birthdate-day": "1"}
    b = homes.browser(homes.b)
    b.get(f"/family/{homes.child}")
    b.submit("保存", **parts)
    share = homes.share_of(homes.b)
    assert share
    do(homes.app, sharing.end, homes.a, homes.child, share)
    with homes.app.app_context():
        change = read().execute(select(CardChange.id)).scalar_one()
    assert post(b, f"/family/changes/{change}/undo").status == 404
    a = homes.browser(homes.a)
    assert "もう一人の保護者が" in a.get("/family").text
    a.submit("変える前にもどす")
    card = homes.card()
    assert card and card.birthdate != date(2020, 1, 1)


def test_ids_can_not_be_tried_out(homes: Homes) -> None:
    """Another's card, another's share and nothing at all get the same answer."""
    other = do(homes.app, add_person, homes.a, Card(relation=Relation.CHILD)).id
    b = homes.browser(homes.b)
    for path in ("/family/{}", "/family/{}/sharing", "/family/{}/hand-over", "/family/{}/birth"):
        answers = {
            (answer.status, plain(answer.html))
            for one in (other, uuid4())
            for answer in [b.get(path.format(one))]
        }
        assert [status for status, _ in answers] == [404], path
    for path in (
        "/family/{}/removal",
        "/family/{}/silence",
        "/family/{}/moved-away",
        "/family/{}/sharing/leave",
        "/family/changes/{}/undo",
        "/family/invitations/{}/agreement",
        "/family/invitations/{}/cancellation",
        "/family/endings/{}/read",
        "/todos/{}/check_18m/completion",
        "/todos/{}/check_18m/undo",
    ):
        assert [post(b, path.format(one)).status for one in (other, uuid4())] == [404, 404], path
    with homes.app.app_context(), pytest.raises(NotFound), transaction() as session:
        own_person(session, homes.b, homes.child)


def test_the_share_of_another_card_can_not_be_ended_through_ones_own(homes: Homes) -> None:
    mine = do(homes.app, add_person, homes.b, Card(relation=Relation.CHILD)).id
    _, secret = do(homes.app, inviting.invite, homes.b, mine, "けやき", today())
    do(homes.app, inviting.accept, homes.stranger, secret, "もみじ")
    _, second = do(homes.app, inviting.invite, homes.a, homes.child, "すみれ", today())
    do(homes.app, inviting.accept, homes.stranger, second, "もみじ")
    with homes.app.app_context():
        found = select(CardShare.id).where(
            CardShare.person_id == homes.child, CardShare.resident_id == homes.stranger
        )
        share = read().execute(found).scalar_one()
    with pytest.raises(NotFound):
        do(homes.app, sharing.end, homes.b, mine, share)


def test_a_viewer_looks_on_only(homes: Homes) -> None:
    viewer = homes.viewer()
    page = homes.browser(viewer).get("/my")
    assert CHECK in page.text
    buttons = [form.attributes["action"] for form in page.root.all("form")]
    assert f"/todos/{homes.child}/{CHECK_KEY}/dismissal" in buttons
    assert f"/todos/{homes.child}/{CHECK_KEY}/completion" not in buttons
    for act, right in ((acts.complete, Forbidden), (acts.dismiss, None)):
        if right is None:
            do(homes.app, act, viewer, homes.child, CHECK_KEY, "")
        else:
            with pytest.raises(right):
                do(homes.app, act, viewer, homes.child, CHECK_KEY, "")
    assert homes.browser(viewer).get(f"/family/{homes.child}").status == 403
