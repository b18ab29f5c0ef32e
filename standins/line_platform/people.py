"""Who is a friend of the official account, and what changes when they add or block it."""

from standins.line_platform import events
from standins.line_platform.platform import Platform

FRIEND, BLOCKED, NONE = "friend", "blocked", "none"


def relation(platform: Platform, user_id: str) -> str:
    """`friend`, `blocked` or `none`."""
    kept = platform.store.value("SELECT state FROM friends WHERE user_id=?", user_id)
    return str(kept) if kept is not None else _at_first(platform, user_id)


def _at_first(platform: Platform, user_id: str) -> str:
    """What the configuration says before anything happened."""
    resident = platform.config.resident(user_id)
    if resident is not None:
        return FRIEND if resident.friend else NONE
    return FRIEND if platform.config.knows(user_id) else NONE


def is_friend(platform: Platform, user_id: str) -> bool:
    """Friend and not blocked, which is what LINE calls the friend flag."""
    return relation(platform, user_id) == FRIEND


def friends_among(platform: Platform, user_ids: list[str]) -> list[str]:
    """Those of many who are friends, in one question to the store."""
    marks = ",".join("?" * len(user_ids))
    rows = platform.store.all(f"SELECT * FROM friends WHERE user_id IN ({marks})", *user_ids)
    kept = {row["user_id"]: row["state"] for row in rows}
    return [one for one in user_ids if (kept.get(one) or _at_first(platform, one)) == FRIEND]


def _keep(platform: Platform, user_id: str, state: str) -> None:
    platform.store.run("INSERT OR REPLACE INTO friends VALUES(?,?)", user_id, state)


def add(platform: Platform, user_id: str) -> bool:
    """Add or unblock the official account; says whether anything changed."""
    before = relation(platform, user_id)
    if before == FRIEND:
        return False
    with platform.store.transaction():
        _keep(platform, user_id, FRIEND)
        events.follow(platform, user_id, was_blocked=before == BLOCKED)
    return True


def block(platform: Platform, user_id: str) -> bool:
    """Block the official account; LINE then unlinks the person's own rich menu."""
    if relation(platform, user_id) != FRIEND:
        return False
    with platform.store.transaction() as db:
        _keep(platform, user_id, BLOCKED)
        db.execute("DELETE FROM user_menus WHERE user_id=?", (user_id,))
        db.execute("DELETE FROM switched WHERE user_id=?", (user_id,))
        events.unfollow(platform, user_id)
    return True
