"""Questions and answers on a page of the city's site: FAQPage data, dt and dd, 「Q」 and 「A」."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from portal.guide.city_pages.markup import parsed
from portal.guide.city_pages.texts import text_of

LONGEST_QUESTION, LONGEST_ANSWER = 120, 2000
MOST = 200  # of one page
HEADINGS = ("h2", "h3", "h4", "h5", "dt", "summary")
SIGN = r"\s*[.:\u3001)\u30fb\s]\s*"
Q_MARK = re.compile(r"^\s*(?:Q\s*\d*|質問\s*\d*|問\s*\d+)" + SIGN, re.I)
A_MARK = re.compile(r"^\s*(?:A\s*\d*|回答\s*\d*|答(?:え)?\s*\d*)" + SIGN, re.I)
# Full-width letters, figures and signs, which pages mix with plain ones.
PLAIN = {0xFF01 + n: 0x21 + n for n in range(94)}
ASKS = re.compile(r"([?\uff1f]|か[。.]?|(たい|ほしい|ください|教えて)[。.]?)$")


@dataclass(frozen=True, slots=True)
class FoundQuestion:
    """One question as the page has it; the answer is Markdown."""

    question: str
    answer: str

    @property
    def digest(self) -> str:
        """Changes when the page says something else."""
        return hashlib.sha256(f"{self.question}\0{self.answer}".encode()).hexdigest()[:32]


def questions_on(body: bytes, content_type: str) -> list[FoundQuestion]:
    """What a page asks and answers; the page's own data counts first."""
    page = parsed(text_of(body, content_type))
    if page is None:
        return []
    for reader in (_of_data, _of_details, _of_lists, _of_headings):
        if found := _tidy(reader(page)):
            return found
    return []


def _of_data(page: Any) -> Iterator[tuple[str, str]]:
    """schema.org FAQPage in JSON-LD; several per page and @graph are usual."""
    for script in page.cssselect('script[type="application/ld+json"]'):
        try:
            whole = json.loads(script.text or "")
        except ValueError:
            continue
        for thing in _things(whole, 0):
            if "FAQPage" in _listed(thing.get("@type")):
                yield from _asked(thing)


def _asked(thing: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for one in _listed(thing.get("mainEntity")):
        if not isinstance(one, dict):
            continue
        answers = _listed(one.get("acceptedAnswer"))
        said = answers[0].get("text") if answers and isinstance(answers[0], dict) else ""
        if isinstance(said, str):
            fragment = parsed(f"<div>{said}</div>") if said.strip() else None
            yield str(one.get("name") or ""), _markdown(fragment) if fragment is not None else ""


def _things(whole: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 5:
        return
    for one in _listed(whole):
        if isinstance(one, dict):
            yield one
            yield from _things(one.get("@graph"), depth + 1)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _of_details(page: Any) -> Iterator[tuple[str, str]]:
    for box in page.iter("details"):
        summary = box.find("summary")
        if summary is not None and _is_question(_words(summary)):
            rest = [part for part in box if part is not summary]
            yield _words(summary), _joined(rest)


def _of_lists(page: Any) -> Iterator[tuple[str, str]]:
    """A dt with the dds up to the next dt; some wrap each pair in a div (HTML 4.4.9)."""
    for term in page.iter("dt"):
        answers, after = [], term.getnext()
        while after is not None and after.tag != "dt":
            if after.tag == "dd":
                answers.append(after)
            after = after.getnext()
        if answers and _is_question(_words(term)):
            yield _words(term), _joined(answers)


def _of_headings(page: Any) -> Iterator[tuple[str, str]]:
    """Headings with 「Q」 or a question, and what follows up to the next heading."""
    for heading in page.iter("h2", "h3", "h4", "h5", "p"):
        words = _words(heading)
        marked = bool(Q_MARK.match(_wide(words)))
        if not marked and (heading.tag == "p" or not ASKS.search(words)):
            continue
        parts, after = [], heading.getnext()
        while after is not None and not _begins_anew(after):
            parts.append(after)
            after = after.getnext()
        said = _joined(parts)
        if marked or A_MARK.match(_wide(said)):
            yield words, said


def _begins_anew(part: Any) -> bool:
    return part.tag in HEADINGS or (part.tag == "p" and bool(Q_MARK.match(_wide(_words(part)))))


def _is_question(words: str) -> bool:
    return bool(Q_MARK.match(_wide(words)) or ASKS.search(words))


def _tidy(found: Iterable[tuple[str, str]]) -> list[FoundQuestion]:
    """Without marks, doubles and empty ones, bounded."""
    made: dict[str, FoundQuestion] = {}
    for asked, said in found:
        question = Q_MARK.sub("", _wide(asked)).strip()[:LONGEST_QUESTION]
        answer = A_MARK.sub("", _wide(said)).strip()[:LONGEST_ANSWER]
        if question and answer:
            made.setdefault(question, FoundQuestion(question, answer))
    return list(made.values())[:MOST]


def _wide(text: str) -> str:
    """Q, A, figures and signs at the front as plain letters; the rest stays as it is written."""
    return text[:8].translate(PLAIN) + text[8:]


def _words(element: Any) -> str:
    return " ".join(element.text_content().split())


def _joined(parts: Iterable[Any]) -> str:
    return "\n\n".join(said for said in (_markdown(part) for part in parts) if said)


def _markdown(element: Any) -> str:
    """Paragraphs, lists and links; everything else is plain words."""
    if not isinstance(element.tag, str) or element.tag in ("script", "style"):
        return ""
    blocks = []
    for part in element.iter("p", "li", "h3", "h4", "h5", "tr"):
        words = " ".join(_inline(part).split())
        if words:
            blocks.append(f"- {words}" if part.tag == "li" else words)
    if not blocks:
        return " ".join(_inline(element).split())
    return re.sub(r"(?m)^(- .*)\n\n(?=- )", r"\1\n", "\n\n".join(blocks))


def _inline(element: Any) -> str:
    said = element.text or ""
    for part in element:
        if not isinstance(part.tag, str) or part.tag in ("script", "style"):
            pass
        elif part.tag == "a" and str(part.get("href", "")).startswith(("https://", "http://")):
            said += f"[{_words(part)}]({part.get('href')})"
        elif part.tag == "br":
            said += " "
        elif part.tag not in ("ul", "ol"):  # their items are blocks of their own
            said += _inline(part)
        said += part.tail or ""
    return said
