"""The summary and the statistics as a PDF, by WeasyPrint with the Japanese fonts of the system.

WeasyPrint needs Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0) and fonts (fonts-noto-cjk).
"""

from __future__ import annotations

import logging

from flask import render_template

from portal.operations.sla.figures import cell
from portal.operations.sla.items import words
from portal.operations.sla.report import Report
from portal.operations.sla.saying import about, result

TALKATIVE = ("weasyprint", "fontTools")  # a line for each step
SHOWN = 40  # rows of a table of statistics; the workbook has them all


class NoPango(Exception):
    """The system has no Pango; the text says what to install."""


def document(report: Report) -> bytes:
    """The file; raises NoPango."""
    try:
        from weasyprint import HTML  # type: ignore[import-untyped]
    except OSError as error:
        raise NoPango(
            "PDF needs Pango: apt-get install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk. "
            "The .xlsx needs nothing."
        ) from error
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    made: bytes = HTML(string=page(report), url_fetcher=_nothing).write_pdf()
    return made


def page(report: Report) -> str:
    """What is printed."""
    return render_template(
        "portal/operations/sla_print.html",
        report=report,
        about=about(report),
        words=words(),
        result=result,
        cell=cell,
        shown=SHOWN,
    )


def _nothing(url: str) -> object:
    raise ValueError("The report loads nothing from anywhere.")
