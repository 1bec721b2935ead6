"""乘车花名册: who travels on which vehicle, who boarded, who is at the post since when."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import QuerySet

from core.accounts.models import User
from core.formats.values import ARRIVED, PASSENGER_STATE, SIGNED_IN
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Check, Fetch, Found, Reference, Sheet, Target, register
from dispatch.models import Passenger
from employment.queries import place_path
from employment.rebuilding import rebuild_spells
from employment.workbooks.employments import workers_of_operation, written_workers
from employment.workbooks.named import create_stubs, employer_reference, new_employer

PLACE = c.place("目的地", "destination", into="destination_code", export="place_path")
NAME = "s.employer_name"


@register
class PassengersSheet(Sheet):
    """The roster of a journey; 到岗日期 is evidence of work (formats.md §1.4 rule 2)."""

    kind = "passengers"
    title = "乘车花名册"
    section = "组织输出"
    list_url_name = "dispatch:passengers"
    permission = "dispatch.edit"
    columns = (
        c.text(
            "批次编号",
            "batch_code",
            required=True,
            aliases=("批次号",),
            example="2025-CY-01",
            export="trip__batch__code",
        ),
        c.text(
            "车次(车牌号)",
            "vehicle",
            required=True,
            aliases=("车次", "车牌号", "车次/车牌号"),
            example="贵F12345",
            export="trip__vehicle",
        ),
        c.text(
            "车厢/座位号", "seat", aliases=("座位号", "座位", "车厢座位号"), as_text=True, example="12", export="seat"
        ),
        c.name(export="worker__name"),
        c.id_number(export="worker__id_number"),
        c.phone(export="phone"),
        c.text("上车地点", "boarding_point", aliases=("上车点",), export="boarding_point"),
        *PLACE.columns,
        c.text("务工企业", "employer_name", aliases=("务工单位", "企业名称"), export="employer__name"),
        c.text("岗位", "job_title", aliases=("工种", "工种(岗位)"), export="job_title"),
        c.text("紧急联系人", "emergency_name", export="emergency_name"),
        c.phone("紧急联系人电话", "emergency_phone", aliases=("紧急联系电话",), export="emergency_phone"),
        c.yes_no("签到", "boarded", SIGNED_IN, export="boarded"),
        c.yes_no("到达签收", "arrived", ARRIVED, export="arrived"),
        c.date_("到岗日期", "at_post_on", aliases=("到岗时间",), export="at_post_on"),
        c.choice("状态", "outcome", PASSENGER_STATE, export="outcome"),
    )
    derived = (PLACE.derived,)
    references = (
        Reference(
            into="batch_id",
            find="SELECT b.id FROM dispatch_batch b WHERE b.code = s.batch_code",
            when="s.batch_code IS NOT NULL",
            blame="批次编号",
            message="没有这个批次，请先导入出行计划。",
        ),
        Reference(
            into="trip_id",
            find="SELECT t.id FROM dispatch_trip t WHERE t.batch_id = p.batch_id AND t.vehicle = s.vehicle",
            when="p.batch_id IS NOT NULL AND s.vehicle IS NOT NULL",
            blame="车次(车牌号)",
            message="该批次没有这个车次，请先导入出行计划。",
        ),
        employer_reference(NAME),
    )
    checks = (
        Check(
            sql="SELECT p.seq, '填了到岗日期的人，“签到”必须为“是”。' AS message FROM {plan} p JOIN {rows} s USING (seq)"
            " LEFT JOIN dispatch_passenger t ON t.trip_id = p.trip_id AND t.worker_id = p.worker_id"
            " WHERE coalesce(s.at_post_on, t.at_post_on) IS NOT NULL AND coalesce(s.boarded, t.boarded) IS NOT TRUE",
            blame="签到",
            code="required",
        ),
    )
    key = ("p.trip_id", "s.id_number")
    key_heading = "身份证号码"
    key_words = "车次和身份证号码"
    merged_down = ("批次编号", "车次(车牌号)", "目的地")
    target = Target(
        table="dispatch_passenger",
        key="t.trip_id = p.trip_id AND t.worker_id = p.worker_id",
        fixed={"trip_id": "p.trip_id", "worker_id": "p.worker_id"},
        values={
            "seat": "s.seat",
            "phone": "s.phone",
            "boarding_point": "s.boarding_point",
            "destination_code": "s.destination_code",
            "employer_id": "p.employer_id",
            "job_title": "s.job_title",
            "emergency_name": "s.emergency_name",
            "emergency_phone": "s.emergency_phone",
            "boarded": "s.boarded",
            "arrived": "s.arrived",
            "at_post_on": "s.at_post_on",
            "outcome": "s.outcome",
        },
        touched=new_employer(NAME),
    )

    def find_faults(self, fetch: Fetch) -> Iterable[Found]:
        """Seats already taken (``duplicate``) and rows beyond the vehicle's seats (``over_capacity``), in file order.

        The vehicles are locked, so that no clerk gives out a seat between this judgement and the writing.
        """
        fetch(
            "SELECT id FROM dispatch_trip WHERE id IN (SELECT trip_id FROM {plan} WHERE NOT refused)"
            " ORDER BY id FOR NO KEY UPDATE"
        )
        incoming = fetch(
            "SELECT p.trip_id, p.seq, s.id_number, coalesce(s.seat, ''), t.seats, t.vehicle FROM {plan} p"
            " JOIN {rows} s USING (seq) JOIN dispatch_trip t ON t.id = p.trip_id"
            " WHERE NOT p.refused AND NOT p.repeated ORDER BY p.trip_id, p.seq"
        )
        stored = fetch(
            "SELECT g.trip_id, w.id_number, g.seat FROM dispatch_passenger g JOIN workers_worker w ON w.id = g.worker_id"
            " WHERE g.trip_id IN (SELECT trip_id FROM {plan} WHERE NOT refused) ORDER BY g.trip_id, g.id"
        )
        aboard = {trip: {person: seat for _, person, seat in rows} for trip, rows in groupby(stored, itemgetter(0))}
        for trip, rows in groupby(incoming, itemgetter(0)):
            yield from seat_faults([SeatRow(*row[1:]) for row in rows], aboard.get(trip, {}))

    def before_write(self, batch: Batch) -> None:
        """Store the employers nobody knew; let people change seats with each other."""
        create_stubs(batch, NAME)
        batch.run("SET CONSTRAINTS passenger_seat_once DEFERRED")

    def after_write(self, batch: Batch) -> None:
        """Derive the spells of everybody on the roster."""
        batch.run("SET CONSTRAINTS passenger_seat_once IMMEDIATE")
        rebuild_spells(worker_ids=written_workers(batch), progress=batch.progress)

    def touched_workers(self, cursor: Any, operation_id: str) -> list[int]:
        """Persons of the rows the operation wrote."""
        return workers_of_operation(cursor, "dispatch_passenger", operation_id)

    def after_undo(self, batch_workers: list[int], progress: Any) -> None:
        """Derive their spells anew."""
        rebuild_spells(worker_ids=batch_workers, progress=progress)

    def export_rows(self, user: User, query: Any) -> QuerySet[Passenger]:
        """Passengers as the list page filters them."""
        from dispatch.filters import passengers  # noqa: PLC0415 - filters import models only once apps are ready

        return passengers(user, query).annotate(place_path=place_path("destination_code"))


class SeatRow(NamedTuple):
    """A row of a roster as the rule of seats sees it; ``seat`` "" where none is written, ``seats`` those of the vehicle."""

    seq: int
    person: str
    seat: str
    seats: int
    vehicle: str


def seat_faults(rows: Sequence[SeatRow], aboard: Mapping[str, str]) -> list[Found]:
    """Give out the places of one vehicle in file order; the rows that get none.

    ``aboard`` is who holds a place already, with the seat or "". Whoever is given another seat by a kept row lets go of
    the old one, whatever comes first; a refused row keeps the old one taken, so its refusal begins the round anew.
    """
    refused: dict[int, Found] = {}
    while True:
        again = False
        wanted = {row.person: row.seat for row in rows if row.seat and row.seq not in refused}
        holder = {seat: person for person, seat in aboard.items() if seat and wanted.get(person, seat) == seat}
        placed = set(aboard)
        for row in rows:
            if row.seq in refused:
                continue
            fault = _seat_fault(row, holder, placed)
            if fault is None:
                placed.add(row.person)
                holder[row.seat] = row.person
                continue
            refused[row.seq] = fault
            again = again or bool(aboard.get(row.person))
        if not again:
            return list(refused.values())


def _seat_fault(row: SeatRow, holder: Mapping[str, str], placed: Collection[str]) -> Found | None:
    if row.seat and holder.get(row.seat, row.person) != row.person:
        return Found(row.seq, "车厢/座位号", "duplicate", f"座位“{row.seat}”已有人，请换一个座位号。")
    if row.person not in placed and len(placed) >= row.seats:
        return Found(row.seq, "车次(车牌号)", "over_capacity", f"车次“{row.vehicle}”共{row.seats}座，已经坐满。")
    return None
