"""Words and colours of the import and export pages: states, counts, what is wrong with a cell."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.web.texts import Text
from core.workbooks.models import Import
from core.workbooks.sheets import all_sheets

STATES: dict[str, tuple[Text, str]] = {
    Import.State.QUEUED.value: (_("排队中"), "secondary"),
    Import.State.CHECKING.value: (_("检查中"), "blue"),
    Import.State.READY.value: (_("待确认"), "yellow"),
    Import.State.IMPORTING.value: (_("写入中"), "blue"),
    Import.State.DONE.value: (_("已完成"), "green"),
    Import.State.FAILED.value: (_("失败"), "red"),
    Import.State.CANCELLED.value: (_("已取消"), "secondary"),
    Import.State.UNDONE.value: (_("已撤销"), "secondary"),
}
LIVE = frozenset({Import.State.QUEUED, Import.State.CHECKING, Import.State.IMPORTING})

FAULTS: dict[str, Text] = {
    "id_length": _("身份证号码位数不对"),
    "id_checksum": _("身份证号码校验码不对"),
    "id_birth_date": _("身份证号码中的出生日期不存在"),
    "id_rounded": _("身份证号码被表格软件改写"),
    "name_missing": _("没有姓名"),
    "name_mismatch": _("姓名与登记库不一致"),
    "division_unknown": _("没有这个行政区划"),
    "division_ambiguous": _("行政区划不止一个"),
    "required": _("必填项空着"),
    "choice": _("不在可选范围内"),
    "date": _("日期不对"),
    "number": _("不是数字"),
    "conflict_in_file": _("同一表内互相矛盾"),
    "unknown_worker": _("登记库中没有此人"),
    "unknown_reference": _("没有登记这个编号或名称"),
    "overlap": _("时间重叠"),
    "out_of_scope": _("不在管辖范围"),
    "duplicate": _("重复"),
    "over_capacity": _("超出人数或座位数"),
    "amount_mismatch": _("金额不符"),
    "locked": _("所属时期已封存"),
    "too_long": _("文字过长"),
    "sex_mismatch": _("性别与身份证号码不符"),
    "phone": _("电话号码不像是真的"),
    "card": _("卡号不像是真的"),
    "credit_code": _("统一社会信用代码校验不通过"),
    "under_age": _("未满16周岁"),
    "former_number": _("号码的档案已并入另一份"),
}


@dataclass(frozen=True)
class CountTile:
    """One count of an import: its name, how many rows, what becomes of them, a Tabler colour."""

    name: str
    label: Text
    count: int
    hint: Text
    colour: str


def count_tiles(source: Import) -> list[CountTile]:
    """The counts of formats.md §2 in the order people ask for them."""
    counts, done = source.full_counts, source.state in {Import.State.DONE, Import.State.UNDONE}
    told = (
        ("rows", _("数据行"), _("表里的数据行"), "secondary"),
        ("created", _("新增"), _("登记库中没有的") if not done else _("已新增"), "green"),
        ("updated", _("变更"), _("与登记库不同的") if not done else _("已更新"), "blue"),
        ("unchanged", _("相同"), _("与登记库一样，不动"), "secondary"),
        ("repeated", _("重复"), _("同一表内重复，只算一次"), "secondary"),
        ("refused", _("不能导入"), _("有错误的行"), "red"),
        ("warnings", _("提醒"), _("照样导入，请核对"), "yellow"),
    )
    return [CountTile(name, label, counts[name], hint, colour) for name, label, hint, colour in told]


def kind_titles() -> dict[str, str]:
    """Kind → the sheet's official name, in the order of registration."""
    return {sheet.kind: sheet.title for sheet in all_sheets()}
