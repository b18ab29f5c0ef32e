"""Staff's pages of the city's website: sources, runs, pages, categories."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.console.paging import fetched
from portal.core import jobs
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.web.access import staff
from portal.guide.city_pages import reports, sources
from portal.guide.city_pages.forms import CategoryForm, SourceForm, filled
from portal.guide.city_pages.sources import BadSource

bp = Blueprint("city_pages", __name__)
VIEW, EDIT = "catalogue.view", "catalogue.edit"
WORK = "portal.guide.city_pages.importing.work"


@bp.get("/staff/pages")
@staff(VIEW)
def index() -> ResponseReturnValue:
    """Sources, how each stands."""
    with transaction() as session:
        return render_template(
            "portal/pages/sources.html",
            sources=sources.every(session),
            runs=reports.last_runs(session),
            counts=reports.shown_counts(session),
            reason_key=reports.reason_key,
        )


@bp.route("/staff/pages/sources/new", methods=["GET", "POST"])
@staff(EDIT)
def new() -> ResponseReturnValue:
    """A further source."""
    form = SourceForm()
    if form.valid():
        try:
            with transaction() as session:
                source = sources.add(session, **form.values())
                jobs.ring(session, WORK, source.id, queue="bulk")
        except BadSource as error:
            form[error.field].errors = [gettext(error.message)]
        else:
            flash(gettext("The source is kept. Its first run begins now."), "success")
            return redirect(url_for("city_pages.show", source_id=source.id), 303)
    return render_template("portal/pages/source_form.html", form=form, source=None)


@bp.get("/staff/pages/sources/<uuid:source_id>")
@staff(VIEW)
def show(source_id: UUID) -> ResponseReturnValue:
    """One source and its runs."""
    with transaction() as session:
        return render_template(
            "portal/pages/source.html",
            source=sources.find(session, source_id),
            runs=reports.runs_of(session, source_id),
            outcomes=reports.OUTCOMES,
            reason_key=reports.reason_key,
        )


@bp.route("/staff/pages/sources/<uuid:source_id>/edit", methods=["GET", "POST"])
@staff(EDIT)
def edit(source_id: UUID) -> ResponseReturnValue:
    """Change a source, or stop it."""
    with transaction() as session:
        source = sources.find(session, source_id)
    form = filled(source)
    if form.valid():
        try:
            with transaction() as session:
                sources.change(session, sources.find(session, source_id), **form.values())
        except BadSource as error:
            form[error.field].errors = [gettext(error.message)]
        else:
            flash(gettext("The source is changed."), "success")
            return redirect(url_for("city_pages.show", source_id=source_id), 303)
    return render_template("portal/pages/source_form.html", form=form, source=source)


@bp.post("/staff/pages/sources/<uuid:source_id>/run")
@staff(EDIT)
def run(source_id: UUID) -> ResponseReturnValue:
    """Begin a run now."""
    with transaction() as session:
        sources.run_now(session, sources.find(session, source_id))
        jobs.ring(session, WORK, source_id, queue="bulk")
    flash(gettext("The run begins now."), "success")
    return redirect(url_for("city_pages.show", source_id=source_id), 303)


@bp.get("/staff/pages/runs/<uuid:run_id>")
@staff(VIEW)
def report(run_id: UUID) -> ResponseReturnValue:
    """What a run found."""
    with transaction() as session:
        run, source, items = reports.run_of(session, run_id)
        return render_template(
            "portal/pages/run.html",
            run=run,
            source=source,
            items=items,
            outcomes=reports.OUTCOMES,
            reason_key=reports.reason_key,
        )


@bp.get("/staff/pages/list")
@staff(VIEW)
def pages() -> ResponseReturnValue:
    """Every page, by words and category."""
    words = request.args.get("q", "").strip()[:100]
    category = request.args.get("category", "")[:80]
    with transaction() as session:
        found = fetched(
            lambda limit, offset: reports.pages(session, words, category, limit, offset),
            reports.PER_PAGE,
        )
        return render_template(
            "portal/pages/pages.html",
            paged=found,
            words=words,
            category=category,
            categories=[name for name, _, _ in reports.categories(session)],
        )


@bp.get("/staff/pages/categories")
@staff(VIEW)
def categories() -> ResponseReturnValue:
    """Categories and what they have to do with."""
    with transaction() as session:
        return render_template(
            "portal/pages/categories.html", categories=reports.categories(session)
        )


@bp.route("/staff/pages/category", methods=["GET", "POST"])
@staff(EDIT)
def category() -> ResponseReturnValue:
    """Tie a category to interests and services."""
    name = request.args.get("name", "")[:80]
    with transaction() as session:
        known = {each: said for each, _, said in reports.categories(session)}
    if name not in known:
        raise NotFound()
    form = CategoryForm(obj=known[name])
    if form.valid():
        with transaction() as session:
            reports.tie(
                session,
                name,
                interests=list(form.interests.data or ()),
                services=list(form.services.data or ()),
            )
        flash(gettext("The category is changed."), "success")
        return redirect(url_for("city_pages.categories"), 303)
    return render_template("portal/pages/category.html", form=form, name=name)
