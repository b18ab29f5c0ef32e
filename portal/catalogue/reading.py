"""Reading plain YAML or JSON values field by field, with errors that name the place and field."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

EnumT = TypeVar("EnumT", bound=StrEnum)
MonthDay = tuple[int, int]


class FaultyEntry(ValueError):
    """A catalogue entry that cannot be read; the message names file, entry and field.

    Where one field is at fault `place`, `field` and `problem` say the same in parts.
    """

    def __init__(self, message: str, place: str = "", field: str = "", problem: str = "") -> None:
        super().__init__(message)
        self.place, self.field, self.problem = place, field, problem or message


class Fields:
    """One mapping of an entry; remembers which fields were read so that typos are found."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, Mapping):
            raise FaultyEntry(f"{where}: expected fields with names, got {value!r}")
        self._value: Mapping[str, Any] = value
        self._read: set[str] = set()
        self.where = where

    def fault(self, name: str, problem: str) -> FaultyEntry:
        """The error to raise about one field."""
        return FaultyEntry(f"{self.where}: {name}: {problem}", self.where, name, problem)

    def raw(self, name: str) -> Any:
        """The value as it stands, None when absent."""
        self._read.add(name)
        return self._value.get(name)

    def has(self, name: str) -> bool:
        """Whether the field is present with a value."""
        return self._value.get(name) is not None

    def optional_text(self, name: str) -> str | None:
        """A text, or None when absent."""
        value = self.raw(name)
        if value is None or (isinstance(value, str) and value):
            return value
        raise self.fault(name, f"expected a text, got {value!r}")

    def text(self, name: str, default: str | None = None) -> str:
        """A text that must be there unless a default is given."""
        value = self.optional_text(name)
        if value is not None:
            return value
        if default is None:
            raise self.fault(name, "is missing")
        return default

    def optional_integer(self, name: str) -> int | None:
        """A whole number, or None when absent."""
        value = self.raw(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise self.fault(name, f"expected a whole number, got {value!r}")

    def integer(self, name: str, default: int | None = None) -> int:
        """A whole number that must be there unless a default is given."""
        value = self.optional_integer(name)
        if value is not None:
            return value
        if default is None:
            raise self.fault(name, "is missing")
        return default

    def flag(self, name: str, default: bool) -> bool:
        """true or false."""
        value = self.raw(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        raise self.fault(name, f"expected true or false, got {value!r}")

    def choice(self, name: str, kind: type[EnumT], default: EnumT | None = None) -> EnumT:
        """One of the words of an enumeration."""
        value = self.text(name, default)
        try:
            return kind(value)
        except ValueError:
            words = ", ".join(kind)
            raise self.fault(name, f"expected one of {words}; got {value!r}") from None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, empty when absent."""
        value = self.raw(name)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(each, str) and each for each in value):
            return tuple(value)
        raise self.fault(name, f"expected a list of texts, got {value!r}")

    def integers(self, name: str) -> tuple[int, ...]:
        """A list of whole numbers, empty when absent."""
        value = self.raw(name)
        if value is None:
            return ()
        if isinstance(value, list) and all(type(each) is int for each in value):
            return tuple(value)
        raise self.fault(name, f"expected a list of whole numbers, got {value!r}")

    def optional_day(self, name: str) -> date | None:
        """An ISO date (YAML's own or a text), or None when absent."""
        value = self.raw(name)
        if value is None or type(value) is date:
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.fault(name, f"expected a date like 2026-04-01, got {value!r}") from None

    def month_day(self, name: str) -> MonthDay:
        """A day of the year written MM-DD."""
        return self._month_day(name, self.text(name))

    def year_day(self, name: str) -> tuple[int, MonthDay]:
        """A day of a relative year written like "-1y 10-01"."""
        offset, _, day = self.text(name).partition("y ")
        try:
            years = int(offset)
        except ValueError:
            raise self.fault(name, f'expected a text like "-1y 10-01", got {offset!r}') from None
        return years, self._month_day(name, day)

    def _month_day(self, name: str, text: str) -> MonthDay:
        try:
            day = date.fromisoformat(f"2001-{text}")
        except ValueError:
            raise self.fault(name, f"expected a day of the year MM-DD, got {text!r}") from None
        return day.month, day.day

    def part(self, name: str) -> "Fields":
        """A nested mapping."""
        return Fields(self.raw(name), f"{self.where}.{name}")

    def parts(self, name: str) -> list["Fields"]:
        """A list of nested mappings, empty when absent."""
        value = self.raw(name)
        if not isinstance(value, list | None):
            raise self.fault(name, f"expected a list, got {value!r}")
        return [Fields(each, f"{self.where}.{name}[{n}]") for n, each in enumerate(value or [])]

    def all(self) -> Mapping[str, Any]:
        """The mapping as it stands."""
        return self._value

    def names(self) -> tuple[str, ...]:
        """Names of all fields."""
        return tuple(self._value)

    def finish(self) -> None:
        """Refuse fields that nobody read: a misspelt name must not be silently lost."""
        unknown = [name for name in self._value if name not in self._read]
        if unknown:
            raise FaultyEntry(f"{self.where}: unknown field {', '.join(map(str, unknown))}")
