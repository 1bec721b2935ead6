"""The picture of an answer: a line over time, else bars; its title says what it shows."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from core.indicators.questions import TIME, Question
from core.web.charts import Chart, Series
from core.web.words import spoken_sex

MOST_BARS: Final = 40
MOST_SERIES: Final = 6
MOST_DIMENSIONS: Final = 2


def chart_of(question: Question, document: dict[str, Any], urls: Sequence[str] = ()) -> Chart | None:
    """The chart of an answer split by one dimension or two; None when there is nothing to draw or too much."""
    rows = document["rows"]
    if not rows or not question.by or len(question.by) > MOST_DIMENSIONS:
        return None
    time = next((one for one in question.by if one.name in TIME), None)
    along = time or question.by[0]
    across = next((one for one in question.by if one is not along), None)
    points = _distinct(rows, along.name)
    others = _distinct(rows, across.name) if across else {"": ""}
    if len(points) > MOST_BARS or len(others) > MOST_SERIES:
        return None
    found = {(row[along.name]["code"], row[across.name]["code"] if across else ""): row for row in rows}
    label = question.indicator.say(question.indicator.numerator.text, _)
    series = [
        Series(name or label, [_number(found.get((point, other))) for point in points])
        for other, name in others.items()
    ]
    return Chart(
        key="-".join([question.indicator.code, *[one.name for one in question.by]]).lower(),
        kind="line" if time else "bar",
        title=_title(question, rows, along.name, is_time=time is not None, split=across is not None),
        points=list(points.values()),
        point_label=_(along.label),
        series=series,
        urls=list(urls) if not across else (),
        unit=_(question.indicator.unit),
        percent=question.indicator.is_ratio and question.indicator.percent,
        stacked=across is not None and not question.indicator.is_ratio and question.additive,
        horizontal=time is None and len(points) > MOST_SERIES,
        tall=len(points) > MOST_SERIES,
    )


def _distinct(rows: Sequence[dict[str, Any]], name: str) -> dict[str, str]:
    found = {row[name]["code"]: spoken_sex(row[name]["name"]) for row in rows}
    return dict(sorted(found.items()))


def _number(row: dict[str, Any] | None) -> int | float | None:
    if row is None or row["value"] is None:
        return None
    value = float(row["value"])
    return int(value) if value.is_integer() else value


def _title(question: Question, rows: Sequence[dict[str, Any]], along: str, *, is_time: bool, split: bool) -> str:
    """What there is to see: the largest row, or the way from the first to the last."""
    known = [row for row in rows if row["value"] is not None]
    unit = "%" if question.indicator.is_ratio and question.indicator.percent else f" {_(question.indicator.unit)}"
    if split or not known:
        return _("按%(dimension)s分组") % {"dimension": "、".join(_(one.label) for one in question.by)}
    if is_time:
        first, last = known[0], known[-1]
        told = {
            "first": spoken_sex(first[along]["name"]),
            "was": _shown(first),
            "last": spoken_sex(last[along]["name"]),
            "now": _shown(last),
            "unit": unit,
        }
        return _("%(first)s为 %(was)s%(unit)s，%(last)s为 %(now)s%(unit)s") % told
    top = max(known, key=lambda row: float(row["value"]))
    return _("%(name)s最高，%(value)s%(unit)s") % {
        "name": spoken_sex(top[along]["name"]),
        "value": _shown(top),
        "unit": unit,
    }


def _shown(row: dict[str, Any]) -> str:
    return f"{Decimal(row['value']):,}"
