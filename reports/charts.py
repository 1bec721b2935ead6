"""The pictures of the retention report (ui.md "Charts": titles say the finding)."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.web.charts import Chart, Series

MOST_LINES = 6
AXIS = (0, 7, 14, 21, 30, 45, 60, 75, 90, 105, 120, 135, 150, 165, 180)


def retention_charts(result: dict[str, Any]) -> list[Chart]:
    """The survival curve with its band, the curves of the largest destinations, the milestones by station."""
    charts = [_survival(result)] if len(result["curve"]) > 1 else []
    charts += [
        chart
        for chart in (_compared(result, "destination", _("务工省份")), _compared(result, "station", _("协作站")))
        if chart
    ]
    charts.append(_milestones(result))
    return charts


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)


def _survival(result: dict[str, Any]) -> Chart:
    points = result["curve"]
    last = points[-1]
    title = _("到岗 %(days)s 天后，估计仍有 %(share)s%% 的人在岗") % {
        "days": last["day"],
        "share": f"{last['survival'] * 100:.1f}",
    }
    return Chart(
        key="survival",
        kind="step",
        title=title,
        note=_("Kaplan–Meier 估计，阴影为95%区间；失联的人按最后一次确认在岗的日子计，之后不算在岗也不算离岗。"),
        points=[point["day"] for point in points],
        point_label=_("到岗后天数"),
        percent=True,
        series=(
            Series(
                _("仍在岗"),
                [_percent(point["survival"]) for point in points],
                [_percent(point["low"]) for point in points],
                [_percent(point["high"]) for point in points],
            ),
            Series(_("在险人数"), [point["at_risk"] for point in points], table_only=True),
            Series(_("当日离岗"), [point["left"] for point in points], table_only=True),
        ),
    )


def _share_on(points: Sequence[dict[str, Any]], day: int) -> float | None:
    """The curve's value on a day; None beyond the last day anybody was watched."""
    met = [point for point in points if point["day"] <= day]
    return _percent(met[-1]["survival"]) if met else None


def _compared(result: dict[str, Any], name: str, label: str) -> Chart | None:
    groups = sorted((g for g in result["curves"][name] if len(g["points"]) > 1), key=lambda g: -g["members"])[
        :MOST_LINES
    ]
    if len(groups) < 2:  # noqa: PLR2004 - one line compares with nothing
        return None
    on_last = {group["name"]: _share_on(group["points"], AXIS[-1]) or 0 for group in groups}
    best = max(on_last, key=lambda key: on_last[key])
    return Chart(
        key=f"by-{name}",
        kind="step",
        title=_("按%(label)s看，%(best)s留得最久") % {"label": label, "best": best},
        points=AXIS,
        point_label=_("到岗后天数"),
        percent=True,
        series=[
            Series(f"{group['name']}（{group['members']}）", [_share_on(group["points"], day) for day in AXIS])
            for group in groups
        ],
    )


def _milestones(result: dict[str, Any]) -> Chart:
    parts = ((_("在岗"), "still"), (_("离岗"), "left"), (_("情况不明"), "unknown"))
    found = [milestone for milestone in result["milestones"] if milestone["due"]]
    first = found[0] if found else None
    title = _("各节点在岗、离岗、情况不明的人数")
    if first:
        title = _("%(days)s日应统计 %(due)s 人，在岗 %(still)s 人") % {
            key: f"{first[key]:,}" for key in ("days", "due", "still")
        }
    return Chart(
        key="milestones",
        kind="bar",
        title=title,
        points=[_("%(days)s日") % {"days": milestone["days"]} for milestone in result["milestones"]],
        point_label=_("节点"),
        unit=_("人"),
        stacked=True,
        series=[Series(label, [milestone[key] for milestone in result["milestones"]]) for label, key in parts],
    )
