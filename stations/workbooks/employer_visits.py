"""访企拓岗记录: visits to employers (formats.md §1.1; domain.md §5 EMPR_VISIT)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.formats.faults import CellFault
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Check, Derived, Reference, RowContext, Sheet, Target, register
from employment.queries import place_path
from employment.workbooks.named import FIRM_KEY, FIRM_REFERENCE, NEW_CODE, create_firms, new_employer
from stations.models import EmployerVisit, Station

PLACE = c.place("所在地", "place", into="place_code", required=True, export="place_path")
STATION = "协作站"


def _own_station(context: RowContext) -> Callable[[str | None], str | None]:
    """What a row writes for its station; staff of stations write for theirs, the only one where nothing is written."""
    if context.user.scope_kind is not ScopeKind.STATIONS:
        return lambda written: written
    own = list(Station.objects.visible_to(context.user).order_by("code").values_list("code", "name"))
    known = {word: code for code, name in reversed(own) for word in (name, code)}

    def make(written: str | None) -> str:
        if written is not None:
            if written not in known:
                raise CellFault("out_of_scope", f"“{written}”不是您的协作站，只能登记本站的走访。")
            return known[written]
        if len(own) != 1:
            raise CellFault("required", "请写明是哪个协作站的走访。")
        return own[0][0]

    return make


@register
class EmployerVisitsSheet(Sheet):
    """Visits to employers; a stub of an employer nobody knew is stored with them."""

    kind = "employer_visits"
    title = "访企拓岗记录"
    section = "协作站"
    list_url_name = "stations:employer_visits"
    permission = "employer_visits.edit"
    person = False
    columns = (
        c.text(
            "企业名称", "employer_name", required=True, aliases=("单位名称", "用人单位", "走访企业"),
            example="广州某某服饰有限公司", export="employer__name",
        ),
        c.credit_code(export="employer__credit_code"),
        *PLACE.columns,
        c.date_("走访日期", "visited_on", required=True, export="visited_on"),
        c.text(
            STATION, "station", aliases=("协作站名称", "站点编号", "站点名称"), compared=False, example="GZ-01",
            export="station__code",
        ),
        c.text("走访人", "visitor", export="visitor"),
        c.integer(
            "在岗本县人数", "people_here", aliases=("在岗人数", "本县在岗人数", "在岗本县人数(人)"), example="12",
            export="people_here",
        ),
        c.text("情况", "note", longest=1000, aliases=("走访情况", "备注"), export="note"),
        c.text("用工需求", "needs", longest=1000, aliases=("需求", "岗位需求"), extra=True),
        c.text("下一步", "next_step", longest=1000, aliases=("下一步工作",), extra=True),
        c.date_("下次走访日期", "next_on", future=True, aliases=("下次走访时间",), extra=True),
    )  # fmt: skip
    derived = (
        PLACE.derived,
        Derived(
            field="station_word", sql="text", sources=("station",), make=_own_station, blame=STATION, compared=False
        ),
    )
    references = (
        Reference(
            into="station_id",
            find="SELECT t.id FROM stations_station t WHERE t.code = s.station_word OR t.name = s.station_word"
            " ORDER BY t.code = s.station_word DESC, t.code LIMIT 1",
            when="s.station_word IS NOT NULL",
            blame=STATION,
            message="没有这个编号或名称的协作站，请先登记协作站。",
        ),
        FIRM_REFERENCE,
    )
    checks = (
        Check(
            sql="SELECT p.seq, '下次走访日期应晚于走访日期。' AS message FROM {plan} p JOIN {rows} s USING (seq)"
            " WHERE s.next_on <= s.visited_on",
            blame="下次走访日期",
            code="date",
        ),
    )
    key = (FIRM_KEY, "s.visited_on", "p.station_id")
    key_heading = "走访日期"
    key_words = "企业、走访日期和协作站"
    merged_down = ("走访日期", STATION, "走访人")
    target = Target(
        table="stations_employervisit",
        key="t.employer_id = p.employer_id AND t.visited_on = s.visited_on AND t.station_id IS NOT DISTINCT FROM p.station_id",
        fixed={"employer_id": "p.employer_id", "visited_on": "s.visited_on", "station_id": "p.station_id"},
        values={
            "place_code": "s.place_code",
            "visitor": "s.visitor",
            "people_here": "s.people_here",
            "note": "s.note",
            "needs": "s.needs",
            "next_step": "s.next_step",
            "next_on": "s.next_on",
        },
        touched=f"{new_employer('s.employer_name', 's.credit_code')} OR {NEW_CODE}",
    )

    def before_write(self, batch: Batch) -> None:
        """Store the employers nobody knew."""
        create_firms(batch)

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[EmployerVisit]:
        """Visits as the list page filters them, with the path of their place."""
        # Filters import models only once apps are ready.
        from stations.employer_visits.filters import employer_visits  # noqa: PLC0415

        return employer_visits(user, query).annotate(place_path=place_path("place_code"))
