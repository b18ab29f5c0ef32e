"""Structured data of public pages (schema.org), as the page prints it in its head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.catalogue.model import Desk, Service
from portal.guide.public import address

Crumb = tuple[str, str]  # words, path
Thing = dict[str, Any]


def government_service(service: Service, path: str, language: str, city: str) -> Thing:
    """The service as schema.org's GovernmentService."""
    made: Thing = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": service.title.say(language),
        "description": service.summary.say(language),
        "url": address(path),
        "serviceType": service.service_type,
        "provider": {"@type": "GovernmentOrganization", "name": city},
        "availableChannel": _channel(service.desk, language),
        "inLanguage": language,
    }
    if service.beneficiaries:
        made["audience"] = {"@type": "Audience", "audienceType": ", ".join(service.beneficiaries)}
    return made


def breadcrumbs(crumbs: Sequence[Crumb]) -> Thing:
    """The way to this page."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": words, "item": address(path)}
            for place, (words, path) in enumerate(crumbs, start=1)
        ],
    }


def faq_page(questions: Sequence[tuple[str, str]]) -> Thing:
    """Questions with the answers that the page shows."""
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": question,
                "acceptedAnswer": {"@type": "Answer", "text": answer},
            }
            for question, answer in questions
        ],
    }


def _channel(desk: Desk, language: str) -> Thing:
    return {
        "@type": "ServiceChannel",
        "serviceLocation": {
            "@type": "Place",
            "name": f"{desk.name.say(language)} {desk.place.say(language)}",
            "telephone": desk.phone,
        },
    }
