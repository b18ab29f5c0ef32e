"""What a form of the editor holds, worked out from what was typed: its fields, rows and rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from portal.catalogue.gif import BENEFICIARIES, CATEGORIES, SERVICE_TYPES
from portal.catalogue.load import Thing
from portal.catalogue.model import Catalogue, Desk, District, Item, Kind, Shown, Who
from portal.catalogue.staff.bodies import numbers
from portal.catalogue.staff.rule_specs import rule_specs
from portal.catalogue.staff.specs import Choices, Spec, Typed
from portal.core.errors import N_
from portal.core.i18n import current_language, speaks_japanese
from portal.core.languages import STAFF

MOST = {"versions": 8, "milestones": 12, "tests": 40, "parts": 8}
DEEPEST = 3
WHO_WORDS: Mapping[str, str] = {
    Who.CHILD: N_("Children"),
    Who.PERSON: N_("Everybody of the age"),
    Who.SELF: N_("Yourself"),
    Who.HOUSEHOLD: N_("Your household"),
    Who.EXPECTING: N_("Pregnant people"),
}
KIND_WORDS: Mapping[str, str] = {
    Kind.TODO: N_("To do (a duty)"),
    Kind.RECOMMENDATION: N_("Recommendation"),
    Kind.INFORMATION: N_("Information"),
}
SHOWN_WORDS: Mapping[str, str] = {
    Shown.YES: N_("On My Page"),
    Shown.INTEREST: N_("On My Page of those interested"),
    Shown.SEARCH: N_("By search only"),
}
SEX_WORDS = (("F", N_("Women")), ("M", N_("Men")))
TEXT_WORDS = {
    "title": N_("Title"),
    "summary": N_("Summary"),
    "cost": N_("Cost"),
    "note": N_("Note"),
    "name": N_("Name"),
    "place": N_("Place"),
    "hours": N_("Opening hours"),
}
LANGUAGE_WORDS = {"ja": N_("Japanese"), "en": N_("English")}


@dataclass(frozen=True, slots=True)
class RuleBox:
    """One rule of the form; parts are rules of a joined one."""

    prefix: str
    kind: str
    specs: list[Spec]
    parts: list[RuleBox]


@dataclass(frozen=True, slots=True)
class Row:
    """One version, milestone or test."""

    prefix: str
    specs: list[Spec]
    rule: RuleBox | None = None


@dataclass(slots=True)
class Layout:
    """Groups of plain fields with their headings, then the rows that come in numbers."""

    groups: list[tuple[str, list[Spec]]]
    versions: list[Row] = field(default_factory=list)
    milestones: list[Row] = field(default_factory=list)
    tests: list[Row] = field(default_factory=list)

    @property
    def specs(self) -> list[Spec]:
        """Every field."""
        found = [spec for _, specs in self.groups for spec in specs]
        for row in [*self.versions, *self.milestones, *self.tests]:
            found += row.specs
            if row.rule:
                found += _of_rule(row.rule)
        return found


def layout_of(thing: Thing, typed: Typed, catalogue: Catalogue) -> Layout:
    """The form of an entry as far as it was typed."""
    if thing is not Thing.SERVICE:
        return Layout([(N_("What it is"), _plain_thing(thing))])
    return Layout(
        groups=_service_groups(catalogue),
        versions=[_version(prefix, typed) for prefix in _rows("versions", typed)],
        milestones=[_milestone(prefix, typed) for prefix in _rows("milestones", typed)],
        tests=[_test(prefix) for prefix in _rows("tests", typed)],
    )


def _rows(name: str, typed: Typed) -> list[str]:
    return [f"{name}[{number}]" for number in numbers(typed, name, MOST[name])]


def _version(prefix: str, typed: Typed) -> Row:
    specs = [
        Spec("valid_from", "day", N_("In force from"), N_("Empty: without beginning.")),
        Spec("valid_to", "day", N_("In force until"), N_("Empty: without end.")),
        Spec("law", "line", N_("Legal basis")),
    ]
    return Row(prefix, _under(prefix, specs), _rule(f"{prefix}.rule", typed))


def _milestone(prefix: str, typed: Typed) -> Row:
    specs = [
        Spec("key", "line", N_("Key"), required=True),
        *_texts("title", "line", required=True),
        Spec("checks", "words", N_("Check ids")),
    ]
    return Row(prefix, _under(prefix, specs), _rule(f"{prefix}.rule", typed))


def _test(prefix: str) -> Row:
    specs = [
        Spec("birthdate", "day", N_("Birthdate")),
        Spec("facts", "facts", N_("Facts")),
        Spec("today", "day", N_("Asked on")),
        Spec("opens", "day", N_("Must open")),
        Spec("closes", "day", N_("Must close")),
        Spec("never", "flag", N_("No window"), default=False),
        Spec("milestone", "line", N_("Milestone")),
    ]
    return Row(prefix, _under(prefix, specs))


def _rule(prefix: str, typed: Typed, depth: int = 1) -> RuleBox:
    kind = (typed.get(f"{prefix}.kind") or [""])[0].strip() or "always"
    parts = []
    if kind in ("all", "any") and depth < DEEPEST:
        found = numbers(typed, f"{prefix}.parts", MOST["parts"])
        parts = [_rule(f"{prefix}.parts[{n}]", typed, depth + 1) for n in found]
    return RuleBox(prefix, kind, rule_specs(prefix, kind), parts)


def _of_rule(box: RuleBox) -> list[Spec]:
    return box.specs + [spec for part in box.parts for spec in _of_rule(part)]


def _under(prefix: str, specs: Iterable[Spec]) -> list[Spec]:
    return [replace(spec, path=f"{prefix}.{spec.path}") for spec in specs]


def _texts(name: str, kind: str, *, required: bool = False) -> list[Spec]:
    """A text in every language of the site; labels say which."""
    return [
        Spec(f"{name}.{code}", kind, TEXT_WORDS[name], LANGUAGE_WORDS[code], required)
        for code in STAFF
    ]


def _plain_thing(thing: Thing) -> list[Spec]:
    if thing is not Thing.DESK:
        return _texts("name", "line", required=True)
    phone = Spec("phone", "line", N_("Phone"), required=True)
    names = ("name", "place", "hours")
    return [*(s for n in names for s in _texts(n, "line", required=True)), phone]


def _service_groups(catalogue: Catalogue) -> list[tuple[str, list[Spec]]]:
    return [
        (N_("What it is"), _what()),
        (N_("Who it is for"), _for_whom(catalogue)),
        (N_("How it is done"), _how(catalogue)),
        (N_("How it is shown"), _shown()),
    ]


def _what() -> list[Spec]:
    return [
        *_texts("title", "line", required=True),
        *_texts("summary", "area", required=True),
        Spec("category", "choice", N_("Category"), required=True, choices=_gif(CATEGORIES)),
        Spec("service_type", "choice", N_("Type"), required=True, choices=_gif(SERVICE_TYPES)),
        Spec("keywords", "words", N_("Keywords"), N_("With commas.")),
    ]


def _for_whom(catalogue: Catalogue) -> list[Spec]:
    return [
        Spec("who", "choice", N_("Whose card"), required=True, choices=tuple(WHO_WORDS.items())),
        Spec("sex", "choice", N_("Sex"), choices=SEX_WORDS),
        Spec("beneficiaries", "many", N_("Beneficiaries"), choices=_gif(BENEFICIARIES)),
        Spec("districts", "many", N_("Only in districts"), choices=_named(catalogue.districts)),
    ]


def _how(catalogue: Catalogue) -> list[Spec]:
    desks = _named(catalogue.desks)
    return [
        Spec("desk", "choice", N_("Desk"), required=True, choices=desks),
        Spec("bring", "many", N_("Things to bring"), choices=_named(catalogue.items)),
        Spec("online", "line", N_("Online"), N_("Key of a link, or an address with https://.")),
        *_texts("cost", "line"),
        Spec("form", "line", N_("Form")),
        *_texts("note", "area"),
    ]


def _shown() -> list[Spec]:
    days = (0, 4000)
    return [
        Spec(
            "kind",
            "choice",
            N_("What it asks of residents"),
            required=True,
            choices=tuple(KIND_WORDS.items()),
        ),
        Spec("shown", "choice", N_("Shown"), choices=tuple(SHOWN_WORDS.items()), default="yes"),
        Spec("confirmed", "flag", N_("Rule and texts are confirmed"), default=True),
        Spec("sensitive", "flag", N_("Sensitive (never shown by itself)"), default=False),
        Spec("priority", "number", N_("Priority (0 to 10)"), default=5, most=10),
        _days("lead_days", N_("Shown how many days before it opens"), days, 30),
        _days("soon_days", N_("Due soon from how many days before"), days, 14),
        _days("grace_days", N_("Stays how many days after a missed deadline"), days, 60),
        _days("show_days", N_("Leaves My Page how many days after opening"), days, None),
        Spec("checks", "words", N_("Check ids"), N_("With commas.")),
    ]


def _days(path: str, label: str, bounds: tuple[int, int], default: int | None) -> Spec:
    return Spec(path, "number", label, default=default, least=bounds[0], most=bounds[1])


def _gif(words: Mapping[str, str]) -> Choices:
    """Words of DS-491-1 in the page's language."""
    english = not speaks_japanese()
    return tuple((word, words[word] if english else word) for word in words)


def _named(things: Mapping[str, Desk] | Mapping[str, District] | Mapping[str, Item]) -> Choices:
    language = current_language()
    return tuple((key, each.name.say(language)) for key, each in things.items())
