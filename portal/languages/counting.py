"""How far each language is: missing, unsigned and signed texts; and its lines one by one."""

from __future__ import annotations

from dataclasses import dataclass

from portal.core.errors import N_
from portal.core.languages import LANGUAGES, TRANSLATED
from portal.languages.signatures import Signature, active
from portal.languages.written import Written, kinds, written

MISSING, UNSIGNED, SIGNED = "missing", "unsigned", "signed"
STATES = {MISSING: N_("Missing"), UNSIGNED: N_("Not signed"), SIGNED: N_("Signed")}
KIND_WORDS = {
    "words": N_("Words of the site"),
    "catalogue": N_("Service catalogue"),
    "faq": N_("Answers"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A text with its state; `changed`: it was signed, and has changed since."""

    text: Written
    state: str
    signature: Signature | None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """Numbers of one language and kind."""

    language: str
    name: str
    kind: str
    missing: int
    unsigned: int
    signed: int

    @property
    def all(self) -> int:
        return self.missing + self.unsigned + self.signed


def lines(language: str, kind: str) -> list[Line]:
    """Every text of a kind with its state."""
    known = active(language)
    return [_line(each, known.get((each.kind, each.key))) for each in written(kind, language)]


def _line(text: Written, signature: Signature | None) -> Line:
    if not text.text:
        return Line(text, MISSING, None)
    if text.signed is not None:
        return Line(text, SIGNED if text.signed else UNSIGNED, None)
    if signature is None:
        return Line(text, UNSIGNED, None)
    stands = signature.hash == text.hash
    return Line(text, SIGNED if stands else UNSIGNED, signature, changed=not stands)


def counts() -> list[Count]:
    """The whole table, language by language."""
    return [_count(language, kind) for language in TRANSLATED for kind in kinds()]


def _count(language: str, kind: str) -> Count:
    states = [each.state for each in lines(language, kind)]
    numbers = (states.count(state) for state in (MISSING, UNSIGNED, SIGNED))
    return Count(language, LANGUAGES[language], kind, *numbers)
