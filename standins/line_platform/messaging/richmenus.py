"""Messaging API: rich menus, their pictures, aliases, the default and people's own."""

import json
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from standins.line_platform import ids, menus
from standins.line_platform.config import USER_ID
from standins.line_platform.messaging import wire
from standins.line_platform.messaging.action_rules import ALIAS
from standins.line_platform.messaging.answers import Problem, Refused, refuse_body
from standins.line_platform.messaging.richmenu_rules import check_picture, check_rich_menu
from standins.line_platform.platform import here

richmenus = Blueprint("messaging_richmenus", __name__)
MOST_MENUS = 1000
MOST_USERS = 500


@richmenus.errorhandler(Refused)
def refused(error: Refused) -> ResponseReturnValue:
    return error.answer()


def _checked_body() -> dict[str, Any]:
    body = wire.body()
    refuse_body(check_rich_menu(body) or wire.against_specification(body))
    return body


def _menu(menu_id: str) -> dict[str, Any]:
    found = menus.definition(here().store, menu_id)
    if found is None:
        raise Refused(404, "richmenu not found")
    return found


def _with_image(menu_id: str) -> str:
    _menu(menu_id)
    if not menus.has_image(here().store, menu_id):
        raise Refused(400, "must upload richmenu image before applying it to user")
    return menu_id


def _user(user_id: str) -> str:
    if not USER_ID.fullmatch(user_id) or not here().config.knows(user_id):
        raise Refused(400, "The value for the 'userId' parameter is invalid")
    return user_id


@richmenus.post("/v2/bot/richmenu")
def create() -> ResponseReturnValue:
    body, store = _checked_body(), here().store
    if store.value("SELECT count(*) FROM richmenus") >= MOST_MENUS:
        raise Refused(400, "The maximum number of rich menus has been reached")
    menu_id = ids.rich_menu_id()
    kept = json.dumps(body, ensure_ascii=False)
    store.run("INSERT INTO richmenus VALUES(?,?,?)", menu_id, kept, store.now())
    return jsonify(richMenuId=menu_id)


@richmenus.post("/v2/bot/richmenu/validate")
def validate() -> ResponseReturnValue:
    _checked_body()
    return jsonify({})


@richmenus.get("/v2/bot/richmenu/list")
def list_all() -> ResponseReturnValue:
    rows = here().store.all("SELECT id, definition FROM richmenus ORDER BY at")
    found = [{"richMenuId": row["id"], **json.loads(row["definition"])} for row in rows]
    return jsonify(richmenus=found)


@richmenus.get("/v2/bot/richmenu/<menu_id>")
def read(menu_id: str) -> ResponseReturnValue:
    return jsonify({"richMenuId": menu_id, **_menu(menu_id)})


@richmenus.delete("/v2/bot/richmenu/<menu_id>")
def delete(menu_id: str) -> ResponseReturnValue:
    _menu(menu_id)
    menus.delete(here().store, menu_id)
    return jsonify({})


@richmenus.post("/v2/bot/richmenu/<menu_id>/content")
def upload(menu_id: str) -> ResponseReturnValue:
    menu, store, data = _menu(menu_id), here().store, request.get_data()
    check_picture(data, request.mimetype, menu)
    if menus.has_image(store, menu_id):
        raise Refused(400, "An image has already been uploaded to the richmenu")
    store.run("INSERT INTO richmenu_images VALUES(?,?,?)", menu_id, request.mimetype, data)
    return jsonify({})


@richmenus.get("/v2/bot/richmenu/<menu_id>/content")
def download(menu_id: str) -> ResponseReturnValue:
    _menu(menu_id)
    row = menus.image(here().store, menu_id)
    if row is None:
        raise Refused(404, "Not found")
    return row["data"], 200, {"Content-Type": row["kind"]}


def _alias_menu(alias: str) -> str:
    found = here().store.value("SELECT menu FROM aliases WHERE alias=?", alias)
    if found is None:
        raise Refused(404, "richmenu alias not found")
    return str(found)


@richmenus.post("/v2/bot/richmenu/alias")
def create_alias() -> ResponseReturnValue:
    body, store = wire.body(), here().store
    alias = body.get("richMenuAliasId")
    if not isinstance(alias, str) or not ALIAS.fullmatch(alias):
        refuse_body([Problem("Must be 1 to 32 of a-z 0-9 _ -", "richMenuAliasId")])
    refuse_body(wire.against_specification(body))
    menu_id = _alias_target(body)
    with store.transaction():
        if store.one("SELECT 1 FROM aliases WHERE alias=?", alias):
            raise Refused(400, "conflict richmenu alias id")
        store.run("INSERT INTO aliases VALUES(?,?)", alias, menu_id)
    return jsonify({})


def _alias_target(body: dict[str, Any]) -> str:
    menu_id = body.get("richMenuId")
    if not isinstance(menu_id, str) or menus.definition(here().store, menu_id) is None:
        raise Refused(400, "richmenu not found")
    return _with_image(menu_id)


@richmenus.post("/v2/bot/richmenu/alias/<alias>")
def update_alias(alias: str) -> ResponseReturnValue:
    body = wire.body()
    refuse_body(wire.against_specification(body))
    _alias_menu(alias)
    here().store.run("UPDATE aliases SET menu=? WHERE alias=?", _alias_target(body), alias)
    return jsonify({})


@richmenus.get("/v2/bot/richmenu/alias/<alias>")
def read_alias(alias: str) -> ResponseReturnValue:
    return jsonify(richMenuAliasId=alias, richMenuId=_alias_menu(alias))


@richmenus.get("/v2/bot/richmenu/alias/list")
def list_aliases() -> ResponseReturnValue:
    rows = here().store.all("SELECT * FROM aliases ORDER BY alias")
    found = [{"richMenuAliasId": row["alias"], "richMenuId": row["menu"]} for row in rows]
    return jsonify(aliases=found)


@richmenus.delete("/v2/bot/richmenu/alias/<alias>")
def delete_alias(alias: str) -> ResponseReturnValue:
    _alias_menu(alias)
    here().store.run("DELETE FROM aliases WHERE alias=?", alias)
    return jsonify({})


@richmenus.post("/v2/bot/user/all/richmenu/<menu_id>")
def set_default(menu_id: str) -> ResponseReturnValue:
    here().store.keep(menus.DEFAULT, _with_image(menu_id))
    return jsonify({})


@richmenus.get("/v2/bot/user/all/richmenu")
def read_default() -> ResponseReturnValue:
    found = here().store.setting(menus.DEFAULT)
    if found is None:
        raise Refused(404, "no default richmenu")
    return jsonify(richMenuId=found)


@richmenus.delete("/v2/bot/user/all/richmenu")
def cancel_default() -> ResponseReturnValue:
    here().store.keep(menus.DEFAULT, None)
    return jsonify({})


@richmenus.get("/v2/bot/user/<user_id>/richmenu")
def read_own(user_id: str) -> ResponseReturnValue:
    found = menus.own(here().store, _user(user_id))
    if found is None:
        raise Refused(404, "the user has no richmenu")
    return jsonify(richMenuId=found)


@richmenus.delete("/v2/bot/user/<user_id>/richmenu")
def unlink(user_id: str) -> ResponseReturnValue:
    menus.link(here(), _user(user_id), None)
    return jsonify({})


@richmenus.post("/v2/bot/user/<user_id>/richmenu/<menu_id>")
def link(user_id: str, menu_id: str) -> ResponseReturnValue:
    menus.link(here(), _user(user_id), _with_image(menu_id))
    return jsonify({})


def _users(body: dict[str, Any]) -> list[str]:
    found = body.get("userIds")
    if not isinstance(found, list) or not 1 <= len(found) <= MOST_USERS:
        raise Refused(
            400,
            "The request body has 1 error(s)",
            [Problem(f"Size must be between 1 and {MOST_USERS}", "userIds")],
        )
    if not all(isinstance(one, str) and USER_ID.fullmatch(one) for one in found):
        raise Refused(400, "The value for the 'userIds' parameter is invalid")
    return found


@richmenus.post("/v2/bot/richmenu/bulk/link")
def bulk_link() -> ResponseReturnValue:
    body = wire.body()
    refuse_body(wire.against_specification(body))
    users, menu_id = _users(body), _with_image(str(body.get("richMenuId")))
    for user_id in users:
        menus.link(here(), user_id, menu_id)
    return jsonify({}), 202


@richmenus.post("/v2/bot/richmenu/bulk/unlink")
def bulk_unlink() -> ResponseReturnValue:
    body = wire.body()
    refuse_body(wire.against_specification(body))
    for user_id in _users(body):
        menus.link(here(), user_id, None)
    return jsonify({}), 202
