"""Key groups in a roster: one column of several tags, or one yes/no column each (formats.md §1.2)."""

from collections.abc import Callable
from datetime import date
from typing import Any

from core.formats.choices import YES_NO
from core.formats.faults import CellFault
from core.formats.values import GROUP_TAGS
from core.workbooks import columns as c
from core.workbooks.sheets import Column, Derived, RowContext

HEADINGS: dict[str, tuple[str, ...]] = {
    "lifted_poverty": ("是否脱贫人口", "是否脱贫", "是否脱贫户", "是否脱贫劳动力", "是否建档立卡", "是否建档立卡户"),
    "monitored": ("是否监测对象", "是否监测户", "是否监测", "是否三类户"),
    "relocated": ("是否易地搬迁", "是否易地搬迁户", "是否易地扶贫搬迁", "是否易地搬迁人口", "是否搬迁户"),
    "low_income": ("是否低保", "是否低保户", "是否低保对象"),
    "destitute": ("是否特困", "是否特困人员", "是否特困户"),
    "disabled": ("是否残疾", "是否残疾人"),
    "hard_to_employ": ("是否就业困难", "是否就业困难人员"),
    "zero_employment": ("是否零就业家庭",),
    "post_school_youth": ("是否两后生",),
    "veteran": ("是否退役军人",),
    "graduate": ("是否高校毕业生",),
}


def group_columns() -> tuple[Column, ...]:
    """人员类别 with several tags, and the yes/no columns that some rosters have instead."""
    return (c.multi("人员类别", "tags", GROUP_TAGS, compared=False, export="tag_words"), *map(_yes_no, HEADINGS))


def _yes_no(group: str) -> Column:
    heading, *aliases = HEADINGS[group]

    def parse(raw: Any, _today: date) -> bool | None:
        try:
            return YES_NO.parse(raw)
        except CellFault:
            return _named(raw, group)

    return c.column(heading, _field(group), parse, sql="boolean", aliases=tuple(aliases), extra=True, compared=False)


def _named(raw: Any, group: str) -> bool:
    """A yes/no cell that names the group itself (脱贫户) or says that there is none (一般户)."""
    try:
        named = GROUP_TAGS.parse_many(raw)
    except CellFault:
        raise CellFault("choice", f"“{HEADINGS[group][0]}”请填写是或否") from None
    return group in named


def _field(group: str) -> str:
    return f"is_{group}"


def _make(_context: RowContext) -> Callable[..., list[str] | None]:
    order = list(HEADINGS)

    def groups(tags: tuple[str, ...] | None, *answers: bool | None) -> list[str] | None:
        told = {group for group, answer in zip(order, answers, strict=True) if answer}
        return sorted({*(tags or ()), *told}) or None

    return groups


GROUPS = Derived(field="groups", sql="text[]", sources=("tags", *map(_field, HEADINGS)), make=_make, blame="人员类别")
"""All the row's tags, by code."""
