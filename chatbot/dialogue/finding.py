"""Finds written answers for a text in any language, as it is asked in this talk."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from chatbot.dialogue import followups
from chatbot.dialogue.clarifying import Traits
from chatbot.dialogue.languages import has_japanese, known, written_in
from chatbot.dialogue.reply import Context
from chatbot.engine.ranking import Match, Ranker
from chatbot.knowledge.entries import Entry
from portal.core.languages import EASY

WHOM, LANGUAGE = "whom", "language"  # in a conversation's context
# An entry for whom somebody asks comes before one for others that fits as well.
FOR_WHOM = 1.2
MOST = 12


class Finder:
    """The rankers of all languages over one set of entries."""

    def __init__(
        self,
        entries: Mapping[str, Entry],
        traits: Mapping[str, Traits],
        rankers: Mapping[str, Ranker],
    ) -> None:
        self._entries = entries
        self._traits = traits
        self._rankers = rankers

    def ranked(self, text: str, language: str, context: Context, today: date) -> list[Match]:
        """Valid entries, best first, with what the talk was about counted in."""
        asked_in = self._asked_in(text, language)
        if asked_in not in self._rankers and asked_in != EASY:
            return self._by_meaning(text, today)
        ranker = self._rankers["en" if asked_in == "en" else "ja"]
        entry = self._entries.get(context.get("entry", ""))
        back = followups.points_back(text) or followups.asked_after(text)
        earlier = entry.text(language).question if entry and back else ""
        matches = ranker.rank(text, limit=MOST, earlier=earlier)
        valid = [match for match in matches if self._entries[match.key].valid_on(today)]
        return self._for_whom(valid, context.get(WHOM, ""))

    def _by_meaning(self, text: str, today: date) -> list[Match]:
        """What is near in Japanese and in English counts twice; these languages have no words."""
        found: dict[str, Match] = {}
        for ranker in self._rankers.values():
            for match in ranker.rank(text, limit=MOST):
                before = found.get(match.key)
                score = match.score + (before.score if before else 0.0)
                if self._entries[match.key].valid_on(today):
                    found[match.key] = replace(before or match, score=score)
        return sorted(found.values(), key=lambda match: -match.score)

    def _for_whom(self, matches: list[Match], whom: str) -> list[Match]:
        if not whom:
            return matches
        liked = [
            replace(match, score=match.score * FOR_WHOM)
            if self._traits[match.key].whom == whom
            else match
            for match in matches
        ]
        return sorted(liked, key=lambda match: -match.score)

    def language(self, text: str, wanted: str, context: Context) -> str:
        """A question in another language gets its reply in it; otherwise what the person chose."""
        if not text:  # a pick goes on in the language of the talk
            return known(context.get(LANGUAGE, "") or wanted)
        asked_in = self._asked_in(text, wanted)
        return known(wanted) if asked_in == "ja" else asked_in

    def _asked_in(self, text: str, wanted: str) -> str:
        """The language of a question; a lone Latin word (PIN, hello) is where it is known."""
        language = written_in(text, wanted)
        if has_japanese(text) or language not in ("ja", EASY) or self._rankers["ja"].knows(text):
            return language
        return "en" if self._rankers["en"].knows(text) else language
