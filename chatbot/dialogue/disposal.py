"""Builds replies about garbage: the item's class, how to put it out, the next day."""

from collections.abc import Mapping, Sequence
from datetime import date

from chatbot.dialogue.payloads import DISTRICT, ITEM, NONE, Pick, write
from chatbot.dialogue.reply import Kind, Option, Reply
from chatbot.dialogue.words import Words
from chatbot.garbage.days import next_collection
from chatbot.garbage.items import District, GarbageClass, Guide, Item

DESK = "environment"


def item_answer(
    item: Item, guide: Guide, words: Words, context: Mapping[str, str], today: date
) -> Reply:
    """How to put one item out, and when, once the district is known."""
    collected = guide.classes[item.class_key]
    blocks = _how(item, collected, words)
    district = guide.districts.get(context.get("district", ""))
    options: tuple[Option, ...] = ()
    if district:
        blocks.append(_when(item, district, words, today))
    elif any(item.class_key in one.days for one in guide.districts.values()):
        blocks.append(words.say("ask_district"))
        options = district_options(guide, words, item.key)
    return Reply(
        kind=Kind.GARBAGE,
        language=words.language,
        blocks=tuple(blocks),
        title=item.label(words.base),
        desk=words.desk(DESK),
        links=(words.link("garbage_guide"),),
        options=options,
        context=_about(context, item),
        key=item.key,
    )


def which_item(items: Sequence[Item], words: Words, context: Mapping[str, str]) -> Reply:
    """Asks back which of several items is meant."""
    options = [Option(item.label(words.base), write(Pick(ITEM, item.key))) for item in items]
    options.append(Option(words.say("none_of_these"), write(Pick(NONE))))
    return Reply(
        kind=Kind.CLARIFY,
        language=words.language,
        blocks=(words.say("which_item"),),
        options=tuple(options),
        context=dict(context),
    )


def no_such_item(words: Words, context: Mapping[str, str]) -> Reply:
    return Reply(
        kind=Kind.UNKNOWN,
        language=words.language,
        blocks=(words.say("no_such_item"),),
        desk=words.desk(DESK),
        links=(words.link("garbage_guide"),),
        context=dict(context),
    )


def district_answer(
    district: District, guide: Guide, words: Words, context: Mapping[str, str], today: date
) -> Reply:
    """The next day of every class in a district."""
    lines = [
        f"- {guide.classes[key].names[words.base]}: {words.day(day, today)}"
        for key, schedule in district.days.items()
        if (day := next_collection(schedule, today))
    ]
    heading = words.say("district_days", district=district.names[words.base])
    return Reply(
        kind=Kind.GARBAGE,
        language=words.language,
        blocks=(f"{heading}\n\n" + "\n".join(lines),),
        title=district.names[words.base],
        desk=words.desk(DESK),
        links=(words.link("garbage_guide"),),
        context={**context, "district": district.key},
        key=f"district:{district.key}",
    )


def which_district(guide: Guide, words: Words, context: Mapping[str, str]) -> Reply:
    return Reply(
        kind=Kind.CLARIFY,
        language=words.language,
        blocks=(words.say("which_district"),),
        options=district_options(guide, words),
        context=dict(context),
    )


def district_options(guide: Guide, words: Words, item: str = "") -> tuple[Option, ...]:
    return tuple(
        Option(one.names[words.base], write(Pick(DISTRICT, one.key, item)))
        for one in guide.districts.values()
    )


def _how(item: Item, collected: GarbageClass, words: Words) -> list[str]:
    language = words.base
    name, kind = item.label(language), collected.names[language]
    note = item.english_note if language == "en" else item.note
    phrase = "garbage_class" if collected.collected else "garbage_not_collected"
    said = [words.say(phrase, item=name, **{"class": kind})]
    if note:
        said.append(note)
    return [*said, collected.instructions[language]]


def _when(item: Item, district: District, words: Words, today: date) -> str:
    schedule = district.days.get(item.class_key)
    day = next_collection(schedule, today) if schedule else None
    if day is None:
        return words.say("garbage_no_days")
    where = district.names[words.base]
    return words.say("garbage_next", district=where, day=words.day(day, today))


def _about(context: Mapping[str, str], item: Item) -> dict[str, str]:
    kept = {name: value for name, value in context.items() if name != "entry"}
    return {**kept, "item": item.key}
