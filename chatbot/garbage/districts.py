"""Which of the guide's districts a resident lives in; lists may cut the city finer than we do."""

from chatbot.garbage.items import District, Guide


def of_resident(guide: Guide, district: str) -> tuple[District, ...]:
    """Districts of the guide that the catalogue's district means; several where it is wider."""
    if not district:
        return ()
    if district in guide.districts:
        return (guide.districts[district],)
    return tuple(each for each in guide.districts.values() if each.part_of == district)
