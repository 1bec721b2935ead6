"""节前返乡监测表: who came home, and who means to go out again (domain.md §3.1)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from core.accounts.models import User
from core.formats.values import GOING_OUT_AGAIN
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Sheet, Target, register
from employment.contradictions import renew
from employment.models import Returnee
from employment.workbooks.employments import workers_of_operation, written_workers


@register
class ReturneesSheet(Sheet):
    """Who came home on which day; a fact beside the job spells."""

    kind = "returnees"
    title = "节前返乡监测表"
    section = "就业"
    list_url_name = "employment:returnees"
    permission = "employment.edit"
    columns = (
        c.name(export="worker__name"),
        c.id_number(export="worker__id_number"),
        c.date_("返乡日期", "returned_on", required=True, aliases=("返乡时间",), export="returned_on"),
        c.yes_no("是否计划外出", "plans_out", GOING_OUT_AGAIN, required=True, export="plans_out"),
        c.date_("计划外出日期", "leaves_on", future=True, aliases=("计划外出时间",), export="leaves_on"),
        c.text(
            "原务工地", "from_place", aliases=("务工地", "返乡前务工地"), example="广东省广州市", export="from_place"
        ),
    )
    key = ("s.id_number", "s.returned_on")
    key_heading = "返乡日期"
    key_words = "身份证号码和返乡日期"
    target = Target(
        table="employment_returnee",
        key="t.worker_id = p.worker_id AND t.returned_on = s.returned_on",
        fixed={"worker_id": "p.worker_id", "returned_on": "s.returned_on"},
        values={"plans_out": "s.plans_out", "leaves_on": "s.leaves_on", "from_place": "s.from_place"},
    )

    def after_write(self, batch: Batch) -> None:
        """See what speaks against the spells of everybody the file names."""
        renew(written_workers(batch))

    def touched_workers(self, cursor: Any, operation_id: str) -> list[int]:
        """Persons of the rows the operation wrote."""
        return workers_of_operation(cursor, "employment_returnee", operation_id)

    def after_undo(self, batch_workers: list[int], progress: Any) -> None:  # noqa: ARG002 - the sheet's hook
        """See it anew."""
        renew(batch_workers)

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[Returnee]:
        """Returns as the list page filters them."""
        from employment.returnees.filters import returnees  # noqa: PLC0415 - filters import models only once apps are ready

        return returnees(user, query)
