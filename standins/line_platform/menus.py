"""Rich menus in the store: which one a person sees, and how they are linked."""

import json
import sqlite3
from typing import Any

from standins.line_platform import people
from standins.line_platform.platform import Platform
from standins.line_platform.store import Store

DEFAULT = "default_richmenu"


def definition(store: Store, menu_id: str) -> dict[str, Any] | None:
    """The rich menu object as it was created."""
    found = store.value("SELECT definition FROM richmenus WHERE id=?", menu_id)
    return None if found is None else dict(json.loads(found))


def has_image(store: Store, menu_id: str) -> bool:
    """Whether its picture was uploaded, without which it cannot be shown."""
    return store.one("SELECT 1 FROM richmenu_images WHERE id=?", menu_id) is not None


def image(store: Store, menu_id: str) -> sqlite3.Row | None:
    """Its picture: kind and data."""
    return store.one("SELECT kind, data FROM richmenu_images WHERE id=?", menu_id)


def own(store: Store, user_id: str) -> str | None:
    """The menu linked to the person."""
    found = store.value("SELECT menu FROM user_menus WHERE user_id=?", user_id)
    return None if found is None else str(found)


def shown(platform: Platform, user_id: str) -> str | None:
    """The menu the person sees: a tab they switched to, their own, or the default."""
    store = platform.store
    if not people.is_friend(platform, user_id):
        return None
    switched = store.value("SELECT menu FROM switched WHERE user_id=?", user_id)
    for menu_id in (switched, own(store, user_id), store.setting(DEFAULT)):
        if menu_id and definition(store, str(menu_id)) and has_image(store, str(menu_id)):
            return str(menu_id)
    return None


def name_of(platform: Platform, user_id: str) -> str:
    """Name of the menu the person sees, "" for none."""
    menu_id = shown(platform, user_id)
    found = definition(platform.store, menu_id) if menu_id else None
    return str(found["name"]) if found else ""


def link(platform: Platform, user_id: str, menu_id: str | None) -> None:
    """Link a menu to a person, or unlink; nothing happens for who is not a friend."""
    if not people.is_friend(platform, user_id):
        return
    with platform.store.transaction() as db:
        db.execute("DELETE FROM switched WHERE user_id=?", (user_id,))
        db.execute("DELETE FROM user_menus WHERE user_id=?", (user_id,))
        if menu_id is not None:
            db.execute("INSERT INTO user_menus VALUES(?,?)", (user_id, menu_id))


def switch(platform: Platform, user_id: str, alias: str) -> bool:
    """The person taps a tab; false when the alias leads nowhere."""
    menu_id = platform.store.value("SELECT menu FROM aliases WHERE alias=?", alias)
    if menu_id is None or not has_image(platform.store, menu_id):
        return False
    platform.store.run("INSERT OR REPLACE INTO switched VALUES(?,?)", user_id, menu_id)
    return True


def delete(store: Store, menu_id: str) -> None:
    """Delete a menu with its picture and links."""
    with store.transaction() as db:
        db.execute("DELETE FROM richmenus WHERE id=?", (menu_id,))
        db.execute("DELETE FROM richmenu_images WHERE id=?", (menu_id,))
        db.execute("DELETE FROM user_menus WHERE menu=?", (menu_id,))
        db.execute("DELETE FROM switched WHERE menu=?", (menu_id,))
        if store.setting(DEFAULT) == menu_id:
            store.keep(DEFAULT, None)
