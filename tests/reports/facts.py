"""Small worlds of arrivals and visits for reports."""

import datetime as dt

from django.utils import timezone

from core.formats.identity import make_id_number
from dispatch.models import Batch, Passenger, Trip
from employment.models import Employer, Referral
from employment.rebuilding import rebuild_spells
from stations.models import Station, Visit
from tests.people import TOWNSHIP
from workers.models import Worker

VILLAGE = TOWNSHIP + "200"


def worker(order: int, village: str = VILLAGE, **fields: object) -> Worker:
    """An invented person, told apart by ``order``."""
    number = make_id_number("529999", dt.date(1990, 1, 1) + dt.timedelta(days=order // 900), order % 900 + 1)
    return Worker.objects.create(name=f"人{order}", id_number=number, village_code=village, **fields)


def trip(
    code: str = "B1", vehicle: str = "G1", destination: str = "440113", day: dt.date = dt.date(2025, 2, 10)
) -> Trip:
    """A vehicle of a batch."""
    batch = Batch.objects.get_or_create(code=code, defaults={"name": f"批次{code}"})[0]
    moment = timezone.make_aware(dt.datetime.combine(day, dt.time(8)))
    return Trip.objects.get_or_create(
        batch=batch,
        vehicle=vehicle,
        defaults={
            "mode": "包车",
            "departs_at": moment,
            "from_place": "县城",
            "destination_code": destination,
            "seats": 500,
        },
    )[0]


def arrival(person: Worker, day: dt.date, on: Trip, employer: Employer | None = None) -> Passenger:
    """到岗 of a passenger."""
    return Passenger.objects.create(trip=on, worker=person, boarded=True, at_post_on=day, employer=employer)


def visit(person: Worker, day: dt.date, status: str = "原岗位在岗", **fields: object) -> Visit:
    """A follow-up by phone."""
    return Visit.objects.create(worker=person, visited_on=day, channel="电话", status=status, **fields)


def station(code: str = "GZ-01", place: str = "440113", area: tuple[str, ...] = ()) -> Station:
    """A station."""
    return Station.objects.create(
        code=code,
        name=f"{code}站",
        kind="协作站",
        place_code=place,
        opened_on=dt.date(2024, 1, 1),
        service_area=list(area),
    )


def derive_all() -> None:
    """Rebuild everybody's spells and plans."""
    rebuild_spells(worker_ids=Worker.objects.values_list("id", flat=True))


def referral(person: Worker, day: dt.date, employer: Employer, result: str = "到岗") -> Referral:
    """A step of a referral, 到岗 unless said."""
    return Referral.objects.create(worker=person, employer=employer, result=result, happened_on=day)
