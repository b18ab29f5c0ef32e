"""Licences of what we depend on, as each package says itself."""

from __future__ import annotations

import re
from collections import defaultdict
from importlib import metadata

from launcher.places import ROOT

# Asks something of whoever passes the program on; a city that only runs it need do nothing.
COPYLEFT = re.compile(r"\b(A?GPL|LGPL|GNU|MPL|Mozilla|EUPL|CDDL|SSPL)", re.I)
# One package of several licences may be taken under any of them.
FREE = re.compile(r"\b(MIT|BSD|Apache|ISC|PSF|Python Software|Unlicense|Zlib|0BSD|CC0|DFSG)", re.I)


def locked(lock: str) -> list[str]:
    """The packages that a lock file names."""
    text = (ROOT / lock).read_text("utf-8")
    return sorted({found.lower() for found in re.findall(r"(?m)^([A-Za-z0-9._-]+)==", text)})


def licence_of(package: str) -> str:
    """By its licence expression, its classifiers or its free text; empty where it says nothing."""
    try:
        said = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return ""  # for another system or another Python
    kinds = [one for one in said.get_all("Classifier") or [] if one.startswith("License ::")]
    named = "; ".join(one.rsplit(" :: ", 1)[1] for one in kinds)
    expression, free = said.get_all("License-Expression"), said.get_all("License")
    told = [*(expression or []), named, *(free or [])]
    return next((str(one).splitlines()[0] for one in told if one), "unknown")


def by_licence(packages: list[str]) -> dict[str, list[str]]:
    """Licence → packages under it."""
    rows: dict[str, list[str]] = defaultdict(list)
    for package in packages:
        if said := licence_of(package):
            rows[said].append(package)
    return dict(sorted(rows.items()))


def asking(rows: dict[str, list[str]]) -> list[str]:
    """Packages that no free licence covers: somebody reads those licences."""
    return [
        f"{package} ({said})"
        for said, packages in rows.items()
        if COPYLEFT.search(said) or not FREE.search(said)
        for package in packages
    ]
