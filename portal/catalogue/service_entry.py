"""Reads one service of the catalogue from its fields, refusing what is wrong by field."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from portal.catalogue.facts import read_facts
from portal.catalogue.gif import BENEFICIARIES, CATEGORIES, SERVICE_TYPES
from portal.catalogue.model import (
    DatedRule,
    Desk,
    District,
    Example,
    Item,
    Kind,
    Milestone,
    Service,
    Shown,
    Text,
    Who,
)
from portal.catalogue.reading import Fields
from portal.catalogue.rules import parse_rule
from portal.core.languages import EASY, TRANSLATED
from portal.core.text_marks import marked

SUMMARY_LENGTH = 100  # DS-451-4 概要
TITLE_LENGTH = 40  # DS-451-4 タイトル
SEXES = ("", "F", "M")


def read_text(fields: Fields, name: str) -> Text:
    """A text with `ja` and `en`, and perhaps further languages."""
    part = fields.part(name)
    found = {code: part.optional_text(code) for code in TRANSLATED}
    others = {code: text for code, text in found.items() if text}
    if EASY in others:
        others[EASY] = marked(others[EASY])
    text = Text(part.text("ja"), part.text("en"), others)
    part.finish()
    return text


def _optional_text(fields: Fields, name: str) -> Text | None:
    return read_text(fields, name) if fields.has(name) else None


class ServiceReader:
    """Reads service entries against the desks, districts and items they name."""

    def __init__(
        self,
        desks: Mapping[str, Desk],
        districts: Mapping[str, District],
        items: Mapping[str, Item],
    ) -> None:
        self._desks, self._districts, self._items = desks, districts, items

    def read(self, fields: Fields) -> Service:
        service = Service(
            key=fields.text("key"),
            title=_short(fields, "title", TITLE_LENGTH),
            summary=_short(fields, "summary", SUMMARY_LENGTH),
            category=_word(fields, "category", CATEGORIES),
            service_type=_word(fields, "service_type", SERVICE_TYPES),
            beneficiaries=_words(fields, "beneficiaries", BENEFICIARIES),
            who=fields.choice("who", Who),
            sex=_sex(fields),
            kind=fields.choice("kind", Kind),
            shown=fields.choice("shown", Shown, Shown.YES),
            priority=fields.integer("priority", 5),
            versions=_versions(fields),
            milestones=tuple(_milestone(each) for each in fields.parts("milestones")),
            bring=tuple(self._items[key] for key in self._known(fields, "bring", self._items)),
            desk=self._desk(fields),
            online=fields.optional_text("online"),
            cost=_optional_text(fields, "cost"),
            form=fields.optional_text("form"),
            note=_optional_text(fields, "note"),
            keywords=fields.texts("keywords"),
            districts=frozenset(self._known(fields, "districts", self._districts)),
            confirmed=fields.flag("confirmed", True),
            sensitive=fields.flag("sensitive", False),
            checks=fields.texts("checks"),
            lead_days=fields.integer("lead_days", 30),
            grace_days=fields.integer("grace_days", 60),
            soon_days=fields.integer("soon_days", 14),
            show_days=fields.optional_integer("show_days"),
            tests=tuple(_example(each) for each in fields.parts("tests")),
        )
        fields.finish()
        if service.sensitive and service.shown is not Shown.SEARCH:
            raise fields.fault("shown", "a sensitive service must be `search`")
        _known_milestones(fields, service)
        return service

    def _desk(self, fields: Fields) -> Desk:
        key = fields.text("desk")
        if key not in self._desks:
            raise fields.fault("desk", f"unknown desk {key!r}")
        return self._desks[key]

    def _known(self, fields: Fields, name: str, known: Mapping[str, object]) -> tuple[str, ...]:
        keys = fields.texts(name)
        unknown = [key for key in keys if key not in known]
        if unknown:
            raise fields.fault(name, f"unknown {', '.join(unknown)}")
        return keys


def _short(fields: Fields, name: str, length: int) -> Text:
    text = read_text(fields, name)
    if len(text.ja) > length:
        raise fields.fault(name, f"longer than {length} characters")
    return text


def _word(fields: Fields, name: str, words: Mapping[str, str]) -> str:
    word = fields.text(name)
    if word not in words:
        raise fields.fault(name, f"{word!r} is not a word of DS-491-1")
    return word


def _words(fields: Fields, name: str, words: Mapping[str, str]) -> tuple[str, ...]:
    values = fields.texts(name)
    unknown = [value for value in values if value not in words]
    if unknown:
        raise fields.fault(name, f"{unknown[0]!r} is not a word of DS-491-1")
    return values


def _sex(fields: Fields) -> str:
    sex = fields.optional_text("sex") or ""
    if sex not in SEXES:
        raise fields.fault("sex", f"expected F or M, got {sex!r}")
    return sex


def _versions(fields: Fields) -> tuple[DatedRule, ...]:
    law = fields.text("law", "-")
    if fields.has("rule"):
        rule = parse_rule(fields.raw("rule"), f"{fields.where}: rule")
        return (DatedRule(rule, date.min, date.max, law),)
    versions = tuple(_version(each, law) for each in fields.parts("versions"))
    if not versions:
        raise fields.fault("rule", "is missing")
    for earlier, later in pairwise(versions):
        if later.valid_from <= earlier.valid_to:
            raise fields.fault("versions", "must follow one another without overlap")
    return versions


def _version(fields: Fields, law: str) -> DatedRule:
    version = DatedRule(
        rule=parse_rule(fields.raw("rule"), f"{fields.where}.rule"),
        valid_from=fields.optional_day("valid_from") or date.min,
        valid_to=fields.optional_day("valid_to") or date.max,
        law=fields.text("law", law),
    )
    fields.finish()
    return version


def _milestone(fields: Fields) -> Milestone:
    milestone = Milestone(
        key=fields.text("key"),
        title=read_text(fields, "title"),
        rule=parse_rule(fields.raw("rule"), f"{fields.where}.rule"),
        checks=fields.texts("checks"),
    )
    fields.finish()
    return milestone


def _known_milestones(fields: Fields, service: Service) -> None:
    keys = {"", *(each.key for each in service.milestones)}
    for number, example in enumerate(service.tests):
        if example.milestone not in keys:
            name = f"tests[{number}].milestone"
            raise fields.fault(name, f"unknown milestone {example.milestone!r}")


def _example(fields: Fields) -> Example:
    example = Example(
        birthdate=fields.optional_day("birthdate"),
        today=fields.optional_day("today"),
        opens=fields.optional_day("opens"),
        closes=fields.optional_day("closes"),
        never=fields.flag("never", False),
        facts=read_facts(fields, "facts"),
        milestone=fields.text("milestone", ""),
    )
    fields.finish()
    if example.never and (example.opens or example.closes):
        raise fields.fault("never", "no window has no days")
    if not (example.birthdate or example.today or example.opens or example.closes):
        raise fields.fault("birthdate", "is missing")
    return example
