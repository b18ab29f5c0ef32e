"""Pages of shared cards: who has it, inviting, accepting, ending, handing over."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import Forbidden, NotFound
from portal.core.settings import Settings
from portal.core.web.access import proven_resident, resident, resident_proven_to_change
from portal.core.web.app import limiter
from portal.residents import handing_over, inviting, sharing, sharing_reading
from portal.residents.ages18 import Stage
from portal.residents.forms import ShownName, TakeOverForm
from portal.residents.pages import viewer_id
from portal.residents.reading import Member, card_of, member_of, name_of
from portal.residents.rights import Act, may_ask

bp = Blueprint("sharing", __name__)
LINE_SHARE = "https://line.me/R/share?text="  # LINE's own address for "send to a friend"


@bp.route("/family/<uuid:person_id>/sharing", methods=["GET", "POST"])
@resident_proven_to_change
def share(person_id: UUID) -> str | tuple[str, int]:
    """Who has the card; a link for another parent."""
    return _inviting(person_id, inviting.CO_PARENT, Act.INVITE, "portal/sharing.html")


@bp.route("/family/<uuid:person_id>/hand-over", methods=["GET", "POST"])
@resident_proven_to_change
def hand_over(person_id: UUID) -> str | tuple[str, int]:
    """From 18 years: a link for the child."""
    member = _member(person_id)
    if not member.may(Act.HAND_OVER):
        raise Forbidden()
    return _inviting(person_id, inviting.HAND_OVER, Act.HAND_OVER, "portal/hand_over.html")


def _inviting(person_id: UUID, kind: str, act: Act, template: str) -> str | tuple[str, int]:
    member, me = _member(person_id), viewer_id()
    others = sharing_reading.sharing_of(me).get(person_id, [])
    if not member.shareable and not others:
        raise NotFound()
    can_invite = member.shareable and may_ask(member.role, act)
    own = card_of(me)
    form = ShownName(data={"name": own.nickname if own else ""})
    if form.valid():
        with transaction() as db:
            row, secret = inviting.invite(db, me, person_id, form.said, today(), kind)
        return _link_page(member, secret, agreed=row.agreed, kind=kind), 201
    return render_template(
        template,
        form=form,
        person=member,
        others=others,
        invitations=sharing_reading.open_invitations(me, member.role, person_id),
        may=member.may,
        can_invite=can_invite and (kind == inviting.HAND_OVER) == (member.grown is Stage.GROWN),
        asks=not member.may(act),
    )


def _link_page(member: Member, secret: str, *, agreed: bool, kind: str) -> str:
    """The only time the link is shown: we keep no more than its hash."""
    settings: Settings = current_app.extensions["mado.settings"]
    link = settings.PUBLIC_URL + url_for("sharing.invitation", secret=secret)
    said = gettext("Please open this link. It works once, for 7 days: %(link)s", link=link)
    subject = quote(gettext("An invitation to a card of My Page"))
    return render_template(
        "portal/invited.html",
        person=member,
        link=link,
        agreed=agreed,
        hand_over=kind == inviting.HAND_OVER,
        line_url=LINE_SHARE + quote(said),
        mail_url=f"mailto:?subject={subject}&body={quote(said)}",
    )


@bp.route("/family/invitation/<secret>", methods=["GET", "POST"])
@limiter.limit("60 per minute")
@proven_resident
def invitation(secret: str) -> str | Response:
    """Who invites to what; accepting. Looking changes nothing."""
    me = viewer_id()
    with transaction() as db:
        asked = inviting.look(db, secret)
        row, person = asked.invitation, asked.person
        to_child = row.kind == inviting.HAND_OVER
        called, about = row.name, name_of(person.relation, person.nickname)
        waits = not row.agreed
    own = card_of(me)
    form = (TakeOverForm if to_child else ShownName)(data={"name": own.nickname if own else ""})
    if waits or not form.valid():
        template = "portal/take_over.html" if to_child else "portal/invitation.html"
        return render_template(template, form=form, name=called, about=about, waits=waits)
    with transaction() as db:
        if to_child:
            handing_over.take_over(db, me, secret, form.said, parents_see=form.parents_see.data)
        else:
            inviting.accept(db, me, secret, form.said)
    return _told(gettext("The card is on your page now."))


@bp.post("/family/invitations/<uuid:invitation_id>/agreement")
@resident_proven_to_change
def agree(invitation_id: UUID) -> Response:
    """The owner's yes."""
    with transaction() as db:
        inviting.agree(db, viewer_id(), invitation_id)
    return _told(gettext("The invitation works now."))


@bp.post("/family/invitations/<uuid:invitation_id>/cancellation")
@resident_proven_to_change
def cancel(invitation_id: UUID) -> Response:
    """The link works no more."""
    with transaction() as db:
        person_id = inviting.cancel(db, viewer_id(), invitation_id)
    return _told(gettext("The invitation was taken back. Its link works no more."), person_id)


@bp.post("/family/<uuid:person_id>/sharing/<uuid:share_id>/end")
@resident_proven_to_change
def end(person_id: UUID, share_id: UUID) -> Response:
    """The other sees nothing more."""
    with transaction() as db:
        sharing.end(db, viewer_id(), person_id, share_id)
    words = gettext("The sharing was ended. They see nothing of this card any more.")
    return _told(words, person_id)


@bp.post("/family/<uuid:person_id>/sharing/leave")
@resident
def leave(person_id: UUID) -> Response:
    """Off my page; it stays on the others'."""
    with transaction() as db:
        sharing.leave(db, viewer_id(), person_id)
    return _told(gettext("The card is no longer on your page."))


@bp.post("/family/changes/<uuid:change_id>/undo")
@resident_proven_to_change
def undo_change(change_id: UUID) -> Response:
    """The card says again what it said."""
    with transaction() as db:
        sharing.undo_change(db, viewer_id(), change_id)
    return _told(gettext("It is back as it was."))


@bp.post("/family/endings/<uuid:end_id>/read")
@resident
def end_read(end_id: UUID) -> Response:
    """It need not be told again."""
    with transaction() as db:
        sharing.forget_end(db, viewer_id(), end_id)
    return _told(None)


def _told(words: str | None, person_id: UUID | None = None) -> Response:
    """What was done, on the page of the card's sharing or of the family."""
    if words:
        flash(words, "success")
    if person_id is None:
        return redirect(url_for("residents.people"), 303)
    return redirect(url_for("sharing.share", person_id=person_id), 303)


def _member(person_id: UUID) -> Member:
    card = card_of(viewer_id(), person_id)
    if card is None:
        raise NotFound()
    return member_of(card, today())
