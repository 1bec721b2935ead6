"""Template workbooks: headings in order, drop-down lists, an example row, and a sheet of notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from core.workbooks.files.package_xml import sheet_title
from core.workbooks.files.reading import EXAMPLE

NOTES_TITLE = "填表说明"
LISTS_TITLE = "选项"
FILLED_ROWS = 20_000
LONGEST_INLINE_LIST = 240
HEADER_FILL = PatternFill("solid", fgColor="FFE7ECF3")
REQUIRED_FONT = Font(bold=True, color="FFB42318")
THIN = Side(style="thin", color="FFBFC5CE")


@dataclass(frozen=True)
class TemplateColumn:
    """One column of a template; `text` keeps ID, card and phone numbers from being rounded when typed."""

    heading: str
    required: bool = False
    choices: Sequence[str] = ()
    note: str = ""
    example: str = ""
    text: bool = False


def write_template(
    target: str | Path | IO[bytes], title: str, columns: Sequence[TemplateColumn], notes: Sequence[str] = ()
) -> None:
    """Write the template of a sheet. The example row begins with 示例： and is passed over when it comes back."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        message = "a new workbook has a worksheet"
        raise TypeError(message)
    sheet.title = sheet_title(title, ())
    _headings(sheet, columns)
    _example(sheet, columns)
    _notes(book.create_sheet(NOTES_TITLE), title, columns, notes)
    lists = book.create_sheet(LISTS_TITLE)
    lists.sheet_state = "hidden"
    for place, column in enumerate(columns, 1):
        if column.choices:
            sheet.add_data_validation(_drop_down(lists, place, column))
    if lists.max_column == 1 and lists["A1"].value is None:
        book.remove(lists)
    book.save(target)


def _headings(sheet: Worksheet, columns: Sequence[TemplateColumn]) -> None:
    for place, column in enumerate(columns, 1):
        cell = sheet.cell(1, place, f"{column.heading}*" if column.required else column.heading)
        cell.font = REQUIRED_FONT if column.required else Font(bold=True)
        cell.fill = HEADER_FILL
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = max(12, 2.2 * len(column.heading) + 4, 22 if column.text else 0)
        if column.text:
            dimension.number_format = "@"
    sheet.row_dimensions[1].height = 30
    sheet.freeze_panes = "A2"


def _example(sheet: Worksheet, columns: Sequence[TemplateColumn]) -> None:
    for place, column in enumerate(columns, 1):
        cell = sheet.cell(2, place, EXAMPLE + column.example if place == 1 else column.example)
        cell.number_format = "@"
        cell.font = Font(italic=True, color="FF8A94A3")


def _notes(sheet: Worksheet, title: str, columns: Sequence[TemplateColumn], notes: Sequence[str]) -> None:
    sheet.append([f"{title}填表说明"])
    sheet["A1"].font = Font(bold=True, size=14)
    for number, note in enumerate([*notes, "带 * 的列必填；第二行是示例，填表时可以覆盖，也可以保留。"], 1):
        sheet.append([f"{number}. {note}"])
    sheet.append([])
    sheet.append(["列名", "是否必填", "可填的内容", "说明"])
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill = Font(bold=True), HEADER_FILL
    for column in columns:
        sheet.append([column.heading, "必填" if column.required else "选填", "、".join(column.choices), column.note])
        for cell in sheet[sheet.max_row]:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for letter, width in zip("ABCD", (22, 10, 50, 60), strict=True):
        sheet.column_dimensions[letter].width = width


def _drop_down(lists: Worksheet, place: int, column: TemplateColumn) -> DataValidation:
    """A list the cell offers; other entries only warn, for several values in one cell are allowed."""
    inline = ",".join(column.choices)
    if len(inline) <= LONGEST_INLINE_LIST and inline.count(",") == len(column.choices) - 1 and '"' not in inline:
        source = f'"{inline}"'
    else:
        free = 1 if lists["A1"].value is None else lists.max_column + 1
        for number, choice in enumerate(column.choices, 1):
            lists.cell(number, free, choice)
        letter = get_column_letter(free)
        source = f"{quote_sheetname(lists.title)}!${letter}$1:${letter}${len(column.choices)}"
    rule = DataValidation(type="list", formula1=source, allow_blank=True, errorStyle="warning", showErrorMessage=True)
    rule.errorTitle, rule.error = "请核对", f"“{column.heading}”一般从列表中选择，确定这样填吗？"
    if column.note:
        rule.promptTitle, rule.prompt, rule.showInputMessage = column.heading[:32], column.note[:255], True
    letter = get_column_letter(place)
    rule.add(f"{letter}2:{letter}{FILLED_ROWS}")
    return rule
