"""Parts of pages that are rendered once: what changes comes through slots, and nothing leaks."""

from __future__ import annotations

from flask import Flask, g, render_template_string
from flask_wtf.csrf import generate_csrf

from portal.core.web.pieces import Piece, marks

KEPT = """{% call kept("part", key) %}<p>{{ said }}</p>{% if form %}<b>{{ csrf_token() }}</b>
{% endif %}{% endcall %}"""


def test_a_piece_is_filled_again_and_again() -> None:
    marked = marks(("name", "day"))
    piece = Piece.cut(f"<p>{marked['name']}</p>\n  <p>{marked['day']} {marked['name']}</p>\n")
    assert piece.slots == ("name", "day", "name")
    first = piece.filled({"name": "A", "day": "1", "other": "-"})
    assert first == "<p>A</p><p>1 A</p>"
    assert piece.filled({"name": "B", "day": "2"}) == "<p>B</p><p>2 B</p>"


def test_a_kept_part_is_rendered_once_for_what_it_depends_on(app: Flask) -> None:
    with app.test_request_context("/"):
        first = render_template_string(KEPT, key=1, said="first", form=False)
        again = render_template_string(KEPT, key=1, said="again", form=False)
        other = render_template_string(KEPT, key=2, said="other", form=False)
    assert (first.strip(), again.strip(), other.strip()) == (
        "<p>first</p>",
        "<p>first</p>",
        "<p>other</p>",
    )


def test_every_visitor_gets_a_csrf_token_of_their_own(app: Flask) -> None:
    seen = set()
    for _ in range(2):
        with app.test_request_context("/"):
            page = render_template_string(KEPT, key="form", said="x", form=True)
            assert str(generate_csrf()) in page
            seen.add(page)
    assert len(seen) == 2


def test_a_part_without_a_form_asks_for_no_token(app: Flask) -> None:
    """Asking would begin a session, and a page that all share would be nobody's to keep."""
    with app.test_request_context("/"):
        render_template_string(KEPT, key="plain", said="x", form=False)
        render_template_string(KEPT, key="plain", said="x", form=False)
        assert "csrf_token" not in g


def test_words_of_templates_are_escaped_and_filled(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        found = render_template_string("{{ _('%(name)s: 100%%', name=name) }}", name="<b>")
        assert found == "&lt;b&gt;: 100%"
        assert render_template_string("{{ _('100%%') }}") == "100%"
    with app.test_request_context("/?lang=ja"):
        assert render_template_string("{{ _('My Page') }}") == "マイページ"
