"""The form of a template: where it is kept, whose it is, its words with examples."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, StringField

from notifications.notice_templates.keeping import Kept
from notifications.notices.forms import DecisionForm
from notifications.notices.words_form import WordsForm
from portal.core.web.forms import AtMost, Required, trimmed

NAME = 40


class TemplateForm(DecisionForm, WordsForm):
    """Folder, name, department and words; `version` is what the clerk looked at."""

    version = HiddenField()
    name = StringField(
        lazy_gettext("Name of the template"), [Required(), AtMost(NAME)], filters=[trimmed]
    )
    folder = StringField(lazy_gettext("Folder"), [Required(), AtMost(NAME)], filters=[trimmed])
    owner = StringField(lazy_gettext("Department"), [Required(), AtMost(NAME)], filters=[trimmed])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.values.description = gettext(
            "For each {{deadline}} in the text one line with an example: deadline = 3 December. "
            "Whoever writes a notice puts the real value there."
        )

    def kept(self) -> Kept:
        """What was typed."""
        return Kept(
            folder=self.folder.data or "",
            name=self.name.data or "",
            owner=self.owner.data or "",
            topic=self.topic.data,
            variants=self.variants(),
            link=self.link.data or None,
        )
