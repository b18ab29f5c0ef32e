"""What a passive scanner (such as ZAP's) would say of one answer: rules, without any server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

NEEDED = {
    "content-security-policy": r"default-src 'none'",
    "x-content-type-options": r"^nosniff$",
    "referrer-policy": r"^(no-referrer|strict-origin-when-cross-origin|same-origin)$",
    "permissions-policy": r"camera=\(\)",
    "cross-origin-opener-policy": r"^same-origin$",
}
# What a policy may never have; figures of Google Analytics are for residents who are not signed in.
LOOSE = re.compile(r"'unsafe-[a-z-]+'|(?<=\s)\*(?=[\s;]|$)|(?<=\s)https?:(?=[\s;]|$)")
LOADING = ("script-src", "style-src", "img-src", "font-src", "connect-src", "form-action")
OWN = {"'self'", "'none'", "data:"}
TELLTALE = ("server", "x-powered-by", "x-aspnet-version", "via")
LEAKS = re.compile(
    r"Traceback \(most recent call last\)|Werkzeug/\d|Python/3\.\d|psycopg\.[a-z]+\.|"
    r"sqlalchemy\.exc\.|File \"/[^\"]+\.py\", line|jinja2\.exceptions"
)
SCRIPTS_OF_DATA = {"application/json", "application/ld+json"}
TOLD_APART = {"password", "email", "tel"}  # browsers fill these in: each says what it is


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came, and who asked."""

    address: str
    status: int
    headers: list[tuple[str, str]]
    body: str
    signed_in: bool = False
    staff: bool = False

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    def one(self, name: str) -> str:
        return ", ".join(self.all(name))

    @property
    def secure(self) -> bool:
        return self.address.startswith("https://")

    @property
    def is_page(self) -> bool:
        return self.one("content-type").startswith("text/html")


def findings(answer: Answer) -> list[tuple[str, str]]:
    """(check, what is wrong) of one answer."""
    found = [("headers", fault) for fault in _headers(answer)]
    found += [("policy", fault) for fault in _policy(answer)]
    found += [
        ("cookies", fault) for cookie in answer.all("set-cookie") for fault in _cookie(cookie)
    ]
    found += [("caching", fault) for fault in _caching(answer)]
    found += [("leaks", fault) for fault in _leaks(answer)]
    if answer.is_page:
        found += Page(answer).found
    return found


CHECKS = {
    "headers": "Security headers, HSTS over https",
    "policy": "CSP without unsafe-inline; clerks' pages load from our own origin alone",
    "cookies": "Secure, HttpOnly, SameSite, __Host-, no Domain",
    "caching": "Personal pages are kept by nobody",
    "leaks": "No versions, traces or names of programs",
    "forms": "Fields say what a browser may fill in; no secrets in addresses",
    "mixed": "Nothing over http on a page of https",
    "inline": "No inline script, style or handler",
}


def _headers(answer: Answer) -> list[str]:
    wrong = [
        f"{name}: {answer.one(name) or 'missing'}"
        for name, wanted in NEEDED.items()
        if not re.search(wanted, answer.one(name))
    ]
    if answer.secure and "max-age=" not in answer.one("strict-transport-security"):
        wrong.append("strict-transport-security: missing")
    if not re.search(r"frame-ancestors \S", answer.one("content-security-policy")):
        wrong.append("frame-ancestors: missing")
    if answer.staff and answer.one("x-frame-options") != "DENY":
        wrong.append("x-frame-options: missing on a page of clerks")
    return wrong


def _policy(answer: Answer) -> list[str]:
    policy = answer.one("content-security-policy")
    wrong = [f"{found[0]} in the policy" for found in LOOSE.finditer(policy)]
    if "base-uri 'none'" not in policy:
        wrong.append("base-uri is open")
    if not answer.staff:
        return wrong
    parts = [part.split() for part in policy.split(";")]
    outside = {
        source
        for name, *sources in filter(None, parts)
        if name in LOADING
        for source in sources
        if source not in OWN
    }
    return wrong + [f"clerks' pages may reach {source}" for source in sorted(outside)]


def _cookie(text: str) -> list[str]:
    name, *attributes = [part.strip() for part in text.split(";")]
    name, said = name.split("=")[0], {one.split("=")[0].lower() for one in attributes}
    wrong = [f"{name} without {one}" for one in ("secure", "samesite") if one not in said]
    if "mado_" in name and "httponly" not in said:
        wrong.append(f"{name} without httponly")
    if "mado_" in name and not name.startswith("__Host-"):
        wrong.append(f"{name} without __Host-")
    return wrong + ([f"{name} names a domain"] if "domain" in said else [])


def _caching(answer: Answer) -> list[str]:
    kept = answer.one("cache-control")
    if answer.signed_in and answer.is_page and "no-store" not in kept:
        return [f"cache-control: {kept or 'missing'} on a page for one person"]
    if answer.all("set-cookie") and "no-store" not in kept and "private" not in kept:
        return [f"cache-control: {kept or 'missing'} beside a cookie"]
    return []


def _leaks(answer: Answer) -> list[str]:
    wrong = [
        f"{name}: {answer.one(name)}" for name in TELLTALE if re.search(r"\d", answer.one(name))
    ]
    told = LEAKS.search(answer.body) if answer.status >= 400 or answer.is_page else None
    return [*wrong, *([f"the page tells {told[0]!r}"] if told else [])]


@dataclass
class Page(HTMLParser):
    """What stands in a page's HTML."""

    answer: Answer
    found: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.answer.body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.found += [("inline", fault) for fault in _inline(tag, values)]
        self.found += [("mixed", fault) for fault in self._loads(tag, values)]
        self.found += [("forms", fault) for fault in _forms(tag, values)]

    def _loads(self, tag: str, values: dict[str, str]) -> list[str]:
        """What the browser fetches by itself, or sends a form to."""
        loaded = [values.get("src", ""), values.get("action", ""), values.get("formaction", "")]
        if tag == "link" and values.get("rel") not in {"canonical", "alternate"}:
            loaded.append(values.get("href", ""))
        own = urlsplit(self.answer.address).netloc
        wrong = []
        for address in filter(None, loaded):
            parts = urlsplit(address)
            if self.answer.secure and parts.scheme == "http":
                wrong.append(f"<{tag}> {address} over http")
            if self.answer.staff and parts.netloc not in {"", own}:
                wrong.append(f"<{tag}> {address} is outside")
        return wrong


def _inline(tag: str, values: dict[str, str]) -> list[str]:
    wrong = [f"<{tag}> {name}" for name in values if name == "style" or name.startswith("on")]
    if tag == "style":
        wrong.append("<style>")
    if tag == "script" and "src" not in values and values.get("type") not in SCRIPTS_OF_DATA:
        wrong.append("<script> without src")
    wrong += [
        f"<{tag}> javascript:" for v in values.values() if v.lower().startswith("javascript:")
    ]
    # Browsers imply noopener with target=_blank, unless the page asks for the opposite.
    opened = "opener" in values.get("rel", "").split()
    return [*wrong, *(["rel=opener"] if opened else [])]


def _forms(tag: str, values: dict[str, str]) -> list[str]:
    if tag != "input" or "autocomplete" in values:
        return []
    asked = values.get("type") in TOLD_APART or values.get("name") == "code"
    return [f"field {values.get('name')} without autocomplete"] if asked else []


def table(answers: int, found: dict[str, list[str]]) -> str:
    """Each check, and how many answers it found wrong."""
    rows = [f"{answers} answers looked at"]
    for check, meaning in CHECKS.items():
        wrong = found.get(check, [])
        rows.append(f"  {check:9} {'ok' if not wrong else f'{len(wrong)} wrong':10} {meaning}")
        rows += [f"      {one}" for one in sorted(set(wrong))[:8]]
    return "\n".join(rows)
