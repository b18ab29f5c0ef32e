"""Clerks' pages of a draft's cards: all in their order, one card, fewer cards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from notifications.notices import letters
from notifications.notices.forms import EmptyForm
from notifications.notices.reading import View
from notifications.notices.views import bp, me
from notifications.rich_messages import acts, content
from notifications.rich_messages.content import Card, Cards
from notifications.rich_messages.forms import AltForm, CardForm
from notifications.rich_messages.views import AT, Page, draft_of, put, shot_of
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import staff


@bp.route(f"{AT}/cards", methods=["GET", "POST"])
@staff("notices.write")
def rich_cards(notice_id: UUID, language: str) -> Page:
    """All cards in their order, and the words for them together."""
    notice = draft_of(notice_id, language)
    cards = _cards(notice, language)
    form = AltForm(data={"alt": cards.alt})
    told = replace(cards, alt=form.alt.data or "")
    if cards.cards and form.valid() and put(notice, language, told, form):
        flash(gettext("Kept. Please look at the preview."), "success")
        return redirect(url_for("notices.show", notice_id=notice_id), 303)
    page = render_template(
        "notifications/rich/cards.html",
        notice=notice,
        language=language,
        form=form,
        cards=cards.cards,
        most=content.MOST_CARDS,
        plain_form=EmptyForm(),
    )
    return (page, 422) if form.errors else page


@bp.route(f"{AT}/cards/<int:number>", methods=["GET", "POST"])
@staff("notices.write")
def rich_card(notice_id: UUID, language: str, number: int) -> Page:
    """One card; the number after the last one is a new card."""
    notice = draft_of(notice_id, language)
    cards = _cards(notice, language)
    if number > len(cards.cards) or number >= content.MOST_CARDS:
        raise NotFound()
    kept = cards.cards[number] if number < len(cards.cards) else None
    form = CardForm(data=_card_typed(kept))
    shot = shot_of(kept.picture if kept else None, form.picture.data)
    if form.valid() and form.pairs_right():
        card = Card(form.title.data or "", form.text.data or "", shot, form.buttons())
        every = [*cards.cards[:number], card, *cards.cards[number + 1 :]]
        if put(notice, language, replace(cards, cards=tuple(every)), form):
            flash(gettext("The card is kept."), "success")
            return _to_cards(notice_id, language)
    page = render_template(
        "notifications/rich/card.html",
        notice=notice,
        language=language,
        number=number,
        form=form,
        shot=shot,
    )
    return (page, 422) if form.errors else page


@bp.post(f"{AT}/cards/<int:number>/removal")
@staff("notices.write")
def rich_card_away(notice_id: UUID, language: str, number: int) -> Response:
    """A card less; with the last one the rich message goes."""
    notice = draft_of(notice_id, language)
    cards = _cards(notice, language)
    left = (*cards.cards[:number], *cards.cards[number + 1 :])
    with transaction() as session:
        if left:
            acts.put(session, notice_id, me(), language, replace(cards, cards=left), confirmed=True)
        else:
            acts.take_away(session, notice_id, me(), language)
    flash(gettext("The card is gone."), "success")
    return _to_cards(notice_id, language)


@bp.post(f"{AT}/cards/<int:number>/first")
@staff("notices.write")
def rich_card_first(notice_id: UUID, language: str, number: int) -> Response:
    """The card comes before all others."""
    cards = _cards(draft_of(notice_id, language), language)
    if number >= len(cards.cards):
        raise NotFound()
    every = (cards.cards[number], *cards.cards[:number], *cards.cards[number + 1 :])
    with transaction() as session:
        acts.put(session, notice_id, me(), language, replace(cards, cards=every), confirmed=True)
    flash(gettext("The card is kept."), "success")
    return _to_cards(notice_id, language)


def _card_typed(kept: Card | None) -> dict[str, Any]:
    if kept is None:
        return {"picture": request.args.get("picture", "")}
    picture = request.args.get("picture") or (kept.picture.id if kept.picture else "")
    values: dict[str, Any] = {"picture": picture, "title": kept.title, "text": kept.text}
    for number, each in enumerate(kept.buttons):
        values |= {f"label_{number}": each.label, f"link_{number}": each.link}
    return values


def _cards(notice: View, language: str) -> Cards:
    """The kept cards, or none yet with the notice's title as their words."""
    kept = content.of(notice.rich, language)
    return kept if isinstance(kept, Cards) else Cards(letters.title(notice, language), ())


def _to_cards(notice_id: UUID, language: str) -> Response:
    return redirect(url_for("notices.rich_cards", notice_id=notice_id, language=language), 303)
