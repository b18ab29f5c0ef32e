"""Builds replies about garbage: the item's class, how to put it out, the next day."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from chatbot.dialogue.payloads import DISTRICT, ITEM, NONE, Pick, write
from chatbot.dialogue.reply import Kind, Option, Reply
from chatbot.dialogue.words import Words
from chatbot.garbage.days import collections_on, failing_on, next_collection
from chatbot.garbage.items import District, GarbageClass, Guide, Item, said

DESK = "environment"
# LINE shows no more buttons than 13; who lives elsewhere types the district's name.
MOST_DISTRICTS = 12
# A week ahead people are told that the usual day is left out.
TOLD_AHEAD = 7


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
        options = district_options(guide, words, item.key)
        blocks.append(words.say("ask_district" if options else "type_district"))
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
    """What is collected today and tomorrow, and the next day of every class in a district."""
    lines = [
        f"- {guide.classes[key].name(words.base)}: {words.day(day, today)}"
        for key, schedule in district.days.items()
        if (day := next_collection(schedule, today))
    ]
    calendar = replace(words.link("garbage_calendar"), url=f"/garbage/districts/{district.key}")
    heading = words.say("district_days", district=district.name(words.base))
    blocks = [f"{heading}\n\n" + "\n".join(lines), *_soon(district, guide, words, today)]
    return Reply(
        kind=Kind.GARBAGE,
        language=words.language,
        blocks=tuple(blocks),
        title=district.name(words.base),
        desk=words.desk(DESK),
        links=(calendar, words.link("garbage_guide")),
        context={**context, "district": district.key},
        key=f"district:{district.key}",
    )


def _soon(district: District, guide: Guide, words: Words, today: date) -> list[str]:
    """Today and tomorrow, and usual days of the coming week on which nothing is collected."""
    blocks = []
    for day in (today, today + timedelta(days=1)):
        names = _names(collections_on(district, day), guide, words)
        phrase = "collected_on" if names else "nothing_on"
        blocks.append(words.say(phrase, day=words.day(day, today), classes=names))
    for ahead in range(TOLD_AHEAD):
        day = today + timedelta(days=ahead)
        if names := _names(failing_on(district, day), guide, words):
            blocks.append(words.say("fails_on", day=words.day(day, today), classes=names))
    return blocks


def _names(keys: Sequence[str], guide: Guide, words: Words) -> str:
    return words.say("between").join(guide.classes[key].name(words.base) for key in keys)


def which_district(guide: Guide, words: Words, context: Mapping[str, str]) -> Reply:
    return Reply(
        kind=Kind.CLARIFY,
        language=words.language,
        blocks=(words.say("which_district"), *_typing(guide, words)),
        options=district_options(guide, words),
        context=dict(context),
    )


def district_options(guide: Guide, words: Words, item: str = "") -> tuple[Option, ...]:
    """A button for each district; none where there are more than can be shown."""
    if len(guide.districts) > MOST_DISTRICTS:
        return ()
    return tuple(
        Option(one.name(words.base), write(Pick(DISTRICT, one.key, item)))
        for one in guide.districts.values()
    )


def _typing(guide: Guide, words: Words) -> tuple[str, ...]:
    return () if district_options(guide, words) else (words.say("type_district"),)


def _how(item: Item, collected: GarbageClass, words: Words) -> list[str]:
    language = words.base
    name, kind = item.label(language), collected.name(language)
    phrase = "garbage_class" if collected.collected else "garbage_not_collected"
    blocks = [words.say(phrase, item=name, **{"class": kind})]
    blocks += [item.said_note(language), collected.how(language)]
    if fee := item.fee or said(collected.fee, language):
        blocks.append(words.say("garbage_fee", fee=fee))
    blocks.append(said(collected.booking, language))
    return [block for block in blocks if block]


def _when(item: Item, district: District, words: Words, today: date) -> str:
    schedule = district.days.get(item.class_key)
    day = next_collection(schedule, today) if schedule else None
    if day is None:
        return words.say("garbage_no_days")
    where = district.name(words.base)
    return words.say("garbage_next", district=where, day=words.day(day, today))


def _about(context: Mapping[str, str], item: Item) -> dict[str, str]:
    kept = {name: value for name, value in context.items() if name != "entry"}
    return {**kept, "item": item.key}
