"""The phone page: choose a resident's phone, read, write, tap the menu, add or block."""

import json
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from standins.line_platform import events, menus, people
from standins.line_platform.config import Resident
from standins.line_platform.login.pages import PHONE_COOKIE
from standins.line_platform.phone import acts, sample, talk
from standins.line_platform.platform import here

phone = Blueprint("phone", __name__)
LARGEST_PHOTO = 10 * 1024 * 1024
PLACE = {
    "title": "まど市役所 本庁舎",
    "address": "まど市中央一丁目1番1号",
    "latitude": 38.92,
    "longitude": 139.846,
}


@phone.before_request
def only_from_here() -> ResponseReturnValue | None:
    """Other sites must not write in the resident's name; one host name carries the cookies."""
    if request.method == "POST":
        if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
            abort(403)
        return None
    public = here().config.public_url
    is_page = request.path == "/phone" and "text/html" in request.headers.get("Accept", "")
    if is_page and request.host_url.rstrip("/") != public and public:
        return redirect(public + request.full_path.rstrip("?"))
    return None


def _owner() -> Resident:
    found = here().config.resident(request.values.get("user", ""))
    if found is None:
        abort(404)
    return found


def _contacts() -> list[dict[str, Any]]:
    platform = here()
    return [
        {
            "resident": one,
            "hue": number % 6,
            "unread": talk.unread(platform, one.user_id),
            "preview": talk.preview(platform, one.user_id),
            "relation": people.relation(platform, one.user_id),
            "menu": menus.name_of(platform, one.user_id),
        }
        for number, one in enumerate(platform.config.residents)
    ]


@phone.get("/")
def start() -> ResponseReturnValue:
    return redirect("/phone")


@phone.get("/phone")
def screen() -> ResponseReturnValue:
    account = here().config.messaging
    if "user" not in request.args:
        return render_template("phones.html", contacts=_contacts(), account=account, owner=None)
    owner = _owner()
    platform = here()
    talk.mark_read(platform, owner.user_id)
    page = render_template(
        "phone.html",
        contacts=_contacts(),
        account=account,
        owner=owner,
        bubbles=talk.bubbles(platform, owner.user_id),
        last=talk.last_row(platform, owner.user_id),
        quick=talk.quick_replies(platform, owner.user_id),
        writing=talk.is_writing(platform, owner.user_id),
        relation=people.relation(platform, owner.user_id),
        menu=_menu(owner.user_id),
        stickers=talk.STICKERS,
    )
    return _held_by(Response(page, mimetype="text/html"), owner)


def _held_by(answer: Response, owner: Resident) -> Response:
    answer.set_cookie(PHONE_COOKIE, owner.user_id, httponly=True, samesite="Lax")
    return answer


@phone.post("/phone/hold")
def hold() -> ResponseReturnValue:
    """The tab with this resident's phone came to the front."""
    return _held_by(Response(status=204), _owner())


def _menu(user_id: str) -> dict[str, Any] | None:
    platform = here()
    menu_id = menus.shown(platform, user_id)
    menu = menus.definition(platform.store, menu_id) if menu_id else None
    if menu is None:
        return None
    areas = []
    for number, area in enumerate(menu["areas"]):
        label = acts.label_of(area["action"])
        css = f"area area-{number}"
        areas.append(acts.draw(area["action"], user_id, Markup(""), css, label))
    return {
        "id": menu_id,
        "areas": areas,
        **{key: menu[key] for key in ("chatBarText", "name", "selected", "size")},
    }


@phone.get("/phone/updates")
def updates() -> ResponseReturnValue:
    """What is new on this phone, for the script that keeps the page fresh."""
    platform, owner = here(), _owner()
    after = request.args.get("after", 0, type=int)
    found = talk.bubbles(platform, owner.user_id, after)
    if found and request.args.get("seen") == "1":
        talk.mark_read(platform, owner.user_id)
    menu = _menu(owner.user_id)
    return jsonify(
        html=render_template("bubbles.html", bubbles=found, owner=owner) if found else "",
        last=talk.last_row(platform, owner.user_id),
        quick="".join(talk.quick_replies(platform, owner.user_id)),
        writing=talk.is_writing(platform, owner.user_id),
        relation=people.relation(platform, owner.user_id),
        menu=menu["id"] if menu else "",
        menu_html=_menu_html(menu),
        unread={one["resident"].user_id: one["unread"] for one in _contacts()},
        previews={one["resident"].user_id: one["preview"] for one in _contacts()},
    )


def _menu_html(menu: dict[str, Any] | None) -> str:
    if menu is None or menu["id"] == request.args.get("menu", ""):
        return ""
    return render_template("menu.html", menu=menu)


def _done(owner: Resident) -> ResponseReturnValue:
    if request.headers.get("Accept") == "application/json":
        return jsonify(ok=True)
    return redirect(f"/phone?user={owner.user_id}#latest", 303)


def _friend_or_refuse(owner: Resident) -> None:
    if not people.is_friend(here(), owner.user_id):
        abort(409)


@phone.post("/phone/say")
def say() -> ResponseReturnValue:
    owner, platform = _owner(), here()
    _friend_or_refuse(owner)
    kind = request.form.get("kind", "text")
    if kind == "image":
        _send_photo(owner)
    else:
        content = _content(kind)
        if content:
            events.message(platform, owner.user_id, content)
    return _done(owner)


def _content(kind: str) -> dict[str, Any] | None:
    if kind == "location":
        return {"type": "location", **PLACE}
    if kind == "sticker":
        number = request.form.get("sticker", "1")
        if number not in talk.STICKERS:
            abort(400)
        return {
            "type": "sticker",
            "packageId": talk.STICKER_PACKAGE,
            "stickerId": number,
            "stickerResourceType": "STATIC",
            "keywords": [talk.STICKERS[number]],
        }
    text = request.form.get("text", "").strip()[:5000]
    return {"type": "text", "text": text} if text else None


def _send_photo(owner: Resident) -> None:
    photo = request.files.get("photo")
    data = photo.read(LARGEST_PHOTO + 1) if photo else b""
    kind = photo.mimetype if photo else ""
    if not data or len(data) > LARGEST_PHOTO or kind not in {"image/jpeg", "image/png"}:
        abort(400)
    _keep_photo(owner, kind, data)


def _keep_photo(owner: Resident, kind: str, data: bytes) -> None:
    store = here().store
    with store.transaction():
        content = {"type": "image", "contentProvider": {"type": "line"}}
        event = events.message(here(), owner.user_id, content)
        store.run("INSERT INTO blobs VALUES(?,?,?)", event["message"]["id"], kind, data)


@phone.post("/phone/act")
def act() -> ResponseReturnValue:
    """A tap on a button, a quick reply or a menu area."""
    owner, form = _owner(), request.form
    _friend_or_refuse(owner)
    kind = form.get("type", "")
    if kind == "message":
        events.message(here(), owner.user_id, {"type": "text", "text": form.get("text", "")})
    elif kind == "postback":
        _post_back(owner)
    elif kind == "richmenuswitch":
        _switch(owner)
    elif kind == "location":
        events.message(here(), owner.user_id, {"type": "location", **PLACE})
    elif kind in ("camera", "cameraRoll"):
        _keep_photo(owner, "image/jpeg", sample.photograph())
    return _done(owner)


def _post_back(owner: Resident) -> None:
    shown = request.form.get("displayText") or request.form.get("text")
    if shown:
        platform = here()
        content = json.dumps({"type": "text", "text": shown}, ensure_ascii=False)
        platform.store.run(
            "INSERT INTO talk(user_id,side,message_id,content,at,how) VALUES(?,?,?,?,?,?)",
            owner.user_id,
            "resident",
            None,
            content,
            platform.store.now(),
            "postback",
        )
    events.postback(here(), owner.user_id, request.form.get("data", ""))


def _switch(owner: Resident) -> None:
    alias = request.form.get("richMenuAliasId", "")
    done = menus.switch(here(), owner.user_id, alias)
    status = "SUCCESS" if done else "RICHMENU_ALIAS_ID_NOTFOUND"
    params = {"newRichMenuAliasId": alias, "status": status}
    events.postback(here(), owner.user_id, request.form.get("data", ""), params)


@phone.post("/phone/unsend")
def unsend() -> ResponseReturnValue:
    owner, message_id = _owner(), request.form.get("message", "")
    with here().store.transaction() as db:
        changed = db.execute(
            "UPDATE talk SET unsent=1 WHERE user_id=? AND message_id=? AND side='resident'"
            " AND unsent=0",
            (owner.user_id, message_id),
        ).rowcount
        if changed:
            events.unsend(here(), owner.user_id, message_id)
    return redirect(f"/phone?user={owner.user_id}#latest", 303)


@phone.post("/phone/friend")
def friend() -> ResponseReturnValue:
    owner = _owner()
    if request.form.get("state") == "blocked":
        people.block(here(), owner.user_id)
    else:
        people.add(here(), owner.user_id)
    return redirect(f"/phone?user={owner.user_id}", 303)
