"""回访台账: follow-up visits, evidence of work (formats.md §1.4 rule 3)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from core.accounts.models import User
from core.formats.faults import CellFault
from core.formats.text import Cell, compact, shown
from core.formats.values import CONTRACT, INSURED, VISIT_CHANNEL, VISIT_STATUS
from core.jobs.registry import Progress
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Reference, Sheet, Target, register
from employment.rebuilding import rebuild_spells
from employment.workbooks.employments import workers_of_operation, written_workers
from employment.workbooks.named import create_stubs, employer_reference, new_employer
from stations.models import Visit

NAME = "s.employer_name"
LONGEST_MILESTONE = 3_650


def milestone(raw: Cell, _today: date) -> int | None:
    """回访节点: 30, 30天, 第30天, 到岗30日回访 → 30 (days after the arrival)."""
    text = compact(raw)
    if text is None:
        return None
    found = re.findall(r"[-.]?\d+", text.removesuffix(".0"))
    if len(found) != 1 or not found[0].isdigit() or not 0 < int(found[0]) <= LONGEST_MILESTONE:
        raise CellFault("number", f"回访节点“{shown(raw)}”应为天数，如 7、30、90、180。")
    return int(found[0])


@register
class VisitsSheet(Sheet):
    """What follow-ups found."""

    kind = "visits"
    title = "回访台账"
    section = "协作站"
    list_url_name = "stations:visits"
    permission = "visits.write"
    columns = (
        c.name(export="worker__name"),
        c.id_number(export="worker__id_number"),
        # Number and name mean the same station: the key compares the station itself.
        c.text(
            "协作站", "station", aliases=("协作站名称", "站点编号", "站点名称"), compared=False, example="GZ-01",
            export="station__code",
        ),
        c.column(
            "回访节点", "milestone", milestone, sql="integer", aliases=("回访节点(7/30/90/180天)", "回访节点(天)", "节点"),
            example="30", export="milestone",
        ),
        c.date_("回访日期", "visited_on", required=True, aliases=("回访时间",), export="visited_on"),
        c.choice("回访方式", "channel", VISIT_CHANNEL, required=True, aliases=("方式",), export="channel"),
        c.choice("就业状态", "status", VISIT_STATUS, required=True, aliases=("是否在岗", "在岗状态"), export="status"),
        c.text("当前单位", "employer_name", aliases=("现单位", "当前务工单位"), export="employer__name"),
        c.amount("月工资(元)", "wage", export="wage"),
        c.yes_no("是否签合同", "contract", CONTRACT, aliases=("是否签订合同",), export="contract"),
        c.yes_no("是否参保", "insured", INSURED, export="insured"),
        c.text("存在问题", "problem", export="problem"),
        c.text("处理情况", "action_taken", export="action_taken"),
        c.text("满意度", "satisfaction", export="satisfaction"),
        c.text("回访人", "visitor", aliases=("回访人员",), export="visitor"),
        c.date_("下次回访日期", "next_on", future=True, aliases=("下次回访时间",), export="next_on"),
    )  # fmt: skip
    references = (
        Reference(
            into="station_id",
            find="SELECT t.id FROM stations_station t WHERE t.code = s.station OR t.name = s.station"
            " ORDER BY t.code = s.station DESC, t.code LIMIT 1",
            when="s.station IS NOT NULL",
            blame="协作站",
            message="没有这个编号或名称的协作站，请先登记协作站。",
        ),
        employer_reference(NAME),
    )
    key = ("s.id_number", "s.visited_on", "p.station_id")
    key_heading = "回访日期"
    key_words = "身份证号码、回访日期和协作站"
    target = Target(
        table="stations_visit",
        key="t.worker_id = p.worker_id AND t.visited_on = s.visited_on AND t.station_id IS NOT DISTINCT FROM p.station_id",
        fixed={"worker_id": "p.worker_id", "visited_on": "s.visited_on", "station_id": "p.station_id"},
        values={
            "milestone": "s.milestone",
            "channel": "s.channel",
            "status": "s.status",
            "employer_id": "p.employer_id",
            "wage": "s.wage",
            "contract": "s.contract",
            "insured": "s.insured",
            "problem": "s.problem",
            "action_taken": "s.action_taken",
            "satisfaction": "s.satisfaction",
            "visitor": "s.visitor",
            "next_on": "s.next_on",
        },
        touched=new_employer(NAME),
    )

    def before_write(self, batch: Batch) -> None:
        """Store the employers nobody knew."""
        create_stubs(batch, NAME)

    def after_write(self, batch: Batch) -> None:
        """Derive the spells of everybody visited."""
        rebuild_spells(worker_ids=written_workers(batch), progress=batch.progress)

    def touched_workers(self, cursor: CursorWrapper, operation_id: str) -> list[int]:
        """Persons of the rows the operation wrote."""
        return workers_of_operation(cursor, "stations_visit", operation_id)

    def after_undo(self, batch_workers: list[int], progress: Progress) -> None:
        """Derive their spells anew."""
        rebuild_spells(worker_ids=batch_workers, progress=progress)

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[Visit]:
        """Visits as the list page filters them."""
        from stations.filters import visits  # noqa: PLC0415 - filters import models only once apps are ready

        return visits(user, query)
