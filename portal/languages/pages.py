"""Staff pages of translations: how far each language is, and signing text by text."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.core.db import transaction
from portal.core.errors import N_, NotFound
from portal.core.languages import LANGUAGES, TRANSLATED
from portal.core.registries import NavItem, registries
from portal.core.web.access import current_viewer, staff
from portal.core.web.forms import page_number, trimmed
from portal.languages import keeping, kept
from portal.languages.counting import KIND_WORDS, SIGNED, STATES, UNSIGNED, Line, counts, lines
from portal.languages.models import TextSignature
from portal.languages.tables import workbook
from portal.languages.written import WORDS, kinds

RECORDS = (TextSignature,)
VIEW, SIGN = "languages.view", "languages.sign"
A_PAGE = 50

bp = Blueprint("languages", __name__, url_prefix="/staff/languages")


def register(app: Flask) -> None:
    """The pages, their place in the menu, and what every page learns of corrections."""
    app.register_blueprint(bp)
    registries(app).nav.append(
        NavItem(
            "staff", N_("Languages"), "languages.index", "globe", 36, needs=VIEW, group="services"
        )
    )
    kept.install(app)


@bp.get("")
@staff(VIEW)
def index() -> str:
    """All languages: what is missing, what nobody has signed."""
    return render_template(
        "portal/languages/index.html", counts=counts(), kind_words=KIND_WORDS, kinds=kinds()
    )


@bp.get("/<language>")
@staff(VIEW)
def texts(language: str) -> str:
    """Texts of one language beside the Japanese."""
    asked = _asked(language)
    found = [each for each in lines(language, asked["kind"]) if _fits(each, asked)]
    pages = max(1, -(-len(found) // A_PAGE))
    page = min(page_number(), pages)
    return render_template(
        "portal/languages/texts.html",
        language=language,
        name=LANGUAGES[language],
        languages_there=[(code, LANGUAGES[code]) for code in TRANSLATED],
        asked=asked,
        lines=found[(page - 1) * A_PAGE : page * A_PAGE],
        found=len(found),
        page=page,
        pages=pages,
        kinds=kinds(),
        kind_words=KIND_WORDS,
        state_words=STATES,
        undo=request.args.get("undo", ""),
        may_sign=current_viewer().may(SIGN),
        person=registries().staff_name or (lambda _: ""),
        query=_query(asked),
    )


@bp.get("/<language>/table.<ending>")
@staff(VIEW)
def table(language: str, ending: str) -> Response:
    """The texts of one language as a file, for translators."""
    if language not in TRANSLATED or ending not in ("csv", "xlsx"):
        raise NotFound()
    return workbook(language, [x for kind in kinds() for x in lines(language, kind)], ending)


@bp.post("/<language>/signatures")
@staff(SIGN)
def sign(language: str) -> ResponseReturnValue:
    """Stand by the texts that were on the page, as they were on it."""
    asked = _asked(language)
    wanted = set(request.form.getlist("text"))
    chosen = [
        each.text
        for each in lines(language, asked["kind"])
        if each.state == UNSIGNED and f"{each.text.mark}.{each.text.hash}" in wanted
    ]
    with transaction() as db:
        batch = keeping.sign(db, language, chosen, by=_me())
    if len(chosen) < len(wanted):
        flash(gettext("Some texts have changed meanwhile and were not signed."), "warning")
    said = gettext("Signed: %(count)s", count=len(chosen))
    flash(said, "success")
    return _back(language, asked, undo=str(batch) if chosen else "")


@bp.post("/<language>/signatures/<uuid:number>/withdrawal")
@staff(SIGN)
def withdraw(language: str, number: UUID) -> ResponseReturnValue:
    """Take one signature or all of one press back."""
    asked = _asked(language)
    with transaction() as db:
        ended = keeping.withdraw(db, language, number, by=_me())
    flash(gettext("Taken back: %(count)s", count=ended), "success")
    return _back(language, asked)


@bp.route("/<language>/words/<mark>", methods=["GET", "POST"])
@staff(SIGN)
def correction(language: str, mark: str) -> ResponseReturnValue:
    """Say a word of the site otherwise in this city."""
    _asked(language)
    line = next((each for each in lines(language, WORDS) if each.text.mark == mark), None)
    if line is None:
        raise NotFound()
    wrong, typed = "", str(trimmed(request.form.get("text", line.text.text)))
    if request.method == "POST":
        try:
            with transaction() as db:
                keeping.correct(db, language, line.text, typed, by=_me())
        except keeping.BadWords as error:
            wrong = gettext(str(error))
        else:
            flash(gettext("The text is corrected and signed."), "success")
            return redirect(url_for("languages.texts", language=language, show=SIGNED), 303)
    return render_template(
        "portal/languages/correction.html",
        language=language,
        name=LANGUAGES[language],
        line=line,
        typed=typed,
        wrong=wrong,
    )


def _me() -> UUID:
    found = current_viewer().id
    assert found is not None  # noqa: S101  (the guard lets nobody else in)
    return found


def _asked(language: str) -> dict[str, str]:
    if language not in TRANSLATED:
        raise NotFound()
    kind = request.values.get("kind", WORDS)
    show = request.values.get("show", UNSIGNED)
    return {
        "kind": kind if kind in kinds() else WORDS,
        "show": show if show in STATES else "",
        "q": request.values.get("q", "")[:100].strip(),
    }


def _fits(line: Line, asked: dict[str, str]) -> bool:
    words = asked["q"].casefold()
    there = (line.text.ja, line.text.en, line.text.text, line.text.key)
    return asked["show"] in ("", line.state) and any(words in one.casefold() for one in there)


def _query(asked: dict[str, str], **more: str) -> dict[str, str]:
    return {name: value for name, value in {**asked, **more}.items() if value or name == "show"}


def _back(language: str, asked: dict[str, str], **more: Any) -> ResponseReturnValue:
    query: dict[str, Any] = _query(asked, **more)
    return redirect(url_for("languages.texts", language=language, **query), 303)
