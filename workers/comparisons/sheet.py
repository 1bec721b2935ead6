"""How another office's list is read: by its ID numbers, and by whichever of the register's columns it has.

The reading kit of the imports with other manners: an odd number refuses a row; any other odd cell only says nothing. Old
numbers of 15 digits are understood, for such lists still have them.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext

from core.formats.digits import digits_text
from core.formats.faults import CellFault
from core.formats.identity import OLD_LENGTH, parse_id_number, upgraded
from core.formats.values import LABOUR_STATUS
from core.workbooks import columns as c
from core.workbooks.sheets import Column, Derived, FaultAt, RowContext, Sheet

NUMBER_NAMES: Final = (
    "公民身份证号",
    "公民身份证",
    "居民身份证号",
    "居民身份证",
    "身份证件号码",
    "身份证件号",
    "证件号",
    "有效证件号码",
    "社会保障号码",
    "社会保障号",
    "社保号",
    "身份证号/社会保障号",
    "本人身份证号",
    "人员身份证号",
    "死者身份证号码",
    "死者身份证号",
    "死亡人员身份证号",
    "参保人身份证号",
    "参保人证件号码",
)
"""What other offices call the ID number, besides what rosters do."""
PERSON_NAMES: Final = ("死者姓名", "死亡人员姓名", "参保人姓名", "人员姓名", "家庭成员姓名", "成员姓名", "救助对象姓名")
PLACE: Final = c.village(into="village_code")


def _number(raw: Any, today: date) -> str | None:
    text = digits_text(raw) if isinstance(raw, str) else None
    if text is not None and len(text) == OLD_LENGTH and text.isdecimal():
        return parse_id_number(upgraded(text), today=today)
    return parse_id_number(raw, today=today)


def _lenient(column: Column) -> Column:
    """The column with its odd cells taken for blank ones."""

    def parse(raw: Any, today: date) -> Any:
        try:
            return column.parse(raw, today)
        except CellFault:
            return None

    return replace(column, parse=parse, required=False, implied=False, notice=None)


def _village(context: RowContext) -> Callable[..., str | None]:
    find = PLACE.derived.make(context)

    def made(*sources: Any) -> str | None:
        try:
            found: str = find(*sources)
        except (CellFault, FaultAt):
            return None
        return found

    return made


COMPARED: Final = (
    _lenient(c.name(aliases=PERSON_NAMES)),
    _lenient(c.phone()),
    _lenient(c.text("民族", "ethnicity")),
    _lenient(c.text("文化程度", "education")),
    _lenient(c.choice("就业状态", "labour_status", LABOUR_STATUS)),
    _lenient(c.text("监测类别", "monitored_kind")),
    _lenient(c.card()),
    _lenient(c.text("开户银行", "bank_name")),
)
"""Columns of the register a list may have; what differs in them is told."""
DATED: Final = _lenient(
    c.date_(
        "认定日期",
        "dated",
        aliases=(
            "认定时间",
            "纳入时间",
            "识别时间",
            "享受起始时间",
            "死亡日期",
            "死亡时间",
            "参保日期",
            "参保时间",
            "火化日期",
            "注销日期",
            "纳入监测对象时间",
            "保障起始年月",
            "起始日期",
        ),
    )
)


class ForeignList(Sheet):
    """Any list with ID numbers. It is no kind of import: nothing of it is written but what somebody accepts."""

    kind = "comparison"
    title = "外部名单"
    permission = "workers.edit"
    columns = (
        c.column("身份证号码", "id_number", _number, required=True, memo=False, as_text=True, aliases=NUMBER_NAMES),
        *COMPARED,
        *(_lenient(column) for column in PLACE.columns),
        DATED,
    )
    derived = (
        Derived(
            field="village_code", sql="text", sources=PLACE.derived.sources, make=_village, blame=PLACE.derived.blame
        ),
    )
    key = ("s.id_number",)
    key_heading = "身份证号码"
    merged_down = ("乡镇", "村")


FOREIGN_LIST: Final = ForeignList()
HEADINGS: Final = {column.field: column.heading for column in COMPARED} | {"village_code": "村"}
"""What the compared fields are called."""


def heading_word(field: str) -> str:
    """What a compared field is called in the language of the page, "" for none."""
    return gettext(HEADINGS[field]) if field in HEADINGS else ""
