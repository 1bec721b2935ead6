"""The day a person typed into the address or the date box of a page."""

from datetime import date

from django.utils.timezone import localdate

from core.formats.dates import parse_date
from core.formats.faults import CellFault


def day_typed(text: str) -> tuple[date, bool]:
    """The day, today for a blank; and whether what was typed is no day (then today)."""
    try:
        return parse_date(text) or localdate(), False
    except CellFault:
        return localdate(), True
