"""Staff pages: answers as a table, out and in; what each row would do is shown before."""

from __future__ import annotations

from flask import Response, current_app, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from itsdangerous import BadData, URLSafeTimedSerializer

from chatbot.knowledge.staff import entries
from chatbot.knowledge.staff.list_views import bp
from chatbot.knowledge.staff.words import EDIT, SEE, shared
from chatbot.knowledge.tables.acts import write_drafts
from chatbot.knowledge.tables.exporting import FORMATS, exported
from chatbot.knowledge.tables.importing import Outcome, Plan, plan
from portal.core.clock import today
from portal.core.db import transaction
from portal.core.errors import N_, NotFound
from portal.core.web.access import current_viewer, staff

OUTCOME_WORDS = {
    Outcome.NEW: N_("New answer"),
    Outcome.CHANGED: N_("Changed answer"),
    Outcome.SAME: N_("Unchanged"),
    Outcome.REFUSED: N_("Not taken"),
}
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "csv-cp932": "text/csv; charset=Shift_JIS",
}
LONGEST_KEPT = 300_000  # letters a form carries to the second step; a larger file is chosen again
FRESH = 3600  # seconds


@bp.get("/tables")
@staff(SEE)
def tables() -> ResponseReturnValue:
    """The table to take along, and the form to bring one."""
    return _page(None)


@bp.get("/tables/<form>")
@staff(SEE)
def export(form: str) -> ResponseReturnValue:
    """Answers in force as a file: all, or those of one category."""
    if form not in FORMATS:
        raise NotFound()
    wanted = request.args.get("category", "")
    bodies = entries.in_force().values()
    chosen = [body for body in bodies if wanted in ("", body.get("category"))]
    name = f"faq-{today():%Y%m%d}.{form.partition('-')[0]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(exported(chosen, form), content_type=TYPES[form], headers=headers)


@bp.post("/tables")
@staff(EDIT)
def bring_table() -> ResponseReturnValue:
    """First what every row would do, then, on a second word, the drafts."""
    raw, kept = _file()
    if raw is None:
        flash(gettext("Please choose a file."), "error")
        return _page(None), 422
    made = plan(raw, entries.in_force(), today())
    if made.fault or request.form.get("do") != "write":
        return _page(made, kept=kept), 422 if made.fault else 200
    with transaction() as db:
        written = write_drafts(db, made, by=current_viewer().id, note=gettext("From a table"))
    flash(gettext("%(count)s drafts are kept. Look at them, then propose them.", count=written))
    return _page(made, written=True)


def _file() -> tuple[bytes | None, str]:
    """The file sent now, or the one of the step before; and how the next step carries it."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        raw = sent.read()
        text = _sealer().dumps(raw.hex())
        return raw, text if len(text) <= LONGEST_KEPT else ""
    try:
        kept = request.form.get("kept", "")
        return bytes.fromhex(_sealer().loads(kept, max_age=FRESH)), kept
    except (BadData, ValueError):
        return None, ""


def _page(made: Plan | None, *, kept: str = "", written: bool = False) -> str:
    return render_template(
        "chatbot/knowledge/tables.html",
        plan=made,
        kept=kept,
        written=written,
        outcome_words=OUTCOME_WORDS,
        outcomes=Outcome,
        categories=entries.categories(),
        count=len(entries.in_force()),
        **shared(),
    )


def _sealer() -> URLSafeTimedSerializer:
    """Signed: what is written is what was looked at."""
    settings = current_app.extensions["mado.settings"]
    return URLSafeTimedSerializer(settings.SECRET_KEY, salt="answers table")
