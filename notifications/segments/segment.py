"""The segment: a tree of all / any / not / has_person over conditions, kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any as Json

from notifications.segments import tests
from notifications.segments.conditions import KINDS, Condition, Relation
from notifications.segments.meaning import Naming, SegmentFault, Setting
from notifications.segments.phrases import either, relation_noun

DEEPEST = 8
MOST_PARTS = 60


@dataclass(frozen=True, slots=True)
class Group:
    """`all` or `any` of its parts."""

    together: bool
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """What the part does not hold for."""

    part: Node


@dataclass(frozen=True, slots=True)
class Person:
    """The family has one person for whom the whole part holds."""

    part: Node


Node = Condition | Group | Without | Person


@dataclass(frozen=True, slots=True)
class Segment:
    """Whom a notice is for."""

    root: Node

    @classmethod
    def read(cls, value: Json, setting: Setting | None = None) -> Segment:
        """From JSON such as {"has_person": {"relation": "child", "service_open": "check_18m"}}.

        Several names in one object mean all of them. Raises SegmentFault naming the place; with
        a setting also for what can not be asked in it (a sensitive service, an unknown one).
        """
        segment = cls(_read(value, "segment", in_person=False, depth=0))
        if setting is not None:
            _ask_each(value, "segment", setting)
        return segment

    def json(self) -> dict[str, Json]:
        """As it is stored; `read` gives an equal segment."""
        return _json(self.root)

    def test(self, setting: Setting) -> tests.Test:
        """What is asked of each resident on the setting's day."""
        return _test(self.root, setting)

    def phrase(self, naming: Naming) -> str:
        """The conditions alone, as a part of a sentence."""
        return _words(self.root, naming)

    def sentence(self, naming: Naming) -> str:
        """The segment in words: whom the notice reaches."""
        if self.root == EVERYBODY:
            return naming.gettext("All registered residents")
        return naming.gettext("Residents %(conditions)s", conditions=_words(self.root, naming))


EVERYBODY = Group(together=True, parts=())


def _read(value: Json, where: str, *, in_person: bool, depth: int) -> Node:
    if not isinstance(value, Mapping):
        raise SegmentFault(f"{where}: expected an object, got {value!r}")
    if depth > DEEPEST:
        raise SegmentFault(f"{where}: is nested too deeply")
    parts = tuple(
        _read_one(name, part, f"{where}.{name}", in_person, depth) for name, part in value.items()
    )
    return parts[0] if len(parts) == 1 else Group(together=True, parts=parts)


def _read_one(name: str, value: Json, where: str, in_person: bool, depth: int) -> Node:
    if name in {"all", "any"}:
        return _read_group(name, value, where, in_person, depth)
    if name == "not":
        return Without(_read(value, where, in_person=in_person, depth=depth + 1))
    if name == "has_person":
        if in_person:
            raise SegmentFault(f"{where}: has_person can not stand inside has_person")
        return Person(_read(value, where, in_person=True, depth=depth + 1))
    kind = KINDS.get(name)
    if kind is None:
        known = ", ".join(("all", "any", "not", "has_person", *KINDS))
        raise SegmentFault(f"{where}: unknown condition; known: {known}")
    if kind.about_person is not in_person:
        side = "inside" if kind.about_person else "outside"
        raise SegmentFault(f"{where}: must stand {side} has_person")
    return kind.read(value, where)


def _read_group(name: str, value: Json, where: str, in_person: bool, depth: int) -> Node:
    if not isinstance(value, list) or len(value) > MOST_PARTS:
        raise SegmentFault(f"{where}: expected a list of at most {MOST_PARTS} parts")
    parts = tuple(
        _read(part, f"{where}[{n}]", in_person=in_person, depth=depth + 1)
        for n, part in enumerate(value)
    )
    return Group(together=name == "all", parts=parts)


def _ask_each(value: Json, where: str, setting: Setting) -> None:
    """Every condition of JSON that could be read; a fault of one names its own place."""
    for name, part in value.items():
        place = f"{where}.{name}"
        if name in {"all", "any"}:
            for n, each in enumerate(part):
                _ask_each(each, f"{place}[{n}]", setting)
        elif name in {"not", "has_person"}:
            _ask_each(part, place, setting)
        else:
            try:
                KINDS[name].read(part, place).test(setting)
            except SegmentFault as fault:
                raise SegmentFault(f"{place}: {fault}") from None


def _json(node: Node) -> dict[str, Json]:
    match node:
        case Group(together, parts):
            return {"all" if together else "any": [_json(part) for part in parts]}
        case Without(part):
            return {"not": _json(part)}
        case Person(part):
            return {"has_person": _json(part)}
        case _:
            return {node.key: node.json()}


def _test(node: Node, setting: Setting) -> tests.Test:
    match node:
        case Group(together, parts):
            inner = tuple(_test(part, setting) for part in parts)
            return tests.All(inner) if together else tests.Any(inner)
        case Without(part):
            return tests.Not(_test(part, setting))
        case Person(part):
            return tests.HasPerson(_test(part, setting))
        case _:
            return node.test(setting)


def _words(node: Node, naming: Naming) -> str:
    match node:
        case Group(together, parts):
            return _group_words(together, [_bracketed(part, naming) for part in parts], naming)
        case Without(part):
            return naming.gettext("not (%(condition)s)", condition=_words(part, naming))
        case Person(part):
            return _person_words(part, naming)
        case _:
            return node.words(naming)


def _group_words(together: bool, parts: list[str], naming: Naming) -> str:
    if not parts:
        return naming.gettext("anyone") if together else naming.gettext("nobody")
    link = naming.gettext(" and ") if together else naming.gettext(" or else ")
    return link.join(parts)


def _bracketed(part: Node, naming: Naming) -> str:
    words = _words(part, naming)
    if isinstance(part, Group) and len(part.parts) > 1:
        return naming.gettext("(%(conditions)s)", conditions=words)
    return words


def _person_words(part: Node, naming: Naming) -> str:
    """The relation becomes the noun and the rest describes it: "with a child who …"."""
    parts = part.parts if isinstance(part, Group) and part.together else (part,)
    relation = next((each for each in parts if isinstance(each, Relation)), None)
    rest = tuple(each for each in parts if each is not relation)
    nouns = [relation_noun(naming, each) for each in relation.values] if relation else []
    who = either(naming, nouns) if nouns else naming.gettext("a family member")
    if not rest:
        return naming.gettext("with %(who)s", who=who)
    conditions = _words(Group(together=True, parts=rest), naming)
    return naming.gettext("with %(who)s who %(conditions)s", who=who, conditions=conditions)
