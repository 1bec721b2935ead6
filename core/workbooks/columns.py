"""Columns as the kinds declare them: a factory for each sort of cell, with headings that mean the same (formats.md §1.2)."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from core.divisions.matching import division_tree, find_place, find_township, find_village, township_in_title
from core.divisions.queries import root_division
from core.formats.cards import card_notice, parse_card
from core.formats.choices import YES_NO, Choice, YesNo
from core.formats.credit_code import credit_code_notice, parse_credit_code
from core.formats.dates import parse_date
from core.formats.faults import CellFault
from core.formats.identity import parse_id_number
from core.formats.numbers import parse_amount, parse_decimal, parse_integer
from core.formats.periods import parse_year_cell
from core.formats.phones import PLAIN_PHONE, parse_phone, phone_notice
from core.formats.text import PLAIN_NAME, cell_text, is_dash, parse_name
from core.workbooks.sheets import SHEET_TITLE, Column, Derived, FaultAt, Parser, RowContext

ALIASES: dict[str, tuple[str, ...]] = {
    "姓名": ("人员姓名", "劳动力姓名"),
    "身份证号码": ("身份证号", "公民身份号码", "公民身份证号码", "居民身份证号码", "身份证", "证件号码"),
    "联系电话": ("电话", "手机号码", "联系方式", "手机号", "手机", "电话号码"),
    "乡镇": ("乡镇(街道)", "所属乡镇", "乡(镇)", "乡镇名称", "乡镇街道", "乡镇/街道", "所在乡镇", "乡(镇、街道)"),
    "村": ("村(社区)", "行政村", "所在村", "村名", "村/社区", "村社区", "所属村", "村(居)", "村(居)委会"),
    "组": ("村民组", "小组", "村民小组", "组别", "组名"),
    "文化程度": ("学历", "受教育程度"),
    "人员类别": ("人员类型", "人员属性"),
    "社保卡号": ("社保卡(一卡通)账号", "银行卡号", "社保卡(一卡通)号", "社会保障卡号", "一卡通账号", "一卡通卡号"),
    "工种(岗位)": ("工种", "岗位"),
    "月工资(元)": ("月工资", "月收入", "月收入(元)"),
    "外出时间": ("外出务工时间",),
    "意向工种": ("培训需求",),
    "期望月薪": ("期望月工资", "期望月薪(元)", "期望工资", "期望月工资(元)", "期望薪资"),
    "开户银行": ("开户行",),
    "走访日期": ("登记日期", "走访时间", "调查日期"),
    "统一社会信用代码": ("社会信用代码", "信用代码", "统一信用代码"),
    "与户主关系": ("户主关系", "与户主的关系"),
    "技能等级": ("技能等级/证书", "职业技能等级"),
    "走访人": ("调查人", "走访人员"),
    "务工省": ("务工省份", "务工所在省"),
    "务工市": ("务工城市", "务工市(州)"),
    "务工县(区)": ("务工县", "务工区县", "务工县区", "务工区(县)"),
    "目的地": ("目的地(省市县)",),
}
"""Official heading → other spellings; a kind that has a column of that very name keeps it (formats.md §1.2)."""


class Place(NamedTuple):
    """The columns a place is written in and the rule that makes its division code of them."""

    columns: tuple[Column, ...]
    derived: Derived


def column(heading: str, field: str, parse: Parser, **more: Any) -> Column:
    """Any column: ``parse(raw, today)``; the aliases of its heading are added to those given."""
    aliases = (*more.pop("aliases", ()), *ALIASES.get(heading, ()))
    return Column(heading=heading, field=field, parse=parse, aliases=tuple(dict.fromkeys(aliases)), **more)


def text(heading: str, field: str, **more: Any) -> Column:
    """Free text; a crossed-out cell is blank."""
    return column(heading, field, _text, **more)


def name(heading: str = "姓名", field: str = "name", **more: Any) -> Column:
    """A person's name; ``name_missing`` when it is blank or without letters."""
    defaults = {
        "required": True,
        "missing_code": "name_missing",
        "memo": False,
        "plain": PLAIN_NAME,
        "example": "张国强",
    }
    return column(heading, field, _quick(parse_name), **{**defaults, **more})


def id_number(heading: str = "身份证号码", field: str = "id_number", **more: Any) -> Column:
    """An ID number, written as a text cell."""
    note = "18位，请先把整列设为文本格式"
    defaults = {"required": True, "memo": False, "as_text": True, "example": "529999199001010019", "note": note}
    return column(heading, field, _id_number, **{**defaults, **more})


def person_columns() -> tuple[Column, Column]:
    """姓名* and 身份证号码*, by which every sheet about persons names them."""
    return name(), id_number()


def phone(heading: str = "联系电话", field: str = "phone", **more: Any) -> Column:
    """A phone number, kept with a warning when it looks like none."""
    example = "13800000000"
    defaults = {"memo": False, "as_text": True, "notice": phone_notice, "plain": PLAIN_PHONE, "example": example}
    return column(heading, field, _quick(parse_phone), **{**defaults, **more})


def card(heading: str = "社保卡号", field: str = "bank_card", **more: Any) -> Column:
    """A bank or social-security card number; a rounded one is not taken."""
    defaults = {"memo": False, "as_text": True, "notice": card_notice, "example": "6217000000000000004"}
    return column(heading, field, _quick(parse_card), **{**defaults, **more})


def credit_code(heading: str = "统一社会信用代码", field: str = "credit_code", **more: Any) -> Column:
    """A unified social credit code, kept with a warning when its check fails."""
    defaults = {"as_text": True, "notice": credit_code_notice, "example": "91520000MA0000000W", "longest": 60}
    return column(heading, field, _quick(parse_credit_code), **{**defaults, **more})


def date_(heading: str, field: str, *, future: bool = False, **more: Any) -> Column:
    """A date; ``future`` ones may lie ahead, others are past events."""
    defaults = {"sql": "date", "example": "2025-02-15"}
    return column(heading, field, _any_date if future else _past_date, **{**defaults, **more})


def year(heading: str, field: str, **more: Any) -> Column:
    """A calendar year: 2025, 2025年度."""
    return column(heading, field, _quick(parse_year_cell), **{"sql": "integer", "example": "2025", **more})


def amount(heading: str, field: str, **more: Any) -> Column:
    """Money in yuan, two decimals."""
    return column(heading, field, _quick(parse_amount), **{"sql": "numeric(14,2)", "example": "5000", **more})


def integer(heading: str, field: str, **more: Any) -> Column:
    """A count: 0 or more."""
    return column(heading, field, _quick(parse_integer), **{"sql": "integer", **more})


def decimal(heading: str, field: str, **more: Any) -> Column:
    """A measure: a score, a rate in percent."""
    return column(heading, field, _quick(parse_decimal), **{"sql": "numeric", **more})


def choice(heading: str, field: str, table: Choice, **more: Any) -> Column:
    """One value of a closed list; staged as its code."""
    words = tuple(table.labels.values())
    return column(heading, field, _quick(table.parse), **{"choices": words, "example": words[0], **more})


def multi(heading: str, field: str, table: Choice, **more: Any) -> Column:
    """Several values of a closed list in one cell; staged as an array of codes, blank when there is none."""

    def parse(raw: Any, _today: date) -> tuple[str, ...] | None:
        return table.parse_many(raw) or None

    words = tuple(table.labels.values())
    note = "可填多项，用顿号分开：" + "、".join(words)
    return column(heading, field, parse, **{"sql": "text[]", "note": note, "example": words[0], **more})


def yes_no(heading: str, field: str, table: YesNo = YES_NO, **more: Any) -> Column:
    """Yes or no: 是/否/√/×/有/无/1/0 and the column's own words."""
    return column(
        heading, field, _quick(table.parse), **{"sql": "boolean", "choices": ("是", "否"), "example": "是", **more}
    )


def _quick(parse: Callable[[Any], Any]) -> Parser:
    """Adapt a reader that does not ask what day it is."""
    return lambda raw, _today: parse(raw)


def _text(raw: Any, _today: date) -> str | None:
    found = cell_text(raw)
    return None if found is None or is_dash(found) else found


def _id_number(raw: Any, today: date) -> str | None:
    return parse_id_number(raw, today=today)


def _past_date(raw: Any, today: date) -> date | None:
    return parse_date(raw, latest=today)


def _any_date(raw: Any, _today: date) -> date | None:
    return parse_date(raw)


def place(heading: str, field: str, *, into: str, required: bool = False, **more: Any) -> Place:
    """A place anywhere, written as a path in one cell (广东广州番禺, 东莞大朗镇, 440113); its code is staged as ``into``."""
    defaults = {"required": required, "compared": False, "example": "广东省广州市番禺区"}
    written = text(heading, field, **{**defaults, **more})

    def make(_context: RowContext) -> Callable[[str | None], str | None]:
        tree = division_tree()
        return lambda path: find_place(tree, path) if path else None

    return Place((written,), Derived(field=into, sql="text", sources=(field,), make=make, blame=heading))


def places(heading: str, field: str, *, into: str, **more: Any) -> Place:
    """Several places in one cell, split by 、 ， , ; or line breaks; their codes are staged as the array ``into``."""
    written = text(heading, field, **{"compared": False, "example": "广东省广州市、广东省东莞市", **more})

    def make(_context: RowContext) -> Callable[[str | None], list[str] | None]:
        tree = division_tree()

        def codes(cell: str | None) -> list[str] | None:
            paths = [path for path in PLACES_APART.split(cell or "") if path.strip()]
            return sorted({find_place(tree, path) for path in paths}) or None

        return codes

    return Place((written,), Derived(field=into, sql="text[]", sources=(field,), make=make, blame=heading))


PLACES_APART = re.compile(r"[、，,;；\n]+")


COUNTY_LENGTH = 6
WORK_PLACE = ("务工省", "务工市", "务工县(区)")


def work_place(*, into: str, required: bool = True) -> Place:
    """A place in three columns, 务工省 务工市 务工县(区); the county is required inside the own province (formats.md §1.4)."""
    fields = tuple(f"{into}_{part}" for part in ("province", "city", "county"))
    examples = ("广东省", "广州市", "番禺区")
    columns = tuple(
        text(heading, field, required=required and place == 0, compared=False, example=example)
        for place, (heading, field, example) in enumerate(zip(WORK_PLACE, fields, examples, strict=True))
    )
    return Place(columns, Derived(field=into, sql="text", sources=fields, make=_work_place, blame=WORK_PLACE[0]))


def _work_place(_context: RowContext) -> Callable[[str | None, str | None, str | None], str | None]:
    tree, own = division_tree(), root_division()

    def make(*written: str | None) -> str | None:
        code = ""
        for heading, cell in zip(WORK_PLACE, written, strict=True):
            if not cell:
                continue
            try:
                code = find_place(tree, cell, within=code)
            except CellFault as fault:
                raise FaultAt((heading, fault)) from fault
        if code and code.startswith(own[:2]) and len(code) < COUNTY_LENGTH:
            missing = CellFault("required", "在本省务工的，请填写务工县(区)")
            raise FaultAt((WORK_PLACE[2], missing))
        return code or None

    return make


TOWNSHIP, VILLAGE = "乡镇", "村"


def village(*, into: str = "village_code") -> Place:
    """The village a person is registered in: 乡镇 (else the sheet's title) and 村, within the user's area.

    An export finds their names as ``township_name`` and ``village_name``.
    """
    columns = (
        text(TOWNSHIP, "township", implied=True, compared=False, example="古达乡", export="township_name"),
        text(VILLAGE, "village", implied=True, compared=False, example="大寨村", export="village_name"),
    )
    sources = ("township", "village", SHEET_TITLE)
    return Place(columns, Derived(field=into, sql="text", sources=sources, make=_village, blame=VILLAGE))


def township(heading: str, field: str, *, into: str, **more: Any) -> Place:
    """The township a thing of the county lies in (else the sheet's title names it), within the user's area."""
    written = text(heading, field, **{"implied": True, "compared": False, "example": "古达乡", **more})

    def make(context: RowContext) -> Callable[[str | None, str], str]:
        find, scope = _find_township(context, heading), context.user.division_prefix

        def code(cell: str | None, title: str) -> str:
            found = find(cell, title)
            if isinstance(found, CellFault):
                raise found
            if not found.startswith(scope):
                raise CellFault("out_of_scope", f"{division_tree().path(found)}不在您的管辖范围内，不能由您导入。")
            return found

        return code

    return Place((written,), Derived(field=into, sql="text", sources=(field, SHEET_TITLE), make=make, blame=heading))


def _find_township(context: RowContext, heading: str) -> Callable[[str | None, str], str | CellFault]:
    tree, scope = division_tree(), context.user.division_prefix
    area = root_division() if scope.startswith(root_division()) else scope

    def find(written: str | None, title: str) -> str | CellFault:
        try:
            found = find_township(tree, written, area) if written else township_in_title(tree, title, area)
        except CellFault as fault:
            return fault
        return found or CellFault("required", f"“{heading}”不能为空，请填写，或把工作表命名为乡镇名称。")

    return find


def _village(context: RowContext) -> Callable[[str | None, str | None, str], str]:
    tree, scope = division_tree(), context.user.division_prefix
    township_of = _find_township(context, TOWNSHIP)

    def make(township_cell: str | None, village_cell: str | None, title: str) -> str:
        faults: list[tuple[str, CellFault]] = []
        above = township_of(township_cell, title)
        if isinstance(above, CellFault):
            faults.append((TOWNSHIP, above))
        if not village_cell:
            faults.append((VILLAGE, CellFault("required", f"“{VILLAGE}”不能为空，请填写。")))
        if isinstance(above, CellFault) or not village_cell:
            raise FaultAt(*faults)
        code = find_village(tree, village_cell, above)
        if not code.startswith(scope):
            raise CellFault("out_of_scope", f"{tree.path(code)}不在您的管辖范围内，不能由您导入。")
        return code

    return make
