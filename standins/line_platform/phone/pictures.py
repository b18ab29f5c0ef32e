"""Pictures and style sheets of the phone page: menus, photos, flex messages."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from standins.line_platform import menus
from standins.line_platform.phone import talk
from standins.line_platform.platform import here

pictures = Blueprint("phone_pictures", __name__)


@pictures.get("/phone/flex/<int:row>.css")
def flex_style(row: int) -> ResponseReturnValue:
    found = talk.style_of(here(), row)
    return (found, 200, {"Content-Type": "text/css"}) if found is not None else abort(404)


@pictures.get("/phone/content/<message_id>")
def photo(message_id: str) -> ResponseReturnValue:
    row = here().store.one("SELECT * FROM blobs WHERE message_id=?", message_id)
    return (row["data"], 200, {"Content-Type": row["kind"]}) if row else abort(404)


@pictures.get("/phone/menu/<menu_id>.image")
def menu_image(menu_id: str) -> ResponseReturnValue:
    row = menus.image(here().store, menu_id)
    return (row["data"], 200, {"Content-Type": row["kind"]}) if row else abort(404)


@pictures.get("/phone/menu/<menu_id>.css")
def menu_style(menu_id: str) -> ResponseReturnValue:
    """Where the areas lie, in parts of the picture, so that they scale with it."""
    menu = menus.definition(here().store, menu_id) or abort(404)
    width, height = menu["size"]["width"], menu["size"]["height"]
    rules = [f".menu-picture{{aspect-ratio:{width} / {height}}}"]
    for number, area in enumerate(menu["areas"]):
        at = area["bounds"]
        rules.append(
            f".area-{number}{{left:{100 * at['x'] / width:.3f}%;top:{100 * at['y'] / height:.3f}%;"
            f"width:{100 * at['width'] / width:.3f}%;height:{100 * at['height'] / height:.3f}%}}"
        )
    return "\n".join(rules), 200, {"Content-Type": "text/css"}
