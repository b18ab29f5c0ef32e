"""Debian packages that tests need (Chromium, fonts, Apache): found, installed, or named."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROMIUMS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
APACHE = Path("/usr/lib/apache2/modules/mod_auth_openidc.so")
APACHE_PACKAGES = ["apache2-bin", "libapache2-mod-auth-openidc"]  # the program, no service
OTHERS = {  # a program, and the package that brings it
    "firefox-esr": "firefox-esr",
    "WebKitWebDriver": "webkit2gtk-driver",
    "Xvfb": "xvfb",
}
JAPANESE_FONT_FILES = ("NotoSansCJK*", "NotoSansJP*", "ipag*", "TakaoGothic*", "VL-Gothic*")


@dataclass(frozen=True, slots=True)
class Part:
    """Something a journey needs, and the Debian package that brings it."""

    what: str
    package: str


def find_chromium() -> Path | None:
    """The browser: as MADO_CHROMIUM says, on PATH, or where macOS keeps applications."""
    told = os.environ.get("MADO_CHROMIUM")
    if told:
        return Path(told)
    found = next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
    return Path(found) if found else next((path for path in MAC_CHROMIUMS if path.exists()), None)


def has_japanese_font() -> bool:
    """Whether Japanese text shows as letters and not as boxes."""
    if sys.platform == "darwin":  # Hiragino is part of the system
        return True
    return any(
        next(folder.rglob(pattern), None)
        for folder in FONT_FOLDERS
        if folder.exists()
        for pattern in JAPANESE_FONT_FILES
    )


def missing() -> list[Part]:
    """What this machine lacks."""
    parts = []
    if not find_chromium():
        parts.append(Part("Chromium", "chromium"))
    if not has_japanese_font():
        parts.append(Part("a Japanese font", "fonts-noto-cjk"))
    return parts


def ensure() -> list[Part]:
    """Installs what is missing where we may, and gives back what is still missing."""
    lacking = missing()
    if lacking and os.getuid() == 0 and shutil.which("apt-get"):
        apt_install([part.package for part in lacking])
        lacking = missing()
    return lacking


def ensure_apache() -> None:
    """A relying party of somebody else's for the contract tests; those say it where it lacks."""
    if not APACHE.exists() and os.getuid() == 0 and shutil.which("apt-get"):
        apt_install(APACHE_PACKAGES)


def ensure_others() -> None:
    """Firefox and WebKitGTK for `./mado test browsers`; its tests say it where one lacks."""
    lacking = [package for name, package in OTHERS.items() if not shutil.which(name)]
    if lacking and os.getuid() == 0 and shutil.which("apt-get"):
        apt_install(lacking)


def apt_install(packages: list[str]) -> None:
    """Installs Debian packages without questions; what it says goes to the terminal."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for line in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *line], env=quiet, stdout=sys.stderr, check=False)


def advice(lacking: list[Part]) -> str:
    """Exactly what to do about what is missing."""
    what = " and ".join(part.what for part in lacking)
    packages = " ".join(part.package for part in lacking)
    return (
        f"the browser journeys need {what}. Do one of these:\n"
        f"      apt-get install {packages}\n"
        "      set MADO_CHROMIUM to a Chromium or Chrome you have\n"
        "      ./mado test --no-browser (everything but the journeys)"
    )
