"""What the catalogue knows of a service that is asked after: cost, dates, things to bring."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.catalogue.model import Catalogue, Service
from portal.catalogue.phrases import say
from portal.core.languages import in_japanese

# For whom a service is, by the words of the government's catalogue form.
WHOM = {
    "妊産婦": "mother",
    "子育て中": "child",
    "ひとり親": "child",
    "子ども": "child",
    "未熟児": "child",
    "学生": "child",
    "高齢者": "elder",
    "被介護者": "elder",
    "障がい児": "disabled",
    "障がい者": "disabled",
    "遺族・遺児": "family",
}


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """One service; whom is a person of the dialogue (child, elder …) or empty for anybody."""

    key: str
    whom: str
    texts: Mapping[str, Mapping[str, str]]
    """By language (ja, en), then by aspect (fee, deadline, bring, place); only what is known."""
    online: bool = False


def services_of(catalogue: Catalogue, today: date) -> dict[str, ServiceFacts]:
    """Facts of every service by key."""
    return {each.key: _facts(each, today) for each in catalogue.services}


def _facts(service: Service, today: date) -> ServiceFacts:
    whom = [WHOM[each] for each in service.beneficiaries if each in WHOM]
    return ServiceFacts(
        service.key,
        whom[0] if whom else "",
        {language: dict(_said(service, language, today)) for language in ("ja", "en")},
        bool(service.online),
    )


def _said(service: Service, language: str, today: date) -> list[tuple[str, str]]:
    between = "、" if in_japanese(language) else ", "
    rule = service.rule_on(today)
    said = [
        ("fee", service.cost.say(language) if service.cost else ""),
        ("bring", between.join(item.name.say(language) for item in service.bring)),
        # A date the city has not confirmed is never said.
        ("deadline", say(rule.describe(), language) if service.confirmed and rule else ""),
        ("place", service.desk.place.say(language)),
    ]
    return [(name, words) for name, words in said if words]
