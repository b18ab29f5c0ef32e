"""The dialogue: decides what a question is about and gives the reply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from chatbot.dialogue import answers, clarifying, disposal, followups, slots
from chatbot.dialogue.answers import AMONG
from chatbot.dialogue.clarifying import ANYONE, Traits
from chatbot.dialogue.finding import LANGUAGE, WHOM, Finder
from chatbot.dialogue.followups import Aspect
from chatbot.dialogue.glossary import in_japanese
from chatbot.dialogue.languages import known
from chatbot.dialogue.payloads import DISTRICT, ENTRY, ITEM, NARROW, Pick, read
from chatbot.dialogue.policy import Thresholds, Verdict, judge
from chatbot.dialogue.reply import Context, Question, Reply
from chatbot.dialogue.services import ServiceFacts
from chatbot.dialogue.things import NEARLY_SPELLED, SURE_ITEM, likeliest
from chatbot.dialogue.words import Words
from chatbot.engine.ranking import Match, Ranker
from chatbot.garbage.items import Guide, Item
from chatbot.garbage.matching import Found, ItemSearch
from chatbot.garbage.phrases import asks_about_garbage, plain, strip_request
from chatbot.knowledge.entries import Entry, EntryKind

# A question longer than this is cut: nobody asks so much, and time must stay bounded.
LONGEST_QUESTION = 400
REMEMBERED = frozenset({"entry", "item", "district", WHOM, LANGUAGE, AMONG})
REMEMBERED_TURNS = 2048  # replies said again as they are; in memory only, gone with the release
# The entry whose answer is a calendar, not a text.
COLLECTION_DAYS = "garbage_days"
SERVICE = "service:"  # how an entry's links name a service
# A vague question is asked back about where this many answers fit nearly as well as the first.
MANY, NEARLY_AS_WELL = 6, 0.6
NEAR = 4  # among so many an entry is looked for that staff wrote for a follow-up


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn works with."""

    text: str
    words: Words
    context: dict[str, str]
    today: date
    about_garbage: bool
    items: list[Found]
    matches: list[Match]
    verdict: Verdict


class Dialogue:
    """Answers questions from what the city wrote; knows nothing of who asks."""

    def __init__(
        self,
        entries: Sequence[Entry],
        rankers: Mapping[str, Ranker],
        guide: Guide,
        items: ItemSearch,
        words: Mapping[str, Words],
        limits: Thresholds | None = None,
        services: Mapping[str, ServiceFacts] | None = None,
    ) -> None:
        self._entries = {entry.key: entry for entry in entries}
        self._chat = frozenset(e.key for e in entries if e.kind is EntryKind.SMALL_TALK)
        self._guide = guide
        self._items = items
        self._item_of = {item.key: item for item in guide.items}
        self._words = words
        self._limits = limits or Thresholds()
        self._services = services or {}
        self._traits = {e.key: clarifying.traits(e, self._services_of(e)) for e in entries}
        self._finder = Finder(self._entries, self._traits, rankers)
        # When the river rises, hundreds ask the same in the same second.
        self._said = lru_cache(maxsize=REMEMBERED_TURNS)(self._turn)

    def turn(self, question: Question, today: date) -> Reply:
        """The reply to one question on a day. Same input, same reply."""
        # Half a surrogate pair, which JSON can carry, would stop the tokenizer.
        whole = question.text.encode("utf-8", "replace").decode("utf-8")
        text = whole.strip()[:LONGEST_QUESTION]
        context = self._remembered(question.context)
        asked = (text, question.language, question.payload, tuple(sorted(context.items())))
        reply = self._said(*asked, today)
        return replace(reply, context=dict(reply.context))

    def _turn(
        self,
        text: str,
        language: str,
        payload: str,
        remembered: tuple[tuple[str, str], ...],
        today: date,
    ) -> Reply:
        context = dict(remembered)
        words = self._words[self._finder.language(text, language, context)]
        pick = read(payload) if payload else None
        if pick:
            return self._picked(pick, words, context, today)
        if not any(letter.isalnum() for letter in text):
            return answers.empty(words, context)
        self._learn(text, words.language, language, context)
        # Other languages find Japanese answers: by the words they name, else by their meaning.
        text = in_japanese(text, words.language) or text
        return self._went_on(text, words, context, today) or self._answered(
            self._look(text, words, context, today)
        )

    def _learn(self, text: str, language: str, wanted: str, context: dict[str, str]) -> None:
        """Remember what was said in passing; a new question is no choice among the old ones."""
        context.pop(AMONG, None)
        if district := slots.district_in(text, self._guide):
            context["district"] = district
        if whom := slots.person_in(text):
            context[WHOM] = whom
        if language in ("ja", "en", known(wanted)):
            context.pop(LANGUAGE, None)
        else:
            context[LANGUAGE] = language

    def _went_on(
        self, text: str, words: Words, context: dict[str, str], today: date
    ) -> Reply | None:
        """The reply to a follow-up; None where the text is a question of its own."""
        district = context.get("district", "")
        item = self._item_of.get(context.get("item", ""))
        if district in self._guide.districts and slots.only_says_where(text, self._guide, district):
            return self._in_district(
                Pick(DISTRICT, district, context.get("item", "")), words, context, today
            )
        aspect = followups.asked_after(text)
        if item and aspect in (Aspect.DEADLINE, Aspect.HOURS):
            return disposal.item_answer(item, self._guide, words, context, today)
        entry = self._entries.get(context.get("entry", ""))
        if aspect is None or entry is None or not entry.valid_on(today):
            return None
        near = self._nearer(text, aspect, entry, words, context, today)
        if near and aspect is not Aspect.PHONE:  # the desk's own, not the city hall's
            # The talk stays with the thing itself: "and what do I bring?" is about it, not its fee.
            said = answers.answer(near, words, context)
            return replace(said, context={**said.context, "entry": entry.key})
        services = self._services_of(entry)
        return followups.answer(aspect, entry, services, words, context, today)

    def _nearer(
        self,
        text: str,
        aspect: Aspect,
        entry: Entry,
        words: Words,
        context: dict[str, str],
        today: date,
    ) -> Entry | None:
        """Another entry of the same thing that staff wrote for just this follow-up."""
        ranked = self._finder.ranked(text, words.language, context, today)
        near = [self._entries[match.key] for match in ranked[:NEAR]]
        return next((one for one in near if followups.is_about(aspect, entry, one)), None)

    def _services_of(self, entry: Entry) -> list[ServiceFacts]:
        keys = [link.removeprefix(SERVICE) for link in entry.links if link.startswith(SERVICE)]
        return [self._services[key] for key in keys if key in self._services]

    def _look(self, text: str, words: Words, context: dict[str, str], today: date) -> Turn:
        about_garbage = asks_about_garbage(text)
        matches = self._finder.ranked(text, words.language, context, today)
        return Turn(
            text=text,
            words=words,
            context=context,
            today=today,
            about_garbage=about_garbage,
            # Looking for slips of the pen takes longest: only where garbage is spoken of.
            items=(self._items.search if about_garbage else self._items.named)(text),
            matches=matches,
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
            return self._offer(turn)
        return self._last_try(turn)

    def _offer(self, turn: Turn) -> Reply:
        """Candidates; where many are near, first the question that tells them apart."""
        best = turn.verdict.matches[0].score
        near = [
            match.key
            for match in turn.matches
            if match.score >= best * NEARLY_AS_WELL and match.key not in self._chat
        ]
        if len(near) >= MANY and clarifying.vague(turn.text):
            known_whom = turn.context.get(WHOM, "")
            split = clarifying.split([self._traits[key] for key in near], known_whom)
            if split:
                return answers.clarify(split, near, turn.words, turn.context)
        found = [(self._entries[match.key], match.sentence) for match in turn.verdict.matches]
        return answers.candidates(found, turn.words, turn.context)

    def _narrowed(self, pick: Pick, words: Words, context: dict[str, str], today: date) -> Reply:
        """What is left of the candidates once a question back is answered."""
        keys = [key for key in context.pop(AMONG, "").split() if key in self._entries]
        if pick.value == WHOM and pick.item != ANYONE:
            context[WHOM] = pick.item
        left = [
            self._entries[key]
            for key in keys
            if self._fits(self._traits[key], pick) and self._entries[key].valid_on(today)
        ]
        if not left:
            return answers.unknown(words, context, today)
        if len(left) == 1:
            return answers.answer(left[0], words, context)
        most = self._limits.most_candidates
        return answers.candidates([(entry, "") for entry in left[:most]], words, context)

    def _fits(self, traits: Traits, pick: Pick) -> bool:
        return pick.value in clarifying.DIMENSIONS and traits.of(pick.value) == pick.item

    def _last_try(self, turn: Turn) -> Reply:
        """Nothing written fits: a thing named inside the question, or one spelled nearly so."""
        inside = self._items.inside(turn.text)
        found = turn.items or self._items.search(turn.text)
        near = [one for one in found if one.score >= NEARLY_SPELLED]
        if inside or near:
            return self._item_reply(replace(turn, items=inside or near))
        if turn.about_garbage:
            return disposal.no_such_item(turn.words, turn.context)
        return answers.unknown(turn.words, turn.context, turn.today)

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
        if pick.kind == NARROW:
            return self._narrowed(pick, words, context, today)
        if pick.kind == ITEM and item:
            return disposal.item_answer(item, self._guide, words, context, today)
        if pick.kind == DISTRICT and pick.value in self._guide.districts:
            return self._in_district(pick, words, {**context, "district": pick.value}, today)
        return answers.unknown(words, context, today)

    def _in_district(self, pick: Pick, words: Words, context: dict[str, str], today: date) -> Reply:
        item: Item | None = self._item_of.get(pick.item)
        if item:
            return disposal.item_answer(item, self._guide, words, context, today)
        district = self._guide.districts[pick.value]
        return disposal.district_answer(district, self._guide, words, context, today)

    def _remembered(self, context: Context) -> dict[str, str]:
        return {name: str(value) for name, value in context.items() if name in REMEMBERED}


def near_a_phrase(verdict: Verdict) -> bool:
    """Whether the first candidate resembles a question that staff wrote, not only its answer."""
    return bool(verdict.matches) and verdict.matches[0].likeness > 0
