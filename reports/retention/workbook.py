"""The retention report as a workbook: one sheet a dimension, one for the curve, one that says what was counted."""

from collections.abc import Iterator
from typing import IO, Any

from core.workbooks.files.writing import Column, SheetRows, write_workbook

TITLES = {
    "month": "按到岗月份",
    "trip": "按出行批次",
    "station": "按协作站",
    "township": "按乡镇",
    "destination": "按务工省份",
    "destination_city": "按务工城市",
}
LIMITS = {"station": "协作站", "trip": "批次"}
"""What a report may be narrowed to, besides its division."""

DEFINITIONS = (
    (
        "统计对象",
        "期间内登记到岗的人（乘车花名册中已签到的，或求职登记结果为到岗的），一人一月计一次，取当月最早的到岗；状态为未录用的不计。",
    ),
    ("应统计", "到岗后满该天数（不晚于数据截止日）的人。"),
    ("在岗", "该日有就业记录覆盖，且最近确认日期不早于该日前5/10/15天（对应30/90/180日）；换单位仍在岗的计为在岗。"),
    ("离岗", "该日没有就业记录覆盖，且到岗后至该日有就业记录结束。"),
    ("情况不明", "既不能确认在岗、也没有离岗记录的人（如失联）；计入应统计，不计入在岗和离岗。"),
    ("稳岗率", "在岗÷应统计，百分数，两位小数，四舍五入；没有应统计的人时不计算。"),
    (
        "留存曲线",
        "Kaplan–Meier 估计：以到岗日为起点，离岗为事件，最后一次确认在岗之后按删失处理；区间为95%（log-log）。",
    ),
)


def write_retention(target: IO[bytes], result: dict[str, Any]) -> None:
    """Write the workbook of a computed report."""
    write_workbook(
        target, [_summary(result), *(_table(result, name) for name in TITLES), _curve(result), _definitions(result)]
    )


def _heads(first: str) -> list[Column]:
    found = [Column(first, 22), Column("代码", 14, text=True), Column("到岗人数", 10)]
    for milestone in (30, 90, 180):
        found += [Column(f"{milestone}日{name}", 12) for name in ("应统计", "在岗", "离岗", "情况不明", "稳岗率(%)")]
    return found


def _cells(row: dict[str, Any]) -> list[Any]:
    cells: list[Any] = [row["members"]]
    for milestone in row["milestones"]:
        cells += [milestone["due"], milestone["still"], milestone["left"], milestone["unknown"]]
        cells.append(None if milestone["rate"] is None else float(milestone["rate"]))
    return cells


def _summary(result: dict[str, Any]) -> SheetRows:
    return SheetRows("合计", _heads("范围"), [["合计", result["question"]["division"], *_cells(result)]])


def _table(result: dict[str, Any], name: str) -> SheetRows:
    rows = ([row["name"], row["code"], *_cells(row)] for row in result["tables"][name])
    return SheetRows(TITLES[name], _heads(TITLES[name].removeprefix("按")), rows)


def _curve(result: dict[str, Any]) -> SheetRows:
    columns = [Column(title, 14) for title in ("到岗后天数", "在险人数", "当日离岗", "留存率", "95%下限", "95%上限")]
    return SheetRows("留存曲线", columns, _points(result))


def _points(result: dict[str, Any]) -> Iterator[list[Any]]:
    for point in result["curve"]:
        yield [point[key] for key in ("day", "at_risk", "left", "survival", "low", "high")]


def _definitions(result: dict[str, Any]) -> SheetRows:
    question = result["question"]
    asked = (
        ("到岗期间", f"{question['first']} 至 {question['last']}"),
        ("数据截止日", question["as_of"]),
        ("区划", question["division"]),
        *[(word, question[name]) for name, word in LIMITS.items() if question.get(name)],
    )
    return SheetRows("口径说明", [Column("项目", 16), Column("说明", 90)], [*asked, *DEFINITIONS])
