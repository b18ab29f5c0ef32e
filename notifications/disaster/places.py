"""Which area codes mean a municipality, family by family of messages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.core.city_code import is_city_code

# The wards of the designated cities have codes of their own, in which earthquakes are told:
# city: its last ward (the first one is the city's code + 1).
WARDS = {
    "01100": "01110", "04100": "04105", "11100": "11110", "12100": "12106", "14100": "14118",
    "14130": "14137", "14150": "14153", "15100": "15108", "22100": "22103", "22130": "22140",
    "23100": "23116", "26100": "26111", "27100": "27128", "27140": "27147", "28100": "28111",
    "33100": "33104", "34100": "34108", "40100": "40109", "40130": "40137", "43100": "43105",
}  # fmt: skip

# Prefecture: the first two figures of its seismic areas (細分区域). Hokkaidō has seven tens.
SEISMIC = {
    "01": "10 11 12 13 14 15 16", "02": "20", "03": "21", "04": "22", "05": "23", "06": "24",
    "07": "25", "08": "30", "09": "31", "10": "32", "11": "33", "12": "34", "13": "35",
    "14": "36", "15": "37", "16": "38", "17": "39", "18": "40", "19": "41", "20": "42",
    "21": "43", "22": "44", "23": "45", "24": "46", "25": "50", "26": "51", "27": "52",
    "28": "53", "29": "54", "30": "55", "31": "56", "32": "57", "33": "58", "34": "59",
    "35": "70", "36": "60", "37": "61", "38": "62", "39": "63", "40": "71", "41": "72",
    "42": "73", "43": "74", "44": "75", "45": "76", "46": "77", "47": "80",
}  # fmt: skip

# Prefecture: its tsunami forecast areas (津波予報区). Those not here have no coast.
TSUNAMI = {
    "01": "100 101 102 110 111 120", "02": "200 201 202", "03": "210", "04": "220",
    "05": "230", "06": "240", "07": "250", "08": "300", "12": "310 311 312", "13": "312 320 321",
    "14": "312 330", "15": "340 341", "16": "350", "17": "360 361", "18": "370", "22": "380",
    "23": "390 391", "24": "391 400", "26": "500", "27": "510", "28": "520 521 522",
    "30": "530", "31": "540", "32": "550 551", "33": "560", "34": "570", "35": "700 701",
    "36": "580", "37": "590", "38": "600 601", "39": "610", "40": "710 711 712",
    "41": "712 720", "42": "712 730 731", "43": "712 740", "44": "750 751", "45": "760",
    "46": "770 771 772 773", "47": "800 801 802",
}  # fmt: skip

# Municipalities known more exactly: (seismic area, tsunami area or "-" for none, 一次細分区域).
# All others are found by their prefecture, which a clerk is told; settings say it for a city.
EXACT = {
    "01100": ("101", "-", "016010"), "11100": ("331", "-", "110010"),
    "12100": ("341", "312", "120010"), "14100": ("360", "312", "140010"),
    "14130": ("360", "312", "140010"), "14150": ("361", "-", "140020"),
    "15100": ("372", "340", "150010"), "22100": ("442", "380", "220010"),
    "22130": ("443", "380", ""), "23100": ("451", "391", "230010"),
    "26100": ("511", "-", "260010"), "27100": ("520", "510", "270000"),
    "27140": ("521", "510", "270000"), "28100": ("531", "521", "280010"),
    "33100": ("581", "560", "330010"), "34100": ("592", "570", "340010"),
    "40130": ("710", "711", "400010"), "43100": ("741", "712", "430010"),
    "46201": ("770", "", "460010"), "46222": ("778", "772", "460040"),
    "47201": ("801", "800", "471010"),
}  # fmt: skip
# Whole prefectures by their parts: (seismic, 一次細分区域): the last three figures of its cities.
PARTS = {
    "06": {
        ("240", "060030"): "203 204 426 428 461",
        ("241", "060040"): "205 361 362 363 364 365 366 367",
        ("242", "060010"): "201 206 207 208 210 211 212 301 302 321 322 323 324 341",
        ("243", "060020"): "202 209 213 381 382 401 402 403",
    },
    "12": {
        ("340", "120020"): "202 210 213 215 235 236 237 239 342 347 349 403 409 410 421 422 423 "
        "424 426 427",
        ("341", "120010"): "203 204 207 208 211 212 216 217 220 221 222 224 227 228 230 231 232 "
        "233 322 329",
        ("342", "120030"): "205 206 218 223 225 226 229 234 238 441 443 463",
        ("342", "120010"): "219",
    },
    "22": {
        ("440", "220020"): "205 208 219 222 225 301 302 304 305 306 325",
        ("441", "220030"): "203 206 207 210 215 220 341 342 344",
        ("442", "220010"): "209 212 214 226 424 429",
        ("443", "220040"): "211 213 216 221 223 224 461",
    },
}
# Of the prefecture with one tsunami area, who lies at the sea; the others have no coast.
COAST = {"06": "203 204 461"}
_WORD = re.compile(r"(seismic|tsunami|region)=([0-9-]+)")


class NoPlace(ValueError):
    """What was given names no municipality."""


@dataclass(frozen=True, slots=True)
class Place:
    """One municipality. Empty `seismic`, `tsunami` or `region`: the prefecture's."""

    code: str
    seismic: str = ""
    tsunami: str = ""
    region: str = ""

    @property
    def prefecture(self) -> str:
        """The first two figures."""
        return self.code[:2]

    def is_city(self, code: str) -> bool:
        """A municipal code (7 figures, also of a part of the city or of its wards)."""
        last = WARDS.get(self.code)
        return code.startswith(self.code) or (
            len(code) == 7 and last is not None and self.code < code[:5] <= last
        )

    def is_seismic(self, code: str) -> bool:
        """An area of 震度速報."""
        if self.seismic:
            return code == self.seismic
        tens = SEISMIC.get(self.prefecture, "").split()
        return len(code) == 3 and code[:2] in tens

    def is_tsunami(self, code: str) -> bool:
        """A tsunami forecast area."""
        if self.tsunami:
            return code == self.tsunami
        return code in TSUNAMI.get(self.prefecture, "").split()

    @property
    def has_coast(self) -> bool:
        """Whether any tsunami forecast area can be about it."""
        return self.tsunami != "-" if self.tsunami else self.prefecture in TSUNAMI

    def is_region(self, code: str) -> bool:
        """A 府県予報区 or 一次細分区域 (6 figures)."""
        if code == f"{self.prefecture}0000":
            return True
        same = len(code) == 6 and code.startswith(self.prefecture)
        return code == self.region if self.region else same


def place_of(given: str) -> Place:
    """From "06204", "062049" (with its check digit) or "06204 seismic=240 tsunami=240 region=…".

    A tsunami area of "-" means: no coast. Raises NoPlace.
    """
    first, *more = given.split() or [""]
    code = first[:5] if is_city_code(first) or re.fullmatch(r"[0-9]{5}00", first) else first
    found = [_WORD.fullmatch(word) for word in more]
    if not re.fullmatch(r"(0[1-9]|[1-4][0-9])[0-9]{3}", code) or not all(found):
        raise NoPlace(f"not a municipality: {given!r}")
    seismic, tsunami, region = _known(code)
    said = {match.group(1): match.group(2) for match in found if match}
    return Place(
        code,
        said.get("seismic", seismic),
        said.get("tsunami", tsunami),
        said.get("region", region),
    )


def _known(code: str) -> tuple[str, str, str]:
    prefecture, city = code[:2], code[2:]
    for (seismic, region), cities in PARTS.get(prefecture, {}).items():
        if city in cities.split():
            inland = prefecture in COAST and city not in COAST[prefecture].split()
            return seismic, "-" if inland else _only(TSUNAMI[prefecture]), region
    return EXACT.get(code, ("", "", ""))


def _only(areas: str) -> str:
    """The area, where a prefecture has one; where it has more, the prefecture's stand for it."""
    return "" if " " in areas else areas
