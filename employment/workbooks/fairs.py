"""招聘会台账 and 招聘会参会企业 (domain.md §3.8)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from core.accounts.models import User
from core.formats.values import FAIR_FORM, FAIR_ORGANISER
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Check, Fetch, Found, Reference, Sheet, Target, register
from employment.models import Fair, FairBooth
from employment.workbooks.named import FIRM_KEY, FIRM_REFERENCE, NEW_CODE, create_firms, new_employer

FAIR_REFERENCE = Reference(
    into="fair_id",
    find="SELECT f.id FROM employment_fair f WHERE f.code = s.fair_code",
    when="s.fair_code IS NOT NULL",
    blame="招聘会编号",
    message="没有这个编号的招聘会，请先登记招聘会。",
)
ALIASES = ("编号", "招聘会编码")


@register
class FairsSheet(Sheet):
    """Fairs, by their number."""

    kind = "fairs"
    title = "招聘会台账"
    section = "就业"
    list_url_name = "employment:fairs"
    permission = "fairs.edit"
    person = False
    columns = (
        c.text(
            "招聘会编号", "code", required=True, as_text=True, aliases=ALIASES, example="ZPH-2025-01", export="code"
        ),
        c.text("招聘会名称", "title", required=True, aliases=("名称",), example="2025年春风行动招聘会", export="name"),
        c.date_(
            "日期", "held_on", future=True, required=True, aliases=("举办日期", "举办时间", "时间"), export="held_on"
        ),
        c.choice("形式", "form", FAIR_FORM, required=True, aliases=("举办形式",), export="form"),
        c.choice("主办方", "organiser", FAIR_ORGANISER, required=True, aliases=("主办单位",), export="organiser"),
        c.text("地点", "venue", aliases=("举办地点",), export="venue"),
        c.integer("参会人次", "visitors", aliases=("参会人数", "入场人次"), example="1200", export="visitors"),
    )
    key = ("s.code",)
    key_heading = "招聘会编号"
    target = Target(
        table="employment_fair",
        key="t.code = s.code",
        fixed={"code": "s.code"},
        values={
            "name": "s.title",
            "held_on": "s.held_on",
            "form": "s.form",
            "organiser": "s.organiser",
            "venue": "s.venue",
            "visitors": "s.visitors",
        },
    )
    notes = ("计划中的招聘会先在页面上登记；登记过的可以导出、修改后再导入，日期不变。",)

    def find_faults(self, fetch: Fetch) -> Iterable[Found]:
        """A day to come is no fair that was held (``date``), unless the fair is planned for that day already."""
        ahead = fetch(
            "SELECT p.seq FROM {plan} p JOIN {rows} s USING (seq) LEFT JOIN employment_fair t ON t.code = s.code"
            f" WHERE NOT p.refused AND s.held_on > DATE '{localdate()}' AND t.held_on IS DISTINCT FROM s.held_on"
        )
        for (seq,) in ahead:
            yield Found(seq, "日期", "date", "日期晚于今天；计划中的招聘会请先在页面上登记。")

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[Fair]:
        """Fairs as the list page filters them."""
        from employment.market.filters import fairs  # noqa: PLC0415 - filters import models only once apps are ready

        return fairs(user, query)


@register
class FairBoothsSheet(Sheet):
    """Who stood at a fair with which posts."""

    kind = "fair_booths"
    title = "招聘会参会企业"
    section = "就业"
    list_url_name = "employment:booths"
    permission = "fairs.edit"
    person = False
    columns = (
        c.text(
            "招聘会编号", "fair_code", required=True, as_text=True, aliases=ALIASES, example="ZPH-2025-01",
            export="fair__code",
        ),
        c.text(
            "企业名称", "employer_name", required=True, aliases=("单位名称", "用人单位", "参会企业"),
            example="广州某某服饰有限公司", export="employer__name",
        ),
        c.credit_code(compared=False, export="employer__credit_code"),
        c.text(
            "岗位名称", "job_title", required=True, aliases=("岗位", "工种", "招聘岗位"), example="缝纫工",
            export="job_title",
        ),
        c.integer("招聘人数", "openings", required=True, aliases=("需求人数", "人数"), example="30", export="openings"),
        c.amount("月薪下限", "wage_from", aliases=("月薪下限(元)", "最低月薪"), export="wage_from"),
        c.amount("月薪上限", "wage_to", aliases=("月薪上限(元)", "最高月薪"), example="7000", export="wage_to"),
    )  # fmt: skip
    references = (FAIR_REFERENCE, FIRM_REFERENCE)
    checks = (
        Check(
            sql="SELECT p.seq, '月薪下限高于月薪上限，请核对。' AS message FROM {plan} p JOIN {rows} s USING (seq)"
            " WHERE s.wage_from > s.wage_to",
            blame="月薪上限",
            code="number",
            warning=True,
        ),
    )
    key = ("s.fair_code", FIRM_KEY, "s.job_title")
    key_heading = "岗位名称"
    key_words = "招聘会、企业和岗位"
    merged_down = ("招聘会编号", "企业名称", "统一社会信用代码")
    target = Target(
        table="employment_fairbooth",
        key="t.fair_id = p.fair_id AND t.employer_id = p.employer_id AND t.job_title = s.job_title",
        fixed={"fair_id": "p.fair_id", "employer_id": "p.employer_id", "job_title": "s.job_title"},
        values={"openings": "s.openings", "wage_from": "s.wage_from", "wage_to": "s.wage_to"},
        touched=f"{new_employer('s.employer_name', 's.credit_code')} OR {NEW_CODE}",
    )

    def before_write(self, batch: Batch) -> None:
        """Store the employers nobody knew."""
        create_firms(batch)

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[FairBooth]:
        """Stands as the list page filters them."""
        from employment.market.filters import booths  # noqa: PLC0415 - filters import models only once apps are ready

        return booths(user, query)
