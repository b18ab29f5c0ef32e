"""A strict browser over Flask's client: refuses bad pages, fills forms by their labels."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.test import TestResponse

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Element:
    """A parsed element."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        parts = (c if isinstance(c, str) else c.text for c in self.children)
        return re.sub(r"\s+", " ", " ".join(parts)).strip()

    def all(self, *tags: str) -> list[Element]:
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, Element):
                if not tags or child.tag in tags:
                    found.append(child)
                found += child.all(*tags)
        return found


class Tree(HTMLParser):
    """Builds Elements from a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root", {})
        self.open = [self.root]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {k: v or "" for k, v in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


# A page in another site's frame, where no cookie comes along that could be abused.
WITHOUT_COOKIES = {"/ask/embedded"}


class Page:
    """One answer: its status, words, links, forms, errors."""

    def __init__(self, response: TestResponse, url: str) -> None:
        self.response = response
        self.status = response.status_code
        self.url = url
        self.path = urlsplit(url).path
        self.html = response.get_data(as_text=True)
        is_html = response.mimetype == "text/html"
        self.root = Tree(self.html).root if is_html else Element("root", {})
        if is_html:
            self._refuse_bad_page()

    @property
    def text(self) -> str:
        mains = self.root.all("main")
        return (mains[0] if mains else self.root).text

    @property
    def heading(self) -> str:
        return self.root.all("h1")[0].text

    @property
    def errors(self) -> list[str]:
        """Texts of what describes fields marked aria-invalid."""
        found = []
        by_id = {e.attributes["id"]: e for e in self.root.all() if "id" in e.attributes}
        for bad in self.root.all():
            if bad.attributes.get("aria-invalid") == "true":
                ids = bad.attributes.get("aria-describedby", "").split()
                found += [by_id[i].text for i in ids if i in by_id]
        return found

    def link(self, words: str) -> str:
        """Address of the link with these words."""
        for link in self.root.all("a"):
            if words in link.text or words == link.attributes.get("aria-label"):
                return urljoin(self.url, link.attributes["href"])
        raise AssertionError(f"no link {words!r} on {self.url}: {self.text[:500]}")

    def form(self, button: str | None = None) -> Element:
        """The form that has a submit button with these words (default: the first in main)."""
        forms = (self.root.all("main") or [self.root])[0].all("form") or self.root.all("form")
        for form in forms:
            for candidate in form.all("button"):
                label = candidate.attributes.get("aria-label") or candidate.text
                if button is None or button in label:
                    return form
        raise AssertionError(f"no form with button {button!r} on {self.url}: {self.text[:500]}")

    def _refuse_bad_page(self) -> None:
        html = self.root.all("html")
        assert html and html[0].attributes.get("lang"), f"no lang on {self.url}"
        titles = [t.text for t in self.root.all("title")]
        assert titles and titles[0], f"no title on {self.url}"
        assert len(self.root.all("h1")) == 1, f"{len(self.root.all('h1'))} h1 on {self.url}"
        ids = [e.attributes["id"] for e in self.root.all() if "id" in e.attributes]
        twice = {i for i in ids if ids.count(i) > 1}
        assert not twice, f"ids used twice on {self.url}: {twice}"
        for element in self.root.all():
            assert "style" not in element.attributes, f"inline style on {self.url}: {element.tag}"
            inline = [a for a in element.attributes if a.startswith("on")]
            assert not inline, f"inline handler on {self.url}: {element.tag} {inline}"
            if element.attributes.get("type") == "application/ld+json":
                json.loads(element.text)  # data, which browsers never run
            elif element.tag == "script":
                assert element.attributes.get("src"), f"inline script on {self.url}"
            if element.tag == "img":
                assert "alt" in element.attributes, f"img without alt on {self.url}"
        self._refuse_bad_forms(ids)

    def _refuse_bad_forms(self, ids: list[str]) -> None:
        labelled = {x.attributes.get("for") for x in self.root.all("label")}
        inside = {id(e) for x in self.root.all("label") for e in x.all()}
        for form in self.root.all("form"):
            post = form.attributes.get("method", "get").lower() == "post"
            names = [e.attributes.get("name") for e in form.all("input")]
            away = urlsplit(urljoin(self.url, form.attributes.get("action", "")))
            if away.netloc != urlsplit(self.url).netloc:  # a SAML answer: our token stays here
                assert "csrf_token" not in names, f"CSRF token for another site on {self.url}"
            elif away.path in WITHOUT_COOKIES:
                assert "csrf_token" not in names, f"CSRF token without a session on {self.url}"
            else:
                assert not post or "csrf_token" in names, f"form without CSRF on {self.url}"
            for control in form.all("input", "select", "textarea"):
                if control.attributes.get("type") in {"hidden", "submit"}:
                    continue
                named = (
                    control.attributes.get("id") in labelled
                    or id(control) in inside
                    or control.attributes.get("aria-label")
                    or control.attributes.get("aria-labelledby")
                )
                assert named, f"unlabelled {control.attributes} on {self.url}"
                for described in control.attributes.get("aria-describedby", "").split():
                    assert described in ids, f"{described} describes but is not on {self.url}"


class Browser:
    """Keeps cookies, follows redirects on its own hosts, and never sends a bare POST."""

    def __init__(self, app: Flask, base: str) -> None:
        self.base = base
        self.client = app.test_client()
        self.page: Page | None = None

    def get(self, path: str, *, follow: bool = True, headers: dict[str, str] | None = None) -> Page:
        """Open an address."""
        return self._open("GET", path, None, follow, headers)

    def submit(self, button: str | None = None, *, follow: bool = True, **values: Any) -> Page:
        """Fill the form of the present page that has `button` and send it.

        Values by field name; a list for several; None leaves a field out.
        """
        assert self.page is not None
        form = self.page.form(button)
        data = self._filled(form)
        pressed = next(
            (
                b
                for b in form.all("button")
                if button and button in b.text and "name" in b.attributes
            ),
            None,
        )
        if pressed is not None:
            data[pressed.attributes["name"]] = [pressed.attributes.get("value", "")]
        known = {
            c.attributes.get("name") for c in form.all("input", "select", "textarea", "button")
        }
        for name, value in values.items():
            assert name in known, f"no field {name!r} in the form; it has {sorted(map(str, known))}"
            data[name] = value if isinstance(value, list) else [] if value is None else [value]
        action = form.attributes.get("action") or self.page.url
        method = form.attributes.get("method", "get").upper()
        url = urljoin(self.page.url, action)
        if method == "GET":
            query = "&".join(f"{k}={v}" for k, vs in data.items() for v in vs)
            return self._open("GET", f"{url}?{query}", None, follow, None)
        return self._open(
            method, url, data, follow, {"Origin": self.base, "Referer": self.page.url}
        )

    @staticmethod
    def _filled(form: Element) -> dict[str, list[Any]]:
        data: dict[str, list[Any]] = {}
        for control in form.all("input", "select", "textarea"):
            name, kind = control.attributes.get("name"), control.attributes.get("type", "text")
            if not name or kind in {"submit", "file"}:
                continue
            if kind in {"checkbox", "radio"} and "checked" not in control.attributes:
                continue
            value = control.attributes.get("value", "on" if kind == "checkbox" else "")
            if control.tag == "textarea":
                value = "".join(c for c in control.children if isinstance(c, str))
            if control.tag == "select":
                options = control.all("option")
                chosen = [o for o in options if "selected" in o.attributes] or options[:1]
                values = [o.attributes.get("value", o.text) for o in chosen]
                data.setdefault(name, []).extend(values)
                continue
            data.setdefault(name, []).append(value)
        return data

    def _open(
        self,
        method: str,
        url: str,
        data: dict[str, list[Any]] | None,
        follow: bool,
        headers: dict[str, str] | None,
    ) -> Page:
        url = urljoin(self.base, url)
        for _ in range(10):
            response = self.client.open(
                url, method=method, base_url=None, data=data, headers=headers
            )
            self.page = Page(response, url)
            location = response.headers.get("Location")
            if not (follow and response.status_code in {301, 302, 303} and location):
                return self.page
            url = urljoin(url, location)
            if urlsplit(url).netloc != urlsplit(self.base).netloc:
                return self.page  # leaving our own host: the test looks at the redirect
            method, data, headers = "GET", None, None
        raise AssertionError(f"redirects without end at {url}")
