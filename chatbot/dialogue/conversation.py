"""The dialogue: decides what a question is about and gives the reply."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from chatbot.dialogue import answers, disposal
from chatbot.dialogue.languages import has_japanese, known, written_in
from chatbot.dialogue.payloads import DISTRICT, ENTRY, ITEM, Pick, read
from chatbot.dialogue.policy import Thresholds, Verdict, judge
from chatbot.dialogue.reply import Context, Question, Reply
from chatbot.dialogue.words import Words
from chatbot.engine.ranking import Match, Ranker
from chatbot.garbage.items import Guide, Item
from chatbot.garbage.matching import Found, ItemSearch
from chatbot.garbage.phrases import asks_about_garbage, plain, strip_request
from chatbot.knowledge.entries import Entry, EntryKind

# A question longer than this is cut: nobody asks so much, and time must stay bounded.
LONGEST_QUESTION = 400
# Words that point back to what was spoken about.
BACK = re.compile(
    r"^(?:その|それ|では|じゃあ|じゃ|あと)|^(?:and|what about|how about|its?|that)\b", re.I
)
REMEMBERED = frozenset({"entry", "item", "district"})


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn works with."""

    text: str
    words: Words
    context: dict[str, str]
    today: date
    about_garbage: bool
    items: list[Found]
    verdict: Verdict


class Dialogue:
    """Answers questions from what the city wrote; keeps nothing between turns."""

    def __init__(
        self,
        entries: Sequence[Entry],
        rankers: Mapping[str, Ranker],
        guide: Guide,
        items: ItemSearch,
        words: Mapping[str, Words],
        limits: Thresholds | None = None,
    ) -> None:
        self._entries = {entry.key: entry for entry in entries}
        self._chat = frozenset(e.key for e in entries if e.kind is EntryKind.SMALL_TALK)
        self._rankers = rankers
        self._guide = guide
        self._items = items
        self._item_of = {item.key: item for item in guide.items}
        self._words = words
        self._limits = limits or Thresholds()

    def turn(self, question: Question, today: date) -> Reply:
        """The reply to one question on a day. Same input, same reply."""
        # Half a surrogate pair, which JSON can carry, would stop the tokenizer.
        whole = question.text.encode("utf-8", "replace").decode("utf-8")
        text = whole.strip()[:LONGEST_QUESTION]
        words = self._words[self._language(text, question.language)]
        context = self._remembered(question.context)
        pick = read(question.payload) if question.payload else None
        if pick:
            return self._picked(pick, words, context, today)
        if not any(letter.isalnum() for letter in text):
            return answers.empty(words, context)
        return self._answered(self._look(text, words, context, today))

    def _look(self, text: str, words: Words, context: dict[str, str], today: date) -> Turn:
        about_garbage = asks_about_garbage(text)
        matches = self._ranked(text, words.language, context, today)
        return Turn(
            text=text,
            words=words,
            context=context,
            today=today,
            about_garbage=about_garbage,
            # Looking for slips of the pen takes longest: only where garbage is spoken of.
            items=(self._items.search if about_garbage else self._items.named)(text),
            verdict=judge(matches, self._limits, self._chat),
        )

    def _answered(self, turn: Turn) -> Reply:
        if self._is_item(turn):
            return self._item_reply(turn)
        if turn.verdict.sure:
            entry = self._entries[turn.verdict.matches[0].key]
            if entry.key == COLLECTION_DAYS:
                return self._days(turn)
            return answers.answer(entry, turn.words, turn.context)
        if turn.about_garbage and turn.items:
            return self._item_reply(turn)
        if turn.verdict.matches and (near_a_phrase(turn.verdict) or not turn.about_garbage):
            return answers.candidates(turn.verdict.matches, self._entries, turn.words, turn.context)
        return self._last_try(turn)

    def _last_try(self, turn: Turn) -> Reply:
        """Nothing written fits: a thing named inside the question, or one spelled nearly so."""
        inside = self._items.inside(turn.text)
        found = turn.items or self._items.search(turn.text)
        near = [one for one in found if one.score >= NEARLY_SPELLED]
        if inside or near:
            return self._item_reply(replace(turn, items=inside or near))
        if turn.about_garbage:
            return disposal.no_such_item(turn.words, turn.context)
        return answers.unknown(turn.words, turn.context)

    def _is_item(self, turn: Turn) -> bool:
        """A known item, named alone or in a question about throwing away."""
        if not turn.items or not turn.items[0].exact:
            return False
        same_question = turn.verdict.sure and turn.verdict.matches[0].likeness >= 1
        named_alone = strip_request(turn.text) == plain(turn.text) or turn.about_garbage
        return named_alone and not same_question

    def _item_reply(self, turn: Turn) -> Reply:
        best = likeliest(turn.items)
        if len(best) == 1 and best[0].score >= SURE_ITEM:
            return disposal.item_answer(
                best[0].item, self._guide, turn.words, turn.context, turn.today
            )
        return disposal.which_item([found.item for found in best], turn.words, turn.context)

    def _days(self, turn: Turn) -> Reply:
        district = self._guide.districts.get(turn.context.get("district", ""))
        if district is None:
            return disposal.which_district(self._guide, turn.words, turn.context)
        return disposal.district_answer(district, self._guide, turn.words, turn.context, turn.today)

    def _picked(self, pick: Pick, words: Words, context: dict[str, str], today: date) -> Reply:
        entry, item = self._entries.get(pick.value), self._item_of.get(pick.value)
        if pick.kind == ENTRY and entry and entry.valid_on(today):
            return answers.answer(entry, words, context)
        if pick.kind == ITEM and item:
            return disposal.item_answer(item, self._guide, words, context, today)
        if pick.kind == DISTRICT and pick.value in self._guide.districts:
            return self._in_district(pick, words, {**context, "district": pick.value}, today)
        return answers.unknown(words, context)

    def _in_district(self, pick: Pick, words: Words, context: dict[str, str], today: date) -> Reply:
        item: Item | None = self._item_of.get(pick.item)
        if item:
            return disposal.item_answer(item, self._guide, words, context, today)
        district = self._guide.districts[pick.value]
        return disposal.district_answer(district, self._guide, words, context, today)

    def _ranked(self, text: str, language: str, context: Context, today: date) -> list[Match]:
        ranker = self._rankers["ja" if has_japanese(text) else self._asked_in(text, language)]
        entry = self._entries.get(context.get("entry", ""))
        earlier = entry.text(language).question if entry and BACK.match(text) else ""
        matches = ranker.rank(text, limit=12, earlier=earlier)
        return [match for match in matches if self._entries[match.key].valid_on(today)]

    def _language(self, text: str, wanted: str) -> str:
        """English questions get English replies; otherwise what the person chose."""
        return "en" if self._asked_in(text, wanted) == "en" else known(wanted)

    def _asked_in(self, text: str, wanted: str) -> str:
        """The language of a question; a lone Latin word (PIN, hello) is where it is known."""
        language = written_in(text, wanted)
        if has_japanese(text) or language == "en" or self._rankers["ja"].knows(text):
            return language
        return "en" if self._rankers["en"].knows(text) else language

    def _remembered(self, context: Context) -> dict[str, str]:
        return {name: str(value) for name, value in context.items() if name in REMEMBERED}


def likeliest(found: Sequence[Found]) -> list[Found]:
    """Which items are meant: the one of just this name, else all of this name, else near ones."""
    exact = [one for one in found if one.exact]
    if exact:
        return exact[:1] if exact[0].score > 1 else exact
    return [one for one in found if one.score >= found[0].score * NEAR_ITEM]


def near_a_phrase(verdict: Verdict) -> bool:
    """Whether the first candidate resembles a question that staff wrote, not only its answer."""
    return bool(verdict.matches) and verdict.matches[0].likeness > 0


# The entry whose answer is a calendar, not a text.
COLLECTION_DAYS = "garbage_days"
SURE_ITEM = 0.85
# Items this near to the nearest are offered beside it.
NEAR_ITEM = 0.85
# A word that is not asked as garbage must look much like an item to be taken for one.
NEARLY_SPELLED = 0.55
