"""What a column of a table of services is, and the cells that services put into it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.catalogue.model import Catalogue, Service, Who
from portal.catalogue.phrases import say

SEPARATOR = ";"  # DS-451-4 lists values of a cell with half-width semicolons
YEN = re.compile(r"([\d,]+)円")
FREE = "無料"
WHO_WORDS: Mapping[Who, str] = {
    Who.CHILD: "子ども",
    Who.PERSON: "年齢などの条件に合う方",
    Who.SELF: "本人",
    Who.HOUSEHOLD: "世帯",
    Who.EXPECTING: "妊娠している方",
}
SEX_WORDS = {"F": "女性", "M": "男性"}
# DS-491-1 お困りごと, by category; the others have no word of their own there.
TROUBLES = {
    "妊娠・出産": "子育て・教育",
    "子育て": "子育て・教育",
    "教育": "子育て・教育",
    "引っ越し・住まい": "住まい",
    "就職・退職": "仕事",
    "高齢者・介護": "医療福祉",
    "健康・医療": "医療福祉",
    "福祉": "医療福祉",
    "障がい者支援": "医療福祉",
    "国民健康保険": "医療福祉",
    "国民年金": "お金",
    "税": "お金",
}


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    LIST = "list"
    URL = "url"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the table: name, code of the municipality ("" unknown), public address."""

    name: str
    url: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What cells are made from beside their service. `updated`: days services were last changed."""

    catalogue: Catalogue
    publisher: Publisher
    today: date
    links: Mapping[str, str] = dataclasses.field(default_factory=dict)  # addresses of `online` keys
    updated: Mapping[str, date] = dataclasses.field(default_factory=dict)


Get = Callable[[Service, About], str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `field` is its name in letters and digits; `names` are what others call it."""

    name: str
    field: str
    meaning: str
    get: Get
    kind: Kind = Kind.TEXT
    required: bool = False
    longest: int | None = None
    unit: str = ""
    words: Collection[str] = ()
    codes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    names: tuple[str, ...] = ()


def empty(_service: Service, _about: About) -> str:
    """A column this city has nothing for."""
    return ""


def listed(values: Collection[str]) -> str:
    """Several values in one cell."""
    return SEPARATOR.join(values)


def districts(service: Service, about: About) -> str:
    """The districts it is for, in the order of the city's list; nothing for the whole city."""
    return listed(
        [
            district.name.ja
            for key, district in about.catalogue.districts.items()
            if key in service.districts
        ]
    )


def content(service: Service, _about: About) -> str:
    """The long text; a service without one repeats its summary, since it must be there."""
    return service.note.ja if service.note else service.summary.ja


def law(service: Service, _about: About) -> str:
    """The legal basis."""
    return "" if service.law == "-" else service.law


def cost(service: Service, _about: About) -> str:
    """The cost where it is a plain amount of yen; anything else is no number."""
    text = service.cost.ja if service.cost else ""
    if text == FREE:
        return "0"
    amount = YEN.fullmatch(text)
    return amount[1].replace(",", "") if amount else ""


def condition(service: Service, _about: About) -> str:
    """Whose matter it is."""
    words = [WHO_WORDS[service.who]] + ([SEX_WORDS[service.sex]] if service.sex else [])
    return listed(words)


def season(service: Service, about: About) -> str:
    """When, in words; nothing the city has not confirmed."""
    rule = service.rule_on(about.today)
    return say(rule.describe(), "ja") if service.confirmed and rule else ""


def opening(service: Service, about: About) -> str:
    """The first day of the version in force, where it has one."""
    version = service.version_on(about.today)
    known = version is not None and service.confirmed and version.valid_from != date.min
    return version.valid_from.isoformat() if version and known else ""


def closing(service: Service, about: About) -> str:
    """The last day of the version in force, where it has one."""
    version = service.version_on(about.today)
    known = version is not None and service.confirmed and version.valid_to != date.max
    return version.valid_to.isoformat() if version and known else ""


def online(service: Service, about: About) -> str:
    """Address of the online page."""
    return about.links.get(service.online or "", service.online or "")


def ways(service: Service, _about: About) -> str:
    """How it is done."""
    return listed(["オンライン", "窓口"] if service.online else ["窓口"])


def address(service: Service, about: About) -> str:
    """The service's page here."""
    return f"{about.publisher.url}/services/{service.key}" if about.publisher.url else ""


def updated(service: Service, about: About) -> str:
    """The day the city last changed it; nothing where it stands as it was delivered."""
    day = about.updated.get(service.key)
    return day.isoformat() if day else ""
