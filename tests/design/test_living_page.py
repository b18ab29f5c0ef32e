"""The living page shows every component in every state, to whom it is meant for."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment, nodes

from portal.design import desk_specimens, resident_specimens
from portal.design.specimens import IMPORTS
from portal.design.states import forced
from tests.browser import Browser
from tests.conftest import RESIDENT_HOST, STAFF_HOST
from tests.design.conftest import ROOT, environment
from tests.notifications.city import WRITER, sign_in

TEMPLATES = ROOT / "templates"
OPEN = ("/letters", "/design", "/design/states.css")
LOOSE = {"gallery_demo.html"}  # values, not parts


def called(source: nodes.Template | nodes.Macro) -> set[str]:
    """Names that a template or a macro calls."""
    calls = (call.node for call in source.find_all(nodes.Call))
    return {node.name for node in calls if isinstance(node, nodes.Name)}


def macros(env: Environment) -> dict[str, nodes.Macro]:
    """Every macro of the components, by name."""
    found = {}
    for file in sorted((TEMPLATES / "components").glob("*.html")):
        if file.name not in LOOSE:
            for macro in env.parse(file.read_text(encoding="utf-8")).find_all(nodes.Macro):
                found[macro.name] = macro
    return found


def shown(env: Environment, known: dict[str, nodes.Macro]) -> set[str]:
    """Macros that the page calls: in a specimen, around the page, or inside another macro."""
    rows = [row for _, rows in (*resident_specimens.PARTS, *desk_specimens.PARTS) for row in rows]
    sources = [IMPORTS + row[1] for row in rows]
    for name in ("base", "resident", "staff"):
        sources.append((TEMPLATES / "layout" / f"{name}.html").read_text(encoding="utf-8"))
    found = set().union(*(called(env.parse(source)) for source in sources)) & set(known)
    while more := set().union(*(called(known[name]) for name in found)) & set(known) - found:
        found |= more
    return found


def test_every_macro_appears_on_the_page() -> None:
    env = environment()
    known = macros(env)
    assert len(known) > 40
    assert set(known) - shown(env, known) == set()


def test_every_state_is_shown() -> None:
    rows = [row for _, rows in resident_specimens.PARTS for row in rows]
    assert {row[2] for row in rows if len(row) == 3} == {"hover", "focus"}
    titles = " ".join(row[0] for row in rows)
    for words in ("押せない", "まちがい", "何もない", "時間のかかる", "通信がない", "長い言葉"):
        assert words in titles


def test_what_a_mouse_does_is_said_of_a_class() -> None:
    styles = forced([ROOT / "static" / "css" / "components.css"])
    assert ".is-hover .btn-danger {" in styles
    assert ".is-focus .pane {" in styles
    assert ":hover" not in styles


def test_it_is_open_on_a_machine_of_ones_own(client: FlaskClient) -> None:
    page = client.get("/design?letters=200&look=dark", base_url=f"http://{RESIDENT_HOST}")
    assert 'class="letters-200 look-dark"' in page.get_data(as_text=True)
    assert "mado_letters" not in str(page.headers)  # only this page is shown so
    sheet = client.get("/design/states.css", base_url=f"http://{RESIDENT_HOST}")
    assert (sheet.status_code, sheet.mimetype) == (200, "text/css")


def test_a_city_shows_it_to_clerks_who_run_the_portal(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = app.extensions["mado.settings"].model_copy(
        update={"PUBLIC_URL": "https://portal.city.example"}
    )
    monkeypatch.setitem(app.extensions, "mado.settings", real)
    at = {path: client.get(path, base_url=real.PUBLIC_URL).status_code for path in OPEN}
    assert at == {"/letters": 200, "/design": 404, "/design/states.css": 404}


@pytest.mark.parametrize(
    ("permission", "status"), [("operations.view", 200), ("notices.view", 403)]
)
def test_clerks_need_a_permission(app: Flask, permission: str, status: int) -> None:
    clerk: Browser = sign_in(app, "staff", WRITER, frozenset({permission}))
    assert clerk.base == f"http://{STAFF_HOST}"
    assert clerk.get("/staff/design").status == status
