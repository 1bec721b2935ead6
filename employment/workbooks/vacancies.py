"""岗位台账: what employers look for, and until when (formats.md §3.1 VAC_N; domain.md §3.9)."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from core.accounts.models import User
from core.formats.dates import add_months, parse_date
from core.formats.faults import CellFault
from core.formats.text import Cell, half_width, is_dash, shown
from core.formats.values import VACANCY_SOURCE
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Check, Derived, RowContext, Sheet, Target, register
from employment.models import Vacancy
from employment.queries import place_path
from employment.workbooks.named import FIRM_KEY, FIRM_REFERENCE, NEW_CODE, create_firms, new_employer

USUAL_DAYS: Final = 30
"""Days after 采集日期 a vacancy is valid where nothing is written."""
MOST_DAYS: Final = 999
PLACE = c.place("所在地", "place", into="place_code", required=True, export="place_path")
_LASTS: Final = re.compile(r"([0-9]{1,3})(?:\.0+)?\s*(天|日|个月)?(?:内|内有效|有效)?")


def validity(raw: Cell, _today: date) -> str | None:
    """有效期 as one text: a day (2025-03-01), a number of days (30) or of months (3m); None where nothing is written.

    30, 30天, 3个月, a date in any spelling. Raises ``CellFault`` ``date`` for anything else.
    """
    text = half_width(raw) if isinstance(raw, str | int | float) and not isinstance(raw, bool) else None
    found = _LASTS.fullmatch(text) if text else None
    if found and 0 < int(found[1]) <= MOST_DAYS:
        return f"{int(found[1])}{'m' if found[2] == '个月' else ''}"
    if text is not None and is_dash(text):
        return None
    try:
        day = parse_date(raw)
    except CellFault as fault:
        raise CellFault("date", f"有效期“{shown(raw)}”应为日期（如 2025-03-01）或天数（如 30天）") from fault
    return day.isoformat() if day else None


def last_day(written: str, collected_on: date) -> date:
    """The last valid day: what ``validity`` read, counted from the day the vacancy was collected."""
    if written.endswith("m"):
        return add_months(collected_on, int(written[:-1]))
    return collected_on + timedelta(days=int(written)) if written.isdigit() else date.fromisoformat(written)


def _valid_until(_context: RowContext) -> Callable[[str | None, date | None], date | None]:
    def make(written: str | None, collected_on: date | None) -> date | None:
        if written is None or collected_on is None:
            return None
        until = last_day(written, collected_on)
        if until < collected_on:
            raise CellFault("date", f"有效期 {until} 早于采集日期 {collected_on}")
        return until

    return make


@register
class VacanciesSheet(Sheet):
    """Vacancies; a stub of an employer nobody knew is stored with them."""

    kind = "vacancies"
    title = "岗位台账"
    section = "就业"
    list_url_name = "employment:vacancies"
    permission = "vacancies.edit"
    person = False
    columns = (
        c.text(
            "企业名称", "employer_name", required=True, aliases=("单位名称", "用人单位", "招聘单位"),
            example="广州某某服饰有限公司", export="employer__name",
        ),
        c.credit_code(compared=False, export="employer__credit_code"),
        *PLACE.columns,
        c.text(
            "岗位名称", "job_title", required=True, aliases=("岗位", "工种", "招聘岗位"), example="缝纫工",
            export="job_title",
        ),
        c.integer(
            "招聘人数", "openings", required=True, aliases=("需求人数", "人数", "招聘人数(人)"), example="30",
            export="openings",
        ),
        c.amount("月薪下限", "wage_from", aliases=("月薪下限(元)", "最低月薪"), export="wage_from"),
        c.amount("月薪上限", "wage_to", aliases=("月薪上限(元)", "最高月薪"), example="7000", export="wage_to"),
        c.text(
            "学历技能要求", "requirement", longest=400, aliases=("学历/技能要求", "任职要求", "岗位要求"),
            example="18-45岁，初中及以上", export="requirement",
        ),
        c.text("性别/年龄要求", "age_words", longest=90, aliases=("性别年龄要求", "年龄要求"), extra=True),
        c.text("食宿", "board", aliases=("食宿情况",), example="包吃住", export="board"),
        c.text("社保", "insurance", aliases=("社保情况",), example="五险", export="insurance"),
        c.text("联系人", "contact", export="contact"),
        c.phone(longest=100, export="phone"),
        c.choice("采集来源", "source", VACANCY_SOURCE, required=True, aliases=("来源",), export="source"),
        c.date_("采集日期", "collected_on", required=True, aliases=("采集时间",), export="collected_on"),
        c.column(
            "有效期", "valid_for", validity, aliases=("有效期至", "有效日期", "有效期限"), compared=False,
            example="2025-03-31", note="日期或天数（如 30天），不填按30天", export="valid_until",
        ),
    )  # fmt: skip
    derived = (
        PLACE.derived,
        Derived(
            field="valid_until", sql="date", sources=("valid_for", "collected_on"), make=_valid_until, blame="有效期"
        ),
    )
    references = (FIRM_REFERENCE,)
    checks = (
        Check(
            sql="SELECT p.seq, '月薪下限高于月薪上限，请核对。' AS message FROM {plan} p JOIN {rows} s USING (seq)"
            " WHERE s.wage_from > s.wage_to",
            blame="月薪上限",
            code="number",
            warning=True,
        ),
    )
    key = (FIRM_KEY, "s.job_title", "s.place_code", "s.collected_on", "s.source")
    key_heading = "岗位名称"
    key_words = "企业、岗位、所在地、采集日期和来源"
    merged_down = ("企业名称", "统一社会信用代码", "所在地", "联系人", "联系电话", "采集来源", "采集日期")
    target = Target(
        table="employment_vacancy",
        key="t.employer_id = p.employer_id AND t.job_title = s.job_title AND t.place_code = s.place_code"
        " AND t.collected_on = s.collected_on AND t.source = s.source",
        fixed={
            "employer_id": "p.employer_id",
            "job_title": "s.job_title",
            "place_code": "s.place_code",
            "collected_on": "s.collected_on",
            "source": "s.source",
            "valid_until": f"coalesce(s.valid_until, s.collected_on + {USUAL_DAYS})",
        },
        values={
            "openings": "s.openings",
            "wage_from": "s.wage_from",
            "wage_to": "s.wage_to",
            "requirement": "nullif(concat_ws('；', s.age_words, s.requirement), '')",
            "board": "s.board",
            "insurance": "s.insurance",
            "contact": "s.contact",
            "phone": "s.phone",
        },
        merged={"valid_until": "s.valid_until"},
        touched=f"{new_employer('s.employer_name', 's.credit_code')} OR {NEW_CODE}",
    )

    def before_write(self, batch: Batch) -> None:
        """Store the employers nobody knew."""
        create_firms(batch)

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[Vacancy]:
        """Vacancies as the list page filters them."""
        from employment.market.filters import vacancies  # noqa: PLC0415 - filters import models only once apps are ready

        return vacancies(user, query).annotate(place_path=place_path("place_code"))
