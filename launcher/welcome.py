"""What ./mado run prints once the city is up, in Japanese and English."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from launcher import card
from launcher.addresses import Addresses
from launcher.places import ROOT, Places

PORT_NAMES = {
    "portal": "portal",
    "line": "LINE platform",
    "mail_web": "mail catcher (web)",
    "mail_smtp": "mail catcher (SMTP)",
    "city_tool": "city tool",
    "card": "card service",
    "city_site": "city website",
    "jma": "weather agency",
}


def replaced_ports(replaced: Mapping[str, tuple[int, int]]) -> list[str]:
    """One line for each port that somebody else has."""
    return [
        f"  {PORT_NAMES[name]}: ポート {wanted} は使用中のため {taken} を使います / "
        f"port {wanted} is taken, {taken} is used instead"
        for name, (wanted, taken) in replaced.items()
    ]


def text(
    places: Places,
    addresses: Addresses,
    demo: Mapping[str, Any],
    replaced: Mapping[str, tuple[int, int]],
) -> str:
    """The whole page."""
    lines = [
        "",
        f"{demo.get('city', 'まど市')} の窓口が開きました / the window is open",
        *replaced_ports(replaced),
        "",
        f"  市民 / residents     {addresses.public_url}",
        f"  職員 / staff         {addresses.staff_url}/staff",
        f"                       (http://{addresses.staff_alias}/staff)",
        f"  スマホ画面 / phone   {addresses.line_url}",
        f"  届いたメール / mail  {addresses.mail_web_url}",
        f"  市の道具 / city tool {addresses.city_tool_url}",
        f"  市のサイト / website {addresses.city_site_url}",
        f"  気象庁 / warnings    {addresses.jma_url}",
        f"  カード / card        {addresses.card_url} (暗証番号 / PIN {card.PIN})",
        f"  OpenID discovery     {addresses.public_url}/.well-known/openid-configuration",
        *_empty(places, addresses, demo),
        *_people("デモの市民 / demo residents", demo.get("residents", [])),
        *_people("職員 / clerks", demo.get("clerks", [])),
        *_clerks_sign_in(demo),
        "",
        "  確認コードは、スマホ画面のトークと届いたメールに来ます。",
        "  Codes arrive in the talk on the phone page and in the mail catcher.",
        "",
        f"  データ / data  {shown(places.data)}",
        f"  ログ / logs    {shown(places.log('any').parent)}",
        "  止める / stop  Ctrl-C    最初から / start over  ./mado run --fresh",
        "",
    ]
    return "\n".join(lines)


def _empty(places: Places, addresses: Addresses, demo: Mapping[str, Any]) -> list[str]:
    """How somebody, or a checker's program, gets into a city where nobody lives yet."""
    if demo.get("residents"):
        return []
    there = "" if places.data == ROOT / "var" else f"MADO_DATA={shlex.quote(str(places.data))} "
    return [
        "",
        "  だれもいない市です。別の端末から / nobody lives here yet; from another shell:",
        f"    {there}./mado residents add --email NAME@resident.example --json",
        f"    {there}./mado staff add --email NAME@city.example --name NAME --role administrator",
        f"    {there}./mado clients add --name NAME --redirect-uri URI --json",
        "  届いたメールをJSONで / mails as JSON:",
        f"    {addresses.mail_web_url}/messages.json?to=ADDRESS",
    ]


def already_running(city: Mapping[str, Any] | None, places: Places) -> str:
    """What a second ./mado run on the same data says."""
    where = city.get("public_url", "") if city else ""
    who = f" (process {city['pid']})" if city else ""
    return (
        f"すでに動いています / already running{who}: {where or shown(places.data)}\n"
        f"  別のデータで動かす / run another one with --data FOLDER"
    )


def shown(path: Path) -> str:
    """A path as short as the reader needs it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _people(title: str, people: list[Mapping[str, str]]) -> list[str]:
    if not people:
        return []
    return ["", f"  {title}", *(f"    {_person(one)}" for one in people)]


def _person(one: Mapping[str, str]) -> str:
    parts = [one.get("name", ""), one.get("email", ""), one.get("note", ""), one.get("note_en", "")]
    return " · ".join(part for part in parts if part)


def _clerks_sign_in(demo: Mapping[str, Any]) -> list[str]:
    if not demo.get("clerks"):
        return []
    return [
        "    メールのコードと、スマホ画面の認証アプリの番号で入ります。",
        "    They sign in with a code by mail and the authenticator on the phone page.",
    ]
