"""Lint of the catalogue's data, and the errors a clerk's slip in a file gives."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from portal.catalogue.gif import BENEFICIARIES, CATEGORIES, SERVICE_TYPES
from portal.catalogue.load import DATA, load_catalogue, read_catalogue
from portal.catalogue.model import Catalogue, Kind, Service, Shown, Text
from portal.catalogue.phrases import phrases, say
from portal.catalogue.reading import FaultyEntry
from portal.catalogue.rules import Known
from portal.guide.links import outside_links

SERVICES = load_catalogue().services
EACH = pytest.mark.parametrize("service", SERVICES, ids=[each.key for each in SERVICES])
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
FACTS = {
    name: date(2026, 11, 1)
    for name in (
        "moved_in", "move_date", "death_known", "insurance_changed", "expected_date",
        "card_issued", "cert_issued", "licence_expiry", "poll_date",
    )
}  # fmt: skip


def texts(service: Service) -> list[Text]:
    """Every text of a service."""
    optional = [each for each in (service.cost, service.note) if each]
    titles = [milestone.title for milestone in service.milestones]
    return [service.title, service.summary, *optional, *titles, *(i.name for i in service.bring)]


def test_there_are_enough_services_of_every_stage_of_life() -> None:
    assert len(SERVICES) >= 60
    stages = list(CATEGORIES)[:8]
    assert {service.category for service in SERVICES} >= set(stages)


@EACH
def test_texts_are_complete_in_both_languages(service: Service) -> None:
    for text in texts(service):
        assert JAPANESE.search(text.ja) or text.ja.isascii()
        assert not JAPANESE.search(text.en), text.en
        assert not {"　", "  "} & {text.ja, text.en}
    assert len(service.title.ja) <= 40
    assert len(service.summary.ja) <= 100
    assert len(service.summary.en) <= 120
    assert service.keywords


@EACH
def test_a_to_do_says_what_to_bring_and_where(service: Service) -> None:
    if service.kind is Kind.TODO:
        assert service.bring
    assert service.desk.phone.startswith("0000-")


@EACH
def test_online_is_a_known_site_or_an_https_address(service: Service) -> None:
    if service.online is not None:
        assert service.online in outside_links() or service.online.startswith("https://")


@EACH
def test_sensitive_matters_are_found_by_search_only(service: Service) -> None:
    delicate = re.compile("ひとり親|障がい|障害|離婚|借金|要介護|不登校|いじめ")
    said = service.title.ja + service.summary.ja + "".join(service.keywords)
    if delicate.search(said):
        assert service.sensitive
        assert service.shown is Shown.SEARCH
        assert not service.recommendable


@EACH
def test_rules_speak_in_both_languages(service: Service) -> None:
    known = Known(date(1950, 4, 1), FACTS)
    rules = [version.rule for version in service.versions]
    for rule in [*rules, *(milestone.rule for milestone in service.milestones)]:
        for phrase in (rule.reason(known, date(2026, 11, 20)), rule.describe()):
            assert JAPANESE.search(say(phrase, "ja", "さくらさん"))
            assert not JAPANESE.search(say(phrase, "en", "Sakura"))


def test_every_anchor_has_a_sentence_of_its_own() -> None:
    for service in SERVICES:
        for version in service.versions:
            key = version.rule.reason(Known(date(2026, 1, 1), FACTS), date(2026, 11, 20)).key
            assert key in phrases(), (service.key, key)


def test_dates_of_windows_without_end_do_not_stay_for_ever() -> None:
    """A to-do or news from an age on would otherwise stay on My Page for decades."""
    for service in SERVICES:
        window = service.versions[-1].rule.window(Known(date(1925, 1, 1)), date(2026, 11, 20))
        personal = service.versions[-1].rule.anchors == ("birthdate",)
        endless = window is not None and window.closes is None
        if personal and endless and service.confirmed and service.shown is Shown.YES:
            assert service.show_days is not None, service.key


def test_no_text_names_a_real_city_or_phone() -> None:
    for file in DATA.rglob("*.yaml"):
        content = file.read_text(encoding="utf-8")
        assert "酒田" not in content
        for phone in re.findall(r"0\d{1,3}-\d{2,4}-\d{3,4}", content):
            assert phone.startswith("0000-"), phone


def test_words_are_those_of_the_government_form() -> None:
    for words in (CATEGORIES, SERVICE_TYPES, BENEFICIARIES):
        for japanese, english in words.items():
            assert JAPANESE.search(japanese)
            assert not JAPANESE.search(english)


def test_finding_services() -> None:
    catalogue: Catalogue = load_catalogue()
    assert catalogue.find("check_18m") is catalogue.service("check_18m")
    assert catalogue.find("gone") is None
    with pytest.raises(KeyError):
        catalogue.service("gone")
    assert catalogue.service("check_18m") in catalogue.in_category("子育て")
    assert catalogue.service("check_18m").law == "母子保健法12条"
    assert catalogue.service("check_18m").title.say("en-GB").startswith("Check")
    furigana = catalogue.service("furigana")
    assert furigana.rule_on(date(2026, 5, 25)) is not furigana.rule_on(date(2026, 5, 26))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the catalogue's files to spoil."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def spoil(data: Path, file: str, old: str, new: str) -> str:
    path = data / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FaultyEntry) as caught:
        read_catalogue(data)
    return str(caught.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("20_vaccination", "from_days: 42,", "", "20_vaccination.yaml: vac_rota: rule: from_days"),
        ("20_vaccination", "desk: vaccination", "desk: moon", "desk: unknown desk 'moon'"),
        ("20_vaccination", "category: 子育て", "category: 育児", "category: '育児' is not a word"),
        ("20_vaccination", "service_type: 支援サービス", "service_type: x", "service_type: 'x'"),
        ("20_vaccination", "[子ども]", "[こども]", "beneficiaries: 'こども' is not"),
        ("20_vaccination", "[mch_book, ", "[mch_boko, ", "bring: unknown mch_boko"),
        ("20_vaccination", "who: child", "who: cat", "who: expected one of child, person"),
        ("20_vaccination", "sex: F", "sex: X", "vac_hpv: sex: expected F or M"),
        ("20_vaccination", "key: vac_hepb", "key: vac_rota", "key used twice: vac_rota"),
        ("20_vaccination", "priority: 9", "priority: high", "priority: expected a whole number"),
        ("20_vaccination", "  kind: todo", "  colour: red\n  kind: todo", "unknown field colour"),
        ("20_vaccination", "- key: vac_rota", "- key: [", "20_vaccination.yaml: while parsing"),
        ("20_vaccination", "key: first, ", "", "vac_rota.milestones[0]: key: is missing"),
        ("30_children", "shown: search", "shown: yes", "shown: expected a text, got True"),
        ("30_children", "shown: search", "shown: interest", "a sensitive service must be `search`"),
        ("70_registers", "valid_from: 2026-05-26, ", "", "furigana: versions: must follow one"),
        ("70_registers", "  rule: {kind: always}\n", "", "cert_online: rule: is missing"),
        ("80_living", "ごみの分け方を調べる", "ご" * 41, "title: longer than 40 characters"),
    ],
)  # fmt: skip
def test_a_slip_in_a_service_names_file_and_field(
    data: Path, file: str, old: str, new: str, words: str
) -> None:
    assert words in spoil(data, f"services/{file}.yaml", old, new)


def test_slips_in_the_other_files(data: Path) -> None:
    assert "items.yaml: seal.name: en: is missing" in spoil(
        data, "items.yaml", ", en: The seal to", ", fr: The seal to"
    )


def test_slips_in_desks(data: Path) -> None:
    words = spoil(data, "desks.yaml", "key: myna,", "key: residents,")
    assert "key used twice: residents" in words


def test_slips_in_districts(data: Path) -> None:
    assert "districts.yaml: entry 1: key: is missing" in spoil(
        data, "districts.yaml", "{key: minato,", "{kee: minato,"
    )


def test_a_file_that_is_no_list(data: Path) -> None:
    (data / "districts.yaml").write_text("minato: みなと\n", encoding="utf-8")
    with pytest.raises(FaultyEntry, match=r"districts\.yaml: expected a list of entries"):
        read_catalogue(data)


def test_a_milestone_list_that_is_none(data: Path) -> None:
    words = spoil(
        data, "services/80_living.yaml", "- key: garbage\n", "- key: garbage\n  milestones: 3\n"
    )
    assert "garbage: milestones: expected a list" in words
