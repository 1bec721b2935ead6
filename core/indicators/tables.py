"""An answer as a table, for ``?format=csv`` and ``?format=xlsx`` and the page."""

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_noop
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font

from core.divisions.queries import names_of
from core.indicators.declarations import Indicator
from core.indicators.questions import Question

EXTRA_LABELS: Final = {
    "left": gettext_noop("已离岗"),
    "unknown": gettext_noop("情况不明"),
    "other": gettext_noop("已换单位"),
}
Translate = Callable[[str], str]
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes text that begins so for a formula."""


def part_labels(indicator: Indicator) -> list[tuple[str, str]]:
    """(key in a cell of the document, heading) of the numbers of a row."""
    ratio = [("numerator", gettext_noop("分子")), ("denominator", gettext_noop("分母"))] if indicator.is_ratio else []
    return [
        ("value", gettext_noop("数值")),
        *ratio,
        *[(name, EXTRA_LABELS.get(name, name)) for name in indicator.extras],
    ]


def headings_of(question: Question) -> list[str]:
    """The headings of the table: code and name of every dimension, then the numbers."""
    heads = [text for dimension in question.by for text in (f"{dimension.label}代码", dimension.label)]
    unit = question.indicator.unit
    numbers = [f"数值（{unit}）" if key == "value" else label for key, label in part_labels(question.indicator)]
    return [*(heads or ["项目"]), *numbers]


def lines_of(question: Question, document: Mapping[str, Any]) -> list[list[Any]]:
    """The rows of the table, then the total."""
    keys = [key for key, _label in part_labels(question.indicator)]
    lines = []
    for row in document["rows"]:
        heads = [
            text for dimension in question.by for text in (row[dimension.name]["code"], row[dimension.name]["name"])
        ]
        lines.append([*heads, *[_cell(row[key]) for key in keys]])
    blank = [""] * (2 * len(question.by) - 1)
    lines.append(["合计", *blank, *[_cell(document["total"][key]) for key in keys]])
    return lines


def _cell(value: Any) -> Any:  # noqa: ANN401 - a number, decimal text or None, as in the document
    return "—" if value is None else value


def _safe(value: Any) -> Any:  # noqa: ANN401 - as above
    is_formula = isinstance(value, str) and value.startswith(_DANGEROUS) and not _is_number(value)
    return f"'{value}" if is_formula else value


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


def as_csv(question: Question, document: Mapping[str, Any]) -> bytes:
    """UTF-8 with a byte order mark, which Excel needs."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings_of(question))
    writer.writerows([_safe(value) for value in line] for line in lines_of(question, document))
    return out.getvalue().encode("utf-8-sig")


def about(
    question: Question, document: Mapping[str, Any], translate: Translate = str, name: str = ""
) -> list[tuple[str, str]]:
    """What the numbers mean, as (label, text): ``name`` (Chinese unless given), definition, period, area, cut-off, time of computing."""
    indicator, period, code, area = question.indicator, document["period"], document["division"], question.area or ""
    computed = parse_datetime(document["computed_at"])
    limits = [f"{translate(dimension.label)}={'、'.join(values)}" for dimension, values in question.filters]
    told = [
        (gettext_noop("指标"), f"{name or indicator.name_zh}（{indicator.code}，v{document['version']}）"),
        (gettext_noop("定义"), indicator.say(indicator.definition, translate)),
        (gettext_noop("分子"), indicator.say(indicator.numerator.text, translate)),
        (gettext_noop("分母"), indicator.say(base, translate) if (base := indicator.denominator_text) else ""),
        (gettext_noop("去重"), indicator.say(indicator.dedup, translate)),
        (gettext_noop("口径"), translate(label) if (label := indicator.variant_labels.get(question.variant)) else ""),
        (gettext_noop("期间"), f"{period['from']} – {period['to']}"),
        (gettext_noop("区划"), f"{names_of({code}).get(code, '')} {code}".strip()),
        (gettext_noop("目的地"), f"{names_of({area}).get(area, '')} {area}".strip()),
        (gettext_noop("截至日期"), document["as_of"]),
        (gettext_noop("条件"), "；".join(limits)),
        (gettext_noop("计算时间"), f"{computed:%Y-%m-%d %H:%M}" if computed else ""),
        (gettext_noop("状态"), translate(gettext_noop("已冻结") if document["frozen"] else gettext_noop("未冻结"))),
    ]
    return [(translate(label), text) for label, text in told if text]


def as_workbook(question: Question, document: Mapping[str, Any]) -> bytes:
    """A workbook: the numbers on the first sheet, what they mean on the second."""
    book = Workbook(write_only=True)
    numbers = book.create_sheet("统计数")
    numbers.append([_bold(numbers, text) for text in headings_of(question)])
    for line in lines_of(question, document):
        numbers.append([_typed(numbers, value) for value in line])
    notes = book.create_sheet("说明")
    notes.column_dimensions["B"].width = 80
    for label, text in about(question, document):
        notes.append([_bold(notes, label), _typed(notes, text)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bold(sheet: Any, text: str) -> Cell:  # noqa: ANN401 - openpyxl's sheet
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _typed(sheet: Any, value: Any) -> Cell:  # noqa: ANN401 - as above
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        # Codes stay text, and a name that begins with = is no formula.
        cell.data_type = "s"
    return cell
