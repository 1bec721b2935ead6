"""协作站台账."""

from collections.abc import Mapping
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from core.accounts.models import User
from core.formats.values import STATION_FOUNDING, STATION_KIND
from core.jobs.registry import Progress
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Sheet, Target, register
from stations.models import Station
from stations.planning import renew_all_open

PLACE = c.place("所在地", "place", into="place_code", required=True)
AREA = c.places("服务范围", "area", into="service_area")


@register
class StationsSheet(Sheet):
    """The stations in the receiving places."""

    kind = "stations"
    title = "协作站台账"
    section = "协作站"
    list_url_name = "stations:list"
    permission = "stations.edit"
    person = False
    columns = (
        c.text("站点编号", "code", required=True, aliases=("编号", "协作站编号"), example="GZ-01", export="code"),
        c.text(
            "站点名称",
            "name",
            required=True,
            aliases=("名称", "协作站名称"),
            example="赫章县驻广州劳务协作站",
            export="name",
        ),
        c.choice("类型", "kind", STATION_KIND, required=True, aliases=("站点类型",), export="kind"),
        *PLACE.columns,
        c.text("对口单位", "partner", export="partner"),
        c.choice("设立方式", "founding", STATION_FOUNDING, export="founding"),
        c.date_("挂牌日期", "opened_on", required=True, aliases=("挂牌时间", "成立时间"), export="opened_on"),
        *AREA.columns,
        c.text("负责人", "head", aliases=("站长",), export="head"),
        c.phone(export="phone"),
    )
    derived = (PLACE.derived, AREA.derived)
    key = ("s.code",)
    key_heading = "站点编号"
    merged_down = ("所在地",)
    target = Target(
        table="stations_station",
        key="t.code = s.code",
        fixed={"code": "s.code"},
        values={
            "name": "s.name",
            "kind": "s.kind",
            "place_code": "s.place_code",
            "partner": "s.partner",
            "founding": "s.founding",
            "opened_on": "s.opened_on",
            "service_area": "s.service_area::varchar[]",
            "head": "s.head",
            "phone": "s.phone",
        },
    )

    def after_write(self, batch: Batch) -> None:  # noqa: ARG002 - the sheet's hook
        """A new or moved station changes who is followed by whom."""
        renew_all_open()

    def touched_workers(self, cursor: CursorWrapper, operation_id: str) -> list[int]:  # noqa: ARG002 - as above
        """Nobody's spells depend on a station; the plan is renewed as a whole."""
        return [0]

    def after_undo(self, batch_workers: list[int], progress: Progress) -> None:  # noqa: ARG002 - as above
        """Followers change back."""
        renew_all_open()

    def export_rows(self, user: User, query: Mapping[str, Any]) -> QuerySet[Station]:
        """Stations as the list page filters them."""
        from stations.filters import stations  # noqa: PLC0415 - filters import models only once apps are ready

        return stations(user, query)
