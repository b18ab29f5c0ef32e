"""Clerks' pages of classes, districts with their days, and other words for things."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from chatbot.garbage import acts
from chatbot.garbage.days import ScheduleError, read_weekdays
from chatbot.garbage.entries import Body, Entries, Thing
from chatbot.garbage.files.taking import made_key
from chatbot.garbage.staff.forms import ClassForm, DistrictForm, WordsForm, districts_of
from chatbot.garbage.staff.views import EDIT, SEE, bp, class_names, save
from chatbot.garbage.written_days import read_days, write_days
from portal.catalogue.load import load_catalogue
from portal.core.db import transaction
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.core.web.access import current_viewer, staff

BETWEEN = re.compile(r"[,、，;；\t]+")
MOST_GROUPS, SHORTEST_GROUP = 500, 2


@bp.get("/classes")
@staff(SEE)
def classes() -> str:
    """All classes, with what is still missing."""
    entries = _standing()
    counts: dict[str, int] = {}
    for body in entries[Thing.ITEM].values():
        counts[body["class"]] = counts.get(body["class"], 0) + 1
    return render_template(
        "chatbot/garbage/staff/classes.html", classes=entries[Thing.CLASS], counts=counts
    )


@bp.route("/classes/new", methods=["GET", "POST"])
@staff(EDIT)
def new_class() -> ResponseReturnValue:
    """Add a class."""
    return _class(made_key("c", str(new_id())), {})


@bp.route("/classes/<key>", methods=["GET", "POST"])
@staff(EDIT)
def kind(key: str) -> ResponseReturnValue:
    """Change a class."""
    return _class(key, _of(Thing.CLASS, key))


def _class(key: str, body: Body) -> ResponseReturnValue:
    form = ClassForm()
    if form.valid() and save(form, Thing.CLASS, key, form.body(body)):
        flash(gettext("Saved. Residents see it within seconds."), "success")
        return redirect(url_for(".classes"), 303)
    if request.method == "GET" and body:
        form.fill(body)
    return render_template("chatbot/garbage/staff/class.html", form=form, body=body)


@bp.get("/districts")
@staff(SEE)
def districts() -> str:
    """All districts with their days."""
    entries = _standing()
    names = class_names(entries)
    lines = [
        (key, body["name"]["ja"], [(names[k], _written(text)) for k, text in _days(body, names)])
        for key, body in entries[Thing.DISTRICT].items()
    ]
    return render_template("chatbot/garbage/staff/districts.html", lines=lines)


@bp.route("/districts/new", methods=["GET", "POST"])
@staff(EDIT)
def new_district() -> ResponseReturnValue:
    """Add a district."""
    return _district(made_key("d", str(new_id())), {})


@bp.route("/districts/<key>", methods=["GET", "POST"])
@staff(EDIT)
def district(key: str) -> ResponseReturnValue:
    """Change a district's name and days."""
    return _district(key, _of(Thing.DISTRICT, key))


def _district(key: str, body: Body) -> ResponseReturnValue:
    form, names = DistrictForm(), class_names(_standing())
    districts_of(form, {k: d.name.ja for k, d in load_catalogue().districts.items()})
    typed = dict(request.form) if request.method == "POST" else _typed(body, names)
    wrong: dict[str, str] = {}
    if form.valid():
        days = _said_days(typed, names, wrong)
        told = {**(body.get("name") or {}), "ja": form.name_ja.data, "en": form.name_en.data}
        name = {language: text for language, text in told.items() if text}
        made = {**body, **days, "name": name, "part_of": form.part_of.data or ""}
        if not wrong and save(form, Thing.DISTRICT, key, made):
            flash(gettext("Saved. Residents see it within seconds."), "success")
            return redirect(url_for(".districts"), 303)
    if request.method == "GET" and body:
        form.name_ja.data, form.name_en.data = body["name"]["ja"], body["name"].get("en", "")
        form.part_of.data = body.get("part_of", "")
    return render_template(
        "chatbot/garbage/staff/district.html",
        form=form, body=body, names=names, typed=typed, wrong=wrong,
    )  # fmt: skip


@bp.route("/words", methods=["GET", "POST"])
@staff(EDIT)
def words() -> ResponseReturnValue:
    """The city's own groups of words; ours stay besides."""
    form, groups = WordsForm(), _standing()[Thing.SYNONYM]
    if form.valid():
        lines = [_group(line) for line in (form.groups.data or "").splitlines()]
        kept = [group for group in lines if len(group) >= SHORTEST_GROUP][:MOST_GROUPS]
        bodies = {made_key("s", "|".join(group)): {"words": group} for group in kept}
        with transaction() as session:
            acts.replace(session, Thing.SYNONYM, bodies, current_viewer().id)
        flash(gettext("Saved. Residents see it within seconds."), "success")
        return redirect(url_for(".words"), 303)
    if request.method == "GET":
        form.groups.data = "\n".join("、".join(body["words"]) for body in groups.values())
    return render_template("chatbot/garbage/staff/words.html", form=form)


def _group(line: str) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in BETWEEN.split(line) if word.strip()))


def _standing() -> Entries:
    with transaction() as session:
        return acts.standing(session)


def _of(thing: Thing, key: str) -> Body:
    body = _standing()[thing].get(key)
    if body is None:
        raise NotFound()
    return body


def _days(body: Body, names: dict[str, str]) -> list[tuple[str, str]]:
    return [(key, text) for key, text in body.get("days", {}).items() if key in names]


def _written(text: str) -> str:
    try:
        return write_days(read_weekdays(text))
    except ScheduleError:
        return text


def _typed(body: Body, names: dict[str, str]) -> dict[str, str]:
    """What stands in the boxes: the weekdays with single days behind them, and days left out."""
    found = {}
    for key in names:
        added = (str(day) for day in body.get("added", {}).get(key, ()))
        out = (str(day) for day in body.get("left_out", {}).get(key, ()))
        found[f"days-{key}"] = " ".join([_written(body.get("days", {}).get(key, "")), *added])
        found[f"out-{key}"] = " ".join(out)
    return found


def _said_days(
    typed: dict[str, str], names: dict[str, str], wrong: dict[str, str]
) -> dict[str, Any]:
    """Days, added and left-out days by class; boxes that can not be read go into `wrong`."""
    said: dict[str, Any] = {"days": {}, "added": {}, "left_out": {}}
    for key in names:
        try:
            plan = read_days(typed.get(f"days-{key}", ""))
        except ScheduleError as error:
            wrong[f"days-{key}"] = str(error)
            continue
        if plan.weekdays or plan.days:
            said["days"][key] = plan.text
        if plan.days:
            said["added"][key] = [str(day) for day in plan.days]
        if out := _single(typed.get(f"out-{key}", ""), f"out-{key}", wrong):
            said["left_out"][key] = [str(day) for day in out]
    return said


def _single(text: str, box: str, wrong: dict[str, str]) -> list[date]:
    try:
        found = read_days(text)
    except ScheduleError as error:
        wrong[box] = str(error)
        return []
    if found.weekdays:
        wrong[box] = text
    return list(found.days)
