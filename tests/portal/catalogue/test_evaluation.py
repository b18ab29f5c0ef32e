"""What a family sees on a day: who, in which order, with which dates, and what is never shown."""

from datetime import date

import pytest

from portal.catalogue.evaluation import Match, Person, day_index, evaluate, match_on
from portal.catalogue.index import DayIndex
from portal.catalogue.load import load_catalogue
from portal.catalogue.model import Catalogue, Relation
from portal.catalogue.phrases import say
from portal.catalogue.rules import NO_FACTS, Facts, Known
from portal.catalogue.windows import State

TODAY = date(2026, 11, 20)
KAEDE = Person("kaede", Relation.SELF, date(1988, 5, 3), "F")
SAKURA = Person("sakura", Relation.CHILD, date(2024, 11, 21))
TSUBOMI = Person("tsubomi", Relation.EXPECTED, expected_date=date(2027, 1, 15))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def seen(*persons: Person, facts: Facts = NO_FACTS, today: date = TODAY) -> dict[str, Match]:
    matches = evaluate(load_catalogue(), persons, facts, today)
    return {f"{match.person_ref}.{match.service.key}": match for match in matches}


def test_a_child_of_two_tomorrow_has_the_check_due_today() -> None:
    match = seen(KAEDE, SAKURA)["sakura.check_18m"]
    assert match.state is State.DUE_SOON
    assert match.window is not None
    assert match.window.closes == TODAY
    assert (
        say(match.reason, "ja", "さくらさん") == "さくらさんが2026年5月21日に1歳6か月になったため"
    )
    assert (
        say(match.reason, "en", "Sakura") == "because Sakura reached 1 year 6 months on 21 May 2026"
    )


def test_order_is_overdue_then_due_soon_then_open_then_coming() -> None:
    family = (KAEDE, SAKURA, Person("ume", Relation.PARENT, date(1951, 12, 1)))
    facts = {"moved_in": date(2026, 10, 20)}
    matches = evaluate(load_catalogue(), family, facts, TODAY)
    order = [State.OVERDUE, State.DUE_SOON, State.OPEN, State.FUTURE]
    ranks = [order.index(match.state) for match in matches]
    assert ranks == sorted(ranks)
    assert set(ranks) == {0, 1, 2, 3}
    assert matches[0].service.key in ("move_in", "child_allowance")


def test_an_unconfirmed_service_shows_no_date() -> None:
    match = seen(KAEDE)["kaede.cancer_cervix"]
    assert match.window is None
    assert match.state is State.OPEN
    assert say(match.reason, "ja") == "市の案内をご確認ください"
    ahead = Person("nazuna", Relation.CHILD, date(2026, 9, 1))
    assert "nazuna.check_3_4m" not in seen(ahead)  # opens 1 December; no date, so not yet


def test_blank_sex_sees_what_is_for_women_with_a_note() -> None:
    match = seen(Person("x", Relation.CHILD, date(2013, 5, 5)))["x.vac_hpv"]
    assert match.for_women
    assert not match.for_men
    assert not seen(Person("x", Relation.CHILD, date(2013, 5, 5), "F"))["x.vac_hpv"].for_women
    assert "x.vac_hpv" not in seen(Person("x", Relation.CHILD, date(2013, 5, 5), "M"))


def test_one_switch_silences_every_card_about_a_person() -> None:
    silent = Person("sakura", Relation.CHILD, SAKURA.birthdate, silenced=True)
    assert not any(match.person_ref == "sakura" for match in seen(KAEDE, silent).values())
    service = load_catalogue().service("check_18m")
    assert match_on(service, silent, NO_FACTS, TODAY) is None


def test_sensitive_services_are_never_recommended(catalogue: Catalogue) -> None:
    sensitive = {service.key for service in catalogue.services if service.sensitive}
    assert sensitive
    everybody = [
        Person(
            f"{relation}{year}", relation, date(year, 6, 1), interests=frozenset({"障がい者支援"})
        )
        for relation in Relation
        for year in range(1925, 2027)
    ]
    for month in range(1, 13):
        shown = evaluate(catalogue, everybody, NO_FACTS, date(2026, month, 15))
        assert not sensitive & {match.service.key for match in shown}


def test_a_pregnancy_is_known_only_by_its_own_card() -> None:
    shown = seen(KAEDE, TSUBOMI)
    assert shown["tsubomi.vac_rsv"].window is not None
    assert not any(key.startswith("kaede.preg") for key in shown)


def test_entered_dates_bring_their_services() -> None:
    card = Person(
        "kaede", Relation.SELF, date(1980, 9, 15), facts={"card_issued": date(2017, 3, 10)}
    )
    assert seen(card)["kaede.myna_card"].state is State.OVERDUE
    assert "kaede.myna_card" not in seen(KAEDE)
    moving = seen(KAEDE, facts={"move_date": date(2026, 12, 1)})
    assert moving["kaede.move_out"].state is State.OPEN
    assert moving["kaede.water_start"].window is None


def test_interests_open_what_is_not_for_everybody() -> None:
    assert "kaede.garbage" not in seen(KAEDE)
    interested = Person("kaede", Relation.SELF, date(1988, 5, 3), interests=frozenset({"ごみ"}))
    assert "kaede.garbage" in seen(interested)


def test_without_a_birthdate_what_is_for_everybody_remains() -> None:
    nobody = Person("x", Relation.SELF, interests=frozenset({"ごみ", "子育て"}))
    assert {match.service.key for match in seen(nobody).values()} == {"garbage"}
    assert "x.move_in" in seen(nobody, facts={"moved_in": date(2026, 11, 10)})


def test_city_facts_reach_the_index() -> None:
    voter = Person("aoi", Relation.SELF, date(2008, 12, 7))
    assert "aoi.vote18" not in seen(voter)
    assert "aoi.vote18" in seen(voter, facts={"poll_date": date(2026, 12, 6)})


def test_a_window_without_end_is_shown_for_a_while() -> None:
    assert "ume.elder75" in seen(Person("ume", Relation.SELF, date(1951, 12, 1)))
    assert "ume.elder75" not in seen(Person("ume", Relation.SELF, date(1945, 12, 1)))


def test_a_premium_begins_in_a_month_and_has_no_last_day() -> None:
    match = seen(Person("aoi", Relation.SELF, date(2006, 12, 1)))["aoi.pension20"]
    assert match.state is State.OPEN
    assert match.window is not None
    assert (match.window.opens, match.window.closes) == (date(2026, 11, 1), None)
    assert "aoi.pension20" not in seen(Person("aoi", Relation.SELF, date(2006, 6, 1)))


def test_news_that_ends_soon_asks_nothing_of_anybody() -> None:
    voter = Person("aoi", Relation.SELF, date(2008, 12, 7))
    shown = seen(voter, facts={"poll_date": date(2026, 12, 6)}, today=date(2026, 12, 1))
    assert shown["aoi.vote18"].state is State.OPEN


def test_a_services_own_page_answers_when_for_windows_far_away(catalogue: Catalogue) -> None:
    service = catalogue.service("school_check")
    baby = Person("nazuna", Relation.CHILD, date(2026, 9, 1))
    assert match_on(service, baby, NO_FACTS, TODAY) is None
    match = match_on(service, baby, NO_FACTS, TODAY, even_hidden=True)
    assert match is not None
    assert match.window is not None
    assert match.window.opens == date(2032, 10, 1)


def test_twins_and_equal_birthdates_keep_their_own_names() -> None:
    twin = Person("momo", Relation.CHILD, SAKURA.birthdate)
    shown = seen(KAEDE, SAKURA, twin)
    assert shown["sakura.check_18m"].person_ref == "sakura"
    assert shown["momo.check_18m"].person_ref == "momo"


def test_a_service_of_some_districts_is_for_those_who_live_there(catalogue: Catalogue) -> None:
    from dataclasses import replace

    hill = replace(catalogue.service("check_18m"), districts=frozenset({"okanoue"}))
    small = replace(catalogue, services=(hill,))
    there = Person("a", Relation.CHILD, date(2025, 1, 5), district="okanoue")
    elsewhere = Person("b", Relation.CHILD, date(2025, 1, 5), district="minato")
    shown = evaluate(small, [there, elsewhere], NO_FACTS, TODAY)
    assert [match.person_ref for match in shown] == ["a"]


def test_a_rule_no_longer_the_law_is_gone(catalogue: Catalogue) -> None:
    from dataclasses import replace

    old = catalogue.service("check_18m")
    ended = replace(old, versions=(replace(old.versions[0], valid_to=date(2026, 3, 31)),))
    assert ended.rule_on(TODAY) is None
    assert match_on(ended, SAKURA, NO_FACTS, TODAY) is None
    assert not evaluate(replace(catalogue, services=(ended,)), [SAKURA], NO_FACTS, TODAY)


@pytest.mark.no_cover
def test_the_index_finds_exactly_what_evaluating_everything_finds(catalogue: Catalogue) -> None:
    index = DayIndex(catalogue, TODAY)
    for ordinal in range(date(1920, 1, 1).toordinal(), TODAY.toordinal() + 1, 17):
        born = date.fromordinal(ordinal)
        for relation in (Relation.SELF, Relation.CHILD, Relation.PARENT):
            found = set(index.candidates(born, relation))
            for service, shows in index.showing.items():
                window = shows.rule.window(Known(born), TODAY)
                if window and shows.shows(window) and relation in service.who.relations:
                    assert service in found, (service.key, born)


def test_remembering_has_a_limit(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.catalogue.evaluation.REMEMBERED", 2)
    index = day_index(catalogue, date(2026, 11, 21))
    for year in range(2010, 2020):
        child = Person("x", Relation.CHILD, date(year, 1, 1))
        evaluate(catalogue, [child], NO_FACTS, date(2026, 11, 21))
    assert len(index.remembered) <= 2


def test_only_a_few_services_are_looked_at_for_a_person(catalogue: Catalogue) -> None:
    """What a page costs rests on this; `./mado bench mypage` says how much."""
    index = day_index(catalogue, TODAY)
    for person in (KAEDE, SAKURA):
        looked_at = index.candidates(person.birthdate, person.relation, person.sex)
        assert 0 < len(looked_at) < len(catalogue.services) / 2
