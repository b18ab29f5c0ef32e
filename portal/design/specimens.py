"""Every component in every state, as the call that makes it: what is shown is what is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from portal.design import desk_specimens, resident_specimens
from portal.design.samples import DRAWN, sample_form

IMPORTS = """
{%- from "components/badges.html" import badge, state_badge, person_chip %}
{%- from "components/banners.html" import banner, emergency, flash_messages %}
{%- from "components/buttons.html" import button, link_button, post_button %}
{%- from "components/cards.html" import todo_card, recommendation_card, notice_card, link_card,
    desk_card, bring_list, phone_link %}
{%- from "components/chart.html" import chart %}
{%- from "components/chat.html" import chat, asked, answered, candidates, helpful, line_preview %}
{%- from "components/crumbs.html" import crumb_list %}
{%- from "components/forms.html" import csrf, error_summary, field, choices, checkbox, code_field,
    date_fields, submit, actions %}
{%- from "components/icons.html" import icon %}
{%- from "components/map.html" import map_figure %}
{%- from "components/nav.html" import nav_list %}
{%- from "components/pieces.html" import steps, pagination, empty, definitions, stat, stats,
    copy_code, section_head, table, letter_sizes, looks, progress,
    list_files %}
{%- import "components/gallery_demo.html" as demo %}
"""
LONG = (
    "まど市出産・子育て応援給付金及び妊婦のための支援給付金支給認定申請書兼請求書"
    "（第二子以降用）Donaudampfschifffahrtsgesellschaft"
)


@dataclass(frozen=True)
class Specimen:
    """One look at a component. `state`: "", "hover" or "focus" are shown without a mouse."""

    title: str
    source: str
    state: str = ""
    html: Markup = field(default_factory=Markup)


@dataclass(frozen=True)
class Part:
    """Specimens of one kind."""

    title: str
    specimens: tuple[Specimen, ...]


def parts(environment: Environment, context: dict[str, Any]) -> Iterator[Part]:
    """All of them, rendered with the context of a page (city, current_language, letter_size, …)."""
    values = context | {
        "form": sample_form(),
        "wrong": sample_form(wrong=True, prefix="wrong-"),
        "LONG": LONG,
        **DRAWN,
    }
    for title, rows in (*resident_specimens.PARTS, *desk_specimens.PARTS):
        made = [_specimen(*row) for row in rows]
        yield Part(title, tuple(_rendered(environment, one, values) for one in made))


def _specimen(title: str, source: str, state: str = "") -> Specimen:
    return Specimen(title, source.strip(), state)


def _rendered(environment: Environment, one: Specimen, values: dict[str, Any]) -> Specimen:
    template = environment.from_string(IMPORTS + one.source)
    html = Markup(template.render(values))  # noqa: S704  (our own templates, escaping on)
    return Specimen(one.title, one.source, one.state, html)
