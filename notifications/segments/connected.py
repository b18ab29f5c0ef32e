"""Conditions on what a resident marked with a star, and which tools they connected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from uuid import UUID

from notifications.segments import tests
from notifications.segments.meaning import Naming, SegmentFault, Setting
from notifications.segments.phrases import either


@dataclass(frozen=True, slots=True)
class HasFavourite:
    """The resident marked one of these things with a star: {"kind": …, "key": …}, or a list."""

    key: ClassVar[str] = "favourite"
    about_person: ClassVar[bool] = False
    things: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, value: Any, where: str) -> Self:
        """From one thing or several."""
        several = [value] if isinstance(value, Mapping) else value
        if not isinstance(several, list) or not several:
            raise SegmentFault(f'{where}: expected {{"kind": …, "key": …}} or a list of them')
        return cls(tuple(_thing(each, f"{where}[{n}]") for n, each in enumerate(several)))

    def json(self) -> list[dict[str, str]]:
        """As it is stored."""
        return [{"kind": kind, "key": key} for kind, key in self.things]

    def test(self, setting: Setting) -> tests.Test:
        """One of them is marked; sensitive things are nobody's mark."""
        for kind, key in self.things:
            setting.refuse(kind, key)
        return tests.Overlaps("favourites", tuple("/".join(each) for each in self.things))

    def words(self, naming: Naming) -> str:
        """What is said of the resident."""
        names = [naming.gettext("“%(name)s”", name=naming.favourite(*each)) for each in self.things]
        return naming.gettext("who have a star on %(things)s", things=either(naming, names))


@dataclass(frozen=True, slots=True)
class ConnectedTool:
    """The resident lets one of these tools sign them in: client ids of the OpenID provider."""

    key: ClassVar[str] = "tool"
    about_person: ClassVar[bool] = False
    clients: tuple[str, ...]

    @classmethod
    def read(cls, value: Any, where: str) -> Self:
        """From one id or several."""
        several = [value] if isinstance(value, str) else value
        if not isinstance(several, list) or not several:
            raise SegmentFault(f"{where}: expected the id of a connected tool, got {value!r}")
        return cls(tuple(_client(each, where) for each in several))

    def json(self) -> list[str]:
        """As it is stored."""
        return list(self.clients)

    def test(self, setting: Setting) -> tests.Test:
        """A living consent."""
        for client in self.clients:
            setting.refuse("tool", client)
        return tests.Overlaps("tools", self.clients)

    def words(self, naming: Naming) -> str:
        """What is said of the resident."""
        names = [naming.gettext("“%(name)s”", name=naming.tool(each)) for each in self.clients]
        return naming.gettext("who have connected %(tools)s", tools=either(naming, names))


def _thing(value: Any, where: str) -> tuple[str, str]:
    if not isinstance(value, Mapping) or set(value) != {"kind", "key"}:
        raise SegmentFault(f'{where}: expected {{"kind": …, "key": …}}, got {value!r}')
    kind, key = value["kind"], value["key"]
    if not (isinstance(kind, str) and isinstance(key, str) and kind and key) or "/" in kind:
        raise SegmentFault(f"{where}: kind and key are words")
    return kind, key


def _client(value: Any, where: str) -> str:
    try:
        return str(UUID(value))
    except (ValueError, TypeError, AttributeError) as error:
        raise SegmentFault(f"{where}: {value!r} is not the id of a tool") from error
