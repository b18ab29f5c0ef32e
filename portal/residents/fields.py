"""A date in parts (era, year, month, day) as a form field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import gettext
from wtforms import Field, ValidationError
from wtforms.utils import unset_value

from portal.residents.days import UnreadableDay, read_day

PARTS = ("era", "year", "month", "day")


class DayField(Field):
    """Four boxes NAME-era, NAME-year, NAME-month, NAME-day; `data` is a date or None.

    `parts` are the words as typed, so that a wrong day is shown again as it was.
    """

    def __init__(self, label: str, *, required: bool, check: Callable[[date], None], **more: Any):
        super().__init__(label, **more)
        self.required = required
        self.check = check
        self.parts: dict[str, str] = {}
        self.data: date | None = None

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the four boxes, or the given day when no form was sent."""
        super().process(None, data, extra_filters)
        if formdata is None or f"{self.name}-year" not in formdata:
            return
        self.parts = {part: formdata.get(f"{self.name}-{part}", "").strip() for part in PARTS}
        self.data = None

    def pre_validate(self, form: Any) -> None:
        """Turn the parts into a day, or say what is wrong with them."""
        if not self._typed():
            if self.required:
                raise ValidationError(gettext("Please fill in year, month and day."))
            return
        try:
            self.data = read_day(*(self.parts.get(part, "") for part in PARTS))
        except UnreadableDay as error:
            raise ValidationError(gettext(str(error))) from None
        self.check(self.data)

    def _typed(self) -> bool:
        return any(self.parts.get(part) for part in PARTS[1:])
