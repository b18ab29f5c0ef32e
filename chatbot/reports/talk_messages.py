"""What the report conversation says on LINE: text with buttons under the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from chatbot.rendering.line import LONGEST_LABEL, cut
from chatbot.reports.categories import Category
from chatbot.reports.places import Routing
from chatbot.reports.sending import Nearby
from portal.core.i18n import current_language

Message = dict[str, Any]


@dataclass(frozen=True)
class Have:
    """What has been told so far; never repeated in words."""

    pictures: int
    place: bool
    words: bool
    category: Category | None
    guess: Category | None = None


def plain(said: str) -> Message:
    """Words alone."""
    return {"type": "text", "text": said}


def welcome() -> Message:
    """What to do, in one breath."""
    return plain(
        gettext(
            "Send us a picture, the place and a few words, in any order. You have 24 hours. "
            "Danger at this moment? Do not go near; call 119 or 110."
        )
    )


def ask(have: Have, lacks: Sequence[str], offered: Sequence[Category]) -> Message:
    """The next missing thing, with the buttons that give it."""
    if "place" in lacks and (have.pictures or have.words):
        return _with(_so_far(have, gettext("Next: the place.")), _place_buttons())
    if "what" in lacks:
        asked = gettext("Next: a picture, or a few words.")
        return _with(_so_far(have, asked), [*_camera_buttons(), *_place_buttons(have)])
    if "place" in lacks:
        return _with(_so_far(have, gettext("Next: the place.")), _place_buttons())
    ordered = sorted(offered, key=lambda one: one is not have.guess and one != have.guess)
    buttons = [_post(one.name(current_language()), f"category:{one.key}") for one in ordered[:11]]
    return _with(_so_far(have, gettext("Next: what is it?")), buttons)


def same(have: Have, near: Sequence[Nearby]) -> Message:
    """Perhaps it is known."""
    lines = [
        gettext(
            "%(number)s: %(metres)s m away, told %(days)s days ago",
            number=one.number,
            metres=one.metres,
            days=one.days,
        )
        for one in near
    ]
    said = "\n".join([gettext("We may know of it already:"), *lines])
    buttons = [
        _post(gettext("Me too: %(number)s", number=one.number), f"me_too:{one.number}")
        for one in near
    ]
    return _with(said, [*buttons, _post(gettext("It is something else"), "new")])


def ready(have: Have, way: Routing) -> Message:
    """All there: send?"""
    said = _so_far(have, gettext("Shall we send it?"))
    if way.outside:
        said += "\n" + gettext(
            "This place is outside the city. You can still send it: we pass it on."
        )
    elif way.whose:
        who = way.whose.responsible or way.whose.name
        phone = f" {way.whose.phone}" if way.whose.phone else ""
        said += "\n" + gettext(
            "Responsible: %(who)s. You can still send it: we pass it on.", who=who + phone
        )
    more = [] if have.pictures else _camera_buttons()
    return _with(said, [_post(gettext("Send"), "send"), *more])


def sent(number: str, url: str) -> Message:
    """The receipt: a number and a link, nothing of what was told."""
    return plain(
        gettext("Thank you. Receipt number: %(number)s", number=number)
        + "\n"
        + gettext("Here you see what becomes of it:")
        + f"\n{url}"
    )


def _so_far(have: Have, asked: str) -> str:
    done = [
        gettext("✓ Pictures: %(count)s", count=have.pictures) if have.pictures else "",
        gettext("✓ Place") if have.place else "",
        gettext("✓ Words") if have.words else "",
        f"✓ {have.category.name(current_language())}" if have.category else "",
    ]
    return "\n".join([*(one for one in done if one), asked])


def _with(said: str, buttons: Sequence[dict[str, Any]]) -> Message:
    always = [_post(gettext("Take the last one back"), "undo"), _post(gettext("Stop"), "cancel")]
    items = [{"type": "action", "action": one} for one in [*buttons, *always][:13]]
    return {"type": "text", "text": said, "quickReply": {"items": items}}


def _camera_buttons() -> list[dict[str, Any]]:
    return [
        {"type": "camera", "label": cut(gettext("Take a picture"), LONGEST_LABEL)},
        {"type": "cameraRoll", "label": cut(gettext("Choose a picture"), LONGEST_LABEL)},
    ]


def _place_buttons(have: Have | None = None) -> list[dict[str, Any]]:
    if have is not None and have.place:
        return []
    return [
        {"type": "location", "label": cut(gettext("Send the place"), LONGEST_LABEL)},
        _post(gettext("Place in words"), "place"),
    ]


def _post(label: str, choice: str) -> dict[str, Any]:
    short = cut(label, LONGEST_LABEL)
    return {
        "type": "postback",
        "label": short,
        "data": f"report:{choice}",
        "displayText": short,
    }
