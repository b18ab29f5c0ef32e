"""/faq: every question on a page of its own, found by category and by words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from chatbot.dialogue.payloads import ENTRY, Pick, write
from chatbot.dialogue.reply import Kind, Question, Reply
from chatbot.knowledge.entries import Entry, EntryKind, Text
from chatbot.knowledge.loading import DATA, load_desks, load_links, read_yaml
from chatbot.knowledge.staff.words import LANGUAGE_NAMES
from chatbot.knowledge.store import load_knowledge
from chatbot.rendering.line import system_browser
from chatbot.rendering.markdown import to_html, to_plain
from chatbot.rendering.spoken import written_day
from chatbot.tuning import feedback, log, saying
from portal.core.clock import today
from portal.core.errors import N_, NotFound
from portal.core.i18n import current_language
from portal.core.languages import EASY, JAPANESE
from portal.core.outside import address_of
from portal.core.registries import NavItem, registries
from portal.core.text_marks import spoken
from portal.core.web.access import current_viewer, public
from portal.core.web.app import limiter
from portal.guide.public import Kept, PublicPage, add_public
from portal.guide.public_structured import breadcrumbs, faq_page
from portal.mypage.favourites import starred
from portal.search.folding import folded

bp = Blueprint("faq", __name__, url_prefix="/faq")
REASON_WORDS = {
    "wrong": N_("The answer is wrong"),
    "old": N_("The answer is old"),
    "hard": N_("Hard to understand"),
    "other_matter": N_("I was looking for something else"),
}


@bp.record_once
def register(state: BlueprintSetupState) -> None:
    """Addresses for search engines and the sitemap's pages."""
    kept = {"faq.index": Kept(("category",)), "faq.question": Kept(("in",))}
    app = cast("Flask", state.app)
    add_public(app, kept, _pages)
    registries(app).doors.append(
        NavItem("resident", N_("Questions and answers"), "faq.index", "ask", 40)
    )


def questions() -> dict[str, Entry]:
    """Answers of today by key; small talk and other offices' matters are for the bot only."""
    day = today()
    return {
        each.key: each
        for each in load_knowledge().entries
        if each.kind is EntryKind.FAQ and each.valid_on(day)
    }


@bp.get("")
@public()
def index() -> str:
    """The categories; the questions of one, or those with some words."""
    language, entries = current_language(), questions().values()
    category, words = request.args.get("category", ""), request.args.get("q", "").strip()[:100]
    counts = Counter(each.category for each in entries)
    if category and category not in counts:
        raise NotFound()
    found = [
        {"url": url_for("faq.question", key=each.key), "title": each.text(language).question}
        for each in entries
        if category in ("", each.category) and _holds(each, words)
    ]
    # Questions that say the words themselves come first.
    found.sort(key=lambda one: bool(words) and folded(words) not in folded(one["title"]))
    here = (gettext("Questions and answers"), url_for("faq.index"))
    return render_template(
        "chatbot/faq.html",
        title=category_name(category) if category else here[0],
        found=found if category or words else None,
        words=words,
        category=category,
        items=[
            {"name": category_name(name), "url": url_for("faq.index", category=name), "count": n}
            for name, n in counts.items()
        ],
        crumbs=[_home(), here] if category else [_home()],
        structured=[breadcrumbs([_home(), here])],
    )


@bp.get("/<key>")
@public()
def question(key: str) -> str:
    """One question with its answer."""
    entry = _entry(key)
    shown = _shown_in(entry)
    text = entry.texts[shown]
    crumbs = [
        _home(),
        (gettext("Questions and answers"), url_for("faq.index")),
        (category_name(entry.category), url_for("faq.index", category=entry.category)),
    ]
    path = url_for("faq.question", key=key)
    return render_template(
        "chatbot/question.html",
        thing={"kind": "faq", "key": key, "title": text.question, "sensitive": False},
        entry=entry,
        text=text,
        shown=shown,
        written=shown.split("-")[0] if shown == EASY else shown,
        answer=_html(text),
        links=_links(entry),
        written_in=_languages(entry, shown),
        desk=load_desks(current_language()).get(entry.desk),
        updated=written_day(entry.updated, current_language()),
        source_url=address_of(entry.source_url) if entry.source_url else "",
        starred=starred(current_viewer().id),
        crumbs=crumbs,
        structured=[
            faq_page([(text.question, to_plain(text.answer))]),
            breadcrumbs([*crumbs, (text.question, path)]),
        ],
    )


@bp.route("/<key>/helpful", methods=["GET", "POST"])
@limiter.limit("20 per minute", methods=["POST"])
@public(audited=False)  # a count without a person
def helpful(key: str) -> ResponseReturnValue:
    """Whether it helped, and why not: the same log as that of the bot.

    A page of its own: its form has a token, and the question's page may be kept by anybody.
    """
    entry, said = _entry(key), request.form.get("helpful", "")
    if request.method == "POST" and said in (saying.YES, *saying.REASONS):
        _keep(entry, said)
        flash(gettext("Thank you. It helps us to get better."), "success")
        return redirect(url_for("faq.question", key=key), 303)
    return render_template(
        "chatbot/question_helpful.html",
        title=entry.text(current_language()).question,
        back=url_for("faq.question", key=key),
        reasons=[(one, gettext(words)) for one, words in REASON_WORDS.items()],
    )


def category_name(name: str) -> str:
    """A category in the page's language."""
    language, known = current_language(), _names().get(name)
    return name if language == JAPANESE or known is None else spoken(known, language)


def _keep(entry: Entry, said: str) -> None:
    """A turn of the log: somebody was given this answer, and what they say to it."""
    language = current_language()
    asked = Question("", language, {}, payload=write(Pick(ENTRY, entry.key)))
    reply = Reply(kind=Kind.ANSWER, language=language, blocks=(), key=entry.key)
    turn = log.note(asked, reply, channel="web")
    for step in (said,) if said == saying.YES else (saying.NO, said):
        if turn:
            feedback.hear(Question("", language, {}, payload=saying.write(turn, step)))


def _entry(key: str) -> Entry:
    entry = questions().get(key)
    if entry is None:
        raise NotFound()
    return entry


def _shown_in(entry: Entry) -> str:
    """The language asked for, else the page's, else Japanese."""
    wanted = request.args.get("in", "")
    if wanted and wanted not in entry.texts:
        raise NotFound()
    here = current_language()
    return wanted or (here if here in entry.texts else "ja")


def _languages(entry: Entry, shown: str) -> list[dict[str, Any]]:
    """The languages it is written in, by their own names."""
    return [
        {
            "name": LANGUAGE_NAMES[name],
            "code": name.split("-")[0] if name == EASY else name,
            "url": f"{url_for('faq.question', key=entry.key)}?in={name}",
            "now": name == shown,
        }
        for name in LANGUAGE_NAMES
        if name in entry.texts
    ]


def _links(entry: Entry) -> list[tuple[str, str]]:
    places = load_links(current_language())
    found = []
    for link in (places[name] for name in entry.links if name in places):
        url = address_of(link.url)
        found.append((link.label, system_browser(url) if link.opens_system_browser else url))
    return found


def _html(text: Text) -> Markup:
    return Markup(to_html(text.answer))  # noqa: S704  (lets only listed tags through)


def _holds(entry: Entry, words: str) -> bool:
    texts = entry.texts.values()
    said = folded("\n".join(w for t in texts for w in (t.question, t.answer, *t.aliases)))
    return all(folded(word) in said for word in words.split())


def _home() -> tuple[str, str]:
    return gettext("First page"), url_for("guide.home")


@lru_cache(maxsize=1)
def _names() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = read_yaml(DATA / "categories.yaml")
    return found


def _pages() -> Iterator[PublicPage]:
    entries = questions().values()
    newest = max((each.updated for each in entries), default=None)
    yield PublicPage(url_for("faq.index"), newest)
    for category in dict.fromkeys(each.category for each in entries):
        yield PublicPage(url_for("faq.index", category=category), newest)
    for each in entries:
        yield PublicPage(url_for("faq.question", key=each.key), each.updated)
