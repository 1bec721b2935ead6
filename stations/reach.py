"""Whom the people of a station, and of a partner area, have to do with (domain.md §2; design.md "Who may see what")."""

from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.accounts.scope import register_reach
from dispatch.models import Passenger
from employment.kept_work import standing_in
from employment.models import Spell
from employment.queries import covering
from stations.areas import inside, service_areas
from stations.models import PlannedVisit, Station, Visit
from workers.bitmaps.blocks import Condition, remembering
from workers.bitmaps.conditions import any_of
from workers.bitmaps.dated import Shape
from workers.bitmaps.facts import Facts, held, register_facts
from workers.bitmaps.people import People
from workers.bitmaps.reached import register_kept_reach

UNDERWAY: Final = timedelta(days=30)
"""How long after its departure a vehicle bound for the station's area is still one the station receives."""


def of_stations(user: User) -> list[QuerySet[Any, Any]]:
    """Ids of the persons a station follows.

    Those it planned to ask or has asked, those who work in its service area now, those on their way there.
    """
    stations = Station.objects.filter(code__in=user.scope_stations)
    areas = service_areas(stations)
    now = timezone.now()
    bound = Q(destination_code="") & inside(areas, "trip__destination_code") | inside(areas, "destination_code")
    underway = Passenger.objects.filter(bound, at_post_on__isnull=True, trip__departs_at__gte=now - UNDERWAY)
    return [
        PlannedVisit.objects.filter(station__in=stations).values("worker_id"),
        Visit.objects.filter(station__in=stations).values("worker_id"),
        Spell.objects.filter(covering(timezone.localdate()), inside(areas, "place_code")).values("worker_id"),
        underway.values("worker_id"),
    ]


def of_destination(user: User) -> QuerySet[Any, Any]:
    """Ids of the persons who work in the partner's area now; without an area nobody."""
    here = Q(place_code__startswith=user.scope_division) if user.scope_division else Q(pk__in=())
    return Spell.objects.filter(here, covering(timezone.localdate())).values("worker_id")


FOLLOWED: Final = "stations"
_READ: Final = """
SELECT worker_id, NULL::date, NULL::date, station_id::text FROM stations_plannedvisit
WHERE worker_id >= %(low)s AND worker_id < %(beyond)s AND station_id IS NOT NULL
UNION SELECT worker_id, NULL::date, NULL::date, station_id::text FROM stations_visit
WHERE worker_id >= %(low)s AND worker_id < %(beyond)s AND station_id IS NOT NULL
"""


def read_followed(low: int, beyond: int) -> list[tuple[Any, ...]]:
    """Which stations planned to ask or have asked the persons from one id to before another."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"low": low, "beyond": beyond})
        return list(cursor.fetchall())


def kept_of_stations(user: User) -> Condition:
    """``of_stations`` to the bitmaps of the register's list."""
    stations = Station.objects.filter(code__in=user.scope_stations)
    ids = frozenset(map(str, stations.values_list("pk", flat=True)))
    return any_of(
        [
            remembering(
                (FOLLOWED, ids), held(FOLLOWED, None, lambda layer: layer.words["station"].where(ids.__contains__))
            ),
            standing_in(service_areas(stations), timezone.localdate()),
            # Few, and found by their departure.
            People(of_stations(user)[-1].values_list("worker_id", flat=True)),
        ]
    )


def kept_of_destination(user: User) -> Condition:
    """``of_destination`` to the bitmaps."""
    return standing_in([user.scope_division] if user.scope_division else [], timezone.localdate())


register_facts(Facts(name=FOLLOWED, read=read_followed, shape=Shape(words=("station",))))
register_kept_reach(ScopeKind.STATIONS, "stations", kept_of_stations)
register_kept_reach(ScopeKind.DESTINATION, "spells", kept_of_destination)
register_reach(ScopeKind.STATIONS, "stations", of_stations)
register_reach(ScopeKind.DESTINATION, "spells", of_destination)
