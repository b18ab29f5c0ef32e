"""What the feeds hold, and the forms by which a tester publishes a message."""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from standins.jma import messages
from standins.jma.messages import JAPAN, Envelope

SHORT = timedelta(minutes=10)  # what a short feed goes back
FEEDS = ("regular", "extra", "eqvol", "other")


@dataclass(frozen=True)
class Published:
    """One message in its feed."""

    name: str
    feed: str
    title: str
    xml: str
    at: datetime


@dataclass
class Agency:
    """Everything published; one lock, since requests come at once."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    published: list[Published] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=lambda: count())

    def publish(self, family: str, xml: str, title: str, at: datetime | None = None) -> Published:
        """Put a message into its feed."""
        moment = (at or datetime.now(JAPAN)).astimezone(JAPAN)
        stamp = moment.strftime("%Y%m%d%H%M%S")
        with self.lock:
            name = f"{stamp}_{next(self.numbers)}_{family}_060000.xml"
            feed = "eqvol" if family.startswith(("VXSE", "VTSE")) else "extra"
            one = Published(name, feed, title, xml, moment)
            self.published.append(one)
        return one

    def listed(self, feed: str, *, long: bool) -> list[Published]:
        """Newest first; the short feed forgets after ten minutes."""
        since = datetime.now(JAPAN) - SHORT
        with self.lock:
            found = [one for one in self.published if one.feed == feed and (long or one.at > since)]
        return sorted(found, key=lambda one: one.at, reverse=True)

    def reset(self) -> None:
        """As on the first day."""
        with self.lock:
            self.published, self.requests = [], []


def made(given: dict[str, str]) -> tuple[str, str, str]:
    """(family, XML, title) of what a tester chose on the page."""
    around = Envelope(
        status=given.get("status", "通常"),
        type=given.get("type", "発表"),
        event=given.get("event", ""),
    )
    hazard = given.get("hazard", "rain")
    grade, before = int(given.get("grade", "4")), int(given.get("before", "0"))
    if hazard in messages.WEATHER:
        xml = messages.weather(hazard, _nearest(hazard, grade), before or None, around)
        return messages.WEATHER[hazard][0], xml, hazard
    if hazard == "tsunami":
        return (
            "VTSE41",
            messages.tsunami(grade if grade in messages.TSUNAMI else 3, 0, around),
            hazard,
        )
    if hazard == "river":
        return "VXKO51", messages.river(grade if grade in messages.RIVER else 3, around), hazard
    if hazard == "cancel_tsunami":
        return "VTSE41", messages.cancelled("津波警報・注意報・予報a", "津波警報", around), hazard
    intensity = given.get("intensity", "5-")
    event = around.event or datetime.now(JAPAN).strftime("%Y%m%d%H%M%S")
    at_event = replace(around, event=event)
    return "VXSE53", messages.earthquake(intensity, at_event), "earthquake"


def _nearest(hazard: str, grade: int) -> int:
    """Storms know no level 4."""
    names = messages.WEATHER[hazard][2]
    return (
        grade if grade in names or grade == 0 else max(one for one in names if one <= max(grade, 2))
    )
