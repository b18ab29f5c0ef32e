"""Who may open a route: closed unless its view says so, checked before every view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, current_app, g, redirect, request, session, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from portal.core.clock import now
from portal.core.errors import Forbidden, NotFound
from portal.core.registries import registries
from portal.core.web import kept_forms, read_only
from portal.core.web.sessions import ServerSession, face_of

View = TypeVar("View", bound=Callable[..., Any])

FRESH = timedelta(minutes=5)  # a step-up counts this long (identity facts 5.8)


@dataclass(frozen=True)
class Access:
    """What a view needs. `audited`: a state change of it must leave an audit entry."""

    faces: frozenset[str]
    signed_in: bool = False
    permission: str | None = None
    audited: bool = True
    # Methods for which a remembered device is not enough: the second step is asked now.
    proven: frozenset[str] = frozenset()
    fresh: bool = False  # proven within the last minutes, not only at the sign-in


@dataclass(frozen=True)
class Viewer:
    """Who looks at the page."""

    face: str
    kind: str  # resident, staff or visitor
    id: UUID | None
    acr: str | None = None
    amr: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()
    fresh: bool = False
    one_step: bool = False  # a remembered device stood for the second step: only for looking

    @property
    def signed_in(self) -> bool:
        return self.id is not None

    def may(self, permission: str) -> bool:
        """Whether the clerk holds it, be it for one department only."""
        return permission in self.permissions or any(
            one.startswith(f"{permission}@") for one in self.permissions
        )

    def departments(self, permission: str) -> frozenset[str] | None:
        """The departments the clerk holds it for; None: for all."""
        if permission in self.permissions:
            return None
        begin = f"{permission}@"
        held = (one for one in self.permissions if one.startswith(begin))
        return frozenset(one.removeprefix(begin) for one in held)

    @property
    def name(self) -> str:
        """What a clerk is called in the header; residents are not named on every page."""
        find = registries().staff_name
        return find(self.id) if find and self.id and self.kind == "staff" else ""

    @property
    def unread_count(self) -> int:
        """Unread notices of a resident, asked only by pages that show it."""
        count = registries().unread
        if count is None or self.kind != "resident" or self.id is None:
            return 0
        if "unread_count" not in g:
            g.unread_count = count(self.id)
        return int(g.unread_count)


def public(*faces: str, audited: bool = True) -> Callable[[View], View]:
    """Anyone may open it, on these faces (residents' by default)."""
    return _mark(Access(frozenset(faces or ("resident",)), audited=audited))


def resident(view: View) -> View:
    """Residents who passed two steps, or one on a device they let us remember."""
    return _mark(Access(frozenset({"resident"}), signed_in=True))(view)


def proven_resident(view: View) -> View:
    """Residents who passed two steps in this session: what they keep here is taken or changed."""
    every = frozenset({"GET", "HEAD", "POST"})
    return _mark(Access(frozenset({"resident"}), signed_in=True, proven=every))(view)


def resident_proven_to_change(view: View) -> View:
    """The same where looking is everybody's who is signed in."""
    return _mark(Access(frozenset({"resident"}), signed_in=True, proven=frozenset({"POST"})))(view)


def fresh_resident(view: View) -> View:
    """Residents who proved both steps a moment ago: everything at once is taken away from here."""
    return _mark(Access(frozenset({"resident"}), signed_in=True, fresh=True))(view)


def unnamed_resident(view: View) -> View:
    """Residents whose words are kept without who said them: an audit entry would tell."""
    return _mark(Access(frozenset({"resident"}), signed_in=True, audited=False))(view)


def staff(permission: str | None = None, *, audited: bool = True) -> Callable[[View], View]:
    """Signed-in staff holding `permission` (None: any signed-in staff)."""
    return _mark(Access(frozenset({"staff"}), True, permission, audited))


def machine(view: View) -> View:
    """Other machines (webhooks, health): no session, no CSRF, own proof in the view."""
    return _mark(Access(frozenset({"resident", "staff", "unknown"}), audited=False))(view)


def _mark(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


def access_of(app: Flask, endpoint: str | None) -> Access | None:
    """The marking of a route's view; static files are open on both faces."""
    if endpoint == "static":
        return Access(frozenset({"resident", "staff", "unknown"}))
    view = app.view_functions.get(endpoint or "")
    return getattr(view, "access", None)


def install(app: Flask) -> None:
    """Check every request before its view, and every state change after it."""
    app.before_request(_look)
    read_only.install(app)
    app.before_request(_enforce)
    app.before_request(_refuse_null_characters)
    app.before_request(_give_form_back)
    app.after_request(_insist_on_audit)


def current_viewer() -> Viewer:
    """The viewer of this request."""
    viewer: Viewer = g.viewer
    return viewer


def session_left() -> tuple[int, int] | None:
    """Seconds until the session ends, when nothing is done and at most; None without one."""
    found = session._get_current_object()  # type: ignore[attr-defined]
    return found.seconds_left() if isinstance(found, ServerSession) else None


def unattended() -> None:
    """A script asks for this, not the person: it does not keep the session from running out."""
    found = session._get_current_object()  # type: ignore[attr-defined]
    if isinstance(found, ServerSession):
        found.unattended = True


def _look() -> None:
    found = session._get_current_object()  # type: ignore[attr-defined]
    face = face_of(request)
    if isinstance(found, ServerSession) and found.fault is not None:
        g.viewer = Viewer(face, "visitor", None)
        raise found.fault
    if not isinstance(found, ServerSession) or found.subject_id is None:
        g.viewer = Viewer(face, "visitor", None)
        return
    at = found.authenticated_at
    g.viewer = Viewer(
        face,
        found.face,
        found.subject_id,
        found.acr,
        tuple(found.amr),
        found.permissions,
        fresh=at is not None and at > now() - FRESH and not found.one_step,
        one_step=found.one_step,
    )


def _enforce() -> Response | None:
    if request.endpoint is None:
        return None  # 404 and 405 come from routing
    access = access_of(current_app._get_current_object(), request.endpoint)  # type: ignore[attr-defined]
    viewer = current_viewer()
    if request.path == "/" and viewer.face == "staff":
        return redirect("/staff/", 303)  # the staff host's front door
    if access is None or viewer.face not in access.faces:
        raise NotFound()
    if access.signed_in and not viewer.signed_in:
        g.turned_away = True
        return _to_sign_in(viewer.face)
    if viewer.one_step and request.method in access.proven and viewer.id:
        g.turned_away = True
        return redirect(url_for("auth.prove", next=_way_back(viewer.id)), 303)
    if access.fresh and not viewer.fresh and viewer.id:
        g.turned_away = True
        return redirect(url_for("auth.prove", fresh=1, next=_way_back(viewer.id)), 303)
    if access.permission and not viewer.may(access.permission):
        raise Forbidden()
    return None


def _give_form_back() -> None:
    viewer = current_viewer()
    if viewer.kind == "resident" and viewer.id and kept_forms.PARAMETER in request.args:
        kept_forms.give_back(viewer.id)


def _refuse_null_characters() -> None:
    """PostgreSQL keeps no U+0000, and no keyboard types it: such a request is somebody's probe."""
    access = access_of(current_app._get_current_object(), request.endpoint)  # type: ignore[attr-defined]
    texts = [request.path, *_texts(request.args)]
    if access is not None and "unknown" not in access.faces:  # machines' bodies stay untouched
        texts += _texts(request.form)
    if any("\x00" in text for text in texts):
        raise BadRequest()


def _texts(fields: MultiDict[str, str]) -> list[str]:
    return [text for name, value in fields.items(multi=True) for text in (name, value)]


def _to_sign_in(face: str) -> Response:
    """To the sign-in, and back here after it; a resident's form that came too late is kept."""
    if face == "staff":
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("auth_staff.sign_in", next=back), 303)
    late = kept_forms.expired_session() if request.method == "POST" else None
    back = _way_back(late.subject_id if late else None, late.data if late else None)
    return redirect(url_for("auth.sign_in", next=back), 303)


def _way_back(owner: UUID | None, data: Mapping[str, Any] | None = None) -> str | None:
    if request.method != "POST":
        return request.full_path.rstrip("?")
    return kept_forms.keep(owner, session if data is None else data)


def _insist_on_audit(response: Response) -> Response:
    """A state-changing request that succeeded without an audit entry is a bug: never silent."""
    access = access_of(current_app._get_current_object(), request.endpoint)  # type: ignore[attr-defined]
    changed = request.method not in {"GET", "HEAD", "OPTIONS"} and response.status_code in {
        201,
        204,
        302,
        303,
    }
    silent = not g.get("audited") and not g.get("turned_away")
    if changed and access is not None and access.audited and silent:
        raise AssertionError(f"{request.endpoint} changed something without an audit entry")
    return response


def safe_next(target: str | None, default: str) -> str:
    """`target` if it is a path of this host, else `default` (open redirects, RFC 9700 §4.11)."""
    if not target or not target.startswith("/") or len(target) > 2000:
        return default
    # Browsers read "//host", "/\host" and control characters as another host or header.
    if target[1:2] in {"/", "\\"} or "\\" in target or any(ord(c) < 33 for c in target):
        return default
    return target


def came_from(otherwise: str) -> str:
    """The page of ours a form says it was sent from, else another."""
    return safe_next(request.form.get("back"), otherwise)
