"""From an issuer's claims to our words: attributes and roles, as the configuration says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

LONGEST = 300  # characters of a name or an address
SEXES = frozenset({"F", "M"})


class Attribute(BaseModel):
    """Where one attribute comes from, and in which form."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: str
    form: Literal["text", "YYYYMMDD", "YYYY-MM-DD", "address"] = "text"
    codes: dict[str, str] = {}


class Unreadable(ValueError):
    """A claim is there, but not in the form that was agreed; the name of the attribute."""


def mapped(rules: Mapping[str, Attribute], claims: Mapping[str, Any]) -> dict[str, str]:
    """The attributes these claims hold; one that is missing is left out, a broken one raises."""
    found = {name: _value(name, rule, claims.get(rule.claim)) for name, rule in rules.items()}
    return {name: value for name, value in found.items() if value is not None}


def _value(name: str, rule: Attribute, raw: Any) -> str | None:
    if isinstance(raw, dict) and rule.form == "address":  # OpenID Connect Core §5.1.1
        raw = raw.get("formatted")
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, (str, int)):
        raise Unreadable(name)
    text = str(raw).strip()  # as written: even NFC makes other letters of some names
    if rule.codes:
        return rule.codes.get(text)  # a code that stands for nothing here is not told
    if rule.form in {"YYYYMMDD", "YYYY-MM-DD"}:
        return _date(name, rule.form, text)
    if len(text) > LONGEST or any(unicodedata.category(sign) == "Cc" for sign in text):
        raise Unreadable(name)
    return text


def _date(name: str, form: str, text: str) -> str:
    shape = r"(\d{4})(\d{2})(\d{2})" if form == "YYYYMMDD" else r"(\d{4})-(\d{2})-(\d{2})"
    parts = re.fullmatch(shape, text, re.ASCII)
    try:
        year, month, day = (int(part) for part in parts.groups()) if parts else (0, 0, 0)
        return date(year, month, day).isoformat()
    except ValueError:
        raise Unreadable(name) from None


def roles(rules: Mapping[str, str], claimed: Any) -> list[str]:
    """Our roles for the issuer's; what is not in the rules gives nothing."""
    names = claimed if isinstance(claimed, list) else []
    return sorted({rules[name] for name in names if isinstance(name, str) and name in rules})
