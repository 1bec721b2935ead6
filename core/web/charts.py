"""Charts, declared: what is drawn by ``charts.js`` and the table that always stands under it (ui.md "Charts").

The title is a sentence that says the finding. Values are plain numbers in the chart's unit, ``None`` where unknown.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _

from core.web.lists.columns import plain
from core.web.texts import Text

Number = int | float | None
Kind = Literal["line", "step", "bar", "sankey", "bullet"]


@dataclass(frozen=True)
class Series:
    """One row of values along the chart's points; ``low`` and ``high`` draw a band round it.

    ``table_only`` values stand in the table and not in the picture (numbers at risk).
    """

    label: Text
    values: Sequence[Number]
    low: Sequence[Number] = ()
    high: Sequence[Number] = ()
    table_only: bool = False


@dataclass(frozen=True)
class Flow:
    """How much goes from one node to another."""

    source: str
    target: str
    value: float


@dataclass(frozen=True)
class Bullet:
    """A value beside its target."""

    label: str
    value: float
    target: float


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One picture. ``points`` are the labels along the axis (numbers for ``step``: days), ``urls`` where each leads."""

    key: str
    kind: Kind
    title: Text
    points: Sequence[str | float] = ()
    point_label: Text = ""
    series: Sequence[Series] = ()
    flows: Sequence[Flow] = ()
    bullets: Sequence[Bullet] = ()
    urls: Sequence[str] = ()
    unit: Text = ""
    percent: bool = False
    stacked: bool = False
    horizontal: bool = False
    tall: bool = False
    note: Text = ""
    data_url: str = ""
    places: int | None = field(default=None)

    def spec(self) -> str:
        """What ``charts.js`` reads, as JSON."""
        drawn = [series for series in self.series if not series.table_only]
        return json.dumps(
            {
                "kind": self.kind,
                "points": list(self.points),
                "pointLabel": str(self.point_label),
                "series": [_series(series) for series in drawn],
                "flows": [{"source": flow.source, "target": flow.target, "value": flow.value} for flow in self.flows],
                "bullets": [{"label": row.label, "value": row.value, "target": row.target} for row in self.bullets],
                "unit": "%" if self.percent else str(self.unit),
                "percent": self.percent,
                "stacked": self.stacked,
                "horizontal": self.horizontal,
                "words": {"value": _("完成"), "target": _("目标")},
            },
            ensure_ascii=False,
        )

    def headings(self) -> list[str]:
        """Headings of the table."""
        if self.flows:
            return [_("从"), _("到"), str(self.unit) or _("数量")]
        if self.bullets:
            return [str(self.point_label), _("完成"), _("目标"), _("完成率")]
        found = [str(self.point_label)]
        for series in self.series:
            found.append(str(series.label))
            if series.low:
                found += [_("下限"), _("上限")]
        return found

    def lines(self) -> list[tuple[str, str, list[str]]]:
        """Rows of the table: (first cell, its address or "", the other cells)."""
        if self.flows:
            return [(flow.source, "", [flow.target, self._said(flow.value)]) for flow in self.flows]
        if self.bullets:
            return [(row.label, self._url(at), _bullet_cells(row, self._said)) for at, row in enumerate(self.bullets)]
        return [(plain(point), self._url(at), self._cells(at)) for at, point in enumerate(self.points)]

    def _cells(self, at: int) -> list[str]:
        cells = []
        for series in self.series:
            cells.append(plain(series.values[at]) if series.table_only else self._said(series.values[at]))
            if series.low:
                cells += [self._said(series.low[at]), self._said(series.high[at])]
        return cells

    def _said(self, value: Number) -> str:
        if value is None:
            return "—"
        places = self.places if self.places is not None else 2 if self.percent else None
        return plain(value, places) + ("%" if self.percent else "")

    def _url(self, at: int) -> str:
        return self.urls[at] if at < len(self.urls) else ""


def _series(series: Series) -> dict[str, Any]:
    return {
        "label": str(series.label),
        "values": list(series.values),
        "low": list(series.low),
        "high": list(series.high),
    }


def _bullet_cells(row: Bullet, said: Any) -> list[str]:
    rate = f"{row.value * 100 / row.target:.2f}%" if row.target else "—"
    return [said(row.value), said(row.target), rate]
