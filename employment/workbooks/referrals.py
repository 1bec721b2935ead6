"""求职登记: the steps by which people came to jobs; a 到岗 is evidence of work (formats.md §1.4 rule 2)."""

from collections.abc import Mapping
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from core.accounts.models import User
from core.formats.values import REFERRAL_RESULT
from core.jobs.registry import Progress
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Sheet, Target, register
from employment.models import Referral
from employment.names import bare_sql
from employment.rebuilding import rebuild_spells
from employment.workbooks.employments import workers_of_operation, written_workers
from employment.workbooks.fairs import ALIASES, FAIR_REFERENCE
from employment.workbooks.named import create_stubs, employer_reference

NAME = "s.employer_name"


@register
class ReferralsSheet(Sheet):
    """Each row is a step: who, to which employer and post, with what result on which day."""

    kind = "referrals"
    title = "求职登记"
    section = "就业"
    list_url_name = "employment:referrals"
    permission = "referrals.edit"
    columns = (
        c.name(export="worker__name"),
        c.id_number(export="worker__id_number"),
        c.text("招聘会编号", "fair_code", as_text=True, aliases=ALIASES, example="ZPH-2025-01", export="fair__code"),
        c.text(
            "企业名称", "employer_name", required=True, aliases=("单位名称", "用人单位", "推荐企业"),
            example="广州某某服饰有限公司", export="employer__name",
        ),
        c.text("岗位名称", "job_title", aliases=("岗位", "工种", "推荐岗位"), example="缝纫工", export="job_title"),
        c.choice("结果", "result", REFERRAL_RESULT, required=True, aliases=("推荐结果", "求职结果"), export="result"),
        c.date_("日期", "happened_on", required=True, aliases=("登记时间", "时间"), export="happened_on"),
    )  # fmt: skip
    references = (FAIR_REFERENCE, employer_reference(NAME))
    key = (
        "s.id_number",
        "s.fair_code",
        f"coalesce('#' || p.employer_id, {bare_sql(NAME)})",
        "s.job_title",
        "s.result",
        "s.happened_on",
    )
    key_heading = "身份证号码"
    key_words = "人员、招聘会、企业、岗位、结果和日期"
    merged_down = ("招聘会编号", "企业名称", "岗位名称")
    target = Target(
        table="employment_referral",
        key="t.worker_id = p.worker_id AND t.fair_id IS NOT DISTINCT FROM p.fair_id AND t.employer_id = p.employer_id"
        " AND t.job_title = coalesce(s.job_title, '') AND t.result = s.result AND t.happened_on = s.happened_on",
        fixed={
            "worker_id": "p.worker_id",
            "fair_id": "p.fair_id",
            "employer_id": "p.employer_id",
            "job_title": "s.job_title",
            "result": "s.result",
            "happened_on": "s.happened_on",
        },
        values={},
    )

    def before_write(self, batch: Batch) -> None:
        """Store the employers nobody knew."""
        create_stubs(batch, NAME)

    def after_write(self, batch: Batch) -> None:
        """Derive the spells of everybody the file names."""
        rebuild_spells(worker_ids=written_workers(batch), progress=batch.progress)

    def touched_workers(self, cursor: CursorWrapper, operation_id: str) -> list[int]:
        """Persons of the rows the operation wrote."""
        return workers_of_operation(cursor, "employment_referral", operation_id)

    def after_undo(self, batch_workers: list[int], progress: Progress) -> None:
        """Derive their spells anew."""
        rebuild_spells(worker_ids=batch_workers, progress=progress)

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[Referral]:
        """Steps as the list page filters them."""
        from employment.market.filters import referrals  # noqa: PLC0415 - filters import models only once apps are ready

        return referrals(user, query)
