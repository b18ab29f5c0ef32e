"""The ground's own documents: services, certificates, outside sites, desks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from flask import Flask

from portal.catalogue.gif import CATEGORIES
from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Service, Text
from portal.guide import links
from portal.guide.certificates_reading import load_certificates
from portal.guide.online import online
from portal.search.documents import Document, Source, add_source


def install(app: Flask) -> None:
    """Register them."""
    add_source(app, Source("services", lambda: said_version(_services()), _services))
    add_source(app, Source("certificates", lambda: said_version(_certificates()), _certificates))
    add_source(app, Source("links", lambda: said_version(_links()), _links))


def file_version(*files: Path) -> str:
    """Changes with the contents of files that are shipped."""
    found = hashlib.blake2b(digest_size=8)
    for file in sorted(files):
        found.update(file.read_bytes())
    return found.hexdigest()


def said_version(documents: Iterable[Document]) -> str:
    """Changes with what a short list of documents says."""
    found = hashlib.blake2b(digest_size=8)
    for each in documents:
        found.update(repr(each).encode())
    return found.hexdigest()


def said(text: Text) -> dict[str, str]:
    """A text of the catalogue by language."""
    return {"ja": text.ja, "en": text.en, **text.others}


def _services() -> Iterator[Document]:
    catalogue = load_catalogue()
    yield from map(_service, catalogue.services)
    for key, desk in catalogue.desks.items():
        yield Document(
            kind="desk",
            key=key,
            titles=said(desk.name),
            texts=said(desk.place),
            url=f"/desks/{key}",
            also=(desk.place.ja,),
            weight=0.3,
        )


def _service(service: Service) -> Document:
    return Document(
        kind="service",
        key=service.key,
        titles=said(service.title),
        texts=said(service.summary),
        url=f"/services/{service.key}",
        also=(*service.keywords, *_tasks(service)),
        topics=(service.category, CATEGORIES[service.category]),
        weight=0.6 + service.priority / 500,
        sensitive=service.sensitive,
    )


def _tasks(service: Service) -> list[str]:
    """Milestones are asked for by their own names."""
    return [each.title.ja for each in service.milestones]


def _certificates() -> Iterator[Document]:
    for kind in load_certificates().kinds.values():
        aliases = tuple(name for name in kind.aliases if not name.isascii())
        texts = said(kind.note) if kind.note else said(kind.who)
        url = f"/certificates/{kind.key}"
        yield Document("certificate", kind.key, said(kind.title), texts, url, aliases, weight=0.7)


def _links() -> Iterator[Document]:
    for link in links.outside_links().values():
        group = links.GROUPS[link.group].ja
        url = online(link, "ja").url  # outside of LINE's browser where it must
        yield Document("link", link.key, said(link.title), said(link.summary), url, topics=(group,))
